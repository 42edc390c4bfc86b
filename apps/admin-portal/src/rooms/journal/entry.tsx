import type { JournalEntry } from '@lockstep/contract/hub/journal'
import { Diff } from '@lockstep/ui/diff'
import type { ReactElement } from 'react'
import { actionWords, fieldName, reasonWords } from '../../words/words.ts'

/** Who did what, and why, in one line. */
export function EntryTitle({ entry }: { readonly entry: JournalEntry }): ReactElement {
  const reason = reasonWords(entry)
  return (
    <>
      <strong>{entry.actor}</strong> · {actionWords(entry.action)}
      {reason !== '' && <span className="ls-dim"> · {reason}</span>}
    </>
  )
}

/** The values before and after; erased ones say so. */
export function EntryDiff({ entry }: { readonly entry: JournalEntry }): ReactElement | null {
  if (entry.erased)
    return <p className="ls-dim">The personal values of this entry were erased; the chain still holds.</p>
  if (Object.keys(entry.changes).length === 0) return null
  return <Diff changes={entry.changes} nameOf={fieldName} />
}
