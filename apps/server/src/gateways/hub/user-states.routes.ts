import type { AppError } from '@lockstep/contract/app-error'
import { IdParams } from '@lockstep/contract/hub/page'
import { BulkResult, BulkUserAction, UserDetail } from '@lockstep/contract/hub/user'
import Type from 'typebox'
import { requirePermission } from '../../directory/access/access.rules.ts'
import type { ChangeOrigin } from '../../directory/journal/journal.rules.ts'
import type { UserSecurityService } from '../../directory/users/user-security.service.ts'
import type { UserService } from '../../directory/users/user.service.ts'
import { publicError } from '../../platform/http/problem-reply.ts'
import { defineRoute, type Route } from '../../platform/http/route.ts'
import type { Log } from '../../platform/log/log.ts'
import { originOf } from './change-origin.ts'
import { renameFields } from './rename-fields.ts'
import { readUserDetail, type UserDetailSources } from './user-detail.ts'

export interface UserStateOptions extends UserDetailSources {
  readonly userSecurity: Pick<UserSecurityService, 'unlock'>
  readonly log: Log
}

/** Users of a bulk action that are changed at the same time: enough to share statements, few enough for others to get their turn. */
const bulkConcurrency = 8

const StateChange = Type.Object(
  { reason: Type.Optional(Type.String({ maxLength: 500 })) },
  { additionalProperties: false },
)

/** Suspending and activating, one user or many, and ending locks. */
export function userStateRoutes(options: UserStateOptions): readonly Route[] {
  const actions = [
    { path: 'suspend', summary: 'Suspend a user', state: 'SUSPENDED' },
    { path: 'activate', summary: 'Activate a user', state: 'ACTIVATED' },
  ] as const
  return [
    ...actions.map(({ path, summary, state }) =>
      defineRoute({
        method: 'POST',
        path: `/hub/v1/users/:id/${path}`,
        summary,
        access: { scheme: 'administrator', permission: 'users.suspend' },
        params: IdParams,
        body: StateChange,
        reply: { status: 200, schema: UserDetail },
        async handle(request) {
          const { id } = request.params
          await options.users.change(originOf(request, request.body.reason), id, { input: { state } })
          return { body: await readUserDetail(options, request.actor, id) }
        },
      }),
    ),
    unlockRoute(options),
    bulkRoute(options),
  ]
}

function unlockRoute(options: UserStateOptions): Route {
  return defineRoute({
    method: 'POST',
    path: '/hub/v1/users/:id/unlock',
    summary: 'End the lock of a user in the hub; a lock of a domain is ended there',
    access: { scheme: 'administrator', permission: 'users.write' },
    params: IdParams,
    body: StateChange,
    reply: { status: 200, schema: UserDetail },
    async handle(request) {
      const { id } = request.params
      await options.userSecurity.unlock(originOf(request, request.body.reason), id)
      return { body: await readUserDetail(options, request.actor, id) }
    },
  })
}

/** Deleting needs users.delete beyond the route's permission. */
function bulkRoute({ users, log }: UserStateOptions): Route {
  return defineRoute({
    method: 'POST',
    path: '/hub/v1/users/bulk',
    summary: 'Suspend, activate or delete many users, each on its own',
    access: { scheme: 'administrator', permission: 'users.suspend' },
    body: BulkUserAction,
    reply: { status: 200, schema: BulkResult },
    async handle(request) {
      const { action, ids, reason } = request.body
      if (action === 'delete') requirePermission(request.actor, 'users.delete')
      const origin = originOf(request, reason)
      const failures = new Map<string, AppError>()
      const waiting = [...new Set(ids)]
      const work = async (): Promise<void> => {
        for (let id = waiting.shift(); id !== undefined; id = waiting.shift()) {
          try {
            await act(users, origin, { action, id })
          } catch (error) {
            const refusal = publicError(error)
            if (refusal.kind === 'bug')
              log.error({ err: error, requestId: request.requestId }, 'a user of a bulk action failed')
            failures.set(id, refusal)
          }
        }
      }
      await Promise.all(Array.from({ length: bulkConcurrency }, work))
      return { body: bulkResult([...new Set(ids)], failures) }
    },
  })
}

async function act(
  users: UserService,
  origin: ChangeOrigin,
  { action, id }: { readonly action: BulkUserAction['action']; readonly id: string },
): Promise<void> {
  if (action === 'delete') await renameFields({ cascade_manager: 'cascadeManager' }, () => users.remove(origin, id, {}))
  else await users.change(origin, id, { input: { state: action === 'suspend' ? 'SUSPENDED' : 'ACTIVATED' } })
}

function bulkResult(ids: readonly string[], failures: ReadonlyMap<string, AppError>): BulkResult {
  return {
    changed: ids.length - failures.size,
    failures: ids.flatMap((id) => {
      const failure = failures.get(id)
      return failure === undefined ? [] : [{ id, code: failure.code, message: failure.message }]
    }),
  }
}
