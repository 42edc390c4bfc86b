const listeners = new Map<string, Set<() => void>>()

/** Tells the open lists of these kinds that their rows may have changed. */
export function listsChanged(kinds: readonly string[]): void {
  for (const kind of kinds) for (const listener of listeners.get(kind) ?? []) listener()
}

/** Calls back when lists of this kind may have changed; the result ends it. */
export function onListChange(kind: string, listener: () => void): () => void {
  const set = listeners.get(kind) ?? new Set()
  listeners.set(kind, set.add(listener))
  return () => set.delete(listener)
}
