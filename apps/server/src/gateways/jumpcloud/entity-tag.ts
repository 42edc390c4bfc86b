// A user's revision as a weak entity tag, so that a client can change only what it has seen (RFC 9110, section 8.8.3). If-Match is
// compared weakly on purpose: the tag stands for the user, not for the bytes of one answer.
import { AppError } from '@lockstep/contract/app-error'
import type { RouteReply } from '../../platform/http/route.ts'

type Headers = Readonly<Record<string, string | readonly string[] | undefined>>

/** The tag of a revision. */
export function entityTag(revision: number): string {
  return `W/"${revision}"`
}

/** The revision that If-Match asks for; undefined: any. A tag that was never given out matches no revision. */
export function wantedRevision(headers: Headers): number | undefined {
  const text = headerText(headers, 'if-match').trim()
  if (text === '' || text === '*') return undefined
  const tags = text.split(',').map((tag) => /^\s*(?:W\/)?"(\d{1,15})"\s*$/.exec(tag)?.[1])
  const known = tags.filter((tag) => tag !== undefined).map(Number)
  if (known.length > 1)
    throw new AppError('invalid_request', { field: 'if-match', detail: 'if-match: name one entity tag.' })
  return known[0] ?? -1
}

/** True when the client has the revision already. */
export function hasRevision(headers: Headers, revision: number): boolean {
  return headerText(headers, 'if-none-match')
    .split(',')
    .some((tag) => tag.trim().replace(/^W\//, '') === `"${revision}"`)
}

/** Runs a change that If-Match may forbid: then the refusal is that the precondition failed. */
export async function underPrecondition(headers: Headers, work: () => Promise<RouteReply>): Promise<RouteReply> {
  try {
    return await work()
  } catch (error) {
    if (wantedRevision(headers) !== undefined && error instanceof AppError && error.code === 'revision_changed')
      throw new AppError('precondition_failed', { field: 'if-match', cause: error })
    throw error
  }
}

function headerText(headers: Headers, name: string): string {
  const value = headers[name]
  return typeof value === 'string' ? value : ''
}
