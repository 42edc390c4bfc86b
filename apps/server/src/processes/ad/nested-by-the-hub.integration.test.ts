// Groups that the hub puts into groups of a domain: their users are nested members, whom no read takes away and no domain is told of.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { systemClock } from '@lockstep/kernel/clock'
import { domainFixture, groupObject, origin, userObject } from '../../../../../tests/domain-fixture.ts'
import { createMemberSets } from '../../directory/groups/member-set.service.ts'
import { createNestedMembers } from '../../directory/groups/nested-members.service.ts'
import { createJournalService } from '../../directory/journal/journal.service.ts'

test('users of a group that the hub put into another stay nested members there through every read, and the domain is told of none', async () => {
  await using domain = await domainFixture()
  const { database, users } = domain
  const journal = createJournalService({ database, clock: systemClock })
  const needs = { database, journal, announce: () => undefined }
  const memberSets = createMemberSets({ ...needs, clock: systemClock, findUsers: (ids) => users.findMany(ids) })
  const nested = createNestedMembers(needs)
  const objects = [
    userObject('ann'),
    userObject('bob'),
    groupObject('Lockstep', { members: ['Outer', 'Inner'] }),
    groupObject('Outer', { members: ['ann'] }),
    groupObject('Inner', { members: ['bob'] }),
  ]
  await domain.full(objects)
  const [outer, inner] = await Promise.all(
    ['Outer', 'Inner'].map(
      async (search) => (await domain.groups.list(origin.actor, { search, sort: [], limit: 1 }))[0],
    ),
  )
  assert.ok(outer && inner)
  const change = async (verb: 'add' | 'remove'): Promise<void> => {
    const { revision } = await domain.groups.get(origin.actor, outer.id)
    await memberSets.change(origin, outer.id, { input: {}, revision, sets: [{ verb, values: [inner.id] }] })
    await nested.settleGroups([outer.id])
  }
  await change('add')
  const both = { ann: ['directory'], bob: ['nested'] }
  assert.deepEqual(await domain.membersOf('Outer'), both)
  await domain.full(objects)
  assert.deepEqual(await domain.membersOf('Outer'), both)
  const { items } = await domain.nextWork()
  assert.deepEqual(
    items.filter(({ kind }) => kind === 'members'),
    [],
  )
  await change('remove')
  assert.deepEqual(await domain.membersOf('Outer'), { ann: ['directory'] })
})
