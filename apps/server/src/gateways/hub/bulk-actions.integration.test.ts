import assert from 'node:assert/strict'
import { after, before, beforeEach, test } from 'node:test'
import type { BulkAction, BulkActionRow } from '@lockstep/contract/hub/bulk-action'
import type { Page } from '@lockstep/contract/hub/page'
import type { UserDetail } from '@lockstep/contract/hub/user'
import { pause } from '@lockstep/kernel/retry'
import { type HubFixture, hubFixture, refusalOf } from '../../../../../tests/hub-fixture.ts'
import { actorOf } from '../../directory/access/access.rules.ts'

let hub: HubFixture
const nobody = 'a'.repeat(24)

before(async () => {
  hub = await hubFixture()
})
after(() => hub.close())
beforeEach(async () => {
  await hub.database.execute({ text: 'truncate users, groups, directories, bindings, journal cascade' })
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

async function ended(id: string): Promise<BulkAction> {
  for (;;) {
    const { body } = await hub.call<BulkAction>(`GET bulk-actions/${id}`)
    if (body.state !== 'working') return body
    await pause(2)
  }
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

test('a cancelled action ends after the batch in hand, and a second wish joins the first', async () => {
  await makeMany(210)
  const actor = actorOf({ id: 'e'.repeat(24), email: 'a@example.com', name: 'a', role: 'administrator' }, 'session')
  const origin = { actor, cause: { kind: 'request' } } as const
  const wish = { kind: 'suspend', users: { matching: {}, count: 210 } } as const
  const started = await hub.bulkActions.start(origin, wish)
  assert.equal((await hub.bulkActions.start(origin, wish)).id, started.id)
  hub.bulkActions.cancel(actor, started.id)
  const { state, changed, total } = await ended(started.id)
  assert.deepEqual({ state, changed, total }, { state: 'cancelled', changed: 100, total: 210 })
  assert.equal((await resultsOf(started.id, '?outcome=not_reached')).total, 110)
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
