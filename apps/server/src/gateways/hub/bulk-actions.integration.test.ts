import assert from 'node:assert/strict'
import { after, before, beforeEach, test } from 'node:test'
import type { BulkAction, BulkActionRow } from '@lockstep/contract/hub/bulk-action'
import type { Page } from '@lockstep/contract/hub/page'
import type { UserDetail } from '@lockstep/contract/hub/user'
import { type HubFixture, hubFixture, refusalOf } from '../../../../../tests/hub-fixture.ts'

let hub: HubFixture
const nobody = 'a'.repeat(24)

before(async () => {
  hub = await hubFixture()
})
after(() => hub.close())
beforeEach(async () => {
  await hub.database.execute({ text: 'truncate users, groups, directories, bindings, bulk_jobs, journal cascade' })
  hub.users.forgetCounts()
})

/** Users named u000, u001, …, in the order of their ids. */
async function makeMany(count: number, department = 'Sales'): Promise<readonly string[]> {
  const made: string[] = []
  for (let number = 0; number < count; number += 1) {
    const username = `u${String(number).padStart(3, '0')}`
    const body = { username, email: `${username}@example.com`, department, state: 'ACTIVATED' }
    made.push((await hub.call<UserDetail>('POST users', { body })).body.id)
  }
  return made.toSorted()
}

/** Works as a hub does by itself, until nothing waits. */
async function ended(id: string): Promise<BulkAction> {
  while (await hub.bulkJobs.work());
  const { body } = await hub.call<BulkAction>(`GET bulk-actions/${id}`)
  assert.notEqual(body.state, 'working')
  return body
}

async function run(body: object): Promise<BulkAction> {
  const started = await hub.call<BulkAction>('POST bulk-actions', { body })
  assert.equal(started.status, 202, JSON.stringify(started.body))
  return ended(started.body.id)
}

const resultsOf = async (id: string, query = ''): Promise<Page<BulkActionRow>> =>
  (await hub.call<Page<BulkActionRow>>(`GET bulk-actions/${id}/results${query}`)).body
const stateOf = async (id: string): Promise<string> => (await hub.call<UserDetail>(`GET users/${id}`)).body.state
const matching = (count: number, filter: object = { department: 'Sales' }) => ({ matching: { filter, count } })

test('all that match are suspended, each with its result, its reason in the journal, and nobody else', async () => {
  const [first = '', second = '', third = ''] = await makeMany(3)
  const other = await hub.call<UserDetail>('POST users', { body: { username: 'other', email: 'other@example.com' } })
  await hub.call(`POST users/${second}/suspend`, { body: {} })
  const { changed, unchanged, failed, total, undoable, ...rest } = await run({
    action: 'suspend',
    ...matching(3),
    reason: 'Closed branch',
  })
  assert.deepEqual(
    { changed, unchanged, failed, total, undoable },
    { changed: 2, unchanged: 1, failed: 0, total: 3, undoable: 2 },
  )
  assert.deepEqual([rest.state, rest.reason, rest.startedBy], ['done', 'Closed branch', 'administrator@example.com'])
  assert.equal(await stateOf(other.body.id), 'ACTIVATED')
  const { items } = await resultsOf(rest.id)
  assert.deepEqual(
    items.map(({ userId, username, before, outcome }) => [userId, username, before, outcome]),
    [
      [first, items[0]?.username, 'ACTIVATED', 'changed'],
      [second, items[1]?.username, 'SUSPENDED', 'unchanged'],
      [third, items[2]?.username, 'ACTIVATED', 'changed'],
    ],
  )
  const { body } = await hub.call<{ items: { reason: string }[] }>('GET journal?action=user.suspend&limit=1')
  assert.match(body.items[0]?.reason ?? '', /Closed branch/u)
})

test('when more match than were shown nobody is changed', async () => {
  const [first = ''] = await makeMany(2)
  const refused = await hub.call('POST bulk-actions', { body: { action: 'suspend', ...matching(1) } })
  assert.equal(refusalOf(refused), '409 revision_changed')
  assert.equal(await stateOf(first), 'ACTIVATED')
})

test('a suspension is undone once, for those whom it changed', async () => {
  const [first = '', second = ''] = await makeMany(2)
  await hub.call(`POST users/${second}/suspend`, { body: {} })
  const done = await run({ action: 'suspend', ids: [first, second] })
  const undo = await hub.call<BulkAction>(`POST bulk-actions/${done.id}/undo`)
  assert.equal(undo.status, 202)
  const undone = await ended(undo.body.id)
  assert.deepEqual([undone.action, undone.undoOf, undone.changed], ['activate', done.id, 1])
  assert.deepEqual([await stateOf(first), await stateOf(second)], ['ACTIVATED', 'SUSPENDED'])
  assert.equal(refusalOf(await hub.call(`POST bulk-actions/${done.id}/undo`)), '409 nothing_to_undo')
  assert.equal((await hub.call<BulkAction>(`GET bulk-actions/${done.id}`)).body.undoable, 0)
})

test('what is refused for one user is told beside that user, page by page', async () => {
  const [first = '', second = ''] = await makeMany(2)
  await hub.call(`PATCH users/${second}`, { body: { manager: first } })
  const done = await run({ action: 'delete', ids: [first, nobody] })
  assert.deepEqual([done.changed, done.failed, done.undoable], [0, 2, 0])
  const page = await resultsOf(done.id, '?outcome=failed&limit=1')
  assert.deepEqual([page.total, page.items[0]?.code], [2, 'user_has_reports'])
  const rest = await resultsOf(done.id, `?outcome=failed&limit=1&after=${page.next ?? ''}`)
  assert.deepEqual([rest.items[0]?.userId, rest.items[0]?.code, rest.next], [nobody, 'not_found', undefined])
  assert.equal(refusalOf(await hub.call(`POST bulk-actions/${done.id}/undo`)), '409 nothing_to_undo')
})

test('managers are deleted together with those who report to them, whatever the order', async () => {
  const [first = '', second = '', third = ''] = await makeMany(3)
  await hub.call(`PATCH users/${second}`, { body: { manager: first } })
  await hub.call(`PATCH users/${third}`, { body: { manager: second } })
  const { changed, failed, id } = await run({ action: 'delete', ids: [first, second, third] })
  assert.deepEqual({ changed, failed }, { changed: 3, failed: 0 })
  assert.ok((await resultsOf(id)).items.every((row) => row.outcome === 'changed' && row.message === undefined))
})

test('a cancelled action ends after the batch in hand, and what it did is undone', async () => {
  await makeMany(260)
  const body = { action: 'suspend', ...matching(260) }
  const started = await hub.call<BulkAction>('POST bulk-actions', { body })
  assert.equal(await hub.bulkJobs.work(), true)
  assert.equal((await hub.call<BulkAction>(`GET bulk-actions/${started.body.id}`)).body.changed, 250)
  const cancelled = await hub.call<BulkAction>(`POST bulk-actions/${started.body.id}/cancel`)
  assert.deepEqual([cancelled.body.state, cancelled.body.undoable], ['cancelled', 250])
  const { state, changed, total } = await ended(started.body.id)
  assert.deepEqual({ state, changed, total }, { state: 'cancelled', changed: 250, total: 260 })
  assert.equal((await resultsOf(started.body.id, '?outcome=not_reached')).total, 10)
  const undo = await hub.call<BulkAction>(`POST bulk-actions/${started.body.id}/undo`)
  assert.equal((await ended(undo.body.id)).changed, 250)
})

test('the same wish of the same person joins the action that works on it, also when both come at once', async () => {
  await makeMany(3)
  const body = { action: 'suspend', ...matching(3) }
  const both = await Promise.all([1, 2].map(() => hub.call<BulkAction>('POST bulk-actions', { body })))
  const [first = '', second = ''] = both.map((answer) => answer.body.id)
  assert.equal(first, second)
  assert.equal((await hub.call<BulkAction>('POST bulk-actions', { body })).body.id, first)
  assert.equal((await ended(first)).changed, 3)
  const again = await hub.call('POST bulk-actions', { body: { action: 'suspend', ids: [nobody] } })
  assert.equal(again.status, 202)
  const { body: listed } = await hub.call<{ items: BulkAction[] }>('GET bulk-actions')
  assert.equal(listed.items.length, 2)
  assert.deepEqual((await hub.call<Page<unknown>>('GET bulk-jobs')).body.items, [])
})

test('two hubs delete a tree of people together, and whoever manages somebody else stays', async () => {
  const ids = await makeMany(600)
  // A chain from the last to the first: nobody can go before the one after them has gone.
  await hub.database.execute({
    text: `update users set manager_id = chain.above
      from (select id, lag(id) over (order by id) as above from users) as chain where users.id = chain.id`,
  })
  const other = await hub.call<UserDetail>('POST users', {
    body: { username: 'stays', email: 'stays@example.com', manager: ids[0] },
  })
  const started = await hub.call<BulkAction>('POST bulk-actions', { body: { action: 'delete', ids } })
  await Promise.all([1, 2].map(async () => void (await hub.bulkJobs.work())))
  const { changed, failed } = await ended(started.body.id)
  assert.deepEqual({ changed, failed }, { changed: 599, failed: 1 })
  assert.equal((await resultsOf(started.body.id, '?outcome=failed')).items[0]?.userId, ids[0])
  assert.equal(await stateOf(other.body.id), 'ACTIVATED')
})

test('people who manage each other go together, unless one of them manages somebody who stays', async () => {
  const [first = '', second = '', third = '', fourth = '', fifth = ''] = await makeMany(5)
  const outside = await hub.call<UserDetail>('POST users', { body: { username: 'o', email: 'o@example.com' } })
  const managers = { [first]: second, [second]: first, [third]: fourth, [fourth]: third, [outside.body.id]: first }
  for (const [id, manager] of Object.entries(managers)) await hub.call(`PATCH users/${id}`, { body: { manager } })
  const done = await run({ action: 'delete', ids: [first, second, third, fourth, fifth] })
  assert.deepEqual([done.changed, done.failed], [3, 2])
  const { items } = await resultsOf(done.id, '?outcome=failed')
  assert.deepEqual(
    items.map(({ code }) => code),
    ['user_has_reports', 'user_has_reports'],
  )
})

test('who may not, and what is not clear, is refused', async () => {
  const [first = ''] = await makeMany(1)
  const refused = async (body: object, as: 'help_desk' | 'read_only' | 'administrator') =>
    refusalOf(await hub.call('POST bulk-actions', { body, as }))
  assert.equal(await refused({ action: 'suspend', ids: [first] }, 'read_only'), '403 forbidden')
  assert.equal(await refused({ action: 'delete', ids: [first] }, 'help_desk'), '403 forbidden')
  assert.equal(await refused({ action: 'suspend' }, 'administrator'), '400 invalid_request ids')
  assert.equal(
    await refused({ action: 'suspend', ids: [first], ...matching(1) }, 'administrator'),
    '400 invalid_request ids',
  )
  assert.equal(refusalOf(await hub.call(`GET bulk-actions/${nobody}`)), '404 not_found id')
  assert.equal(await stateOf(first), 'ACTIVATED')
})

test('a directory gets the authority over the passwords of all that match, and gives it back; who has it already is left', async () => {
  const [first = '', second = ''] = await makeMany(2)
  const id = 'd'.repeat(24)
  await hub.database.execute({
    text: `insert into directories (id, kind, name, created) values ($1, 'active_directory', 'corp.example', now())`,
    values: [id],
  })
  const given = await run({ action: 'password_authority', authority: id, ...matching(2) })
  assert.deepEqual([given.changed, given.failed, given.undoable], [2, 0, 0])
  const detail = async (userId: string) => (await hub.call<UserDetail>(`GET users/${userId}`)).body
  assert.deepEqual(
    (await detail(first)).restrictedFields.map(({ field, directoryId }) => [field, directoryId]),
    [['password', id]],
  )
  assert.equal((await detail(first)).passwordAuthorityId, id)
  const again = await run({ action: 'password_authority', authority: id, ids: [first] })
  assert.deepEqual([again.changed, again.unchanged], [0, 1])
  await run({ action: 'password_authority', authority: null, ids: [first] })
  assert.deepEqual((await detail(first)).restrictedFields, [])
  await run({ action: 'delegated_authority', authority: id, ids: [first, second] })
  assert.equal((await detail(second)).passwordStatus, 'delegated')
  await run({ action: 'delegated_authority', authority: null, ids: [second] })
  assert.equal((await detail(second)).fields['delegatedAuthority'], null)
})

test('an action about authority says whose it becomes, and no other one does', async () => {
  const ids = await makeMany(1)
  const refusal = async (body: object) => refusalOf(await hub.call('POST bulk-actions', { body }))
  assert.equal(await refusal({ action: 'password_authority', ids }), '400 invalid_request authority')
  assert.equal(await refusal({ action: 'suspend', authority: null, ids }), '400 invalid_request authority')
  assert.equal(
    await refusal({ action: 'delegated_authority', authority: 'e'.repeat(24), ids }),
    '400 invalid_request authority',
  )
})
