// One change of many users at once, worked through in batches behind the request that asked for it.
//
//   working    batch after batch is changed, each user by a transaction of its own with its own journal entry
//   done       every user was reached
//   cancelled  a person stopped it; what was done stays done and is listed
//   stopped    the database stayed away, or the hub ends; the rest was not reached
//
// What is known of an action lives in this program's memory: it ends with the hub. Nothing is lost by that, because the journal holds
// every change under the request's id, and the same action asked again leaves alone who is changed already.
import { AppError } from '@lockstep/contract/app-error'
import {
  type BulkAction,
  type BulkActionRow,
  type BulkActionState,
  type BulkOutcome,
} from '@lockstep/contract/hub/bulk-action'
import { bulkUsersLimit } from '@lockstep/contract/hub/bulk-users-limit'
import type { Page } from '@lockstep/contract/hub/page'
import type { Clock } from '@lockstep/kernel/clock'
import { newId } from '@lockstep/kernel/ids'
import { backoffMs, pause } from '@lockstep/kernel/retry'
import { requirePermission } from '../../directory/access/access.rules.ts'
import type { ChangeOrigin } from '../../directory/journal/journal.rules.ts'
import type { UserService } from '../../directory/users/user.service.ts'
import { DatabaseUnavailable } from '../../platform/db/database-error.ts'
import type { Log } from '../../platform/log/log.ts'
import { type BulkKind, type BulkRow, countOutcomes, targetState, undoOf, unreached } from './bulk-action.rules.ts'

type UserListing = Parameters<UserService['list']>[1]

/** What is asked for: users by id, or all that a listing matches, with the number that the person saw. */
export interface BulkWish {
  readonly kind: BulkKind
  readonly users:
    | { readonly ids: readonly string[] }
    | { readonly matching: Omit<UserListing, 'sort' | 'limit'>; readonly count: number }
}

export interface BulkRowQuery {
  readonly limit: number
  /** The user after whom the page begins. */
  readonly after?: string
  readonly outcome?: BulkOutcome
}

/** Bulk actions of this hub, newest first. Refusals are AppErrors. */
export interface BulkActionService {
  /** Chooses the users now and begins; the same wish of the same actor joins the action that works on it. */
  start(origin: ChangeOrigin, wish: BulkWish): Promise<BulkAction>
  list(actor: ChangeOrigin['actor']): readonly BulkAction[]
  get(actor: ChangeOrigin['actor'], id: string): BulkAction
  /** The users in the order in which they are worked through, with what became of them. `next` is a user's id. */
  listRows(actor: ChangeOrigin['actor'], id: string, query: BulkRowQuery): Page<BulkActionRow>
  /** Ends after the batch in hand. */
  cancel(actor: ChangeOrigin['actor'], id: string): BulkAction
  /** Begins the opposite action for those whom this one changed. */
  undo(origin: ChangeOrigin, id: string): Promise<BulkAction>
  /** Stops all work and waits for the batches in hand. */
  close(): Promise<void>
}

export interface BulkActionOptions {
  readonly users: Pick<UserService, 'list' | 'count' | 'findMany' | 'change' | 'remove'>
  readonly clock: Clock
  readonly log: Log
}

interface Action {
  readonly id: string
  readonly kind: BulkKind
  /** Tells the same wish of the same actor. */
  readonly key: string
  readonly origin: ChangeOrigin
  readonly rows: readonly BulkRow[]
  readonly undoOf?: string
  readonly started: Date
  state: BulkActionState
  ended?: Date
  isCancelled: boolean
  isUndone: boolean
  work: Promise<void>
}

/** So many users are changed before an action looks whether it was cancelled: a fraction of a second. */
const batchSize = 100
/**
 * Users that are changed at the same time: enough to share statements, few enough for others to get their turn. Deletions go one by
 * one: a manager and their report would wait for each other.
 */
const concurrency: Readonly<Record<BulkKind, number>> = { suspend: 8, activate: 8, delete: 1 }
const chosenPerRead = 1_000
const workingLimit = 3
/** Tries of a batch while the database is away, about half a minute together. */
const attempts = 6
/** About 60 MB when full; the oldest that ended are forgotten first. */
const keptRows = 400_000
const keptActions = 50

export function createBulkActionService(options: BulkActionOptions): BulkActionService {
  return new BulkActions(options)
}

class BulkActions implements BulkActionService {
  readonly #options: BulkActionOptions
  readonly #actions = new Map<string, Action>()
  readonly #closing = new AbortController()

  constructor(options: BulkActionOptions) {
    this.#options = options
  }

  async start(origin: ChangeOrigin, wish: BulkWish): Promise<BulkAction> {
    requirePermission(origin.actor, wish.kind === 'delete' ? 'users.delete' : 'users.suspend')
    const key = JSON.stringify([origin.actor.id, wish])
    const same = this.#working().find((action) => action.key === key)
    if (same) return render(same)
    if (this.#working().length >= workingLimit) throw new AppError('overloaded', { retryAfterSeconds: 10 })
    return this.#begin(origin, { kind: wish.kind, key, rows: await this.#choose(origin, wish) })
  }

  list(actor: ChangeOrigin['actor']): readonly BulkAction[] {
    requirePermission(actor, 'users.read')
    return [...this.#actions.values()].toReversed().map(render)
  }

  get(actor: ChangeOrigin['actor'], id: string): BulkAction {
    requirePermission(actor, 'users.read')
    return render(this.#require(id))
  }

  listRows(actor: ChangeOrigin['actor'], id: string, { limit, after, outcome }: BulkRowQuery): Page<BulkActionRow> {
    requirePermission(actor, 'users.read')
    const { rows } = this.#require(id)
    const matching = outcome === undefined ? rows : rows.filter((row) => row.outcome === outcome)
    const start = after === undefined ? 0 : matching.findIndex((row) => row.userId === after) + 1
    const items = matching.slice(start, start + limit)
    const last = items.at(-1)
    const isMore = last !== undefined && start + limit < matching.length
    return { items, total: matching.length, ...(isMore ? { next: last.userId } : {}) }
  }

  cancel(actor: ChangeOrigin['actor'], id: string): BulkAction {
    requirePermission(actor, 'users.suspend')
    const action = this.#require(id)
    action.isCancelled = true
    return render(action)
  }

  async undo(origin: ChangeOrigin, id: string): Promise<BulkAction> {
    requirePermission(origin.actor, 'users.suspend')
    const action = this.#require(id)
    const undo = action.state === 'working' || action.isUndone ? undefined : undoOf(action.kind, action.rows)
    if (undo === undefined) throw new AppError('nothing_to_undo')
    action.isUndone = true
    const rows = undo.rows.map(({ userId, username, displayName }) =>
      unreached({ id: userId, username, name: displayName }),
    )
    return this.#begin(origin, { kind: undo.kind, key: `undo ${id}`, rows, undoOf: id })
  }

  async close(): Promise<void> {
    this.#closing.abort()
    await Promise.all(this.#working().map((action) => action.work))
  }

  #working(): readonly Action[] {
    return [...this.#actions.values()].filter((action) => action.state === 'working')
  }

  #require(id: string): Action {
    const action = this.#actions.get(id)
    if (action === undefined) throw new AppError('not_found', { field: 'id' })
    return action
  }

  /** The users as they are now. Chosen before the work begins, because the work itself changes who matches. */
  async #choose({ actor }: ChangeOrigin, { users: wish }: BulkWish): Promise<readonly BulkRow[]> {
    if ('ids' in wish) return [...new Set(wish.ids)].map((id) => unreached({ id }))
    const rows: BulkRow[] = []
    const limit = Math.min(wish.count, bulkUsersLimit)
    for (let isMore = true; isMore;) {
      const last = rows.at(-1)?.userId
      const page = await this.#options.users.list(actor, {
        ...wish.matching,
        sort: [],
        limit: chosenPerRead,
        ...(last === undefined ? {} : { after: { value: '', id: last } }),
      })
      for (const user of page) rows.push(unreached({ id: user.id, username: user.username, name: user.displayname }))
      if (rows.length > limit)
        throw new AppError('revision_changed', {
          detail: `More users match now than the ${limit.toLocaleString('en')} that were shown. Look at the list again.`,
        })
      isMore = page.length === chosenPerRead
    }
    return rows
  }

  #begin(
    origin: ChangeOrigin,
    facts: Pick<Action, 'kind' | 'key' | 'rows'> & { readonly undoOf?: string },
  ): BulkAction {
    const started = this.#options.clock.now()
    const action: Action = {
      ...facts,
      id: newId(started.getTime()),
      origin,
      started,
      state: 'working',
      isCancelled: false,
      isUndone: false,
      work: Promise.resolve(),
    }
    this.#actions.set(action.id, action)
    this.#forget()
    action.work = this.#work(action)
    return render(action)
  }

  /** Lets go of the oldest actions that have ended, so that memory stays bounded. */
  #forget(): void {
    const actions = [...this.#actions.values()]
    let rows = actions.reduce((sum, action) => sum + action.rows.length, 0)
    for (const action of actions) {
      if (rows <= keptRows && this.#actions.size <= keptActions) return
      if (action.state === 'working') continue
      this.#actions.delete(action.id)
      rows -= action.rows.length
    }
  }

  async #work(action: Action): Promise<void> {
    let end: BulkActionState
    try {
      end = await this.#workThrough(action, action.rows)
      // Who manages others of the same deletion can go once those are gone, from the bottom of the tree upwards.
      for (let left = managersOf(action.rows), before = Infinity; end === 'done' && left.length < before;) {
        before = left.length
        end = await this.#workThrough(action, left)
        left = managersOf(left)
      }
    } catch (error) {
      this.#options.log.error({ err: error }, 'a bulk action stopped')
      end = 'stopped'
    }
    action.state = end
    action.ended = this.#options.clock.now()
  }

  async #workThrough(action: Action, rows: readonly BulkRow[]): Promise<BulkActionState> {
    for (let start = 0; start < rows.length; start += batchSize) {
      if (action.isCancelled) return 'cancelled'
      if (this.#closing.signal.aborted) return 'stopped'
      if (!(await this.#workBatch(action, rows.slice(start, start + batchSize)))) return 'stopped'
    }
    return 'done'
  }

  /** Changes the users of a batch; false when the database stayed away. */
  async #workBatch(action: Action, batch: readonly BulkRow[]): Promise<boolean> {
    let left = batch
    for (let attempt = 0; attempt < attempts && !this.#closing.signal.aborted; attempt += 1) {
      left = await this.#tryBatch(action, left)
      if (left.length === 0) return true
      await pause(backoffMs(attempt, { baseMs: 500, limitMs: 10_000 }), this.#closing.signal)
    }
    return false
  }

  /** Changes users and answers those for whom the database was away; nothing is known against them. */
  async #tryBatch(action: Action, batch: readonly BulkRow[]): Promise<readonly BulkRow[]> {
    const users = await this.#options.users.findMany(batch.map((row) => row.userId)).catch(unlessAway)
    if (users === undefined) return batch
    const found = new Map<string, (typeof users)[number]>(users.map((user) => [user.id, user]))
    const waiting = [...batch]
    const left: BulkRow[] = []
    const take = async (): Promise<void> => {
      for (let row = waiting.shift(); row !== undefined; row = waiting.shift()) {
        const user = found.get(row.userId)
        if (user) Object.assign(row, { username: user.username, displayName: user.displayname, before: user.state })
        if (!(await this.#change(action, row))) left.push(row)
      }
    }
    await Promise.all(Array.from({ length: concurrency[action.kind] }, take))
    return left
  }

  /** Changes one user and notes what became of them; false when the database was away. */
  async #change({ kind, origin }: Action, row: BulkRow): Promise<boolean> {
    const state = targetState(kind)
    const { users, log } = this.#options
    try {
      if (state !== undefined && row.before === state) {
        row.outcome = 'unchanged'
        return true
      }
      if (state === undefined) await users.remove(origin, row.userId, {})
      else await users.change(origin, row.userId, { input: { state } })
      row.outcome = 'changed'
      delete row.code
      delete row.message
    } catch (error) {
      if (error instanceof DatabaseUnavailable) return false
      if (!(error instanceof AppError)) log.error({ err: error }, 'a user of a bulk action failed')
      const refusal = error instanceof AppError ? error : new AppError('internal', { cause: error })
      Object.assign(row, { outcome: 'failed', code: refusal.code, message: refusal.message })
    }
    return true
  }
}

function managersOf(rows: readonly BulkRow[]): readonly BulkRow[] {
  return rows.filter((row) => row.code === 'user_has_reports')
}

function unlessAway(error: unknown): undefined {
  if (!(error instanceof DatabaseUnavailable)) throw error
}

function render(action: Action): BulkAction {
  const { id, kind, state, rows, origin, started, ended, undoOf: undone } = action
  const { cause } = origin
  const undoable = state === 'working' || action.isUndone ? 0 : (undoOf(kind, rows)?.rows.length ?? 0)
  return {
    id,
    action: kind,
    state,
    total: rows.length,
    ...countOutcomes(rows),
    undoable,
    ...(undone === undefined ? {} : { undoOf: undone }),
    reason: cause.kind === 'request' ? (cause.reason ?? '') : '',
    startedBy: origin.actor.name,
    started: started.toISOString(),
    ...(ended === undefined ? {} : { ended: ended.toISOString() }),
  }
}
