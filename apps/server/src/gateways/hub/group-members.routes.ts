import { GroupMember, MemberListQuery } from '@lockstep/contract/hub/group'
import { IdParams, IdText, pageOf } from '@lockstep/contract/hub/page'
import Type from 'typebox'
import type { GroupService } from '../../directory/groups/group.service.ts'
import { defineRoute, type Route } from '../../platform/http/route.ts'
import { originOf } from './change-origin.ts'
import { cutPage, readCursor } from './cursor.ts'
import { renameFields } from './rename-fields.ts'
import { requireNoSort } from './sort-order.ts'
import { unlessThere } from './unless-there.ts'

const defaultPageRows = 50
const MemberParams = Type.Object({ id: IdText, userId: IdText })
const names = { group_id: 'id', id: 'userId' } as const

/** Members of a group, in the order of their ids. */
export function groupMemberRoutes(groups: GroupService): readonly Route[] {
  const access = { scheme: 'administrator', permission: 'groups.write' } as const
  const path = '/hub/v1/groups/:id/members/:userId'
  return [
    listRoute(groups),
    defineRoute({
      method: 'PUT',
      path,
      summary: 'Add a user to a group',
      access,
      params: MemberParams,
      reply: { status: 204 },
      async handle(request) {
        const { id, userId } = request.params
        await unlessThere(() => renameFields(names, () => groups.addMember(originOf(request), id, userId)))
        return { status: 204 }
      },
    }),
    defineRoute({
      method: 'DELETE',
      path,
      summary: 'Take a user out of a group',
      access,
      params: MemberParams,
      reply: { status: 204 },
      async handle(request) {
        const { id, userId } = request.params
        await renameFields(names, () => groups.removeMember(originOf(request), id, userId))
        return { status: 204 }
      },
    }),
  ]
}

function listRoute(groups: GroupService): Route {
  return defineRoute({
    method: 'GET',
    path: '/hub/v1/groups/:id/members',
    summary: 'List the members of a group with how they belong to it',
    access: { scheme: 'administrator', permission: 'groups.read' },
    params: IdParams,
    query: MemberListQuery,
    reply: { status: 200, schema: pageOf(GroupMember) },
    async handle({ actor, params, query }) {
      requireNoSort(query.sort)
      const after = readCursor(query.after)
      const { limit = defaultPageRows, search } = query
      const [rows, total] = await Promise.all([
        groups.listMembers(actor, {
          groupId: params.id,
          limit: limit + 1,
          ...(search === undefined ? {} : { search }),
          ...(after === undefined ? {} : { afterId: after.id }),
        }),
        groups.countMembers(actor, params.id, search),
      ])
      const { rows: items, ...place } = cutPage(rows, limit, ({ userId }) => ({ value: '', id: userId }))
      return { body: { ...place, items, total } }
    },
  })
}
