// Carries out what people released of what integrations had asked for, as far as it is still held for them.
import { AppError } from '@lockstep/contract/app-error'
import { systemActor } from '../../directory/access/access.rules.ts'
import type { GroupService } from '../../directory/groups/group.service.ts'
import type { MemberHoldService } from '../../directory/groups/member-hold.service.ts'
import type { MemberSetService } from '../../directory/groups/member-set.service.ts'
import type { Integration } from '../../directory/integrations/integration.rules.ts'
import type { IntegrationService } from '../../directory/integrations/integration.service.ts'
import type { ChangeOrigin } from '../../directory/journal/journal.rules.ts'
import { type HeldKind, readFurther } from '../../directory/users/further-attributes.rules.ts'
import type { UserService } from '../../directory/users/user.service.ts'
import type { Database } from '../../platform/db/database.ts'
import type { Log } from '../../platform/log/log.ts'
import type { ReleasedItem, SettledItem } from '../plans/plan.rules.ts'
import { takeAway } from './take-away.ts'

export interface ReleaseOptions {
  readonly database: Database
  readonly log: Log
  readonly users: Pick<UserService, 'findMany' | 'change' | 'remove'>
  readonly groups: Pick<GroupService, 'get' | 'remove'>
  readonly memberSets: Pick<MemberSetService, 'remove'>
  readonly memberHolds: Pick<MemberHoldService, 'among' | 'end'>
  readonly integrations: Pick<IntegrationService, 'find'>
}

/** Some released items of one integration and plan. */
interface Release {
  readonly integration: Integration
  readonly origin: ChangeOrigin
}

const changeAttempts = 20

/** Does what was released and says what became of each item. Memberships of a group end together. */
export async function carryOut(
  options: ReleaseOptions,
  items: readonly ReleasedItem[],
  signal: AbortSignal,
): Promise<readonly SettledItem[]> {
  const settled: SettledItem[] = []
  const together = Map.groupBy(items, (item) =>
    item.kind === 'remove_member' ? `${item.planId} ${item.key}` : item.itemId,
  )
  for (const those of together.values()) {
    signal.throwIfAborted()
    settled.push(...(await carryOutTogether(options, those)))
  }
  return settled
}

async function carryOutTogether(options: ReleaseOptions, items: readonly ReleasedItem[]): Promise<SettledItem[]> {
  const { integrations, log } = options
  const [first] = items
  if (first === undefined) return []
  const { planId, sourceId, kind, subjectId } = first
  const integration = await integrations.find(sourceId)
  // Of an integration that is gone nothing is held any more.
  if (integration === undefined) return items.map(({ itemId }) => ({ itemId, state: 'withdrawn' }))
  const text = `Released, as "${integration.name}" had asked`
  const release: Release = {
    integration,
    origin: { actor: systemActor('integrations'), cause: { kind: 'plan', planId, text } },
  }
  try {
    const done = await doneOf(options, release, items)
    return items.map(({ itemId, subjectId: id }) => ({ itemId, state: done.has(id) ? 'applied' : 'withdrawn' }))
  } catch (error) {
    log.warn({ err: error, planId, subjectId, kind }, 'a released change of an integration could not be made')
    const words = error instanceof AppError ? error.message : 'It could not be done.'
    return items.map(({ itemId }) => ({ itemId, state: 'failed', error: words }))
  }
}

/** The subjects of the items for whom it was done; for the others it is not held any more. */
async function doneOf(
  options: ReleaseOptions,
  release: Release,
  items: readonly ReleasedItem[],
): Promise<ReadonlySet<string>> {
  const [first] = items
  if (first === undefined) return new Set()
  if (first.kind === 'remove_member') return endMemberships(options, release, items)
  const isDone =
    first.kind === 'delete_group'
      ? await deleteGroup(options, release, first.subjectId)
      : await takeUserAway(options, release, first)
  return new Set(isDone ? [first.subjectId] : [])
}

async function takeUserAway(
  { users }: ReleaseOptions,
  { integration, origin }: Release,
  { subjectId, kind: released }: ReleasedItem,
): Promise<boolean> {
  const kind: HeldKind = released === 'delete' ? 'delete' : 'suspend'
  for (let attempt = 1; ; attempt += 1) {
    const [user] = await users.findMany([subjectId])
    if (user === undefined || readFurther(user.further).held?.[integration.id] !== kind) return false
    try {
      await takeAway(users, origin, { user, kind, integration })
      return true
    } catch (error) {
      const isLate = error instanceof AppError && error.code === 'revision_changed' && attempt < changeAttempts
      if (!isLate) throw error
    }
  }
}

async function deleteGroup(
  { groups }: ReleaseOptions,
  { integration, origin }: Release,
  groupId: string,
): Promise<boolean> {
  try {
    const group = await groups.get(origin.actor, groupId)
    if (readFurther(group.further).held?.[integration.id] !== 'delete') return false
    await groups.remove(origin, groupId)
    return true
  } catch (error) {
    if (error instanceof AppError && error.code === 'not_found') return false
    throw error
  }
}

async function endMemberships(
  { database, memberSets, memberHolds }: ReleaseOptions,
  { integration, origin }: Release,
  items: readonly ReleasedItem[],
): Promise<ReadonlySet<string>> {
  const groupId = items[0]?.key ?? ''
  const asked = { integrationId: integration.id, groupId, memberIds: items.map(({ subjectId }) => subjectId) }
  const memberIds = await memberHolds.among(asked)
  if (memberIds.length === 0) return new Set()
  await memberSets.remove(origin, groupId, memberIds)
  await memberHolds.end(database, { ...asked, memberIds })
  return new Set(memberIds)
}
