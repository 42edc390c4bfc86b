// The guard of clients that provision. A suspension or deletion of a user, the deletion of a group, or the end of a membership within the
// integration's limit is done at once. Beyond it, it waits in the integration's quarantined plan while the client is answered as if it were
// done: the user or group carries the mark `held`, the membership is held, so that the client reads back what it asked for. A release carries
// it out; what the client takes back before is withdrawn; what a person dismisses stays marked, so that the client does not ask for it again
// and again.
import { AppError } from '@lockstep/contract/app-error'
import type { Clock } from '@lockstep/kernel/clock'
import type { GroupSearchService } from '../../directory/groups/group-search.service.ts'
import type { Leaving } from '../../directory/groups/member-leaving.service.ts'
import type { Integration } from '../../directory/integrations/integration.rules.ts'
import type { ChangeOrigin } from '../../directory/journal/journal.rules.ts'
import type { JournalService } from '../../directory/journal/journal.service.ts'
import type { HeldKind } from '../../directory/users/further-attributes.rules.ts'
import type { User } from '../../directory/users/user.rules.ts'
import type { UserSearchService } from '../../directory/users/user-search.service.ts'
import type { GuardedItem, PlanSource } from '../plans/plan.rules.ts'
import type { PlanService } from '../plans/plan.service.ts'
import { carryOut, type ReleaseOptions } from './takeaway-release.ts'
import { lockDecisions } from './takeaway.store.ts'

/** What an integration is about to do to a user. */
export interface Takeaway {
  readonly integration: Integration
  readonly user: User
  readonly kind: HeldKind
}

/** What an integration is about to do to a group. */
export interface GroupTakeaway {
  readonly integration: Integration
  readonly group: { readonly id: string; readonly name: string }
}

type Owner = Pick<Integration, 'id' | 'name'>

export interface TakeawayService {
  /** Whether it may be done now, and counts it then; what may not waits in a plan, or is refused with `guard_refuses`. */
  ask(origin: ChangeOrigin, takeaway: Takeaway): Promise<'now' | 'held'>
  /** Whether a group may be deleted now; that takes away the group, and as many memberships as it has members. */
  askGroup(origin: ChangeOrigin, takeaway: GroupTakeaway & { readonly memberCount: number }): Promise<'now' | 'held'>
  /** Which members may leave a group now, by their ids; a group among them counts as the users in it. */
  askMembers(
    origin: ChangeOrigin,
    takeaway: GroupTakeaway & { readonly leaving: Leaving },
  ): Promise<ReadonlySet<string>>
  /** The client took back what waits about a user or group. */
  withdraw(integration: Owner, subjectId: string): Promise<void>
  /** Members are in a group again, as the client sees it. */
  withdrawMembers(integration: Owner, groupId: string, memberIds: readonly string[]): Promise<void>
  /** The plan in which something about a user waits, or was kept. */
  planOf(integrationId: string, userId: string): Promise<string | undefined>
  /** Does what people released. */
  carryOutReleased(signal: AbortSignal): Promise<void>
}

export interface TakeawayOptions extends ReleaseOptions {
  readonly clock: Clock
  readonly journal: Pick<JournalService, 'record'>
  readonly announce: () => void
  readonly plans: PlanService
  readonly userSearch: Pick<UserSearchService, 'countOwned'>
  readonly groupSearch: Pick<GroupSearchService, 'countOwned'>
}

const itemsPerRound = 500
/** Counting is dear from here on, and a few users more or less do not matter then. */
const largeCount = 1_000
const countKeptMs = 60_000
/** A client that is refused asks on; one row an hour tells people. */
const refusalsToldMs = 3_600_000

export function createTakeaways(options: TakeawayOptions): TakeawayService {
  const { database, plans } = options
  const decide = deciding(options)
  return {
    async ask(origin, { integration, user, kind }) {
      const items = [itemOf(user, kind)]
      const allowed = await decide(origin, integration, { items, words: `${kind} more users` })
      return allowed.length > 0 ? 'now' : 'held'
    },
    async askGroup(origin, { integration, group, memberCount }) {
      const items = [groupItem(group, memberCount)]
      const allowed = await decide(origin, integration, { items, words: 'delete more groups' })
      return allowed.length > 0 ? 'now' : 'held'
    },
    async askMembers(origin, { integration, group, leaving }) {
      const items = memberItems(group, leaving)
      const words = 'take more members out of groups'
      const allowed = items.length === 0 ? [] : await decide(origin, integration, { items, words })
      return new Set(allowed.map(({ subjectId }) => subjectId))
    },
    async withdraw(integration, subjectId) {
      const moot = { subjectIds: [subjectId], kinds: ['suspend', 'delete', 'delete_group'] } as const
      await database.transaction((transaction) => plans.withdraw(transaction, sourceOf(integration), moot))
      options.announce()
    },
    async withdrawMembers(integration, groupId, memberIds) {
      const ended = await database.transaction(async (transaction) => {
        const held = { integrationId: integration.id, groupId, memberIds }
        const subjectIds = await options.memberHolds.end(transaction, held)
        const moot = { subjectIds, kinds: ['remove_member'], key: groupId } as const
        await plans.withdraw(transaction, sourceOf(integration), moot)
        return subjectIds.length
      })
      if (ended > 0) options.announce()
    },
    planOf: (integrationId, userId) => plans.findWaiting({ kind: 'integration', id: integrationId }, userId),
    async carryOutReleased(signal) {
      for (;;) {
        const items = await plans.listReleasedItems('integration', itemsPerRound)
        const settled = await carryOut(options, items, signal)
        await database.transaction((transaction) => plans.settle(transaction, 'integration', settled))
        if (items.length < itemsPerRound) return
      }
    },
  }
}

type Decide = (
  origin: ChangeOrigin,
  integration: Integration,
  /** The words say what the integration may not do. */
  asked: { readonly items: readonly GuardedItem[]; readonly words: string },
) => Promise<readonly GuardedItem[]>

/** Answers what may be done now; the rest is held. */
function deciding(options: TakeawayOptions): Decide {
  const { database, plans, userSearch, groupSearch } = options
  const userCountOf = ownedCounts(options, (id) => userSearch.countOwned(id))
  const membershipCountOf = ownedCounts(options, async (id) => (await groupSearch.countOwned(id)).memberships)
  const groupCountOf = ownedCounts(options, async (id) => (await groupSearch.countOwned(id)).groups)
  const tellRefusal = refusalNotices(options)
  return async (origin, integration, { items, words }) => {
    if (integration.guard === 'off') return items
    const isOfUsers = items.every(({ kind }) => kind === 'suspend' || kind === 'delete')
    const proposal = {
      source: sourceOf(integration),
      items,
      userCount: isOfUsers ? await userCountOf(integration.id) : 0,
      membershipCount: isOfUsers ? 0 : await membershipCountOf(integration.id),
      groupCount: isOfUsers ? 0 : await groupCountOf(integration.id),
      limits: { count: integration.guardCount, share: integration.guardPercent / 100, holdsHalf: false },
      refuses: integration.guard === 'refuse',
    }
    try {
      const allowed = await database.transaction(async (transaction) => {
        await lockDecisions(transaction, integration.id)
        return plans.admit(transaction, proposal)
      })
      if (allowed.length < items.length) options.announce()
      return allowed
    } catch (error) {
      if (!(error instanceof AppError && error.code === 'guard_refuses')) throw error
      await tellRefusal(origin, integration, error.message)
      const detail = `${quoted(integration.name)} may not ${words} now: ${error.message}`
      throw new AppError('guard_refuses', { detail })
    }
  }
}

function sourceOf({ id, name }: Owner): PlanSource {
  return { kind: 'integration', id, name }
}

function itemOf(user: User, kind: HeldKind): GuardedItem {
  return {
    kind,
    subjectKind: 'user',
    subjectId: user.id,
    subjectName: user.username,
    reference: { key: kind, guid: user.id },
    reason: kind === 'suspend' ? 'The client made the user inactive' : 'The client deleted the user',
    changes: { state: { before: user.state, after: kind === 'suspend' ? 'SUSPENDED' : null } },
  }
}

function groupItem({ id, name }: GroupTakeaway['group'], memberCount: number): GuardedItem {
  return {
    kind: 'delete_group',
    subjectKind: 'group',
    subjectId: id,
    subjectName: name,
    reference: { key: 'delete_group', guid: id },
    reason: 'The client deleted the group',
    counts: { groups: 1, memberships: memberCount },
    changes: { name: { before: name }, members: { before: memberCount } },
  }
}

function memberItems(group: GroupTakeaway['group'], { users, groups }: Leaving): readonly GuardedItem[] {
  const itemOfMember = (
    subjectKind: 'user' | 'group',
    { id, name, count }: { readonly id: string; readonly name: string; readonly count: number },
  ): GuardedItem => ({
    kind: 'remove_member',
    subjectKind,
    subjectId: id,
    subjectName: name,
    reference: { key: group.id, guid: id },
    reason: `The client took the ${subjectKind} out of the group ${group.name}`,
    counts: { memberships: count },
    changes: { [`group:${group.name}`]: { before: 'member' } },
  })
  return [
    ...users.map(({ id, username }) => itemOfMember('user', { id, name: username, count: 1 })),
    ...groups.map(({ id, name, userCount }) => itemOfMember('group', { id, name, count: Math.max(1, userCount) })),
  ]
}

function quoted(text: string): string {
  return `"${text}"`
}

/** How much an integration owns; a large number is remembered for a minute. */
function ownedCounts(
  { clock }: Pick<TakeawayOptions, 'clock'>,
  countOwned: (integrationId: string) => Promise<number>,
): (integrationId: string) => Promise<number> {
  const known = new Map<string, { readonly count: number; readonly untilMs: number }>()
  return async (id) => {
    const nowMs = clock.now().getTime()
    const entry = known.get(id)
    if (entry !== undefined && nowMs < entry.untilMs) return entry.count
    const count = await countOwned(id)
    if (count >= largeCount) known.set(id, { count, untilMs: nowMs + countKeptMs })
    else known.delete(id)
    return count
  }
}

/** Says in the journal, from which mails are made, that an integration was refused. */
function refusalNotices({ database, clock, journal, announce }: TakeawayOptions) {
  const toldMs = new Map<string, number>()
  return async (origin: ChangeOrigin, { id, name }: Integration, reason: string): Promise<void> => {
    const nowMs = clock.now().getTime()
    if (nowMs < (toldMs.get(id) ?? Number.NEGATIVE_INFINITY) + refusalsToldMs) return
    toldMs.set(id, nowMs)
    const draft = {
      action: 'integration.refuse_burst',
      subjectKind: 'integration',
      subjectId: id,
      subject: name,
      changes: { reason: { after: reason } },
    } as const
    await database.transaction((transaction) => journal.record(transaction, origin, [draft]))
    announce()
  }
}
