import assert from 'node:assert/strict'
import { test } from 'node:test'
import { HubError } from '@lockstep/client/hub-error'
import { createLog } from './log.ts'
import { Patience, troubleOf, waitAfter } from './patience.ts'
import { agentTiming } from './timing.ts'

const hubError = (status: number, code: string): HubError => new HubError({ status, code, detail: code })

test('failures are told apart by what is to be done', () => {
  assert.equal(troubleOf(hubError(409, 'lease_lost')), 'lease_lost')
  assert.equal(troubleOf(hubError(403, 'agent_paused')), 'paused')
  assert.equal(troubleOf(hubError(401, 'agent_signature_invalid')), 'refused')
  assert.equal(troubleOf(hubError(401, 'agent_request_repeated')), 'passing')
  for (const error of [hubError(0, 'unreachable'), hubError(503, 'x'), new Error('bug'), 'text']) {
    assert.equal(troubleOf(error), 'passing')
  }
})

test('waiting doubles up to its limit with at most a quarter more', () => {
  const waits = Array.from({ length: 12 }, (_, attempt) => waitAfter(new Error('x'), attempt, agentTiming))
  for (const [attempt, waitMs] of waits.entries()) {
    const plain = Math.min(5000, 200 * 2 ** attempt)
    assert.ok(waitMs >= plain && waitMs <= plain * 1.25, `${attempt}: ${waitMs}`)
  }
  assert.equal(waitAfter(hubError(409, 'lease_lost'), 0, agentTiming), 0)
  assert.ok(waitAfter(hubError(409, 'lease_lost'), 1, agentTiming) > 0)
  assert.equal(waitAfter(hubError(401, 'x'), 0, agentTiming), agentTiming.refusedMs)
})

test('the same trouble is logged once, and its end too', async () => {
  const lines: string[] = []
  const waits = { ...agentTiming, retryBaseMs: 0, retryLimitMs: 0 }
  const patience = new Patience(waits, createLog({ agent: 'test', write: (line) => lines.push(line) }))
  const { signal } = new AbortController()
  for (let repetition = 0; repetition < 3; repetition += 1) await patience.after(hubError(503, 'x'), signal)
  patience.recovered()
  patience.recovered()
  const messages = lines.map((line) => (JSON.parse(line) as { message: string }).message)
  assert.deepEqual(messages, ['Trying again', 'Working again'])
})
