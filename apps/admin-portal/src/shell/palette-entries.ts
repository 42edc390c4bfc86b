/** Something the palette leads to. */
export interface PaletteEntry {
  readonly key: string
  readonly group: string
  readonly label: string
  readonly detail?: string
  /** A path within the portal. */
  readonly to?: string
  /** What it does, where it leads nowhere. */
  readonly run?: () => void
}

function fold(text: string): string {
  return text.normalize('NFD').replaceAll(/\p{M}/gu, '').toLowerCase()
}

/** Entries whose label holds every word that was typed, in any order and without regard to accents; those that begin so first. */
export function matching(entries: readonly PaletteEntry[], typed: string): readonly PaletteEntry[] {
  const words = fold(typed)
    .split(/\s+/u)
    .filter((word) => word !== '')
  const first = words[0]
  if (first === undefined) return entries
  const found = entries.filter((entry) => {
    const text = fold(`${entry.label} ${entry.detail ?? ''}`)
    return words.every((word) => text.includes(word))
  })
  const rank = (entry: PaletteEntry): number => (fold(entry.label).startsWith(first) ? 0 : 1)
  return found.toSorted((a, b) => rank(a) - rank(b))
}

/** The entry after a key press, going round at both ends. */
export function step(index: number, by: 1 | -1, count: number): number {
  return count === 0 ? 0 : (index + by + count) % count
}

/** What begins as typed stands before what the hub found, and that before the rest. */
export function ranked(
  fixed: readonly PaletteEntry[],
  found: readonly PaletteEntry[],
  typed: string,
): readonly PaletteEntry[] {
  const begins = ({ label }: PaletteEntry): boolean => fold(label).startsWith(fold(typed.trim()))
  return [...fixed.filter(begins), ...found, ...fixed.filter((entry) => !begins(entry))]
}
