// The work on comparisons, in every hub beside the others: `reading` waits for the complete read that was asked for, `comparing` looks at
// users, accounts and groups batch by batch, each in one transaction that also says where the next one begins. A batch is a hub's own as
// long as its transaction; a hub that dies leaves nothing but a place to go on from. Where the hub is the authority and nobody reads the
// domain, the sync agent is asked for every account (`asking`), and what it said is listed (`asked`).
import type { Difference } from '@lockstep/contract/hub/comparison'
import { systemActor } from '../../directory/access/access.rules.ts'
import { userAccounts } from '../../directory/bindings/account-import.service.ts'
import type { ChangeOrigin } from '../../directory/journal/journal.rules.ts'
import type { Database, Queryable } from '../../platform/db/database.ts'
import { domainDraft } from './change-domain.ts'
import { applyBatch, applyReleasedThere } from './comparison-apply.ts'
import { importRunNow, scanObjects, type ScanNeeds } from './comparison-scan.ts'
import { begin, findReader, keptComparisons, usualSchedule } from './comparison.service.ts'
import * as source from './comparison-source.store.ts'
import { compareAccount, compareGroup, isKnownThere } from './comparison.rules.ts'
import * as store from './comparison.store.ts'
import { configurationOf } from './configuration.rules.ts'
import type { Domain } from './domain.rules.ts'
import * as domains from './domain.store.ts'
import type { ImportService } from './import.service.ts'

const objectsPerBatch = 400
const accountsPerBatch = 2000
/** What is to be written meanwhile waits no longer than these take the sync agent. */
const accountsPerQuestion = 500
const groupsPerBatch = 500
const comparisonsPerRound = 100
/** Differences of one comparison that are stored; all are counted. */
const keptDifferences = 100_000
/** A read that does not end in this time never does. */
const readLimitMs = 6 * 60 * 60 * 1000
const rowsPerRemoval = 2000
const firstGuid = '00000000-0000-0000-0000-000000000000'

export interface ComparisonWork {
  /** True when there was something to do and may be more. */
  work(): Promise<boolean>
  /** Begins the comparisons whose hour it is, and removes old ones. */
  beginDue(): Promise<void>
  /** Writes what a person released of what comparisons held. */
  applyReleased(): Promise<void>
}

export interface ComparisonWorkOptions extends ScanNeeds {
  readonly database: Database
  readonly announce: () => void
  readonly importer: Pick<ImportService, 'derive'>
}

export function createComparisonWork(options: ComparisonWorkOptions): ComparisonWork {
  const { database, announce, importer } = options
  const actor = systemActor('hub')
  const step = async (found: store.StoredComparison): Promise<boolean> => {
    if (found.state === 'reading') return waitForRead(options, found)
    if (found.state === 'comparing')
      return database.transaction(async (transaction) => {
        const comparison = await store.claim(transaction, found.id)
        if (comparison?.state !== 'comparing') return false
        const { phase } = comparison
        if (phase === 'asking') return askBatch(transaction, options, comparison)
        if (phase === 'asked') return compareAsked(transaction, options, comparison)
        return compareBatch(transaction, options, { ...comparison, phase })
      })
    const applied = await database.transaction(async (transaction) => {
      const comparison = await store.claim(transaction, found.id)
      return comparison?.applying === true ? applyBatch(transaction, options, comparison) : undefined
    })
    if (applied === undefined) return false
    if (applied > 0) await importer.derive(found.domainId, actor)
    return true
  }
  return {
    async work() {
      let worked = false
      for (const comparison of await store.listWorking(database, comparisonsPerRound))
        if (await step(comparison)) worked = true
      if (worked) announce()
      return worked
    },
    async beginDue() {
      await beginDue(options, actor)
      for (const id of await store.listOld(database, keptComparisons, comparisonsPerRound))
        while (
          (await database.transaction((transaction) => store.removeSome(transaction, id, rowsPerRemoval))) ===
          rowsPerRemoval
        );
    },
    async applyReleased() {
      for (const { id } of await domains.list(database))
        if (await database.transaction((transaction) => applyReleasedThere(transaction, options, id))) announce()
    },
  }
}

async function beginDue(options: ComparisonWorkOptions, actor: ChangeOrigin['actor']): Promise<void> {
  const { database, clock, announce } = options
  const now = clock.now()
  const origin: ChangeOrigin = { actor, cause: { kind: 'schedule', text: 'Daily comparison' } }
  const due = await store.listDue(database, {
    now,
    usualHour: usualSchedule.hour,
    limit: comparisonsPerRound,
  })
  for (const { id, missed } of due) {
    await database.transaction(async (transaction) => {
      const domain = await domains.findKept(transaction, id)
      if (domain === undefined) return
      const { error } = await findReader(transaction, domain, now)
      // After a time of rest the agents may come back later than the hub: the next round looks again.
      if (missed && error !== undefined) return
      await begin(transaction, options, { domain, origin, error })
    })
    announce()
  }
}

/** Looks whether the read has ended; what it brought is derived before anything is compared. */
async function waitForRead(options: ComparisonWorkOptions, found: store.StoredComparison): Promise<boolean> {
  const { database, clock, importer } = options
  const domain = await domains.find(database, found.domainId)
  if (domain === undefined) return false
  const readAt = domain.lastFullReadAt
  if (readAt === null || readAt < found.created) {
    const now = clock.now()
    const isLate = now.getTime() - found.created.getTime() > readLimitMs
    const { kind, error } = isLate
      ? { error: 'The domain cannot be read now: the read did not end.' }
      : await findReader(database, domain, now)
    if (error !== undefined)
      return database.transaction((transaction) => endComparison(transaction, options, { id: found.id, domain, error }))
    if (kind === 'IMPORT') return false
    const total = await source.countSubjects(database, domain.id)
    await store.begin(database, { id: found.id, phase: 'asking', total, readAt: now })
    return true
  }
  await importer.derive(domain.id, systemActor('hub'))
  await database.transaction(async (transaction) => {
    const total = await source.countSubjects(transaction, domain.id)
    await store.begin(transaction, { id: found.id, phase: 'users', total, readAt })
  })
  return true
}

async function endComparison(
  db: Queryable,
  { clock, journal }: ComparisonWorkOptions,
  end: { readonly id: string; readonly domain: Domain; readonly error?: string; readonly found?: number },
): Promise<boolean> {
  const { id, domain, error } = end
  const state = error === undefined ? 'done' : 'failed'
  if (!(await store.end(db, { id, state, error: error ?? null, now: clock.now() }))) return false
  const origin: ChangeOrigin = {
    actor: systemActor('hub'),
    cause: { kind: 'directory', directoryId: domain.id, text: 'Comparison' },
  }
  const changes = error === undefined ? { differences: { after: end.found ?? 0 } } : { error: { after: error } }
  await journal.record(db, origin, [domainDraft('directory.comparison_end', domain, changes)])
  return true
}

interface Batch {
  readonly differences: readonly Difference[]
  readonly compared: number
  /** Behind which key the next batch begins; undefined when there is none. */
  readonly next: string | undefined
}

type ReadPhase = Exclude<store.ComparisonPhase, 'asking' | 'asked'>
const phaseAfter: Readonly<Record<ReadPhase, ReadPhase | undefined>> = {
  users: 'accounts',
  accounts: 'groups',
  groups: undefined,
}

/** Compares the next batch; false while the domain is being read. */
async function compareBatch(
  db: Queryable,
  options: ComparisonWorkOptions,
  comparison: store.StoredComparison & { readonly phase: ReadPhase },
): Promise<boolean> {
  const { domainId, phase } = comparison
  // Nothing is derived or read into the mirror while a batch is looked at.
  await domains.lockMirror(db, domainId)
  const run = await importRunNow(db, options, domainId)
  if (run === undefined) return failUnknown(db, options, comparison)
  const scan = { users: scanUsers, accounts: scanAccounts, groups: scanGroups }[phase]
  const batch = await scan(db, run, comparison.cursor)
  return keepBatch(db, options, { comparison, domain: run.domain, batch, nextPhase: phaseAfter[phase] })
}

/** Asks for the next accounts once the sync agent has said of those before whether they are there; false while it has not. */
async function askBatch(
  db: Queryable,
  options: ComparisonWorkOptions,
  comparison: store.StoredComparison,
): Promise<boolean> {
  const { id, domainId, cursor, compared } = comparison
  const domain = await domains.find(db, domainId)
  if (domain === undefined) return false
  const { error } =
    configurationOf(domain.useCase).home === 'hub'
      ? await findReader(db, domain, options.clock.now())
      : { error: 'The configuration of the domain was changed meanwhile.' }
  if (error !== undefined) return endComparison(db, options, { id, domain, error })
  if (await userAccounts.isAsking(db, domainId)) return false
  const question = { directoryId: domainId, after: cursor, limit: accountsPerQuestion }
  const { count, last } = await userAccounts.askForObjects(db, question)
  const next = last === undefined ? ({ phase: 'asked', cursor: '' } as const) : { cursor: last }
  await store.advance(db, { ...comparison, ...next, compared: compared + count })
  return true
}

/** Lists what the sync agent did not find; how many there are was counted when it was asked. */
async function compareAsked(
  db: Queryable,
  options: ComparisonWorkOptions,
  comparison: store.StoredComparison,
): Promise<boolean> {
  const domain = await domains.find(db, comparison.domainId)
  if (domain === undefined) return false
  const batch = await scanAccounts(db, { domain }, comparison.cursor)
  return keepBatch(db, options, { comparison, domain, batch: { ...batch, compared: 0 }, nextPhase: undefined })
}

interface ComparedBatch {
  readonly comparison: store.StoredComparison
  readonly domain: Domain
  readonly batch: Batch
  readonly nextPhase: ReadPhase | undefined
}

async function keepBatch(
  db: Queryable,
  options: ComparisonWorkOptions,
  { comparison, domain, batch, nextPhase }: ComparedBatch,
): Promise<boolean> {
  const { id, phase, kept } = comparison
  const stored = batch.differences.slice(0, Math.max(0, keptDifferences - kept))
  await store.insertRows(db, { id, from: kept, differences: stored })
  const counts: Record<string, number> = { ...comparison.counts }
  for (const { kind } of batch.differences) counts[kind] = (counts[kind] ?? 0) + 1
  const following = batch.next === undefined ? nextPhase : phase
  await store.advance(db, {
    id,
    phase: following ?? phase,
    cursor: batch.next ?? '',
    compared: comparison.compared + batch.compared,
    counts,
    kept: kept + stored.length,
  })
  if (following !== undefined) return true
  const found = Object.values(counts).reduce((sum, count) => sum + count, 0)
  return endComparison(db, options, { id, domain, found })
}

/** While a read is open the comparison waits; without an integration group there is nothing to compare. */
async function failUnknown(
  db: Queryable,
  options: ComparisonWorkOptions,
  { id, domainId }: store.StoredComparison,
): Promise<boolean> {
  const domain = await domains.find(db, domainId)
  if (domain === undefined || domain.openReadId !== null || domain.awaitsFullRead) return false
  const error =
    'The integration group or the root container was not found in the domain, so nobody knows who is in scope.'
  return endComparison(db, options, { id, domain, error })
}

type Scan = (db: Queryable, run: Awaited<ReturnType<typeof importRunNow>> & object, after: string) => Promise<Batch>

const scanUsers: Scan = async (db, run, after) => {
  const objects = await source.listObjects(db, { ...run.place, after: after || firstGuid, limit: objectsPerBatch })
  const found = await scanObjects(db, run, objects)
  const next = objects.length < objectsPerBatch ? undefined : objects.at(-1)?.guid
  return { differences: found.flatMap(({ differences }) => differences), compared: objects.length, next }
}

async function scanAccounts(db: Queryable, { domain }: { readonly domain: Domain }, after: string): Promise<Batch> {
  const accounts = await source.listAccounts(db, { domainId: domain.id, after, limit: accountsPerBatch })
  const { isWritten } = configurationOf(domain.useCase)
  const differences = accounts.flatMap((account) =>
    compareAccount(account, {
      isWritten,
      isThere: isKnownThere(domain, account),
      username: account.username ?? account.externalName ?? '',
    }),
  )
  return {
    differences,
    compared: accounts.length,
    next: accounts.length < accountsPerBatch ? undefined : accounts.at(-1)?.id,
  }
}

/** The groups of the hub, and with the last of them the objects that are no group here. */
const scanGroups: Scan = async (db, { domain, place }, after) => {
  const groups = await source.listGroups(db, { domainId: domain.id, after, limit: groupsPerBatch })
  const differences = groups.flatMap((group) => compareGroup(domain, group))
  if (groups.length === groupsPerBatch) return { differences, compared: groups.length, next: groups.at(-1)?.groupId }
  const own = new Set([place.integrationGroupGuid, place.adminGroupGuid])
  const unknown = await source.listUnknownGroups(db, { domainId: domain.id, after: firstGuid, limit: groupsPerBatch })
  const { isBrought } = configurationOf(domain.useCase)
  const missing = unknown.flatMap(({ guid, name, detail }): Difference[] =>
    own.has(guid)
      ? []
      : [
          {
            ...{ kind: 'missing_here', subjectKind: 'group', subjectName: name, guid, takesAway: false },
            action: isBrought && detail === null ? 'taken_over' : 'nothing',
            ...(detail === null ? {} : { detail }),
          },
        ],
  )
  return { differences: [...differences, ...missing], compared: groups.length, next: undefined }
}
