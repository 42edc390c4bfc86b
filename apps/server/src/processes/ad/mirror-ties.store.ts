// What the mirror says together with users, accounts and memberships.
import type { Queryable } from '../../platform/db/database.ts'

/** Users whose manager there is not their manager here. Only pairs with both sides known. */
export async function listManagerChanges(
  db: Queryable,
  domainId: string,
  limit: number,
): Promise<readonly { guid: string; userId: string; managerId: string | null }[]> {
  return db.query({
    name: 'ad-mirror-managers',
    text: `select object.guid, account.user_id as "userId", superior.user_id as "managerId"
      from ad_objects as object
        join accounts as account on account.directory_id = $1 and account.external_id = object.guid and not account.user_deleted
        left join accounts as superior on superior.directory_id = $1 and superior.external_id = object.manager_guid
          and not superior.user_deleted
      where object.domain_id = $1 and object.manager_pending and object.in_scope
        and (object.manager_guid is null or superior.user_id is not null)
      order by object.guid limit $2`,
    values: [domainId, limit],
  })
}

export async function settleManagers(db: Queryable, domainId: string, guids: readonly string[]): Promise<void> {
  await db.execute({
    name: 'ad-mirror-managers-settle',
    text: 'update ad_objects set manager_pending = false where domain_id = $1 and guid = any($2::uuid[])',
    values: [domainId, guids],
  })
}

/** True when no user has or had an account in the domain. */
export async function isUntouched(db: Queryable, domainId: string): Promise<boolean> {
  const rows = await db.query({
    name: 'ad-mirror-untouched',
    text: 'select from accounts where directory_id = $1 limit 1',
    values: [domainId],
  })
  return rows.length === 0
}

/** Users and memberships that a domain has, for the guard's percentages. */
export async function countSource(db: Queryable, domainId: string): Promise<{ users: number; memberships: number }> {
  const rows = await db.query<{ users: number; memberships: number }>({
    name: 'ad-mirror-source-size',
    text: `select (select count(*) from accounts where directory_id = $1 and external_id is not null and wanted) as users,
      (select count(*) from group_members as member join group_accounts using (group_id)
        where group_accounts.directory_id = $1 and member.origin in ('directory', 'nested')
          and member.directory_id in ('', $1)) as memberships`,
    values: [domainId],
  })
  return rows[0] ?? { users: 0, memberships: 0 }
}

/**
 * After a complete read: what the hub has an account or a group of, and no read ever saw, is asked for by itself. It was made meanwhile, or is
 * not there any more.
 */
export async function wantAbsent(db: Queryable, domainId: string, readId: string): Promise<void> {
  await db.execute({
    name: 'ad-mirror-want-absent',
    text: `insert into ad_objects (domain_id, guid, kind, read_id, wanted, dirty)
      select $1, known.guid, known.kind, $2, true, false
      from (select external_id as guid, 'user' as kind from accounts where directory_id = $1 and wanted and not user_deleted
          union all select external_id, 'group' from group_accounts where directory_id = $1) as known
      where known.guid is not null
        and not exists (select from ad_objects as object where object.domain_id = $1 and object.guid = known.guid)
      on conflict do nothing`,
    values: [domainId, readId],
  })
}

/** Memberships that the hub made and that the domain was told, and that the mirror nevertheless does not have: it lost them, and is told again. */
export async function listUndelivered(
  db: Queryable,
  domainId: string,
  limit: number,
): Promise<readonly { directoryId: string; groupId: string; userId: string }[]> {
  return db.query({
    name: 'ad-mirror-undelivered',
    text: `select tied.directory_id as "directoryId", member.group_id as "groupId", member.user_id as "userId"
      from group_members as member
        join group_accounts as tied on tied.group_id = member.group_id and tied.directory_id = $1
        join accounts on accounts.user_id = member.user_id and accounts.directory_id = $1
        left join ad_edges as edge on edge.domain_id = $1 and edge.group_guid = tied.external_id
          and edge.member_guid = accounts.external_id
      where member.origin in ('hub', 'rule') and not member.removing and accounts.wanted
        and not exists (select from group_member_deliveries as delivery
          where delivery.directory_id = $1 and delivery.group_id = member.group_id and delivery.user_id = member.user_id)
        and tied.external_id is not null and accounts.external_id is not null and edge.domain_id is null
      order by member.group_id, member.user_id limit $2`,
    values: [domainId, limit],
  })
}

/**
 * Users whose account's validity has ended since they were last looked at, by GUID: nothing in the domain changes when time passes. Nobody
 * where that means nothing. Only accounts that end are in an index of their own. accountExpires is a FILETIME, 100 ns since 1601.
 */
export async function listExpired(db: Queryable, domainId: string, now: Date): Promise<readonly string[]> {
  const rows = await db.query<{ guid: string }>({
    name: 'ad-mirror-expired',
    text: `select object.guid from ad_objects as object
        join accounts on accounts.directory_id = $1 and accounts.external_id = object.guid
        join users on users.id = accounts.user_id
      where object.domain_id = $1 and object.in_scope and object.kind = 'user' and not object.dirty
        and object.attributes ->> 'accountExpires' ~ '^[1-9][0-9]{0,17}$'
        and (object.attributes ->> 'accountExpires')::numeric / 10000 - 11644473600000 < $2::numeric
        and exists (select from ad_domains where id = $1 and behaviour ->> 'expire' <> 'nothing')
        and users.state <> 'SUSPENDED' and not coalesce((users.attributes ->> 'password_expired')::boolean, false)
      limit 1000000`,
    values: [domainId, now.getTime()],
  })
  return rows.map(({ guid }) => guid)
}
