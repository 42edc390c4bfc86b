// Groups as members of groups: who is in the inner one is a member of the outer one, derived and never a direct one.
import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { eventually } from '../../../../../tests/support/eventually.ts'
import { type HubInProcess, startHubInProcess } from '../../../../../tests/support/hub-in-process.ts'
import { refused, type ScimClient, scimClient } from '../../../../../tests/support/scim-client.ts'

let hub: HubInProcess
let client: ScimClient
before(async () => {
  hub = await startHubInProcess({ background: true })
  client = await scimClient(hub, { guard: 'off' })
})
after(() => hub.stop())

interface Made {
  readonly id: string
  readonly meta: { readonly location: string; readonly version: string }
}

const value = ({ id }: { readonly id: string }) => ({ value: id })
const add = (...members: readonly Made[]) => ({ op: 'add', path: 'members', value: members.map(value) })
const remove = ({ id }: Made) => ({ op: 'remove', path: `members[value eq "${id}"]` })

/** The members by kind, as the client sees them. */
async function membersOf({ id }: Made): Promise<readonly string[]> {
  const { members = [] } = await client.must('GET', `/Groups/${id}`)
  return (members as readonly { readonly type: string; readonly display: string }[]).map(
    ({ type, display }) => `${type} ${display}`,
  )
}

/** The names of a user's groups with how the user is in them, once that is as expected. */
async function assertGroupsOf({ id }: Made, expected: readonly string[]): Promise<void> {
  const groups = async (): Promise<readonly string[]> => {
    const { groups: shown = [] } = await client.must('GET', `/Users/${id}`)
    return (shown as readonly { readonly display: string; readonly type: string }[])
      .map(({ display, type }) => `${display} ${type}`)
      .toSorted()
  }
  assert.deepEqual(await eventually(groups, (now) => now.join() === expected.join()), expected)
}

test('a group in a group: shown with type and address, its users are derived members, and all of it ends', async () => {
  const [anna, ben] = [await client.user('anna'), await client.user('ben')]
  const inner = await client.group('inner', { members: [value(anna)] })
  const outer = await client.group('outer', { members: [value(ben), { value: inner.id, type: 'Group' }] })
  assert.deepEqual(outer.members, [
    { value: ben.id, $ref: ben.meta.location, type: 'User', display: 'ben' },
    { value: inner.id, $ref: inner.meta.location, type: 'Group', display: 'inner' },
  ])
  await assertGroupsOf(anna, ['inner direct', 'outer indirect'])
  assert.deepEqual(await membersOf(outer), ['User ben', 'Group inner'])
  const told = await hub.must('GET', `/hub/v1/groups/${outer.id}/members`)
  assert.deepEqual(
    told.items.map(({ username, origins }: { username: string; origins: string[] }) => `${username} ${origins.join()}`),
    ['anna nested', 'ben hub'],
  )
  // What was derived follows whoever comes and goes.
  await client.patch(`/Groups/${inner.id}`, add(ben), remove(anna))
  await assertGroupsOf(anna, [])
  await assertGroupsOf(ben, ['inner direct', 'outer direct'])
  await client.patch(`/Groups/${outer.id}`, remove(ben))
  await assertGroupsOf(ben, ['inner direct', 'outer indirect'])
  const answer = await client.patch(`/Groups/${outer.id}`, remove(inner))
  assert.equal(answer.status, 204)
  assert.deepEqual(await membersOf(outer), [])
  await assertGroupsOf(ben, ['inner direct'])
})

test('groups are found by a member that is a group, and by its type; derived members find nothing', async () => {
  const dora = await client.user('dora')
  const deep = await client.group('found deep', { members: [value(dora)] })
  const high = await client.group('found high', { members: [value(deep)] })
  await assertGroupsOf(dora, ['found deep direct', 'found high indirect'])
  assert.deepEqual(await client.found('Groups', `members.value eq "${deep.id}"`), [high.id])
  assert.deepEqual(await client.found('Groups', `members.value eq "${dora.id}"`), [deep.id])
  assert.deepEqual(await client.found('Groups', `displayName sw "found" and members.type eq "Group"`), [high.id])
  assert.deepEqual(await client.found('Groups', `displayName sw "found" and members[display eq "found deep"]`), [
    high.id,
  ])
})

test('a replacement says which groups are in a group, and every change of them changes its version', async () => {
  const [one, two] = [await client.group('replaced one'), await client.group('replaced two')]
  const outer = await client.group('replaced', { members: [value(one)] })
  const put = { schemas: outer.schemas, displayName: 'replaced', members: [value(two)] }
  const next = await client.must('PUT', `/Groups/${outer.id}`, put)
  assert.deepEqual(await membersOf(outer), ['Group replaced two'])
  assert.notEqual(next.meta.version, outer.meta.version)
  const same = await client.must('PUT', `/Groups/${outer.id}`, put)
  assert.equal(same.meta.version, next.meta.version)
  await client.patch(`/Groups/${outer.id}`, { op: 'replace', path: 'members', value: [value(one)] })
  assert.deepEqual(await membersOf(outer), ['Group replaced one'])
  await client.patch(`/Groups/${outer.id}`, { op: 'remove', path: 'members' })
  assert.deepEqual(await membersOf(outer), [])
})

test('a group is not in itself; a circle of groups is one, and everybody in it is everywhere in it', async () => {
  const eve = await client.user('eve')
  const first = await client.group('circle first', { members: [value(eve)] })
  await refused(client.patch(`/Groups/${first.id}`, add(first)), 400, 'invalidValue')
  const second = await client.group('circle second', { members: [value(first)] })
  assert.equal((await client.patch(`/Groups/${first.id}`, add(second))).status, 204)
  await assertGroupsOf(eve, ['circle first direct', 'circle second indirect'])
  await client.patch(`/Groups/${first.id}`, remove(eve))
  await assertGroupsOf(eve, [])
})

test('a bulk request makes groups that are in each other', async () => {
  const made = await client.must('POST', '/Bulk', {
    schemas: ['urn:ietf:params:scim:api:messages:2.0:BulkRequest'],
    Operations: ['a', 'b'].map((name, index) => ({
      method: 'POST',
      path: '/Groups',
      bulkId: name,
      data: {
        schemas: ['urn:ietf:params:scim:schemas:core:2.0:Group'],
        displayName: `bulk ${name}`,
        members: [{ type: 'Group', value: `bulkId:${['b', 'a'][index]}` }],
      },
    })),
  })
  assert.deepEqual(
    made.Operations.map(({ status }: { status: string }) => status),
    ['201', '201'],
  )
  const groups = await Promise.all(
    made.Operations.map(({ location }: { location: string }) =>
      client.must('GET', new URL(location).pathname.slice(8)),
    ),
  )
  assert.deepEqual(
    groups.map(({ members }) => members[0].display),
    ['bulk b', 'bulk a'],
  )
})

test('five levels, and a group in the middle that is deleted', async () => {
  const fay = await client.user('fay')
  let inside: Made = await client.group('level 1', { members: [value(fay)] })
  const levels = [inside]
  for (const level of [2, 3, 4, 5]) {
    inside = await client.group(`level ${level}`, { members: [value(inside)] })
    levels.push(inside)
  }
  const higher = [2, 3, 4, 5].map((level) => `level ${level} indirect`)
  await assertGroupsOf(fay, ['level 1 direct', ...higher])
  const [, , third] = levels
  assert.equal((await client.send('DELETE', `/Groups/${third?.id}`)).status, 204)
  await assertGroupsOf(fay, ['level 1 direct', 'level 2 indirect'])
  assert.deepEqual(await membersOf(levels[3] as Made), [])
})

test('a thousand groups are in a group at most, however they come', async () => {
  const full = await client.group('full')
  const [last, more] = [await client.group('full last'), await client.group('full more')]
  await hub.database.execute({
    text: `with made as (
        insert into groups (id, name, created, updated)
        select 'f0000000' || lpad(to_hex(number), 16, '0'), 'full ' || number, now(), now() from generate_series(1, 999) as number
        returning id
      )
      insert into group_nestings (group_id, member_group_id) select $1, id from made`,
    values: [full.id],
  })
  assert.equal((await client.patch(`/Groups/${full.id}`, add(last))).status, 204)
  await refused(client.patch(`/Groups/${full.id}`, add(more)), 400, 'invalidValue')
  assert.equal((await client.patch(`/Groups/${full.id}`, remove(last), add(more))).status, 204)
  assert.equal((await membersOf(full)).length, 1000)
})
