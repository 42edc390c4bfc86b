// A program with nothing but the printed client walks through what administrators do with people, groups and devices.
import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { eachRow, type Systemuserput, type Systemuserputpost } from '../openapi/jumpcloud-client.ts'
import {
  type Client,
  everyOf,
  present,
  refusalOf,
  startTypedWorld,
  type TypedWorld,
  unlistedDifferences,
  until,
} from './support/typed-world.ts'

let world: TypedWorld
let client: Client
before(async () => {
  world = await startTypedWorld()
  client = world.client
})
after(() => world.hub.stop())

const missing = 'f'.repeat(24)

async function makeUser(username: string, more: Partial<Systemuserputpost> = {}): Promise<string> {
  const { body } = await client.systemusersPost({ body: { username, email: `${username}@example.com`, ...more } })
  return present(body._id)
}

async function makeGroup(name: string): Promise<string> {
  return present((await client.groupsUserPost({ body: { name } })).body.id)
}

const publicKey = 'ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIEP3p/BNWGvjyISrfUpR3ShmoOSbQDwW1H9RdMAmPdn5 work'

const details = {
  firstname: 'Ada',
  middlename: 'King',
  lastname: 'Lovelace',
  displayname: 'Ada Lovelace',
  description: 'Countess',
  company: 'Engines',
  costCenter: '17',
  department: 'Analysis',
  employeeIdentifier: 'E-1843',
  employeeType: 'Permanent',
  jobTitle: 'Analyst',
  location: 'London',
  alternateEmail: 'ada@engines.example',
  managedAppleId: 'ada@apple.example',
  recoveryEmail: { address: 'ada@home.example' },
  unix_uid: 6001,
  unix_guid: 6002,
  sudo: true,
  passwordless_sudo: false,
  ldap_binding_user: true,
  samba_service_user: false,
  enable_managed_uid: true,
  allow_public_key: true,
  password_never_expires: true,
  disableDeviceMaxLoginAttempts: true,
  external_dn: 'CN=Ada,DC=engines,DC=example',
  external_source_type: 'hr',
  mfa: { exclusion: false, configured: false },
  attributes: [{ name: 'shoeSize', value: '38' }],
  addresses: [
    {
      type: 'work',
      country: 'GB',
      region: 'London',
      locality: 'Marylebone',
      postalCode: 'NW1',
      streetAddress: '1 St James Square',
      extendedAddress: 'East',
      poBox: '12',
    },
  ],
  phoneNumbers: [
    { type: 'home', number: '+44 1' },
    { type: 'work', number: '+44 2' },
  ],
} satisfies Partial<Systemuserputpost>

test('a user with every kind of field is created, read, changed, found and deleted', async () => {
  const manager = await makeUser('charles')
  const given = { ...details, manager, password: 'Difference-engine-1', tags: ['first'] }
  const { body: made } = await client.systemusersPost({
    body: { username: 'ada', email: 'ada@example.com', state: 'ACTIVATED', ...given },
  })
  const id = present(made._id)
  const { body: read } = await client.systemusersGet({ path: { id } })
  assert.deepEqual(read, made)
  const { addresses, phoneNumbers, attributes, recoveryEmail, password: _password, tags: _tags, ...plain } = given
  for (const [field, value] of Object.entries(plain)) assert.deepEqual(read[field as 'username'], value, field)
  assert.equal(read.recoveryEmail?.address, recoveryEmail.address)
  assert.deepEqual(withoutIds(read.addresses), addresses)
  assert.deepEqual(withoutIds(read.phoneNumbers), phoneNumbers)
  assert.deepEqual(withoutIds(read.attributes), attributes)
  assert.deepEqual([read.email, read.state, read.activated], ['ada@example.com', 'ACTIVATED', true])

  const change: Systemuserput = { jobTitle: 'Programmer', attributes: [...attributes, { name: 'hat', value: 'M' }] }
  const { body: changed } = await client.systemusersPut({ path: { id }, body: change })
  assert.deepEqual([changed.jobTitle, changed.lastname, changed.attributes?.length], ['Programmer', 'Lovelace', 2])

  const { body: found } = await client.searchSystemusersPost({
    body: {
      filter: { and: [{ department: 'Analysis' }, { jobTitle: 'Programmer' }] },
      searchFilter: { searchTerm: 'lovel', fields: ['lastname'] },
      fields: 'username email',
    },
  })
  assert.equal(found.totalCount, 1)
  assert.deepEqual(found.results?.[0], { _id: id, id, username: 'ada', email: 'ada@example.com' })

  const { body: key } = await client.sshkeyPost({ path: { id }, body: { name: 'work', public_key: publicKey } })
  assert.equal((await client.sshkeyList({ path: { id } })).body.length, 1)
  await client.sshkeyDelete({ path: { systemuser_id: id, id: present(key._id) } })
  assert.deepEqual((await client.sshkeyList({ path: { id } })).body, [])

  const reports = await client.systemusersDelete({ path: { id: manager }, query: { cascade_manager: 'null' } })
  assert.equal(reports.body.username, 'charles')
  assert.ok([null, ''].includes((await client.systemusersGet({ path: { id } })).body.manager ?? null))
  assert.equal((await client.systemusersDelete({ path: { id } })).body._id, id)
  assert.equal((await refusalOf(client.systemusersGet({ path: { id } }))).status, 404)
})

function withoutIds(rows: readonly object[] | undefined): readonly object[] {
  return (rows ?? []).map((row) =>
    Object.fromEntries(Object.entries(row).filter(([name]) => name !== '_id' && name !== 'id')),
  )
}

test('users are activated, suspended, unlocked, expired and excused from a second factor', async () => {
  const id = await makeUser('grace', { state: 'STAGED' })
  const path = { id }
  const state = async (): Promise<unknown> => (await client.systemusersGet({ path })).body.state
  assert.equal(await state(), 'STAGED')
  await client.systemusersStateActivate({ path, body: {} })
  assert.equal(await state(), 'ACTIVATED')
  await client.systemusersStateSuspend({ path })
  assert.equal(await state(), 'SUSPENDED')
  await client.systemusersStateActivate({ path })
  await client.systemusersUnlock({ path })
  await client.systemusersExpire({ path })
  await client.systemusersResetmfa({ path, body: { exclusion: true, exclusionDays: 2 } })
  const { body } = await client.systemusersGet({ path })
  assert.deepEqual([body.state, body.account_locked, body.mfa?.exclusion], ['ACTIVATED', false, true])
  await client.systemusersMfaEnforce({ path, body: { enable_user_portal_multifactor: true } })
  assert.equal((await client.systemusersGet({ path })).body.enable_user_portal_multifactor, true)
})

test('refusals say what is wrong: 400, 404 and 409', async () => {
  const id = await makeUser('twin')
  const again = client.systemusersPost({ body: { username: 'twin', email: 'other@example.com' } })
  assert.deepEqual([(await refusalOf(again)).status, (await refusalOf(again)).field], [400, 'username'])
  const term = client.systemusersList({ query: { filter: 'username:$near:twin' } })
  assert.match((await refusalOf(term)).message, /near/)
  assert.equal((await refusalOf(client.groupsUserGet({ path: { id: missing } }))).status, 404)
  assert.equal((await refusalOf(client.groupsUserGet({ path: { id: 'short' } }))).status, 400)
  const group = { path: { group_id: await makeGroup('Twins') } }
  const member = { op: 'add', type: 'user', id } as const
  await client.graphUserGroupMembersPost({ ...group, body: member })
  assert.equal((await refusalOf(client.graphUserGroupMembersPost({ ...group, body: member }))).status, 409)
  const stranger = client.graphUserGroupMembersPost({ ...group, body: { ...member, id: missing } })
  assert.equal((await refusalOf(stranger)).status, 404)
  assert.equal((await refusalOf(client.groupsUserPost({ body: { name: 'Twins' } }))).status, 409)
  const nobody = world.clientWith('x'.repeat(40))
  assert.equal((await refusalOf(nobody.systemusersList())).status, 401)
})

test('members are added, listed page by page until one is empty, and removed', async () => {
  const ids: string[] = []
  for (let index = 0; index < 23; index += 1) ids.push(await makeUser(`member-${String(index).padStart(2, '0')}`))
  const group_id = await makeGroup('Many')
  for (const id of ids)
    await client.graphUserGroupMembersPost({ path: { group_id }, body: { op: 'add', type: 'user', id } })
  const listed = async (): Promise<readonly string[]> => {
    const rows = eachRow((page) => client.graphUserGroupMembersList({ path: { group_id }, query: page }), 7)
    return (await everyOf(rows)).map(({ to }) => to.id)
  }
  assert.deepEqual((await listed()).toSorted(), ids.toSorted())
  const beyond = await client.graphUserGroupMembership({ path: { group_id }, query: { limit: 10, skip: 30 } })
  assert.deepEqual([beyond.body, beyond.headers.get('x-total-count')], [[], '23'])
  const [first = ''] = ids
  await client.graphUserGroupMembersPost({ path: { group_id }, body: { op: 'remove', type: 'user', id: first } })
  assert.deepEqual((await listed()).toSorted(), ids.slice(1).toSorted())

  const query = { filter: 'username:$sw:member-', sort: '-username', fields: 'username' }
  const users = await everyOf(eachRow((page) => client.systemusersList({ query: { ...query, ...page } }), 10))
  assert.deepEqual(
    users.map(({ username }) => username),
    ids.map((_, index) => `member-${String(index).padStart(2, '0')}`).toReversed(),
  )
})

test('a dynamic group takes in whom its rule names, and suggests where it must not', async () => {
  const id = await makeUser('rosalind', { department: 'Crystals' })
  const rule = {
    memberQuery: { queryType: 'FilterQuery', filters: [{ field: 'department', operator: 'eq', value: 'Crystals' }] },
  } as const
  const { body: automated } = await client.groupsUserPost({
    headers: { 'x-query-dsl': 'v1' },
    body: { name: 'Crystals', membershipMethod: 'DYNAMIC_AUTOMATED', ...rule },
  })
  const group_id = present(automated.id)
  await until(async () => {
    const { body } = await client.graphUserGroupMembersList({ path: { group_id } })
    return body.map(({ to }) => to.id).includes(id)
  })
  const { body: reviewed } = await client.groupsUserPost({
    body: { name: 'Crystals, reviewed', membershipMethod: 'DYNAMIC_REVIEW_REQUIRED', ...rule },
  })
  const path = { group_id: present(reviewed.id) }
  await until(async () => (await client.groupsUserSuggestionsGet({ path })).body.length === 1)
  assert.deepEqual((await client.groupsUserSuggestionsGet({ path })).body[0]?.object?.id, id)
  await client.groupsUserSuggestionsPost({ path, body: { user_ids: [id] } })
  assert.deepEqual(
    (await client.graphUserMemberOf({ path: { user_id: id } })).body.map((one) => one.id).toSorted(),
    [group_id, path.group_id].toSorted(),
  )
  const { body: named } = await client.groupsUserPut({ path: { id: group_id }, body: { name: 'Structures' } })
  assert.equal(named.name, 'Structures')
  await client.groupsUserDelete({ path: { id: path.group_id } })
  const { body: groups } = await client.groupsList({ query: { filter: ['name:eq:Structures', 'type:eq:user_group'] } })
  assert.deepEqual(
    groups.map((group) => group.id),
    [group_id],
  )
})

test('the graph leads from people over groups to devices and applications, and back', async () => {
  const user_id = await makeUser('dorothy')
  const group_id = await makeGroup('Chemists')
  const system_id = await world.makeSystem('bench-1')
  const devices = present((await client.groupsSystemPost({ body: { name: 'Benches' } })).body.id)
  await client.graphUserGroupMembersPost({ path: { group_id }, body: { op: 'add', type: 'user', id: user_id } })
  await client.graphSystemGroupMembersPost({
    path: { group_id: devices },
    body: { op: 'add', type: 'system', id: system_id },
  })
  const sudo = { sudo: { enabled: true, withoutPassword: false } }
  await client.graphUserGroupAssociationsPost({
    path: { group_id },
    body: { op: 'add', type: 'system_group', id: devices, attributes: sudo },
  })
  const { body: application } = await client.applicationsPost({
    body: { name: 'wiki', displayName: 'Wiki', ssoUrl: 'https://wiki.example', config: {} },
  })
  const application_id = present(application._id)
  await client.graphUserAssociationsPost({
    path: { user_id },
    body: { op: 'add', type: 'application', id: application_id },
  })
  const { body: systems } = await client.graphUserTraverseSystem({ path: { user_id } })
  assert.deepEqual(
    systems.map(({ id, paths }) => [id, paths[0]?.map(({ to }) => to.id)]),
    [[system_id, [group_id, devices, system_id]]],
  )
  const { body: people } = await client.graphSystemTraverseUser({ path: { system_id } })
  assert.deepEqual(
    people.map(({ id }) => id),
    [user_id],
  )
  const { body: edges } = await client.graphUserGroupAssociationsList({
    path: { group_id },
    query: { targets: ['system_group'] },
  })
  assert.deepEqual([edges[0]?.to.id, edges[0]?.attributes], [devices, sudo])
  const { body: apps } = await client.graphUserTraverseApplication({ path: { user_id } })
  assert.equal(apps[0]?.id, application_id)

  const { body: named } = await client.systemsPut({
    path: { id: system_id },
    body: { displayName: 'Bench', allowSshRootLogin: true, tags: ['lab'] },
  })
  assert.deepEqual([named.displayName, named.allowSshRootLogin, named.tags], ['Bench', true, ['lab']])
  const { body: found } = await client.searchSystemsPost({
    body: { searchFilter: { searchTerm: 'bench', fields: ['hostname'] }, fields: 'hostname' },
  })
  assert.equal(found.totalCount, 1)
  await client.systemsDelete({ path: { id: system_id } })
  assert.deepEqual((await client.graphUserTraverseSystem({ path: { user_id } })).body, [])
})

test('bulk jobs run to their end, with a result for every row', async () => {
  const rows = Array.from({ length: 12 }, (_, index) => ({
    username: `bulk-${index}`,
    email: `bulk-${index}@example.com`,
  }))
  const { body: job } = await client.bulkUsersCreate({
    query: { suppressEmail: true },
    headers: { 'creation-source': 'jumpcloud:bulk' },
    body: [...rows, { username: 'bulk-0', email: 'other@example.com' }],
  })
  const results = async (job_id: string) =>
    everyOf(eachRow((page) => client.bulkUsersCreateResults({ path: { job_id }, query: page }), 5))
  const job_id = present(job.jobId)
  await until(async () => (await results(job_id)).every(({ status }) => status !== 'pending'))
  const done = await results(job_id)
  assert.equal(done.length, 13)
  assert.deepEqual(
    done.map(({ status }) => status),
    [...rows.map(() => 'finished'), 'failed'],
  )
  assert.match(done.at(-1)?.statusMsg ?? '', /username/i)
  const { body: made } = await client.systemusersList({ query: { filter: 'username:$sw:bulk-', limit: 100 } })
  assert.equal(made.totalCount, 12)
  const changes = (made.results ?? []).map(({ _id }) => ({ id: present(_id), lastname: 'Bulk', department: 'Rows' }))
  const { body: second } = await client.bulkUsersUpdate({ body: changes })
  await until(async () => (await results(present(second.jobId))).every(({ status }) => status === 'finished'))
  const { body: changed } = await client.systemusersList({ query: { filter: 'department:Rows' } })
  assert.deepEqual([changed.totalCount, changed.results?.[0]?.lastname], [12, 'Bulk'])
})

test('nothing that was answered differs from the descriptions, apart from what is listed', async () => {
  assert.ok(world.answered.size > 35, [...world.answered].join('\n'))
  assert.deepEqual(await unlistedDifferences(world), [])
})
