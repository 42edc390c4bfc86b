// Who is in step with a domain, with the ways that lead there: directly, or through a group that is associated with it.
import type { Actor } from '@lockstep/contract/access'
import Type from 'typebox'
import { defineRoute, type Route } from '../../platform/http/route.ts'
import type { ActiveDirectoryDomains } from './active-directory-domains.ts'
import { listBound } from './associations.routes.ts'
import { connection, type GraphConnection, withPaths } from './graph.ts'
import type { GraphOptions } from './graph-subjects.ts'
import { ListParameters, parseListQuery, v2Page } from './list-query.ts'
import { inGraph } from './members.routes.ts'
import { IdPath, requireObjectId } from './object-id.ts'
import { renderSync } from './render-sync.ts'

export interface DirectoryMemberOptions extends GraphOptions {
  readonly domains: Pick<ActiveDirectoryDomains, 'get'>
}

const maxBoundGroups = 1000
const UserListParameters = Type.Object(
  { ...ListParameters.properties, syncStatus: Type.Optional(Type.String()) },
  { additionalProperties: Type.String() },
)

/** The users and user groups of a domain. */
export function directoryMemberRoutes(options: DirectoryMemberOptions): readonly Route[] {
  const { domains, users, groups, bindings } = options
  const access = { scheme: 'administrator', permission: 'directories.read' } as const
  return [
    defineRoute({
      method: 'GET',
      path: '/api/v2/activedirectories/:id/users',
      summary: 'List the users of a domain with the paths to them',
      access,
      params: IdPath,
      query: UserListParameters,
      async handle({ actor, params, query, url }) {
        const { id } = await domains.get(actor, requireObjectId(params.id, 'activedirectory_id'))
        const listing = { ...inGraph(parseListQuery(query, 'v2'), 'user'), inDirectoryId: id }
        const [rows, total] = await Promise.all([users.list(actor, listing), users.count(actor, listing)])
        const pathsOf = await pathFinder(options, actor, id)
        const userIds = query.syncStatus === 'true' ? rows.map((user) => user.id) : []
        const accounts = await bindings.accountsIn(actor, id, userIds)
        return v2Page(
          await Promise.all(
            rows.map(async (user) => ({
              ...withPaths({ type: 'user', id: user.id }, await pathsOf(user.id)),
              ...renderSync(accounts.get(user.id)),
            })),
          ),
          { total, url, ...listing },
        )
      },
    }),
    defineRoute({
      method: 'GET',
      path: '/api/v2/activedirectories/:id/usergroups',
      summary: 'List the user groups of a domain with the paths to them',
      access,
      params: IdPath,
      query: ListParameters,
      async handle({ actor, params, query, url }) {
        const { id } = await domains.get(actor, requireObjectId(params.id, 'activedirectory_id'))
        const listing = { ...inGraph(parseListQuery(query, 'v2'), 'user_group'), inDirectoryId: id }
        const [rows, total] = await Promise.all([groups.list(actor, listing), groups.count(actor, listing)])
        return v2Page(
          rows.map((group) => withPaths({ type: 'user_group', id: group.id, attributes: group.attributes })),
          { total, url, ...listing },
        )
      },
    }),
  ]
}

type Paths = readonly (readonly GraphConnection[])[]

/** Finds the ways to users. Who is there because the domain says so, without any association, is there directly. */
async function pathFinder(
  { bindings, groups }: DirectoryMemberOptions,
  actor: Actor,
  directoryId: string,
): Promise<(userId: string) => Promise<Paths>> {
  const page = await listBound(bindings, actor, { directoryId, subjectKind: 'group', limit: maxBoundGroups, skip: 0 })
  const boundGroups = new Set(page.ids)
  return async (userId) => {
    const memberships = boundGroups.size === 0 ? [] : await groups.groupsOfUser(actor, userId)
    const indirect = memberships
      .filter(({ groupId }) => boundGroups.has(groupId))
      .map(({ groupId }) => [connection({ type: 'user_group', id: groupId }), connection({ type: 'user', id: userId })])
    const isBound = (await bindings.bindingsOf(userId)).some((binding) => binding.directoryId === directoryId)
    return isBound || indirect.length === 0 ? [[connection({ type: 'user', id: userId })], ...indirect] : indirect
  }
}
