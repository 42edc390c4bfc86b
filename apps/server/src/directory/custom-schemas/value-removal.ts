// Taking the values of an attribute away that is not declared any more. Each is a change of its user, group or resource like any other, with its
// journal row.
import { AppError } from '@lockstep/contract/app-error'
import type { Json, JsonObject } from '@lockstep/kernel/json'
import { isJsonObject } from '@lockstep/kernel/json'
import type { GroupSearchService } from '../groups/group-search.service.ts'
import type { GroupService } from '../groups/group.service.ts'
import type { ChangeOrigin } from '../journal/journal.rules.ts'
import { readFurther, toFurther } from '../users/further-attributes.rules.ts'
import type { UserSearchService } from '../users/user-search.service.ts'
import type { UserService } from '../users/user.service.ts'
import type { Place } from './attribute-place.rules.ts'
import type { CustomResourceService } from './custom-resource.service.ts'

export interface ValueHolders {
  readonly users: Pick<UserService, 'change'>
  readonly userSearch: Pick<UserSearchService, 'list'>
  readonly groups: Pick<GroupService, 'change'>
  readonly groupSearch: Pick<GroupSearchService, 'list'>
  readonly resources: Pick<CustomResourceService, 'list' | 'count' | 'change' | 'remove'>
}

/** At once; users are written in batches. */
const holdersPerRound = 100
/** Groups are looked for as no client in particular sees them. */
const nobody = ''

/** Takes the values away, holder by holder. */
export async function discardValues(holders: ValueHolders, origin: ChangeOrigin, place: Place): Promise<void> {
  await untilNone(() => discardSome(holders, origin, place))
}

/** Deletes the resources of a type. */
export async function discardResources(
  { resources }: ValueHolders,
  origin: ChangeOrigin,
  type: { readonly key: string; readonly name: string },
): Promise<void> {
  await untilNone(async () => {
    const found = await resources.list(origin.actor, type.key, { where: { all: [] }, limit: holdersPerRound })
    return together(found, (one) => resources.remove(origin, type, one))
  })
}

/** Rounds until nobody is left; one that got nothing done, because others were faster every time, ends it. */
async function untilNone(round: () => Promise<{ readonly found: number; readonly done: number }>): Promise<void> {
  for (let idle = 0; idle < 20;) {
    const { found, done } = await round()
    if (found === 0) return
    idle = done === 0 ? idle + 1 : 0
  }
  throw new AppError('revision_changed')
}

async function discardSome(
  holders: ValueHolders,
  origin: ChangeOrigin,
  { owner, ownerName, path }: Place,
): Promise<{ readonly found: number; readonly done: number }> {
  const { users, userSearch, groups, groupSearch, resources } = holders
  const search = { where: { field: path, as: 'text', operator: 'pr' }, limit: holdersPerRound } as const
  const without = (further: JsonObject | null | undefined): JsonObject | null => {
    const kept = readFurther(further)
    return toFurther({ ...kept, values: withoutValue(kept.values, path) })
  }
  if (owner === 'User')
    return together(await userSearch.list(origin.actor, { ...search, viewer: null }), (user) => {
      const set = { further: without(user.further), restrictedFields: locksWithout(user.attributes, path) }
      return users.change(origin, user.id, { input: {}, set, revision: user.revision })
    })
  if (owner === 'Group')
    return together(await groupSearch.list(origin.actor, { ...search, viewer: nobody }), ({ id, revision, further }) =>
      groups.change(origin, id, { input: { further: without(further) }, revision }),
    )
  return together(await resources.list(origin.actor, owner, search), (present) => {
    const input = { content: withoutValue(present.content, path), externalIds: present.externalIds }
    return resources.change(origin, { key: owner, name: ownerName }, { present, input })
  })
}

/** What is not there any more nobody keeps for themselves, whoever did: the locks go in the same change. Undefined where there are none. */
function locksWithout(attributes: JsonObject, path: readonly string[]): Json | undefined {
  const rows = attributes['restrictedFields']
  if (!Array.isArray(rows)) return undefined
  const place = path.join(':')
  return (rows as readonly Json[]).filter((row) => {
    const field = isJsonObject(row) && typeof row['field'] === 'string' ? row['field'] : ''
    return field !== place && !(path.length === 1 && field.startsWith(`${place}:`))
  })
}

/** Who changed or went meanwhile is looked at again in the next round. */
async function together<T>(
  found: readonly T[],
  change: (one: T) => Promise<unknown>,
): Promise<{ readonly found: number; readonly done: number }> {
  const done = await Promise.all(
    found.map(async (one) => {
      try {
        await change(one)
        return true
      } catch (error) {
        if (error instanceof AppError && (error.code === 'revision_changed' || error.code === 'not_found')) return false
        throw error
      }
    }),
  )
  return { found: found.length, done: done.filter(Boolean).length }
}

/** An object without what stands at a path; what is left empty goes too. */
function withoutValue(values: JsonObject, [head = '', ...rest]: readonly string[]): JsonObject {
  const { [head]: value, ...others } = values
  if (rest.length === 0 || !isJsonObject(value)) return rest.length === 0 ? others : values
  const inner: Json = withoutValue(value, rest)
  return Object.keys(inner).length === 0 ? others : { ...others, [head]: inner }
}
