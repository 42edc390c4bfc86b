// Members by a rule are written to domains as those are whom the hub adds, and end there with the rule.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { MemberWork } from '@lockstep/contract/agents/protocol'
import { systemClock } from '@lockstep/kernel/clock'
import {
  domainFixture,
  type DomainFixture,
  groupObject,
  guidOf,
  origin,
  userObject,
} from '../../../../../tests/domain-fixture.ts'
import { createGroupRules } from '../../directory/groups/rule-members.service.ts'
import { createJournalService } from '../../directory/journal/journal.service.ts'

const memberQuery = { queryType: 'FilterQuery', filters: [{ field: 'department', operator: 'eq', value: 'Sales' }] }

/** A group that is bound to the domain and made there, with one user whom its rule names. */
async function ruledGroup(domain: DomainFixture) {
  const { database, users, groups, bindings } = domain
  const journal = createJournalService({ database, clock: systemClock })
  const rules = createGroupRules({
    database,
    clock: systemClock,
    journal,
    findUsers: (ids) => users.findMany(ids),
    announce: () => undefined,
  })
  const input = { username: 'ann', email: 'ann@hub.example', firstname: 'Ann', lastname: 'Lee', department: 'Sales' }
  const user = await users.create(origin, input)
  const group = await groups.create(origin, { name: 'Sellers', membershipMethod: 'DYNAMIC_AUTOMATED', memberQuery })
  await bindings.bind(origin, { directoryId: domain.domain.id, subjectKind: 'group', subjectId: group.id })
  const settle = async (): Promise<void> => {
    await rules.settleChangedRules()
    await rules.settleUsers([user.id])
    await database.transaction((transaction) => bindings.settle(transaction, [user.id]))
  }
  await settle()
  const { items } = await domain.nextWork()
  for (const item of items)
    await domain.work.report(domain.syncAgent, {
      epoch: 1,
      outcomes:
        item.kind === 'group'
          ? [
              {
                kind: 'group',
                groupId: item.groupId,
                revision: item.revision,
                guid: guidOf('Sellers'),
                dn: 'CN=Sellers',
              },
            ]
          : item.kind === 'user'
            ? [
                {
                  kind: 'user',
                  accountId: item.accountId,
                  revision: item.revision,
                  guid: guidOf('ann'),
                  dn: 'CN=ann',
                  created: true,
                  enabled: true,
                  written: [],
                },
              ]
            : [],
    })
  return { user, group, settle }
}

async function memberWork(domain: DomainFixture): Promise<MemberWork> {
  const item = (await domain.nextWork()).items.find(({ kind }) => kind === 'members')
  assert.ok(item?.kind === 'members')
  return item
}

const report = (domain: DomainFixture, groupId: string, change: { added: string[]; removed: string[] }) =>
  domain.work.report(domain.syncAgent, { epoch: 1, outcomes: [{ kind: 'members', groupId, ...change }] })

test('a member by a rule gets an account and is written, and taken out when the rule does not name it any more', async () => {
  await using domain = await domainFixture()
  const { user, group, settle } = await ruledGroup(domain)
  const added = await memberWork(domain)
  assert.deepEqual(added.add, [{ userId: user.id, guid: guidOf('ann') }])
  await report(domain, group.id, { added: [user.id], removed: [] })
  assert.deepEqual((await domain.nextWork()).items, [])
  await domain.users.change(origin, user.id, { input: { department: 'Research' } })
  await settle()
  assert.deepEqual(await domain.membersOf('Sellers'), {})
  const removed = await memberWork(domain)
  assert.deepEqual(removed.remove, [{ userId: user.id, guid: guidOf('ann') }])
  await report(domain, group.id, { added: [], removed: [user.id] })
  const rows = await domain.database.query({
    text: 'select from group_members where group_id = $1',
    values: [group.id],
  })
  assert.equal(rows.length, 0)
})

test('who comes back while leaving is written again', async () => {
  await using domain = await domainFixture()
  const { user, group, settle } = await ruledGroup(domain)
  await memberWork(domain)
  await report(domain, group.id, { added: [user.id], removed: [] })
  for (const department of ['Research', 'Sales']) {
    await domain.users.change(origin, user.id, { input: { department } })
    await settle()
  }
  assert.deepEqual(await domain.membersOf('Sellers'), { ann: ['rule'] })
  const again = await memberWork(domain)
  assert.deepEqual([again.add.length, again.remove.length], [1, 0])
})

test('a member by a rule whom the domain was told stays the rule’s when the domain is read', async () => {
  await using domain = await domainFixture()
  const { user, group } = await ruledGroup(domain)
  await memberWork(domain)
  await report(domain, group.id, { added: [user.id], removed: [] })
  const there = [
    userObject('ann'),
    groupObject('Lockstep', { members: ['ann', 'Sellers'] }),
    groupObject('Sellers', { members: ['ann'] }),
  ]
  await domain.full(there)
  await domain.objects(there)
  assert.deepEqual(await domain.membersOf('Sellers'), { ann: ['rule'] })
})
