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

export async function insertDirectory(db: Queryable, directory: Directory): Promise<void> {
  await db.execute({
    text: 'insert into directories (id, kind, name, created) values ($1, $2, $3, $4)',
    values: [directory.id, directory.kind, directory.name, directory.created],
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

/**
 * Makes the accounts of some users what their bindings say: a user is bound explicitly or through a bound group. New accounts are
 * wanted, those that lost their last binding are not wanted any more; accounts that a directory brought stay as that directory says.
 * Safe to repeat.
 */
export async function settleAccounts(db: Queryable, userIds: readonly string[]): Promise<number> {
  return db.execute({
    name: 'accounts-settle',
    text: `with subject as (select id as user_id from users where id = any($1) order by id for key share),
      bound as (
        select subject.user_id, bindings.directory_id from subject
          join bindings on bindings.subject_kind = 'user' and bindings.subject_id = subject.user_id
        union
        select subject.user_id, bindings.directory_id from subject
          join group_members as member on member.user_id = subject.user_id and not member.removing
          join bindings on bindings.subject_kind = 'group' and bindings.subject_id = member.group_id
      ), released as (
        update accounts set wanted = false, desired_revision = desired_revision + 1, retry_at = null, attempts = 0
        from subject
        where accounts.user_id = subject.user_id and accounts.wanted and accounts.made_by = 'hub'
          and not exists (select from bound
            where bound.user_id = accounts.user_id and bound.directory_id = accounts.directory_id)
        returning accounts.id
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
