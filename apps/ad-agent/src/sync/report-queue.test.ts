import assert from 'node:assert/strict'
import { test } from 'node:test'
import { HubError } from '@lockstep/client/hub-error'
import type { WorkReport, WorkReportReply } from '@lockstep/contract/agents/protocol'
import { createLog } from '../agent/log.ts'
import { testTiming } from '../testing/agent-run.ts'
import { ReportQueue } from './report-queue.ts'

function queueWith(
  answer: (report: WorkReport) => Promise<WorkReportReply | undefined | void>,
  onDeposed: () => void = () => undefined,
) {
  const deadline = new AbortController()
  const queue = new ReportQueue({
    hub: { reportWork: async (report) => (await answer(report)) ?? undefined },
    epoch: 3,
    log: createLog({ agent: 'test', write: () => undefined }),
    timing: testTiming,
    deadline: deadline.signal,
    onDeposed,
  })
  const add = (count: number): void => {
    for (let index = 0; index < count; index += 1) queue.add({ kind: 'group', groupId: String(index), revision: 1 })
  }
  return { queue, add, deadline }
}

test('twenty outcomes go out at once, what comes meanwhile with the next report, all in order', async () => {
  const reports: WorkReport[] = []
  const { promise: first, resolve: taken } = Promise.withResolvers<void>()
  const { promise: answered, resolve: answer } = Promise.withResolvers<void>()
  const { queue, add } = queueWith(async (report) => {
    reports.push(report)
    taken()
    await answered
  })
  add(20)
  await first
  add(230)
  answer()
  await queue.drain()
  assert.deepEqual(
    reports.map(({ outcomes, epoch }) => [outcomes.length, epoch]),
    [
      [20, 3],
      [200, 3],
      [30, 3],
    ],
  )
  const ids = reports.flatMap(({ outcomes }) => outcomes.map((outcome) => outcome.kind === 'group' && outcome.groupId))
  assert.deepEqual(ids, [...range(20), ...range(230)])
})

function range(count: number): readonly string[] {
  return Array.from({ length: count }, (_, index) => index.toString())
}

test('the answer that the agent is not primary any more is passed on', async () => {
  let isDeposed = false
  const { queue, add } = queueWith(
    async () => ({ primary: false }),
    () => (isDeposed = true),
  )
  add(1)
  await queue.drain()
  assert.ok(isDeposed)
})

test('outcomes that wait are reported without being asked for', async () => {
  const { promise, resolve } = Promise.withResolvers<WorkReport>()
  const { add } = queueWith(async (report) => resolve(report))
  add(1)
  assert.equal((await promise).outcomes.length, 1)
})

test('what the hub refuses is dropped, and what does not reach it is repeated until the deadline', async () => {
  let calls = 0
  const refused = queueWith(async () => {
    calls += 1
    throw new HubError({ status: 409, code: 'lease_lost', detail: '' })
  })
  refused.add(1)
  await refused.queue.drain()
  assert.equal(calls, 1)
  calls = 0
  const lost = queueWith(async () => {
    calls += 1
    if (calls === 3) lost.deadline.abort()
    throw new HubError({ status: 0, code: 'unreachable', detail: '' })
  })
  lost.add(1)
  await lost.queue.drain()
  assert.equal(calls, 3)
})
