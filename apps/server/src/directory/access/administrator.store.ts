import type { Role } from '@lockstep/contract/access'
import type { Queryable } from '../../platform/db/database.ts'
import type { CustomRole } from './access.rules.ts'

export interface AdministratorRow {
  readonly id: string
  readonly email: string
  readonly name: string
  /** Null for a name that was never told apart. */
  readonly firstname: string | null
  readonly lastname: string | null
  readonly role: Role
  readonly customRole: CustomRole | null
  readonly suspended: boolean
  readonly apiKeysAllowed: boolean
  readonly secondFactorRequired: boolean
  /** When the second factor was confirmed; null while there is none. */
  readonly secondFactorSince: Date | null
  readonly created: Date
  readonly lastSignIn: Date | null
  readonly passwordUpdated: Date | null
  readonly hasPassword: boolean
}

/** Stays between store and service. */
export interface AdministratorWithPassword extends AdministratorRow {
  readonly passwordHash: string | null
}

/** A role that administrators made, of the joined row `r`, as JSON. */
export const customRoleColumn = `case when r.id is not null then
    json_build_object('id', r.id, 'name', r.name, 'scopes', r.scopes) end as "customRole"`

const columns = `a.id, a.email, a.name, a.firstname, a.lastname, a.role, ${customRoleColumn}, a.suspended,
  a.api_keys_allowed as "apiKeysAllowed", a.second_factor_required as "secondFactorRequired", f.confirmed as "secondFactorSince",
  a.created, a.last_sign_in as "lastSignIn", a.password_updated as "passwordUpdated", a.password_hash is not null as "hasPassword"`
const tables = `administrators a left join roles r on r.id = a.role_id
  left join administrator_second_factors f on f.administrator_id = a.id and f.confirmed is not null`
const passwordColumn = 'a.password_hash as "passwordHash"'
/** Racing first administrators wait on this advisory lock; there is no row yet to wait on. */
const firstAdministratorLock = 4_700_301

export async function list(db: Queryable, limit: number): Promise<readonly AdministratorRow[]> {
  return db.query<AdministratorRow>({
    name: 'administrators-list',
    text: `select ${columns} from ${tables} order by lower(a.email) limit $1`,
    values: [limit],
  })
}

export async function find(db: Queryable, id: string): Promise<AdministratorRow | undefined> {
  const rows = await db.query<AdministratorRow>({
    name: 'administrators-find',
    text: `select ${columns} from ${tables} where a.id = $1`,
    values: [id],
  })
  return rows[0]
}

export async function exists(db: Queryable): Promise<boolean> {
  const rows = await db.query<{ found: boolean }>({
    name: 'administrators-exist',
    text: 'select exists (select from administrators) as found',
  })
  return rows[0]?.found === true
}

export async function lockFirst(db: Queryable): Promise<void> {
  await db.query({ text: 'select pg_advisory_xact_lock($1)', values: [firstAdministratorLock] })
}

/** The administrator who signs in with this address, in any letter case. */
export async function findForSignIn(db: Queryable, email: string): Promise<AdministratorWithPassword | undefined> {
  const rows = await db.query<AdministratorWithPassword>({
    name: 'administrators-find-for-sign-in',
    text: `select ${columns}, ${passwordColumn} from ${tables} where lower(a.email) = lower($1)`,
    values: [email],
  })
  return rows[0]
}

/** Until the transaction ends nobody suspends, changes or removes this administrator. */
export async function findHeld(db: Queryable, id: string): Promise<AdministratorWithPassword | undefined> {
  const rows = await db.query<AdministratorWithPassword>({
    name: 'administrators-find-held',
    text: `select ${columns}, ${passwordColumn} from ${tables} where a.id = $1 for update of a`,
    values: [id],
  })
  return rows[0]
}

/**
 * The unsuspended administrators of these roles who can sign in. Every transaction that may take one away holds all of them first, in
 * one order, so that two of them cannot each leave the other's as the last.
 */
export async function holdActive(
  db: Queryable,
  active: { readonly roles: readonly Role[] },
): Promise<readonly string[]> {
  const rows = await db.query<{ id: string }>({
    name: 'administrators-hold-active',
    text: `select id from administrators
      where role = any($1::text[]) and role_id is null and not suspended and password_hash is not null
      order by id
      for update`,
    values: [active.roles],
  })
  return rows.map(({ id }) => id)
}

/** A new administrator; without a hash nobody signs in as them yet. */
export type NewAdministrator = Pick<AdministratorRow, 'id' | 'email' | 'name' | 'role' | 'created'> &
  Partial<
    Pick<AdministratorRow, 'firstname' | 'lastname' | 'customRole' | 'apiKeysAllowed' | 'secondFactorRequired'>
  > & {
    readonly passwordHash: string | null
  }

export async function insert(db: Queryable, row: NewAdministrator): Promise<void> {
  const { firstname = null, lastname = null, customRole = null } = row
  await db.execute({
    name: 'administrators-insert',
    text: `insert into administrators
        (id, email, name, role, password_hash, created, updated, firstname, lastname, role_id, api_keys_allowed,
         second_factor_required, password_updated)
      values ($1, $2, $3, $4, $5, $6, $6, $7, $8, $9, $10, $11, case when $5::text is not null then $6::timestamptz end)`,
    values: [
      ...[row.id, row.email, row.name, row.role, row.passwordHash, row.created, firstname, lastname],
      ...[customRole?.id ?? null, row.apiKeysAllowed ?? true, row.secondFactorRequired ?? false],
    ],
  })
}

export async function update(db: Queryable, row: AdministratorRow, updated: Date): Promise<void> {
  await db.execute({
    name: 'administrators-update',
    text: `update administrators
      set email = $2, name = $3, role = $4, suspended = $5, updated = $6, firstname = $7, lastname = $8, role_id = $9,
        api_keys_allowed = $10, second_factor_required = $11
      where id = $1`,
    values: [
      ...[row.id, row.email, row.name, row.role, row.suspended, updated, row.firstname, row.lastname],
      ...[row.customRole?.id ?? null, row.apiKeysAllowed, row.secondFactorRequired],
    ],
  })
}

export async function updateLastSignIn(db: Queryable, id: string, at: Date): Promise<void> {
  await db.execute({
    name: 'administrators-update-last-sign-in',
    text: 'update administrators set last_sign_in = $2 where id = $1',
    values: [id, at],
  })
}

/** A password that the administrator chose. */
export async function updatePassword(
  db: Queryable,
  id: string,
  { hash, at }: { hash: string; at: Date },
): Promise<void> {
  await db.execute({
    name: 'administrators-update-password',
    text: 'update administrators set password_hash = $2, password_updated = $3, updated = $3 where id = $1',
    values: [id, hash, at],
  })
}

/** Replaces a hash by one of today's costs, unless the password changed meanwhile. */
export async function updatePasswordHash(
  db: Queryable,
  id: string,
  hashes: { readonly before: string; readonly after: string },
): Promise<void> {
  await db.execute({
    name: 'administrators-update-password-hash',
    text: 'update administrators set password_hash = $3 where id = $1 and password_hash = $2',
    values: [id, hashes.before, hashes.after],
  })
}

export async function remove(db: Queryable, id: string): Promise<void> {
  await db.execute({ name: 'administrators-remove', text: 'delete from administrators where id = $1', values: [id] })
}
