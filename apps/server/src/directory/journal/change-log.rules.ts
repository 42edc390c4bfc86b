import type { GroupOfChange } from './journal.rules.ts'

/** The newest row of the journal at some time; its time is in microseconds, as text. */
export interface Witness {
  readonly seq: number
  readonly atMicros: string
}

/** A row of the feed with what a reader of changes needs of its details; these are missing once they were erased. */
export interface ChangeRow {
  readonly xid: string
  readonly seq: number
  readonly at: Date
  readonly action: string
  readonly subjectKind: string
  readonly subjectId: string
  readonly name: string | null
  readonly email: string | null
  readonly groups: readonly GroupOfChange[] | null
}
