import type { Queryable } from '../../platform/db/database.ts'
import type { Domain, EntraSigns, FurtherRoot } from './domain.rules.ts'
import type { SettingsChange } from './domain-settings.rules.ts'

const columns = `ad_domains.id, directories.name, base_dn as "baseDn", use_case as "useCase", root_dn as "rootDn",
  further_roots as "furtherRoots", admin_group_guid as "adminGroupGuid", rule_attributes as "ruleAttributes",
  entra_signs as "entraSigns",
  integration_group_dn as "integrationGroupDn", user_container_dn as "userContainerDn",
  group_container_dn as "groupContainerDn", upn_suffix as "upnSuffix", container_rules as "containerRules", moves_accounts as "movesAccounts", behaviour, root_guid as "rootGuid",
  integration_group_guid as "integrationGroupGuid", cookie, invocation_id as "invocationId", highest_usn as "highestUsn",
  full_read_wanted as "fullReadWanted", awaits_full_read as "awaitsFullRead", open_read_id as "openReadId", open_read_full as "openReadFull",
  last_read_at as "lastReadAt", last_full_read_at as "lastFullReadAt", read_attributes as "readAttributes", last_write_at as "lastWriteAt",
  import_epoch as "importEpoch", import_agent_id as "importAgentId", import_lease_until as "importLeaseUntil",
  sync_epoch as "syncEpoch", sync_agent_id as "syncAgentId", sync_lease_until as "syncLeaseUntil", ad_domains.updated,
  exists (select from ad_agents where domain_id = ad_domains.id and kind = 'IMPORT' and not paused and sealing_key is not null
    and checks_until > now()) as "canValidate",
  exists (select from ad_agents where domain_id = ad_domains.id and kind = 'IMPORT' and place = 'domain_controller')
    as "hasControllerAgent"`

export async function insert(db: Queryable, domain: Domain): Promise<void> {
  await db.execute({
    text: `insert into ad_domains (id, base_dn, use_case, root_dn, integration_group_dn, user_container_dn, group_container_dn,
        upn_suffix, behaviour, updated, further_roots)
      values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)`,
    values: [
      domain.id,
      domain.baseDn,
      domain.useCase,
      domain.rootDn,
      domain.integrationGroupDn,
      domain.userContainerDn,
      domain.groupContainerDn,
      domain.upnSuffix,
      domain.behaviour,
      domain.updated,
      JSON.stringify(domain.furtherRoots),
    ],
  })
}

/** Writes the settings; a changed scope asks for everything to be read anew. */
export async function updateSettings(db: Queryable, domain: Domain, change: SettingsChange): Promise<void> {
  await db.execute({
    name: 'ad-domains-settings',
    text: `update ad_domains set use_case = $2, root_dn = $3, integration_group_dn = $4, user_container_dn = $5,
        group_container_dn = $6, upn_suffix = $7, behaviour = $8, updated = $9,
        full_read_wanted = full_read_wanted or $10 or $11,
        root_guid = case when $10 then null else root_guid end,
        integration_group_guid = case when $10 then null else integration_group_guid end,
        admin_group_guid = case when $12 then null else admin_group_guid end,
        open_read_id = case when $13 then null else open_read_id end,
        open_read_full = open_read_full and not $13,
        awaits_full_read = awaits_full_read or $11,
        further_roots = $14, container_rules = $15, moves_accounts = $16
      where id = $1`,
    values: [
      domain.id,
      domain.useCase,
      domain.rootDn,
      domain.integrationGroupDn,
      domain.userContainerDn,
      domain.groupContainerDn,
      domain.upnSuffix,
      domain.behaviour,
      domain.updated,
      change.scopeChanged,
      change.readAnew,
      change.adminGroupChanged,
      change.forgetOpenRead,
      JSON.stringify(domain.furtherRoots),
      JSON.stringify(domain.containerRules),
      domain.movesAccounts,
    ],
  })
}

/** What translation rules read from now on; `readAnew` when it is more than before. */
export async function setRuleAttributes(
  db: Queryable,
  row: { readonly domainId: string; readonly attributes: readonly string[]; readonly readAnew: boolean },
): Promise<void> {
  await db.execute({
    name: 'ad-domains-rule-attributes',
    text: `update ad_domains set rule_attributes = $2, full_read_wanted = full_read_wanted or $3,
        awaits_full_read = awaits_full_read or $3, open_read_id = case when $3 then null else open_read_id end,
        open_read_full = open_read_full and not $3
      where id = $1`,
    values: [row.domainId, row.attributes, row.readAnew],
  })
}

export async function setEntraSigns(db: Queryable, id: string, signs: EntraSigns | null): Promise<void> {
  await db.execute({
    name: 'ad-domains-entra-signs',
    text: 'update ad_domains set entra_signs = $2 where id = $1',
    values: [id, signs === null ? null : JSON.stringify(signs)],
  })
}

export async function list(db: Queryable): Promise<readonly Domain[]> {
  return db.query<Domain>({
    name: 'ad-domains-list',
    text: `select ${columns} from ad_domains join directories using (id) order by ad_domains.id limit 1000`,
  })
}

export async function find(db: Queryable, id: string): Promise<Domain | undefined> {
  const rows = await db.query<Domain>({
    name: 'ad-domains-find',
    text: `select ${columns} from ad_domains join directories using (id) where ad_domains.id = $1`,
    values: [id],
  })
  return rows[0]
}

/** Finds a domain that nobody can remove until the transaction ends: what is written into its mirror goes with it. */
export async function findKept(db: Queryable, id: string): Promise<Domain | undefined> {
  const rows = await db.query<Domain>({
    name: 'ad-domains-find-kept',
    text: `select ${columns} from ad_domains join directories using (id) where ad_domains.id = $1 for key share of ad_domains`,
    values: [id],
  })
  return rows[0]
}

/**
 * One writer of a domain's mirror at a time, in all hub processes, until the transaction ends. Whoever marks something dirty is one too:
 * a mark made while another one derives is cleared with what that one looked at before. Taken before every other lock.
 */
export async function lockMirror(db: Queryable, id: string): Promise<void> {
  await db.query({
    name: 'ad-domains-lock-mirror',
    text: `select pg_advisory_xact_lock(hashtextextended('ad-mirror:' || $1, 0))`,
    values: [id],
  })
}

/**
 * Keeps other writers of the mirror away as `lockMirror` does, but not those who work on another lane of it: for work that touches the
 * objects of its lane alone.
 */
export async function lockLane(db: Queryable, id: string, lane: number): Promise<void> {
  await db.query({
    name: 'ad-domains-lock-lane',
    text: `select pg_advisory_xact_lock_shared(hashtextextended('ad-mirror:' || $1, 0)),
      pg_advisory_xact_lock(hashtextextended('ad-mirror-lane:' || $2 || ':' || $1, 0))`,
    values: [id, String(lane)],
  })
}

export async function requestFullRead(db: Queryable, id: string): Promise<void> {
  await db.execute({ text: 'update ad_domains set full_read_wanted = true where id = $1', values: [id] })
}

export interface Lease {
  readonly agentId: string
  readonly epoch: number
}

const leaseColumns = { IMPORT: 'import', SYNC: 'sync' } as const

/**
 * Takes or renews the lease of an agent's kind: whoever holds it keeps it until it runs out; a new holder gets a new epoch. Answers
 * who holds it now.
 */
export async function takeLease(
  db: Queryable,
  request: {
    readonly domainId: string
    readonly kind: 'IMPORT' | 'SYNC'
    readonly agentId: string
    readonly leaseMs: number
  },
): Promise<Lease | undefined> {
  const prefix = leaseColumns[request.kind]
  const taken = await db.query<Lease>({
    name: `ad-domains-lease-${prefix}`,
    text: `update ad_domains set
        ${prefix}_epoch = case when ${prefix}_agent_id = $2 then ${prefix}_epoch else ${prefix}_epoch + 1 end,
        ${prefix}_agent_id = $2, ${prefix}_lease_until = now() + $3 * interval '1 millisecond'
      where id = $1 and (${prefix}_agent_id = $2 or ${prefix}_agent_id is null or ${prefix}_lease_until < now())
      returning ${prefix}_agent_id as "agentId", ${prefix}_epoch as epoch`,
    values: [request.domainId, request.agentId, request.leaseMs],
  })
  if (taken[0]) return taken[0]
  const held = await db.query<Lease>({
    name: `ad-domains-lease-holder-${prefix}`,
    text: `select ${prefix}_agent_id as "agentId", ${prefix}_epoch as epoch from ad_domains where id = $1`,
    values: [request.domainId],
  })
  return held[0]
}

/** Gives a lease up, so that another agent takes over at once. */
export async function dropLease(
  db: Queryable,
  request: { readonly kind: 'IMPORT' | 'SYNC'; readonly agentId: string },
): Promise<void> {
  const prefix = leaseColumns[request.kind]
  await db.execute({
    name: `ad-domains-drop-lease-${prefix}`,
    text: `update ad_domains set ${prefix}_agent_id = null, ${prefix}_lease_until = null where ${prefix}_agent_id = $1`,
    values: [request.agentId],
  })
}

export async function openRead(
  db: Queryable,
  read: { readonly domainId: string; readonly readId: string; readonly full: boolean },
): Promise<void> {
  await db.execute({
    name: 'ad-domains-open-read',
    text: 'update ad_domains set open_read_id = $2, open_read_full = $3 where id = $1',
    values: [read.domainId, read.readId, read.full],
  })
}

/** The read is complete: where it ended is kept together with what it brought. */
export async function closeRead(
  db: Queryable,
  end: {
    readonly domainId: string
    readonly full: boolean
    readonly cookie: string | null
    readonly invocationId: string | null
    readonly highestUsn: string | null
    /** False when the read was begun before the hub wanted more to be read. */
    readonly isEnough: boolean
    /** What was read of every object, as far as the agent tells. */
    readonly attributes: readonly string[] | null
    /** Changes alone were told with more than the whole was: it is to be read again. */
    readonly isWider: boolean
    readonly now: Date
  },
): Promise<void> {
  await db.execute({
    name: 'ad-domains-close-read',
    text: `update ad_domains set open_read_id = null, open_read_full = false, last_read_at = $6,
        last_full_read_at = case when $2 then $6 else last_full_read_at end,
        -- Changes since a position of another database, or of a later state of it, are not all changes.
        full_read_wanted = not ($2 and $7) and (full_read_wanted or $9 or coalesce(invocation_id <> $4 or highest_usn::numeric > $5::text::numeric, false)),
        awaits_full_read = awaits_full_read and not ($2 and $7),
        read_attributes = case when $2 then $8::text[] else read_attributes end,
        cookie = coalesce($3, cookie), invocation_id = coalesce($4, invocation_id), highest_usn = coalesce($5, highest_usn)
      where id = $1`,
    values: [
      ...[end.domainId, end.full, end.cookie, end.invocationId, end.highestUsn, end.now, end.isEnough],
      ...[end.attributes, end.isWider],
    ],
  })
}

export async function setAnchors(
  db: Queryable,
  anchors: {
    readonly domainId: string
    readonly rootGuid: string | null
    readonly furtherRoots: readonly FurtherRoot[]
    readonly integrationGroupGuid: string | null
    readonly adminGroupGuid: string | null
  },
): Promise<void> {
  await db.execute({
    name: 'ad-domains-anchors',
    text: `update ad_domains set root_guid = $2, integration_group_guid = $3, further_roots = $4, admin_group_guid = $5
      where id = $1`,
    values: [
      anchors.domainId,
      anchors.rootGuid,
      anchors.integrationGroupGuid,
      JSON.stringify(anchors.furtherRoots),
      anchors.adminGroupGuid,
    ],
  })
}

/** A user or group that a domain let go of, and what it was to them. */
export interface Released {
  readonly kind: 'user' | 'group'
  readonly id: string
  readonly name: string
  readonly wasHome: boolean
  readonly hadSuspended: boolean
}

/** Rows stand together by authority, as `toStoredAttributes` keeps them. */
const owns = (row: string): string => `attributes -> 'restrictedFields' @> jsonb_build_array(${row})`

/**
 * Users and groups whose home the domain was are the hub's own again. Where it is gone altogether its authority over passwords ends with it,
 * also of users who were given into its hands without being its own.
 */
export async function releaseHome(
  db: Queryable,
  id: string,
  { isGone }: { readonly isGone: boolean },
): Promise<readonly Released[]> {
  const users = await db.query<Released>({
    text: `with held as (
        select id, home_directory_id, suspended_by from users
        where home_directory_id = $1 or suspended_by = $1
          or ($2 and (${owns(`jsonb_build_object('id', $1::text)`)} or attributes -> 'delegatedAuthority' ->> 'id' = $1))
        order by id for no key update
      )
      update users set home_directory_id = nullif(users.home_directory_id, $1), revision = revision + 1,
        attributes = attributes - 'restrictedFields'
          - case when coalesce(held.home_directory_id, $1) = $1 then array['external_dn', 'external_source_type'] else '{}' end
          - case when ${owns(`jsonb_build_object('id', $1::text, 'fields', array['password'])`)}
              then array['external_password_expiration_date', 'external_locked_until'] else '{}' end
          || case when attributes -> 'delegatedAuthority' ->> 'id' = $1 then '{"delegatedAuthority": null}' else '{}' end::jsonb
          || coalesce((select jsonb_build_object('restrictedFields', jsonb_agg(kept))
            from jsonb_array_elements(attributes -> 'restrictedFields') as kept
            where kept ->> 'id' <> $1 having count(*) > 0), '{}'),
        state = case when users.suspended_by = $1 then 'SUSPENDED' else state end,
        suspended_by = case when users.suspended_by = $1 then 'hub' else users.suspended_by end
      from held where users.id = held.id
      returning 'user' as kind, users.id, users.username as name,
        coalesce(held.home_directory_id = $1, false) as "wasHome", coalesce(held.suspended_by = $1, false) as "hadSuspended"`,
    values: [id, isGone],
  })
  const groups = await db.query<Released>({
    text: `update groups set home_directory_id = null, revision = revision + 1 where home_directory_id = $1
      returning 'group' as kind, id, name, true as "wasHome", false as "hadSuspended"`,
    values: [id],
  })
  return [...users, ...groups]
}

/** Groups that have no counterpart but in this domain have none any more. */
export async function dropOutside(db: Queryable, id: string): Promise<void> {
  await db.execute({
    text: `update groups set outside = false, revision = revision + 1
      where outside and exists (select from group_accounts where group_id = groups.id and directory_id = $1)
        and not exists (select from group_accounts where group_id = groups.id and directory_id <> $1)`,
    values: [id],
  })
}
