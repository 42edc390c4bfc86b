import { useState } from 'react'

/** Rows that were chosen one by one, kept across the pages of a list. */
export function useChosen<T extends { readonly id: string }>() {
  const [chosen, setChosen] = useState<ReadonlyMap<string, T>>(new Map())
  return {
    chosen,
    choose(rows: readonly T[], on: boolean): void {
      const next = new Map(chosen)
      for (const row of rows)
        if (on) next.set(row.id, row)
        else next.delete(row.id)
      setChosen(next)
    },
    clear: (): void => setChosen(new Map()),
  }
}
