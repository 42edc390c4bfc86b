import type { JournalEntry, JournalQuery } from '@lockstep/contract/hub/journal'
import type { FilteredSearch } from '../../lists/list-search.ts'
import { actionWords } from '../../words/words.ts'
import { dayEnd, dayStart, dayWords } from './days.ts'

export type JournalSearch = FilteredSearch<
  'action' | 'actorId' | 'actor' | 'subjectKind' | 'subjectId' | 'subject' | 'from' | 'to'
>

/** What goes to the hub; the names beside the ids are for the reader only. */
export function journalQueryOf(search: JournalSearch): JournalQuery {
  const { action, actorId, subjectKind, subjectId, from, to } = search
  const since = dayStart(from)
  const until = dayEnd(to)
  return {
    ...(action === undefined ? {} : { action }),
    ...(actorId === undefined ? {} : { actorId }),
    ...(subjectKind === undefined ? {} : { subjectKind }),
    ...(subjectId === undefined ? {} : { subjectId }),
    ...(since === undefined ? {} : { since: since.toISOString() }),
    ...(until === undefined ? {} : { until: until.toISOString() }),
  }
}

interface JournalChip {
  readonly text: string
  /** The parameters that go when the chip goes. */
  readonly names: readonly (keyof JournalSearch)[]
}

/** The active filters in words. */
export function journalChips(search: JournalSearch): readonly JournalChip[] {
  const { action, actorId, actor, subjectKind, subjectId, subject, from, to } = search
  const chips: JournalChip[] = []
  if (action !== undefined) chips.push({ text: `Action: ${actionWords(action)}`, names: ['action'] })
  if (actorId !== undefined) chips.push({ text: `By: ${actor ?? actorId}`, names: ['actorId', 'actor'] })
  if (subjectId !== undefined)
    chips.push({ text: `Subject: ${subject ?? subjectId}`, names: ['subjectId', 'subject', 'subjectKind'] })
  else if (subjectKind !== undefined) chips.push({ text: `Kind: ${subjectKind}`, names: ['subjectKind'] })
  const [first, last] = [dayWords(from), dayWords(to)]
  if (first !== undefined) chips.push({ text: `From: ${first}`, names: ['from'] })
  if (last !== undefined) chips.push({ text: `To: ${last}`, names: ['to'] })
  return chips
}

/** How many entries of a fresh page are newer than the newest one shown. */
export function newerThan(shownSeq: number, fresh: readonly JournalEntry[]): number {
  return fresh.filter((entry) => entry.seq > shownSeq).length
}
