export interface Toast {
  readonly id: number
  readonly text: string
}

const shownMs = 6_000
let toasts: readonly Toast[] = []
let lastId = 0
const listeners = new Set<() => void>()

function replace(next: readonly Toast[]): void {
  toasts = next
  for (const listener of listeners) listener()
}

/** Says what was done, for six seconds, without asking for attention. */
export function announce(text: string): void {
  lastId += 1
  const id = lastId
  replace([...toasts.slice(-2), { id, text }])
  setTimeout(() => dismiss(id), shownMs)
}

/** Takes a message away. */
export function dismiss(id: number): void {
  replace(toasts.filter((toast) => toast.id !== id))
}

/** For useSyncExternalStore. */
export const toastStore = {
  subscribe(listener: () => void): () => void {
    listeners.add(listener)
    return () => listeners.delete(listener)
  },
  read: () => toasts,
}
