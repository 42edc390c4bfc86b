import type { DirectoryBehaviour, DirectoryDetail } from '@lockstep/contract/hub/directory'
import { useState } from 'react'
import type { ReviewedChange } from './review-settings.tsx'

/** Answers that were changed and not saved; what was changed back is no change. */
export function useBehaviourDraft(directory: DirectoryDetail) {
  const [draft, setDraft] = useState<Partial<DirectoryBehaviour>>({})
  const stored = directory.behaviour
  const changed = Object.fromEntries(
    Object.entries(draft).filter(([field, value]) => !isSame(value, stored[field as keyof DirectoryBehaviour])),
  ) as Partial<DirectoryBehaviour>
  const change: ReviewedChange = {
    update: { behaviour: changed },
    changes: Object.fromEntries(
      Object.entries(changed).map(([field, after]) => [
        field,
        { before: stored[field as keyof DirectoryBehaviour], after },
      ]),
    ),
  }
  return {
    behaviour: { ...stored, ...draft },
    change,
    dirty: Object.keys(changed).length > 0,
    set: (part: Partial<DirectoryBehaviour>): void => setDraft((before) => ({ ...before, ...part })),
    discard: (): void => setDraft({}),
  }
}

function isSame(one: unknown, other: unknown): boolean {
  return JSON.stringify(one) === JSON.stringify(other)
}
