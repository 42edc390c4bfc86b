import type { Role } from '@lockstep/contract/access'
import type { Queryable } from '../../platform/db/database.ts'

export interface AdministratorRow {
  readonly id: string
  readonly email: string
  readonly name: string
  readonly role: Role
  readonly suspended: boolean
  readonly created: Date
  readonly lastSignIn: Date | null
}

/** Stays between store and service. */
export interface AdministratorWithPassword extends AdministratorRow {
  readonly passwordHash: string
}

const columns = `id, email, name, role, suspended, created, last_sign_in as "lastSignIn"`
const passwordColumn = 'password_hash as "passwordHash"'
/** Racing first administrators wait on this advisory lock; there is no row yet to wait on. */
const firstAdministratorLock = 4_700_301

export async function list(db: Queryable, limit: number): Promise<readonly AdministratorRow[]> {
  return db.query<AdministratorRow>({
    name: 'administrators-list',
    text: `select ${columns} from administrators order by lower(email) limit $1`,
    values: [limit],
  })
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
    text: `select ${columns}, ${passwordColumn} from administrators where lower(email) = lower($1)`,
    values: [email],
  })
  return rows[0]
}

/** Until the transaction ends nobody suspends, changes or removes this administrator. */
export async function findHeld(db: Queryable, id: string): Promise<AdministratorWithPassword | undefined> {
  const rows = await db.query<AdministratorWithPassword>({
    name: 'administrators-find-held',
    text: `select ${columns}, ${passwordColumn} from administrators where id = $1 for update`,
    values: [id],
  })
  return rows[0]
}

/**
 * The unsuspended administrators of these roles. Every transaction that may take one away holds all of them first, in one order, so
 * that two of them cannot each leave the other's as the last.
 */
export async function holdActive(
  db: Queryable,
  active: { readonly roles: readonly Role[] },
): Promise<readonly string[]> {
  const rows = await db.query<{ id: string }>({
    name: 'administrators-hold-active',
    text: `select id from administrators where role = any($1::text[]) and not suspended order by id for update`,
    values: [active.roles],
  })
  return rows.map(({ id }) => id)
}

export async function insert(
  db: Queryable,
  row: Omit<AdministratorRow, 'suspended' | 'lastSignIn'> & { readonly passwordHash: string },
): Promise<void> {
  await db.execute({
    name: 'administrators-insert',
    text: `insert into administrators (id, email, name, role, password_hash, created, updated)
      values ($1, $2, $3, $4, $5, $6, $6)`,
    values: [row.id, row.email, row.name, row.role, row.passwordHash, row.created],
  })
}

export async function update(db: Queryable, row: AdministratorRow, updated: Date): Promise<void> {
  await db.execute({
    name: 'administrators-update',
    text: 'update administrators set name = $2, role = $3, suspended = $4, updated = $5 where id = $1',
    values: [row.id, row.name, row.role, row.suspended, updated],
  })
}

export async function updateLastSignIn(db: Queryable, id: string, at: Date): Promise<void> {
  await db.execute({
    name: 'administrators-update-last-sign-in',
    text: 'update administrators set last_sign_in = $2 where id = $1',
    values: [id, at],
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
