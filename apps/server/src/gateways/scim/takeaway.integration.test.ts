// Bursts of deactivations and deletions: held and answered as done, read back as done, carried out on release; or refused.
import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { eventually } from '../../../../../tests/support/eventually.ts'
import { type HubInProcess, startHubInProcess } from '../../../../../tests/support/hub-in-process.ts'
import { refused, type ScimClient, scimClient, userUrn } from '../../../../../tests/support/scim-client.ts'

let hub: HubInProcess
before(async () => {
  hub = await startHubInProcess({ background: true })
})
after(() => hub.stop())

const active = (value: boolean | string) => ({ op: 'replace', path: 'active', value })
const stateOf = async (id: string): Promise<string> => {
  const answer = await hub.call({ method: 'GET', path: `/hub/v1/users/${id}` })
  return answer.status === 404 ? 'gone' : String(answer.body.state)
}

async function usersOf(client: ScimClient, prefix: string, count: number): Promise<readonly string[]> {
  const made = await Promise.all(Array.from({ length: count }, (_, index) => client.user(`${prefix}.n${index}`)))
  return made.map(({ id }: { id: string }) => id)
}

// oxlint-disable-next-line typescript/no-explicit-any -- tests look into bodies of every shape
async function planOf({ integrationId }: ScimClient): Promise<any> {
  const { items } = await hub.must('GET', '/hub/v1/plans')
  return items.find(({ sourceId }: { sourceId: string }) => sourceId === integrationId)
}

const limits = { guardCount: 2, guardPercent: 0 }

test('deactivations beyond the limit wait, are read back as done, and are done on release', async () => {
  const client = await scimClient(hub, { name: 'Burst', profile: 'entra', ...limits })
  const ids = await usersOf(client, 'burst', 5)
  for (const id of ids) {
    const { status, body } = await client.patch(`/Users/${id}`, active('False'))
    assert.deepEqual([status, body.active], [200, false])
  }
  assert.deepEqual(await Promise.all(ids.map(stateOf)), [
    'SUSPENDED',
    'SUSPENDED',
    'ACTIVATED',
    'ACTIVATED',
    'ACTIVATED',
  ])
  for (const id of ids) assert.equal((await client.must('GET', `/Users/${id}`)).active, false)
  assert.equal((await client.found('Users', 'userName sw "burst." and active eq false')).length, 5)
  assert.deepEqual(await client.found('Users', 'userName sw "burst." and active eq true'), [])
  const other = await scimClient(hub)
  assert.equal((await other.found('Users', 'userName sw "burst." and active eq true')).length, 3)
  // What waits is not asked about again, and other changes go on.
  const [, , held = '', back = ''] = ids
  const { body } = await client.patch(`/Users/${held}`, active(false), { op: 'replace', path: 'title', value: 'T' })
  assert.deepEqual([body.active, body.title, await stateOf(held)], [false, 'T', 'ACTIVATED'])
  assert.equal((await client.patch(`/Users/${back}`, active(true))).body.active, true)
  const plan = await planOf(client)
  assert.deepEqual([plan.sourceKind, plan.sourceName, plan.state], ['integration', 'Burst', 'quarantined'])
  assert.match(plan.reason, /^3 of 5 users would be affected .*the limit is 2/)
  const { items } = await hub.must('GET', `/hub/v1/plans/${plan.id}/items`)
  assert.deepEqual(items.map(({ kind, state }: { kind: string; state: string }) => `${kind} ${state}`).toSorted(), [
    'suspend waiting',
    'suspend waiting',
    'suspend withdrawn',
  ])
  await hub.must('POST', `/hub/v1/plans/${plan.id}/release`, { reason: 'They left.' })
  const done = await eventually(
    () => hub.must('GET', `/hub/v1/plans/${plan.id}`),
    ({ state }) => state === 'applied',
  )
  assert.equal(done.itemCount, 2)
  assert.deepEqual(await Promise.all(ids.map(stateOf)), [
    'SUSPENDED',
    'SUSPENDED',
    'SUSPENDED',
    'ACTIVATED',
    'SUSPENDED',
  ])
  const [row] = (await hub.must('GET', `/hub/v1/scim-integrations/${client.integrationId}/requests?outcome=held`)).items
  assert.match(row.words, /Answered as done and held/)
})

test('deletions beyond the limit are gone for their client alone; who is made again is there again', async () => {
  const client = await scimClient(hub, limits)
  const ids = await usersOf(client, 'gone', 5)
  const group = await client.group('gone group', { members: ids.map((value) => ({ value })) })
  for (const id of ids) assert.equal((await client.send('DELETE', `/Users/${id}`)).status, 204)
  const [, , third = '', fourth = '', fifth = ''] = ids
  assert.deepEqual(await Promise.all(ids.map(stateOf)), ['gone', 'gone', 'ACTIVATED', 'ACTIVATED', 'ACTIVATED'])
  for (const [method, body] of [['GET'], ['DELETE'], ['PUT', { schemas: [userUrn], userName: 'x' }]] as const)
    await refused(client.send(method, `/Users/${third}`, body), 404)
  const listed = await client.must('GET', `/Users?filter=${encodeURIComponent('userName sw "gone."')}`)
  assert.deepEqual([listed.totalResults, listed.Resources.length], [0, 0])
  const { totalResults: all } = await client.must('GET', '/Users?count=0')
  const { totalResults: others } = await (await scimClient(hub)).must('GET', '/Users?count=0')
  assert.equal(others - all, 3)
  assert.equal((await client.must('GET', `/Groups/${group.id}`)).members, undefined)
  const again = await client.user('gone.n2', { title: 'Back' })
  assert.deepEqual([again.id, again.title, again.active], [third, 'Back', true])
  const plan = await planOf(client)
  await hub.must('POST', `/hub/v1/plans/${plan.id}/release`, { reason: 'As wished.' })
  await eventually(
    () => Promise.all([fourth, fifth].map(stateOf)),
    (states) => states.every((state) => state === 'gone'),
  )
  assert.equal(await stateOf(third), 'ACTIVATED')
})

test('what is dismissed stays done for the client and undone here, and is not asked about again', async () => {
  const client = await scimClient(hub, limits)
  const ids = await usersOf(client, 'kept', 3)
  for (const id of ids) await client.patch(`/Users/${id}`, active(false))
  const [, , kept = ''] = ids
  const plan = await planOf(client)
  await hub.must('POST', `/hub/v1/plans/${plan.id}/dismiss`, { reason: 'An accident.' })
  assert.equal((await client.patch(`/Users/${kept}`, active(false))).body.active, false)
  assert.deepEqual([await stateOf(kept), (await planOf(client)).state], ['ACTIVATED', 'dismissed'])
  assert.equal((await client.patch(`/Users/${kept}`, active(true))).body.active, true)
})

test('an integration that refuses says the numbers, and administrators are told by a row of the journal', async () => {
  const client = await scimClient(hub, { name: 'Refuses', guard: 'refuse', ...limits })
  const ids = await usersOf(client, 'refused', 4)
  for (const id of ids.slice(0, 2)) assert.equal((await client.patch(`/Users/${id}`, active(false))).status, 200)
  const [, , third = '', fourth = ''] = ids
  const answer = await client.patch(`/Users/${third}`, active(false))
  assert.match(
    answer.body.detail,
    /"Refuses" may not suspend more users now: 3 of \d+ users would be affected.*the limit is 2/,
  )
  await refused(Promise.resolve(answer), 403)
  await refused(client.send('DELETE', `/Users/${fourth}`), 403)
  assert.equal((await client.must('GET', `/Users/${third}`)).active, true)
  const { items } = await hub.must(
    'GET',
    `/hub/v1/journal?subjectId=${client.integrationId}&action=integration.refuse_burst`,
  )
  assert.equal(items.length, 1)
  await hub.must('PATCH', `/hub/v1/scim-integrations/${client.integrationId}`, { guard: 'off' })
  await eventually(
    async () => (await client.patch(`/Users/${third}`, active(false))).status,
    (status) => status === 200,
  )
  assert.equal(await stateOf(third), 'SUSPENDED')
})

test('the larger of the two limits counts, and racing requests do not get past it', async () => {
  const client = await scimClient(hub, { guardCount: 1, guardPercent: 30 })
  const ids = await usersOf(client, 'race', 20)
  const answers = await Promise.all(ids.slice(0, 12).map((id) => client.patch(`/Users/${id}`, active(false))))
  assert.ok(answers.every(({ status, body }) => status === 200 && body.active === false))
  const states = await Promise.all(ids.map(stateOf))
  const suspended = states.filter((state) => state === 'SUSPENDED').length
  // Who is about to be suspended still counts as one of those who are left, so that a few more may pass.
  assert.ok(suspended >= 6 && suspended <= 9, `${suspended} were suspended`)
  const { items } = await hub.must('GET', `/hub/v1/plans/${(await planOf(client)).id}/items`)
  assert.equal(items.length, 12 - suspended)
})
