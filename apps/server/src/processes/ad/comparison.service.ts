// Comparing a domain with the hub after a complete read of it. Asking for it and looking at it is here; `comparison-work.ts` does it. A
// comparison changes nothing; applying differences does, and takes nothing away before a person released it.
import { AppError } from '@lockstep/contract/app-error'
import type {
  Comparison,
  ComparisonApply,
  ComparisonList,
  ComparisonSchedule,
  Difference,
  DifferenceQuery,
  DifferenceRow,
  UserDrift,
} from '@lockstep/contract/hub/comparison'
import type { Page } from '@lockstep/contract/hub/page'
import { newId, parseId } from '@lockstep/kernel/ids'
import { requirePermission } from '../../directory/access/access.rules.ts'
import type { ChangeOrigin } from '../../directory/journal/journal.rules.ts'
import { findUsersById } from '../../directory/users/user-import.service.ts'
import type { Database, Queryable } from '../../platform/db/database.ts'
import * as agentStore from './agent.store.ts'
import { domainDraft, noDirectory } from './change-domain.ts'
import { importRunNow, scanObjects, type ScanNeeds } from './comparison-scan.ts'
import * as source from './comparison-source.store.ts'
import { compareAccount, isKnownThere } from './comparison.rules.ts'
import * as store from './comparison.store.ts'
import { configurationOf } from './configuration.rules.ts'
import { agentHealth, type Domain } from './domain.rules.ts'
import * as domains from './domain.store.ts'

const defaultPageRows = 50
/** Comparisons of a domain that are kept. */
export const keptComparisons = 5
/** Rows that one statement chooses, so that none is long. */
const rowsPerStatement = 2000
export const usualSchedule: ComparisonSchedule = { enabled: true, hour: 2 }

type Actor = ChangeOrigin['actor']

/** A comparison of a directory. */
export interface ComparisonKey {
  readonly directoryId: string
  readonly comparisonId: string
}

export interface ComparisonService {
  /** Begins a comparison: `domain_unreadable` when nobody can read the domain now, `comparison_running` while another one goes on. */
  start(origin: ChangeOrigin, directoryId: string): Promise<Comparison>
  cancel(origin: ChangeOrigin, key: ComparisonKey): Promise<Comparison>
  list(actor: Actor, directoryId: string): Promise<ComparisonList>
  get(actor: Actor, key: ComparisonKey): Promise<Comparison>
  differences(actor: Actor, key: ComparisonKey, query: DifferenceQuery): Promise<Page<DifferenceRow>>
  /** Chooses differences that are then applied in the background. */
  apply(origin: ChangeOrigin, key: ComparisonKey, input: ComparisonApply): Promise<Comparison>
  schedule(origin: ChangeOrigin, directoryId: string, input: ComparisonSchedule): Promise<ComparisonSchedule>
  /** What differs now between the hub and a user's accounts, by what was read last. */
  drift(actor: Actor, userId: string): Promise<UserDrift>
}

export interface ComparisonServiceOptions extends ScanNeeds {
  readonly database: Database
  readonly announce: () => void
}

export function createComparisonService(options: ComparisonServiceOptions): ComparisonService {
  const { database } = options
  const load = async (id: string): Promise<Domain> => {
    const domain = await domains.find(database, parseId(id) ?? '')
    if (domain === undefined) throw noDirectory()
    return domain
  }
  const find = async ({ directoryId, comparisonId }: ComparisonKey): Promise<store.StoredComparison> => {
    const found = await store.find(database, {
      domainId: (await load(directoryId)).id,
      id: parseId(comparisonId) ?? '',
    })
    if (found === undefined)
      throw new AppError('not_found', { field: 'comparisonId', detail: 'There is no such comparison.' })
    return found
  }
  return { ...reading(options, load, find), ...acting(options, load, find) }
}

type Load = (id: string) => Promise<Domain>
type Find = (key: ComparisonKey) => Promise<store.StoredComparison>

function reading(
  options: ComparisonServiceOptions,
  load: Load,
  find: Find,
): Pick<ComparisonService, 'list' | 'get' | 'differences' | 'drift'> {
  const { database } = options
  return {
    async list(actor, directoryId) {
      requirePermission(actor, 'directories.read')
      const { id } = await load(directoryId)
      const rows = await store.list(database, id, keptComparisons)
      const schedule = (await store.findSchedule(database, id)) ?? usualSchedule
      return { items: await Promise.all(rows.map((row) => view(database, row))), schedule }
    },
    async get(actor, key) {
      requirePermission(actor, 'directories.read')
      return view(database, await find(key))
    },
    async differences(actor, key, { limit = defaultPageRows, after, ...query }) {
      requirePermission(actor, 'directories.read')
      requirePermission(actor, 'users.read')
      const filter = { ...query, id: (await find(key)).id }
      // One more than asked for tells whether another page follows.
      const rows = await store.listRows(database, { ...filter, after: Number(after ?? '-1'), limit: limit + 1 })
      const items = rows.slice(0, limit).map(rowView)
      const last = items.at(-1)
      const total = await store.countRows(database, filter)
      return { items, total, ...(rows.length > limit && last ? { next: String(last.id) } : {}) }
    },
    async drift(actor, userId) {
      requirePermission(actor, 'users.read')
      const [user] = await findUsersById(database, [parseId(userId) ?? ''])
      if (user === undefined) throw new AppError('not_found', { field: 'id', detail: 'There is no such user.' })
      const items: UserDrift['items'] = []
      for (const domain of await domains.list(database)) {
        const differences = await driftIn(options, domain, user.id)
        if (differences === undefined) continue
        const { id: directoryId, name: directoryName, lastReadAt } = domain
        items.push({
          ...{ directoryId, directoryName, differences: [...differences] },
          ...(lastReadAt === null ? {} : { readAt: lastReadAt.toISOString() }),
        })
      }
      return { items }
    },
  }
}

function acting(
  options: ComparisonServiceOptions,
  load: Load,
  find: Find,
): Pick<ComparisonService, 'start' | 'cancel' | 'apply' | 'schedule'> {
  const { database, clock, journal, announce } = options
  return {
    async start(origin, directoryId) {
      requirePermission(origin.actor, 'directories.write')
      const domain = await load(directoryId)
      const { error } = await findReader(database, domain, clock.now())
      if (error !== undefined) throw new AppError('domain_unreadable', { detail: error })
      const id = await database.transaction((transaction) => begin(transaction, options, { domain, origin }))
      if (id === undefined) throw new AppError('comparison_running')
      announce()
      return view(database, await find({ directoryId: domain.id, comparisonId: id }))
    },
    async cancel(origin, key) {
      requirePermission(origin.actor, 'directories.write')
      const { id } = await find(key)
      const domain = await load(key.directoryId)
      await database.transaction(async (transaction) => {
        const now = clock.now()
        if (!(await store.end(transaction, { id, state: 'cancelled', error: null, now }))) return
        await journal.record(transaction, origin, [domainDraft('directory.comparison_cancel', domain, {})])
      })
      announce()
      return view(database, await find(key))
    },
    async apply(origin, key, input) {
      requirePermission(origin.actor, 'directories.write')
      const { id, state } = await find(key)
      if (state === 'reading' || state === 'comparing') throw new AppError('comparison_open')
      const domain = await load(key.directoryId)
      if ((input.ids === undefined) === (input.all === undefined))
        throw new AppError('invalid_request', { field: 'ids', detail: 'ids: name the differences, or send all: true.' })
      const { kind, search, ids = null } = input
      let chosen = 0
      for (;;) {
        const count = await database.transaction(async (transaction) => {
          const selected = await store.select(transaction, { id, kind, search, ids, limit: rowsPerStatement })
          if (selected > 0) await store.setApplying(transaction, id, true)
          return selected
        })
        chosen += count
        if (count < rowsPerStatement) break
      }
      const changes = { differences: { after: chosen }, ...(kind === undefined ? {} : { kind: { after: kind } }) }
      if (chosen > 0)
        await journal.record(database, origin, [domainDraft('directory.comparison_apply', domain, changes)])
      announce()
      return view(database, await find(key))
    },
    async schedule(origin, directoryId, input) {
      requirePermission(origin.actor, 'directories.write')
      const domain = await load(directoryId)
      await database.transaction(async (transaction) => {
        const before = (await store.findSchedule(transaction, domain.id)) ?? usualSchedule
        if (before.enabled === input.enabled && before.hour === input.hour) return
        await store.putSchedule(transaction, domain.id, input)
        const changes = { comparison: { before: { ...before }, after: { ...input } } }
        await journal.record(transaction, origin, [domainDraft('directory.update', domain, changes)])
      })
      announce()
      return input
    },
  }
}

/**
 * Who can say now what is in the domain: an import agent, else the sync agent where the hub is the authority, which looks for each account; or
 * why nobody can.
 */
export async function findReader(
  db: Queryable,
  domain: Domain,
  now: Date,
): Promise<{ readonly kind?: 'IMPORT' | 'SYNC'; readonly error?: string }> {
  const agents = (await agentStore.list(db, domain.id)).map((agent) => {
    return { kind: agent.kind, ...agentHealth({ ...agent, enrolled: agent.publicKey !== null }, now) }
  })
  const mayAsk = configurationOf(domain.useCase).home === 'hub'
  const able = agents.filter(({ kind, light }) => light === 'green' && (kind === 'IMPORT' || mayAsk))
  const best = able.find(({ kind }) => kind === 'IMPORT') ?? able[0]
  if (best !== undefined) return { kind: best.kind }
  const wanted = mayAsk && !agents.some(({ kind }) => kind === 'IMPORT') ? 'SYNC' : 'IMPORT'
  const name = wanted === 'SYNC' ? 'sync agent' : 'import agent'
  const reason = agents.find(({ kind }) => kind === wanted)?.reason ?? `There is no ${name}. Add one.`
  return { error: `The domain cannot be read now. The ${name}: ${reason}` }
}

/**
 * Stores a comparison and asks for the read that it begins with; undefined while another one goes on. One for which nobody can read the domain
 * is stored as failed, with the `error`.
 */
export async function begin(
  db: Queryable,
  { clock, journal }: Pick<ComparisonServiceOptions, 'clock' | 'journal'>,
  asked: { readonly domain: Domain; readonly origin: ChangeOrigin; readonly error?: string | undefined },
): Promise<string | undefined> {
  const { domain, origin, error } = asked
  const created = clock.now()
  const id = newId(created.getTime())
  const scheduled = origin.cause.kind === 'schedule'
  const row = { id, domainId: domain.id, scheduled, requestedBy: origin.actor.name, created, error: error ?? null }
  if (!(await store.insert(db, row))) return undefined
  await domains.requestFullRead(db, domain.id)
  const changes = error === undefined ? {} : { error: { after: error } }
  await journal.record(db, origin, [domainDraft('directory.compare', domain, changes)])
  return id
}

/** What differs between a user and their account in a domain; undefined when they have none there. */
async function driftIn(
  options: ComparisonServiceOptions,
  domain: Domain,
  userId: string,
): Promise<readonly Difference[] | undefined> {
  return options.database.transaction(async (transaction) => {
    const account = await source.findAccount(transaction, { domainId: domain.id, userId })
    if (account === undefined) return undefined
    const { isWritten } = configurationOf(domain.useCase)
    const username = account.username ?? ''
    const own = compareAccount(account, { isWritten, isThere: isKnownThere(domain, account), username })
    const run = await importRunNow(transaction, options, domain.id)
    if (run === undefined || account.externalId === null) return own
    const objects = await source.listObjectsByGuids(transaction, { ...run.place, guids: [account.externalId] })
    const [found] = await scanObjects(transaction, run, objects)
    return [...(found?.differences ?? []), ...own]
  })
}

async function view(db: Queryable, row: store.StoredComparison): Promise<Comparison> {
  const {
    domainId,
    created,
    readAt,
    ended,
    error,
    applying: _applying,
    phase: _phase,
    cursor: _cursor,
    counts,
    ...rest
  } = row
  return {
    ...rest,
    directoryId: domainId,
    created: created.toISOString(),
    counts: { ...counts },
    found: Object.values(counts).reduce((sum, count) => sum + count, 0),
    ...(await store.countChosen(db, row.id)),
    ...(readAt === null ? {} : { readAt: readAt.toISOString() }),
    ...(ended === null ? {} : { ended: ended.toISOString() }),
    ...(error === null ? {} : { error }),
  }
}

function rowView(row: store.StoredRow): DifferenceRow {
  return Object.fromEntries(Object.entries(row).filter(([, value]) => value !== null)) as DifferenceRow
}
