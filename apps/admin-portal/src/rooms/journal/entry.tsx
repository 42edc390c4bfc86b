import type { JournalEntry } from '@lockstep/contract/hub/journal'
import { Diff } from '@lockstep/ui/diff'
import type { ReactElement, ReactNode } from 'react'
import { changeName, changeWords } from '../../words/change-words.tsx'
import { actionWords, actorWords, reasonWords } from '../../words/words.ts'
import { toldChanges } from './told-changes.ts'

interface EntryTitleProps {
  readonly entry: JournalEntry
  /** To whom, where the page is not about them. */
  readonly subject?: ReactNode
}

/** Who did what, to whom, and why, in one line. */
export function EntryTitle({ entry, subject }: EntryTitleProps): ReactElement {
  const reason = reasonWords(entry)
  return (
    <>
      <strong>{actorWords(entry)}</strong> · {actionWords(entry.action)}
      {subject !== undefined && <> · {subject}</>}
      {reason !== '' && <span className="ls-dim"> · {reason}</span>}
    </>
  )
}

/** The values before and after; erased ones say so. */
export function EntryDiff({ entry }: { readonly entry: JournalEntry }): ReactElement | null {
  if (entry.erased)
    return <p className="ls-dim">The personal values of this entry were erased; the chain still holds.</p>
  const changes = toldChanges(entry)
  if (Object.keys(changes).length === 0) return null
  return <Diff changes={changes} nameOf={changeName} wordsOf={changeWords} side={sideOf(entry.action)} />
}

function sideOf(action: string): 'before' | 'after' | undefined {
  if (action.endsWith('.create')) return 'after'
  return action.endsWith('.delete') ? 'before' : undefined
}
