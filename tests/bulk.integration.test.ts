// Bulk jobs and scheduled states in a whole hub, which works on them by itself, also when another hub began.
import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { pause } from '@lockstep/kernel/retry'
import { type HubInProcess, startHubInProcess } from './support/hub-in-process.ts'

let hub: HubInProcess
before(async () => {
  hub = await startHubInProcess({ background: true })
})
after(() => hub.stop())

/** Asks until the answer is as wished; the test's own time limit ends it otherwise. */
async function until<T>(ask: () => Promise<T>, isWished: (answer: T) => boolean): Promise<T> {
  for (;;) {
    const answer = await ask()
    if (isWished(answer)) return answer
    await pause(20)
  }
}

test('a job is worked through behind its request, with every row told of', async () => {
  const rows = Array.from({ length: 300 }, (_, index) => ({ username: `b${index}`, email: `b${index}@example.com` }))
  const { jobId } = await hub.must('POST', '/api/v2/bulk/users', [...rows, rows[0]])
  const job = await until(
    () => hub.must('GET', `/hub/v1/bulk-jobs/${jobId}`),
    ({ state }) => state === 'done',
  )
  assert.deepEqual([job.total, job.changed, job.failed, job.waiting], [301, 300, 1, 0])
  const failed = await hub.must('GET', `/hub/v1/bulk-jobs/${jobId}/results?outcome=failed`)
  assert.deepEqual([failed.items[0].row, failed.items[0].code], [301, 'username_taken'])
})

test('what a hub left when it died is finished by the next one', async () => {
  const rows = Array.from({ length: 40 }, (_, index) => ({ username: `d${index}`, email: `d${index}@example.com` }))
  const { jobId } = await hub.must('POST', '/api/v2/bulk/users', rows)
  // Whoever has taken rows loses its connection, as a hub that is killed does.
  await hub.database.query({
    text: `select pg_terminate_backend(pid) from pg_stat_activity
      where datname = current_database() and pid <> pg_backend_pid() and query like '%bulk_job_rows%'`,
  })
  const job = await until(
    async () => (await hub.call({ method: 'GET', path: `/hub/v1/bulk-jobs/${jobId}` })).body,
    (answer) => answer?.state === 'done',
  )
  assert.deepEqual([job.changed, job.failed], [40, 0])
  const [made] = await hub.database.query<{ count: number }>({
    text: `select count(*) as count from journal where action = 'user.create' and details::jsonb ->> 'subject' like 'd%'
      and details::jsonb -> 'cause' ->> 'text' like 'Bulk job%'`,
  })
  assert.equal(made?.count, 40)
})

test('an action for many is finished by the next hub too, each user once', async () => {
  const rows = Array.from({ length: 600 }, (_, index) => ({ username: `k${index}`, email: `k${index}@example.com` }))
  const { jobId } = await hub.must('POST', '/api/v2/bulk/users', rows)
  await until(
    () => hub.must('GET', `/hub/v1/bulk-jobs/${jobId}`),
    ({ state }) => state === 'done',
  )
  const { total } = await hub.must('GET', '/hub/v1/users?state=ACTIVATED&limit=1')
  const matching = { filter: { state: 'ACTIVATED' }, count: total }
  const started = await hub.must('POST', '/hub/v1/bulk-actions', { action: 'suspend', matching, reason: 'Closed' })
  await hub.database.query({
    text: `select pg_terminate_backend(pid) from pg_stat_activity
      where datname = current_database() and pid <> pg_backend_pid() and query like '%bulk_job_rows%'`,
  })
  const action = await until(
    async () => (await hub.call({ method: 'GET', path: `/hub/v1/bulk-actions/${started.id}` })).body,
    (answer) => answer?.state === 'done',
  )
  assert.deepEqual([action.changed, action.failed, action.unchanged], [total, 0, 0])
  const [noted] = await hub.database.query<{ count: number; users: number }>({
    text: `select count(*) as count, count(distinct subject_id) as users from journal where action = 'user.suspend'
      and details::jsonb -> 'cause' ->> 'text' like 'Bulk job%'`,
  })
  assert.deepEqual(noted, { count: total, users: total })
})

test('a scheduled state comes when it is due', async () => {
  const user = await hub.must('POST', '/api/systemusers', { username: 'scheduled', email: 'scheduled@example.com' })
  await hub.must('POST', '/api/v2/bulk/userstates', {
    user_ids: [user.id],
    state: 'SUSPENDED',
    start_date: new Date(Date.now() + 300).toISOString(),
  })
  const suspended = await until(
    () => hub.must('GET', `/api/systemusers/${user.id}`),
    ({ state }) => state === 'SUSPENDED',
  )
  assert.equal(suspended.suspended, true)
})
