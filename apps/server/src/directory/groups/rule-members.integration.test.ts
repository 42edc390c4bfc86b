// Users, rules and hands change the same groups at once; each change is followed by what its follower does, and nothing else.
import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { AppError } from '@lockstep/contract/app-error'
import { hubFixture } from '../../../../../tests/hub-fixture.ts'
import { systemActor } from '../access/access.rules.ts'

const origin = { actor: systemActor('hub'), cause: { kind: 'demo' } } as const
const departments = ['A', 'B', 'C'] as const
const userCount = 30
const workers = 6
const rounds = 12

let hub: Awaited<ReturnType<typeof hubFixture>>

before(async () => {
  hub = await hubFixture()
})
after(() => hub.close())

test('whatever is changed at once, members are in the end whom the rules name', async () => {
  const { users, groups, rules, database } = hub
  const rule = (value: string) => ({
    queryType: 'FilterQuery',
    filters: [{ field: 'department', operator: 'eq', value }],
  })
  const made = await Promise.all(
    Array.from({ length: userCount }, (_, index) =>
      users.create(origin, { username: `u${index}`, email: `u${index}@example.com`, department: 'A' }),
    ),
  )
  const ruled = await Promise.all(
    departments.map((department) =>
      groups.create(origin, {
        name: `Group ${department}`,
        membershipMethod: 'DYNAMIC_AUTOMATED',
        memberQuery: rule(department),
      }),
    ),
  )
  await rules.settleChangedRules()
  const changeUser = async (step: number): Promise<void> => {
    const user = made[(step * 7) % userCount]
    assert.ok(user)
    await users.change(origin, user.id, { input: { department: departments[step % 3] ?? 'A' } })
    await rules.settleUsers([user.id])
  }
  const changeRule = async (step: number): Promise<void> => {
    const group = ruled[step % 3]
    assert.ok(group)
    await groups.change(origin, group.id, { input: { memberQuery: rule(departments[(step * 5) % 3] ?? 'A') } })
    await rules.settleChangedRules()
  }
  const changeByHand = async (step: number): Promise<void> => {
    const [group, user] = [ruled[step % 3], made[(step * 11) % userCount]]
    assert.ok(group && user)
    const work = step % 2 === 0 ? groups.addMember : groups.removeMember
    await work(origin, group.id, user.id).catch((error: unknown) => {
      if (!(error instanceof AppError)) throw error
    })
    await rules.settleUsers([user.id])
  }
  await Promise.all(
    Array.from({ length: workers }, async (_, worker) => {
      for (let round = 0; round < rounds; round += 1) {
        const step = worker * rounds + round
        if (worker % 3 === 0) await changeRule(step)
        else if (worker % 3 === 1) await changeUser(step)
        else await changeByHand(step)
      }
    }),
  )
  const wrong = await database.query<{ name: string; username: string }>({
    text: `select groups.name, users.username from groups cross join users
      where not users.id = any(groups.member_query_exemptions)
        and (users.attributes ->> 'department' = groups.member_query #>> '{filters,0,value}')
          <> exists (select from group_members as member where member.group_id = groups.id and member.user_id = users.id)`,
  })
  assert.deepEqual(wrong, [])
  const behind = await database.query({
    text: `select groups.name from groups join group_rule_progress as progress on progress.group_id = groups.id
      where progress.applied_revision < groups.rule_revision`,
  })
  assert.deepEqual(behind, [])
})

/** Resolves once so many in this database wait for locks. */
async function waiting(count: number): Promise<void> {
  for (;;) {
    const rows = await hub.database.query({
      text: `select from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'`,
    })
    if (rows.length >= count) return
  }
}

test('a user who changes while a rule is being settled is not what they were before', async () => {
  const { users, groups, rules, database } = hub
  const make = (username: string) =>
    users.create(origin, { username, email: `${username}@example.com`, department: 'Late' })
  const [moving, held] = [await make('moving'), await make('held')]
  const memberQuery = { filters: [{ field: 'user.department', operation: 'equals', value: 'late' }] }
  const group = await groups.create(origin, { name: 'Late', membershipMethod: 'DYNAMIC_AUTOMATED', memberQuery })
  const followers: Promise<void>[] = []
  await database.transaction(async (transaction) => {
    // The rule has looked at both users by the time it waits for this one.
    await transaction.query({ text: 'select from users where id = $1 for update', values: [held.id] })
    followers.push(rules.settleChangedRules())
    await waiting(1)
    await users.change(origin, moving.id, { input: { department: 'Early' } })
    const settled = rules.settleUsers([moving.id])
    followers.push(settled)
    await Promise.race([settled, waiting(2)])
  })
  await Promise.all(followers)
  const members = await groups.listMembers(origin.actor, { groupId: group.id, limit: 10 })
  assert.deepEqual(
    members.map(({ username }) => username),
    ['held'],
  )
})
