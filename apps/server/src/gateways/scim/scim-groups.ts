// Groups as resources of this protocol. Members are sets: what a change says of them is carried out without reading the others.
import { AppError } from '@lockstep/contract/app-error'
import { isJsonObject, type Json, type JsonObject } from '@lockstep/kernel/json'
import type { GroupInput } from '../../directory/groups/group.rules.ts'
import type { FoundGroup } from './condition.ts'
import type { GroupService } from '../../directory/groups/group.service.ts'
import { readFurther, toFurther } from '../../directory/users/further-attributes.rules.ts'
import { withoutHeld } from '../../processes/integrations/take-away.ts'
import type { AttributeColumns } from './filter-condition.ts'
import { hubGroupUrn } from './group-schemas.ts'
import { askedToDelete, changeMembers, checkedSets, type MemberOptions, shownMembers } from './group-members.ts'
import { type Owners, requireOwn } from './ownership.ts'
import type { ResourceStore, Stored, Wanted } from './resource-store.ts'
import type { ResourceType } from './schema.ts'
import type { Caller } from './scim-request.ts'

export interface ScimGroupOptions extends MemberOptions {
  readonly groups: Pick<GroupService, 'remove' | 'change' | 'countMembers'>
  readonly integrations: Owners
}

interface StoredGroup extends Stored {
  readonly group: FoundGroup
}

export function createScimGroups(options: ScimGroupOptions, type: ResourceType): ResourceStore {
  const { groups, groupSearch, memberSets, integrations } = options
  const get = async (caller: Caller, id: string): Promise<StoredGroup> => {
    const group = await groupSearch.get(caller.actor, id)
    // What a client took for deleted is not there for it, though that is held.
    if (isHeld(caller, group)) throw new AppError('not_found', { field: 'id' })
    return stored(caller, group)
  }
  return {
    type,
    columns: ({ integration }) => groupColumns(integration.id),
    get,
    list: async (caller, listing) =>
      (await groupSearch.list(caller.actor, { ...listing, viewer: caller.integration.id })).map((group) =>
        stored(caller, group),
      ),
    count: (caller, where) => groupSearch.count(caller.actor, where, caller.integration.id),
    async computed(caller, rows, isShown) {
      const ids = rows.map(({ id }) => id)
      return isShown('members') ? shownMembers(options, caller, ids) : new Map()
    },
    async create(caller, wanted) {
      const sets = await checkedSets(options, caller, { sets: wanted.sets })
      const input = inputOf(wanted, undefined, caller.integration.id)
      const members = sets.flatMap(({ values }) => values)
      try {
        const group = await memberSets.create(caller.origin, input, members)
        return await get(caller, group.id)
      } catch (error) {
        if (!(error instanceof AppError && error.code === 'group_name_taken')) throw error
        const former = await groupSearch.findNamed(caller.actor, input.name ?? '')
        if (former === undefined || !isHeld(caller, former)) throw error
        return comeBack(options, caller, { former, wanted })
      }
    },
    async change(caller, present, wanted) {
      const { group } = present as StoredGroup
      await requireOwn(integrations, caller, { madeBy: readFurther(group.further).madeBy, name: group.name })
      const input = inputOf(wanted, group, caller.integration.id)
      const { sets, isConditional = false } = wanted
      await changeMembers(options, caller, { group, input, sets, isConditional })
      return get(caller, group.id)
    },
    async remove(caller, present, isConditional) {
      const { group } = present as StoredGroup
      await requireOwn(integrations, caller, { madeBy: readFurther(group.further).madeBy, name: group.name })
      if ((await askedToDelete(options, caller, group)) === 'held') {
        const kept = readFurther(group.further)
        const further = toFurther({ ...kept, held: { ...kept.held, [caller.integration.id]: 'delete' } })
        await groups.change(caller.origin, group.id, { input: { further }, revision: group.revision })
        return
      }
      await groups.remove(caller.origin, present.id, isConditional ? group : undefined)
    },
  }
}

function isHeld({ integration }: Caller, { further }: FoundGroup): boolean {
  return readFurther(further).held?.[integration.id] === 'delete'
}

/** A group whose deletion is held, and that the client makes again: it is there for the client, as it was sent. */
async function comeBack(
  options: ScimGroupOptions,
  caller: Caller,
  { former, wanted }: { readonly former: FoundGroup; readonly wanted: Wanted },
): Promise<StoredGroup> {
  const group = { ...former, further: toFurther(withoutHeld(readFurther(former.further), caller.integration.id)) }
  const sets = wanted.sets.map((set) => ({ ...set, verb: 'replace' as const }))
  await changeMembers(options, caller, {
    ...{ group, sets, isConditional: false },
    input: inputOf(wanted, group, caller.integration.id),
  })
  await options.takeaways.withdraw(caller.integration, former.id)
  return stored(caller, await options.groupSearch.get(caller.actor, former.id))
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
    further: toFurther({
      ...{ values, externalIds },
      ...(madeBy === undefined ? {} : { madeBy }),
      ...(known.held === undefined ? {} : { held: known.held }),
    }),
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
