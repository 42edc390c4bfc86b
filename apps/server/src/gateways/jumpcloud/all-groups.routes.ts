import type { GroupDirectory } from '../../directory/inventory/all-groups.service.ts'
import { defineRoute, type Route } from '../../platform/http/route.ts'
import { ListParameters, parseFields, parseListQuery, project, v2Page } from './list-query.ts'

export interface AllGroupsOptions {
  readonly allGroups: GroupDirectory
  readonly organizationId: string
}

/** Groups of every kind in one list. */
export function allGroupsRoutes({ allGroups, organizationId }: AllGroupsOptions): readonly Route[] {
  return [
    defineRoute({
      method: 'GET',
      path: '/api/v2/groups',
      summary: 'List groups of every kind',
      access: { scheme: 'administrator', permission: 'groups.read' },
      query: ListParameters,
      async handle({ actor, query, url, headers }) {
        const listing = parseListQuery(query, 'v2')
        const fields = parseFields(query)
        const { rows, total, unfiltered } = await allGroups.list(actor, listing)
        const reply = v2Page(
          rows.map((group) =>
            project({ ...group, memberQueryErrorFlags: [], organizationObjectId: organizationId }, fields),
          ),
          { total, url, ...listing },
        )
        if ((headers['x-unfiltered-total-count'] ?? '') === '') return reply
        return { ...reply, headers: { ...reply.headers, 'x-unfiltered-total-count': String(unfiltered) } }
      },
    }),
  ]
}
