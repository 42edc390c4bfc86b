// The guard of clients that provision. A suspension or deletion within the integration's limit is done at once. Beyond it, it waits in the
// integration's quarantined plan while the client is answered as if it were done: the user carries the mark `held`, so that the client
// reads back what it asked for. A release carries it out; what the client takes back before is withdrawn; what a person dismisses stays
// marked, so that the client does not ask for it again and again.
import { AppError } from '@lockstep/contract/app-error'
import type { Clock } from '@lockstep/kernel/clock'
import { systemActor } from '../../directory/access/access.rules.ts'
import type { Integration } from '../../directory/integrations/integration.rules.ts'
import type { IntegrationService } from '../../directory/integrations/integration.service.ts'
import type { ChangeOrigin } from '../../directory/journal/journal.rules.ts'
import type { JournalService } from '../../directory/journal/journal.service.ts'
import { type HeldKind, readFurther } from '../../directory/users/further-attributes.rules.ts'
import type { User } from '../../directory/users/user.rules.ts'
import type { UserSearchService } from '../../directory/users/user-search.service.ts'
import type { UserService } from '../../directory/users/user.service.ts'
import type { Database } from '../../platform/db/database.ts'
import type { Log } from '../../platform/log/log.ts'
import type { GuardedItem, PlanSource, ReleasedItem, SettledItem } from '../plans/plan.rules.ts'
import type { PlanService } from '../plans/plan.service.ts'
import { takeAway } from './take-away.ts'
import { lockDecisions } from './takeaway.store.ts'

/** What an integration is about to do to a user. */
export interface Takeaway {
  readonly integration: Integration
  readonly user: User
  readonly kind: HeldKind
}

export interface TakeawayService {
  /** Whether it may be done now, and counts it then; what may not waits in a plan, or is refused with `guard_refuses`. */
  ask(origin: ChangeOrigin, takeaway: Takeaway): Promise<'now' | 'held'>
  /** The client took back what waits about a user. */
  withdraw(integration: Pick<Integration, 'id' | 'name'>, userId: string): Promise<void>
  /** The plan in which something about a user waits, or was kept. */
  planOf(integrationId: string, userId: string): Promise<string | undefined>
  /** Does what people released. */
  carryOutReleased(signal: AbortSignal): Promise<void>
}

export interface TakeawayOptions {
  readonly database: Database
  readonly clock: Clock
  readonly log: Log
  readonly journal: Pick<JournalService, 'record'>
  readonly announce: () => void
  readonly plans: PlanService
  readonly users: Pick<UserService, 'findMany' | 'change' | 'remove'>
  readonly userSearch: Pick<UserSearchService, 'countOwned'>
  readonly integrations: Pick<IntegrationService, 'find'>
}

const itemsPerRound = 500
/** Counting is dear from here on, and a few users more or less do not matter then. */
const largeCount = 1_000
const countKeptMs = 60_000
/** A client that is refused asks on; one row an hour tells people. */
const refusalsToldMs = 3_600_000
const changeAttempts = 20

export function createTakeaways(options: TakeawayOptions): TakeawayService {
  const { database, plans } = options
  const sizeOf = ownedCounts(options)
  const tellRefusal = refusalNotices(options)
  return {
    async ask(origin, { integration, user, kind }) {
      if (integration.guard === 'off') return 'now'
      const userCount = await sizeOf(integration.id)
      const proposal = {
        source: sourceOf(integration),
        items: [itemOf(user, kind)],
        userCount,
        membershipCount: 0,
        limits: { count: integration.guardCount, share: integration.guardPercent / 100, holdsHalf: false },
        refuses: integration.guard === 'refuse',
      }
      try {
        const allowed = await database.transaction(async (transaction) => {
          await lockDecisions(transaction, integration.id)
          return plans.admit(transaction, proposal)
        })
        if (allowed.length > 0) return 'now'
      } catch (error) {
        if (!(error instanceof AppError && error.code === 'guard_refuses')) throw error
        await tellRefusal(origin, integration, error.message)
        const detail = `${quoted(integration.name)} may not ${kind} more users now: ${error.message}`
        throw new AppError('guard_refuses', { detail })
      }
      options.announce()
      return 'held'
    },
    async withdraw(integration, userId) {
      await database.transaction((transaction) =>
        plans.withdraw(transaction, sourceOf(integration), [userId], ['suspend', 'delete']),
      )
      options.announce()
    },
    planOf: (integrationId, userId) => plans.findWaiting({ kind: 'integration', id: integrationId }, userId),
    async carryOutReleased(signal) {
      for (;;) {
        const items = await plans.listReleasedItems('integration', itemsPerRound)
        const settled: SettledItem[] = []
        for (const item of items) {
          signal.throwIfAborted()
          settled.push(await carryOut(options, item))
        }
        await database.transaction((transaction) => plans.settle(transaction, 'integration', settled))
        if (items.length < itemsPerRound) return
      }
    },
  }
}

function sourceOf({ id, name }: Pick<Integration, 'id' | 'name'>): PlanSource {
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

function quoted(text: string): string {
  return `"${text}"`
}

/** How many users an integration owns who are not suspended; a large number is remembered for a minute. */
function ownedCounts({ clock, userSearch }: TakeawayOptions): (integrationId: string) => Promise<number> {
  const known = new Map<string, { readonly count: number; readonly untilMs: number }>()
  return async (id) => {
    const nowMs = clock.now().getTime()
    const entry = known.get(id)
    if (entry !== undefined && nowMs < entry.untilMs) return entry.count
    const count = await userSearch.countOwned(id)
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

async function carryOut(options: TakeawayOptions, item: ReleasedItem): Promise<SettledItem> {
  const { users, integrations, log } = options
  const { itemId, planId, sourceId, subjectId } = item
  const kind: HeldKind = item.kind === 'delete' ? 'delete' : 'suspend'
  const integration = await integrations.find(sourceId)
  const text = `Released${integration === undefined ? '' : `, as ${quoted(integration.name)} had asked`}`
  const origin: ChangeOrigin = { actor: systemActor('integrations'), cause: { kind: 'plan', planId, text } }
  try {
    for (let attempt = 1; ; attempt += 1) {
      const [user] = await users.findMany([subjectId])
      const isHeld = user !== undefined && readFurther(user.further).held?.[sourceId] === kind
      if (!isHeld || integration === undefined) return { itemId, state: 'withdrawn' }
      try {
        await takeAway(users, origin, { user, kind, integration })
        return { itemId, state: 'applied' }
      } catch (error) {
        const isLate = error instanceof AppError && error.code === 'revision_changed' && attempt < changeAttempts
        if (!isLate) throw error
      }
    }
  } catch (error) {
    log.warn({ err: error, planId, userId: subjectId }, 'a released change of an integration could not be made')
    return { itemId, state: 'failed', error: error instanceof AppError ? error.message : 'It could not be done.' }
  }
}
