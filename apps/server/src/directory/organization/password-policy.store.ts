import type { JsonObject } from '@lockstep/kernel/json'
import type { Queryable } from '../../platform/db/database.ts'

export interface PolicyRow {
  readonly id: string
  readonly name: string
  readonly description: string
  readonly policy: JsonObject
  /** The policy with the lowest one holds for a user in several groups. */
  readonly precedence: number
  readonly groupIds: readonly string[]
}

const columns = `p.id, p.name, p.description, p.policy, p.precedence,
  array(select g.group_id from password_policy_groups g where g.policy_id = p.id order by g.group_id) as "groupIds"`

/** All of them, in the order of precedence. */
export async function list(db: Queryable, limit: number): Promise<readonly PolicyRow[]> {
  return db.query<PolicyRow>({
    name: 'password-policies-list',
    text: `select ${columns} from password_policies p order by p.precedence, p.id limit $1`,
    values: [limit],
  })
}

export async function find(db: Queryable, id: string): Promise<PolicyRow | undefined> {
  const rows = await db.query<PolicyRow>({
    name: 'password-policies-find',
    text: `select ${columns} from password_policies p where p.id = $1`,
    values: [id],
  })
  return rows[0]
}

export async function findHeld(db: Queryable, id: string): Promise<PolicyRow | undefined> {
  const rows = await db.query<PolicyRow>({
    name: 'password-policies-find-held',
    text: `select ${columns} from password_policies p where p.id = $1 for update of p`,
    values: [id],
  })
  return rows[0]
}

/** After all others. */
export async function insert(
  db: Queryable,
  row: Omit<PolicyRow, 'precedence' | 'groupIds'>,
  created: Date,
): Promise<void> {
  await db.execute({
    name: 'password-policies-insert',
    text: `insert into password_policies (id, name, description, policy, precedence, created, updated)
      select $1, $2, $3, $4, coalesce(max(precedence), 0) + 1, $5, $5 from password_policies`,
    values: [row.id, row.name, row.description, JSON.stringify(row.policy), created],
  })
}

export async function update(db: Queryable, row: Omit<PolicyRow, 'groupIds'>, updated: Date): Promise<void> {
  await db.execute({
    name: 'password-policies-update',
    text: `update password_policies set name = $2, description = $3, policy = $4, precedence = $5, updated = $6 where id = $1`,
    values: [row.id, row.name, row.description, JSON.stringify(row.policy), row.precedence, updated],
  })
}

/** Makes these the groups of the policy. */
export async function replaceGroups(db: Queryable, policyId: string, groupIds: readonly string[]): Promise<void> {
  await db.execute({
    name: 'password-policy-groups-remove-other',
    text: 'delete from password_policy_groups where policy_id = $1 and group_id <> all($2::text[])',
    values: [policyId, groupIds],
  })
  await db.execute({
    name: 'password-policy-groups-insert',
    text: `insert into password_policy_groups (group_id, policy_id)
      select unnest($2::text[]), $1 on conflict (group_id) do nothing`,
    values: [policyId, groupIds],
  })
}

export async function remove(db: Queryable, id: string): Promise<void> {
  await db.execute({
    name: 'password-policies-remove',
    text: 'delete from password_policies where id = $1',
    values: [id],
  })
}
