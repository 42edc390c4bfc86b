import type { Id } from '@lockstep/kernel/ids'
import type { Query, Queryable } from '../../platform/db/database.ts'
import { insertJournalFrom, type JournalInput } from '../journal/journal.rules.ts'
import { fromStoredAttributes, toStoredAttributes } from './stored-attributes.rules.ts'
import type { User } from './user.rules.ts'

/** A user's columns under the names of `User`, without the attributes. */
export const columns = `users.id, users.username, users.email, users.employee_id as "employeeIdentifier",
  users.display_name as displayname, users.state, users.suspended_by as "suspendedBy", users.activated,
  users.account_locked as "accountLocked", users.manager_id as manager, users.unix_uid as "unixUid",
  users.unix_gid as "unixGid", users.home_directory_id as "homeDirectoryId", users.further, users.revision, users.created,
  users.updated`

/** A user to write, with its journal row; for updates with the revision that the change was decided on. */
export interface UserWrite {
  readonly user: User
  readonly journal: JournalInput
  readonly baseRevision?: number
}

const inputColumns = `id text, username text, email text, employee_id text, display_name text, state text, suspended_by text,
  activated boolean, account_locked boolean, manager_id text, unix_uid bigint, unix_gid bigint, home_directory_id text,
  attributes jsonb, further jsonb, revision bigint, base_revision bigint, created timestamptz, updated timestamptz, journal jsonb`

function toInput({ user, journal, baseRevision }: UserWrite): Record<string, unknown> {
  return {
    id: user.id,
    username: user.username,
    email: user.email,
    employee_id: user.employeeIdentifier,
    display_name: user.displayname,
    state: user.state,
    suspended_by: user.suspendedBy,
    activated: user.activated,
    account_locked: user.accountLocked,
    manager_id: user.manager,
    unix_uid: user.unixUid,
    unix_gid: user.unixGid,
    home_directory_id: user.homeDirectoryId,
    attributes: toStoredAttributes(user.attributes),
    further: user.further ?? null,
    revision: user.revision,
    base_revision: baseRevision,
    created: user.created,
    updated: user.updated,
    journal,
  }
}

/** Stands between JSON texts that go as one parameter; inside JSON, control characters are escaped (RFC 8259, section 7). */
const betweenTexts = '\u001e'

const newColumns = `id text, username text, email text, employee_id text, display_name text, state text, suspended_by text,
  activated boolean, account_locked boolean, manager_id text, unix_uid bigint, unix_gid bigint, home_directory_id text,
  further jsonb, created timestamptz, updated timestamptz, actor_kind text, actor_id text, action text, correlation_id text`
const newNames = newColumns.replaceAll(/ (?:text|boolean|bigint|jsonb|timestamptz)(?=,|$)/g, '')

/** A new user's row: the typed columns, and what the journal says of who made it. What is empty is left out. */
function toNewRow({ user, journal }: UserWrite): object {
  return {
    id: user.id,
    username: user.username,
    email: user.email,
    employee_id: user.employeeIdentifier ?? undefined,
    display_name: user.displayname,
    state: user.state,
    suspended_by: user.suspendedBy ?? undefined,
    activated: user.activated,
    account_locked: user.accountLocked,
    manager_id: user.manager ?? undefined,
    unix_uid: user.unixUid ?? undefined,
    unix_gid: user.unixGid ?? undefined,
    home_directory_id: user.homeDirectoryId ?? undefined,
    further: user.further ?? undefined,
    created: user.created,
    updated: user.updated,
    actor_kind: journal.actorKind,
    actor_id: journal.actorId,
    action: journal.action,
    correlation_id: journal.correlationId ?? undefined,
  }
}

export interface InsertedUser {
  readonly id: Id
  readonly unixUid: number
  readonly unixGid: number
}

/**
 * Inserts users with their journal rows in one statement; those whose unique values are taken are left out of the answer. The two JSON
 * columns go as texts beside the rows: within them they would be parsed, sorted and printed once more (a fifth of the statement).
 */
export async function insertMany(db: Queryable, writes: readonly UserWrite[]): Promise<readonly InsertedUser[]> {
  return db.query<InsertedUser>({
    name: 'users-insert',
    text: `with input as materialized (
        select input.*, nextval('user_unix_ids') as allotted
        from rows from (
          jsonb_to_recordset($1::jsonb) as (${newColumns}),
          string_to_table($2, e'\\x1e'), string_to_table($3, e'\\x1e')
        ) as input(${newNames}, attributes, details)
      ), made as (
        insert into users (id, username, email, employee_id, display_name, state, suspended_by, activated, account_locked,
          manager_id, unix_uid, unix_gid, home_directory_id, attributes, further, revision, created, updated)
        select id, username, email, employee_id, display_name, state, suspended_by, activated, account_locked,
          manager_id, coalesce(unix_uid, allotted), coalesce(unix_gid, allotted), home_directory_id,
          attributes::jsonb, further, 1, created, updated
        from input
        on conflict do nothing
        returning id, unix_uid, unix_gid
      ), noted as (
        insert into journal (actor_kind, actor_id, action, subject_kind, subject_id, correlation_id, details)
        select actor_kind, actor_id, action, 'user', id, correlation_id, details::json from input join made using (id)
      )
      select id, unix_uid as "unixUid", unix_gid as "unixGid" from made`,
    values: [
      JSON.stringify(writes.map(toNewRow)),
      writes.map(({ user }) => JSON.stringify(toStoredAttributes(user.attributes))).join(betweenTexts),
      writes.map(({ journal }) => JSON.stringify(journal.details)).join(betweenTexts),
    ],
  })
}

/**
 * Updates users whose revision is still the one the change was decided on; answers the ids that were changed. The guesses that locked whom
 * this unlocks are forgotten: else the next one locked again, and a later lock of an administrator ended with theirs.
 */
export async function updateMany(db: Queryable, writes: readonly UserWrite[]): Promise<ReadonlySet<string>> {
  const rows = await db.query<{ id: string }>({
    name: 'users-update',
    text: `with input as materialized (select * from jsonb_to_recordset($1::jsonb) as input(${inputColumns})),
      locked as (
        select users.id, users.account_locked as was_locked from users join input using (id)
        where users.revision = input.base_revision
        order by users.id
        for no key update of users
      ), unlocked as (
        update user_passwords set failed_attempts = 0, last_failure = null, locked_until = null
        from input join locked using (id)
        where locked.was_locked and not input.account_locked and user_passwords.user_id = input.id
      ), changed as (
        update users set username = input.username, email = input.email, employee_id = input.employee_id,
          display_name = input.display_name, state = input.state, suspended_by = input.suspended_by,
          activated = input.activated, account_locked = input.account_locked, manager_id = input.manager_id,
          unix_uid = coalesce(input.unix_uid, users.unix_uid), unix_gid = coalesce(input.unix_gid, users.unix_gid),
          home_directory_id = input.home_directory_id, attributes = input.attributes, further = input.further,
          revision = input.revision,
          updated = input.updated
        from input join locked using (id)
        where users.id = input.id
        returning users.id
      ), changed_input as (
        select input.journal from input join changed using (id)
      ), noted as (${insertJournalFrom('changed_input')})
      select id from changed`,
    values: [JSON.stringify(writes.map(toInput))],
  })
  return new Set(rows.map((row) => row.id))
}

/** Deletes users with their journal rows and those of their groups; their reports' managers must be settled before. */
export async function removeMany(
  db: Queryable,
  removals: readonly { readonly id: string; readonly journal: JournalInput }[],
): Promise<void> {
  await db.execute({
    name: 'users-remove',
    text: `with input as materialized (select * from json_to_recordset($1::json) as input(id text, journal jsonb)),
      member as (
        select distinct groups.id as group_id, groups.name, users.id, users.username
        from input join users using (id) join group_members on group_members.user_id = users.id
          join groups on groups.id = group_members.group_id
        where not group_members.removing
      ),
      gone as (delete from users using input where users.id = input.id returning users.id),
      gone_input as (select input.journal from input join gone using (id)
        -- Their groups have other members now.
        union all
        select input.journal || jsonb_build_object('action', 'group.member_remove', 'subjectKind', 'group', 'subjectId', member.group_id,
          'details', (input.journal -> 'details') - 'groups' || jsonb_build_object('subject', member.name,
            'changes', jsonb_build_object('member', jsonb_build_object('before', member.username))))
        from input join gone using (id) join member using (id)),
      noted as (${insertJournalFrom('gone_input')})
      select 1`,
    values: [JSON.stringify(removals)],
  })
}

/** Runs a statement that answers `columns` and the attributes. */
export async function listUsers(db: Queryable, query: Query): Promise<readonly User[]> {
  const rows = await db.query<User>(query)
  return rows.map((row) => ({ ...row, attributes: fromStoredAttributes(row.attributes) }))
}

export async function findMany(db: Queryable, ids: readonly string[]): Promise<readonly User[]> {
  if (ids.length === 0) return []
  return listUsers(db, {
    name: 'users-find-many',
    text: `select ${columns}, attributes from users where id = any($1) order by id limit $2`,
    values: [ids, ids.length],
  })
}

/** Locks the users in id order for the rest of the transaction. */
export async function lockMany(db: Queryable, ids: readonly string[]): Promise<readonly User[]> {
  if (ids.length === 0) return []
  return listUsers(db, {
    name: 'users-lock-many',
    text: `select ${columns}, attributes from users where id = any($1) order by id limit $2 for no key update`,
    values: [ids, ids.length],
  })
}

/** Locks users who are about to be deleted, in id order: nobody can be given one of them as manager from here on. */
export async function lockManyForRemoval(db: Queryable, ids: readonly string[]): Promise<readonly User[]> {
  if (ids.length === 0) return []
  return listUsers(db, {
    name: 'users-lock-many-removal',
    text: `select ${columns}, attributes from users where id = any($1) order by id limit $2 for update`,
    values: [ids, ids.length],
  })
}

/** By manager, some of the people who report to them and are not among these managers themselves. */
export async function listOtherReports(
  db: Queryable,
  managerIds: readonly string[],
  limitEach: number,
): Promise<ReadonlyMap<string, readonly string[]>> {
  const rows = await db.query<{ managerId: string; ids: string[] }>({
    name: 'users-other-reports',
    text: `select manager.id as "managerId", array_agg(report.id) as ids
      from unnest($1::text[]) as manager(id)
      cross join lateral (
        select users.id from users where users.manager_id = manager.id and users.id <> all($1) limit $2
      ) as report
      group by manager.id limit $3`,
    values: [managerIds, limitEach, managerIds.length],
  })
  return new Map(rows.map(({ managerId, ids }) => [managerId, ids]))
}

/** Locks a user who is about to be deleted: nobody can be given this manager from here on. */
export async function lockForRemoval(db: Queryable, id: string): Promise<User | undefined> {
  const rows = await listUsers(db, {
    name: 'users-lock-removal',
    text: `select ${columns}, attributes from users where id = $1 for update`,
    values: [id],
  })
  return rows[0]
}

/** Users with any of the given lower-case usernames or e-mail addresses, or employee identifiers. */
export async function findByNames(
  db: Queryable,
  names: { usernames?: readonly string[]; emails?: readonly string[]; employeeIds?: readonly string[] },
): Promise<readonly User[]> {
  const { usernames = [], emails = [], employeeIds = [] } = names
  return listUsers(db, {
    name: 'users-find-by-names',
    // Joined, because a list of names in a condition is planned for a few names and compared row by row when there are a thousand.
    text: `with named as (
        select users.id from unnest($1::text[]) as name join users on lower(users.username) = name
        union
        select users.id from unnest($2::text[]) as name join users on lower(users.email) = name
        union
        select users.id from unnest($3::text[]) as name join users on users.employee_id = name
      )
      select ${columns}, attributes from named join users using (id)
      order by users.id limit $4`,
    values: [usernames, emails, employeeIds, usernames.length + emails.length + employeeIds.length],
  })
}

export async function listReports(db: Queryable, managerId: string, limit: number): Promise<readonly User[]> {
  return listUsers(db, {
    name: 'users-reports',
    text: `select ${columns}, attributes from users where manager_id = $1 order by id limit $2 for no key update`,
    values: [managerId, limit],
  })
}
