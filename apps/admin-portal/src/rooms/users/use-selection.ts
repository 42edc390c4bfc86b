import type { UserFilter } from '@lockstep/contract/hub/bulk-action'
import type { UserRow } from '@lockstep/contract/hub/user'
import { useState } from 'react'

/** Whom an action is about: chosen rows, or all that a filter matches. */
export type Selection =
  | { readonly kind: 'rows'; readonly rows: ReadonlyMap<string, UserRow> }
  | { readonly kind: 'matching'; readonly filter: UserFilter }

const nothing: Selection = { kind: 'rows', rows: new Map() }

/** What is selected in the list of users, kept across its pages. All that match are no longer selected once the filter changes. */
export function useSelection(filter: UserFilter) {
  const [stored, setStored] = useState<Selection>(nothing)
  const isStale = stored.kind === 'matching' && JSON.stringify(stored.filter) !== JSON.stringify(filter)
  const selection = isStale ? nothing : stored
  return {
    selection,
    /** Taking one user out of all that match leaves nobody selected: the rest were never listed one by one. */
    select(rows: readonly UserRow[], on: boolean): void {
      const next = new Map(selection.kind === 'rows' ? selection.rows : [])
      for (const row of rows)
        if (on) next.set(row.id, row)
        else next.delete(row.id)
      setStored({ kind: 'rows', rows: next })
    },
    selectMatching: (): void => setStored({ kind: 'matching', filter }),
    clear: (): void => setStored(nothing),
  }
}
