// What administrators decided on objects that clash with users or groups of the hub.
import type { Queryable } from '../../platform/db/database.ts'
import type { Resolution } from './resolution.rules.ts'

const columns = `guid, action, name, user_id as "userId", group_id as "groupId", username, email, group_name as "groupName",
  created`

export async function put(db: Queryable, domainId: string, row: Resolution): Promise<void> {
  await db.execute({
    name: 'ad-resolutions-put',
    text: `insert into ad_resolutions (domain_id, guid, action, name, user_id, group_id, username, email, group_name, created)
      values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)
      on conflict (domain_id, guid) do update set action = excluded.action, name = excluded.name, user_id = excluded.user_id,
        group_id = excluded.group_id, username = excluded.username, email = excluded.email,
        group_name = excluded.group_name, created = excluded.created`,
    values: [
      domainId,
      row.guid,
      row.action,
      row.name,
      row.userId,
      row.groupId,
      row.username,
      row.email,
      row.groupName,
      row.created,
    ],
  })
}

/** False when there was none. */
export async function remove(db: Queryable, domainId: string, guid: string): Promise<boolean> {
  const count = await db.execute({
    name: 'ad-resolutions-remove',
    text: 'delete from ad_resolutions where domain_id = $1 and guid = $2',
    values: [domainId, guid],
  })
  return count > 0
}

export async function list(
  db: Queryable,
  query: { readonly domainId: string; readonly afterGuid: string | null; readonly limit: number },
): Promise<readonly Resolution[]> {
  return db.query<Resolution>({
    name: 'ad-resolutions-list',
    text: `select ${columns} from ad_resolutions where domain_id = $1 and ($2::text is null or guid::text > $2::text)
      order by guid::text limit $3`,
    values: [query.domainId, query.afterGuid, query.limit],
  })
}

export async function count(db: Queryable, domainId: string): Promise<number> {
  const rows = await db.query<{ count: number }>({
    name: 'ad-resolutions-count',
    text: 'select count(*) as count from ad_resolutions where domain_id = $1',
    values: [domainId],
  })
  return rows[0]?.count ?? 0
}

export async function listByGuids(
  db: Queryable,
  domainId: string,
  guids: readonly string[],
): Promise<readonly Resolution[]> {
  return db.query<Resolution>({
    name: 'ad-resolutions-by-guids',
    text: `select ${columns} from ad_resolutions where domain_id = $1 and guid = any($2::uuid[]) limit $3`,
    values: [domainId, guids, guids.length],
  })
}
