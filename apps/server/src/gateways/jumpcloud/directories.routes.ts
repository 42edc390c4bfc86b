import { wireDomain } from '../../processes/ad/domain.rules.ts'
import { defineRoute, type Route } from '../../platform/http/route.ts'
import type { ActiveDirectoryDomains } from './active-directory-domains.ts'
import { ListParameters } from './list-query.ts'
import { listRows } from './row-list.ts'

export interface DirectoryOptions {
  readonly domains: Pick<ActiveDirectoryDomains, 'list'>
  readonly organizationId: string
}

const sortable = ['id', 'name', 'type', 'organizationId']

/** Directories of every kind in one list. */
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
  ]
}
