import type { Role } from '@lockstep/contract/access'
import type { Queryable } from '../../platform/db/database.ts'
import type { CustomRole } from './access.rules.ts'
import { customRoleColumn } from './administrator.store.ts'

export interface ApiKeyRow {
  readonly id: string
  readonly administratorId: string
  readonly administratorName: string
  readonly administratorEmail: string
  readonly name: string
  readonly prefix: string
  readonly created: Date
  readonly expires: Date | null
  readonly lastUsed: Date | null
}

const columns = `k.id, k.administrator_id as "administratorId", a.name as "administratorName", a.email as "administratorEmail", k.name, k.prefix, k.created,
  k.expires, k.last_used as "lastUsed"`

/** The keys of one administrator, or of all. */
export async function list(
  db: Queryable,
  { administratorId, limit }: { readonly administratorId?: string; readonly limit: number },
): Promise<readonly ApiKeyRow[]> {
  return db.query<ApiKeyRow>({
    name: 'api-keys-list',
    text: `select ${columns}
      from api_keys k
      join administrators a on a.id = k.administrator_id
      where $1::text is null or k.administrator_id = $1
      order by k.id desc
      limit $2`,
    values: [administratorId ?? null, limit],
  })
}

export async function findHeld(db: Queryable, id: string): Promise<ApiKeyRow | undefined> {
  const rows = await db.query<ApiKeyRow>({
    name: 'api-keys-find-held',
    text: `select ${columns} from api_keys k join administrators a on a.id = k.administrator_id where k.id = $1 for update of k`,
    values: [id],
  })
  return rows[0]
}

/** What a request with a key comes from. */
export interface ApiKeyHolder {
  readonly keyId: string
  readonly expires: Date | null
  readonly lastUsed: Date | null
  readonly administratorId: string
  readonly email: string
  readonly name: string
  readonly role: Role
  readonly customRole: CustomRole | null
}

/** The key with its administrator, unless that one is suspended or may have no keys; whether it expired is for the caller to see. */
export async function findHolder(db: Queryable, keyHash: string): Promise<ApiKeyHolder | undefined> {
  const rows = await db.query<ApiKeyHolder>({
    name: 'api-keys-find-holder',
    text: `select k.id as "keyId", k.expires, k.last_used as "lastUsed",
        a.id as "administratorId", a.email, a.name, a.role, ${customRoleColumn}
      from api_keys k
      join administrators a on a.id = k.administrator_id
      left join roles r on r.id = a.role_id
      where k.key_hash = $1 and not a.suspended and a.api_keys_allowed`,
    values: [keyHash],
  })
  return rows[0]
}

export interface NewApiKey {
  readonly id: string
  readonly administratorId: string
  readonly name: string
  readonly prefix: string
  readonly keyHash: string
  readonly created: Date
  readonly expires: Date | null
}

export async function insert(db: Queryable, key: NewApiKey): Promise<void> {
  const { id, administratorId, name, prefix, keyHash, created, expires } = key
  await db.execute({
    name: 'api-keys-insert',
    text: `insert into api_keys (id, administrator_id, name, prefix, key_hash, created, expires)
      values ($1, $2, $3, $4, $5, $6, $7)`,
    values: [id, administratorId, name, prefix, keyHash, created, expires],
  })
}

export async function updateLastUsed(db: Queryable, id: string, at: Date): Promise<void> {
  await db.execute({
    name: 'api-keys-update-last-used',
    text: 'update api_keys set last_used = $2 where id = $1 and (last_used is null or last_used < $2)',
    values: [id, at],
  })
}

export async function remove(db: Queryable, id: string): Promise<void> {
  await db.execute({ name: 'api-keys-remove', text: 'delete from api_keys where id = $1', values: [id] })
}

/** Removes the keys of an administrator and answers what they were. */
export async function removeOf(
  db: Queryable,
  administratorId: string,
): Promise<readonly { readonly id: string; readonly name: string; readonly prefix: string }[]> {
  return db.query({
    name: 'api-keys-remove-of',
    text: 'delete from api_keys where administrator_id = $1 returning id, name, prefix',
    values: [administratorId],
  })
}

/** Removes an administrator's keys of one name and answers what they were. */
export async function removeNamed(
  db: Queryable,
  administratorId: string,
  name: string,
): Promise<readonly { readonly id: string; readonly name: string; readonly prefix: string }[]> {
  return db.query({
    name: 'api-keys-remove-named',
    text: 'delete from api_keys where administrator_id = $1 and name = $2 returning id, name, prefix',
    values: [administratorId, name],
  })
}

/** The newest key of each of some administrators. */
export async function listNewestOf(
  db: Queryable,
  administratorIds: readonly string[],
): Promise<ReadonlyMap<string, Pick<ApiKeyRow, 'prefix' | 'created' | 'expires'>>> {
  const rows = await db.query<Pick<ApiKeyRow, 'administratorId' | 'prefix' | 'created' | 'expires'>>({
    name: 'api-keys-list-newest-of',
    text: `select distinct on (administrator_id) administrator_id as "administratorId", prefix, created, expires
      from api_keys
      where administrator_id = any($1::text[])
      order by administrator_id, id desc`,
    values: [administratorIds],
  })
  return new Map(rows.map((row) => [row.administratorId, row]))
}
