// The guard of groups: bursts of deletions of groups and of members that are taken out are held or refused, and count by members.
import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { eventually } from '../../../../../tests/support/eventually.ts'
import { type HubInProcess, startHubInProcess } from '../../../../../tests/support/hub-in-process.ts'
import { refused, type ScimClient, scimClient } from '../../../../../tests/support/scim-client.ts'

let hub: HubInProcess
before(async () => {
  hub = await startHubInProcess({ background: true })
})
after(() => hub.stop())

interface Made {
  readonly id: string
  readonly meta: { readonly version: string }
}

let named = 0

async function users(client: ScimClient, count: number): Promise<readonly Made[]> {
  named += 1
  return Promise.all(Array.from({ length: count }, (_each, index) => client.user(`member${named}x${index}`)))
}

const value = ({ id }: { readonly id: string }) => ({ value: id })
const emptied = { op: 'replace', path: 'members', value: [] }
const remove = ({ id }: Made) => ({ op: 'remove', path: `members[value eq "${id}"]` })

/** The members as the client sees them. */
async function seen(client: ScimClient, { id }: Made): Promise<number> {
  return (await client.must('GET', `/Groups/${id}`)).members?.length ?? 0
}

/** The members as the hub has them. */
async function there({ id }: Made): Promise<number> {
  return (await hub.must('GET', `/hub/v1/groups/${id}/members?limit=100`)).total as number
}

async function planOf({ integrationId }: ScimClient) {
  const { items } = await hub.must('GET', '/hub/v1/plans?state=quarantined')
  return (items as readonly { id: string; sourceId: string; reason: string; counts: object }[]).find(
    ({ sourceId }) => sourceId === integrationId,
  )
}

const release = (plan: { readonly id: string } | undefined) =>
  hub.must('POST', `/hub/v1/plans/${plan?.id}/release`, { reason: 'Looked at it' })

test('a group emptied by one operation counts by its members: held, read back as empty, and done on release', async () => {
  const client = await scimClient(hub)
  const members = await users(client, 12)
  const group = await client.group('emptied', { members: members.map(value) })
  assert.equal((await client.patch(`/Groups/${group.id}`, emptied)).status, 204)
  assert.deepEqual([await seen(client, group), await there(group)], [0, 12])
  const changed = await client.must('GET', `/Groups/${group.id}`)
  assert.notEqual(changed.meta.version, group.meta.version, 'what the client reads is another version')
  assert.deepEqual(await client.found('Groups', `members.value eq "${members[0]?.id}"`), [])
  assert.equal((await client.must('GET', `/Users/${members[0]?.id}`)).groups, undefined)
  assert.deepEqual(await client.found('Users', `groups.value eq "${group.id}"`), [])
  assert.deepEqual(await client.found('Users', 'groups.display eq "emptied"'), [])
  const other = await scimClient(hub)
  assert.equal((await other.found('Users', `groups.value eq "${group.id}"`)).length, 12, 'to others they are members')
  const plan = await planOf(client)
  assert.match(plan?.reason ?? '', /12 of 12 memberships would be affected; the limit is 10/)
  assert.deepEqual(plan?.counts, { remove_member: 12 })
  const [row] = (await hub.must('GET', `/hub/v1/scim-integrations/${client.integrationId}/requests?outcome=held`)).items
  assert.match(row.words, /Answered as done and held: more members or groups .* The group emptied keeps them/)
  // Asked for again, it is held once; who is put back is a member again, and waits no longer.
  await client.patch(`/Groups/${group.id}`, emptied)
  await client.patch(`/Groups/${group.id}`, { op: 'add', path: 'members', value: members.slice(0, 2).map(value) })
  assert.equal(await seen(client, group), 2)
  await release(plan)
  assert.equal(
    await eventually(
      () => there(group),
      (count) => count === 2,
    ),
    2,
  )
  assert.equal(await seen(client, group), 2)
  assert.equal((await hub.must('GET', `/hub/v1/plans/${plan?.id}`)).state, 'applied')
})

test('members within the limit go at once, those beyond wait, and everything else of the request is done', async () => {
  const client = await scimClient(hub, { guardCount: 3, guardPercent: 0 })
  const members = await users(client, 6)
  const group = await client.group('burst', { members: members.map(value) })
  for (const member of members.slice(0, 3)) await client.patch(`/Groups/${group.id}`, remove(member))
  assert.equal(await there(group), 3)
  const [, , , fourth] = members
  await client.patch(
    `/Groups/${group.id}`,
    { op: 'replace', path: 'displayName', value: 'burst renamed' },
    remove(fourth as Made),
  )
  assert.deepEqual([await seen(client, group), await there(group)], [2, 3])
  assert.equal((await client.must('GET', `/Groups/${group.id}`)).displayName, 'burst renamed')
  const plan = await planOf(client)
  await hub.must('POST', `/hub/v1/plans/${plan?.id}/dismiss`, { reason: 'They stay' })
  await client.patch(`/Groups/${group.id}`, remove(fourth as Made))
  assert.deepEqual(
    [await seen(client, group), await there(group)],
    [2, 3],
    'what was dismissed is not asked about again',
  )
  assert.equal(await planOf(client), undefined)
})

test('a burst of deletions of groups is held; a group that is made again is there again', async () => {
  const client = await scimClient(hub, { guardCount: 2, guardPercent: 0 })
  const groups: Made[] = []
  const members = (await users(client, 1)).map(value)
  for (const index of [1, 2, 3, 4])
    groups.push(await client.group(`doomed ${index}`, { externalId: `d${index}`, members }))
  for (const { id } of groups) assert.equal((await client.send('DELETE', `/Groups/${id}`)).status, 204)
  for (const { id } of groups) await refused(client.send('GET', `/Groups/${id}`), 404)
  assert.deepEqual(await client.found('Groups', 'displayName sw "doomed"'), [])
  assert.deepEqual(await client.found('Users', 'groups.display eq "doomed 4"'), [])
  const left = await hub.must('GET', '/hub/v1/groups?search=doomed')
  assert.equal(left.total, 2)
  const plan = await planOf(client)
  assert.deepEqual(plan?.counts, { delete_group: 2 })
  assert.match(plan?.reason ?? '', /groups would be affected/)
  const again = await client.group('Doomed 3', { externalId: 'again' })
  assert.equal(again.id, groups[2]?.id)
  assert.equal((await client.must('GET', `/Groups/${again.id}`)).externalId, 'again')
  await release(plan)
  const rest = () => hub.must('GET', '/hub/v1/groups?search=doomed')
  assert.deepEqual(
    (await eventually(rest, ({ total }) => total === 1)).items.map(({ name }: { name: string }) => name),
    ['Doomed 3'],
  )
})

test('the deletion of one large group, or of a large group in a group, counts by the members', async () => {
  const client = await scimClient(hub)
  const members = await users(client, 11)
  const inner = await client.group('large', { members: members.map(value) })
  const outer = await client.group('around', { members: [value(inner)] })
  await client.patch(`/Groups/${outer.id}`, remove(inner))
  assert.equal(await seen(client, outer), 0)
  await client.send('DELETE', `/Groups/${inner.id}`)
  await refused(client.send('GET', `/Groups/${inner.id}`), 404)
  const plan = await planOf(client)
  assert.deepEqual(plan?.counts, { remove_member: 1, delete_group: 1 })
  await release(plan)
  await eventually(
    async () => (await hub.call({ method: 'GET', path: `/hub/v1/groups/${inner.id}` })).status,
    (status) => status === 404,
  )
  await eventually(
    () => there(outer),
    (count) => count === 0,
  )
})

test('an integration that refuses says the numbers and leaves the group as it was', async () => {
  const client = await scimClient(hub, { guard: 'refuse', guardCount: 2, guardPercent: 0 })
  const members = await users(client, 3)
  const group = await client.group('refused', { members: members.map(value) })
  const answer = client.patch(`/Groups/${group.id}`, { op: 'replace', path: 'displayName', value: 'other' }, emptied)
  assert.match((await answer).body.detail, /may not take more members out of groups now: 3 of 3 memberships/)
  await refused(answer, 403)
  const now = await client.must('GET', `/Groups/${group.id}`)
  assert.deepEqual([now.displayName, now.members.length], ['refused', 3])
  assert.match((await client.send('DELETE', `/Groups/${group.id}`)).body.detail, /may not delete more groups now/)
})

test('whoever is deleted for the client, though that is held, is found in no group', async () => {
  const client = await scimClient(hub, { guardCount: 0, guardPercent: 0 })
  const [one, other] = await users(client, 2)
  const inner = await client.group('held inner')
  const group = await client.group('held around', { members: [value(one as Made), value(other as Made), value(inner)] })
  await client.must('DELETE', `/Users/${one?.id}`)
  await client.must('DELETE', `/Groups/${inner.id}`)
  const found = (filter: string) => client.found('Groups', `displayName sw "held" and ${filter}`)
  assert.equal(await seen(client, group), 1)
  assert.deepEqual(await found(`members.value eq "${one?.id}"`), [])
  assert.deepEqual(await found(`members.value eq "${inner.id}"`), [])
  assert.deepEqual(await found('members.type eq "Group"'), [])
  assert.deepEqual(await found(`members.value eq "${other?.id}"`), [group.id])
  assert.deepEqual(await (await scimClient(hub)).found('Groups', `members.value eq "${one?.id}"`), [group.id])
})
