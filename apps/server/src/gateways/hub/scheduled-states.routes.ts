import { AppError } from '@lockstep/contract/app-error'
import { IdParams } from '@lockstep/contract/hub/page'
import { ScheduledState, ScheduledStateCreate } from '@lockstep/contract/hub/scheduled-state'
import { assert } from '@lockstep/kernel/assert'
import type { Clock } from '@lockstep/kernel/clock'
import Type from 'typebox'
import type { UserService } from '../../directory/users/user.service.ts'
import { defineRoute, type Route } from '../../platform/http/route.ts'
import type { ScheduledStateService } from '../../processes/bulk/scheduled-state.service.ts'
import { originOf } from './change-origin.ts'

/** The part of the scheduled changes that people use. */
export type ScheduledStates = Pick<ScheduledStateService, 'schedule' | 'list' | 'remove'>

export interface ScheduledStateRouteOptions {
  readonly scheduledStates: ScheduledStates
  readonly users: Pick<UserService, 'get'>
  readonly clock: Clock
}

const shownSchedules = 100
const path = '/hub/v1/users/:id/scheduled-states'

/** Changes of a user's state that are to come. */
export function scheduledStateRoutes({ scheduledStates, users, clock }: ScheduledStateRouteOptions): readonly Route[] {
  return [
    defineRoute({
      method: 'GET',
      path,
      summary: 'List the next changes of a user’s state that are to come, in the order in which they are due',
      access: { scheme: 'administrator', permission: 'users.read' },
      params: IdParams,
      reply: { status: 200, schema: Type.Object({ items: Type.Array(ScheduledState), total: Type.Integer() }) },
      async handle({ actor, params }) {
        const { id: userId } = await users.get(actor, params.id)
        const { items, total } = await scheduledStates.list(actor, { userId, limit: shownSchedules, skip: 0 })
        return { body: { items: items.map(rendered), total } }
      },
    }),
    defineRoute({
      method: 'POST',
      path,
      summary: 'Suspend or activate a user at a time to come',
      access: { scheme: 'administrator', permission: 'users.suspend' },
      params: IdParams,
      body: ScheduledStateCreate,
      reply: { status: 201, schema: ScheduledState },
      async handle(request) {
        const { state, due, reason } = request.body
        const { id: userId } = await users.get(request.actor, request.params.id)
        const wish = { userIds: [userId], state, due: timeToCome(due, clock) }
        const [made] = await scheduledStates.schedule(originOf(request, reason), wish)
        assert(made !== undefined, 'what was scheduled for one user is one change')
        return { status: 201, body: rendered(made) }
      },
    }),
    defineRoute({
      method: 'DELETE',
      path: '/hub/v1/scheduled-states/:id',
      summary: 'Call off a change of a user’s state that is to come',
      access: { scheme: 'administrator', permission: 'users.suspend' },
      params: IdParams,
      reply: { status: 204 },
      async handle(request) {
        await scheduledStates.remove(originOf(request), request.params.id)
        return { status: 204 }
      },
    }),
  ]
}

type Scheduled = Awaited<ReturnType<ScheduledStates['list']>>['items'][number]

function rendered({ id, userId, state, due }: Scheduled): ScheduledState {
  return { id, userId, state, due: due.toISOString() }
}

function timeToCome(text: string, clock: Clock): Date {
  const due = new Date(text)
  // A day that does not exist rolls over into the next month.
  const isTime = !Number.isNaN(due.getTime()) && due.toISOString().startsWith(text.slice(0, 'yyyy-mm-dd'.length))
  if (!isTime) throw new AppError('invalid_request', { field: 'due', detail: 'due: is no date and time.' })
  if (due.getTime() <= clock.now().getTime())
    throw new AppError('invalid_request', { field: 'due', detail: 'due: must lie in the future.' })
  return due
}
