// Usernames and e-mail addresses are unique at every moment, but a read may bring renames that only fit together in some order, or, when
// two users swap, in none: one of them is then parked under a name that nobody has. A name that its holder keeps is refused.

/** Fields that no two users may have alike. */
export type NameField = 'username' | 'email'

/** A user whose names change: whose present names they take, and which of their own they give up. */
export interface Rename {
  readonly userId: string
  readonly takes: readonly { readonly field: NameField; readonly holderId: string }[]
  readonly gives: ReadonlySet<NameField>
}

/** Users who may be changed together now: to their new names, or to names that are in nobody's way. */
export interface RenameStep {
  readonly kind: 'change' | 'park'
  readonly userIds: readonly string[]
}

export interface RenameOrder {
  readonly steps: readonly RenameStep[]
  /** Fields that a user cannot have, because somebody keeps them. */
  readonly refused: ReadonlyMap<string, ReadonlySet<NameField>>
}

/** Puts renames into an order in which no name is there twice at any step: pure. */
export function orderRenames(renames: readonly Rename[]): RenameOrder {
  const refused = refuseKeptNames(renames)
  const takes = new Map(
    renames.map((rename) => [
      rename.userId,
      rename.takes.filter(({ field }) => refused.get(rename.userId)?.has(field) !== true),
    ]),
  )
  const steps: RenameStep[] = []
  const waiting = new Set(takes.keys())
  const parked = new Set<string>()
  while (waiting.size > 0) {
    const isFree = (holderId: string): boolean => !waiting.has(holderId) || parked.has(holderId)
    const ready = [...waiting].filter((userId) => takes.get(userId)?.every(({ holderId }) => isFree(holderId)))
    if (ready.length > 0) {
      for (const userId of ready) waiting.delete(userId)
      steps.push({ kind: 'change', userIds: ready })
      continue
    }
    // Only circles are left; taking one user out of the way opens one of them.
    const first = [...waiting].filter((userId) => !parked.has(userId)).slice(0, 1)
    for (const userId of first) parked.add(userId)
    steps.push({ kind: 'park', userIds: first })
  }
  return { steps, refused }
}

/** A refused user keeps the old name, which then is refused to whoever wanted it, and so on. */
function refuseKeptNames(renames: readonly Rename[]): ReadonlyMap<string, Set<NameField>> {
  const byId = new Map(renames.map((rename) => [rename.userId, rename]))
  const refused = new Map<string, Set<NameField>>()
  const isKept = (holderId: string, field: NameField): boolean =>
    byId.get(holderId)?.gives.has(field) !== true || refused.get(holderId)?.has(field) === true
  for (let before = -1, count = 0; before !== count;) {
    before = count
    for (const { userId, takes } of renames) {
      for (const { field, holderId } of takes) {
        const fields = refused.get(userId) ?? new Set<NameField>()
        if (fields.has(field) || !isKept(holderId, field)) continue
        refused.set(userId, fields.add(field))
        count += 1
      }
    }
  }
  return refused
}
