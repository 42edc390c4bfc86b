import type { Queryable } from '../../platform/db/database.ts'

/** Memberships that an integration ended and that stay, of users and groups in a group. */
export interface MemberHold {
  readonly integrationId: string
  readonly groupId: string
  readonly memberIds: readonly string[]
}

export async function insert(db: Queryable, { integrationId, groupId, memberIds }: MemberHold): Promise<number> {
  return db.execute({
    name: 'member-holds-insert',
    text: `insert into group_member_holds (group_id, integration_id, member_id)
      select groups.id, integrations.id, member_id
      from unnest($3::text[]) as member_id join groups on groups.id = $1 join integrations on integrations.id = $2
      on conflict do nothing`,
    values: [groupId, integrationId, memberIds],
  })
}

/** Ends holds; answers of which members. */
export async function remove(
  db: Queryable,
  { integrationId, groupId, memberIds }: MemberHold,
): Promise<readonly string[]> {
  const rows = await db.query<{ id: string }>({
    name: 'member-holds-remove',
    text: `delete from group_member_holds where group_id = $1 and integration_id = $2 and member_id = any($3)
      returning member_id as id`,
    values: [groupId, integrationId, memberIds],
  })
  return rows.map(({ id }) => id)
}

/** Which of some members are held. */
export async function listAmong(
  db: Queryable,
  { integrationId, groupId, memberIds }: MemberHold,
): Promise<readonly string[]> {
  const rows = await db.query<{ id: string }>({
    name: 'member-holds-among',
    text: `select member_id as id from group_member_holds
      where group_id = $1 and integration_id = $2 and member_id = any($3) order by member_id limit $4`,
    values: [groupId, integrationId, memberIds, memberIds.length],
  })
  return rows.map(({ id }) => id)
}
