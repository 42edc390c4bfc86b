// Cursors (RFC 9865): where a list goes on, bound to who asked for what. No server remembers them; they are sealed, so that nobody makes one of
// their own, and no value by which a list is sorted stands in an address. What a cursor leads to is authorized anew with every page.
import type { Clock } from '@lockstep/kernel/clock'
import { sha256 } from '@lockstep/kernel/digest'
import { VaultError } from '../../platform/crypto/vault-error.ts'
import type { Vault } from '../../platform/crypto/vault.ts'
import type { AttributePlace } from './condition.ts'
import type { ListRequest } from './list-request.ts'
import { ScimRefusal } from './scim-refusal.ts'

/** How long a cursor leads on. */
export const cursorTimeoutSeconds = 3600

/** Whose list it is, of what. */
export interface CursorScope {
  readonly actorId: string
  readonly endpoint: string
  readonly request: ListRequest
}

export interface Cursors {
  /** A cursor, of characters that an address takes as they are. */
  write(place: AttributePlace, scope: CursorScope): Promise<string>
  /** Where a list goes on; undefined at its beginning. Refuses with invalidCursor, expiredCursor and invalidCount. */
  read(scope: CursorScope): Promise<AttributePlace | undefined>
}

export interface CursorOptions {
  readonly vault: Pick<Vault, 'seal' | 'open'>
  readonly clock: Clock
}

type Content = readonly [value: string | null, id: string, untilSeconds: number, count: number | null]

export function createCursors({ vault, clock }: CursorOptions): Cursors {
  return {
    async write({ value, id }, scope) {
      const untilSeconds = Math.floor(clock.now().getTime() / 1000) + cursorTimeoutSeconds
      const content: Content = [value, id, untilSeconds, scope.request.count ?? null]
      return vault.seal(purposeOf(scope), Buffer.from(JSON.stringify(content)))
    },
    async read(scope) {
      const { cursor = '', count } = scope.request
      if (cursor === '') return undefined
      const bytes = await vault.open(purposeOf(scope), cursor).catch((error: unknown) => {
        const isNone = error instanceof VaultError && (error.code === 'notOpened' || error.code === 'unknownKey')
        if (!isNone) throw error
        throw new ScimRefusal('invalidCursor', 'The cursor is none that this list gave out.')
      })
      const [value, id, untilSeconds, countThen] = JSON.parse(bytes.toString('utf8')) as Content
      if (clock.now().getTime() > untilSeconds * 1000)
        throw new ScimRefusal('expiredCursor', 'The cursor has expired. Begin again with an empty one.')
      if (countThen !== (count ?? null))
        throw new ScimRefusal('invalidCount', 'count has to stay what it was when the cursor was given out.')
      return { value, id }
    },
  }
}

function purposeOf({ actorId, endpoint, request }: CursorScope): string {
  const { filter = '', sortBy = '', descending } = request
  const list = JSON.stringify([actorId, endpoint, filter, sortBy, descending])
  return `scim cursors/${sha256(list).toString('hex')}`
}
