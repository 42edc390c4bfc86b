import { IdText } from '@lockstep/contract/hub/page'
import Type from 'typebox'
import type { BindingService } from '../../directory/bindings/binding.service.ts'
import { defineRoute, type Route } from '../../platform/http/route.ts'
import { originOf } from './change-origin.ts'
import { renameFields } from './rename-fields.ts'
import { unlessThere } from './unless-there.ts'

const BindingParams = Type.Object({ id: IdText, directoryId: IdText })
const access = { scheme: 'administrator', permission: 'directories.write' } as const
const names = { directory_id: 'directoryId' } as const

/** Binding users and groups to directories, and trying a failed account again. */
export function bindingRoutes(bindings: BindingService): readonly Route[] {
  return [...subjectRoutes(bindings, 'user'), ...subjectRoutes(bindings, 'group'), ...retryRoutes(bindings)]
}

function subjectRoutes(bindings: BindingService, subjectKind: 'user' | 'group'): readonly Route[] {
  const path = `/hub/v1/${subjectKind}s/:id/directories/:directoryId`
  const bindingOf = ({ id, directoryId }: { id: string; directoryId: string }) =>
    ({ subjectKind, subjectId: id, directoryId }) as const
  return [
    defineRoute({
      method: 'PUT',
      path,
      summary: `Bind a ${subjectKind} to a directory`,
      access,
      params: BindingParams,
      reply: { status: 204 },
      async handle(request) {
        const bind = (): Promise<void> => bindings.bind(originOf(request), bindingOf(request.params))
        await unlessThere(() => renameFields(names, bind))
        return { status: 204 }
      },
    }),
    defineRoute({
      method: 'DELETE',
      path,
      summary: `Take a ${subjectKind}’s binding to a directory away`,
      access,
      params: BindingParams,
      reply: { status: 204 },
      async handle(request) {
        await renameFields(names, () => bindings.unbind(originOf(request), bindingOf(request.params)))
        return { status: 204 }
      },
    }),
  ]
}

function retryRoutes(bindings: BindingService): readonly Route[] {
  return [
    defineRoute({
      method: 'POST',
      path: '/hub/v1/users/:id/directories/:directoryId/retry',
      summary: 'Write a user’s account in a directory again at once',
      access,
      params: BindingParams,
      reply: { status: 204 },
      async handle(request) {
        const { id, directoryId } = request.params
        await renameFields(names, () => bindings.retryAccount(originOf(request), { userId: id, directoryId }))
        return { status: 204 }
      },
    }),
    defineRoute({
      method: 'POST',
      path: '/hub/v1/groups/:id/directories/:directoryId/retry',
      summary: 'Write a group and its memberships in a directory again at once',
      access,
      params: BindingParams,
      reply: { status: 204 },
      async handle(request) {
        const { id, directoryId } = request.params
        await renameFields(names, () => bindings.retryGroup(originOf(request), { groupId: id, directoryId }))
        return { status: 204 }
      },
    }),
  ]
}
