import { AppError } from '@lockstep/contract/app-error'
import type { GroupService } from '../../directory/groups/group.service.ts'
import type { UserService } from '../../directory/users/user.service.ts'
import { defineRoute, type Route } from '../../platform/http/route.ts'
import { originOf } from './change-origin.ts'
import { connection, graphCondition, GraphOperation, operationTarget, withPaths } from './graph.ts'
import { type ListQuery, ListParameters, parseListQuery, v2Page } from './list-query.ts'
import { IdPath, requireObjectId } from './object-id.ts'

export interface MemberOptions {
  readonly users: UserService
  readonly groups: GroupService
}

/** Who belongs to a group, and to which groups a user belongs. */
export function memberRoutes(options: MemberOptions): readonly Route[] {
  return [...memberListRoutes(options), changeRoute(options), membershipRoute(options), memberOfRoute(options)]
}

function memberListRoutes({ groups }: MemberOptions): readonly Route[] {
  return [
    defineRoute({
      method: 'GET',
      path: '/api/v2/usergroups/:id/members',
      summary: 'List the members of a user group',
      access: { scheme: 'administrator', permission: 'groups.read' },
      params: IdPath,
      query: ListParameters,
      async handle({ actor, params, query, url }) {
        const groupId = requireObjectId(params.id, 'group_id')
        const { limit, skip } = parseListQuery(query, 'v2')
        const [ids, total] = await Promise.all([
          groups.listMemberPage(actor, { groupId, limit, skip }),
          groups.countMembers(actor, groupId),
        ])
        return v2Page(
          ids.map((id) => connection({ type: 'user', id })),
          { total, url, limit, skip },
        )
      },
    }),
  ]
}

function changeRoute({ groups }: MemberOptions): Route {
  return defineRoute({
    method: 'POST',
    path: '/api/v2/usergroups/:id/members',
    summary: 'Add a member to a user group, or remove one',
    access: { scheme: 'administrator', permission: 'groups.write' },
    params: IdPath,
    body: GraphOperation,
    reply: { status: 204 },
    async handle(request) {
      const groupId = requireObjectId(request.params.id, 'group_id')
      const { id } = operationTarget(request.body, ['user'])
      const origin = originOf(request)
      if (request.body.op === 'add') await groups.addMember(origin, groupId, id)
      else if (request.body.op === 'remove') await groups.removeMember(origin, groupId, id)
      else await requireMember(groups, { actor: request.actor, groupId, userId: id })
      return { status: 204 }
    },
  })
}

/** An edge to a member has no attributes that an update could set; it must exist all the same. */
async function requireMember(
  groups: GroupService,
  edge: { readonly actor: Parameters<GroupService['get']>[0]; readonly groupId: string; readonly userId: string },
): Promise<void> {
  const memberships = await groups.groupsOfUser(edge.actor, edge.userId)
  if (!memberships.some(({ groupId }) => groupId === edge.groupId))
    throw new AppError('not_found', { field: 'id', detail: 'id: the user is not a member.' })
}

function membershipRoute({ users, groups }: MemberOptions): Route {
  return defineRoute({
    method: 'GET',
    path: '/api/v2/usergroups/:id/membership',
    summary: 'List the members of a user group with the paths to them',
    access: { scheme: 'administrator', permission: 'groups.read' },
    params: IdPath,
    query: ListParameters,
    async handle({ actor, params, query, url }) {
      const { id } = await groups.get(actor, requireObjectId(params.id, 'group_id'))
      const listing = { ...inGraph(parseListQuery(query, 'v2'), 'user'), inGroupId: id }
      const [rows, total] = await Promise.all([users.list(actor, listing), users.count(actor, listing)])
      return v2Page(
        rows.map((user) => withPaths({ type: 'user', id: user.id })),
        { total, url, ...listing },
      )
    },
  })
}

function memberOfRoute({ users, groups }: MemberOptions): Route {
  return defineRoute({
    method: 'GET',
    path: '/api/v2/users/:id/memberof',
    summary: 'List the groups of a user with the paths to them',
    access: { scheme: 'administrator', permission: 'groups.read' },
    params: IdPath,
    query: ListParameters,
    async handle({ actor, params, query, url }) {
      const id = requireObjectId(params.id, 'user_id')
      await requireUser(users, id)
      const listing = { ...inGraph(parseListQuery(query, 'v2'), 'user_group'), ofUserId: id }
      const [rows, total] = await Promise.all([groups.list(actor, listing), groups.count(actor, listing)])
      return v2Page(
        rows.map((group) => ({
          ...withPaths({ type: 'user_group', id: group.id, attributes: group.attributes }),
          compiledAttributes: group.attributes,
        })),
        { total, url, ...listing },
      )
    },
  })
}

/** Refuses when there is no such user. */
async function requireUser(users: Pick<UserService, 'findMany'>, id: string): Promise<void> {
  if ((await users.findMany([id])).length === 0) throw new AppError('not_found', { field: 'user_id' })
}

/** A list's question with the graph's names turned into those of the objects. */
export function inGraph(listing: ListQuery, type: 'user' | 'user_group'): ListQuery {
  const { condition, sort, ...rest } = listing
  return {
    ...rest,
    sort: sort
      .filter(({ field }) => field !== 'type')
      .map(({ field, descending }) => ({ field: field === 'object_id' ? 'id' : field, descending })),
    ...(condition === undefined ? {} : { condition: graphCondition(condition, type) }),
  }
}
