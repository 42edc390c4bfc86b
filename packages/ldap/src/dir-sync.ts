/*
 * Reading changes with the DirSync control (MS-ADTS 3.1.1.3.4.1.3).
 *
 * The server answers a request with entries and, at the end, a new cookie and whether there is more; requests follow one
 * another until there is not. Entries are handed on while the server is still sending, in pages that carry the cookie
 * which is safe to store once the page and all before it are stored: the old one until the answer is complete. What is
 * read twice after a crash must therefore be applied as state, not as events; the protocol demands that anyway.
 */
import type { Connection } from './connection.ts'
import { controlOids, dirSyncPosition, dirSyncRequest, extendedDn } from './control.ts'
import { DirectoryError, errorOfResult } from './directory-error.ts'
import { type DirSyncEntry, dirSyncEntryOf } from './dir-sync-entry.ts'
import { completeRanges, hasOpenRange } from './range.ts'
import { searchRequest } from './request.ts'
import type { SearchStream } from './search-stream.ts'

/** Flags of the request; they can be added up. */
export const dirSyncFlags = {
  /** Only what the account may read, which makes the right to replicate unnecessary. */
  objectSecurity: 0x1,
  /** Parents before children. */
  ancestorsFirst: 0x800,
  /** Members added and removed instead of all members. */
  incrementalValues: 0x8000_0000,
} as const

/**
 * What to read. `base` must be the root of a naming context; the scope is always the whole of it. An object appears when
 * one of the listed attributes changed, so the list needs isDeleted, and name for parentGUID; the filter must not use
 * objectCategory, which deleted objects lose. Without objectSecurity the account needs DS-Replication-Get-Changes on `base`.
 */
export interface DirSyncQuery {
  readonly base: string
  readonly filter?: string
  readonly attributes: readonly string[]
  /** Position of an earlier read; everything is read without it. */
  readonly cookie?: Buffer
  /** Sum of `dirSyncFlags`; objectSecurity and incrementalValues unless said. */
  readonly flags?: number
  /** Most entries in one page handed on. */
  readonly pageSize?: number
}

/** Some changed objects, and the cookie to store once they and all pages before are stored. */
export interface DirSyncPage {
  readonly entries: readonly DirSyncEntry[]
  readonly cookie: Buffer
  readonly more: boolean
}

const operation = 'read the changes of the domain'
const defaultFlags = dirSyncFlags.objectSecurity + dirSyncFlags.incrementalValues
/** Values of entries that wait are small objects that the collector of garbage has to copy: ten times as many cost a third more. */
const defaultPageSize = 50
// The server lowers it to its own limit.
const answerLimitBytes = 0x7fff_ffff
const answerLimit = 1_000_000

/**
 * Reads what changed since the cookie, page by page while the server sends. The last page has `more: false` and the new
 * cookie, perhaps without entries. Rejects with a DirectoryError; `unsupported` means that the cookie is not valid any
 * more and everything has to be read anew.
 */
export async function* dirSync(connection: Connection, query: DirSyncQuery): AsyncGenerator<DirSyncPage, void, void> {
  const isIncremental = ((query.flags ?? defaultFlags) & dirSyncFlags.incrementalValues) !== 0
  let cookie: Buffer = query.cookie ?? Buffer.alloc(0)
  let stream = startAnswer(connection, query, cookie)
  try {
    for (let answer = 0; answer < answerLimit;) {
      const { entries: raws, result } = await stream.next()
      if (result !== undefined && result.resultCode !== 0) throw errorOfResult(operation, result)
      const position = result === undefined ? undefined : positionOf(result.controls)
      if (position?.more === true) {
        if (raws.length === 0 && position.cookie.equals(cookie)) throw noProgress()
        // The server works on the next answer while the caller works on this page.
        stream = startAnswer(connection, query, position.cookie)
        answer += 1
      }
      cookie = position?.cookie ?? cookie
      const entries: DirSyncEntry[] = []
      for (const raw of raws) {
        const whole = !isIncremental && hasOpenRange(raw) ? await completeRanges(connection, raw, [extendedDn]) : raw
        const entry = dirSyncEntryOf(whole, isIncremental)
        if (entry === undefined) throw noProgress()
        entries.push(entry)
      }
      const more = position === undefined || position.more
      yield { entries, cookie, more }
      if (!more) return
    }
    throw noProgress()
  } finally {
    stream.abandon()
  }
}

function startAnswer(connection: Connection, query: DirSyncQuery, cookie: Buffer): SearchStream {
  const { base, filter = '(objectClass=*)', attributes, flags = defaultFlags, pageSize = defaultPageSize } = query
  const body = searchRequest({ base, scope: 'subtree', filter, attributes })
  const controls = [dirSyncRequest(flags, answerLimitBytes, cookie), extendedDn]
  return connection.search({ operation, body, controls }, pageSize)
}

function positionOf(controls: ReadonlyMap<string, Buffer>): { readonly more: boolean; readonly cookie: Buffer } {
  const value = controls.get(controlOids.dirSync)
  if (value === undefined) throw noProgress()
  return dirSyncPosition(value)
}

function noProgress(): DirectoryError {
  return new DirectoryError({ kind: 'protocol', operation })
}
