import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { AgentLogReport } from '@lockstep/contract/agents/log'
import { createLog } from './log.ts'
import { LogTail } from './log-tail.ts'

/** Somebody who looks for as many reports as are asked for. */
function looker(reportCount: number) {
  const reports: AgentLogReport[] = []
  const { promise: done, resolve } = Promise.withResolvers<void>()
  const send = async (report: AgentLogReport) => {
    reports.push(report)
    const wanted = reports.length < reportCount
    if (!wanted) resolve()
    return { wanted }
  }
  const tail = new LogTail({ send, gatherMs: 0, askMs: 5 })
  return { reports, done, tail, numbers: () => reports.flatMap(({ lines }) => lines.map(({ number }) => number)) }
}

test('nothing is sent while nobody looks', async () => {
  const { tail, reports } = looker(1)
  tail.add('info', 'one', {})
  tail.heed(false)
  tail.heed(undefined)
  assert.equal(tail.sends, false)
  await tail[Symbol.asyncDispose]()
  assert.deepEqual(reports, [])
})

test('what is kept is sent first, then what comes, each once and in order', async () => {
  const { tail, done, numbers, reports } = looker(6)
  for (let line = 0; line < 250; line += 1) tail.add('info', `line ${line}`, { line, absent: undefined })
  tail.heed(true)
  tail.heed(true)
  tail.add('warn', 'later', {})
  await done
  await tail[Symbol.asyncDispose]()
  assert.deepEqual(numbers(), [...Array(251).keys()])
  assert.deepEqual(reports[0]?.lines.length, 200)
  assert.deepEqual(reports[0]?.lines[3]?.fields, { line: 3 })
  assert.equal(new Set(reports.map(({ runId }) => runId)).size, 1)
})

test('only the last 500 lines are kept, and long texts are cut', async () => {
  const { tail, done, numbers, reports } = looker(4)
  for (let line = 0; line < 600; line += 1) tail.add('info', 'x'.repeat(2000), { text: 'y'.repeat(2000) })
  tail.heed(true)
  await done
  await tail[Symbol.asyncDispose]()
  assert.deepEqual([numbers()[0], numbers().length], [100, 500])
  assert.equal(reports[0]?.lines[0]?.message.length, 500)
  assert.equal(String(reports[0]?.lines[0]?.fields['text']).length, 500)
})

test('trouble with sending ends it until somebody looks again', async () => {
  const { promise: failed, resolve } = Promise.withResolvers<void>()
  let calls = 0
  const send = async () => {
    calls += 1
    resolve()
    throw new Error('the hub is away')
  }
  const tail = new LogTail({ send, gatherMs: 0, askMs: 5 })
  tail.heed(true)
  await failed
  await tail[Symbol.asyncDispose]()
  assert.deepEqual([tail.sends, calls], [false, 1])
})

test('a secret in a text is hidden in the log and in what is kept', () => {
  const lines: string[] = []
  const kept: unknown[] = []
  const log = createLog({
    agent: 'test',
    write: (line) => lines.push(line),
    keep: (_level, _message, fields) => kept.push(fields),
    secrets: () => ['hunter22', 'abc'],
  })
  log.warn('Trying again', { error: 'bind as x with hunter22 failed, abc', count: 2 })
  assert.deepEqual(kept, [{ error: 'bind as x with [hidden] failed, abc', count: 2 }])
  assert.equal(lines.join('').includes('hunter22'), false)
})
