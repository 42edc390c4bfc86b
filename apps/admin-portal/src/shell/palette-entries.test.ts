import assert from 'node:assert/strict'
import { test } from 'node:test'
import { matching, ranked, type PaletteEntry, step } from './palette-entries.ts'

const entry = (label: string, detail?: string): PaletteEntry => ({
  key: label,
  group: 'x',
  label,
  to: '/',
  ...(detail === undefined ? {} : { detail }),
})

test('words match in any order and without accents, beginnings first', () => {
  const entries = [entry('Show suspended users'), entry('Users'), entry('Jörg Müller', 'joerg')]
  assert.deepEqual(
    matching(entries, 'users').map((each) => each.label),
    ['Users', 'Show suspended users'],
  )
  assert.deepEqual(
    matching(entries, 'muller jorg').map((each) => each.label),
    ['Jörg Müller'],
  )
  assert.equal(matching(entries, '  ').length, 3)
})

test('arrows go round', () => {
  assert.equal(step(0, -1, 3), 2)
  assert.equal(step(2, 1, 3), 0)
  assert.equal(step(0, 1, 0), 0)
})

test('what begins as typed comes before what the hub found', () => {
  const entry = (label: string) => ({ key: label, group: 'x', label, to: '/' })
  const fixed = ['New user', 'Users', 'Show suspended users'].map(entry)
  assert.deepEqual(
    ranked(fixed, [entry('Ursula User')], 'us').map(({ label }) => label),
    ['Users', 'Ursula User', 'New user', 'Show suspended users'],
  )
})
