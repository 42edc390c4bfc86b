// The whole hub: whoever changes a user or a rule need not ask for what follows.
import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { type HubInProcess, startHubInProcess } from './support/hub-in-process.ts'

let hub: HubInProcess

before(async () => {
  hub = await startHubInProcess({ background: true })
})
after(() => hub.stop())

/** Asks until the members are these. A test that never gets there is ended by its time limit. */
async function membersBecome(group: string, usernames: readonly string[]): Promise<void> {
  for (;;) {
    const { items } = await hub.must('GET', `/hub/v1/groups/${group}/members`)
    const found = items.map(({ username }: { username: string }) => username)
    if (JSON.stringify(found.toSorted()) === JSON.stringify(usernames.toSorted())) return
  }
}

test('members follow users and rules by themselves', { timeout: 60_000 }, async () => {
  const user = async (username: string, department: string): Promise<string> =>
    (await hub.must('POST', '/hub/v1/users', { username, email: `${username}@example.com`, department })).id
  await user('early', 'Sales')
  const rule = (value: string): object => ({
    queryType: 'FilterQuery',
    filters: [{ field: 'department', operator: 'eq', value }],
  })
  const body = { name: 'Follows', membershipMethod: 'DYNAMIC_AUTOMATED', memberQuery: rule('Sales') }
  const { id } = await hub.must('POST', '/api/v2/usergroups', body)
  await membersBecome(id, ['early'])
  const late = await user('late', 'Sales')
  await membersBecome(id, ['early', 'late'])
  await hub.must('PUT', `/api/systemusers/${late}`, { department: 'Law' })
  await membersBecome(id, ['early'])
  await hub.must('PUT', `/api/v2/usergroups/${id}`, { ...body, memberQuery: rule('Law') })
  await membersBecome(id, ['late'])
  const { items } = await hub.must('GET', `/hub/v1/journal?subjectId=${late}&action=user.join_group`)
  assert.match(items[0].reason, /Rule of the group Follows/)
})
