// Bulk jobs of v2: a list of users to create or change is taken at once, and what became of each row is read from the job's results.
import { AppError } from '@lockstep/contract/app-error'
import { bulkJobRowsLimit, type BulkJobKind, type BulkJobRow } from '@lockstep/contract/hub/bulk-job'
import type { UserState } from '@lockstep/contract/hub/user'
import type { Clock } from '@lockstep/kernel/clock'
import Type from 'typebox'
import { defineRoute, type Route, type RouteReply } from '../../platform/http/route.ts'
import type { BulkJobService } from '../../processes/bulk/bulk-job.service.ts'
import { castUser } from './cast-user.ts'
import { originOf } from './change-origin.ts'
import { ListParameters, parseListQuery, v2Page } from './list-query.ts'
import { requireObjectId } from './object-id.ts'
import { UserBody } from './user-body.ts'

/** Where users come from, as far as it decides on the state of those who name none. */
export type UserSource = 'csvImport' | 'applicationImport'

export interface BulkUserOptions {
  readonly bulkJobs: Pick<BulkJobService, 'start' | 'get' | 'listRows'>
  readonly defaultStateOf: (source: UserSource) => Promise<UserState>
  readonly clock: Clock
}

/** About 300 bytes a row of a job of the greatest size. */
const bulkBodyLimitBytes = 32 * 1_048_576

const Text = Type.Union([Type.String(), Type.Null()])
const CreateRow = UserBody
const ChangeRow = Type.Object({ id: Type.Optional(Text), _id: Type.Optional(Text), ...UserBody.properties })
const NameRow = Type.Object({ id: Type.Optional(Text), _id: Type.Optional(Text) })
const rowsOf = <T extends Parameters<typeof Type.Array>[0]>(row: T): Type.TArray<T> =>
  Type.Array(row, { minItems: 1, maxItems: bulkJobRowsLimit })
const MailQuery = Type.Object({ suppressEmail: Type.Optional(Type.Boolean()) })

const JobId = Type.Object({ jobId: Type.String() })
const Nullable = Type.Union([Type.String(), Type.Null()])
const JobWorkResult = Type.Object({
  id: Nullable,
  status: Nullable,
  statusMsg: Nullable,
  meta: Type.Object({}, { additionalProperties: Type.Unknown() }),
  persistedFields: Type.Union([Type.Object({}, { additionalProperties: Type.Unknown() }), Type.Null()]),
  createdAt: Nullable,
  updatedAt: Nullable,
})

const writing = { scheme: 'administrator', permission: 'users.write' } as const

export function bulkUserRoutes(options: BulkUserOptions): readonly Route[] {
  return [creationRoute(options), ...changeRoutes(options), ...resultsRoutes(options)]
}

function started(jobId: string): RouteReply {
  return { status: 201, body: { jobId } }
}

function creationRoute({ bulkJobs, defaultStateOf, clock }: BulkUserOptions): Route {
  return defineRoute({
    method: 'POST',
    path: '/api/v2/bulk/users',
    summary: 'Create users by a job',
    access: writing,
    query: MailQuery,
    body: rowsOf(CreateRow),
    bodyLimitBytes: bulkBodyLimitBytes,
    reply: { status: 201, schema: JobId },
    async handle(request) {
      const source = sourceOf(request.headers['creation-source'])
      const isFile = source === 'jumpcloud:bulk'
      const job = await bulkJobs.start(originOf(request), {
        kind: 'create',
        name: '',
        creationSource: source,
        defaultState: await defaultStateOf(isFile ? 'csvImport' : 'applicationImport'),
        rows: request.body.map((body) => ({
          ...namesOf(body),
          read: () => castUser(body, { now: clock.now() }),
        })),
      })
      return started(job.id)
    },
  })
}

/** The documented ones; an unknown one is not kept as a user's word of where they come from. */
const sources = ['gapps', 'o365', 'workday', 'scim', 'bulk', 'custom_integration'].map((name) => `jumpcloud:${name}`)

function sourceOf(header: string | readonly string[] | undefined): string {
  const text = String(header ?? '')
    .trim()
    .toLowerCase()
  if (text === '') return 'jumpcloud:bulk'
  if (sources.includes(text)) return text
  throw new AppError('invalid_request', {
    field: 'creation-source',
    detail: `creation-source: must be one of ${sources.join(', ')}.`,
  })
}

/** What the row calls the user, for the results. */
function namesOf({ username, email }: UserBody): { readonly username?: string; readonly email?: string } {
  return {
    ...(typeof username === 'string' ? { username: username.slice(0, 1024) } : {}),
    ...(typeof email === 'string' ? { email: email.slice(0, 1024) } : {}),
  }
}

interface NamedRow {
  readonly id?: string | null
  readonly _id?: string | null
}

function idOf({ id, _id }: NamedRow): { readonly id: string } {
  return { id: (id ?? _id ?? '').trim() }
}

function changeRoutes({ bulkJobs, clock }: BulkUserOptions): readonly Route[] {
  const facts = { name: '', defaultState: 'ACTIVATED' } as const
  const named = (path: string, kind: BulkJobKind, summary: string): Route =>
    defineRoute({
      method: 'POST',
      path,
      summary,
      access: writing,
      body: rowsOf(NameRow),
      bodyLimitBytes: bulkBodyLimitBytes,
      reply: { status: 201, schema: JobId },
      async handle(request) {
        const rows = request.body.map((row) => ({ ...idOf(row), read: () => ({}) }))
        return started((await bulkJobs.start(originOf(request), { ...facts, kind, rows })).id)
      },
    })
  return [
    defineRoute({
      method: 'PATCH',
      path: '/api/v2/bulk/users',
      summary: 'Change the named fields of users by a job',
      access: writing,
      query: MailQuery,
      body: rowsOf(ChangeRow),
      bodyLimitBytes: bulkBodyLimitBytes,
      reply: { status: 201, schema: JobId },
      async handle(request) {
        const rows = request.body.map(({ id, _id, ...body }) => ({
          ...idOf({ id: id ?? null, _id: _id ?? null }),
          read: (present: { readonly attributes: NonNullable<Parameters<typeof castUser>[1]['stored']> } | undefined) =>
            castUser(body, { now: clock.now(), ...(present ? { stored: present.attributes } : {}) }),
        }))
        return started((await bulkJobs.start(originOf(request), { ...facts, kind: 'update', rows })).id)
      },
    }),
    named('/api/v2/bulk/user/expires', 'expire', 'Expire the passwords of users by a job'),
    named('/api/v2/bulk/user/unlocks', 'unlock', 'Unlock users by a job'),
  ]
}

/** The second address is that of older descriptions. */
function resultsRoutes({ bulkJobs }: BulkUserOptions): readonly Route[] {
  return ['/api/v2/bulk/users/:job_id/results', '/api/v2/jobs/:job_id/results'].map((path) =>
    defineRoute({
      method: 'GET',
      path,
      summary: 'List what became of each row of a job',
      access: { scheme: 'administrator', permission: 'users.read' },
      params: Type.Object({ job_id: Type.String() }),
      query: ListParameters,
      reply: { status: 200, schema: Type.Array(JobWorkResult) },
      async handle({ actor, params, query, url }) {
        return jobResults(bulkJobs, { actor, jobId: requireObjectId(params.job_id, 'job_id'), query, url })
      },
    }),
  )
}

interface ResultsQuery {
  readonly actor: Parameters<BulkJobService['get']>[0]
  readonly jobId: string
  readonly query: Parameters<typeof parseListQuery>[0]
  readonly url: string
}

/** A page of the results of a job. */
async function jobResults(
  bulkJobs: Pick<BulkJobService, 'get' | 'listRows'>,
  { actor, jobId, query, url }: ResultsQuery,
): Promise<RouteReply> {
  const { limit, skip } = parseListQuery({ limit: query['limit'], skip: query['skip'] }, 'v2')
  const [job, page] = await Promise.all([bulkJobs.get(actor, jobId), bulkJobs.listRows(actor, jobId, { limit, skip })])
  const rows = page.items.map((row) => renderRow(row, job))
  return v2Page(rows, { total: page.total, limit, skip, url })
}

const statusOf: Readonly<Record<BulkJobRow['outcome'], string>> = {
  changed: 'finished',
  unchanged: 'finished',
  failed: 'failed',
  waiting: 'pending',
  cancelled: 'cancelled',
}
const doneMessages: Readonly<Record<BulkJobKind, string>> = {
  create: 'User created',
  update: 'User updated',
  expire: 'Password expired',
  unlock: 'User unlocked',
}

function messageOf(row: BulkJobRow, kind: BulkJobKind): string {
  switch (row.outcome) {
    case 'changed':
      return doneMessages[kind]
    case 'unchanged':
      return 'Nothing to change'
    case 'failed':
      return row.message ?? 'Failed'
    case 'waiting':
      return 'Waiting'
    case 'cancelled':
      return 'The job was cancelled before this row'
  }
}

function renderRow(
  row: BulkJobRow,
  job: { readonly id: string; readonly kind: BulkJobKind; readonly created: string },
): object {
  const { userId, username, email, code, field } = row
  const isDone = row.outcome === 'changed' || row.outcome === 'unchanged'
  return {
    id: `${job.id}-${row.row}`,
    status: statusOf[row.outcome],
    statusMsg: messageOf(row, job.kind),
    meta: {
      row: row.row,
      jobId: job.id,
      ...(username === '' ? {} : { username }),
      ...(email === '' ? {} : { email }),
      ...(userId === undefined ? {} : { systemUserId: userId }),
      ...(code === undefined ? {} : { code }),
      ...(field === undefined ? {} : { field }),
    },
    persistedFields: isDone ? { id: userId, username, email } : null,
    createdAt: job.created,
    updatedAt: row.updated,
  }
}
