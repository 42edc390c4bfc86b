import { useEffect } from 'react'
import { firstPage, type ListSearch, previousPage } from './list-search.ts'

/** The keys of the pages seen, by list and filters; kept for the tab, because a page knows only its successor. */
const trails = new Map<string, string[]>()

interface Pages<S> {
  readonly first: S | undefined
  readonly previous: S | undefined
}

function trailKey(search: ListSearch): string {
  return `${globalThis.location.pathname} ${JSON.stringify(firstPage(search))}`
}

/** The ways back from a page; a page opened by a shared link leads back to the first. */
export function usePages<S extends ListSearch>(search: S): Pages<S> {
  const { page = 1, after } = search
  const key = trailKey(search)
  useEffect(() => {
    const trail = trails.get(key) ?? ['']
    if (after !== undefined) trail[page - 1] = after
    trails.set(key, trail)
  }, [key, page, after])
  return {
    first: page > 1 ? firstPage(search) : undefined,
    previous: previousPage(search, trails.get(key) ?? ['']),
  }
}
