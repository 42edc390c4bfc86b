// Finding containers and groups in a domain's mirror, and counting what another scope would hold.
import type { Queryable } from '../../platform/db/database.ts'
import { insideRoot, type RootPlace } from './mirror.store.ts'

/** The object with a DN, for finding the configured container and group the first time. */
export async function findGuidByDn(db: Queryable, domainId: string, dn: string): Promise<string | undefined> {
  const rows = await db.query<{ guid: string }>({
    name: 'ad-mirror-by-dn',
    text: `select guid from ad_objects where domain_id = $1 and kind in ('group', 'container') and not deleted
      and lower(dn) = lower($2) limit 1`,
    values: [domainId, dn],
  })
  return rows[0]?.guid
}

/** Which of the objects are in the mirror, and not as deleted ones. */
export async function listPresent(
  db: Queryable,
  domainId: string,
  guids: readonly string[],
): Promise<ReadonlySet<string>> {
  const rows = await db.query<{ guid: string }>({
    name: 'ad-mirror-present',
    text: 'select guid from ad_objects where domain_id = $1 and guid = any($2::uuid[]) and not deleted limit $3',
    values: [domainId, guids, guids.length],
  })
  return new Set(rows.map((row) => row.guid))
}

/** The live groups of a name (sAMAccountName) below the root containers. */
export async function findGroupByName(
  db: Queryable,
  place: Omit<RootPlace, 'integrationGroupGuid'>,
  name: string,
): Promise<string | undefined> {
  const rows = await db.query<{ guid: string }>({
    name: 'ad-mirror-group-by-name',
    text: `${insideRoot}
      select guid from ad_objects
      where domain_id = $1 and kind = 'group' and not deleted and lower(attributes ->> 'sAMAccountName') = lower($4)
        and ($3 or parent_guid in (select guid from containers))
      order by guid limit 1`,
    values: [place.domainId, place.rootGuids, place.wholeDomain, name],
  })
  return rows[0]?.guid
}

/** Groups with their SIDs that may be privileged: the built-in ones, and those of the domain's own first identifiers. */
export async function listSystemGroups(
  db: Queryable,
  domainId: string,
): Promise<readonly { readonly guid: string; readonly sid: string }[]> {
  return db.query({
    name: 'ad-mirror-system-groups',
    text: `select guid, attributes ->> 'objectSid' as sid from ad_objects
      where domain_id = $1 and kind = 'group' and not deleted
        and attributes ->> 'objectSid' ~ '^(S-1-5-32-[0-9]+|S-1-5-21-.*-[45][0-9]{2})$'
      order by guid limit 1000`,
    values: [domainId],
  })
}

/** Users who are in scope now, and who would leave and enter another scope. */
export interface ScopeChange {
  readonly users: number
  readonly leaving: number
  readonly entering: number
}

/** Counts what another place would change. Who is in scope now is known of the last derivation. */
export async function countScopeChange(db: Queryable, place: RootPlace): Promise<ScopeChange> {
  const rows = await db.query<ScopeChange>({
    name: 'ad-mirror-scope-change',
    text: `${insideRoot}, below(guid) as (
        select $4::uuid
        union
        select ad_edges.member_guid from below join ad_edges on ad_edges.domain_id = $1 and ad_edges.group_guid = below.guid
      ), placed as (
        select in_scope, ($3 or parent_guid in (select guid from containers))
          and exists (select from below where below.guid = object.guid) as will
        from ad_objects as object where domain_id = $1 and kind = 'user' and not deleted
      )
      select count(*) filter (where in_scope) as users, count(*) filter (where in_scope and not will) as leaving,
        count(*) filter (where will and not in_scope) as entering from placed`,
    values: [place.domainId, place.rootGuids, place.wholeDomain, place.integrationGroupGuid],
  })
  return rows[0] ?? { users: 0, leaving: 0, entering: 0 }
}
