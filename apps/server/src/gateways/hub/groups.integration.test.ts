import assert from 'node:assert/strict'
import { after, before, beforeEach, test } from 'node:test'
import type { DirectoryDetail } from '@lockstep/contract/hub/directory'
import type { GroupDetail, GroupMember, GroupRow } from '@lockstep/contract/hub/group'
import type { Page } from '@lockstep/contract/hub/page'
import type { UserAccount, UserDetail } from '@lockstep/contract/hub/user'
import { type HubFixture, hubFixture, refusalOf } from '../../../../../tests/hub-fixture.ts'

let hub: HubFixture
const absent = '0'.repeat(24)

before(async () => {
  hub = await hubFixture()
})
after(() => hub.close())
beforeEach(async () => {
  await hub.database.execute({ text: 'truncate users, groups, directories, bindings, journal cascade' })
  hub.users.forgetCounts()
})

async function makeUser(username: string): Promise<UserDetail> {
  const made = await hub.call<UserDetail>('POST users', { body: { username, email: `${username}@example.com` } })
  assert.equal(made.status, 201)
  return made.body
}

async function makeGroup(name: string): Promise<GroupDetail> {
  const made = await hub.call<GroupDetail>('POST groups', { body: { name } })
  assert.equal(made.status, 201)
  return made.body
}

async function makeDirectory(domain: string): Promise<DirectoryDetail> {
  const made = await hub.call<DirectoryDetail>('POST directories', { body: { domain } })
  assert.equal(made.status, 201)
  return made.body
}

test('a group is created, read, changed and deleted', async () => {
  const made = await makeGroup('Sales')
  assert.deepEqual([made.memberCount, made.revision, made.directories], [0, 1, []])
  const body = { description: 'Sells', revision: 1 }
  const changed = await hub.call<GroupDetail>(`PATCH groups/${made.id}`, { body })
  assert.deepEqual([changed.status, changed.body.description, changed.body.revision], [200, 'Sells', 2])
  assert.equal(
    refusalOf(await hub.call(`PATCH groups/${made.id}`, { body: { name: 'Shop', revision: 1 } })),
    '409 revision_changed',
  )
  assert.equal(refusalOf(await hub.call('POST groups', { body: { name: 'SALES' } })), '409 group_name_taken name')
  assert.equal(refusalOf(await hub.call('POST groups', { body: { name: ' ' } })), '400 invalid_request name')
  assert.equal(refusalOf(await hub.call('POST groups', { as: 'help_desk', body: { name: 'Shop' } })), '403 forbidden')
  assert.deepEqual((await hub.call<GroupDetail>(`GET groups/${made.id}`)).body, changed.body)
  assert.equal((await hub.call(`DELETE groups/${made.id}`)).status, 204)
  assert.equal(refusalOf(await hub.call(`GET groups/${made.id}`)), '404 not_found id')
})

test('members are added and removed, as often as it is asked', async () => {
  const group = await makeGroup('Sales')
  const ada = await makeUser('ada')
  const member = `groups/${group.id}/members/${ada.id}`
  assert.equal((await hub.call(`PUT ${member}`)).status, 204)
  assert.equal((await hub.call(`PUT ${member}`)).status, 204)
  const { body } = await hub.call<Page<GroupMember>>(`GET groups/${group.id}/members`)
  const person = { username: 'ada', email: 'ada@example.com', displayName: '', name: 'ada' }
  const expected = { userId: ada.id, ...person, state: 'ACTIVATED' }
  assert.deepEqual(body, { items: [{ ...expected, origins: ['hub'], pending: false }], total: 1 })
  const { groups } = (await hub.call<UserDetail>(`GET users/${ada.id}`)).body
  assert.deepEqual(groups, [{ groupId: group.id, groupName: 'Sales', origins: ['hub'] }])
  const rows = await hub.call<Page<GroupRow>>('GET groups')
  assert.deepEqual(
    rows.body.items.map(({ name, memberCount }) => [name, memberCount]),
    [['Sales', 1]],
  )
  assert.equal((await hub.call(`DELETE ${member}`)).status, 204)
  assert.equal(refusalOf(await hub.call(`DELETE ${member}`)), '404 not_found userId')
  assert.equal(refusalOf(await hub.call(`PUT groups/${group.id}/members/${absent}`)), '404 not_found userId')
  assert.equal(refusalOf(await hub.call(`PUT groups/${absent}/members/${ada.id}`)), '404 not_found id')
  assert.equal(refusalOf(await hub.call(`GET groups/${absent}/members`)), '404 not_found id')
  assert.equal(refusalOf(await hub.call(`GET groups/${group.id}/members?sort=name`)), '400 invalid_request sort')
})

test('pages of groups and of members hold each once', async () => {
  const group = await makeGroup('Everybody')
  for (let index = 0; index < 9; index += 1) {
    const user = await makeUser(`user${index}`)
    await hub.call(`PUT groups/${group.id}/members/${user.id}`)
    await makeGroup(`Group ${index}`)
  }
  const walk = async <Row>(path: string): Promise<Row[]> => {
    const rows: Row[] = []
    let next: string | undefined = ''
    while (next !== undefined && rows.length < 50) {
      const { body }: { body: Page<Row> } = await hub.call(`GET ${path}${next && `&after=${next}`}`)
      assert.equal(body.total, path.startsWith('groups?') ? 10 : 9)
      rows.push(...body.items)
      next = body.next
    }
    return rows
  }
  for (const sort of ['name', '-name', 'created', '-created']) {
    const rows = await walk<GroupRow>(`groups?limit=5&sort=${sort}`)
    assert.equal(new Set(rows.map(({ id }) => id)).size, 10)
    assert.equal(rows.length, 10)
    assert.equal(
      rows[0]?.name,
      { name: 'Everybody', '-name': 'Group 8', created: 'Everybody', '-created': 'Group 8' }[sort],
    )
  }
  const members = await walk<GroupMember>(`groups/${group.id}/members?limit=4`)
  assert.equal(new Set(members.map(({ userId }) => userId)).size, 9)
  const found = await hub.call<Page<GroupMember>>(`GET groups/${group.id}/members?search=user7`)
  assert.deepEqual([found.body.total, found.body.items[0]?.username], [1, 'user7'])
})

test('a user’s accounts tell how they are tied, whether they are in step and what failed', async () => {
  const [bound, grouped, home] = [
    await makeDirectory('a.example'),
    await makeDirectory('b.example'),
    await makeDirectory('c.example'),
  ]
  const ada = await makeUser('ada')
  const group = await makeGroup('Sales')
  await hub.call(`PUT groups/${group.id}/members/${ada.id}`)
  assert.equal((await hub.call(`PUT users/${ada.id}/directories/${bound.id}`)).status, 204)
  assert.equal((await hub.call(`PUT users/${ada.id}/directories/${bound.id}`)).status, 204)
  assert.equal((await hub.call(`PUT groups/${group.id}/directories/${grouped.id}`)).status, 204)
  await hub.database.transaction((transaction) => hub.bindings.settle(transaction, [ada.id]))
  await hub.database.execute({ text: `update users set home_directory_id = $1`, values: [home.id] })
  await hub.call(`PUT users/${ada.id}/directories/${home.id}`)
  await hub.database.execute({
    text: `update accounts set applied_revision = desired_revision, external_name = 'CN=Ada', enabled = true
      where directory_id = $1`,
    values: [bound.id],
  })
  const error = {
    kind: 'ldap',
    code: '68',
    message: 'The name is taken.',
    remedy: 'Rename one.',
    at: '2026-01-05T09:00:00.000Z',
  }
  await hub.database.execute({
    text: `update accounts set error = $2, retry_at = '2026-01-05T09:01:00Z' where directory_id = $1`,
    values: [grouped.id, error],
  })
  const shown = (await hub.call<UserDetail>(`GET users/${ada.id}`)).body
  const account = ({ id }: DirectoryDetail) =>
    shown.accounts.find(({ directoryId }) => directoryId === id) as UserAccount
  assert.deepEqual([account(bound).tie, account(grouped).tie, account(home).tie], ['bound', 'group', 'imported'])
  assert.deepEqual([account(bound).inStep, account(grouped).inStep], [true, false])
  assert.deepEqual(
    [account(bound).directoryName, account(bound).externalName, account(bound).enabled],
    ['a.example', 'CN=Ada', true],
  )
  const { message, remedy, at } = error
  assert.deepEqual(account(grouped).error, { message, remedy, at, retryAt: '2026-01-05T09:01:00.000Z' })
  assert.deepEqual([shown.accountCount, shown.failedAccountCount], [3, 1])
  assert.equal((await hub.call(`POST users/${ada.id}/directories/${grouped.id}/retry`)).status, 204)

  const counterpart = (await hub.call<GroupDetail>(`GET groups/${group.id}`)).body.directories
  assert.deepEqual(counterpart, [{ directoryId: grouped.id, directoryName: 'b.example', bound: true, inStep: false }])

  assert.equal((await hub.call(`DELETE users/${ada.id}/directories/${bound.id}`)).status, 204)
  assert.equal(refusalOf(await hub.call(`DELETE users/${ada.id}/directories/${bound.id}`)), '404 not_found id')
  const released = (await hub.call<UserDetail>(`GET users/${ada.id}`)).body.accounts
  assert.equal(released.find(({ directoryId }) => directoryId === bound.id)?.tie, 'released')
  assert.equal((await hub.call(`DELETE groups/${group.id}/directories/${grouped.id}`)).status, 204)
})

test('binding names what is not there', async () => {
  const directory = await makeDirectory('a.example')
  const ada = await makeUser('ada')
  assert.equal(refusalOf(await hub.call(`PUT users/${ada.id}/directories/${absent}`)), '404 not_found directoryId')
  assert.equal(refusalOf(await hub.call(`PUT users/${absent}/directories/${directory.id}`)), '404 not_found id')
  assert.equal(
    refusalOf(await hub.call(`POST users/${ada.id}/directories/${directory.id}/retry`)),
    '404 not_found directoryId',
  )
  const asHelpDesk = await hub.call(`PUT users/${ada.id}/directories/${directory.id}`, { as: 'help_desk' })
  assert.equal(refusalOf(asHelpDesk), '403 forbidden')
})

test('lists tell in which directories users and groups are, and a refused membership is the group’s, to be tried again', async () => {
  const directory = await makeDirectory('a.example')
  const ada = await makeUser('ada')
  const group = await makeGroup('Sales')
  await hub.call(`PUT groups/${group.id}/members/${ada.id}`)
  const retry = `POST groups/${group.id}/directories/${directory.id}/retry`
  assert.equal(refusalOf(await hub.call(retry)), '404 not_found directoryId')
  await hub.call(`PUT groups/${group.id}/directories/${directory.id}`)
  await hub.database.transaction((transaction) => hub.bindings.settle(transaction, [ada.id]))
  const rowOf = async (kind: 'users' | 'groups'): Promise<unknown> =>
    (await hub.call<{ items: { directoryIds: unknown }[] }>(`GET ${kind}`)).body.items[0]?.directoryIds
  assert.deepEqual([await rowOf('users'), await rowOf('groups')], [[directory.id], [directory.id]])

  const error = { kind: 'ldap', message: 'Refused.', remedy: 'Allow it.', at: '2026-01-05T09:00:00.000Z' }
  await hub.database.execute({ text: `update group_accounts set applied_revision = desired_revision` })
  await hub.database.execute({
    text: `update group_member_deliveries set error = $1, retry_at = now() + interval '1 day', attempts = 3`,
    values: [error],
  })
  const [shown] = (await hub.call<GroupDetail>(`GET groups/${group.id}`)).body.directories
  assert.deepEqual([shown?.inStep, shown?.error], [false, { message: 'Refused.', remedy: 'Allow it.' }])
  assert.equal((await hub.call(retry)).status, 204)
  const waiting = await hub.database.query({
    text: `select account.desired_revision > account.applied_revision as raised, delivery.retry_at as "retryAt", delivery.attempts
      from group_accounts as account join group_member_deliveries as delivery using (directory_id, group_id)`,
  })
  assert.deepEqual(waiting, [{ raised: true, retryAt: null, attempts: 0 }])
  assert.equal((await hub.call(`DELETE groups/${group.id}/directories/${directory.id}`)).status, 204)
  assert.deepEqual(await rowOf('groups'), [])
})
