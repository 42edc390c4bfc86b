// Users as resources of this protocol.
import { AppError } from '@lockstep/contract/app-error'
import type { Clock } from '@lockstep/kernel/clock'
import { parseId } from '@lockstep/kernel/ids'
import { isJsonObject, type Json, type JsonObject } from '@lockstep/kernel/json'
import type { GroupSearchService } from '../../directory/groups/group-search.service.ts'
import { readFurther, toFurther } from '../../directory/users/further-attributes.rules.ts'
import type { User } from '../../directory/users/user.rules.ts'
import type { UserSearchService } from '../../directory/users/user-search.service.ts'
import type { UserService } from '../../directory/users/user.service.ts'
import type { IsShown, ResourceStore, Stored, Wanted } from './resource-store.ts'
import type { Caller } from './scim-request.ts'
import { userColumns } from './user-fields.ts'
import { toChange, toResource, type UserChange, withManager } from './user-mapping.ts'
import { enterpriseUrn, userType } from './user-schemas.ts'

export interface ScimUserOptions {
  readonly users: UserService
  readonly userSearch: UserSearchService
  readonly groupSearch: GroupSearchService
  readonly clock: Clock
}

/** Where imported users come from, in JumpCloud's words. */
const creationSource = 'jumpcloud:scim'

interface StoredUser extends Stored {
  readonly user: User
}

export function createScimUsers({ users, userSearch, groupSearch, clock }: ScimUserOptions): ResourceStore {
  const stored = (caller: Caller, user: User & { readonly sortValue?: string | null }): StoredUser => ({
    id: user.id,
    resource: toResource(user, caller.integration.id),
    created: user.created,
    lastModified: user.updated,
    version: String(user.revision),
    sortValue: user.sortValue ?? null,
    user,
  })
  const settled = async (change: UserChange): Promise<Pick<UserChange, 'input' | 'set'>> => {
    const id = parseId(change.manager)
    return withManager(change, id !== undefined && (await users.findMany([id])).length > 0)
  }
  const get = async (caller: Caller, id: string): Promise<StoredUser> => {
    const user = await users.get(caller.actor, id)
    // Whom a client took for deleted is not there, though the hub keeps them.
    if (readFurther(user.further).removedBy !== undefined) throw new AppError('not_found', { field: 'id' })
    return stored(caller, user)
  }
  const create = async (caller: Caller, { resource }: Wanted): Promise<Stored> => {
    const rules = { ...caller.integration, now: clock.now() }
    const { input, set } = await settled(toChange(resource, undefined, rules))
    try {
      return stored(caller, await users.create(caller.origin, input, { ...set, creationSource }))
    } catch (error) {
      const former = isTaken(error) ? await formerUser(input) : undefined
      if (former === undefined) throw error
      const { state, ...fields } = input
      const suspended = state === 'SUSPENDED'
      return stored(caller, await users.change(caller.origin, former.id, { input: { ...fields, suspended }, set }))
    }
  }
  /** The user whom a client took for deleted and now makes again. */
  const formerUser = async (input: UserChange['input']): Promise<User | undefined> =>
    userSearch.findRemoved({ username: textOf(input['username']), email: textOf(input['email']) })
  return {
    type: userType,
    columns: ({ integration }) => userColumns(integration),
    get,
    list: async (caller, listing) => (await userSearch.list(caller.actor, listing)).map((user) => stored(caller, user)),
    count: (caller, where) => userSearch.count(caller.actor, where),
    computed: (caller, rows, isShown) => computed({ users, groupSearch }, caller, { rows, isShown }),
    create,
    async change(caller, present, { resource }) {
      const { user } = present as StoredUser
      const rules = { ...caller.integration, now: clock.now() }
      const was = { resource: present.resource, user }
      const { input, set } = await settled(toChange(resource, was, rules))
      return stored(caller, await users.change(caller.origin, user.id, { input, set, revision: user.revision }))
    },
    async remove(caller, present) {
      const { user } = present as StoredUser
      if (caller.integration.onDelete === 'delete') {
        await users.remove(caller.origin, user.id, { cascadeManager: null, revision: user.revision })
        return
      }
      const further = toFurther({ ...readFurther(user.further), removedBy: caller.integration.id })
      const change = { input: { suspended: true }, set: { further }, revision: user.revision }
      await users.change(caller.origin, user.id, change)
    },
  }
}

function isTaken(error: unknown): boolean {
  return error instanceof AppError && (error.code === 'username_taken' || error.code === 'email_taken')
}

function textOf(value: unknown): string {
  return typeof value === 'string' ? value : ''
}

interface Shown {
  readonly rows: readonly Stored[]
  readonly isShown: IsShown
}

/** The groups of users, and the names of their managers. */
async function computed(
  { users, groupSearch }: Pick<ScimUserOptions, 'users' | 'groupSearch'>,
  { actor, baseUrl }: Caller,
  { rows, isShown }: Shown,
): Promise<ReadonlyMap<string, JsonObject>> {
  const ids = rows.map(({ id }) => id)
  const memberships = isShown('groups') ? await groupSearch.groupsOf(actor, ids) : []
  const managerIds = rows.map(({ resource }) => managerOf(resource)).filter((id) => id !== undefined)
  const managers = managerIds.length === 0 ? [] : await users.findMany([...new Set(managerIds)])
  const names = new Map<string, string>(managers.map((user) => [user.id, user.displayname]))
  return new Map(
    rows.map(({ id, resource }) => {
      const groups = memberships
        .filter(({ userId }) => userId === id)
        .map(({ groupId, display, isDirect }) => ({
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
