import { AppError } from '@lockstep/contract/app-error'
import type { Clock } from '@lockstep/kernel/clock'
import { hashToken, newToken } from '../../platform/crypto/tokens.ts'
import type { Database, Queryable } from '../../platform/db/database.ts'
import * as store from './user-link.store.ts'

export type LinkPurpose = store.LinkPurpose

/** Links with which users choose a password; each works once, and only the newest of its purpose. */
export interface UserLinkService {
  /** Makes a link within the transaction of its mail; the token is in this answer and nowhere else. */
  issue(
    db: Queryable,
    link: { readonly userId: string; readonly purpose: LinkPurpose; readonly lifetimeMs: number },
  ): Promise<{ readonly token: string; readonly expires: string }>
  /** A link that can be used now for one of the purposes. Refuses with `password_link_invalid`. */
  read(token: string, purposes: readonly LinkPurpose[]): Promise<store.UserLink>
  /** Uses the link up. Refuses with `password_link_invalid` when somebody was faster. */
  use(db: Queryable, token: string): Promise<void>
  removeOver(): Promise<void>
}

const removedAtOnce = 1_000

export function createUserLinkService({
  database,
  clock,
}: {
  readonly database: Database
  readonly clock: Clock
}): UserLinkService {
  return {
    async issue(db, { userId, purpose, lifetimeMs }) {
      const token = newToken('link')
      const created = clock.now()
      const expires = new Date(created.getTime() + lifetimeMs)
      await store.replace(db, { userId, purpose, tokenHash: hashToken(token), created, expires })
      return { token, expires: expires.toISOString() }
    },
    async read(token, purposes) {
      const link = await store.find(database, hashToken(token))
      if (link === undefined || !purposes.includes(link.purpose))
        throw invalid('The link was used already, or a newer one took its place. Ask for a new one.')
      if (clock.now() >= link.expires) throw invalid('The link has expired. Ask for a new one.')
      if (link.passwordChanged !== null && link.passwordChanged > link.created)
        throw invalid('The password was changed since this link was made. Sign in, or ask for a new link.')
      return link
    },
    async use(db, token) {
      if ((await store.use(db, hashToken(token), clock.now())) === 0)
        throw invalid('The link was used already, or a newer one took its place. Ask for a new one.')
    },
    async removeOver() {
      while ((await store.removeOver(database, clock.now(), removedAtOnce)) === removedAtOnce);
    },
  }
}

function invalid(detail: string): AppError {
  return new AppError('password_link_invalid', { field: 'token', detail })
}
