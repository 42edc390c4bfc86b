// Users by conditions on their attributes, as clients with schemas of their own ask for them.
import type { Actor } from '@lockstep/contract/access'
import { AppError } from '@lockstep/contract/app-error'
import { createAlikeReader } from '../../platform/db/alike.ts'
import { ConditionError } from '../../platform/db/compose.ts'
import type { Database, Query, Queryable } from '../../platform/db/database.ts'
import { DatabaseError } from '../../platform/db/database-error.ts'
import { requirePermission } from '../access/access.rules.ts'
import * as store from './user-attributes.store.ts'
import type { User } from './user.rules.ts'
import type { UserService } from './user.service.ts'
import { listUsers } from './user.store.ts'

/** A user with the value that the list is sorted by, as text. */
export interface FoundUser extends User {
  readonly sortValue: string | null
}

/** Refusals are AppErrors. */
export interface UserSearchService {
  list(actor: Actor, search: store.UserSearch): Promise<readonly FoundUser[]>
  count(actor: Actor, where: store.UserSearch['where'], viewer?: store.UserSearch['viewer']): Promise<number>
  /** A user of this name or address whom a client took for deleted and the hub keeps, or whose deletion by the viewer is held. */
  findRemoved(names: { readonly username: string; readonly email: string }, viewer: string): Promise<User | undefined>
  /** Users of these names or addresses in any letter case, or under these keys of what clients keep with them. */
  findNamed(names: Parameters<typeof store.namedQuery>[0]): Promise<readonly User[]>
  /** How many users an integration owns who are not suspended. */
  countOwned(integrationId: string): Promise<number>
  /** The same for each of some integrations, counted at once. */
  countOwnedByEach(integrationIds: readonly string[]): Promise<ReadonlyMap<string, number>>
  /** The users that an integration owns, by id. */
  listOwned(page: Parameters<typeof store.ownedQuery>[0]): Promise<readonly User[]>
}

/** What looking at every user may take. */
const timeoutMs = 5000
const cancelled = '57014'

export interface UserSearchOptions {
  readonly database: Database
  /** All users by id: their number is remembered, and so are places deep in the list. */
  readonly everybody: Pick<UserService, 'list' | 'count'>
}

export function createUserSearch({ database, everybody }: UserSearchOptions): UserSearchService {
  const alike = createAlikeReader(database)
  const lookups: Queryable = { query: alike, execute: (query) => database.execute(query) }
  const run = async <T>(
    search: Pick<store.UserSearch, 'where' | 'sort'>,
    compile: () => Query,
    read: (db: Queryable, query: Query) => Promise<T>,
  ): Promise<T> => {
    try {
      const query = compile()
      if (store.isQuick(search)) return await read(store.isLookup(search.where) ? lookups : database, query)
      return await database.transaction(async (transaction) => {
        await transaction.execute({ text: `set local statement_timeout = ${timeoutMs}` })
        return read(transaction, query)
      })
    } catch (error) {
      throw refusalOf(error)
    }
  }
  const countAbsent = async (viewer: store.UserSearch['viewer']): Promise<number> =>
    viewer === null ? 0 : ((await database.query<{ count: number }>(store.absentCount(viewer)))[0]?.count ?? 0)
  const countOwned = async (ids: readonly string[]): Promise<ReadonlyMap<string, number>> => {
    const counts = await database.query<{ id: string; count: number }>(store.ownedCounts(ids))
    return new Map(counts.map(({ id, count }) => [id, count]))
  }
  return {
    findRemoved: async (names, viewer) => (await listUsers(database, store.removedQuery(names, viewer)))[0],
    findNamed: (names) => listUsers(database, store.namedQuery(names)),
    countOwned: async (id) => (await countOwned([id])).get(id) ?? 0,
    countOwnedByEach: countOwned,
    listOwned: (page) => listUsers(database, store.ownedQuery(page)),
    async list(actor, search) {
      requirePermission(actor, 'users.read')
      const { limit, skip = 0, viewer } = search
      if (skip > 0 && store.isWhole(search) && (await countAbsent(viewer)) === 0)
        return (await everybody.list(actor, { sort: [], limit, skip, isCounted: true })).map(unsorted)
      return run(
        search,
        () => store.searchQuery(search),
        async (db, query) => (await listUsers(db, query)) as readonly FoundUser[],
      )
    },
    async count(actor, where, viewer) {
      requirePermission(actor, 'users.read')
      if (store.isWhole({ where })) {
        const [all, absent] = await Promise.all([everybody.count(actor, { sort: [], limit: 0 }), countAbsent(viewer)])
        return all - absent
      }
      return run(
        { where },
        () => store.searchCount(where, viewer),
        async (db, query) => (await db.query<{ count: number }>(query))[0]?.count ?? 0,
      )
    },
  }
}

function unsorted(user: User): FoundUser {
  return { ...user, sortValue: null }
}

function refusalOf(error: unknown): unknown {
  if (error instanceof ConditionError)
    return new AppError('invalid_filter', { field: error.field, detail: error.message })
  if (error instanceof DatabaseError && error.sqlState === cancelled)
    return new AppError('invalid_filter', {
      field: 'filter',
      detail:
        'filter: looking at this many users takes too long. Filter by userName, emails.value, externalId, id, displayName, manager or groups.value, or sort by one of them.',
      cause: error,
    })
  return error
}
