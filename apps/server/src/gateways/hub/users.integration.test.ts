import assert from 'node:assert/strict'
import { after, before, beforeEach, test } from 'node:test'
import type { Page } from '@lockstep/contract/hub/page'
import type { BulkResult, UserDetail, UserExplanation, UserRow } from '@lockstep/contract/hub/user'
import { type HubFixture, hubFixture, refusalOf } from '../../../../../tests/hub-fixture.ts'
import { systemActor } from '../../directory/access/access.rules.ts'

let hub: HubFixture
const absent = '0'.repeat(24)
const nobody = 'a'.repeat(24)

before(async () => {
  hub = await hubFixture()
})
after(() => hub.close())
beforeEach(async () => {
  await hub.database.execute({ text: 'truncate users, groups, directories, bindings, journal cascade' })
  hub.users.forgetCounts()
})

const ada = {
  username: 'ada',
  email: 'ada@example.com',
  displayname: 'Ada Lovelace',
  department: 'Engines',
  jobTitle: 'Analyst',
}

async function make(body: object = ada): Promise<UserDetail> {
  const made = await hub.call<UserDetail>('POST users', { body })
  assert.equal(made.status, 201, JSON.stringify(made.body))
  return made.body
}

test('a user is created, read, changed and deleted', async () => {
  const made = await make({ ...ada, phoneNumbers: [{ type: 'work', number: '+44 1' }] })
  assert.equal(made.displayName, 'Ada Lovelace')
  assert.deepEqual([made.department, made.jobTitle, made.state, made.revision], ['Engines', 'Analyst', 'ACTIVATED', 1])
  assert.deepEqual([made.accounts, made.groups, made.restrictedFields], [[], [], []])
  assert.equal(made.fields['username'], 'ada')
  assert.ok(!JSON.stringify(made).includes('"password"'))

  const changed = await hub.call<UserDetail>(`PATCH users/${made.id}`, {
    body: { department: 'Research', revision: 1 },
  })
  assert.deepEqual([changed.status, changed.body.department, changed.body.revision], [200, 'Research', 2])
  assert.deepEqual((await hub.call<UserDetail>(`GET users/${made.id}`)).body, changed.body)

  assert.deepEqual(await hub.call(`DELETE users/${made.id}`), { status: 204, body: undefined })
  assert.equal(refusalOf(await hub.call(`GET users/${made.id}`)), '404 not_found id')
})

test('a user is called by the display name, else by first and last name, else by the username', async () => {
  const { displayname: _none, ...plain } = ada
  const nameOf = async (body: object) => (await make(body)).name
  assert.equal(await nameOf(ada), 'Ada Lovelace')
  assert.equal(await nameOf({ ...plain, username: 'b', email: 'b@example.com', firstname: 'Bea', lastname: '' }), 'Bea')
  const both = { ...plain, username: 'c', email: 'c@example.com', firstname: 'Cy', lastname: 'Young' }
  assert.equal(await nameOf(both), 'Cy Young')
  assert.equal(await nameOf({ ...plain, username: 'd', email: 'd@example.com' }), 'd')
  const { body } = await hub.call<Page<UserRow>>('GET users?sort=username')
  assert.deepEqual(
    body.items.map(({ name }) => name),
    ['Ada Lovelace', 'Bea', 'Cy Young', 'd'],
  )
})

test('a lock of the hub is ended with a reason that the journal keeps, by who may change users', async () => {
  const { id } = await make()
  await hub.users.change({ actor: systemActor('test'), cause: { kind: 'request' } }, id, {
    input: { account_locked: true },
  })
  assert.equal((await hub.call<UserDetail>(`GET users/${id}`)).body.accountLocked, true)
  const unlock = (as?: 'read_only') =>
    hub.call<UserDetail>(`POST users/${id}/unlock`, { ...(as ? { as } : {}), body: { reason: 'called us' } })
  assert.equal((await unlock('read_only')).status, 403)
  const { status, body } = await unlock()
  assert.deepEqual([status, body.accountLocked], [200, false])
  const { items } = await hub.journal.list({ subjectId: id, limit: 1 })
  assert.deepEqual(items[0]?.changes?.['account_locked'], { before: true, after: false })
  assert.match(items[0]?.reason ?? '', /called us/)
  assert.deepEqual(
    [(await unlock()).status, (await hub.journal.list({ subjectId: id, limit: 9 })).items.length],
    [200, 3],
  )
})

test('rows keep their ids when they are sent back, and sending a user back changes nothing', async () => {
  const phoneNumbers = [
    { type: 'work', number: '+44 1' },
    { type: 'home', number: '+44 2' },
  ]
  const addresses = [{ type: 'work', locality: 'London' }]
  const made = await make({ ...ada, phoneNumbers, addresses, attributes: [{ name: 'badge', value: '7' }] })
  const stored = made.fields['phoneNumbers'] as { _id: string; number: string }[]
  assert.match(stored[0]?._id ?? '', /^[0-9a-f]{24}$/)
  const same = await hub.call<UserDetail>(`PATCH users/${made.id}`, {
    body: { phoneNumbers, addresses, attributes: [{ name: 'badge', value: '7' }] },
  })
  assert.equal(same.body.revision, 1)
  const changed = await hub.call<UserDetail>(`PATCH users/${made.id}`, {
    body: { phoneNumbers: [{ type: 'mobile', number: '+44 3' }, phoneNumbers[1]] },
  })
  const after = changed.body.fields['phoneNumbers'] as { _id: string; number: string }[]
  assert.equal(after[1]?._id, stored[1]?._id)
  assert.ok(!stored.some(({ _id }) => _id === after[0]?._id))
})

test('what is not valid is refused with the field at fault', async () => {
  const refused = async (body: unknown) => refusalOf(await hub.call('POST users', { body }))
  assert.equal(await refused({ email: ada.email }), '400 invalid_request username')
  assert.equal(await refused({ ...ada, email: 'nowhere' }), '400 invalid_request email')
  assert.equal(await refused({ ...ada, password: 'secret secret' }), '400 invalid_request password')
  assert.equal(await refused({ ...ada, phoneNumbers: [{ type: 'work' }] }), '400 invalid_request phoneNumbers.0.number')
  assert.equal(await refused({ ...ada, manager: nobody }), '400 invalid_request manager')
  assert.equal(await refused({ ...ada, state: 'SUSPENDED' }), '400 invalid_request state')
  assert.equal(await refused('{'), '400 invalid_json body')
  assert.equal(refusalOf(await hub.call('GET users/ada')), '400 invalid_request id')
  assert.equal(refusalOf(await hub.call('GET users?limit=0')), '400 invalid_request limit')
  assert.equal(refusalOf(await hub.call('GET users?colour=red')), '400 invalid_request colour')
  assert.equal(refusalOf(await hub.call('GET users?sort=password')), '400 invalid_request sort')
  assert.equal(refusalOf(await hub.call('GET nothing')), '404 route_not_found path')
})

test('a taken name and an old revision are conflicts', async () => {
  const made = await make()
  assert.equal(
    refusalOf(await hub.call('POST users', { body: { ...ada, username: 'ADA' } })),
    '409 username_taken username',
  )
  const sameEmail = { username: 'countess', email: 'ADA@example.com' }
  assert.equal(refusalOf(await hub.call('POST users', { body: sameEmail })), '409 email_taken email')
  await hub.call(`PATCH users/${made.id}`, { body: { company: 'Menabrea' } })
  const stale = await hub.call(`PATCH users/${made.id}`, { body: { company: 'King', revision: 1 } })
  assert.equal(refusalOf(stale), '409 revision_changed')
  assert.equal(refusalOf(await hub.call(`PATCH users/${absent}`, { body: { company: 'King' } })), '404 not_found id')
})

test('nobody unknown gets in, and a role does what it may', async () => {
  const made = await make()
  assert.equal(refusalOf(await hub.call('GET users', { as: 'nobody' })), '401 unauthenticated')
  assert.equal((await hub.call('GET users', { as: 'read_only' })).status, 200)
  assert.equal(refusalOf(await hub.call('POST users', { as: 'read_only', body: ada })), '403 forbidden')
  assert.equal(refusalOf(await hub.call(`DELETE users/${made.id}`, { as: 'help_desk' })), '403 forbidden')
  const bulk = { action: 'delete', ids: [made.id] }
  assert.equal(refusalOf(await hub.call('POST users/bulk', { as: 'help_desk', body: bulk })), '403 forbidden')
  const suspended = await hub.call<UserDetail>(`POST users/${made.id}/suspend`, { as: 'help_desk', body: {} })
  assert.equal(suspended.body.state, 'SUSPENDED')
})

test('the reason of a suspension explains the state', async () => {
  const made = await make()
  const suspended = await hub.call<UserDetail>(`POST users/${made.id}/suspend`, {
    body: { reason: 'left the company' },
  })
  assert.deepEqual([suspended.status, suspended.body.state, suspended.body.suspendedBy], [200, 'SUSPENDED', 'hub'])
  const { body } = await hub.call<UserExplanation>(`GET users/${made.id}/explanation`)
  assert.equal(body.fields['state']?.reason, 'Changed by administrator@example.com (left the company)')
  assert.equal(body.fields['state']?.action, 'user.suspend')
  assert.equal(body.fields['state']?.actorKind, 'administrator')
  assert.deepEqual([body.fields['state']?.before, body.fields['state']?.after], ['ACTIVATED', 'SUSPENDED'])
  const activated = await hub.call<UserDetail>(`POST users/${made.id}/activate`, { body: {} })
  assert.equal(activated.body.state, 'ACTIVATED')
  assert.equal(refusalOf(await hub.call(`GET users/${absent}/explanation`)), '404 not_found id')
})

test('a manager is deleted only with a word on the reports', async () => {
  const boss = await make()
  const report = await make({ username: 'max', email: 'max@example.com', manager: boss.id })
  assert.equal(report.managerName, 'Ada Lovelace')
  const refused = await hub.call(`DELETE users/${boss.id}`)
  assert.equal(refusalOf(refused), '409 user_has_reports cascadeManager')
  assert.match(refused.body.detail, /with cascadeManager\.$/)
  const unknown = await hub.call(`DELETE users/${boss.id}?cascadeManager=${nobody}`)
  assert.equal(refusalOf(unknown), '400 invalid_request cascadeManager')
  assert.match(unknown.body.detail, /^cascadeManager:/)
  assert.equal((await hub.call(`DELETE users/${boss.id}?cascadeManager=null`)).status, 204)
  assert.equal((await hub.call<UserDetail>(`GET users/${report.id}`)).body.managerName, undefined)
})

test('a bulk action changes each user on its own and says which it could not', async () => {
  const ids: string[] = []
  for (let index = 0; index < 20; index += 1)
    ids.push((await make({ username: `user${index}`, email: `user${index}@example.com` })).id)
  const body = { action: 'suspend', ids: [...ids, absent, ids[0]], reason: 'holidays' }
  const result = await hub.call<BulkResult>('POST users/bulk', { body })
  assert.deepEqual(result.body, { changed: 20, failures: [{ id: absent, code: 'not_found', message: 'Not Found' }] })
  assert.equal((await hub.call<Page<UserRow>>('GET users?state=SUSPENDED')).body.total, 20)
  await hub.call(`PATCH users/${ids[1]}`, { body: { manager: ids[0] } })
  const removed = await hub.call<BulkResult>('POST users/bulk', { body: { action: 'delete', ids: ids.slice(0, 1) } })
  assert.equal(removed.body.failures[0]?.code, 'user_has_reports')
  assert.equal(refusalOf(await hub.call('POST users/bulk', { body: { ...body, ids: [] } })), '400 invalid_request ids')
})

test('a list is searched and filtered, with the number of all that match', async () => {
  await make()
  await make({ username: 'max', email: 'max@example.com', department: 'Sales', lastname: 'Lovelace' })
  const names = async (query: string) => {
    const { body } = await hub.call<Page<UserRow>>(`GET users?${query}`)
    assert.equal(body.total, body.items.length)
    return body.items.map(({ username }) => username)
  }
  assert.deepEqual(await names('search=love'), ['ada', 'max'])
  assert.deepEqual(await names('search=love&sort=-username'), ['max', 'ada'])
  assert.deepEqual(await names('department=Sales'), ['max'])
  assert.deepEqual(await names('state=SUSPENDED'), [])
})

test('pages hold each of 250 users once, in every order, also while names are equal', async () => {
  const origin = { actor: systemActor('test'), cause: { kind: 'demo' } } as const
  await Promise.all(
    Array.from({ length: 250 }, (_, index) =>
      hub.users.create(origin, {
        username: `user${index}`,
        email: `${250 - index}@example.com`,
        displayname: ['Ann', 'Änne "Ö" 李', ''][index % 3] ?? '',
        state: index % 2 === 0 ? 'STAGED' : 'ACTIVATED',
      }),
    ),
  )
  for (const field of ['username', 'email', 'displayName', 'state', 'created'] as const)
    for (const sort of [field, `-${field}`]) {
      const seen: UserRow[] = []
      let place = ''
      do {
        const { body } = await hub.call<Page<UserRow>>(`GET users?limit=25&sort=${sort}${place}`)
        assert.equal(body.total, 250)
        seen.push(...body.items)
        place = body.next === undefined ? '' : `&after=${body.next}`
      } while (place !== '' && seen.length <= 250)
      assert.equal(seen.length, 250, sort)
      assert.equal(new Set(seen.map(({ id }) => id)).size, 250, sort)
      const values = seen.map((user) => user[field])
      const ordered = values.toSorted((a, b) => Buffer.compare(Buffer.from(a), Buffer.from(b)))
      assert.deepEqual(values, sort.startsWith('-') ? ordered.toReversed() : ordered, sort)
    }
})

test('a cursor that no list handed out is refused as after', async () => {
  const cursor = (value: unknown) => Buffer.from(JSON.stringify(value)).toString('base64url')
  const malformed = [
    '!',
    'bm8',
    cursor([]),
    cursor(['a', 1]),
    cursor(['\u0000', absent]),
    cursor({ 0: 'a', 1: absent, length: 2 }),
  ]
  for (const after of malformed)
    assert.equal(refusalOf(await hub.call(`GET users?after=${after}`)), '400 invalid_request after', after)
  assert.equal(
    refusalOf(await hub.call(`GET users?sort=created&after=${cursor(['ada', absent])}`)),
    '400 invalid_request after',
  )
})

test('the cursor of the longest name is taken back', async () => {
  for (const suffix of ['a', 'b'])
    await make({ username: suffix, email: `${suffix}@example.com`, displayname: '李'.repeat(1023) + suffix })
  const first = await hub.call<Page<UserRow>>('GET users?limit=1&sort=displayName')
  const second = await hub.call<Page<UserRow>>(`GET users?limit=1&sort=displayName&after=${first.body.next}`)
  assert.deepEqual(
    second.body.items.map(({ username }) => username),
    ['b'],
  )
  assert.equal(second.body.next, undefined)
})
