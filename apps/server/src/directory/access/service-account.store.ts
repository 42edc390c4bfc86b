import type { Role } from '@lockstep/contract/access'
import type { Queryable } from '../../platform/db/database.ts'
import type { CustomRole } from './access.rules.ts'
import { customRoleColumn } from './administrator.store.ts'

export interface ServiceAccountRow {
  readonly id: string
  readonly name: string
  readonly role: Role
  readonly customRole: CustomRole | null
  readonly created: Date
  /** Since when its keys are refused; null while they are not. */
  readonly disabled: Date | null
}

const columns = `s.id, s.name, s.role, ${customRoleColumn}, s.created, s.disabled`
const tables = 'service_accounts s left join roles r on r.id = s.role_id'

/** All of them, oldest first. */
export async function list(db: Queryable, limit: number): Promise<readonly ServiceAccountRow[]> {
  return db.query<ServiceAccountRow>({
    name: 'service-accounts-list',
    text: `select ${columns} from ${tables} order by s.id limit $1`,
    values: [limit],
  })
}

export async function find(db: Queryable, id: string): Promise<ServiceAccountRow | undefined> {
  const rows = await db.query<ServiceAccountRow>({
    name: 'service-accounts-find',
    text: `select ${columns} from ${tables} where s.id = $1`,
    values: [id],
  })
  return rows[0]
}

export async function findHeld(db: Queryable, id: string): Promise<ServiceAccountRow | undefined> {
  const rows = await db.query<ServiceAccountRow>({
    name: 'service-accounts-find-held',
    text: `select ${columns} from ${tables} where s.id = $1 for update of s`,
    values: [id],
  })
  return rows[0]
}

export async function insert(db: Queryable, row: ServiceAccountRow): Promise<void> {
  await db.execute({
    name: 'service-accounts-insert',
    text: `insert into service_accounts (id, name, role, role_id, created, updated) values ($1, $2, $3, $4, $5, $5)`,
    values: [row.id, row.name, row.role, row.customRole?.id ?? null, row.created],
  })
}

export async function update(db: Queryable, row: ServiceAccountRow, updated: Date): Promise<void> {
  await db.execute({
    name: 'service-accounts-update',
    text: 'update service_accounts set name = $2, role = $3, role_id = $4, updated = $5 where id = $1',
    values: [row.id, row.name, row.role, row.customRole?.id ?? null, updated],
  })
}

/** Disables it, or with null enables it again. */
export async function updateDisabled(
  db: Queryable,
  { id, disabled }: Pick<ServiceAccountRow, 'id' | 'disabled'>,
  updated: Date,
): Promise<void> {
  await db.execute({
    name: 'service-accounts-update-disabled',
    text: 'update service_accounts set disabled = $2, updated = $3 where id = $1',
    values: [id, disabled, updated],
  })
}

/** Its credentials and tokens go with it. */
export async function remove(db: Queryable, id: string): Promise<void> {
  await db.execute({
    name: 'service-accounts-remove',
    text: 'delete from service_accounts where id = $1',
    values: [id],
  })
}
