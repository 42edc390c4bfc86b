import type { PaletteEntry } from './palette-entries.ts'

const storageKey = 'lockstep.palette-recent'
const keptEntries = 6

/** The list with an entry in front, which stands in it once. */
export function withRecent(list: readonly PaletteEntry[], entry: PaletteEntry): readonly PaletteEntry[] {
  return [entry, ...list.filter((each) => each.to !== entry.to)].slice(0, keptEntries)
}

function isEntry(value: unknown): value is PaletteEntry {
  if (typeof value !== 'object' || value === null) return false
  const { key, group, label, to } = value as Readonly<Record<string, unknown>>
  // Only what leads within the portal: the storage can be written by anybody at this browser.
  return (
    [key, group, label].every((text) => typeof text === 'string') && typeof to === 'string' && /^\/(?!\/)/u.test(to)
  )
}

/** The entries of a stored text; what is not understood is left out. */
export function parseRecent(text: string | null): readonly PaletteEntry[] {
  try {
    const value: unknown = JSON.parse(text ?? '[]')
    return Array.isArray(value) ? value.filter(isEntry).slice(0, keptEntries) : []
  } catch {
    // An unreadable list costs only the convenience.
    return []
  }
}

/** Where the palette led last, newest first. */
export function readRecent(): readonly PaletteEntry[] {
  try {
    return parseRecent(localStorage.getItem(storageKey))
  } catch {
    // The browser may forbid storage.
    return []
  }
}

/** Keeps an entry for the next time; only places, no acts. */
export function noteRecent(entry: PaletteEntry): void {
  try {
    localStorage.setItem(storageKey, JSON.stringify(withRecent(readRecent(), entry)))
  } catch {
    // As above.
  }
}

/** Whoever signs in next at this browser need not see whom the last one looked up. */
export function forgetRecent(): void {
  try {
    localStorage.removeItem(storageKey)
  } catch {
    // As above.
  }
}
