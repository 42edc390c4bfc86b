import assert from 'node:assert/strict'
import { test } from 'node:test'
import { literalPattern, readSearchPattern } from './search-pattern.rules.ts'

const written = (text: string, options?: string): readonly (string | undefined)[] => {
  const reading = readSearchPattern(text, options)
  return reading.ok ? [reading.value.pattern, reading.value.anywhere] : [reading.why]
}

test('patterns are written for PostgreSQL, once with their anchors and once without', () => {
  assert.deepEqual(written('(?i)(^adm)'), ['(?i)(?:(?:^adm))', '(?:(?:adm))'])
  assert.deepEqual(written('^a.*z$', 'i'), ['(?i)(?:^a.*z$)', '(?:a.*z)'])
  assert.deepEqual(written('a\\.b{2,3}\\d+?'), ['(?:a\\.b{2,3}\\d+?)', '(?:a\\.b{2,3}\\d+?)'])
  assert.deepEqual(written('\\bx'), ['(?:\\yx)', '(?:x)'])
  assert.deepEqual(written('a{b}'), ['(?:a\\{b\\})', '(?:a\\{b\\})'])
  assert.deepEqual(written('[[:x]'), ['(?:[\\[:x])', '(?:[\\[:x])'])
  assert.deepEqual(written('[^a-z]x'), ['(?:[^a-z]x)', undefined])
  assert.deepEqual(written('\\x41'), ['(?:\\u0041)', '(?:\\u0041)'])
})

test('what cannot be matched in one pass, or is no pattern, is refused with the reason', () => {
  for (const text of [
    '(a',
    'a)',
    '[a',
    '\\',
    '(?=a)',
    '(?<n>a)',
    '(a)\\1',
    '\\pL',
    '*a',
    'a**',
    'a{101}',
    '^*',
    '(*a)',
  ])
    assert.equal(readSearchPattern(text).ok, false, text)
  assert.equal(readSearchPattern('a'.repeat(257)).ok, false)
  assert.equal(readSearchPattern('('.repeat(30) + ')'.repeat(30)).ok, false)
  assert.equal(readSearchPattern('a', 'q').ok, false)
})

test('a text is a pattern of itself', () => {
  assert.equal(literalPattern('a.b@c'), '(?:a\\.b\\@c)')
})
