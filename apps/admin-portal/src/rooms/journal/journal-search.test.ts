import type { JournalEntry } from '@lockstep/contract/hub/journal'
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { journalChips, journalQueryOf, newerThan } from './journal-search.ts'

test('names are shown, ids are sent', () => {
  const search = { actorId: '1', actor: 'ada@example.com', subjectKind: 'user', subjectId: '2' }
  assert.deepEqual(journalQueryOf(search), { actorId: '1', subjectKind: 'user', subjectId: '2' })
  assert.deepEqual(journalChips(search), [
    { text: 'By: ada@example.com', names: ['actorId', 'actor'] },
    { text: 'Subject: 2', names: ['subjectId', 'subject', 'subjectKind'] },
  ])
})

test('days reach from their first moment to their last in the reader’s zone, and a mistyped one is no filter', () => {
  const { since = '', until = '' } = journalQueryOf({ from: '2026-03-01', to: '2026-03-02' })
  assert.deepEqual(
    [new Date(since), new Date(until)].map((each) => [each.getMonth(), each.getDate(), each.getHours()]),
    [
      [2, 1, 0],
      [2, 3, 0],
    ],
  )
  assert.deepEqual(journalQueryOf({ from: '2026-02-31', to: 'tomorrow' }), {})
  assert.deepEqual(
    journalChips({ from: '2026-03-01', to: 'tomorrow' }).map((chip) => chip.text),
    ['From: Mar 1, 2026'],
  )
})

test('only entries above the newest shown are new', () => {
  const entries = [{ seq: 9 }, { seq: 8 }, { seq: 7 }] as unknown as readonly JournalEntry[]
  assert.equal(newerThan(7, entries), 2)
  assert.equal(newerThan(9, entries), 0)
})
