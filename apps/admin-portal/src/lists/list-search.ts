/** Where a list stands, as its address says: what is searched, sorted and filtered, and which page is shown. */
export interface ListSearch {
  readonly search?: string
  readonly sort?: string
  /** The key after which the page starts; absent on the first page. */
  readonly after?: string
  /** The page's number, for the words below the list. */
  readonly page?: number
}

/** A list with filters by name. */
export type FilteredSearch<F extends string> = ListSearch & { readonly [K in F]?: string }

function text(value: unknown): string | undefined {
  if (typeof value === 'number') return String(value)
  return typeof value === 'string' && value !== '' ? value : undefined
}

/** Reads an address; what is not understood is left out, so that a mistyped link shows the list and not an error. */
export function listSearchOf<const F extends string>(
  raw: Readonly<Record<string, unknown>>,
  filters: readonly F[],
): FilteredSearch<F> {
  const page =
    typeof raw['page'] === 'number' && Number.isInteger(raw['page']) && raw['page'] > 1 ? raw['page'] : undefined
  const after = text(raw['after'])
  const pairs: (readonly [string, string | number | undefined])[] = [
    ['search', text(raw['search'])],
    ['sort', text(raw['sort'])],
    // A page without its key, or a key without its page, is no place in the list.
    ['after', page === undefined ? undefined : after],
    ['page', after === undefined ? undefined : page],
    ...filters.map((name) => [name, text(raw[name])] as const),
  ]
  return Object.fromEntries(pairs.filter(([, value]) => value !== undefined)) as FilteredSearch<F>
}

/** Changes search, sort or filters and goes back to the first page; undefined and '' take a filter away. */
export function withChange<S extends ListSearch>(search: S, change: Readonly<Record<string, string | undefined>>): S {
  const next: Record<string, unknown> = { ...search, ...change }
  delete next['after']
  delete next['page']
  for (const [name, value] of Object.entries(next)) if (value === undefined || value === '') delete next[name]
  return next as S
}

/** The next page. */
export function nextPage<S extends ListSearch>(search: S, next: string): S {
  return { ...search, after: next, page: (search.page ?? 1) + 1 }
}

/** The first page. */
export function firstPage<S extends ListSearch>(search: S): S {
  return withChange(search, {})
}

/** The page before: `trail` holds the keys of the pages up to this one, the first page's being ''. */
export function previousPage<S extends ListSearch>(search: S, trail: readonly string[]): S | undefined {
  const page = search.page ?? 1
  if (page <= 1) return undefined
  if (page === 2) return firstPage(search)
  const after = trail[page - 2]
  return after === undefined ? undefined : { ...search, after, page: page - 1 }
}

/** True when the reader narrowed the list down. */
export function isNarrowed(search: ListSearch, filters: readonly string[]): boolean {
  return search.search !== undefined || filters.some((name) => name in search)
}
