import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { guardClass, judge, judgeCauses } from './guard.rules.ts'

test('up to ten, or a twentieth of the source, goes through in a day', () => {
  assert.equal(judge('users', { size: 100, takenBefore: 0, takenNow: 10 }).held, false)
  assert.equal(judge('users', { size: 100, takenBefore: 0, takenNow: 11 }).held, true)
  assert.equal(judge('users', { size: 1000, takenBefore: 0, takenNow: 50 }).held, false)
  assert.equal(judge('users', { size: 1000, takenBefore: 0, takenNow: 51 }).held, true)
})

test('what was taken earlier that day counts', () => {
  assert.equal(judge('users', { size: 96, takenBefore: 4, takenNow: 6 }).held, false)
  assert.equal(judge('users', { size: 96, takenBefore: 4, takenNow: 7 }).held, true)
})

test('half of a source is always held, however small the number', () => {
  assert.equal(judge('users', { size: 12, takenBefore: 0, takenNow: 6 }).held, true)
  assert.equal(judge('users', { size: 3, takenBefore: 0, takenNow: 2 }).held, false)
})

test('taking more is never safer, and the reason names the numbers', () => {
  fc.assert(
    fc.property(fc.nat(5000), fc.nat(100), fc.nat(200), (size, takenBefore, takenNow) => {
      const verdict = judge('users', { size, takenBefore, takenNow })
      if (verdict.held) assert.ok(judge('users', { size, takenBefore, takenNow: takenNow + 1 }).held)
      assert.ok(verdict.reason.includes(String(takenBefore + takenNow)))
      if (takenNow === 0) assert.equal(verdict.held, false)
    }),
  )
})

test('losses of users count together, memberships apart, each cleared field by itself', () => {
  assert.equal(guardClass('suspend'), guardClass('delete'))
  assert.notEqual(guardClass('remove_member'), guardClass('unbind'))
  assert.notEqual(guardClass('clear_field', 'jobTitle'), guardClass('clear_field', 'company'))
})

test('an ordinary loss passes beside one that looks like an accident, whichever is named first', () => {
  const [emptied, leaver] = [
    { count: 190, toCome: 0 },
    { count: 1, toCome: 0 },
  ]
  const facts = { size: 200, takenBefore: 0 }
  const held = (causes: Parameters<typeof judgeCauses>[1], taken = facts) =>
    judgeCauses('users', causes, taken).map((verdict) => verdict.held)
  assert.deepEqual(held([emptied, leaver]), [true, false])
  assert.deepEqual(held([leaver, emptied]), [false, true])
  assert.deepEqual(held([leaver, emptied], { size: 200, takenBefore: 10 }), [true, true], 'the day has its limit')
  const small = { count: 6, toCome: 0 }
  assert.deepEqual(held([small, small, small]), [false, true, true], 'many small ones are one large one')
  assert.deepEqual(held([{ count: 1, toCome: 400 }]), [true], 'the beginning of an accident is one')
})

test('a source with limits of its own is judged by the larger of them, however small it is', () => {
  const limits = { count: 2, share: 0.1, holdsHalf: false }
  assert.equal(judge('users', { size: 4, takenBefore: 1, takenNow: 1, limits }).held, false)
  assert.equal(judge('users', { size: 4, takenBefore: 2, takenNow: 1, limits }).held, true)
  assert.equal(judge('users', { size: 95, takenBefore: 5, takenNow: 5, limits }).held, false)
  assert.equal(judge('users', { size: 95, takenBefore: 5, takenNow: 6, limits }).held, true)
  assert.equal(
    judge('users', { size: 9, takenBefore: 0, takenNow: 1, limits: { ...limits, count: 0, share: 0 } }).held,
    true,
  )
})
