import type { Page } from '@lockstep/contract/hub/page'

/** True when both pages show the same rows in the same order, so that one can replace the other without moving anything. */
export function sameOrder<T>(before: Page<T>, after: Page<T>, idOf: (row: T) => string): boolean {
  return (
    before.items.length === after.items.length &&
    before.items.every((row, index) => {
      const other = after.items[index]
      return other !== undefined && idOf(other) === idOf(row)
    })
  )
}

/** What a changed list is announced as. */
export function changeText<T>(before: Page<T>, after: Page<T>): string {
  const more = after.total - before.total
  if (more > 0) return `${more.toLocaleString('en')} new`
  if (more < 0) return `${Math.abs(more).toLocaleString('en')} fewer`
  return 'List changed'
}
