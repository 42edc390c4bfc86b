import type { Queryable } from '../../platform/db/database.ts'

/** Groups with a rule that decides or suggests, in the order of their ids. */
export async function listDynamic(db: Queryable, after: string, limit: number): Promise<readonly string[]> {
  const rows = await db.query<{ id: string }>({
    name: 'group-rules-dynamic',
    text: `select id from groups
      where membership_method in ('DYNAMIC_AUTOMATED', 'DYNAMIC_REVIEW_REQUIRED') and id > $1
      order by id limit $2`,
    values: [after, limit],
  })
  return rows.map((row) => row.id)
}

/** A group whose members do not say yet what its rule says; groups that never had a rule are none. */
export async function findBehind(db: Queryable, after: string): Promise<string | undefined> {
  const rows = await db.query<{ id: string }>({
    name: 'group-rules-behind',
    text: `select groups.id from groups left join group_rule_progress as progress on progress.group_id = groups.id
      where groups.rule_revision > coalesce(progress.applied_revision, 0) and groups.id > $1
      order by groups.id limit 1`,
    values: [after],
  })
  return rows[0]?.id
}

/** True when a group's members do not say yet what its rule says. */
export async function isBehind(db: Queryable, groupId: string): Promise<boolean> {
  const rows = await db.query({
    name: 'group-rules-is-behind',
    text: `select from groups left join group_rule_progress as progress on progress.group_id = groups.id
      where groups.id = $1 and groups.rule_revision > coalesce(progress.applied_revision, 0)`,
    values: [groupId],
  })
  return rows.length > 0
}

export async function noteApplied(db: Queryable, groupId: string, revision: number): Promise<void> {
  await db.execute({
    name: 'group-rules-applied',
    text: `insert into group_rule_progress (group_id, applied_revision) values ($1, $2)
      on conflict (group_id) do update set applied_revision = greatest(group_rule_progress.applied_revision, $2)`,
    values: [groupId, revision],
  })
}

/** Adds a user to those whom a group's rule does not decide about. The caller settles the user's place itself. */
export async function exempt(db: Queryable, groupId: string, userId: string): Promise<void> {
  await db.execute({
    name: 'group-rules-exempt',
    text: `update groups set member_query_exemptions = member_query_exemptions || $2::text, revision = revision + 1
      where id = $1 and not $2 = any(member_query_exemptions)`,
    values: [groupId, userId],
  })
}
