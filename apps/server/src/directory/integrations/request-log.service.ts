// What integrations ask for. Requests are kept in memory for a moment and written together, so that no request waits for its row; a hub that
// is killed loses that moment of the log, and nothing else. Reads are counted by the hour, and one now and then is kept as a sample.
import type { Actor } from '@lockstep/contract/access'
import { AppError } from '@lockstep/contract/app-error'
import type {
  IntegrationHour,
  IntegrationRequest,
  IntegrationRequestDetail,
  IntegrationRequestQuery,
} from '@lockstep/contract/hub/integration'
import type { Page } from '@lockstep/contract/hub/page'
import type { Clock } from '@lockstep/kernel/clock'
import { newId, parseId } from '@lockstep/kernel/ids'
import type { Json } from '@lockstep/kernel/json'
import type { Database } from '../../platform/db/database.ts'
import { DatabaseError } from '../../platform/db/database-error.ts'
import type { Log } from '../../platform/log/log.ts'
import { requirePermission } from '../access/access.rules.ts'
import * as integrations from './integration.store.ts'
import { withoutRedacted, withoutSecrets } from './redaction.rules.ts'
import * as store from './request-log.store.ts'

/** A request that was answered; bodies may hold secrets, which are not kept. */
export interface NotedRequest extends Omit<store.RequestRow, 'id' | 'requestBody' | 'responseBody' | 'keys'> {
  readonly keys: readonly string[]
  readonly requestBody: unknown
  readonly responseBody: unknown
}

/** A request to be sent again. */
export interface RepeatableRequest {
  readonly method: string
  readonly path: string
  readonly body: unknown
}

/** Refusals are AppErrors. */
export interface RequestLog {
  /** Keeps a request and answers its id. */
  note(request: NotedRequest): string
  /** Counts a read; true when it is to be kept as a sample too. */
  noteRead(integrationId: string): boolean
  list(actor: Actor, integrationId: string, query: IntegrationRequestQuery): Promise<Page<IntegrationRequest>>
  get(actor: Actor, integrationId: string, id: string): Promise<IntegrationRequestDetail>
  /** What a failed write was. Refuses with `request_not_repeatable`. */
  repeatable(integrationId: string, id: string): Promise<RepeatableRequest>
  hours(actor: Actor, integrationId: string): Promise<readonly IntegrationHour[]>
  /** When each of some integrations last asked for something, and how many of its requests failed in the last 24 hours. */
  latest(
    ids: readonly string[],
  ): Promise<ReadonlyMap<string, { readonly lastRequest: Date | null; readonly failures: number }>>
  /** The latest writes about somebody, by a name, address or id in any letter case. */
  about(integrationId: string, key: string): Promise<readonly IntegrationRequest[]>
  /** Writes what is kept in memory. */
  flush(): Promise<void>
  removeOld(): Promise<void>
  close(): Promise<void>
}

export interface RequestLogOptions {
  readonly database: Database
  readonly clock: Clock
  readonly log: Log
}

const keptMs = 30 * 86_400_000
const hourMs = 3_600_000
const dayMs = 24 * hourMs
const flushAfterMs = 250
const rowsPerStatement = 200
/** While the database is away; what comes beyond is not kept. */
const rowsInMemory = 10_000
const bodyLength = 32_768
const sampleEveryMs = 60_000
const pageRows = 50
const rowsAbout = 50
const removedAtOnce = 2_000
/** The class of SQLSTATE for values that a type does not take. */
const dataException = '22'

export function createRequestLog(options: RequestLogOptions): RequestLog {
  const { clock, database } = options
  const memory = createMemory(options)
  const samples = new Map<string, number>()
  return {
    note(request) {
      const id = newId(request.at.getTime())
      const { requestBody, responseBody, ...facts } = request
      if (!request.isRead) memory.count(request.integrationId, request.status < 400 ? 'writes' : 'failures')
      else if (request.status >= 400) memory.count(request.integrationId, 'failures')
      memory.keep({
        ...facts,
        id,
        // Cut texts may end within a letter, which the database does not take.
        path: request.path.toWellFormed(),
        words: request.words.toWellFormed(),
        subject: request.subject.toWellFormed(),
        client: request.client.toWellFormed(),
        keys: [...new Set(request.keys.map((key) => key.toLowerCase().slice(0, 1024).toWellFormed()))],
        requestBody: keptBody(requestBody),
        responseBody: keptBody(responseBody),
      })
      return id
    },
    noteRead(integrationId) {
      memory.count(integrationId, 'reads')
      const nowMs = clock.now().getTime()
      if (nowMs < (samples.get(integrationId) ?? Number.NEGATIVE_INFINITY) + sampleEveryMs) return false
      samples.set(integrationId, nowMs)
      return true
    },
    ...reading(options, memory.flush),
    flush: memory.flush,
    async removeOld() {
      const before = new Date(clock.now().getTime() - keptMs)
      const firstId = newId(before.getTime()).slice(0, 8).padEnd(24, '0')
      while ((await store.removeBefore(database, firstId, removedAtOnce)) === removedAtOnce);
      await store.removeCountsBefore(database, before)
    },
    close: memory.close,
  }
}

interface Memory {
  keep(row: store.RequestRow): void
  count(integrationId: string, what: 'reads' | 'writes' | 'failures'): void
  readonly flush: () => Promise<void>
  readonly close: () => Promise<void>
}

/** Rows and counts on their way into the database. */
function createMemory({ database, clock, log }: RequestLogOptions): Memory {
  let rows: store.RequestRow[] = []
  let counts = new Map<string, store.HourCount>()
  let timer: NodeJS.Timeout | undefined
  let writing: Promise<void> = Promise.resolve()
  const write = async (): Promise<void> => {
    while (rows.length > 0) {
      const batch = rows.slice(0, rowsPerStatement)
      try {
        await store.insertMany(database, batch)
      } catch (error) {
        // What cannot be stored must not stand in the way of what follows.
        if (!(error instanceof DatabaseError && error.sqlState.startsWith(dataException))) throw error
        log.error({ err: error, rows: batch.length }, 'requests of integrations could not be kept')
      }
      rows = rows.slice(batch.length)
    }
    const [counted, before] = [[...counts.values()], counts]
    counts = new Map()
    try {
      if (counted.length > 0) await store.addCounts(database, counted)
    } catch (error) {
      for (const [key, one] of before) counts.set(key, added(counts.get(key), one))
      throw error
    }
  }
  const flush = (): Promise<void> => {
    clearTimeout(timer)
    timer = undefined
    const mine = writing.then(write)
    writing = mine.catch((error: unknown) => {
      log.warn({ err: error, rows: rows.length }, 'the log of integrations could not be written and is tried again')
      later()
    })
    return mine
  }
  const later = (): void => {
    timer ??= setTimeout(() => void flush().catch(() => undefined), flushAfterMs)
    timer.unref()
  }
  return {
    keep(row) {
      if (rows.length < rowsInMemory) rows.push(row)
      else log.warn({ integrationId: row.integrationId }, 'a request of an integration was not kept: too many wait')
      later()
    },
    count(integrationId, what) {
      const hour = new Date(Math.floor(clock.now().getTime() / hourMs) * hourMs)
      const key = `${integrationId} ${hour.getTime()}`
      const one = { integrationId, hour, reads: 0, writes: 0, failures: 0, [what]: 1 }
      counts.set(key, added(counts.get(key), one))
      later()
    },
    flush,
    async close() {
      // What the database does not take any more is lost; the log says so.
      await flush().catch(() => undefined)
      clearTimeout(timer)
    },
  }
}

function added(one: store.HourCount | undefined, other: store.HourCount): store.HourCount {
  if (one === undefined) return other
  return {
    ...one,
    reads: one.reads + other.reads,
    writes: one.writes + other.writes,
    failures: one.failures + other.failures,
  }
}

function keptBody(body: unknown): string | null {
  if (body === undefined) return null
  const text = JSON.stringify(withoutSecrets(body as Json))
  return text.length > bodyLength ? null : text
}

function reading(
  { database, clock }: RequestLogOptions,
  flush: () => Promise<void>,
): Pick<RequestLog, 'list' | 'get' | 'repeatable' | 'hours' | 'latest' | 'about'> {
  const known = async (actor: Actor, id: string): Promise<string> => {
    requirePermission(actor, 'integrations.read')
    const integration = await integrations.find(database, parseId(id) ?? '')
    if (integration === undefined) throw new AppError('not_found', { field: 'id' })
    await flush()
    return integration.id
  }
  const find = async (integrationId: string, id: string) => {
    const row = await store.find(database, { integrationId, id: parseId(id) ?? '' })
    if (row === undefined) throw new AppError('not_found', { field: 'requestId' })
    return row
  }
  return {
    async list(actor, id, query) {
      const integrationId = await known(actor, id)
      const { limit = pageRows, after, status, user, from, until, ...rest } = query
      const search: store.RequestSearch = {
        ...rest,
        integrationId,
        afterId: after,
        status: status === undefined ? undefined : statusRange(status),
        key: user?.toLowerCase(),
        from: timeOf('from', from),
        until: timeOf('until', until),
      }
      const [rows, total] = [await store.list(database, search, limit + 1), await store.count(database, search)]
      const items = rows.slice(0, limit)
      const last = items.at(-1)
      return { items: items.map(toRequest), total, ...(rows.length > limit && last ? { next: last.id } : {}) }
    },
    async get(actor, id, requestId) {
      const row = await find(await known(actor, id), requestId)
      return {
        ...toRequest(row),
        ...(row.requestBody === null ? {} : { requestBody: JSON.parse(row.requestBody) as unknown }),
        ...(row.responseBody === null ? {} : { responseBody: JSON.parse(row.responseBody) as unknown }),
        canReplay: canReplay(row),
      }
    },
    async repeatable(integrationId, requestId) {
      await flush()
      const row = await find(integrationId, requestId)
      if (!canReplay(row)) throw new AppError('request_not_repeatable', { field: 'requestId' })
      const body = row.requestBody === null ? undefined : withoutRedacted(JSON.parse(row.requestBody) as Json)
      return { method: row.method, path: row.path, body }
    },
    async hours(actor, id) {
      const integrationId = await known(actor, id)
      const rows = await store.listCounts(database, integrationId, new Date(clock.now().getTime() - keptMs))
      return rows.map(({ hour, ...counts }) => ({ hour: hour.toISOString(), ...counts }))
    },
    async latest(ids) {
      await flush()
      const rows = await store.listLatest(database, ids, new Date(clock.now().getTime() - dayMs))
      return new Map(rows.map(({ id, ...latest }) => [id, latest]))
    },
    async about(integrationId, key) {
      await flush()
      return (await store.list(database, { integrationId, key: key.toLowerCase() }, rowsAbout)).map(toRequest)
    },
  }
}

/** Of what was not done, all but bulk requests, whose operations are rows of their own. */
function canReplay(row: store.ListedRequest & Pick<store.RequestRow, 'requestBody'>): boolean {
  const isDone = row.outcome === 'done' || row.outcome === 'held'
  return !row.isRead && !isDone && (row.method === 'DELETE' || row.requestBody !== null) && !/^\/bulk/i.test(row.path)
}

function timeOf(field: 'from' | 'until', text: string | undefined): Date | undefined {
  if (text === undefined) return undefined
  const time = new Date(text)
  // A leap second is well-formed, and no time here.
  if (Number.isNaN(time.getTime()))
    throw new AppError('invalid_request', { field, detail: `${field}: is no time that exists here.` })
  return time
}

/** `409`, all of `4xx`, or all `errors`. */
function statusRange(status: string): readonly [number, number] {
  if (status === 'errors') return [400, 599]
  const least = Number(status.replace('xx', '00'))
  return status.endsWith('xx') ? [least, least + 99] : [least, least]
}

function toRequest(row: store.ListedRequest): IntegrationRequest {
  const { integrationId: _integration, at, subjectKind, subjectId, replayOf, ...facts } = row
  return {
    id: facts.id,
    at: at.toISOString(),
    method: facts.method,
    path: facts.path,
    status: facts.status,
    outcome: facts.outcome,
    words: facts.words,
    ...(subjectKind === null ? {} : { subjectKind }),
    ...(subjectId === null ? {} : { subjectId }),
    subject: facts.subject,
    durationMs: facts.durationMs,
    client: facts.client,
    actor: facts.actor,
    correlationId: facts.correlationId,
    isRead: facts.isRead,
    ...(replayOf === null ? {} : { replayOf }),
  }
}
