import assert from 'node:assert/strict'
import { test } from 'node:test'
import { watchChanges, type WatchedAgent, type WatchedDomain } from './agent-watch.rules.ts'

const now = new Date('2026-01-01T12:00:00Z')
const ago = (seconds: number): Date => new Date(now.getTime() - seconds * 1000)
const domain = (live: Partial<Record<'IMPORT' | 'SYNC', boolean>>): WatchedDomain => ({
  id: 'd',
  live: { IMPORT: live.IMPORT, SYNC: live.SYNC },
})
const agent = (change: Partial<WatchedAgent> = {}): WatchedAgent => ({
  ...{ domainId: 'd', kind: 'IMPORT', enrolled: true, paused: false, contactAt: ago(1) },
  ...change,
})

test('the first agent at work is noted', () => {
  const [change] = watchChanges([domain({})], [agent()], now)
  assert.deepEqual(change, { domainId: 'd', kind: 'IMPORT', before: undefined, after: true })
})

test('an agent that never worked cannot stop', () => {
  const agents = [agent({ contactAt: ago(500) }), agent({ enrolled: false, contactAt: null })]
  assert.deepEqual(watchChanges([domain({})], agents, now), [])
})

test('the last one to stop is told once, and one of several is not', () => {
  const silent = agent({ contactAt: ago(60) })
  assert.deepEqual(watchChanges([domain({ IMPORT: true })], [silent, agent()], now), [])
  const [change, more] = watchChanges([domain({ IMPORT: true })], [silent, silent], now)
  assert.deepEqual(change, { domainId: 'd', kind: 'IMPORT', before: true, after: false, reason: 'silent' })
  assert.equal(more, undefined)
  assert.deepEqual(watchChanges([domain({ IMPORT: false })], [silent], now), [])
})

test('the reason says whether agents are away, paused or removed', () => {
  const reasons = [[agent({ paused: true })], [agent({ paused: true }), agent({ contactAt: ago(99) })], []].map(
    (agents) => watchChanges([domain({ IMPORT: true })], agents, now)[0]?.reason,
  )
  assert.deepEqual(reasons, ['paused', 'silent', 'removed'])
})

test('a return is told for the kind that returned', () => {
  const agents = [agent({ kind: 'SYNC' }), agent({ domainId: 'other' })]
  assert.deepEqual(watchChanges([domain({ IMPORT: false, SYNC: false })], agents, now), [
    { domainId: 'd', kind: 'SYNC', before: false, after: true },
  ])
})
