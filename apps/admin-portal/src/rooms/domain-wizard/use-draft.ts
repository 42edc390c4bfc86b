import { useState } from 'react'
import { type DomainDraft, emptyDraft, parseDraft } from './domain-draft.ts'

const key = 'lockstep.domain-draft'

/** The domain that somebody began to connect in this browser; undefined when there is none. */
export function keptDraft(): DomainDraft | undefined {
  const draft = parseDraft(localStorage.getItem(key))
  return draft.domain.trim() === '' ? undefined : draft
}

/** Forgets what was begun. */
export function dropDraft(): void {
  localStorage.removeItem(key)
}

/** The draft with a way to change it, which keeps it at once. */
export function useDraft() {
  const [draft, setDraft] = useState(() => parseDraft(localStorage.getItem(key)))
  return {
    draft,
    change(part: Partial<DomainDraft>): void {
      const next = { ...draft, ...part }
      localStorage.setItem(key, JSON.stringify(next))
      setDraft(next)
    },
    startOver(): void {
      dropDraft()
      setDraft(emptyDraft)
    },
  }
}
