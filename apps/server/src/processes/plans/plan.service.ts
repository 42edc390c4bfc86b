import { AppError } from '@lockstep/contract/app-error'
import type { Page } from '@lockstep/contract/hub/page'
import type { PlanItem, PlanItemQuery, PlanListQuery, PlanRow } from '@lockstep/contract/hub/plan'
import type { Clock } from '@lockstep/kernel/clock'
import { newId } from '@lockstep/kernel/ids'
import { requirePermission, systemActor } from '../../directory/access/access.rules.ts'
import type { ChangeOrigin, JournalDraft } from '../../directory/journal/journal.rules.ts'
import type { JournalService } from '../../directory/journal/journal.service.ts'
import type { Database, Queryable } from '../../platform/db/database.ts'
import {
  type GuardClass,
  guardClass,
  type GuardLimits,
  guardWindowMs,
  judgeCauses,
  type Verdict,
} from './guard.rules.ts'
import type { GuardedItem, PlanSource, ReleasedItem, SettledItem, Withdrawal } from './plan.rules.ts'
import * as store from './plan.store.ts'

const defaultPageRows = 50

/** What a source proposes to take away, and how large the source is. */
export interface Proposal {
  readonly source: PlanSource
  readonly items: readonly GuardedItem[]
  readonly userCount: number
  readonly membershipCount: number
  /** Where groups may be deleted. */
  readonly groupCount?: number
  /** More of the class `users` that the same read will propose in later pieces. */
  readonly usersToCome?: number
  /** The source's own limits. */
  readonly limits?: GuardLimits
  /** What would be held is refused instead. */
  readonly refuses?: boolean
}

/** Plans in quarantine and the guard that puts them there. */
export interface PlanService {
  /**
   * Decides within the source's transaction which items may be applied now. The others wait in the source's quarantined plan, or were
   * kept by a person and are left alone. What is allowed is counted.
   */
  admit(db: Queryable, proposal: Proposal): Promise<readonly GuardedItem[]>
  /** Lets items wait until a person releases them, whatever the guard would say. */
  hold(db: Queryable, source: PlanSource, items: readonly GuardedItem[], reason: string): Promise<void>
  /** The subjects are in order again: nothing waits for them any more. */
  withdraw(db: Queryable, source: PlanSource, withdrawal: Withdrawal): Promise<void>
  list(actor: ChangeOrigin['actor'], query: PlanListQuery): Promise<Page<PlanRow>>
  get(actor: ChangeOrigin['actor'], id: string): Promise<PlanRow>
  listItems(actor: ChangeOrigin['actor'], id: string, query: PlanItemQuery): Promise<Page<PlanItem>>
  release(origin: ChangeOrigin, id: string, reason: string): Promise<PlanRow>
  dismiss(origin: ChangeOrigin, id: string, reason: string): Promise<PlanRow>
  /** References of released items that their source has to look at now. */
  listReleased(source: Pick<PlanSource, 'kind' | 'id'>): Promise<readonly GuardedItem['reference'][]>
  /** The source has looked at everything that these plans released; what of it waits still was withdrawn, or is applied all the same. */
  closeReleased(db: Queryable, planIds: readonly string[], rest?: 'withdrawn' | 'applied'): Promise<void>
  /** Items of released plans of all sources of a kind that wait to be carried out. */
  listReleasedItems(kind: PlanSource['kind'], limit: number): Promise<readonly ReleasedItem[]>
  /** Says what became of released items; plans of the kind without any that wait are done. */
  settle(db: Queryable, kind: PlanSource['kind'], items: readonly SettledItem[]): Promise<void>
  /** The plan in which a change of a subject waits. */
  findWaiting(source: Pick<PlanSource, 'kind' | 'id'>, subjectId: string): Promise<string | undefined>
  listReleasedPlanIds(source: Pick<PlanSource, 'kind' | 'id'>): Promise<readonly string[]>
  countHeld(): Promise<ReadonlyMap<string, number>>
}

export interface PlanServiceOptions {
  readonly database: Database
  readonly clock: Clock
  readonly journal: JournalService
  readonly announce: () => void
}

export function createPlanService(options: PlanServiceOptions): PlanService {
  const { database, clock, journal } = options
  const get = async (id: string): Promise<PlanRow> => {
    const plan = await store.find(database, id)
    if (plan === undefined) throw new AppError('not_found', { field: 'id' })
    return toRow(plan)
  }
  const decide = decisions(options, get)
  return {
    admit: (db, proposal) => admit(db, proposal, { now: clock.now(), journal }),
    async hold(db, source, items, reason) {
      if (items.length === 0) return
      const now = clock.now()
      const held = await store.hold(db, {
        ...{ source, items, reason, now },
        planId: newId(now.getTime()),
        itemIds: items.map(() => newId(now.getTime())),
      })
      if (held.added > 0) await journal.record(db, guardOrigin(source, reason), [holding(source, held)])
    },
    async withdraw(db, source, withdrawal) {
      if (withdrawal.subjectIds.length === 0) return
      const shortened = await store.withdraw(db, source, withdrawal)
      if (shortened.length === 0) return
      await store.closeEmpty(db, source, clock.now())
      const asked = source.kind === 'integration' ? 'The client' : 'The directory'
      const origin = guardOrigin(source, `${asked} took back what it had asked for`)
      await journal.record(
        db,
        origin,
        shortened.map(({ planId, count }) => shortening(source, planId, count)),
      )
    },
    async list(actor, query) {
      requirePermission(actor, 'plans.read')
      const limit = query.limit ?? defaultPageRows
      const { state, search, after = '' } = query
      const rows = await store.list(database, { state, search, afterId: after, limit: limit + 1 })
      const total = await store.count(database, { state, search })
      return page(rows.map(toRow), limit, total)
    },
    async get(actor, id) {
      requirePermission(actor, 'plans.read')
      return get(id)
    },
    async listItems(actor, id, query) {
      requirePermission(actor, 'plans.read')
      await get(id)
      const limit = query.limit ?? defaultPageRows
      const { kind, search, after = '' } = query
      const rows = await store.listItems(database, { planId: id, kind, search, afterId: after, limit: limit + 1 })
      return page(rows.map(toItem), limit, await store.countItems(database, { planId: id, kind, search }))
    },
    release: (origin, id, reason) => decide(origin, { id, reason, state: 'released' }),
    dismiss: (origin, id, reason) => decide(origin, { id, reason, state: 'dismissed' }),
    async listReleased(source) {
      const rows = await store.listReleased(database, source)
      return rows.map((row) => row.reference)
    },
    closeReleased: (db, planIds, rest = 'withdrawn') => store.closeReleased(db, planIds, { rest, now: clock.now() }),
    listReleasedItems: (kind, limit) => store.listReleasedItems(database, kind, limit),
    settle: (db, kind, items) => store.settle(db, { kind, items, now: clock.now() }),
    findWaiting: (source, subjectId) => store.findWaiting(database, source, subjectId),
    listReleasedPlanIds: (source) => store.listReleasedPlanIds(database, source),
    countHeld: () => store.countHeld(database),
  }
}

interface Decision {
  readonly id: string
  readonly reason: string
  readonly state: 'released' | 'dismissed'
}

function decisions(
  { database, clock, journal, announce }: PlanServiceOptions,
  get: (id: string) => Promise<PlanRow>,
): (origin: ChangeOrigin, decision: Decision) => Promise<PlanRow> {
  return async (origin, { id, reason, state }) => {
    requirePermission(origin.actor, 'plans.release')
    const plan = await get(id)
    await database.transaction(async (transaction) => {
      const isDone = await store.decide(transaction, { id, state, reason, by: origin.actor.name, now: clock.now() })
      if (!isDone) throw new AppError('plan_closed')
      await journal.record(transaction, { ...origin, cause: { ...origin.cause, reason } }, [
        {
          action: state === 'released' ? 'plan.release' : 'plan.dismiss',
          subjectKind: 'plan',
          subjectId: id,
          subject: plan.sourceName,
          changes: { state: { before: plan.state, after: state }, items: { after: plan.itemCount } },
        },
      ])
    })
    announce()
    return get(id)
  }
}

function guardOrigin(source: PlanSource, text: string): ChangeOrigin {
  const cause =
    source.kind === 'integration'
      ? ({ kind: 'rule', text } as const)
      : ({ kind: 'directory', directoryId: source.id, text } as const)
  return { actor: systemActor('guard'), cause }
}

function holding(source: PlanSource, held: { readonly planId: string; readonly added: number }): JournalDraft {
  const changes = { items: { after: held.added } }
  return { action: 'plan.hold', subjectKind: 'plan', subjectId: held.planId, subject: source.name, changes }
}

function shortening(source: PlanSource, planId: string, count: number): JournalDraft {
  const changes = { items: { before: count } }
  return { action: 'plan.withdraw', subjectKind: 'plan', subjectId: planId, subject: source.name, changes }
}

async function admit(
  db: Queryable,
  proposal: Proposal,
  { now, journal }: { readonly now: Date; readonly journal: JournalService },
): Promise<readonly GuardedItem[]> {
  const { source, items } = proposal
  if (items.length === 0) return []
  const known = new Map(
    (await store.listStates(db, source, items)).map((row) => [`${row.kind} ${row.subjectId} ${row.key}`, row]),
  )
  const stateOf = (item: GuardedItem): store.ItemState | undefined =>
    known.get(`${item.kind} ${item.subjectId} ${item.reference.key}`)
  const released = items.filter((item) => stateOf(item)?.planState === 'released')
  const undecided = items.filter((item) => stateOf(item) === undefined)
  await store.setItemStates(
    db,
    released.map((item) => stateOf(item)?.itemId ?? ''),
    'applied',
  )

  const since = new Date(now.getTime() - guardWindowMs)
  const taken = await store.countTaken(db, source, since)
  const classes = Map.groupBy(undecided, (item) => guardClass(item.kind, item.reference.key))
  const allowed: GuardedItem[] = []
  for (const [guarded, members] of classes) {
    const causes = [...Map.groupBy(members, (item) => item.reason).values()].map((those) => ({
      items: those,
      toCome: those.some((item) => item.mayBeMore === true) ? (proposal.usersToCome ?? 0) : 0,
    }))
    const verdicts = verdictsOn(proposal, { guarded, causes, taken })
    const refused = proposal.refuses === true ? verdicts.find((verdict) => verdict.held) : undefined
    if (refused !== undefined) throw new AppError('guard_refuses', { detail: refused.reason })
    const free = causes.flatMap((cause, index) => (verdicts[index]?.held === false ? cause.items : []))
    allowed.push(...free)
    if (free.length > 0) await store.noteTaken(db, source, countsOf(guarded, free), { now, forgetBefore: since })
    for (const [index, { items: those }] of causes.entries()) {
      const { held: isHeld, reason } = verdicts[index] ?? { held: true, reason: '' }
      if (!isHeld) continue
      const itemIds = those.map(() => newId(now.getTime()))
      const held = await store.hold(db, { source, planId: newId(now.getTime()), itemIds, items: those, reason, now })
      if (held.added > 0) await journal.record(db, guardOrigin(source, reason), [holding(source, held)])
    }
  }
  return [...released, ...allowed]
}

interface Judged {
  readonly guarded: GuardClass
  readonly causes: readonly { readonly items: readonly GuardedItem[]; readonly toCome: number }[]
  /** By class, in the last 24 hours. */
  readonly taken: ReadonlyMap<string, number>
}

/** What items take away, by class. */
function countsOf(guarded: GuardClass, items: readonly GuardedItem[]): ReadonlyMap<GuardClass, number> {
  const counts = new Map<GuardClass, number>()
  for (const { counts: own = { [guarded]: 1 } } of items)
    for (const [name, count] of Object.entries(own) as [GuardClass, number][])
      counts.set(name, (counts.get(name) ?? 0) + count)
  return counts
}

/** Decides on the causes of a class; what takes away of several classes has to be within the limits of all. */
function verdictsOn(proposal: Proposal, { guarded, causes, taken }: Judged): readonly Verdict[] {
  const sizes: Readonly<Record<string, number>> = {
    memberships: proposal.membershipCount,
    groups: proposal.groupCount ?? 0,
  }
  const touched = [
    ...countsOf(
      guarded,
      causes.flatMap(({ items }) => items),
    ).keys(),
  ]
  const byClass = touched.map((name) =>
    judgeCauses(
      name,
      causes.map(({ items, toCome }) => ({ count: countsOf(guarded, items).get(name) ?? 0, toCome })),
      { size: sizes[name] ?? proposal.userCount, takenBefore: taken.get(name) ?? 0, limits: proposal.limits },
    ),
  )
  return causes.map((_cause, index) => {
    const verdicts = byClass.map((those) => those[index] ?? { held: true, reason: '' })
    return verdicts.find(({ held }) => held) ?? verdicts[0] ?? { held: true, reason: '' }
  })
}

/** A page of rows that were asked for with one more than the limit, which tells whether another page follows. */
function page<T extends { readonly id: string }>(rows: readonly T[], limit: number, total: number): Page<T> {
  const items = rows.slice(0, limit)
  const last = items.at(-1)
  return { items, total, ...(rows.length > limit && last ? { next: last.id } : {}) }
}

function toRow(plan: store.StoredPlan): PlanRow {
  const { created, updated, decidedAt, decidedBy, decision, ...rest } = plan
  return {
    ...rest,
    created: created.toISOString(),
    updated: updated.toISOString(),
    ...(decidedAt === null ? {} : { decidedAt: decidedAt.toISOString() }),
    ...(decidedBy === null ? {} : { decidedBy }),
    ...(decision === null ? {} : { decision }),
  }
}

function toItem({ reference: _reference, error, changes, ...item }: store.StoredItem): PlanItem {
  return {
    ...item,
    changes: Object.fromEntries(
      Object.entries(changes).map(([field, change]) => [
        field,
        { before: change.before ?? null, after: change.after ?? null },
      ]),
    ),
    ...(error === null ? {} : { error }),
  }
}
