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

test('only entries above the newest shown are new', () => {
  const entries = [{ seq: 9 }, { seq: 8 }, { seq: 7 }] as unknown as readonly JournalEntry[]
  assert.equal(newerThan(7, entries), 2)
  assert.equal(newerThan(9, entries), 0)
})
