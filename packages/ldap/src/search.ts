import type { Connection } from './connection.ts'
import { controlOids, pagedResults, pagedResultsCookie } from './control.ts'
import { DirectoryError, errorOfResult } from './directory-error.ts'
import { guid } from './guid.ts'
import type { Control } from './ldap-result.ts'
import { completeRanges, hasOpenRange } from './range.ts'
import type { RawEntry } from './raw-entry.ts'
import { type SearchScope, searchRequest } from './request.ts'

/** What to search. `base` may be `<GUID=…>`; `attributes` are names as in the schema; ranged attributes arrive complete. */
export interface SearchQuery {
  readonly base: string
  readonly scope: SearchScope
  readonly filter?: string
  readonly attributes: readonly string[]
  readonly controls?: readonly Control[]
  /** Entries asked for in one page; Active Directory gives at most 1,000. */
  readonly pageSize?: number
}

const defaultPageSize = 500
// 500 entries a page make five million objects; a server that never ends the paging is broken.
const pageLimit = 10_000

/**
 * Searches page by page until the server's cookie is empty (RFC 2696: a page may be empty and still not be the last).
 * References to other servers are skipped. Rejects with a DirectoryError.
 */
export async function* search(
  connection: Connection,
  query: SearchQuery,
): AsyncGenerator<readonly RawEntry[], void, void> {
  const { base, scope, filter = '(objectClass=*)', attributes, controls = [], pageSize = defaultPageSize } = query
  const operation = 'search the directory'
  const body = searchRequest({ base, scope, filter, attributes })
  let cookie: Buffer = Buffer.alloc(0)
  for (let page = 0; page < pageLimit; page += 1) {
    const paging = scope === 'base' ? [] : [pagedResults(pageSize, cookie)]
    const stream = connection.search({ operation, body, controls: [...controls, ...paging] }, pageSize)
    try {
      for (let isLast = false; !isLast;) {
        const { entries, result } = await stream.next()
        if (entries.length > 0) yield await withWholeRanges(connection, entries, controls)
        if (result === undefined) continue
        if (result.resultCode !== 0) throw errorOfResult(operation, result)
        const answer = result.controls.get(controlOids.pagedResults)
        cookie = answer === undefined ? Buffer.alloc(0) : Buffer.from(pagedResultsCookie(answer))
        isLast = true
      }
    } finally {
      stream.abandon()
    }
    if (cookie.length === 0) return
  }
  throw new DirectoryError({ kind: 'protocol', operation })
}

/** Reads one object by DN or `<GUID=…>`; undefined when it does not exist or may not be seen. */
export async function readObject(
  connection: Connection,
  base: string,
  attributes: readonly string[],
  controls: readonly Control[] = [],
): Promise<RawEntry | undefined> {
  try {
    for await (const [entry] of search(connection, { base, scope: 'base', attributes, controls })) return entry
    return undefined
  } catch (error) {
    if (error instanceof DirectoryError && error.kind === 'no_such_object') return undefined
    throw error
  }
}

async function withWholeRanges(
  connection: Connection,
  entries: readonly RawEntry[],
  controls: readonly Control[],
): Promise<readonly RawEntry[]> {
  if (!entries.some(hasOpenRange)) return entries
  const whole: RawEntry[] = []
  for (const entry of entries) {
    const complete = hasOpenRange(entry) ? await completeUnlessGone(connection, entry, controls) : entry
    if (complete !== undefined) whole.push(complete)
  }
  return whole
}

async function completeUnlessGone(
  connection: Connection,
  entry: RawEntry,
  controls: readonly Control[],
): Promise<RawEntry | undefined> {
  try {
    return await completeRanges(connection, entry, controls)
  } catch (error) {
    // Found by GUID it cannot have been renamed, so it was deleted after the page was made. Found by name nothing is known.
    if (error instanceof DirectoryError && error.kind === 'no_such_object' && guid(entry) !== undefined)
      return undefined
    throw error
  }
}
