// What a comparison looks at, batch by batch in the order of keys.
import type { Account } from '../../directory/bindings/account.rules.ts'
import type { Queryable } from '../../platform/db/database.ts'
import type { ComparedGroup } from './comparison.rules.ts'
import { insideRoot, type MirrorObject, type RootPlace } from './mirror.store.ts'

/** A user object with the hub's name of its manager, where both are known. */
export interface ScannedObject extends MirrorObject {
  readonly managerGuid: string | null
  /** Who the manager is here; null when the object has none, or nobody here is. */
  readonly managerId: string | null
}

const scanned = `object.guid, object.kind, object.dn, object.attributes, object.unreadable, object.deleted,
  object.in_scope as "inScope", $3 or object.parent_guid in (select guid from containers) as "inRoot",
  object.manager_guid as "managerGuid",
  (select superior.user_id from accounts as superior
    where superior.directory_id = $1 and superior.external_id = object.manager_guid and not superior.user_deleted) as "managerId"`

/** User objects in scope, or whose account is known, in GUID order; read in pieces by GUID and looked up one by one. */
export async function listObjects(
  db: Queryable,
  query: RootPlace & { readonly after: string; readonly limit: number },
): Promise<readonly ScannedObject[]> {
  return db.query<ScannedObject>({
    name: 'ad-comparison-objects',
    text: `${insideRoot}
      select ${scanned}
      from ad_objects as object
      where object.domain_id = $1 and object.guid > $4::uuid and object.kind = 'user' and not object.deleted
        and (object.in_scope or exists (select from accounts
          where accounts.directory_id = $1 and accounts.external_id = object.guid and accounts.wanted))
      order by object.guid limit $5`,
    values: [query.domainId, query.rootGuids, query.wholeDomain, query.after, query.limit],
  })
}

/** The user objects of some GUIDs. */
export async function listObjectsByGuids(
  db: Queryable,
  query: RootPlace & { readonly guids: readonly string[] },
): Promise<readonly ScannedObject[]> {
  return db.query<ScannedObject>({
    name: 'ad-comparison-objects-by-guid',
    text: `${insideRoot}
      select ${scanned}
      from ad_objects as object
      where object.domain_id = $1 and object.guid = any($4::uuid[]) and object.kind = 'user'
      order by object.guid limit $5`,
    values: [query.domainId, query.rootGuids, query.wholeDomain, query.guids, query.guids.length],
  })
}

/** An account with what is known of its object. */
export interface ScannedAccount extends Account {
  readonly isThere: boolean
  readonly username: string | null
}

const accountColumns = `account.id, account.directory_id as "directoryId", account.user_id as "userId",
  account.user_deleted as "userDeleted", account.external_id as "externalId", account.external_name as "externalName",
  account.made_by as "madeBy", account.wanted, account.left_at as "leftAt", account.desired_revision as "desiredRevision",
  account.applied_revision as "appliedRevision", account.applied_at as "appliedAt", account.agreed, account.enabled,
  account.disabled_by_hub as "disabledByHub", account.creating_since as "creatingSince", account.unseen, account.unsure, account.error,
  account.retry_at as "retryAt", account.attempts, account.leased_by as "leasedBy", account.gone, users.username,
  exists (select from ad_objects as object where object.domain_id = account.directory_id and object.guid = account.external_id
    and not object.deleted) as "isThere"`

/** Accounts in the order of their ids. */
export async function listAccounts(
  db: Queryable,
  query: { readonly domainId: string; readonly after: string; readonly limit: number },
): Promise<readonly ScannedAccount[]> {
  return db.query<ScannedAccount>({
    name: 'ad-comparison-accounts',
    text: `select ${accountColumns} from accounts as account left join users on users.id = account.user_id
      where account.directory_id = $1 and account.id > $2 order by account.id limit $3`,
    values: [query.domainId, query.after, query.limit],
  })
}

export async function findAccount(
  db: Queryable,
  key: { readonly domainId: string; readonly userId: string },
): Promise<ScannedAccount | undefined> {
  const rows = await db.query<ScannedAccount>({
    name: 'ad-comparison-account',
    text: `select ${accountColumns} from accounts as account left join users on users.id = account.user_id
      where account.directory_id = $1 and account.user_id = $2`,
    values: [key.domainId, key.userId],
  })
  return rows[0]
}

interface GroupRow extends Omit<ComparedGroup, 'there'> {
  readonly thereName: string | null
  readonly thereDescription: string | null
  readonly isThere: boolean
}

/** Groups with their counterparts, in the order of their ids. */
export async function listGroups(
  db: Queryable,
  query: { readonly domainId: string; readonly after: string; readonly limit: number },
): Promise<readonly ComparedGroup[]> {
  const rows = await db.query<GroupRow>({
    name: 'ad-comparison-groups',
    text: `select tied.group_id as "groupId", tied.external_id as "externalId", groups.name, groups.description,
        groups.home_directory_id as "homeDirectoryId", tied.made_by as "madeBy",
        tied.desired_revision > tied.applied_revision as "isBehind", tied.error,
        coalesce(trim(resolution.group_name), trim(object.attributes ->> 'sAMAccountName')) as "thereName",
        left(trim(coalesce(object.attributes ->> 'description', '')), 1024) as "thereDescription",
        object.guid is not null as "isThere"
      from group_accounts as tied join groups on groups.id = tied.group_id
        left join ad_objects as object on object.domain_id = $1 and object.guid = tied.external_id and not object.deleted
        left join ad_resolutions as resolution on resolution.domain_id = $1 and resolution.guid = tied.external_id
          and resolution.action = 'rename'
      where tied.directory_id = $1 and tied.group_id > $2 order by tied.group_id limit $3`,
    values: [query.domainId, query.after, query.limit],
  })
  return rows.map(({ thereName, thereDescription, isThere, ...row }) => ({
    ...row,
    there: isThere ? { name: thereName ?? row.name, description: thereDescription ?? '' } : undefined,
  }))
}

/** Objects of groups in scope that are no group here, with why. */
export async function listUnknownGroups(
  db: Queryable,
  query: { readonly domainId: string; readonly after: string; readonly limit: number },
): Promise<readonly { readonly guid: string; readonly name: string; readonly detail: string | null }[]> {
  return db.query({
    name: 'ad-comparison-unknown-groups',
    text: `select object.guid, coalesce(object.attributes ->> 'sAMAccountName', object.dn, object.guid::text) as name,
        (select problem.detail from ad_problems as problem
          where problem.domain_id = $1 and problem.guid = object.guid order by problem.code limit 1) as detail
      from ad_objects as object
      where object.domain_id = $1 and object.kind = 'group' and object.guid > $2::uuid and object.in_scope and not object.deleted
        and not exists (select from group_accounts as tied where tied.directory_id = $1 and tied.external_id = object.guid)
      order by object.guid limit $3`,
    values: [query.domainId, query.after, query.limit],
  })
}

/** Those of the groups that have a counterpart in the domain. */
export async function listTied(
  db: Queryable,
  query: { readonly domainId: string; readonly groupIds: readonly string[] },
): Promise<ReadonlySet<string>> {
  const rows = await db.query<{ groupId: string }>({
    name: 'ad-comparison-tied',
    text: `select group_id as "groupId" from group_accounts
      where directory_id = $1 and group_id = any($2) and external_id is not null limit $3`,
    values: [query.domainId, query.groupIds, query.groupIds.length],
  })
  return new Set(rows.map(({ groupId }) => groupId))
}

/** How much there is to be looked at. */
export async function countSubjects(db: Queryable, domainId: string): Promise<number> {
  const rows = await db.query<{ count: number }>({
    name: 'ad-comparison-count',
    text: `select (select count(*) from ad_objects where domain_id = $1 and kind = 'user' and not deleted and in_scope)
      + (select count(*) from accounts where directory_id = $1)
      + (select count(*) from group_accounts where directory_id = $1) as count`,
    values: [domainId],
  })
  return rows[0]?.count ?? 0
}

/** What is read from here on is asked for and thrown away with `forget`, the locks included. */
export async function beginTrial(db: Queryable): Promise<void> {
  await db.execute({ text: 'savepoint comparison' })
}

export async function forgetTrial(db: Queryable): Promise<void> {
  await db.execute({ text: 'rollback to savepoint comparison' })
}

/** Objects are looked at as if they had just been read; their managers too. */
export async function lookAgain(db: Queryable, domainId: string, guids: readonly string[]): Promise<void> {
  if (guids.length === 0) return
  await db.execute({
    name: 'ad-comparison-look-again',
    text: `update ad_objects set dirty = true, manager_pending = manager_pending or kind = 'user'
      where domain_id = $1 and guid = any($2::uuid[])`,
    values: [domainId, guids],
  })
}
