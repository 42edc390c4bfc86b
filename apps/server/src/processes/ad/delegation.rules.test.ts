import assert from 'node:assert/strict'
import { test } from 'node:test'
import { strictestLockout } from '@lockstep/contract/agents/strictest-lockout'
import { decideGuess, delegationState, guessLimits, mayTryAgain, ownLockout } from './delegation.rules.ts'
import { defaultBehaviour } from './domain.rules.ts'

const windowMs = 1_800_000
const unknown = { threshold: null, windowMs: null }

test('the switch is pending until an agent can ask, and follows the configuration where that leaves no choice', () => {
  const stateOf = (
    useCase: 'ADASAUTHORITY' | 'TWOWAYSYNC' | 'JCASAUTHORITY',
    canValidate: boolean,
    chosen?: 'directory',
  ) =>
    delegationState({
      useCase,
      canValidate,
      behaviour: { ...defaultBehaviour, ...(chosen === undefined ? {} : { delegatedAuthority: chosen }) },
    })
  assert.deepEqual([stateOf('ADASAUTHORITY', false), stateOf('ADASAUTHORITY', true)], ['pending', 'active'])
  assert.deepEqual([stateOf('TWOWAYSYNC', true), stateOf('TWOWAYSYNC', true, 'directory')], ['disabled', 'active'])
  assert.deepEqual(
    [stateOf('JCASAUTHORITY', true), stateOf('JCASAUTHORITY', true, 'directory')],
    ['disabled', 'disabled'],
  )
})

test('two guesses stay below every threshold that locks, but at least one goes to the domain', () => {
  for (let threshold = 1; threshold <= 50; threshold += 1) {
    const { perAccount, perSource, most } = guessLimits({ threshold, windowMs })
    assert.ok(perAccount >= 1 && perSource >= 1 && perSource <= perAccount && perAccount <= most)
    if (threshold > 2) assert.ok(perAccount <= threshold - 2)
    if (threshold > 1) assert.ok(most < threshold)
    assert.ok(perAccount <= 20)
  }
  assert.equal(guessLimits({ threshold: 0, windowMs: 0 }).perAccount, 20)
  assert.equal(guessLimits(undefined).perAccount, 3)
})

test('guesses are counted until a whole window has passed without one, as the domain does', () => {
  const limits = guessLimits({ threshold: 5, windowMs })
  const start = Date.parse('2026-01-01T00:00:00Z')
  const rows = [
    { source: 'a', count: 1, lastAt: new Date(start), ...unknown },
    { source: 'b', count: 1, lastAt: new Date(start + windowMs - 1), ...unknown },
    { source: 'c', count: 1, lastAt: new Date(start + 2 * windowMs - 2), ...unknown },
  ]
  const at = (ms: number) => decideGuess(rows, { source: 'd', limits, now: new Date(ms) })
  // The first is older than a window by now, and counts all the same.
  assert.deepEqual(at(start + 2 * windowMs), { ok: false, at: new Date(start + 2 * windowMs - 2 + limits.windowMs) })
  assert.deepEqual(at(start + 2 * windowMs - 2 + limits.windowMs), { ok: true, startsAnew: true })
})

test('one source leaves a guess to others, and without a source nobody is left one', () => {
  const limits = guessLimits({ threshold: 5, windowMs })
  const now = new Date()
  const rows = [{ source: 'a', count: 2, lastAt: now, ...unknown }]
  const decide = (source: string) => decideGuess(rows, { source, limits, now }).ok
  assert.deepEqual([decide('a'), decide('b'), decide('')], [false, true, true])
})

test('a second agent may try unless both together could lock the account', () => {
  const limits = guessLimits({ threshold: 4, windowMs })
  const rows = (count: number) => [{ source: '', count, lastAt: new Date(), ...unknown }]
  assert.deepEqual([mayTryAgain(rows(2), limits), mayTryAgain(rows(3), limits)], [true, false])
  assert.equal(mayTryAgain(rows(1000), guessLimits({ threshold: 0, windowMs })), true)
})

test('the policy of the account itself is the strictest that was said of it', () => {
  const row = { source: '', count: 1, lastAt: new Date() }
  assert.equal(ownLockout([{ ...row, ...unknown }]), undefined)
  const rows = [unknown, { threshold: 10, windowMs }, { threshold: 3, windowMs: 60_000 }].map((own) => ({
    ...row,
    ...own,
  }))
  assert.deepEqual(ownLockout(rows), { threshold: 3, windowMs })
})

test('of what several agents read the strictest counts; a threshold of nought locks nobody', () => {
  assert.equal(strictestLockout([]), undefined)
  assert.deepEqual(strictestLockout([{ threshold: 0, windowMs: 9 }]), { threshold: 0, windowMs: 0 })
  const policies = [
    { threshold: 10, windowMs: 60_000 },
    { threshold: 0, windowMs: 99_000 },
    { threshold: 3, windowMs: 30_000 },
  ]
  assert.deepEqual(strictestLockout(policies), { threshold: 3, windowMs: 60_000 })
})
