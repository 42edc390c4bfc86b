import assert from 'node:assert/strict'
import { test } from 'node:test'
import { daysOf, daysText, linkDays, noticeDays } from './notice-days.ts'

test('days are read with commas or blanks, each once, the earliest notice first', () => {
  assert.deepEqual(daysOf('1, 7;14 7'), [14, 7, 1])
  assert.deepEqual(daysOf(' '), [])
  assert.equal(daysText([14, 7, 1]), '14, 7, 1')
})

test('what is no list of up to five days from 1 to 28 is refused', () => {
  for (const wrong of ['seven', '0', '29', '1.5', '1 2 3 4 5 6', '-1'])
    assert.match(noticeDays(wrong) ?? '', /from 1 to 28/u, wrong)
  assert.equal(noticeDays('28, 1'), undefined)
  assert.equal(noticeDays(''), undefined)
})

test('a link can be used for 1 to 90 days', () => {
  for (const wrong of ['', '0', '91', 'a week']) assert.match(linkDays(wrong) ?? '', /from 1 to 90/u, wrong)
  assert.equal(linkDays('90'), undefined)
})
