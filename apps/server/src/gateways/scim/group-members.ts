// Members of groups: users and groups that are in a group by themselves. What an integration's guard keeps is gone for the integration.
import type { GroupInput } from '../../directory/groups/group.rules.ts'
import type { GroupSearchService } from '../../directory/groups/group-search.service.ts'
import type { GroupService } from '../../directory/groups/group.service.ts'
import type { MemberHoldService } from '../../directory/groups/member-hold.service.ts'
import type { MemberSetService } from '../../directory/groups/member-set.service.ts'
import type { UserService } from '../../directory/users/user.service.ts'
import type { TakeawayService } from '../../processes/integrations/takeaway.service.ts'
import { parseId } from '@lockstep/kernel/ids'
import type { Json, JsonObject } from '@lockstep/kernel/json'
import type { FoundGroup } from './condition.ts'
import type { SetChange } from './patch-set.ts'
import { quoted, ScimRefusal } from './scim-refusal.ts'
import type { Caller } from './scim-request.ts'

export interface MemberOptions {
  readonly groups: Pick<GroupService, 'countMembers'>
  readonly groupSearch: GroupSearchService
  readonly memberSets: MemberSetService
  readonly memberHolds: Pick<MemberHoldService, 'hold'>
  readonly users: UserService
  readonly takeaways: Pick<TakeawayService, 'askGroup' | 'askMembers' | 'withdraw' | 'withdrawMembers'>
}

/** The members of some groups as clients see them, by group. */
export async function shownMembers(
  { groupSearch }: Pick<MemberOptions, 'groupSearch'>,
  { actor, baseUrl, integration }: Caller,
  ids: readonly string[],
): Promise<ReadonlyMap<string, JsonObject>> {
  const users = await groupSearch.membersOf(actor, ids, integration.id)
  const groups = await groupSearch.groupsIn(actor, ids, integration.id)
  const members = new Map<string, Json[]>()
  for (const [type, found] of [['User', users] as const, ['Group', groups] as const])
    for (const { groupId, memberId, display } of found) {
      const shown = members.get(groupId) ?? []
      shown.push({ value: memberId, $ref: `${baseUrl}/${type}s/${memberId}`, type, display })
      members.set(groupId, shown)
    }
  return new Map([...members].map(([groupId, shown]) => [groupId, { members: shown }]))
}

/** The changes of members with those who exist. Whoever does not is left out, or refused where values are checked; the group itself always is. */
export async function checkedSets(
  { users, groupSearch }: Pick<MemberOptions, 'users' | 'groupSearch'>,
  { actor, profile }: Caller,
  { sets, groupId }: { readonly sets: readonly SetChange[]; readonly groupId?: string },
): Promise<readonly SetChange[]> {
  const named = new Set(sets.filter(({ verb }) => verb !== 'remove').flatMap(({ values }) => values))
  const ids = [...named].flatMap((id) => parseId(id) ?? [])
  if (groupId !== undefined && (ids as readonly string[]).includes(groupId))
    throw new ScimRefusal('invalidValue', `members: ${quoted(groupId)} is the group itself.`)
  const known = new Set<string>(ids.length === 0 ? [] : (await users.findMany(ids)).map(({ id }) => id))
  const others = ids.filter((id) => !known.has(id))
  for (const id of others.length === 0 ? [] : await groupSearch.known(actor, others)) known.add(id)
  const isKnown = (id: string): boolean => known.has(parseId(id) ?? '')
  const unknown = [...named].find((id) => !isKnown(id))
  if (unknown === undefined) return sets
  if (profile.checksValues)
    throw new ScimRefusal('invalidValue', `members: there is no user or group ${quoted(unknown)}.`)
  return sets.map((set) => (set.verb === 'remove' ? set : { ...set, values: set.values.filter(isKnown) }))
}

interface WantedGroup {
  readonly group: FoundGroup
  readonly input: GroupInput
  readonly sets: readonly SetChange[]
  /** The members have to be those that the group had. */
  readonly isConditional: boolean
}

/** Changes a group and its members; whoever the guard keeps stays, and is gone for the client. */
export async function changeMembers(
  options: MemberOptions,
  caller: Caller,
  { group, input, sets: wanted, isConditional }: WantedGroup,
): Promise<void> {
  const { memberSets, memberHolds, takeaways } = options
  const { origin, integration } = caller
  const sets = await checkedSets(options, caller, { sets: wanted, groupId: group.id })
  const held = await keptMembers(options, caller, { group, sets })
  const { id, revision, lastChange } = group
  const seen = { revision, ...(isConditional ? { lastChange } : {}) }
  await memberSets.change(origin, id, { input, ...seen, sets: held.size === 0 ? sets : keeping(sets, held) })
  const hold = { integrationId: integration.id, groupId: group.id, memberIds: [...held] }
  if (held.size > 0) await memberHolds.hold(origin, group, hold)
  const back = group.hasHeld ? sets.flatMap(({ verb, values }) => (verb === 'remove' ? [] : values)) : []
  if (back.length > 0) await takeaways.withdrawMembers(integration, group.id, back)
}

/** Who would leave and may not now. The guard is asked once in a request, however often the change is decided anew. */
async function keptMembers(
  { memberSets, takeaways }: MemberOptions,
  { origin, integration, notes }: Caller,
  { group, sets }: Pick<WantedGroup, 'group' | 'sets'>,
): Promise<ReadonlySet<string>> {
  if (integration.guard === 'off') return new Set()
  const { users, groups } = await memberSets.leaving(group.id, sets)
  const keyOf = (id: string): string => `leave ${group.id} ${id}`
  const isNew = ({ id }: { readonly id: string }): boolean => !notes.verdicts.has(keyOf(id))
  const leaving = { users: users.filter(isNew), groups: groups.filter(isNew) }
  const free = await takeaways.askMembers(origin, { integration, group, leaving })
  for (const { id } of [...leaving.users, ...leaving.groups])
    notes.verdicts.set(keyOf(id), free.has(id) ? 'now' : 'held')
  const kept = [...users, ...groups].map(({ id }) => id).filter((id) => notes.verdicts.get(keyOf(id)) === 'held')
  if (kept.length > 0) notes.isHeld = true
  return new Set(kept)
}

function keeping(sets: readonly SetChange[], held: ReadonlySet<string>): readonly SetChange[] {
  return sets.map((set) => {
    if (set.verb === 'replace') return { ...set, values: [...set.values, ...held] }
    return set.verb === 'remove' ? { ...set, values: set.values.filter((id) => !held.has(parseId(id) ?? id)) } : set
  })
}

/** Whether a group may be deleted now. */
export async function askedToDelete(
  { groups, takeaways }: MemberOptions,
  { actor, origin, integration, notes }: Caller,
  group: FoundGroup,
): Promise<'now' | 'held'> {
  if (integration.guard === 'off') return 'now'
  const key = `delete ${group.id}`
  let verdict = notes.verdicts.get(key)
  if (verdict === undefined) {
    const memberCount = await groups.countMembers(actor, group.id)
    verdict = await takeaways.askGroup(origin, { integration, group, memberCount })
    notes.verdicts.set(key, verdict)
  }
  if (verdict === 'held') notes.isHeld = true
  return verdict
}
