import type { Queryable } from '../../platform/db/database.ts'

/** An outside identity store that the hub is bound to. */
export interface Directory {
  readonly id: string
  readonly kind: 'active_directory'
  readonly name: string
  readonly created: Date
}

export type SubjectKind = 'user' | 'group'

export interface Binding {
  readonly directoryId: string
  readonly subjectKind: SubjectKind
  readonly subjectId: string
}

/** A directory is `written` when what is changed in the hub is written there. */
export async function insertDirectory(
  db: Queryable,
  directory: Directory & { readonly written: boolean },
): Promise<void> {
  await db.execute({
    text: 'insert into directories (id, kind, name, created, written) values ($1, $2, $3, $4, $5)',
    values: [directory.id, directory.kind, directory.name, directory.created, directory.written],
  })
}

/** False when somebody else has removed it. */
export async function removeDirectory(db: Queryable, id: string): Promise<boolean> {
  return (await db.execute({ text: 'delete from directories where id = $1', values: [id] })) > 0
}

export async function listDirectories(db: Queryable): Promise<readonly Directory[]> {
  return db.query<Directory>({
    name: 'directories-list',
    text: 'select id, kind, name, created from directories order by id limit 1000',
  })
}

/** Keeps the subject from being deleted until the transaction ends; false when there is none. */
export async function lockSubject(db: Queryable, { subjectKind, subjectId }: Binding): Promise<boolean> {
  const table = subjectKind === 'user' ? 'users' : 'groups'
  const text = `select from ${table} where id = $1 for key share`
  return (await db.query({ name: `bindings-lock-${subjectKind}`, text, values: [subjectId] })).length > 0
}

/** True when the binding is new. */
export async function insert(db: Queryable, binding: Binding, created: Date): Promise<boolean> {
  const count = await db.execute({
    name: 'bindings-insert',
    text: `insert into bindings (directory_id, subject_kind, subject_id, created) values ($1, $2, $3, $4)
      on conflict do nothing`,
    values: [binding.directoryId, binding.subjectKind, binding.subjectId, created],
  })
  return count > 0
}

/** True when there was such a binding. */
export async function remove(db: Queryable, binding: Binding): Promise<boolean> {
  const count = await db.execute({
    name: 'bindings-remove',
    text: 'delete from bindings where directory_id = $1 and subject_kind = $2 and subject_id = $3',
    values: [binding.directoryId, binding.subjectKind, binding.subjectId],
  })
  return count > 0
}

export async function list(
  db: Queryable,
  query: { directoryId: string; subjectKind: SubjectKind; limit: number; skip: number },
): Promise<{ readonly ids: readonly string[]; readonly total: number }> {
  const rows = await db.query<{ ids: readonly string[]; total: number }>({
    name: 'bindings-list',
    text: `select array(select subject_id from bindings where directory_id = $1 and subject_kind = $2
          order by subject_id limit $3 offset $4) as ids,
        (select count(*) from bindings where directory_id = $1 and subject_kind = $2) as total`,
    values: [query.directoryId, query.subjectKind, query.limit, query.skip],
  })
  return rows[0] ?? { ids: [], total: 0 }
}

export async function listOfSubject(db: Queryable, subjectId: string): Promise<readonly Binding[]> {
  return db.query<Binding>({
    name: 'bindings-of-subject',
    text: `select directory_id as "directoryId", subject_kind as "subjectKind", subject_id as "subjectId" from bindings
      where subject_id = $1 order by directory_id limit 1000`,
    values: [subjectId],
  })
}

/** Which directories users are connected to: bound themselves, in a bound group, or in a group that the directory brought. */
const connected = `select subject.user_id, bindings.directory_id, true as explicit from subject
          join bindings on bindings.subject_kind = 'user' and bindings.subject_id = subject.user_id
        union
        select subject.user_id, bindings.directory_id, true from subject
          join group_members as member on member.user_id = subject.user_id and not member.removing
          join bindings on bindings.subject_kind = 'group' and bindings.subject_id = member.group_id
        union
        select subject.user_id, brought.directory_id, false from subject
          join group_members as member on member.user_id = subject.user_id and not member.removing
          join group_accounts as brought on brought.group_id = member.group_id
            and brought.made_by = 'directory' and brought.external_id is not null`

/**
 * Makes the accounts of some users what connects them. New accounts are wanted, those that lost their last connection are not wanted any
 * more; accounts that a directory brought stay as that directory says, and one that is never written to gets none through its groups. Safe
 * to repeat.
 */
export async function settleAccounts(db: Queryable, userIds: readonly string[]): Promise<number> {
  return db.execute({
    name: 'accounts-settle',
    text: `with subject as (select id as user_id from users where id = any($1) order by id for key share),
      connected as (${connected}),
      bound as (
        select distinct connected.user_id, connected.directory_id
        from connected join directories on directories.id = connected.directory_id
        where connected.explicit or directories.written
      ), released as (
        update accounts set wanted = false, desired_revision = desired_revision + 1, retry_at = null, attempts = 0
        from subject
        where accounts.user_id = subject.user_id and accounts.wanted and accounts.made_by = 'hub'
          and not exists (select from connected
            where connected.user_id = accounts.user_id and connected.directory_id = accounts.directory_id)
        returning accounts.id
      ), forgotten as (
        update accounts set error = null
        from subject
        where accounts.user_id = subject.user_id and accounts.left_at is not null and accounts.error is not null
          and not exists (select from connected
            where connected.user_id = accounts.user_id and connected.directory_id = accounts.directory_id)
      ), raised as (
        update accounts set wanted = true, desired_revision = desired_revision + 1, retry_at = null, attempts = 0
        from bound
        where accounts.user_id = bound.user_id and accounts.directory_id = bound.directory_id and not accounts.wanted
          and not accounts.user_deleted and accounts.left_at is null
        returning accounts.id
      ), made as (
        insert into accounts (id, directory_id, user_id, made_by, wanted, created)
        select lpad(to_hex(extract(epoch from now())::bigint), 8, '0')
            || encode(substr(uuid_send(gen_random_uuid()), 1, 8), 'hex'),
          directory_id, user_id, 'hub', true, now()
        from bound
        on conflict (directory_id, user_id) do nothing
        returning id
      )
      select id from released union all select id from raised union all select id from made`,
    values: [userIds],
  })
}

/** Users without an account in a directory who are members of groups that it brought, in id order. */
export async function listUnconnected(
  db: Queryable,
  query: { readonly directoryId: string; readonly after: string; readonly limit: number },
): Promise<readonly string[]> {
  const rows = await db.query<{ userId: string }>({
    name: 'bindings-unconnected',
    text: `select distinct member.user_id as "userId" from group_accounts as brought
        join directories on directories.id = brought.directory_id and directories.written
        join group_members as member on member.group_id = brought.group_id and not member.removing
      where brought.directory_id = $1 and brought.made_by = 'directory' and brought.external_id is not null
        and member.user_id > $2
        and not exists (select from accounts where accounts.directory_id = $1 and accounts.user_id = member.user_id)
      order by member.user_id limit $3`,
    values: [query.directoryId, query.after, query.limit],
  })
  return rows.map(({ userId }) => userId)
}

export async function setWritten(db: Queryable, id: string, written: boolean): Promise<void> {
  await db.execute({
    name: 'directories-set-written',
    text: 'update directories set written = $2 where id = $1 and written <> $2',
    values: [id, written],
  })
}

/**
 * A group does not belong to a directory any more: whom it connected there is bound instead, so that nobody loses the account by it. Answers
 * who was not bound before.
 */
export async function bindMembers(
  db: Queryable,
  key: { readonly directoryId: string; readonly groupId: string },
): Promise<readonly { readonly id: string; readonly username: string }[]> {
  return db.query({
    name: 'bindings-of-members',
    text: `with bound as (
        insert into bindings (directory_id, subject_kind, subject_id, created)
        select distinct $1::text, 'user', accounts.user_id, now() from accounts
          join group_members as member on member.user_id = accounts.user_id and member.group_id = $2 and not member.removing
        where accounts.directory_id = $1 and accounts.made_by = 'hub' and accounts.wanted and not accounts.user_deleted
        on conflict do nothing
        returning subject_id
      )
      select users.id, users.username from bound join users on users.id = bound.subject_id limit 1000000`,
    values: [key.directoryId, key.groupId],
  })
}

/** A person binds the user anew: what the directory took out of scope may come back. */
export async function forgetExit(db: Queryable, key: { directoryId: string; userId: string }): Promise<void> {
  await db.execute({
    name: 'accounts-forget-exit',
    text: 'update accounts set left_at = null where directory_id = $1 and user_id = $2',
    values: [key.directoryId, key.userId],
  })
}

/** Ties a group to its directory: a counterpart is wanted there. True when it is new. */
export async function insertGroupAccount(
  db: Queryable,
  row: { directoryId: string; groupId: string },
): Promise<boolean> {
  const count = await db.execute({
    name: 'group-accounts-insert',
    text: `insert into group_accounts (directory_id, group_id, made_by, created) values ($1, $2, 'hub', now())
      on conflict do nothing`,
    values: [row.directoryId, row.groupId],
  })
  return count > 0
}
