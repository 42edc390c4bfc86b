import type { Page } from '@lockstep/contract/hub/page'

interface Walk<T> {
  readonly fetchPage: (query: { readonly limit: number; readonly after?: string }) => Promise<Page<T>>
  /** The walk stops before it holds more rows than this. */
  readonly limit: number
  readonly onProgress?: (rows: number, total: number) => void
  /** Rows a call; what every list of the hub gives, unless the list gives more. */
  readonly pageSize?: number
}

const usualPageSize = 200

/** All rows that match, page by page in the list's order; throws when there are more than the limit. */
export async function walkPages<T>({
  fetchPage,
  limit,
  onProgress,
  pageSize = usualPageSize,
}: Walk<T>): Promise<readonly T[]> {
  const rows: T[] = []
  let after: string | undefined
  do {
    // Each page starts where the one before ended, so they cannot be fetched side by side.
    const page: Page<T> = await fetchPage({ limit: pageSize, ...(after === undefined ? {} : { after }) })
    rows.push(...page.items)
    if (rows.length > limit || page.total > limit) {
      throw new Error(
        `The list has ${page.total.toLocaleString('en')} rows; at most ${limit.toLocaleString('en')} can be taken at once.`,
      )
    }
    onProgress?.(rows.length, page.total)
    after = page.next
  } while (after !== undefined)
  return rows
}
