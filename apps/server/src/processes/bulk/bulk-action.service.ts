// One change of many users at once, whom a person chose one by one or by what they have in common. An action is a bulk job: its rows are
// the users, so it goes on after a restart, on every hub, and ends as `bulk-job.service.ts` says. What is its own: the choice of the
// users before the work begins, because the work itself changes who matches, and the way back.
import type { Permission } from '@lockstep/contract/access'
import { AppError } from '@lockstep/contract/app-error'
import type { BulkAction, BulkActionRow, BulkOutcome } from '@lockstep/contract/hub/bulk-action'
import { bulkUsersLimit } from '@lockstep/contract/hub/bulk-users-limit'
import type { Page } from '@lockstep/contract/hub/page'
import { sha256 } from '@lockstep/kernel/digest'
import { parseId } from '@lockstep/kernel/ids'
import { requirePermission } from '../../directory/access/access.rules.ts'
import type { ChangeOrigin } from '../../directory/journal/journal.rules.ts'
import type { UserService } from '../../directory/users/user.service.ts'
import { isUniqueViolation } from '../../platform/db/database-error.ts'
import { type BulkKind, bulkKinds, reportsFirst, undoOf } from './bulk-action.rules.ts'
import { authorityRow, isAuthorityKind } from './bulk-authority.rules.ts'
import { cancelJob, type IntakeOptions, type NewJob, rowsPerWrite, takeJob } from './bulk-job-intake.ts'
import { isAction, type RowCounts } from './bulk-job.rules.ts'
import * as store from './bulk-job.store.ts'

type UserListing = Parameters<UserService['list']>[1]
type Actor = ChangeOrigin['actor']

/** What is asked for: users by id, or all that a listing matches, with the number that the person saw. */
export interface BulkWish {
  readonly kind: BulkKind
  /** For the actions about authority: the directory that gets it, null for the hub. */
  readonly authority?: string | null
  readonly users:
    | { readonly ids: readonly string[] }
    | { readonly matching: Omit<UserListing, 'sort' | 'limit'>; readonly count: number }
}

export interface BulkRowQuery {
  readonly limit: number
  /** The row after which the page begins. */
  readonly after?: string
  readonly outcome?: BulkOutcome
}

/** Bulk actions of the last month, newest first. Refusals are AppErrors. */
export interface BulkActionService {
  /** Chooses the users now and lets the workers begin; the same wish of the same actor joins the action that works on it. */
  start(origin: ChangeOrigin, wish: BulkWish): Promise<BulkAction>
  list(actor: Actor): Promise<readonly BulkAction[]>
  get(actor: Actor, id: string): Promise<BulkAction>
  /** The users in the order in which they are worked through, with what became of them. `next` is a row's number. */
  listRows(actor: Actor, id: string, query: BulkRowQuery): Promise<Page<BulkActionRow>>
  /** Ends after the batches in hand. */
  cancel(origin: ChangeOrigin, id: string): Promise<BulkAction>
  /** Begins the opposite action for those whom this one changed. */
  undo(origin: ChangeOrigin, id: string): Promise<BulkAction>
}

export interface BulkActionOptions extends IntakeOptions {
  readonly users: Pick<UserService, 'list' | 'findMany'>
}

/** A user of an action before anything was done. */
interface Chosen {
  readonly id: string
  readonly username: string
  readonly email: string
  readonly displayname: string
  readonly manager: string | null
}

const listed = 50
const none: RowCounts = { changed: 0, unchanged: 0, failed: 0, undoable: 0, remarked: 0 }

export function createBulkActionService(options: BulkActionOptions): BulkActionService {
  const { database } = options
  return {
    start: (origin, wish) => start(options, origin, wish),
    async list(actor) {
      requirePermission(actor, 'users.read')
      return renderAll(options, await store.listJobs(database, { kinds: bulkKinds, limit: listed }))
    },
    async get(actor, id) {
      requirePermission(actor, 'users.read')
      return render(options, id)
    },
    async listRows(actor, id, query) {
      requirePermission(actor, 'users.read')
      return listRows(options, await requireAction(options, id), query)
    },
    async cancel(origin, id) {
      requirePermission(origin.actor, 'users.suspend')
      await cancelJob(options, origin, await requireAction(options, id))
      return render(options, id)
    },
    undo: (origin, id) => undo(options, origin, id),
  }
}

function permissionOf(kind: BulkKind): Permission {
  if (isAuthorityKind(kind)) return 'users.write'
  return kind === 'delete' ? 'users.delete' : 'users.suspend'
}

/** The two actions about authority say whose it becomes, and no other one does. */
async function requireAuthority({ database }: BulkActionOptions, { kind, authority }: BulkWish): Promise<void> {
  const field = 'authority'
  if (isAuthorityKind(kind) !== (authority !== undefined))
    throw new AppError('invalid_request', {
      field,
      detail: `authority: ${authority === undefined ? 'say which directory, or null for the hub.' : 'does not belong to this action.'}`,
    })
  if (typeof authority === 'string' && !(await store.hasDirectory(database, authority)))
    throw new AppError('invalid_request', { field, detail: 'authority: there is no such directory.' })
}

async function start(options: BulkActionOptions, origin: ChangeOrigin, wish: BulkWish): Promise<BulkAction> {
  requirePermission(origin.actor, permissionOf(wish.kind))
  await requireAuthority(options, wish)
  const key = sha256(JSON.stringify([origin.actor.id, wish])).toString('hex')
  const same = await store.findWorkingWish(options.database, key)
  if (same !== undefined) return render(options, same.id)
  const found = await choose(options, origin, wish)
  // Nobody matches any more.
  if (found.length === 0) throw new AppError('revision_changed')
  const chosen = wish.kind === 'delete' ? reportsFirst(found) : found
  const facts = { kind: wish.kind, total: chosen.length, wish: key }
  try {
    return await begin(options, origin, { ...facts, parts: () => partsOf(chosen, wish.authority) })
  } catch (error) {
    if (!isUniqueViolation(error, 'bulk_jobs_wish')) throw error
    const other = await store.findWorkingWish(options.database, key)
    if (other === undefined) throw new AppError('overloaded', { retryAfterSeconds: 1, cause: error })
    return render(options, other.id)
  }
}

async function begin(
  options: BulkActionOptions,
  origin: ChangeOrigin,
  facts: Pick<NewJob, 'kind' | 'total' | 'wish' | 'undoOf' | 'parts'>,
): Promise<BulkAction> {
  const job = { ...facts, name: '', defaultState: 'ACTIVATED' as const, creationSource: null }
  return render(options, await takeJob(options, origin, job))
}

async function* partsOf(
  chosen: readonly Chosen[],
  authority: string | null | undefined,
): AsyncIterable<readonly store.NewRow[]> {
  for (let first = 0; first < chosen.length; first += rowsPerWrite)
    yield chosen.slice(first, first + rowsPerWrite).map(({ id, username, email, displayname }, index) =>
      newRow({
        ...{ position: first + index + 1, userId: id, username, email, displayName: displayname },
        ...(authority === undefined ? {} : { input: authorityRow(authority) }),
      }),
    )
}

type RowFacts = Pick<store.NewRow, 'position' | 'userId' | 'username' | 'email' | 'displayName'>

function newRow(facts: RowFacts & Partial<Pick<store.NewRow, 'input'>>): store.NewRow {
  return { input: {}, passwordSealed: null, failure: null, ...facts }
}

/** The users as they are now. */
async function choose(
  { users }: BulkActionOptions,
  { actor }: ChangeOrigin,
  { users: wish }: BulkWish,
): Promise<readonly Chosen[]> {
  if ('ids' in wish) {
    const ids = [...new Set(wish.ids)]
    const found = new Map((await users.findMany(ids)).map((user): [string, Chosen] => [user.id, user]))
    return ids.map((id) => found.get(id) ?? { id, username: '', email: '', displayname: '', manager: null })
  }
  const chosen: Chosen[] = []
  const limit = Math.min(wish.count, bulkUsersLimit)
  for (let isMore = true; isMore;) {
    const last = chosen.at(-1)?.id
    const page = await users.list(actor, {
      ...wish.matching,
      sort: [],
      limit: rowsPerWrite,
      ...(last === undefined ? {} : { after: { value: '', id: last } }),
    })
    for (const { id, username, email, displayname, manager } of page)
      chosen.push({ id, username, email, displayname, manager })
    if (chosen.length > limit)
      throw new AppError('revision_changed', {
        detail: `More users match now than the ${limit.toLocaleString('en')} that were shown. Look at the list again.`,
      })
    isMore = page.length === rowsPerWrite
  }
  return chosen
}

async function undo(options: BulkActionOptions, origin: ChangeOrigin, id: string): Promise<BulkAction> {
  requirePermission(origin.actor, 'users.suspend')
  const job = await requireAction(options, id)
  const way = job.state === 'working' ? undefined : undoOf(job.kind)
  const { undoable: total } = (await store.countRows(options.database, [job.id])).get(job.id) ?? none
  if (way === undefined || total === 0) throw new AppError('nothing_to_undo')
  const parts = async function* (): AsyncIterable<readonly store.NewRow[]> {
    let from = 1
    for (let position = 1; position <= total;) {
      const rows = await store.listUndoable(options.database, { jobId: job.id, ...way, from, limit: rowsPerWrite })
      if (rows.length === 0) return
      const first = position
      yield rows.map((row, index) => newRow({ ...row, position: first + index }))
      position += rows.length
      from = (rows.at(-1)?.position ?? from) + 1
    }
  }
  try {
    return await begin(options, origin, { kind: way.kind, total, undoOf: job.id, parts })
  } catch (error) {
    if (!isUniqueViolation(error, 'bulk_jobs_undo')) throw error
    throw new AppError('nothing_to_undo', { cause: error })
  }
}

async function requireAction({ database }: BulkActionOptions, id: string): Promise<store.StoredJob> {
  const job = await store.findJob(database, parseId(id) ?? '')
  if (job === undefined || !isAction(job.kind) || job.state === 'receiving')
    throw new AppError('not_found', { field: 'id' })
  return job
}

async function listRows(
  { database }: BulkActionOptions,
  job: store.StoredJob,
  { limit, after, outcome }: BulkRowQuery,
): Promise<Page<BulkActionRow>> {
  if (after !== undefined && !/^\d{1,6}$/.test(after))
    throw new AppError('invalid_request', { field: 'after', detail: 'after: is no place in this list.' })
  const wanted = outcome === 'not_reached' ? 'waiting' : outcome
  const from = Number(after ?? 0) + 1
  const found = await store.listRows(database, { jobId: job.id, from, limit: limit + 1, outcome: wanted })
  const last = found.length > limit ? found[limit - 1] : undefined
  return {
    items: found.slice(0, limit).map(renderRow),
    total: outcome === undefined ? job.total : await countOf(database, job, outcome),
    ...(last === undefined ? {} : { next: String(last.position) }),
  }
}

async function countOf(
  database: BulkActionOptions['database'],
  job: store.StoredJob,
  outcome: BulkOutcome,
): Promise<number> {
  const counts = (await store.countRows(database, [job.id])).get(job.id) ?? none
  return outcome === 'not_reached' ? job.total - counts.changed - counts.unchanged - counts.failed : counts[outcome]
}

function renderRow(row: store.StoredRow): BulkActionRow {
  const { userId, username, displayName, before, state, isUnchanged, code, message } = row
  const done = isUnchanged ? 'unchanged' : 'changed'
  return {
    userId: userId ?? '',
    username,
    displayName,
    ...(before === null ? {} : { before }),
    outcome: state === 'waiting' ? 'not_reached' : state === 'done' ? done : 'failed',
    ...(code === null ? {} : { code }),
    ...(message === null ? {} : { message }),
  }
}

async function render(options: BulkActionOptions, id: string): Promise<BulkAction> {
  const [shown] = await renderAll(options, [await requireAction(options, id)])
  if (shown === undefined) throw new AppError('not_found', { field: 'id' })
  return shown
}

async function renderAll(
  { database }: BulkActionOptions,
  jobs: readonly store.StoredJob[],
): Promise<readonly BulkAction[]> {
  const ids = (of: (job: store.StoredJob) => boolean): string[] => jobs.filter(of).map(({ id }) => id)
  const counted = await store.countRows(
    database,
    ids(({ state }) => state !== 'done'),
  )
  const undone = await store.listUndone(
    database,
    ids(({ state }) => state !== 'working'),
  )
  return jobs.flatMap((job) => {
    if (!isAction(job.kind)) return []
    const counts = counted.get(job.id) ?? none
    const { cause, actor } = job.origin
    const isOver = job.state === 'done' || job.state === 'cancelled'
    return [
      {
        id: job.id,
        action: job.kind,
        state: job.state === 'receiving' ? 'working' : job.state,
        total: job.total,
        changed: job.changed ?? counts.changed,
        unchanged: job.unchanged ?? counts.unchanged,
        failed: job.failed ?? counts.failed,
        undoable: !isOver || undone.has(job.id) ? 0 : (job.undoable ?? counts.undoable),
        ...(job.undoOf === null ? {} : { undoOf: job.undoOf }),
        reason: cause.reason ?? '',
        startedBy: actor.name,
        started: job.created.toISOString(),
        ...(job.ended === null ? {} : { ended: job.ended.toISOString() }),
      },
    ]
  })
}
