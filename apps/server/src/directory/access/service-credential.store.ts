import type { Role } from '@lockstep/contract/access'
import type { Queryable } from '../../platform/db/database.ts'
import type { CustomRole } from './access.rules.ts'
import { customRoleColumn } from './administrator.store.ts'

export type CredentialKind = 'api_key' | 'client_secret'

export interface CredentialRow {
  readonly id: string
  readonly serviceAccountId: string
  readonly kind: CredentialKind
  /** For client secrets. */
  readonly clientId: string | null
  readonly prefix: string
  readonly lifetimeDays: number
  readonly created: Date
  readonly createdByKind: string
  readonly createdById: string
  readonly createdByName: string
  readonly expires: Date
  readonly lastUsed: Date | null
}

const columns = `k.id, k.service_account_id as "serviceAccountId", k.kind, k.client_id as "clientId", k.prefix,
  k.lifetime_days as "lifetimeDays", k.created, k.created_by_kind as "createdByKind", k.created_by_id as "createdById",
  k.created_by_name as "createdByName", k.expires, k.last_used as "lastUsed"`

/** The credentials of some service accounts, newest first. */
export async function listOf(
  db: Queryable,
  serviceAccountIds: readonly string[],
  limit: number,
): Promise<readonly CredentialRow[]> {
  return db.query<CredentialRow>({
    name: 'service-credentials-list-of',
    text: `select ${columns} from service_account_credentials k
      where k.service_account_id = any($1::text[]) order by k.id desc limit $2`,
    values: [serviceAccountIds, limit],
  })
}

export async function insert(db: Queryable, row: CredentialRow & { readonly secretHash: string }): Promise<void> {
  await db.execute({
    name: 'service-credentials-insert',
    text: `insert into service_account_credentials (id, service_account_id, kind, client_id, prefix, secret_hash, lifetime_days,
        created, created_by_kind, created_by_id, created_by_name, expires)
      values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)`,
    values: [
      ...[row.id, row.serviceAccountId, row.kind, row.clientId, row.prefix, row.secretHash, row.lifetimeDays],
      ...[row.created, row.createdByKind, row.createdById, row.createdByName, row.expires],
    ],
  })
}

/** Removes one of an account and answers what it was. */
export async function remove(
  db: Queryable,
  { id, serviceAccountId }: { readonly id: string; readonly serviceAccountId: string },
): Promise<CredentialRow | undefined> {
  const rows = await db.query<CredentialRow>({
    name: 'service-credentials-remove',
    text: `delete from service_account_credentials k where k.id = $1 and k.service_account_id = $2 returning ${columns}`,
    values: [id, serviceAccountId],
  })
  return rows[0]
}

export async function updateLastUsed(db: Queryable, id: string, at: Date): Promise<void> {
  await db.execute({
    name: 'service-credentials-update-last-used',
    text: `update service_account_credentials set last_used = $2 where id = $1 and (last_used is null or last_used < $2)`,
    values: [id, at],
  })
}

/** Which enabled service account a key or token comes from; whether it expired is for the caller to see. */
export interface ServiceHolder {
  readonly credentialId: string
  readonly expires: Date
  readonly lastUsed: Date | null
  readonly serviceAccountId: string
  readonly name: string
  readonly role: Role
  readonly customRole: CustomRole | null
}

const holderColumns = `k.id as "credentialId", k.last_used as "lastUsed", s.id as "serviceAccountId", s.name, s.role, ${customRoleColumn}`
const accountJoins = `join service_accounts s on s.id = k.service_account_id and s.disabled is null
      left join roles r on r.id = s.role_id`

/** The account that a key belongs to. */
export async function findKeyHolder(db: Queryable, secretHash: string): Promise<ServiceHolder | undefined> {
  const rows = await db.query<ServiceHolder>({
    name: 'service-credentials-find-key-holder',
    text: `select ${holderColumns}, k.expires from service_account_credentials k ${accountJoins}
      where k.secret_hash = $1 and k.kind = 'api_key'`,
    values: [secretHash],
  })
  return rows[0]
}

/** The account that a client's secret belongs to. */
export async function findClient(
  db: Queryable,
  client: { readonly clientId: string; readonly secretHash: string },
): Promise<ServiceHolder | undefined> {
  const rows = await db.query<ServiceHolder>({
    name: 'service-credentials-find-client',
    text: `select ${holderColumns}, k.expires from service_account_credentials k ${accountJoins}
      where k.client_id = $1 and k.secret_hash = $2 and k.kind = 'client_secret'`,
    values: [client.clientId, client.secretHash],
  })
  return rows[0]
}

/** The account that a token was given to; `expires` is the token's end, or its credential's when that is sooner. */
export async function findTokenHolder(
  db: Queryable,
  tokenHash: string,
): Promise<(ServiceHolder & { readonly scopes: readonly string[] | null }) | undefined> {
  const rows = await db.query<ServiceHolder & { readonly scopes: readonly string[] | null }>({
    name: 'service-credentials-find-token-holder',
    text: `select ${holderColumns}, least(t.expires, k.expires) as expires, t.scopes
      from access_tokens t
      join service_account_credentials k on k.id = t.credential_id ${accountJoins}
      where t.token_hash = $1`,
    values: [tokenHash],
  })
  return rows[0]
}
