// Groups as resources of this protocol. Members are sets: what a change says of them is carried out without reading the others.
import { AppError } from '@lockstep/contract/app-error'
import { parseId } from '@lockstep/kernel/ids'
import { isJsonObject, type Json, type JsonObject } from '@lockstep/kernel/json'
import type { GroupInput } from '../../directory/groups/group.rules.ts'
import type { GroupSearchService } from '../../directory/groups/group-search.service.ts'
import type { FoundGroup } from './condition.ts'
import type { GroupService } from '../../directory/groups/group.service.ts'
import type { MemberSetService } from '../../directory/groups/member-set.service.ts'
import { readFurther, toFurther } from '../../directory/users/further-attributes.rules.ts'
import type { UserService } from '../../directory/users/user.service.ts'
import type { AttributeColumns } from './filter-condition.ts'
import { groupType, hubGroupUrn } from './group-schemas.ts'
import type { SetChange } from './patch-set.ts'
import { type Owners, requireOwn } from './ownership.ts'
import type { ResourceStore, Stored, Wanted } from './resource-store.ts'
import type { Caller } from './scim-request.ts'
import { quoted, ScimRefusal } from './scim-refusal.ts'

export interface ScimGroupOptions {
  readonly groups: Pick<GroupService, 'remove' | 'get'>
  readonly groupSearch: GroupSearchService
  readonly memberSets: MemberSetService
  readonly users: UserService
  readonly integrations: Owners
}

interface StoredGroup extends Stored {
  readonly group: FoundGroup
}

export function createScimGroups(options: ScimGroupOptions): ResourceStore {
  const { groups, groupSearch, memberSets, integrations } = options
  const get = async (caller: Caller, id: string): Promise<StoredGroup> =>
    stored(caller, await groupSearch.get(caller.actor, id))
  return {
    type: groupType,
    columns: ({ integration }) => groupColumns(integration.id),
    get,
    list: async (caller, listing) =>
      (await groupSearch.list(caller.actor, listing)).map((group) => stored(caller, group)),
    count: (caller, where) => groupSearch.count(caller.actor, where),
    async computed({ actor, baseUrl, integration }, rows, isShown) {
      const ids = rows.map(({ id }) => id)
      const members = isShown('members') ? await groupSearch.membersOf(actor, ids, integration.id) : []
      const byGroup = Map.groupBy(members, ({ groupId }) => groupId)
      return new Map(
        [...byGroup].map(([groupId, found]) => {
          const shown = found.map(({ userId, display }) => ({
            value: userId,
            $ref: `${baseUrl}/Users/${userId}`,
            type: 'User',
            display,
          }))
          return [groupId, { members: shown }]
        }),
      )
    },
    async create(caller, wanted) {
      const sets = await checkedSets(options, caller, wanted.sets)
      const input = inputOf(wanted, undefined, caller.integration.id)
      const members = sets.flatMap(({ values }) => values)
      const group = await memberSets.create(caller.origin, input, members)
      return get(caller, group.id)
    },
    async change(caller, present, wanted) {
      const { group } = present as StoredGroup
      await requireOwn(integrations, caller, { madeBy: readFurther(group.further).madeBy, name: group.name })
      const sets = await checkedSets(options, caller, wanted.sets)
      const input = inputOf(wanted, group, caller.integration.id)
      await memberSets.change(caller.origin, group.id, { input, revision: group.revision, sets })
      return get(caller, group.id)
    },
    async remove(caller, present) {
      const { group } = present as StoredGroup
      await requireOwn(integrations, caller, { madeBy: readFurther(group.further).madeBy, name: group.name })
      await groups.remove(caller.origin, present.id)
    },
  }
}

function stored({ integration }: Caller, group: FoundGroup): StoredGroup {
  const { values, externalIds } = readFurther(group.further)
  const externalId = externalIds[integration.id]
  const { description, email, membershipMethod } = group
  const resource: JsonObject = {
    ...values,
    displayName: group.name,
    ...(externalId === undefined ? {} : { externalId }),
    [hubGroupUrn]: {
      membershipMethod,
      ...(description === '' ? {} : { description }),
      ...(email === '' ? {} : { email }),
    },
  }
  const lastChanged = group.lastChanged ?? group.updated
  return {
    id: group.id,
    resource,
    created: group.created,
    lastModified: lastChanged > group.updated ? lastChanged : group.updated,
    version: `${group.revision}-${group.lastChange}`,
    sortValue: group.sortValue,
    group,
  }
}

function inputOf({ resource }: Wanted, group: FoundGroup | undefined, integrationId: string): GroupInput {
  const { displayName, externalId, members: _members, id: _id, meta: _meta, [hubGroupUrn]: hub, ...values } = resource
  const known = readFurther(group?.further)
  const { [integrationId]: _mine, ...others } = known.externalIds
  const externalIds = typeof externalId === 'string' ? { ...others, [integrationId]: externalId } : others
  const madeBy = group === undefined ? integrationId : known.madeBy
  const textIn = (name: string): string => {
    const value: Json | undefined = isJsonObject(hub) ? hub[name] : undefined
    return typeof value === 'string' ? value : ''
  }
  return {
    name: typeof displayName === 'string' ? displayName : '',
    description: textIn('description'),
    email: textIn('email'),
    further: toFurther({ values, externalIds, ...(madeBy === undefined ? {} : { madeBy }) }),
  }
}

const columns: Readonly<Record<string, string>> = {
  id: 'id',
  displayName: 'name',
  'meta.created': 'created',
  'meta.lastModified': 'updated',
  members: 'members',
  [`${hubGroupUrn}.description`]: 'description',
  [`${hubGroupUrn}.email`]: 'email',
  [`${hubGroupUrn}.membershipMethod`]: 'membershipMethod',
}

function groupColumns(integrationId: string): AttributeColumns {
  return {
    fieldOf({ urn, attribute, sub }) {
      if (attribute.name === 'externalId') return ['externalId', integrationId]
      const path = [...(urn === undefined ? [] : [urn]), attribute.name, ...(sub === undefined ? [] : [sub.name])]
      const key = path.join('.')
      if (key === 'meta.location' || key === 'meta.version') return undefined
      return Object.hasOwn(columns, key) ? columns[key] : path
    },
  }
}

/** The changes of members with users alone. Whoever is none is left out, or refused where values are checked; a group always is. */
async function checkedSets(
  { users, groups }: ScimGroupOptions,
  { actor, profile }: Caller,
  sets: readonly SetChange[],
): Promise<readonly SetChange[]> {
  const named = new Set(sets.filter(({ verb }) => verb !== 'remove').flatMap(({ values }) => values))
  const ids = [...named].map((id) => parseId(id)).filter((id) => id !== undefined)
  const known = new Set<string>(ids.length === 0 ? [] : (await users.findMany(ids)).map(({ id }) => id))
  const unknown = [...named].filter((id) => !known.has(parseId(id) ?? ''))
  for (const id of unknown) {
    if (profile.checksValues) throw new ScimRefusal('invalidValue', `members: there is no user ${quoted(id)}.`)
    if (await isGroup(groups, actor, id))
      throw new ScimRefusal('invalidValue', `members: ${quoted(id)} is a group, and groups have users as members.`)
  }
  if (unknown.length === 0) return sets
  return sets.map((set) => ({
    ...set,
    values: set.values.filter((id) => set.verb === 'remove' || known.has(parseId(id) ?? '')),
  }))
}

async function isGroup(groups: Pick<GroupService, 'get'>, actor: Caller['actor'], id: string): Promise<boolean> {
  if (parseId(id) === undefined) return false
  try {
    await groups.get(actor, id)
    return true
  } catch (error) {
    if (error instanceof AppError && error.code === 'not_found') return false
    throw error
  }
}
