import { wireDomain } from '../../processes/ad/domain.rules.ts'
import { defineRoute, type Route } from '../../platform/http/route.ts'
import type { ActiveDirectoryDomains } from './active-directory-domains.ts'
import { ListParameters, parseListQuery, v2List } from './list-query.ts'
import { listRows } from './row-list.ts'

export interface DirectoryOptions {
  readonly domains: Pick<ActiveDirectoryDomains, 'list'>
  readonly organizationId: string
}

const sortable = ['id', 'name', 'type']

/** Documented lists of directories and the like that the hub does not hold; version 1's have an envelope. */
const emptyLists = ['/api/v2/ldapservers', '/api/v2/workdays', '/api/v2/policies', '/api/v2/policygroups'] as const
const emptyV1Lists = ['/api/radiusservers', '/api/commands', '/api/application-templates'] as const

/** Directories of every kind in one list, and the lists of kinds that there are none of. */
export function directoryRoutes({ domains, organizationId }: DirectoryOptions): readonly Route[] {
  const access = { scheme: 'administrator', permission: 'directories.read' } as const
  return [
    defineRoute({
      method: 'GET',
      path: '/api/v2/directories',
      summary: 'List directories of every kind',
      access,
      query: ListParameters,
      async handle({ actor, query, url }) {
        const rows = (await domains.list(actor)).map((domain) => ({
          id: domain.id,
          name: wireDomain(domain.baseDn),
          type: 'active_directory',
          oAuthStatus: null,
          defaultDomain: null,
          organizationId,
        }))
        return listRows(rows, query, sortable, url)
      },
    }),
    ...emptyLists.map((path) =>
      defineRoute({
        method: 'GET',
        path,
        summary: 'An empty list',
        access,
        query: ListParameters,
        async handle({ query }) {
          parseListQuery(query, 'v2')
          return v2List([], 0)
        },
      }),
    ),
    ...emptyV1Lists.map((path) =>
      defineRoute({
        method: 'GET',
        path,
        summary: 'An empty list',
        access,
        query: ListParameters,
        async handle({ query }) {
          parseListQuery(query, 'v1')
          return { body: { totalCount: 0, results: [] } }
        },
      }),
    ),
  ]
}
