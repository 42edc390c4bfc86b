// The log of an integration: what is kept and what is not, how it is searched, what is sent again, and why somebody is not there.
import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { systemClock } from '@lockstep/kernel/clock'
import { type HubInProcess, startHubInProcess } from '../../../../../tests/support/hub-in-process.ts'
import { enterprise, refused, type ScimClient, scimClient, userUrn } from '../../../../../tests/support/scim-client.ts'
import { createRequestLog } from '../../directory/integrations/request-log.service.ts'
import { silentLog } from '../../platform/log/log.ts'

let hub: HubInProcess
before(async () => {
  hub = await startHubInProcess({ background: false })
})
after(() => hub.stop())

const pathOf = ({ integrationId }: ScimClient): string => `/hub/v1/scim-integrations/${integrationId}`

// oxlint-disable-next-line typescript/no-explicit-any -- tests look into bodies of every shape
async function rows(client: ScimClient, query = ''): Promise<readonly any[]> {
  return (await hub.must('GET', `${pathOf(client)}/requests?limit=200${query}`)).items
}

const secret = 'Correct-horse-battery-9'

test('writes and refusals are kept with bodies, without secrets, newest first, in pages', async () => {
  const client = await scimClient(hub, { profile: 'okta' })
  const user = await client.user('logged', { password: secret, externalId: 'okta-1' })
  await client.patch(`/Users/${user.id}`, { op: 'replace', path: 'password', value: `${secret}!` })
  await refused(client.send('POST', '/Users', { ...user, id: undefined }), 409, 'uniqueness')
  await refused(client.send('POST', '/Users', '{"password": "' + secret), 400, 'invalidSyntax')
  const all = await rows(client)
  assert.deepEqual(
    all.map(({ method, status, outcome }) => `${method} ${status} ${outcome}`),
    ['POST 400 refused', 'POST 409 refused', 'PATCH 200 done', 'POST 201 done'],
  )
  assert.match(all[1].words, /Another user has this username/)
  const details = await Promise.all(all.map(({ id }) => hub.must('GET', `${pathOf(client)}/requests/${id}`)))
  assert.ok(!JSON.stringify(details).includes(secret.slice(0, 12)))
  assert.equal(details[3].requestBody.password, '[redacted]')
  assert.equal(details[3].responseBody.userName, 'logged')
  assert.deepEqual([details[3].subjectId, details[3].subject, details[3].canReplay], [user.id, 'logged', false])
  const stored = await hub.database.query<{ all: string }>({
    text: `select string_agg(integration_requests::text, ' ') as all from integration_requests`,
  })
  assert.ok(!stored[0]?.all.includes(secret.slice(0, 12)) && !stored[0]?.all.includes(client.token))
  const found = async (query: string): Promise<number> => (await rows(client, query)).length
  assert.deepEqual(
    await Promise.all([
      found('&outcome=refused'),
      found('&status=409'),
      found('&status=4xx'),
      found('&user=OKTA-1'),
      found('&user=logged%40example.com'),
      found(`&user=${user.id}`),
      found('&method=PATCH'),
      found('&path=%2FGroups'),
      found('&search=another%20user'),
      found('&from=2999-01-01T00:00:00Z'),
      found('&until=2999-01-01T00:00:00Z'),
      found(`&correlationId=${all[0].correlationId}`),
    ]),
    [2, 1, 2, 3, 3, 2, 1, 0, 1, 0, 4, 1],
  )
  const leap = await hub.call({ method: 'GET', path: `${pathOf(client)}/requests?from=9999-12-31T23:59:60Z` })
  assert.deepEqual([leap.status, leap.body.field], [400, 'from'])
  const first = await hub.must('GET', `${pathOf(client)}/requests?limit=3`)
  const second = await hub.must('GET', `${pathOf(client)}/requests?limit=3&after=${first.next}`)
  assert.deepEqual([first.total, first.items.length, second.items.length, second.next], [4, 3, 1, undefined])
})

test('reads are counted and one is kept as a sample; reads that fail are kept', async () => {
  const client = await scimClient(hub)
  for (let count = 0; count < 5; count += 1) await client.must('GET', '/Users?count=1')
  await refused(client.send('GET', '/Users?filter=nothing'), 400, 'invalidFilter')
  const [failed, sample, ...more] = await rows(client, '&reads=true')
  assert.deepEqual([failed.status, failed.isRead, sample.status, sample.isRead], [400, true, 200, true])
  // One a minute, and a slow machine may take several of them here.
  assert.ok(more.every(({ status, isRead }) => status === 200 && isRead === true))
  assert.deepEqual(await rows(client), [])
  const { items } = await hub.must('GET', `${pathOf(client)}/request-counts`)
  const sum = (key: string): number =>
    items.reduce((total: number, hour: Readonly<Record<string, number>>) => total + Number(hour[key]), 0)
  assert.deepEqual([sum('reads'), sum('writes'), sum('failures')], [6, 0, 1])
})

test('an integration says when its client last came, whom it owns, and what failed', async () => {
  const client = await scimClient(hub)
  assert.deepEqual((await hub.must('GET', pathOf(client))).figures, { activeUsers: 0, failures: 0 })
  const { id } = await client.user('figured')
  await client.user('second')
  await refused(
    client.send('POST', '/Users', { userName: 'figured', emails: [{ value: 'f@example.com' }] }),
    409,
    'uniqueness',
  )
  await refused(client.send('GET', '/Users?filter=nothing'), 400, 'invalidFilter')
  await client.patch(`/Users/${id}`, { op: 'replace', path: 'active', value: false })
  const { items } = await hub.must('GET', '/hub/v1/scim-integrations')
  const { figures } = items.find((each: { readonly id: string }) => each.id === client.integrationId)
  const [last] = await rows(client, '&reads=true')
  assert.deepEqual(figures, { activeUsers: 1, failures: 2, lastRequest: last.at })
  assert.deepEqual(
    (await rows(client, '&reads=true&status=errors')).map(({ status }) => status),
    [400, 409],
  )
})

test('the operations of a bulk request are rows of their own', async () => {
  const client = await scimClient(hub)
  const data = (userName: string) => ({ schemas: [userUrn], userName, emails: [{ value: `${userName}@example.com` }] })
  await client.must('POST', '/Bulk', {
    schemas: ['urn:ietf:params:scim:api:messages:2.0:BulkRequest'],
    Operations: [
      { method: 'POST', path: '/Users', bulkId: 'a', data: data('in.bulk') },
      { method: 'POST', path: '/Users', bulkId: 'b', data: data('in bulk') },
    ],
  })
  const all = await rows(client)
  assert.deepEqual(all.map(({ path, status }) => `${path} ${status}`).toSorted(), [
    '/Bulk 200',
    '/Users 201',
    '/Users 400',
  ])
  assert.equal(new Set(all.map(({ correlationId }) => correlationId)).size, 1)
})

test('a refused request is sent again as the integration, and is done once its hindrance is gone', async () => {
  const client = await scimClient(hub, { name: 'Again' })
  const there = await hub.must('POST', '/hub/v1/users', { username: 'again', email: 'other@example.com' })
  const sent = { schemas: [userUrn], userName: 'again', emails: [{ value: 'again@example.com' }], password: secret }
  await refused(client.send('POST', '/Users', sent), 409, 'uniqueness')
  const [failed] = await rows(client)
  const replay = () => hub.call({ method: 'POST', path: `${pathOf(client)}/requests/${failed.id}/replay` })
  const still = await replay()
  assert.deepEqual([still.status, still.body.status, still.body.replayOf], [201, 409, failed.id])
  await hub.must('DELETE', `/hub/v1/users/${there.id}`)
  const { body } = await replay()
  assert.deepEqual([body.status, body.outcome, body.subject], [201, 'done', 'again'])
  const { items } = await hub.must('GET', `/hub/v1/journal?subjectId=${body.subjectId}`)
  assert.deepEqual([items[0].actorKind, items[0].actor, items[0].action], ['integration', 'Again', 'user.create'])
  assert.match(items[0].reason, /sent again by owner@example\.com/)
  const repeated = await hub.call({ method: 'POST', path: `${pathOf(client)}/requests/${body.id}/replay` })
  assert.deepEqual([repeated.status, repeated.body.code], [409, 'request_not_repeatable'])
})

test('a request is sent again to the address that it had, whatever that was', async () => {
  const client = await scimClient(hub)
  const { id } = await client.user('odd.address')
  await client.send('DELETE', '/Groups/100%25')
  await client.send('DELETE', `/Users/${id}%3Fattributes=id`)
  await client.send('DELETE', '//Groups/none')
  const [group, user, percent] = await rows(client)
  for (const { id: row, path } of [group, user, percent]) {
    const { status, body } = await hub.call({ method: 'POST', path: `${pathOf(client)}/requests/${row}/replay` })
    assert.deepEqual([status, body.status, body.path], [201, 404, path])
  }
  assert.equal((await client.send('GET', `/Users/${id}`)).status, 200)
})

test('why somebody was or was not provisioned is told in words', async () => {
  const client = await scimClient(hub, { name: 'Asker', guardCount: 0, guardPercent: 0 })
  const why = (user: string) => hub.must('GET', `${pathOf(client)}/explanation?user=${encodeURIComponent(user)}`)
  const never = await why('nobody.ever')
  assert.equal(never.answer, 'never_asked')
  assert.match(never.words, /Asker never asked/)
  await client.send('POST', '/Users', {
    schemas: [userUrn],
    userName: 'no one',
    emails: [{ value: 'noone@example.com' }],
  })
  const refusal = await why('NOONE@example.com')
  assert.equal(refusal.answer, 'refused')
  assert.match(refusal.words, /was refused \(400\): username: must not contain blanks/)
  const user = await client.user('asked', { externalId: 'x-9' })
  assert.deepEqual([(await why('x-9')).answer, (await why('asked')).userId], ['provisioned', user.id])
  await client.patch(`/Users/${user.id}`, { op: 'replace', path: 'active', value: false })
  const held = await why('asked@example.com')
  assert.deepEqual([held.answer, typeof held.planId], ['held', 'string'])
  await client.patch(`/Users/${user.id}`, { op: 'replace', path: 'active', value: true })
  assert.equal((await why('asked')).answer, 'provisioned')
  await hub.must('POST', '/hub/v1/users', { username: 'alone', email: 'alone@example.com' })
  await client.send('POST', '/Users', {
    schemas: [userUrn],
    userName: 'alone',
    emails: [{ value: 'alone2@example.com' }],
  })
  const alone = await why('alone')
  assert.equal(alone.answer, 'not_owned')
  assert.match(alone.words, /refused \(409\).*takeoverBy/)
  const other = await scimClient(hub, { name: 'Else' })
  await other.user('theirs')
  assert.match((await why('theirs')).words, /belongs to Else/)
  const gone = await other.user('leaver')
  await other.send('DELETE', `/Users/${gone.id}`)
  const left = await hub.must('GET', `${pathOf(other)}/explanation?user=leaver`)
  assert.equal(left.answer, 'deleted')
})

test('rows go after 30 days', async () => {
  const client = await scimClient(hub)
  await client.user('old.row')
  assert.equal((await rows(client)).length, 1)
  await hub.database.execute({
    text: `update integration_requests set id = '60000000' || substr(id, 9) where integration_id = $1`,
    values: [client.integrationId],
  })
  await createRequestLog({ database: hub.database, clock: systemClock, log: silentLog }).removeOld()
  assert.deepEqual(await rows(client), [])
})

test('a table of attributes is tried without anything being stored, then decides', async () => {
  const client = await scimClient(hub, { usernameRule: 'email_before_at', emailRule: 'work' })
  const user = {
    schemas: [userUrn],
    userName: 'Jane.Roe@corp.example',
    emails: [
      { value: 'private@home.example', primary: true },
      { value: 'Jane@corp.example', type: 'work' },
    ],
    title: 'chief',
    nickName: 'Janey',
    phoneNumbers: [{ value: '+49 30 1', type: 'mobile' }],
    [enterprise]: { division: 'North', department: 'R&D' },
    password: secret,
  }
  const mapping = [
    { path: 'title', field: 'jobTitle', transform: 'upper' },
    { path: 'nickName', field: 'attributes.nick' },
    { path: 'phoneNumbers[type eq "mobile"].value', field: 'attributes.mobile' },
    { path: `${enterprise}:division`, field: 'department' },
  ]
  const tried = await hub.must('POST', `${pathOf(client)}/mapping-trial`, { user, mapping })
  const { attributes, ...fields } = tried.fields
  assert.deepEqual(
    [fields.username, fields.email, fields.jobTitle, fields.department, fields.password, tried.refusal],
    ['Jane', 'Jane@corp.example', 'CHIEF', 'North', '[redacted]', undefined],
  )
  assert.deepEqual(
    attributes.map(({ name, value }: { name: string; value: string }) => [name, value]),
    [
      ['nick', 'Janey'],
      ['mobile', '+49 30 1'],
    ],
  )
  assert.deepEqual([tried.kept.userName, tried.kept[enterprise].department], ['Jane.Roe@corp.example', 'R&D'])
  assert.deepEqual(await client.found('Users', 'userName eq "jane.roe@corp.example"'), [])
  const blank = await hub.must('POST', `${pathOf(client)}/mapping-trial`, {
    user: { ...user, emails: [{ value: 'x y' }] },
  })
  assert.match(blank.refusal, /^username: must not contain blanks/)
  const wrong = { mapping: [{ path: 'nothing', field: 'jobTitle' }] }
  const headers = { 'content-type': 'application/json' }
  const change = (body: object) =>
    hub.call({ method: 'PATCH', path: pathOf(client), headers, body: JSON.stringify(body) })
  const refusal = await change(wrong)
  assert.deepEqual([refusal.status, refusal.body.field], [400, 'mapping.0.path'])
  assert.equal((await change({ mapping })).status, 200)
  const made = await client.must('POST', '/Users', user)
  assert.deepEqual([made.userName, made.title, made.nickName], ['Jane.Roe@corp.example', 'chief', 'Janey'])
  assert.deepEqual(await client.found('Users', 'userName eq "jane.roe@corp.example"'), [made.id])
  assert.deepEqual(await client.found('Users', 'nickName eq "janey"'), [made.id])
  const v1 = await hub.must('GET', `/api/systemusers/${made.id}`)
  assert.deepEqual([v1.username, v1.email, v1.jobTitle, v1.department], ['Jane', 'Jane@corp.example', 'CHIEF', 'North'])
  const patched = await client.patch(
    `/Users/${made.id}`,
    { op: 'replace', path: 'nickName', value: 'JJ' },
    { op: 'replace', path: 'title', value: 'boss' },
    { op: 'remove', path: 'phoneNumbers' },
  )
  assert.deepEqual([patched.body.nickName, patched.body.title], ['JJ', 'boss'])
  const now = await hub.must('GET', `/api/systemusers/${made.id}`)
  assert.deepEqual(
    [now.jobTitle, now.attributes.map(({ name, value }: { name: string; value: string }) => `${name}=${value}`)],
    ['BOSS', ['nick=JJ']],
  )
})
