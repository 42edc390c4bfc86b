import type { Queryable } from '../../platform/db/database.ts'

export interface NewAccessToken {
  readonly tokenHash: string
  readonly credentialId: string
  /** What the token is narrowed to; null: everything that the account may do. */
  readonly scopes: readonly string[] | null
  readonly created: Date
  readonly expires: Date
}

export async function insert(db: Queryable, token: NewAccessToken): Promise<void> {
  await db.execute({
    name: 'access-tokens-insert',
    text: `insert into access_tokens (token_hash, credential_id, scopes, created, expires) values ($1, $2, $3, $4, $5)`,
    values: [token.tokenHash, token.credentialId, token.scopes, token.created, token.expires],
  })
}

/** Removes all but the newest tokens of a credential. */
export async function removeOldest(db: Queryable, credentialId: string, kept: number): Promise<void> {
  await db.execute({
    name: 'access-tokens-remove-oldest',
    text: `delete from access_tokens where token_hash in (
        select token_hash from access_tokens where credential_id = $1 order by created desc, token_hash offset $2)`,
    values: [credentialId, kept],
  })
}

/** Ends a token of a client; 0 when it has none such. */
export async function remove(
  db: Queryable,
  { tokenHash, credentialId }: { readonly tokenHash: string; readonly credentialId: string },
): Promise<number> {
  return db.execute({
    name: 'access-tokens-remove',
    text: 'delete from access_tokens where token_hash = $1 and credential_id = $2',
    values: [tokenHash, credentialId],
  })
}

/** Ends all tokens of a service account. */
export async function removeOfAccount(db: Queryable, serviceAccountId: string): Promise<number> {
  return db.execute({
    name: 'access-tokens-remove-of-account',
    text: `delete from access_tokens where credential_id in (
        select id from service_account_credentials where service_account_id = $1)`,
    values: [serviceAccountId],
  })
}

export async function removeExpired(
  db: Queryable,
  { expiredBy, limit }: { readonly expiredBy: Date; readonly limit: number },
): Promise<number> {
  return db.execute({
    name: 'access-tokens-remove-expired',
    text: `delete from access_tokens where token_hash in (select token_hash from access_tokens where expires <= $1 limit $2)`,
    values: [expiredBy, limit],
  })
}
