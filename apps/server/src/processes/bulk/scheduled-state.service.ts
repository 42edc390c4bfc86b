// Changes of users' states at times to come. A time is an instant, so neither daylight saving nor the zone of a machine moves it. What is
// due is done by whichever hub looks first: the change of the user, its journal row and the removal of the schedule are one transaction,
// so it happens once, also when a hub dies in between; what became due while no hub ran happens when one runs again.
import { AppError } from '@lockstep/contract/app-error'
import type { Clock } from '@lockstep/kernel/clock'
import { newId, parseId } from '@lockstep/kernel/ids'
import { requirePermission, systemActor } from '../../directory/access/access.rules.ts'
import type { ChangeOrigin, JournalDraft } from '../../directory/journal/journal.rules.ts'
import type { JournalService } from '../../directory/journal/journal.service.ts'
import type { BulkOutcome, UserBulkService } from '../../directory/users/user-bulk.service.ts'
import { findUsersById } from '../../directory/users/user-import.service.ts'
import type { User } from '../../directory/users/user.rules.ts'
import { ConditionError } from '../../platform/db/compose.ts'
import type { Database, Queryable } from '../../platform/db/database.ts'
import { DatabaseUnavailable } from '../../platform/db/database-error.ts'
import type { Log } from '../../platform/log/log.ts'
import { failureOf, storedOrigin } from './bulk-job.rules.ts'
import * as store from './scheduled-state.store.ts'

/** What is asked for: users, the state that they get, and when. */
export interface ScheduleWish {
  readonly userIds: readonly string[]
  readonly state: store.ScheduledTarget
  readonly due: Date
  /** Where a mail of activation goes: empty for the users' own addresses; absent: no mail. */
  readonly activationEmail?: string
}

export interface ScheduledState {
  readonly id: string
  readonly userId: string
  readonly state: store.ScheduledTarget
  readonly due: Date
}

interface ScheduledPage {
  readonly items: readonly ScheduledState[]
  readonly total: number
}

/** Refusals are AppErrors. */
export interface ScheduledStateService {
  /** All or none; what is scheduled already for the same time stays as it is and is answered. */
  schedule(origin: ChangeOrigin, wish: ScheduleWish): Promise<readonly ScheduledState[]>
  /** What is still to come, in the order in which it is due. */
  list(actor: ChangeOrigin['actor'], listing: store.ScheduleListing): Promise<ScheduledPage>
  /** The next change to each state of each of the users. */
  listNext(
    actor: ChangeOrigin['actor'],
    userIds: readonly string[],
    page: { readonly limit: number; readonly skip: number },
  ): Promise<ScheduledPage>
  remove(origin: ChangeOrigin, id: string): Promise<void>
  /** Does what is due; false when nothing is. */
  work(): Promise<boolean>
}

export interface ScheduledStateOptions {
  readonly database: Database
  readonly clock: Clock
  readonly log: Log
  readonly journal: Pick<JournalService, 'record'>
  readonly userBulk: Pick<UserBulkService, 'changeMany'>
  readonly announce: () => void
}

const usersPerRequest = 1_000
const changesPerBatch = 250
const retryMs = 60_000

export function createScheduledStateService(options: ScheduledStateOptions): ScheduledStateService {
  const { database, clock, journal, announce } = options
  const due = createDueWorker(options)
  return {
    async schedule(origin, wish) {
      requirePermission(origin.actor, 'users.suspend')
      const userIds = [...new Set(wish.userIds.map((id) => parseId(id) ?? ''))]
      if (userIds.length === 0 || userIds.length > usersPerRequest)
        throw new AppError('invalid_request', {
          field: 'user_ids',
          detail: `user_ids: must name 1 to ${usersPerRequest.toLocaleString('en')} users.`,
        })
      const scheduled = await database.transaction((transaction) =>
        insert(transaction, { ...options, origin, wish, userIds }),
      )
      announce()
      return scheduled
    },
    async list(actor, listing) {
      requirePermission(actor, 'users.read')
      try {
        const [items, total] = await Promise.all([store.list(database, listing), store.count(database, listing)])
        return { items, total }
      } catch (error) {
        if (!(error instanceof ConditionError)) throw error
        throw new AppError('invalid_filter', { field: 'filter', detail: `filter: ${error.message}` })
      }
    },
    async listNext(actor, userIds, { limit, skip }) {
      requirePermission(actor, 'users.read')
      const items = await store.listNext(database, userIds)
      return { items: items.slice(skip, skip + limit), total: items.length }
    },
    async remove(origin, id) {
      requirePermission(origin.actor, 'users.suspend')
      await database.transaction(async (transaction) => {
        const removed = await store.removeOne(transaction, parseId(id) ?? '')
        if (removed === undefined) throw new AppError('not_found', { field: 'id' })
        const [user] = await findUsersById(transaction, [removed.userId])
        const change = { scheduledState: { before: words(removed) } }
        await journal.record(transaction, origin, [draft('user.unschedule_state', removed, user, change)])
      })
      announce()
    },
    work: () => due.work(clock.now()),
  }
}

interface Insertion extends ScheduledStateOptions {
  readonly origin: ChangeOrigin
  readonly wish: ScheduleWish
  readonly userIds: readonly string[]
}

async function insert(db: Queryable, insertion: Insertion): Promise<readonly ScheduledState[]> {
  const { origin, wish, userIds, clock, journal } = insertion
  const users = new Map((await findUsersById(db, userIds)).map((user): [string, User] => [user.id, user]))
  const missing = userIds.find((id) => !users.has(id))
  if (missing !== undefined)
    throw new AppError('invalid_request', { field: 'user_ids', detail: `user_ids: there is no user "${missing}".` })
  const now = clock.now()
  const schedules = userIds.map((userId) => ({
    id: newId(now.getTime()),
    userId,
    state: wish.state,
    due: wish.due,
    activationEmail: wish.activationEmail ?? null,
    origin: storedOrigin(origin),
  }))
  const { made, all } = await store.insertMany(db, schedules, now)
  const drafts = all
    .filter(({ id }) => made.has(id))
    .map((one) => draft('user.schedule_state', one, users.get(one.userId), { scheduledState: { after: words(one) } }))
  await journal.record(db, origin, drafts)
  return all
}

function words({ state, due }: Pick<ScheduledState, 'state' | 'due'>): string {
  return `${state} at ${due.toISOString()}`
}

function draft(
  action: string,
  schedule: store.StoredSchedule,
  user: User | undefined,
  changes: NonNullable<JournalDraft['changes']>,
): JournalDraft {
  return { action, subjectKind: 'user', subjectId: schedule.userId, subject: user?.username ?? '', changes }
}

function createDueWorker(options: ScheduledStateOptions): { work(now: Date): Promise<boolean> } {
  const { database, log, announce } = options
  /** What failed in a way nobody foresaw, with the time of the next try; the others go on meanwhile. */
  const resting = new Map<string, number>()
  let isCareful = false
  const rest = (ids: readonly string[], nowMs: number, error: unknown): void => {
    if (error instanceof DatabaseUnavailable || ids.length === 0) throw error
    if (!isCareful) isCareful = true
    else for (const id of ids) resting.set(id, nowMs + retryMs)
    log.error({ err: error }, 'a scheduled change of state failed and is tried again')
  }
  return {
    async work(now) {
      for (const [id, untilMs] of resting) if (untilMs <= now.getTime()) resting.delete(id)
      const limit = isCareful ? 1 : changesPerBatch
      let ids: readonly string[] = []
      try {
        await database.transaction(async (transaction) => {
          const rows = await store.claimDue(transaction, { now, limit, except: [...resting.keys()] })
          ids = rows.map(({ id }) => id)
          if (rows.length > 0) await applyDue(transaction, rows, { ...options, now })
        })
      } catch (error) {
        rest(ids, now.getTime(), error)
        return true
      }
      if (ids.length === 0) {
        isCareful = false
        return false
      }
      announce()
      return true
    },
  }
}

async function applyDue(
  db: Queryable,
  schedules: readonly store.StoredSchedule[],
  { userBulk, journal, now }: ScheduledStateOptions & { readonly now: Date },
): Promise<void> {
  const users = schedules.map((one) => ({ userId: one.userId, input: { state: one.state }, origin: originOf(one) }))
  const outcomes = await userBulk.changeMany(db, users, { now, defaultState: 'ACTIVATED' })
  for (const [index, schedule] of schedules.entries()) {
    const outcome = outcomes[index]
    const drafts = outcome === undefined ? [] : draftsAfter(schedule, outcome)
    if (drafts.length > 0) await journal.record(db, originOf(schedule), drafts)
  }
  await store.removeMany(
    db,
    schedules.map(({ id }) => id),
  )
}

/** What the change's own journal row does not say: that it was refused, or that a mail is to be sent. */
function draftsAfter(schedule: store.StoredSchedule, outcome: BulkOutcome): readonly JournalDraft[] {
  if (!outcome.ok) {
    const { message } = failureOf(outcome)
    const changes = { scheduledState: { before: words(schedule) }, refusal: { after: message } }
    return [draft('user.schedule_failed', schedule, outcome.user, changes)]
  }
  const { activationEmail: email, state } = schedule
  if (email === null || state !== 'ACTIVATED' || !outcome.isChanged) return []
  const after = email === '' ? outcome.user.email : email
  return [draft('user.request_activation', schedule, outcome.user, { activationEmail: { after } })]
}

/** The hub acts by itself, because of what somebody scheduled. */
function originOf({ due, origin }: store.StoredSchedule): ChangeOrigin {
  const { reason } = origin.cause
  return {
    actor: systemActor('hub'),
    cause: {
      kind: 'schedule',
      text: `Scheduled for ${due.toISOString()} by ${origin.actor.name}`,
      ...(reason === undefined ? {} : { reason }),
    },
    ...(origin.correlationId === undefined ? {} : { correlationId: origin.correlationId }),
  }
}
