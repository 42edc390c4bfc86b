// Cursors (RFC 9865): where a list goes on, bound to who asked for what. No server remembers them; a digest tells one that was altered, or
// that belongs to another list, from a good one. What it leads to is authorized anew with every page.
import type { Clock } from '@lockstep/kernel/clock'
import { sha256 } from '@lockstep/kernel/digest'
import type { AttributePlace } from './condition.ts'
import type { ListRequest } from './list-request.ts'
import { ScimRefusal } from './scim-refusal.ts'

/** How long a cursor leads on. */
export const cursorTimeoutSeconds = 3600
const digestLength = 16

/** Whose list it is, of what. */
export interface CursorScope {
  readonly actorId: string
  readonly endpoint: string
  readonly request: ListRequest
}

/** Writes a cursor, of characters that an address takes as they are. */
export function writeCursor(place: AttributePlace, scope: CursorScope, clock: Clock): string {
  const untilSeconds = Math.floor(clock.now().getTime() / 1000) + cursorTimeoutSeconds
  const content = JSON.stringify([place.value, place.id, untilSeconds, scope.request.count ?? null])
  const digest = digestOf(content, scope)
  return Buffer.concat([digest, Buffer.from(content)]).toString('base64url')
}

/** Where a list goes on; undefined at its beginning. Refuses with invalidCursor, expiredCursor and invalidCount. */
export function readCursor(scope: CursorScope, clock: Clock): AttributePlace | undefined {
  const { cursor = '', count } = scope.request
  if (cursor === '') return undefined
  const invalid = new ScimRefusal('invalidCursor', 'The cursor is none that this list gave out.')
  if (!/^[A-Za-z0-9_-]{1,8192}$/.test(cursor)) throw invalid
  const bytes = Buffer.from(cursor, 'base64url')
  const content = bytes.subarray(digestLength).toString('utf8')
  if (!digestOf(content, scope).equals(bytes.subarray(0, digestLength))) throw invalid
  const [value, id, untilSeconds, countThen] = JSON.parse(content) as [string | null, string, number, number | null]
  if (clock.now().getTime() > untilSeconds * 1000)
    throw new ScimRefusal('expiredCursor', 'The cursor has expired. Begin again with an empty one.')
  if (countThen !== (count ?? null))
    throw new ScimRefusal('invalidCount', 'count has to stay what it was when the cursor was given out.')
  return { value, id }
}

function digestOf(content: string, { actorId, endpoint, request }: CursorScope): Buffer {
  const { filter = '', sortBy = '', descending } = request
  const scope = JSON.stringify([actorId, endpoint, filter, sortBy, descending])
  return sha256('scim cursor', scope, content).subarray(0, digestLength)
}
