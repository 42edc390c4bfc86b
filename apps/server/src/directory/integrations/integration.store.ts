import type { Queryable } from '../../platform/db/database.ts'
import type { Integration, Token } from './integration.rules.ts'

const columns = `i.id, i.name, i.built_in as "builtIn", i.profile, i.enabled, i.may_create as "mayCreate",
  i.may_update as "mayUpdate", i.may_delete as "mayDelete", i.on_delete as "onDelete", i.on_deactivate as "onDeactivate",
  i.default_state as "defaultState", i.username_rule as "usernameRule", i.email_rule as "emailRule", i.mapping,
  i.read_only_fields as "readOnlyFields", i.others_may_change as "othersMayChange", i.takeover_by as "takeoverBy",
  i.takeover_of as "takeoverOf", i.guard, i.guard_count as "guardCount", i.guard_percent as "guardPercent", i.created, i.updated`
const tokenColumns = `t.id, t.integration_id as "integrationId", t.prefix, t.created, t.expires, t.last_used as "lastUsed"`

/** The built-in one first, then by name. */
export async function list(db: Queryable, limit: number): Promise<readonly Integration[]> {
  return db.query<Integration>({
    name: 'integrations-list',
    text: `select ${columns} from integrations i order by i.built_in desc, lower(i.name), i.id limit $1`,
    values: [limit],
  })
}

export async function find(db: Queryable, id: string): Promise<Integration | undefined> {
  const [row] = await db.query<Integration>({
    name: 'integrations-find',
    text: `select ${columns} from integrations i where i.id = $1`,
    values: [id],
  })
  return row
}

export async function findBuiltIn(db: Queryable): Promise<Integration | undefined> {
  const [row] = await db.query<Integration>({
    name: 'integrations-find-built-in',
    text: `select ${columns} from integrations i where i.built_in`,
  })
  return row
}

export async function lock(db: Queryable, id: string): Promise<Integration | undefined> {
  const [row] = await db.query<Integration>({
    name: 'integrations-lock',
    text: `select ${columns} from integrations i where i.id = $1 for update`,
    values: [id],
  })
  return row
}

function valuesOf(i: Integration): readonly unknown[] {
  return [
    ...[i.id, i.name, i.profile, i.enabled, i.mayCreate, i.mayUpdate, i.mayDelete, i.onDelete, i.onDeactivate],
    ...[i.defaultState, i.usernameRule, i.created, i.updated, i.emailRule],
    ...[i.mapping === null ? null : JSON.stringify(i.mapping), i.readOnlyFields, i.othersMayChange, i.takeoverBy],
    ...[i.takeoverOf, i.guard, i.guardCount, i.guardPercent],
  ]
}

export async function insert(db: Queryable, integration: Integration): Promise<void> {
  await db.execute({
    name: 'integrations-insert',
    text: `insert into integrations (id, name, profile, enabled, may_create, may_update, may_delete, on_delete, on_deactivate,
        default_state, username_rule, created, updated, email_rule, mapping, read_only_fields, others_may_change, takeover_by,
        takeover_of, guard, guard_count, guard_percent)
      values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, $20, $21, $22)`,
    values: valuesOf(integration),
  })
}

export async function update(db: Queryable, integration: Integration): Promise<void> {
  await db.execute({
    name: 'integrations-update',
    text: `update integrations set name = $2, profile = $3, enabled = $4, may_create = $5, may_update = $6, may_delete = $7,
        on_delete = $8, on_deactivate = $9, default_state = $10, username_rule = $11, created = $12, updated = $13,
        email_rule = $14, mapping = $15, read_only_fields = $16, others_may_change = $17, takeover_by = $18, takeover_of = $19,
        guard = $20, guard_count = $21, guard_percent = $22
      where id = $1`,
    values: valuesOf(integration),
  })
}

export async function remove(db: Queryable, id: string): Promise<void> {
  await db.execute({ name: 'integrations-remove', text: 'delete from integrations where id = $1', values: [id] })
}

/** The tokens of some integrations, newest first. */
export async function listTokens(db: Queryable, ids: readonly string[], limit: number): Promise<readonly Token[]> {
  return db.query<Token>({
    name: 'integration-tokens-list',
    text: `select ${tokenColumns} from integration_tokens t where t.integration_id = any($1) and t.revoked is null
      order by t.id desc limit $2`,
    values: [ids, limit],
  })
}

export async function insertToken(db: Queryable, token: Token & { readonly tokenHash: string }): Promise<void> {
  await db.execute({
    name: 'integration-tokens-insert',
    text: `insert into integration_tokens (id, integration_id, prefix, token_hash, created, expires)
      values ($1, $2, $3, $4, $5, $6)`,
    values: [token.id, token.integrationId, token.prefix, token.tokenHash, token.created, token.expires],
  })
}

/** Revokes a token and answers what it was. */
export async function revokeToken(
  db: Queryable,
  { id, integrationId, at }: { readonly id: string; readonly integrationId: string; readonly at: Date },
): Promise<Token | undefined> {
  const [row] = await db.query<Token>({
    name: 'integration-tokens-revoke',
    text: `update integration_tokens t set revoked = $3 where t.id = $1 and t.integration_id = $2 and t.revoked is null
      returning ${tokenColumns}`,
    values: [id, integrationId, at],
  })
  return row
}

/** Forgets tokens that were revoked before a time. */
export async function removeRevokedTokens(db: Queryable, before: Date): Promise<void> {
  await db.execute({
    name: 'integration-tokens-remove-revoked',
    text: 'delete from integration_tokens where revoked < $1',
    values: [before],
  })
}

/** What decides about a token. */
export interface Holder {
  readonly token: Pick<Token, 'id' | 'prefix' | 'expires' | 'lastUsed'>
  readonly revoked: Date | null
  readonly integration: Integration
}

/** Whose a token is or was; whether it is taken is for the caller to see. */
export async function findHolder(db: Queryable, tokenHash: string): Promise<Holder | undefined> {
  const [row] = await db.query<Integration & Holder['token'] & { tokenId: string; revoked: Date | null }>({
    name: 'integration-tokens-find-holder',
    text: `select ${columns}, t.id as "tokenId", t.prefix, t.expires, t.last_used as "lastUsed", t.revoked
      from integration_tokens t join integrations i on i.id = t.integration_id
      where t.token_hash = $1`,
    values: [tokenHash],
  })
  if (row === undefined) return undefined
  const { tokenId, prefix, expires, lastUsed, revoked, ...integration } = row
  return { token: { id: tokenId, prefix, expires, lastUsed }, revoked, integration }
}

export async function noteUse(db: Queryable, id: string, at: Date): Promise<void> {
  await db.execute({
    name: 'integration-tokens-note-use',
    text: 'update integration_tokens set last_used = $2 where id = $1 and (last_used is null or last_used < $2)',
    values: [id, at],
  })
}

/** Notes that the read-only fields of an integration's users are to be written anew. */
export async function noteFieldLock(
  db: Queryable,
  lock: { readonly integrationId: string; readonly fields: readonly string[]; readonly now: Date },
): Promise<void> {
  await db.execute({
    name: 'integration-field-locks-note',
    text: `insert into integration_field_locks (integration_id, fields, changed) values ($1, $2, $3)
      on conflict (integration_id) do update set fields = excluded.fields, changed = excluded.changed`,
    values: [lock.integrationId, lock.fields, lock.now],
  })
}

/** Read-only fields that are still to be written. */
export interface FieldLock {
  readonly integrationId: string
  readonly fields: readonly string[]
  readonly changed: Date
}

export async function listFieldLocks(db: Queryable, limit: number): Promise<readonly FieldLock[]> {
  return db.query<FieldLock>({
    name: 'integration-field-locks-list',
    text: `select integration_id as "integrationId", fields, changed from integration_field_locks order by integration_id limit $1`,
    values: [limit],
  })
}

/** They are written, unless they changed since. */
export async function endFieldLock(db: Queryable, { integrationId, changed }: FieldLock): Promise<void> {
  await db.execute({
    name: 'integration-field-locks-end',
    text: 'delete from integration_field_locks where integration_id = $1 and changed = $2',
    values: [integrationId, changed],
  })
}
