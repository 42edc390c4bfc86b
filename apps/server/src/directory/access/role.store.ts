import type { Queryable } from '../../platform/db/database.ts'
import type { CustomRole } from './access.rules.ts'

export interface RoleRow extends CustomRole {
  readonly description: string
  readonly createdBy: string
  readonly updatedBy: string
}

const columns = 'id, name, description, scopes, created_by as "createdBy", updated_by as "updatedBy"'

/** All of them, oldest first. */
export async function list(db: Queryable, limit: number): Promise<readonly RoleRow[]> {
  return db.query<RoleRow>({
    name: 'roles-list',
    text: `select ${columns} from roles order by id limit $1`,
    values: [limit],
  })
}

/** Until the transaction ends nobody changes or removes this role. */
export async function findHeld(db: Queryable, id: string): Promise<RoleRow | undefined> {
  const rows = await db.query<RoleRow>({
    name: 'roles-find-held',
    text: `select ${columns} from roles where id = $1 for update`,
    values: [id],
  })
  return rows[0]
}

/** The role that somebody is given: whoever changes it waits, so that what was looked at is what is given. */
export async function findGiven(db: Queryable, id: string): Promise<RoleRow | undefined> {
  const rows = await db.query<RoleRow>({
    name: 'roles-find-given',
    text: `select ${columns} from roles where id = $1 for share`,
    values: [id],
  })
  return rows[0]
}

/** How many administrators and service accounts hold the role. */
export async function countHolders(db: Queryable, id: string): Promise<number> {
  const rows = await db.query<{ count: number }>({
    name: 'roles-count-holders',
    text: `select (select count(*) from administrators where role_id = $1)
      + (select count(*) from service_accounts where role_id = $1) as count`,
    values: [id],
  })
  return rows[0]?.count ?? 0
}

export async function insert(db: Queryable, role: RoleRow, created: Date): Promise<void> {
  await db.execute({
    name: 'roles-insert',
    text: `insert into roles (id, name, description, scopes, created, created_by, updated, updated_by)
      values ($1, $2, $3, $4, $5, $6, $5, $7)`,
    values: [role.id, role.name, role.description, role.scopes, created, role.createdBy, role.updatedBy],
  })
}

export async function update(db: Queryable, role: RoleRow, updated: Date): Promise<void> {
  await db.execute({
    name: 'roles-update',
    text: 'update roles set name = $2, description = $3, scopes = $4, updated = $5, updated_by = $6 where id = $1',
    values: [role.id, role.name, role.description, role.scopes, updated, role.updatedBy],
  })
}

export async function remove(db: Queryable, id: string): Promise<void> {
  await db.execute({ name: 'roles-remove', text: 'delete from roles where id = $1', values: [id] })
}
