// Groups by conditions on their attributes, as clients with schemas of their own ask for them, and what is shown beside them.
import type { Actor } from '@lockstep/contract/access'
import { AppError } from '@lockstep/contract/app-error'
import { parseId } from '@lockstep/kernel/ids'
import { ConditionError } from '../../platform/db/compose.ts'
import type { Database, Query } from '../../platform/db/database.ts'
import { createKeyedReader } from '../../platform/db/keyed-reader.ts'
import { requirePermission } from '../access/access.rules.ts'
import * as store from './group-attributes.store.ts'
import { findByNames, findMany } from './group.store.ts'

/** Refusals are AppErrors. */
export interface GroupSearchService {
  list(actor: Actor, search: store.GroupSearch): Promise<readonly store.FoundGroup[]>
  count(actor: Actor, where: store.GroupSearch['where'], viewer: string): Promise<number>
  get(actor: Actor, id: string): Promise<store.FoundGroup>
  /** A group by its name, also one whose deletion is held. */
  findNamed(actor: Actor, name: string): Promise<store.FoundGroup | undefined>
  /** Which of some ids are groups. */
  known(actor: Actor, ids: readonly string[]): Promise<ReadonlySet<string>>
  /** The users who are members of some groups by themselves, each once; without those whom the viewer took away, though that is held. */
  membersOf(actor: Actor, groupIds: readonly string[], viewer: string): Promise<readonly store.ShownMember[]>
  /** The groups that are members of some groups. */
  groupsIn(actor: Actor, groupIds: readonly string[], viewer: string): Promise<readonly store.ShownMember[]>
  groupsOf(actor: Actor, userIds: readonly string[], viewer: string): Promise<readonly store.ShownMembership[]>
  /** How many groups an integration owns, and how many memberships are in them. */
  countOwned(integrationId: string): Promise<{ readonly groups: number; readonly memberships: number }>
}

const membersPerRead = 5000
/** No answer shows more; whoever has larger groups reads them without members. */
const membersShown = 200_000
const groupsShown = 200_000

export function createGroupSearch({ database }: { readonly database: Database }): GroupSearchService {
  const compiled = (compile: () => Query): Query => {
    try {
      return compile()
    } catch (error) {
      if (error instanceof ConditionError)
        throw new AppError('invalid_filter', { field: error.field, detail: error.message })
      throw error
    }
  }
  const find = createKeyedReader<store.FoundGroup>(
    async (ids) => new Map((await store.findAll(database, ids)).map((group) => [group.id, group])),
  )
  return {
    async list(actor, search) {
      requirePermission(actor, 'groups.read')
      return database.query<store.FoundGroup>(compiled(() => store.searchQuery(search)))
    },
    async count(actor, where, viewer) {
      requirePermission(actor, 'groups.read')
      const [row] = await database.query<{ count: number }>(compiled(() => store.searchCount(where, viewer)))
      return row?.count ?? 0
    },
    async get(actor, id) {
      requirePermission(actor, 'groups.read')
      const group = await find(parseId(id) ?? '')
      if (group === undefined) throw new AppError('not_found', { field: 'id' })
      return group
    },
    async findNamed(actor, name) {
      requirePermission(actor, 'groups.read')
      const [group] = await findByNames(database, [name.trim().toLowerCase()])
      return group === undefined ? undefined : find(group.id)
    },
    async known(actor, ids) {
      requirePermission(actor, 'groups.read')
      const found = await findMany(
        database,
        ids.flatMap((id) => parseId(id) ?? []),
      )
      return new Set(found.map(({ id }) => id))
    },
    ...membership(database),
  }
}

function membership(
  database: Database,
): Pick<GroupSearchService, 'membersOf' | 'groupsIn' | 'groupsOf' | 'countOwned'> {
  const { groupsOf, groupsOfOne } = createMembershipReaders(database)
  return {
    async membersOf(actor, groupIds, viewer) {
      requirePermission(actor, 'groups.read')
      const found: store.ShownMember[] = []
      let after: readonly [string, string] = ['', '']
      while (groupIds.length > 0 && found.length < membersShown) {
        const rows = await store.listMembersOf(database, { groupIds, after, limit: membersPerRead, viewer })
        found.push(...rows)
        const last = rows.at(-1)
        if (last === undefined || rows.length < membersPerRead) break
        after = [last.groupId, last.memberId]
      }
      return found
    },
    async groupsIn(actor, groupIds, viewer) {
      requirePermission(actor, 'groups.read')
      return groupIds.length === 0 ? [] : store.listGroupsIn(database, { groupIds, viewer, limit: groupsShown })
    },
    async groupsOf(actor, userIds, viewer) {
      requirePermission(actor, 'users.read')
      const [userId] = userIds
      return userId === undefined || userIds.length > 1 ? groupsOf(userIds, viewer) : groupsOfOne(userId, viewer)
    },
    countOwned: (integrationId) => store.countOwned(database, integrationId),
  }
}

/** The groups of users; requests about one user each are answered together where they come together. */
function createMembershipReaders(database: Database) {
  const groupsOf = async (userIds: readonly string[], viewer: string): Promise<readonly store.ShownMembership[]> =>
    userIds.length === 0 ? [] : store.listGroupsOf(database, { userIds, viewer, limit: groupsShown })
  const separator = ' '
  const memberships = createKeyedReader(async (keys) => {
    const byViewer = Map.groupBy(
      keys.map((key) => key.split(separator)),
      ([, viewer = '']) => viewer,
    )
    const found = await Promise.all(
      [...byViewer].map(async ([viewer, some]) => {
        const rows = await groupsOf(
          some.map(([userId = '']) => userId),
          viewer,
        )
        return [...Map.groupBy(rows, ({ userId }) => [userId, viewer].join(separator))]
      }),
    )
    return new Map(found.flat())
  })
  return {
    groupsOf,
    groupsOfOne: async (userId: string, viewer: string) => (await memberships([userId, viewer].join(separator))) ?? [],
  }
}
