// Takes what an import agent read. Objects go into the mirror as they come; the last batch of a read brings its end: the cookie is kept
// in the same transaction as what that batch brought. Between the first and the last batch nothing is derived, so a read that breaks
// off changes nobody; the next one repeats what was missed.
import type { ReadBatch, ReadObject, ReadReply } from '@lockstep/contract/agents/protocol'
import { AppError } from '@lockstep/contract/app-error'
import type { Clock } from '@lockstep/kernel/clock'
import type { JsonObject } from '@lockstep/kernel/json'
import type { Database, Queryable } from '../../platform/db/database.ts'
import type { Domain } from './domain.rules.ts'
import * as domains from './domain.store.ts'
import type { ImportService } from './import.service.ts'
import { withEntraSigns } from './entra-signs.rules.ts'
import { attributesToRead, isWider } from './import-fields.rules.ts'
import * as memberReads from './members-read.store.ts'
import * as mirror from './mirror.store.ts'
import * as ties from './mirror-ties.store.ts'
import * as scope from './mirror-scope.store.ts'

const wantedPerReply = 1000

export interface ReadService {
  accept(
    reader: { readonly domainId: string; readonly agentId: string; readonly agentName: string },
    batch: ReadBatch,
  ): Promise<ReadReply>
}

export interface ReadServiceOptions {
  readonly database: Database
  readonly clock: Clock
  readonly importer: ImportService
}

export function createReadService({ database, clock, importer }: ReadServiceOptions): ReadService {
  return {
    async accept({ domainId, agentId, agentName }, batch) {
      await database.transaction(async (transaction) => {
        await domains.lockMirror(transaction, domainId)
        const domain = await requireLease(transaction, { domainId, agentId, epoch: batch.epoch })
        if (batch.first)
          await domains.openRead(transaction, { domainId, readId: batch.readId, full: batch.kind === 'full' })
        else if (domain.openReadId !== batch.readId)
          throw new AppError('lease_lost', {
            detail: 'Another read has begun meanwhile. Start this one again.',
            field: 'readId',
          })
        await write(transaction, domain, batch)
        await noteEntraSigns(transaction, domain, batch)
        if (batch.end) await end(transaction, domain, batch, clock.now())
      })
      if (!batch.end) return { accepted: true, wantedGuids: [] }
      if (batch.kind === 'full') await mirror.analyze(database)
      await importer.derive(domainId, { kind: 'agent', id: agentId, name: agentName, permissions: new Set() })
      return { accepted: true, wantedGuids: [...(await mirror.listWanted(database, domainId, wantedPerReply))] }
    },
  }
}

/** The agent must still hold the lease under the epoch it was given: a paused ex-primary writes nothing. */
async function requireLease(
  db: Queryable,
  lease: { readonly domainId: string; readonly agentId: string; readonly epoch: number },
): Promise<Domain> {
  const domain = await domains.findKept(db, lease.domainId)
  if (domain === undefined) throw new AppError('not_found', { field: 'domainId' })
  if (domain.importAgentId !== lease.agentId || domain.importEpoch !== lease.epoch) throw new AppError('lease_lost')
  return domain
}

/** Changes of what the mirror does not have say less than all: something was restored, and its links with it. Everything is read again. */
async function noteUnknown(db: Queryable, domain: Domain, batch: ReadBatch): Promise<void> {
  if (batch.kind !== 'changes') return
  const guids = batch.objects.flatMap(({ guid, kind, deleted }) => (kind === 'unchanged' && !deleted ? [guid] : []))
  if (guids.length === 0 || (await scope.listPresent(db, domain.id, guids)).size === new Set(guids).size) return
  await domains.requestFullRead(db, domain.id)
}

async function noteEntraSigns(db: Queryable, domain: Domain, { kind, first, objects }: ReadBatch): Promise<void> {
  const before = kind === 'full' && first ? null : domain.entraSigns
  const after = withEntraSigns(before, objects)
  if (JSON.stringify(after) !== JSON.stringify(domain.entraSigns)) await domains.setEntraSigns(db, domain.id, after)
}

async function write(db: Queryable, domain: Domain, batch: ReadBatch): Promise<void> {
  await noteUnknown(db, domain, batch)
  const objects = [...batch.objects.map(toWrite), ...(batch.missingGuids ?? []).map(missing)]
  for (const wave of inWaves(objects))
    await mirror.writeObjects(db, { domainId: domain.id, readId: batch.readId, objects: wave })
  // Until the first read has ended nothing was derived, so that everything is dirty anyway.
  const wasDerived = domain.lastReadAt !== null
  const members = batch.objects.flatMap(({ guid, members }) => (members ? [{ guid, ...members }] : []))
  const changed: string[] = []
  for (const wave of inWaves(members)) changed.push(...(await mirror.writeMembers(db, domain.id, wave)))
  await memberReads.noteMembersRead(
    db,
    domain.id,
    members.map(({ guid }) => guid),
  )
  if (!wasDerived) return
  const moved = batch.objects.filter(
    (object) => object.kind === 'container' || (object.deleted && object.kind !== 'user'),
  )
  if (!batch.first || batch.kind !== 'full')
    await mirror.markInside(
      db,
      domain.id,
      moved.map((object) => object.guid),
    )
  const gone = batch.objects.filter((object) => object.deleted).map((object) => object.guid)
  await mirror.markBelow(db, domain.id, [...changed, ...gone])
  await mirror.dropMembers(db, domain.id, gone)
}

async function end(db: Queryable, domain: Domain, batch: ReadBatch, now: Date): Promise<void> {
  const full = batch.kind === 'full'
  const wanted = attributesToRead(domain.behaviour, domain.ruleAttributes)
  const told = batch.end?.attributes
  if (full) {
    const gone = await mirror.markUnseenDeleted(db, domain.id, batch.readId)
    await mirror.markBelow(db, domain.id, gone)
    await mirror.dropMembers(db, domain.id, gone)
    await ties.wantAbsent(db, domain.id, batch.readId)
  }
  await domains.closeRead(db, {
    domainId: domain.id,
    full,
    cookie: batch.end?.cookie ?? null,
    invocationId: batch.end?.invocationId ?? null,
    highestUsn: batch.end?.highestUsn ?? null,
    isEnough: !isWider(told ?? wanted, wanted),
    attributes: told ?? null,
    isWider: !full && told !== undefined && isWider(domain.readAttributes ?? [], told),
    now,
  })
}

/** What is told of an object again in the same batch is written after what was told of it first. */
function inWaves<T extends { readonly guid: string }>(rows: readonly T[]): readonly (readonly T[])[] {
  const waves: T[][] = []
  const told = new Map<string, number>()
  for (const row of rows) {
    const place = told.get(row.guid) ?? 0
    told.set(row.guid, place + 1)
    const wave = waves[place]
    if (wave === undefined) waves.push([row])
    else wave.push(row)
  }
  return waves
}

const notKept = new Set(['objectClass', 'member', 'manager', 'name', 'isDeleted'])

function toWrite(object: ReadObject): mirror.MirrorWrite {
  const attributes: Record<string, string> = {}
  const removed: string[] = []
  for (const name in object.attributes) {
    if (notKept.has(name)) continue
    const first = object.attributes[name]?.[0]
    if (first === undefined) removed.push(name)
    else attributes[name] = first.replaceAll('\u0000', '')
  }
  const manager = object.attributes['manager']
  return {
    guid: object.guid,
    kind: object.kind === 'unchanged' ? null : object.kind,
    deleted: object.deleted,
    dn: object.dn,
    parentGuid: object.parentGuid ?? null,
    complete: object.complete,
    attributes: attributes satisfies JsonObject,
    removed,
    managerGuid: guidOf(manager?.[0]),
    managerSeen: manager !== undefined,
    unreadable: object.unreadable ?? [],
  }
}

function guidOf(text: string | undefined): string | null {
  return text !== undefined && /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/.test(text) ? text : null
}

/** An object that was asked for and does not exist any more. */
function missing(guid: string): mirror.MirrorWrite {
  return {
    guid,
    kind: null,
    deleted: true,
    dn: '',
    parentGuid: null,
    complete: false,
    attributes: {},
    removed: [],
    managerGuid: null,
    managerSeen: false,
    unreadable: [],
  }
}
