import type { Queryable } from '../../platform/db/database.ts'

/** What a group's rule would change. */
export interface Suggestion {
  readonly userId: string
  readonly op: 'add' | 'remove'
}

/** How many users a group's rule would add and remove. */
export interface SuggestionCounts {
  readonly add: number
  readonly remove: number
}

/** A part of a group's suggestions in the order of the users' ids. */
export interface SuggestionListing {
  readonly groupId: string
  readonly limit: number
  readonly skip?: number
  readonly afterId?: string
}

export async function list(db: Queryable, listing: SuggestionListing): Promise<readonly Suggestion[]> {
  return db.query<Suggestion>({
    name: 'group-suggestions-list',
    text: `select user_id as "userId", op from group_suggestions where group_id = $1 and user_id > $4
      order by user_id limit $2 offset $3`,
    values: [listing.groupId, listing.limit, listing.skip ?? 0, listing.afterId ?? ''],
  })
}

export async function find(db: Queryable, groupId: string, userIds: readonly string[]): Promise<readonly Suggestion[]> {
  return db.query<Suggestion>({
    name: 'group-suggestions-find',
    text: `select user_id as "userId", op from group_suggestions where group_id = $1 and user_id = any($2)
      order by user_id limit $3`,
    values: [groupId, userIds, userIds.length],
  })
}

export async function counts(
  db: Queryable,
  groupIds: readonly string[],
): Promise<ReadonlyMap<string, SuggestionCounts>> {
  const rows = await db.query<SuggestionCounts & { groupId: string }>({
    name: 'group-suggestions-counts',
    text: `select group_id as "groupId", count(*) filter (where op = 'add') as add,
        count(*) filter (where op = 'remove') as remove
      from group_suggestions where group_id = any($1) group by group_id limit $2`,
    values: [groupIds, groupIds.length],
  })
  return new Map(rows.map(({ groupId, add, remove }) => [groupId, { add, remove }]))
}

export async function remove(db: Queryable, key: { readonly groupId: string; readonly userId: string }): Promise<void> {
  await db.execute({
    name: 'group-suggestions-remove',
    text: 'delete from group_suggestions where group_id = $1 and user_id = $2',
    values: [key.groupId, key.userId],
  })
}
