import type { Query, QueryClient, QueryFilters } from '@tanstack/react-query'

/**
 * Fetches what is shown of these queries anew, and the rest when it is shown again. A first answer that is still on its way may be older
 * than what caused this, and takes the mark away that the query is old: such a query is marked again once the answer is there.
 */
export async function fetchAnew(queries: QueryClient, filters: QueryFilters = {}): Promise<void> {
  const early = new Set(queries.getQueryCache().findAll({ ...filters, predicate: isOnItsWay(filters) }))
  await queries.invalidateQueries(filters)
  if (early.size === 0) return
  await Promise.all([...early].map(arrival))
  await queries.invalidateQueries({ predicate: (query) => early.has(query) })
}

const isOnItsWay =
  ({ predicate }: QueryFilters) =>
  (query: Query): boolean =>
    query.state.data === undefined && query.state.fetchStatus === 'fetching' && (predicate?.(query) ?? true)

/** Resolves when what the query asked for has come or failed. */
async function arrival(query: Query): Promise<void> {
  try {
    await query.promise
  } catch {
    // What failed is shown as failed by whoever shows it.
  }
}
