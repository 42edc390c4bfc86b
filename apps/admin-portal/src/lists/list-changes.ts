const listeners = new Map<string, Set<() => void>>()

/** Tells the open lists of these kinds that their rows may have changed; `members` reaches `members.<id>` of every group. */
export function listsChanged(kinds: readonly string[]): void {
  for (const [kind, set] of listeners) {
    if (!kinds.includes(kind.split('.', 1)[0] ?? '')) continue
    for (const listener of set) listener()
  }
}

/** Tells every open list that its rows may have changed. */
export function everyListChanged(): void {
  for (const set of listeners.values()) for (const listener of set) listener()
}

/** Calls back when lists of this kind may have changed; the result ends it. */
export function onListChange(kind: string, listener: () => void): () => void {
  const set = listeners.get(kind) ?? new Set()
  listeners.set(kind, set.add(listener))
  return () => set.delete(listener)
}
