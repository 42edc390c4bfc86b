// Users whose password is about to expire: by the hub's own date, or by the one that a directory gave.
import type { Queryable } from '../../platform/db/database.ts'
import * as store from './expiring-user.store.ts'
import { isDelegated } from './password-authority.rules.ts'
import type { User } from './user.rules.ts'

/** Activated users whose password expires in a span of time, in id order. */
export async function listExpiring(
  db: Queryable,
  query: { readonly from: Date; readonly until: Date; readonly afterId: string; readonly limit: number },
): Promise<readonly User[]> {
  return store.listExpiring(db, query)
}

/** When a password expires as far as the hub is to tell; undefined when it does not, or a domain validates it and tells by itself. */
export function passwordExpiry(user: User): Date | undefined {
  const { attributes, activated } = user
  if (!activated || isDelegated(user)) return undefined
  const outside = attributes['external_password_expiration_date']
  const text = typeof outside === 'string' && outside !== '' ? outside : attributes['password_expiration_date']
  const expires = typeof text === 'string' ? new Date(text) : undefined
  return expires === undefined || Number.isNaN(expires.getTime()) ? undefined : expires
}
