/** Where the keyboard goes in a list of rows: the index after a key, or undefined when the key does not move. */
export function nextRowIndex(key: string, index: number, count: number): number | undefined {
  if (count === 0) return undefined
  const moves: Readonly<Record<string, number>> = {
    ArrowDown: index + 1,
    ArrowUp: index - 1,
    PageDown: index + 10,
    PageUp: index - 10,
    Home: 0,
    End: count - 1,
  }
  const target = moves[key]
  return target === undefined ? undefined : Math.max(0, Math.min(count - 1, target))
}
