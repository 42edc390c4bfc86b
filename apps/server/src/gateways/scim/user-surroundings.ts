// What is shown beside users and follows from elsewhere: their groups, and the names of their managers.
import { parseId } from '@lockstep/kernel/ids'
import { isJsonObject, type Json, type JsonObject } from '@lockstep/kernel/json'
import type { GroupSearchService } from '../../directory/groups/group-search.service.ts'
import type { UserService } from '../../directory/users/user.service.ts'
import type { IsShown, Stored } from './resource-store.ts'
import type { Caller } from './scim-request.ts'
import { enterpriseUrn } from './user-schemas.ts'

export interface SurroundingOptions {
  readonly users: Pick<UserService, 'findMany'>
  readonly groupSearch: Pick<GroupSearchService, 'groupsOf'>
}

interface Shown {
  readonly rows: readonly Stored[]
  readonly isShown: IsShown
}

/** The groups of users, and the names of their managers. */
export async function shownWithUsers(
  { users, groupSearch }: SurroundingOptions,
  { actor, baseUrl, integration }: Caller,
  { rows, isShown }: Shown,
): Promise<ReadonlyMap<string, JsonObject>> {
  const ids = rows.filter(({ isNew }) => isNew !== true).map(({ id }) => id)
  const memberships = ids.length > 0 && isShown('groups') ? await groupSearch.groupsOf(actor, ids, integration.id) : []
  const groupsOf = Map.groupBy(memberships, ({ userId }) => userId)
  const managerIds = rows.map(({ resource }) => managerOf(resource)).filter((id) => id !== undefined)
  const managers = managerIds.length === 0 ? [] : await users.findMany([...new Set(managerIds)])
  const names = new Map<string, string>(managers.map((user) => [user.id, user.displayname]))
  return new Map(
    rows.map(({ id, resource }) => {
      const groups = (groupsOf.get(id) ?? []).map(({ groupId, display, isDirect }) => ({
        value: groupId,
        $ref: `${baseUrl}/Groups/${groupId}`,
        display,
        type: isDirect ? 'direct' : 'indirect',
      }))
      const managerId = managerOf(resource)
      const enterprise = resource[enterpriseUrn]
      const name = managerId === undefined ? undefined : names.get(managerId)
      const more: Record<string, Json> = groups.length === 0 ? {} : { groups }
      if (managerId !== undefined && name !== undefined && isJsonObject(enterprise)) {
        const manager = {
          value: managerId,
          $ref: `${baseUrl}/Users/${managerId}`,
          ...(name === '' ? {} : { displayName: name }),
        }
        more[enterpriseUrn] = { ...enterprise, manager }
      }
      return [id, more]
    }),
  )
}

function managerOf(resource: JsonObject): string | undefined {
  const enterprise = resource[enterpriseUrn]
  const manager = isJsonObject(enterprise) ? enterprise['manager'] : undefined
  return isJsonObject(manager) ? parseId(manager['value']) : undefined
}
