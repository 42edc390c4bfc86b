import type { Page } from '@lockstep/contract/hub/page'
import { readCursor, writeCursor } from './cursor.ts'
import { requireNoSort } from './sort-order.ts'

interface PageParameters {
  readonly limit?: number
  readonly after?: string
  readonly search?: string
  readonly sort?: string
}

/** The parameters of a list that its service pages by itself in its one order: its place is wrapped in our cursor. */
export function servicePageQuery<Query extends PageParameters>({
  sort,
  after,
  ...query
}: Query): Omit<Query, 'sort' | 'after'> & {
  readonly after?: string
} {
  requireNoSort(sort)
  const cursor = readCursor(after)
  return cursor === undefined ? query : { ...query, after: cursor.id }
}

/** The service's page with its place wrapped in our cursor. */
export function servicePage<T>({ next, ...page }: Page<T>): Page<T> {
  return next === undefined ? page : { ...page, next: writeCursor({ value: '', id: next }) }
}
