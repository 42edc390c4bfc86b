// How often reads said something of the members of groups, so that what an agent reports late is known to be older.
import type { Queryable } from '../../platform/db/database.ts'

/** Counts that a read said something of the members of these groups. */
export async function noteMembersRead(db: Queryable, domainId: string, groupGuids: readonly string[]): Promise<void> {
  if (groupGuids.length === 0) return
  await db.execute({
    name: 'ad-mirror-members-read',
    text: 'update ad_objects set members_read = members_read + 1 where domain_id = $1 and guid = any($2::uuid[])',
    values: [domainId, groupGuids],
  })
}

/** How often reads said something of the members of groups; of those that no read had, nothing. */
export async function listMembersRead(
  db: Queryable,
  domainId: string,
  groupGuids: readonly string[],
): Promise<ReadonlyMap<string, number>> {
  if (groupGuids.length === 0) return new Map()
  const rows = await db.query<{ guid: string; count: number }>({
    name: 'ad-mirror-list-members-read',
    text: `select guid, members_read as count from ad_objects where domain_id = $1 and guid = any($2::uuid[]) limit $3`,
    values: [domainId, groupGuids, groupGuids.length],
  })
  return new Map(rows.map(({ guid, count }) => [guid, count]))
}

/** The same of one group, which no read writes until the transaction ends. */
export async function lockMembersRead(db: Queryable, domainId: string, groupGuid: string): Promise<number> {
  const rows = await db.query<{ count: number }>({
    name: 'ad-mirror-lock-members-read',
    text: `select members_read as count from ad_objects where domain_id = $1 and guid = $2 for no key update`,
    values: [domainId, groupGuid],
  })
  return rows[0]?.count ?? 0
}
