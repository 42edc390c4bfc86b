// The table of attributes and their validation that JumpCloud publishes for its import, row by row, and what follows from a change.
import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { type HubInProcess, startHubInProcess } from '../../../../../tests/support/hub-in-process.ts'
import {
  clientWith,
  enterprise,
  type ScimClient,
  scimClient,
  userUrn,
} from '../../../../../tests/support/scim-client.ts'

let hub: HubInProcess
let client: ScimClient
before(async () => {
  hub = await startHubInProcess({ background: true })
  client = await scimClient(hub, { profile: 'jumpcloud' })
})
after(() => hub.stop())

const create = (more: object) =>
  client.send('POST', '/Users', {
    schemas: [userUrn],
    userName: 'row',
    emails: [{ value: 'row@example.com', type: 'work', primary: true }],
    ...more,
  })

test('every row of the table fills its property', async () => {
  const { body } = await create({
    userName: 'table',
    name: { givenName: 'Tess', familyName: 'Able' },
    emails: [
      { value: 'other@example.com', type: 'home' },
      { value: 'table@example.com', primary: true },
    ],
    displayName: 'Tess Able',
    title: 'Chief',
    locale: 'Berlin',
    userType: 'Contractor',
    [enterprise]: { department: 'R&D', costCenter: '42', organization: 'Example', employeeNumber: 'E-1' },
  })
  const v1 = await hub.must('GET', `/api/systemusers/${body.id}`)
  assert.deepEqual(
    [v1.username, v1.firstname, v1.lastname, v1.email, v1.displayname, v1.jobTitle, v1.department, v1.location],
    ['table', 'Tess', 'Able', 'table@example.com', 'Tess Able', 'Chief', 'R&D', 'Berlin'],
  )
  assert.deepEqual(
    [v1.costCenter, v1.employeeType, v1.company, v1.employeeIdentifier, v1.activated, v1.state, 'further' in v1],
    ['42', 'Contractor', 'Example', 'E-1', false, 'ACTIVATED', false],
  )
  for (const time of [body.meta.created, body.meta.lastModified]) assert.match(time, /^\d{4}-.*Z$/)
})

test('active is neither suspended nor expired', async () => {
  const { body } = await create({ userName: 'expired', emails: [{ value: 'expired@example.com' }] })
  const active = async (): Promise<boolean> => (await client.must('GET', `/Users/${body.id}`)).active
  assert.equal(await active(), true)
  await hub
    .must('PATCH', `/hub/v1/users/${body.id}`, { suspended: true })
    .catch(() => hub.must('PUT', `/api/systemusers/${body.id}`, { suspended: true }))
  assert.equal(await active(), false)
  await hub.must('PUT', `/api/systemusers/${body.id}`, { suspended: false })
  await hub.must('POST', `/api/systemusers/${body.id}/expire`)
  assert.equal(await active(), false)
  assert.deepEqual(await client.found('Users', 'userName eq "expired" and active eq false'), [body.id])
})

test('what the table forbids is refused, with words that name the field', async () => {
  const long = 'x'.repeat(1025)
  const refusals: readonly (readonly [object, RegExp])[] = [
    [{ userName: 'row@example.com' }, /username: must not contain @/],
    [{ userName: 'a b' }, /username/],
    [{ userName: 'a/b' }, /username/],
    [{ userName: long }, /username/],
    [{ userName: undefined }, /userName/],
    [{ name: { givenName: long } }, /firstname/],
    [{ name: { familyName: long } }, /lastname/],
    [{ emails: [] }, /emails: a primary e-mail address is required/],
    [{ emails: [{ value: 'nobody' }] }, /email/],
    [{ emails: [{ value: `${long}@example.com` }] }, /email/],
    [{ [enterprise]: { employeeNumber: 'x'.repeat(257) } }, /employeeIdentifier/],
  ]
  for (const [more, words] of refusals) {
    const answer = await create(more)
    assert.deepEqual([answer.status, answer.body.scimType], [400, 'invalidValue'], answer.text)
    assert.match(answer.body.detail, words)
  }
  await client.user('number', { [enterprise]: { employeeNumber: 'N-1' } })
  const taken = await create({ [enterprise]: { employeeNumber: 'N-1' } })
  assert.deepEqual([taken.status, taken.body.scimType], [409, 'uniqueness'])
  const { body: schema } = await client.send('GET', `/Schemas/${enterprise}`)
  const said = schema.attributes.filter(({ uniqueness }: { uniqueness: string }) => uniqueness !== 'none')
  assert.deepEqual(
    said.map(({ name }: { name: string }) => name),
    ['employeeNumber'],
    'what is refused twice is said to be unique',
  )
})

test('the keys of the roles that the document names provision on a fresh hub, others do not', async () => {
  for (const [role, status] of [
    ['administrator_with_billing', 200],
    ['administrator', 200],
    ['manager', 200],
    ['help_desk', 403],
    ['read_only', 403],
  ] as const) {
    const answer = await clientWith(hub, '', hub.apiKeys.get(role) ?? '').send('GET', '/Users?count=1')
    assert.equal(answer.status, status, role)
  }
})

test('an integration’s settings decide', async () => {
  const settled = await scimClient(hub, {
    defaultState: 'STAGED',
    usernameRule: 'before_at',
    onDeactivate: 'ignore',
    mayDelete: false,
  })
  const path = `/hub/v1/scim-integrations/${settled.integrationId}`
  const made = await settled.must('POST', '/Users', { schemas: [userUrn], userName: 'Ulla@example.com' })
  const seen = await hub.must('GET', `/hub/v1/users/${made.id}`)
  assert.deepEqual(
    [seen.username, seen.email, seen.state, made.userName],
    ['Ulla', 'Ulla@example.com', 'STAGED', 'Ulla@example.com'],
  )
  assert.deepEqual(await settled.found('Users', 'userName eq "ulla@example.com"'), [made.id])
  await settled.patch(`/Users/${made.id}`, { op: 'replace', path: 'active', value: false })
  assert.equal((await hub.must('GET', `/hub/v1/users/${made.id}`)).state, 'STAGED')
  assert.equal((await settled.send('DELETE', `/Users/${made.id}`)).status, 403)
  await hub.must('PATCH', path, { mayUpdate: false, mayCreate: false })
  assert.equal((await settled.patch(`/Users/${made.id}`, { op: 'add', path: 'title', value: 'x' })).status, 403)
  assert.equal((await settled.send('POST', '/Groups', { displayName: 'x' })).status, 403)
  await hub.must('PATCH', path, { enabled: false })
  assert.equal((await settled.send('GET', '/Users')).status, 401)
  const { items } = await hub.must('GET', `/hub/v1/journal?subjectId=${settled.integrationId}`)
  const actions = items.map(({ action }: { action: string }) => action)
  assert.deepEqual(actions.toReversed(), [
    'integration.create',
    'integration.token_add',
    'integration.update',
    'integration.update',
  ])
})

test('the built-in integration has no tokens and stays, but can be switched off', async () => {
  const { items } = await hub.must('GET', '/hub/v1/scim-integrations')
  const { id } = items.find(({ builtIn }: { builtIn: boolean }) => builtIn)
  const path = `/hub/v1/scim-integrations/${id}`
  for (const call of [
    { method: 'DELETE', path },
    { method: 'POST', path: `${path}/tokens`, headers: { 'content-type': 'application/json' }, body: '{}' },
  ])
    assert.equal((await hub.call(call)).body.code, 'integration_built_in')
  const admin = clientWith(hub, id, hub.owner.apiKey)
  await hub.must('PATCH', path, { enabled: false })
  assert.equal((await admin.send('GET', '/Users?count=0')).status, 403)
  await hub.must('PATCH', path, { enabled: true })
  assert.equal((await admin.send('GET', '/Users?count=0')).status, 200)
})

test('a change flows on: to the dynamic groups, and to the accounts of the domains', async () => {
  const directory = (await hub.must('POST', '/hub/v1/directories', { domain: 'flow.example', useCase: 'TWOWAYSYNC' }))
    .id
  const memberQuery = { queryType: 'FilterQuery', filters: [{ field: 'department', operator: 'eq', value: 'Flow' }] }
  const group = await hub.must('POST', '/api/v2/usergroups', {
    name: 'flow',
    membershipMethod: 'DYNAMIC_AUTOMATED',
    memberQuery,
  })
  const made = await client.user('flow', { [enterprise]: { department: 'Elsewhere' } })
  await hub.must('PUT', `/hub/v1/users/${made.id}/directories/${directory}`)
  await client.patch(`/Users/${made.id}`, { op: 'Replace', path: `${enterprise}:department`, value: 'Flow' })
  const until = async (holds: () => Promise<boolean>): Promise<void> => {
    const deadline = performance.now() + 60_000
    while (!(await holds())) {
      assert.ok(performance.now() < deadline, 'it never came')
      await new Promise((resolve) => setTimeout(resolve, 50))
    }
  }
  await until(async () => (await client.must('GET', `/Users/${made.id}`)).groups?.[0]?.value === group.id)
  await until(async () => (await hub.must('GET', `/hub/v1/users/${made.id}`)).accounts.length === 1)
  const account = async () =>
    (
      await hub.database.query<{ desired: number }>({
        text: 'select desired_revision as desired from accounts where user_id = $1',
        values: [made.id],
      })
    )[0]?.desired ?? 0
  const earlier = await account()
  await client.patch(`/Users/${made.id}`, { op: 'replace', path: 'title', value: 'New' })
  await until(async () => (await account()) > earlier)
})
