// The mirror of a domain: objects by GUID and who is a direct member of what. A read writes what it saw, idempotently, and marks what
// may therefore be different (`dirty`); deriving starts from these marks alone, so a crash in between loses nothing.
import type { JsonObject } from '@lockstep/kernel/json'
import type { Queryable } from '../../platform/db/database.ts'
import { guidRange, type Lane } from './lane.rules.ts'

export interface MirrorWrite {
  readonly guid: string
  /** Absent when the read did not say. */
  readonly kind: 'user' | 'group' | 'container' | 'other' | null
  readonly deleted: boolean
  readonly dn: string
  readonly parentGuid: string | null
  readonly complete: boolean
  readonly attributes: JsonObject
  /** Names of attributes that the object has no more. */
  readonly removed: readonly string[]
  readonly managerGuid: string | null
  readonly managerSeen: boolean
  readonly unreadable: readonly string[]
}

const inputColumns = `guid uuid, kind text, deleted boolean, dn text, "parentGuid" uuid, complete boolean, attributes jsonb,
  removed text[], "managerGuid" uuid, "managerSeen" boolean, unreadable text[]`

/**
 * Writes objects; those that differ from before become dirty. Objects out of scope keep no attributes unless they come complete. One
 * statement for those that are there and those that are not: reading the input is a good part of what a batch costs.
 */
export async function writeObjects(
  db: Queryable,
  read: { readonly domainId: string; readonly readId: string; readonly objects: readonly MirrorWrite[] },
): Promise<void> {
  await db.execute({
    name: 'ad-mirror-write',
    text: `with input as materialized (select * from jsonb_to_recordset($3::jsonb) as input(${inputColumns})),
      next as (
        select object.guid, coalesce(input.kind, object.kind) as kind, input.deleted,
          coalesce(input."parentGuid", object.parent_guid) as parent_guid, input.dn,
          case when input.complete then input.attributes else (object.attributes || input.attributes) - input.removed end
            as attributes,
          case when input.complete or input."managerSeen" then input."managerGuid" else object.manager_guid end as manager_guid,
          case when input.complete or cardinality(input.unreadable) > 0 then input.unreadable else object.unreadable end
            as unreadable
        from input join ad_objects as object on object.domain_id = $1 and object.guid = input.guid
      ), present as (
        update ad_objects as object set kind = next.kind, deleted = next.deleted, parent_guid = next.parent_guid, dn = next.dn,
          attributes = next.attributes, manager_guid = next.manager_guid, unreadable = next.unreadable, read_id = $2,
          manager_pending = object.manager_pending or object.manager_guid is distinct from next.manager_guid,
          wanted = object.wanted and next.attributes is null,
          dirty = object.dirty or object.wanted or (object.kind, object.deleted, object.parent_guid, object.unreadable)
              is distinct from (next.kind, next.deleted, next.parent_guid, next.unreadable)
            or (next.attributes is not null and (object.dn, object.attributes) is distinct from (next.dn, next.attributes))
        from next where object.domain_id = $1 and object.guid = next.guid
      )
      insert into ad_objects (domain_id, guid, kind, deleted, parent_guid, dn, attributes, manager_guid, unreadable, read_id,
        manager_pending, wanted)
      select $1, guid, coalesce(kind, 'other'), deleted, "parentGuid", dn,
        case when complete or kind is not null then attributes end, "managerGuid", unreadable, $2, "managerGuid" is not null,
        -- A change of something that was not known, such as a restored object, does not say what it is.
        kind is null and not deleted
      from input
      where not exists (select from ad_objects as object where object.domain_id = $1 and object.guid = input.guid)`,
    values: [read.domainId, read.readId, JSON.stringify(read.objects)],
  })
}

export interface MemberWrite {
  readonly guid: string
  readonly complete: boolean
  readonly added: readonly string[]
  readonly removed: readonly string[]
}

/** Writes memberships; answers who is thereby in or out of a group, to be marked with everybody below. */
export async function writeMembers(
  db: Queryable,
  domainId: string,
  groups: readonly MemberWrite[],
): Promise<readonly string[]> {
  if (groups.length === 0) return []
  const rows = await db.query<{ member: string }>({
    name: 'ad-mirror-members',
    text: `with input as materialized (
        select * from json_to_recordset($2::json) as input(guid uuid, complete boolean, added json, removed json)
      ), listed as materialized (
        select input.guid, member::uuid as member_guid
        from input cross join lateral json_array_elements_text(input.added) as member
      ), added as (
        insert into ad_edges (domain_id, group_guid, member_guid)
        select $1, guid, member_guid from listed
        on conflict do nothing
        returning member_guid
      ), stale as (
        select input.guid, member::uuid as member_guid
        from input cross join lateral json_array_elements_text(input.removed) as member
        union
        select ad_edges.group_guid, ad_edges.member_guid
        from input join ad_edges on ad_edges.domain_id = $1 and ad_edges.group_guid = input.guid
          left join listed on listed.guid = ad_edges.group_guid and listed.member_guid = ad_edges.member_guid
        where input.complete and listed.guid is null
      ), removed as (
        delete from ad_edges using stale
        where ad_edges.domain_id = $1 and ad_edges.group_guid = stale.guid and ad_edges.member_guid = stale.member_guid
        returning ad_edges.member_guid
      )
      select member_guid as member from added union select member_guid from removed`,
    values: [domainId, JSON.stringify(groups)],
  })
  return rows.map((row) => row.member)
}

/** Marks objects and everything that belongs to them through groups. */
export async function markBelow(db: Queryable, domainId: string, guids: readonly string[]): Promise<void> {
  if (guids.length === 0) return
  await db.execute({
    name: 'ad-mirror-mark-below',
    text: `with recursive below(guid) as (
        select guid from unnest($2::uuid[]) as start(guid)
        union
        select ad_edges.member_guid from below
          join ad_edges on ad_edges.domain_id = $1 and ad_edges.group_guid = below.guid
      )
      update ad_objects set dirty = true from below
      where ad_objects.domain_id = $1 and ad_objects.guid = below.guid and not dirty`,
    values: [domainId, guids],
  })
}

/** Marks everything inside containers that were moved, renamed or deleted. */
export async function markInside(db: Queryable, domainId: string, containerGuids: readonly string[]): Promise<void> {
  if (containerGuids.length === 0) return
  await db.execute({
    name: 'ad-mirror-mark-inside',
    text: `with recursive inside(guid) as (
        select guid from unnest($2::uuid[]) as start(guid)
        union
        select object.guid from inside join ad_objects as object
          on object.domain_id = $1 and object.parent_guid = inside.guid and object.kind = 'container'
      )
      update ad_objects set dirty = true from inside
      where ad_objects.domain_id = $1 and ad_objects.parent_guid = inside.guid and not dirty`,
    values: [domainId, containerGuids],
  })
}

/** After a complete read: what it did not see is gone. Answers the groups among it. */
export async function markUnseenDeleted(db: Queryable, domainId: string, readId: string): Promise<readonly string[]> {
  const rows = await db.query<{ guid: string }>({
    name: 'ad-mirror-unseen',
    text: `with gone as (
        update ad_objects set deleted = true, dirty = true
        where domain_id = $1 and read_id is distinct from $2 and not deleted
        returning guid, kind
      )
      select guid from gone where kind = 'group' limit 1000000`,
    values: [domainId, readId],
  })
  return rows.map((row) => row.guid)
}

/** Groups that are gone have no members; whoever belonged to them must have been marked before. */
export async function dropMembers(db: Queryable, domainId: string, groupGuids: readonly string[]): Promise<void> {
  if (groupGuids.length === 0) return
  await db.execute({
    name: 'ad-mirror-drop-members',
    text: 'delete from ad_edges where domain_id = $1 and group_guid = any($2::uuid[])',
    values: [domainId, groupGuids],
  })
}

/**
 * Tells PostgreSQL how much there is now. It would find out by itself within a minute or two, and read all edges of a domain for every
 * batch of users until then.
 */
export async function analyze(db: Queryable): Promise<void> {
  const columns = 'domain_id, guid, kind, parent_guid, dirty, in_scope, wanted, manager_pending'
  await db.execute({ text: `analyze ad_objects (${columns}), ad_edges` })
}

export async function markDirty(db: Queryable, domainId: string, guids: readonly string[]): Promise<void> {
  if (guids.length === 0) return
  await db.execute({
    name: 'ad-mirror-mark',
    text: 'update ad_objects set dirty = true where domain_id = $1 and guid = any($2::uuid[])',
    values: [domainId, guids],
  })
}

/** Objects that clash with somebody's name are looked at again: the name may be free now. Answers how many. */
export async function markConflicts(db: Queryable, domainId: string): Promise<number> {
  return db.execute({
    name: 'ad-mirror-mark-conflicts',
    text: `update ad_objects as object set dirty = true from ad_problems as problem
      where object.domain_id = $1 and problem.domain_id = $1 and problem.guid = object.guid and not object.dirty
        and problem.code in ('username_taken', 'email_taken', 'employee_id_taken', 'username_in_other_directory',
          'group_name_taken')`,
    values: [domainId],
  })
}

export async function markAll(db: Queryable, domainId: string): Promise<void> {
  await db.execute({ text: 'update ad_objects set dirty = true where domain_id = $1', values: [domainId] })
}

/** An object as it is to be derived, with its place. */
export interface MirrorObject {
  readonly guid: string
  readonly kind: 'user' | 'group' | 'container' | 'other'
  readonly dn: string | null
  readonly attributes: JsonObject | null
  readonly unreadable: readonly string[] | null
  readonly deleted: boolean
  readonly inScope: boolean
  /** Below the root container now. */
  readonly inRoot: boolean
}

/** What being in scope means: below the root container and in the integration group. */
export interface RootPlace {
  readonly domainId: string
  readonly rootGuids: readonly string[]
  /** The root container is the domain itself. */
  readonly wholeDomain: boolean
  readonly integrationGroupGuid: string
}

/** The containers of a place; its parameters are the domain and the GUIDs of the root containers. */
export const insideRoot = `with recursive containers(guid) as (
    select guid from ad_objects where domain_id = $1 and guid = any($2::uuid[])
    union
    select object.guid from containers join ad_objects as object
      on object.domain_id = $1 and object.parent_guid = containers.guid and object.kind = 'container' and not object.deleted
  )`

/**
 * The next dirty objects of a kind, in GUID order, with their place. Only what one index answers in its order is asked for: right after a
 * first read nearly everything is dirty, later nearly nothing, and the planner would else read the whole mirror for the one or the other.
 */
export async function listDirty(
  db: Queryable,
  query: RootPlace & { readonly kind: 'user' | 'group'; readonly limit: number; readonly lane?: Lane },
): Promise<readonly MirrorObject[]> {
  return db.query<MirrorObject>({
    name: 'ad-mirror-dirty',
    text: `${insideRoot}
      select guid, kind, dn, attributes, unreadable, deleted, in_scope as "inScope",
        $3 or parent_guid in (select guid from containers) as "inRoot"
      from ad_objects where domain_id = $1 and dirty and kind = $4 and guid between $6 and $7
      order by guid limit $5`,
    values: [query.domainId, query.rootGuids, query.wholeDomain, query.kind, query.limit, ...guidRange(query.lane)],
  })
}

/** A group that an object belongs to; `direct` when it is itself among the members. */
export interface Ancestor {
  readonly guid: string
  readonly groupGuid: string
  readonly direct: boolean
}

/** All groups above some objects, each once: nested groups are walked up; cycles end by themselves. */
export async function listAncestors(
  db: Queryable,
  domainId: string,
  guids: readonly string[],
): Promise<readonly Ancestor[]> {
  return db.query<Ancestor>({
    name: 'ad-mirror-ancestors',
    text: `with recursive above(guid, group_guid, direct) as (
        select ad_edges.member_guid, ad_edges.group_guid, true
        from unnest($2::uuid[]) as start(guid)
          join ad_edges on ad_edges.domain_id = $1 and ad_edges.member_guid = start.guid
        union
        select above.guid, ad_edges.group_guid, false from above
          join ad_edges on ad_edges.domain_id = $1 and ad_edges.member_guid = above.group_guid
      )
      select guid, group_guid as "groupGuid", bool_or(direct) as direct from above group by guid, group_guid
      limit 5000000`,
    values: [domainId, guids],
  })
}

interface SettledObject {
  readonly guid: string
  readonly deleted: boolean
  readonly inScope: boolean
  readonly wanted: boolean
}

/**
 * What deriving settled of some objects: those out of scope lose their attributes and names, those that are gone leave the mirror. Whose exit
 * is held counts as in scope, and stays until it is decided.
 */
export async function settle(db: Queryable, domainId: string, rows: readonly SettledObject[]): Promise<void> {
  const isGone = ({ deleted, inScope }: SettledObject): boolean => deleted && !inScope
  await removeObjects(
    db,
    domainId,
    rows.filter(isGone).map(({ guid }) => guid),
  )
  const kept = rows.filter((row) => !isGone(row))
  if (kept.length === 0) return
  await db.execute({
    name: 'ad-mirror-settle',
    text: `update ad_objects as object set dirty = false, in_scope = input."inScope", wanted = input.wanted,
        attributes = case when input."inScope" or object.kind <> 'user' then object.attributes end,
        dn = case when input."inScope" or object.kind <> 'user' then object.dn end
      from json_to_recordset($2::json) as input(guid uuid, "inScope" boolean, wanted boolean)
      where object.domain_id = $1 and object.guid = input.guid`,
    values: [domainId, JSON.stringify(kept)],
  })
}

/** Takes objects out of the mirror, with their edges; one that is there all the same comes back with the next read of it. */
export async function removeObjects(db: Queryable, domainId: string, guids: readonly string[]): Promise<void> {
  if (guids.length === 0) return
  await db.execute({
    name: 'ad-mirror-remove-objects',
    text: `with edges as (
        delete from ad_edges where domain_id = $1 and (group_guid = any($2::uuid[]) or member_guid = any($2::uuid[]))
      )
      delete from ad_objects where domain_id = $1 and guid = any($2::uuid[])`,
    values: [domainId, guids],
  })
}

/** Containers and other things have nothing to derive. */
export async function settleOthers(db: Queryable, domainId: string): Promise<void> {
  const rows = await db.query<{ guid: string }>({
    name: 'ad-mirror-settle-others',
    text: `with settled as (
        update ad_objects set dirty = false,
          attributes = case when kind = 'container' then attributes end, dn = case when kind = 'container' then dn end
        where domain_id = $1 and dirty and kind in ('container', 'other')
        returning guid, deleted
      )
      select guid from settled where deleted limit 1000000`,
    values: [domainId],
  })
  await removeObjects(
    db,
    domainId,
    rows.map(({ guid }) => guid),
  )
}

export async function listWanted(db: Queryable, domainId: string, limit: number): Promise<readonly string[]> {
  const rows = await db.query<{ guid: string }>({
    name: 'ad-mirror-wanted',
    text: 'select guid from ad_objects where domain_id = $1 and wanted order by guid limit $2',
    values: [domainId, limit],
  })
  return rows.map((row) => row.guid)
}

/**
 * How many known accounts the dirty users would lose: out of scope, or gone. An upper bound, for the guard. Walked up from the groups of the
 * dirty users, each once: one who changed is looked at far more often than all, and a domain's whole group is long.
 */
export async function countPossibleExits(db: Queryable, query: RootPlace): Promise<number> {
  const rows = await db.query<{ count: number }>({
    name: 'ad-mirror-possible-exits',
    text: `${insideRoot}, known as materialized (
        select guid, deleted or not ($3 or parent_guid in (select guid from containers)) as "isOutside"
        from ad_objects where domain_id = $1 and dirty and kind = 'user' and in_scope
      ), direct as materialized (
        select known.guid, ad_edges.group_guid
        from known join ad_edges on ad_edges.domain_id = $1 and ad_edges.member_guid = known.guid
      ), above(start, guid) as (
        select distinct group_guid, group_guid from direct
        union
        select above.start, ad_edges.group_guid
        from above join ad_edges on ad_edges.domain_id = $1 and ad_edges.member_guid = above.guid
      ), inside as materialized (
        select direct.guid from direct join above on above.start = direct.group_guid where above.guid = $4
      )
      select count(*) as count from known
        join accounts on accounts.directory_id = $1 and accounts.external_id = known.guid and accounts.wanted
      where "isOutside" or not exists (select from inside where inside.guid = known.guid)`,
    values: [query.domainId, query.rootGuids, query.wholeDomain, query.integrationGroupGuid],
  })
  return rows[0]?.count ?? 0
}
