// Changes of users' states at a time to come, of v2.
import { AppError } from '@lockstep/contract/app-error'
import Type from 'typebox'
import { defineRoute, type Route } from '../../platform/http/route.ts'
import type { ScheduledState, ScheduledStateService } from '../../processes/bulk/scheduled-state.service.ts'
import { originOf } from './change-origin.ts'
import { parameterTexts } from './filter.ts'
import { ListParameters, parseListQuery, v2Page } from './list-query.ts'
import { IdPath, requireObjectId } from './object-id.ts'

export type ScheduledStates = Pick<ScheduledStateService, 'schedule' | 'list' | 'listNext' | 'remove'>

const Texts = Type.Union([Type.String(), Type.Array(Type.String())])
const Scheduled = Type.Object({
  scheduledJobId: Type.String(),
  scheduledDate: Type.String(),
  state: Type.String(),
  systemUserId: Type.String(),
})
const reading = { scheme: 'administrator', permission: 'users.read' } as const
const suspending = { scheme: 'administrator', permission: 'users.suspend' } as const
/** JumpCloud's documentation limits the users of one look to this many. */
const maxLookedAt = 100
/** What PostgreSQL and JavaScript both can say. */
const lastYear = 9999

export function scheduledStateRoutes(scheduledStates: ScheduledStates): readonly Route[] {
  return [...readingRoutes(scheduledStates), ...writingRoutes(scheduledStates)]
}

function render({ id, userId, state, due }: ScheduledState): object {
  return { scheduledJobId: id, scheduledDate: due.toISOString(), state, systemUserId: userId }
}

function readingRoutes(scheduledStates: ScheduledStates): readonly Route[] {
  return [
    defineRoute({
      method: 'GET',
      path: '/api/v2/bulk/userstates',
      summary: 'List scheduled changes of users’ states',
      access: reading,
      query: Type.Object(
        { ...ListParameters.properties, userid: Type.Optional(Texts) },
        { additionalProperties: Texts },
      ),
      reply: { status: 200, schema: Type.Array(Scheduled) },
      async handle({ actor, query, url }) {
        const { limit, skip, condition } = parseListQuery(query, 'v2')
        const [userId] = parameterTexts(query.userid)
        const { items, total } = await scheduledStates.list(actor, {
          limit,
          skip: Math.min(skip, 1_000_000_000),
          ...(condition === undefined ? {} : { condition }),
          ...(userId === undefined ? {} : { userId: requireObjectId(userId, 'userid') }),
        })
        return v2Page(items.map(render), { total, limit, skip, url })
      },
    }),
    defineRoute({
      method: 'GET',
      path: '/api/v2/bulk/userstates/eventlist/next',
      summary: 'List the next scheduled change to each state of the named users',
      access: reading,
      query: Type.Object({ ...ListParameters.properties, users: Texts }, { additionalProperties: Texts }),
      reply: { status: 200, schema: Type.Object({ events_count: Type.Integer(), results: Type.Array(Scheduled) }) },
      async handle({ actor, query }) {
        const { limit, skip } = parseListQuery(query, 'v2')
        const names = parameterTexts(query.users).flatMap((text) => text.split(',').filter(Boolean))
        const ids = names.map((name) => requireObjectId(name, 'users'))
        if (ids.length === 0 || ids.length > maxLookedAt)
          throw refuse('users', `must name 1 to ${maxLookedAt} users, divided by commas.`)
        const { items, total } = await scheduledStates.listNext(actor, [...new Set(ids)], { limit, skip })
        return { body: { events_count: total, results: items.map(render) } }
      },
    }),
  ]
}

function writingRoutes(scheduledStates: ScheduledStates): readonly Route[] {
  return [
    defineRoute({
      method: 'POST',
      path: '/api/v2/bulk/userstates',
      summary: 'Schedule a change of users’ states',
      access: suspending,
      body: Type.Object({
        user_ids: Type.Array(Type.String(), { minItems: 1, maxItems: 1_000 }),
        state: Type.Union([Type.Literal('ACTIVATED'), Type.Literal('SUSPENDED')]),
        start_date: Type.String({ maxLength: 100 }),
        send_activation_emails: Type.Optional(Type.Union([Type.Boolean(), Type.Null()])),
        activation_email_override: Type.Optional(Type.Union([Type.String({ maxLength: 1024 }), Type.Null()])),
      }),
      reply: { status: 201, schema: Type.Array(Scheduled) },
      async handle(request) {
        const { user_ids: userIds, state, start_date: date } = request.body
        const activationEmail = mailOf(request.body)
        const scheduled = await scheduledStates.schedule(originOf(request), {
          userIds: userIds.map((id) => requireObjectId(id, 'user_ids')),
          state,
          due: dateOf(date),
          ...(activationEmail === undefined ? {} : { activationEmail }),
        })
        return { status: 201, body: scheduled.map(render) }
      },
    }),
    defineRoute({
      method: 'DELETE',
      path: '/api/v2/bulk/userstates/:id',
      summary: 'Take a scheduled change back',
      access: suspending,
      params: IdPath,
      reply: { status: 204 },
      async handle(request) {
        await scheduledStates.remove(originOf(request), requireObjectId(request.params.id, 'id'))
        return { status: 204 }
      },
    }),
  ]
}

/** An instant; a date and time without a zone is UTC, so that no machine's zone decides. */
function dateOf(text: string): Date {
  const trimmed = text.trim()
  const form = /^\d{4}-\d{2}-\d{2}(?:[T ]\d{2}:\d{2}(?::\d{2}(?:\.\d{1,9})?)?(z|[+-]\d{2}:?\d{2})?)?$/i.exec(trimmed)
  const hasTime = trimmed.length > 10
  const time = form === null ? Number.NaN : Date.parse(hasTime && form[1] === undefined ? `${trimmed}Z` : trimmed)
  const date = new Date(time)
  const isDay = new Date(`${trimmed.slice(0, 10)}T00:00:00Z`).getUTCDate() === Number(trimmed.slice(8, 10)) // no 31 February
  if (!isDay || Number.isNaN(time) || date.getUTCFullYear() > lastYear || date.getUTCFullYear() < 1)
    throw refuse('start_date', 'must be a date and time such as 2026-01-31T09:00:00Z.')
  return date
}

/** Where a mail of activation goes: empty for the users' own addresses. */
function mailOf(body: {
  readonly send_activation_emails?: boolean | null
  readonly activation_email_override?: string | null
}): string | undefined {
  const override = body.activation_email_override?.trim() ?? ''
  if (override !== '' && !/^[^\s@]{1,255}@[^\s@]{1,255}$/.test(override))
    throw refuse('activation_email_override', 'must be an e-mail address.')
  return body.send_activation_emails === true ? override : undefined
}

function refuse(field: string, detail: string): AppError {
  return new AppError('invalid_request', { field, detail: `${field}: ${detail}` })
}
