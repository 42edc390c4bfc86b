import { AppError } from '@lockstep/contract/app-error'
import {
  BulkJob,
  BulkJobCreate,
  type BulkJobKey,
  BulkJobListQuery,
  BulkJobRow,
  BulkJobRowQuery,
  BulkRowParts,
  bulkJobRowsLimit,
} from '@lockstep/contract/hub/bulk-job'
import { IdParams, pageOf } from '@lockstep/contract/hub/page'
import { UserCreate, type UserState, UserUpdate } from '@lockstep/contract/hub/user'
import type { Clock } from '@lockstep/kernel/clock'
import Type from 'typebox'
import { defineRoute, type Route } from '../../platform/http/route.ts'
import { compileValidator } from '../../platform/http/validation.ts'
import type { BulkJobService, BulkJobWish } from '../../processes/bulk/bulk-job.service.ts'
import { bulkRowsCsv } from './bulk-rows-csv.ts'
import { originOf } from './change-origin.ts'
import { servicePage, servicePageQuery } from './service-page.ts'
import { storedInput } from './stored-input.ts'

/** The part of the bulk jobs that people use. */
export type BulkJobs = Omit<BulkJobService, 'work' | 'removeOld'>

export interface BulkJobRouteOptions {
  readonly bulkJobs: BulkJobs
  /** The state of new users of a file that names none. */
  readonly defaultStateOf: (source: 'csvImport') => Promise<UserState>
  readonly clock: Clock
}

const defaultPageRows = 50
const rowsPerRead = 1_000
/** About 300 bytes a row of a job of the greatest size. */
const bodyLimitBytes = 32 * 1_048_576

/** Bulk jobs: users created or changed row by row, with progress and what became of every row. */
export function bulkJobRoutes(options: BulkJobRouteOptions): readonly Route[] {
  return [...readingRoutes(options), ...actingRoutes(options)]
}

function readingRoutes({ bulkJobs }: BulkJobRouteOptions): readonly Route[] {
  const access = { scheme: 'administrator', permission: 'users.read' } as const
  return [
    defineRoute({
      method: 'GET',
      path: '/hub/v1/bulk-jobs',
      summary: 'List the bulk jobs of the last month, newest first',
      access,
      query: BulkJobListQuery,
      reply: { status: 200, schema: pageOf(BulkJob) },
      async handle({ actor, query }) {
        const { limit = defaultPageRows, ...place } = servicePageQuery(query)
        return { body: servicePage(await bulkJobs.list(actor, { limit, ...place })) }
      },
    }),
    defineRoute({
      method: 'GET',
      path: '/hub/v1/bulk-jobs/:id',
      summary: 'Read how far a bulk job is',
      access,
      params: IdParams,
      reply: { status: 200, schema: BulkJob },
      handle: async ({ actor, params }) => ({ body: await bulkJobs.get(actor, params.id) }),
    }),
    defineRoute({
      method: 'GET',
      path: '/hub/v1/bulk-jobs/:id/results',
      summary: 'List what became of each row of a bulk job',
      access,
      params: IdParams,
      query: BulkJobRowQuery,
      reply: { status: 200, schema: pageOf(BulkJobRow) },
      async handle({ actor, params, query }) {
        const { limit = defaultPageRows, after, outcome } = servicePageQuery(query)
        const place = { limit, ...(outcome === undefined ? {} : { outcome }), ...rowAfter(after) }
        return { body: servicePage(await bulkJobs.listRows(actor, params.id, place)) }
      },
    }),
    defineRoute({
      method: 'GET',
      path: '/hub/v1/bulk-jobs/:id/results.csv',
      summary: 'Download what became of each row of a bulk job',
      access,
      params: IdParams,
      async handle({ actor, params }) {
        const rows: BulkJobRow[] = []
        for (let after = 0, isMore = true; isMore && rows.length < bulkJobRowsLimit;) {
          const page = await bulkJobs.listRows(actor, params.id, { limit: rowsPerRead, after })
          rows.push(...page.items)
          after = rows.at(-1)?.row ?? after
          isMore = page.next !== undefined
        }
        return {
          text: { contentType: 'text/csv; charset=utf-8', content: bulkRowsCsv(rows) },
          headers: { 'content-disposition': `attachment; filename="bulk-job-${params.id}.csv"` },
        }
      },
    }),
  ]
}

function rowAfter(after: string | undefined): { readonly after?: number } {
  if (after === undefined) return {}
  if (!/^\d{1,6}$/.test(after))
    throw new AppError('invalid_request', { field: 'after', detail: 'after: is no place in this list.' })
  return { after: Number(after) }
}

function actingRoutes({ bulkJobs, defaultStateOf, clock }: BulkJobRouteOptions): readonly Route[] {
  const access = { scheme: 'administrator', permission: 'users.write' } as const
  return [
    defineRoute({
      method: 'POST',
      path: '/hub/v1/bulk-jobs',
      summary: 'Create, change, unlock or expire users row by row, behind this request',
      access,
      body: BulkJobCreate,
      bodyLimitBytes,
      reply: { status: 202, schema: BulkJob },
      async handle(request) {
        const { kind, rows, key, name = '', reason } = request.body
        const defaultState = await defaultStateOf('csvImport')
        const wish = { kind, name, defaultState, rows: rowsOf(kind, rows, { clock, key }) }
        return { status: 202, body: await bulkJobs.start(originOf(request, reason), wish) }
      },
    }),
    defineRoute({
      method: 'POST',
      path: '/hub/v1/bulk-jobs/:id/cancel',
      summary: 'End a bulk job early; what is done stays done',
      access,
      params: IdParams,
      reply: { status: 200, schema: BulkJob },
      handle: async (request) => ({ body: await bulkJobs.cancel(originOf(request), request.params.id) }),
    }),
  ]
}

const validation = { convert: true, tolerant: false } as const
const readNew = compileValidator(UserCreate, 'body', validation) as (row: unknown) => UserCreate
const { revision: _revision, ...changeable } = UserUpdate.properties
const UserChange = Type.Object(
  { ...changeable, state: Type.Optional(Type.Union([Type.Literal('ACTIVATED'), Type.Literal('SUSPENDED')])) },
  { additionalProperties: false },
)
const readChange = compileValidator(UserChange, 'body', validation) as (row: unknown) => Type.Static<typeof UserChange>
const readParts = compileValidator(BulkRowParts, 'body', validation) as (row: unknown) => BulkRowParts
const readNothing = compileValidator(Type.Object({}, { additionalProperties: false }), 'body', validation)

type Fields = Readonly<Record<string, unknown>>

/** Rows as the job takes them. Each is checked by itself, so that one that is not valid fails alone. */
function rowsOf(
  kind: BulkJobCreate['kind'],
  rows: readonly Fields[],
  { clock, key }: { readonly clock: Clock; readonly key: BulkJobKey | undefined },
): BulkJobWish['rows'] {
  const now = clock.now()
  if (kind === 'create')
    return rows.map((row) => {
      const { fields, parts } = splitParts(row)
      return {
        ...shownNames(row),
        read: () => storedInput(readNew(fields), { now }),
        readParts: () => readParts(parts),
      }
    })
  return rows.map((row) => {
    const { name, fields: given } = nameOf(row, key === undefined ? naming : [key])
    const { fields, parts } = kind === 'update' ? splitParts(given) : { fields: given, parts: {} }
    const read: BulkJobWish['rows'][number]['read'] = (present) => {
      if (kind !== 'update') {
        readNothing(fields)
        return {}
      }
      const { state, ...change } = readChange(fields)
      return {
        ...storedInput(change, { now, stored: present?.attributes }),
        ...(state === undefined ? {} : { state }),
      }
    }
    return { ...name, read, readParts: () => readParts(parts) }
  })
}

/** A row's fields of the user, and what is decided beside the user later. */
function splitParts(row: Fields): { readonly fields: Fields; readonly parts: Fields } {
  const isPart = ([field]: readonly [string, unknown]): boolean => Object.hasOwn(BulkRowParts.properties, field)
  const entries = Object.entries(row)
  return {
    fields: Object.fromEntries(entries.filter((entry) => !isPart(entry))),
    parts: Object.fromEntries(entries.filter(isPart)),
  }
}

function shownNames({ username, email }: Fields): { readonly username?: string; readonly email?: string } {
  return {
    ...(typeof username === 'string' ? { username: username.slice(0, 1024) } : {}),
    ...(typeof email === 'string' ? { email: email.slice(0, 1024) } : {}),
  }
}

const naming = ['id', 'username', 'email'] as const

/** Whom a row means, by the first of the names that it has; the other fields are what changes. */
function nameOf(
  row: Fields,
  keys: readonly BulkJobKey[],
): { readonly name: Readonly<Record<string, string>>; readonly fields: Fields } {
  const key = keys.find((one) => typeof row[one] === 'string' && row[one].trim() !== '')
  const { id: _id, ...rest } = row
  if (key === undefined) return { name: {}, fields: rest }
  const name = { [key]: String(row[key]).trim() }
  if (key === 'id') return { name, fields: rest }
  const { [key]: _key, ...fields } = rest
  return { name, fields }
}
