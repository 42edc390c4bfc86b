// Groups by conditions on their attributes, as clients with schemas of their own ask for them, and what is shown beside them.
import type { Actor } from '@lockstep/contract/access'
import { AppError } from '@lockstep/contract/app-error'
import { parseId } from '@lockstep/kernel/ids'
import { ConditionError } from '../../platform/db/compose.ts'
import type { Database, Query } from '../../platform/db/database.ts'
import { requirePermission } from '../access/access.rules.ts'
import * as store from './group-attributes.store.ts'

/** Refusals are AppErrors. */
export interface GroupSearchService {
  list(actor: Actor, search: store.GroupSearch): Promise<readonly store.FoundGroup[]>
  count(actor: Actor, where: store.GroupSearch['where']): Promise<number>
  get(actor: Actor, id: string): Promise<store.FoundGroup>
  /** The members of some groups, each once; without those whose deletion by the viewer is held. */
  membersOf(actor: Actor, groupIds: readonly string[], viewer: string): Promise<readonly store.ShownMember[]>
  groupsOf(actor: Actor, userIds: readonly string[]): Promise<readonly store.ShownMembership[]>
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
  return {
    async list(actor, search) {
      requirePermission(actor, 'groups.read')
      return database.query<store.FoundGroup>(compiled(() => store.searchQuery(search)))
    },
    async count(actor, where) {
      requirePermission(actor, 'groups.read')
      const [row] = await database.query<{ count: number }>(compiled(() => store.searchCount(where)))
      return row?.count ?? 0
    },
    async get(actor, id) {
      requirePermission(actor, 'groups.read')
      const group = await store.find(database, parseId(id) ?? '')
      if (group === undefined) throw new AppError('not_found', { field: 'id' })
      return group
    },
    async membersOf(actor, groupIds, viewer) {
      requirePermission(actor, 'groups.read')
      const found: store.ShownMember[] = []
      let after: readonly [string, string] = ['', '']
      while (groupIds.length > 0 && found.length < membersShown) {
        const rows = await store.listMembersOf(database, { groupIds, after, limit: membersPerRead, viewer })
        found.push(...rows)
        const last = rows.at(-1)
        if (last === undefined || rows.length < membersPerRead) break
        after = [last.groupId, last.userId]
      }
      return found
    },
    async groupsOf(actor, userIds) {
      requirePermission(actor, 'users.read')
      return userIds.length === 0 ? [] : store.listGroupsOf(database, userIds, groupsShown)
    },
  }
}
