const key = 'lockstep.dismissed-bulk-actions'
const keptIds = 50

function read(): readonly string[] {
  try {
    const stored: unknown = JSON.parse(sessionStorage.getItem(key) ?? '[]')
    return Array.isArray(stored) ? stored.filter((each) => typeof each === 'string') : []
  } catch {
    // Storage that is switched off or holds something else: nothing was dismissed.
    return []
  }
}

/** True when the reader took this ended bulk action away, in this tab. */
export function isDismissed(id: string): boolean {
  return read().includes(id)
}

/** Remembers that the reader has seen the end of a bulk action. */
export function dismissAction(id: string): void {
  sessionStorage.setItem(key, JSON.stringify([id, ...read()].slice(0, keptIds)))
}
