import type { BindingService } from '../../directory/bindings/binding.service.ts'
import type { GroupService } from '../../directory/groups/group.service.ts'
import type { UserService } from '../../directory/users/user.service.ts'
import { AppError } from '@lockstep/contract/app-error'
import type { Actor } from '@lockstep/contract/access'
import Type from 'typebox'
import { defineRoute, type Route } from '../../platform/http/route.ts'
import type { ChangeOrigin } from '../../directory/journal/journal.rules.ts'
import { originOf } from './change-origin.ts'
import { connection, GraphOperation, operationTarget, requireTargets, withPaths } from './graph.ts'
import { ListParameters, parseListQuery, v2List } from './list-query.ts'
import { IdPath, requireObjectId } from './object-id.ts'

export interface AssociationOptions {
  readonly users: UserService
  readonly groups: GroupService
  readonly bindings: BindingService
}

type Binding = Parameters<BindingService['bind']>[1]

/** What JumpCloud lets users and user groups be associated with; the hub holds Active Directory domains only. */
const subjectTargets = [
  'active_directory',
  'application',
  'g_suite',
  'idp_routing_policy',
  'ldap_server',
  'office_365',
  'password_manager_item',
  'policy',
  'policy_group',
  'radius_server',
  'system',
  'system_group',
]

const domainTargets = ['user', 'user_group']

const AssociationParameters = Type.Object(
  { ...ListParameters.properties, targets: Type.Optional(Type.Union([Type.String(), Type.Array(Type.String())])) },
  { additionalProperties: ListParameters.properties.limit },
)

/** Associations, seen from users, from groups and from domains. */
export function associationRoutes(options: AssociationOptions): readonly Route[] {
  return [
    ...subjectRoutes(options, { kind: 'user', path: '/api/v2/users/:id' }),
    ...subjectRoutes(options, { kind: 'group', path: '/api/v2/usergroups/:id' }),
    ...domainRoutes(options),
  ]
}

interface Subject {
  readonly kind: Binding['subjectKind']
  readonly path: string
}

function subjectRoutes(options: AssociationOptions, { kind, path }: Subject): readonly Route[] {
  const reading = { scheme: 'administrator', permission: kind === 'user' ? 'users.read' : 'groups.read' } as const
  const name = kind === 'user' ? 'user' : 'user group'
  const boundTo = async (actor: Actor, text: string): Promise<readonly string[]> => {
    const id = requireObjectId(text, kind === 'user' ? 'user_id' : 'group_id')
    await (kind === 'user' ? options.users.get(actor, id) : options.groups.get(actor, id))
    return (await options.bindings.bindingsOf(id)).map(({ directoryId }) => directoryId)
  }
  return [
    defineRoute({
      method: 'GET',
      path: `${path}/associations`,
      summary: `List what a ${name} is associated with`,
      access: reading,
      params: IdPath,
      query: AssociationParameters,
      async handle({ actor, params, query }) {
        const targets = requireTargets(query, subjectTargets)
        const { limit, skip } = parseListQuery(query, 'v2')
        const bound = await boundTo(actor, params.id)
        const ids = targets.includes('active_directory') ? bound : []
        return v2List(
          ids.slice(skip, skip + limit).map((id) => connection('active_directory', id)),
          ids.length,
        )
      },
    }),
    defineRoute({
      method: 'POST',
      path: `${path}/associations`,
      summary: `Associate a ${name}, or end an association`,
      access: { scheme: 'administrator', permission: 'directories.write' },
      params: IdPath,
      body: GraphOperation,
      reply: { status: 204 },
      async handle(request) {
        const subjectId = requireObjectId(request.params.id, kind === 'user' ? 'user_id' : 'group_id')
        const target = operationTarget(request.body, subjectTargets)
        if (target.type !== 'active_directory')
          throw new AppError('not_found', { field: 'id', detail: `id: there is no such ${target.type}.` })
        const binding = { directoryId: target.id, subjectKind: kind, subjectId }
        await changeBinding(options.bindings, originOf(request), { binding, op: request.body.op })
        return { status: 204 }
      },
    }),
    defineRoute({
      method: 'GET',
      path: `${path}/activedirectories`,
      summary: `List the domains that a ${name} is associated with, with the paths to them`,
      access: reading,
      params: IdPath,
      query: ListParameters,
      async handle({ actor, params, query }) {
        const { limit, skip } = parseListQuery(query, 'v2')
        const ids = await boundTo(actor, params.id)
        return v2List(
          ids.slice(skip, skip + limit).map((id) => withPaths('active_directory', id)),
          ids.length,
        )
      },
    }),
  ]
}

function domainRoutes({ bindings }: AssociationOptions): readonly Route[] {
  const kindOf = (type: string): Binding['subjectKind'] => (type === 'user' ? 'user' : 'group')
  return [
    defineRoute({
      method: 'GET',
      path: '/api/v2/activedirectories/:id/associations',
      summary: 'List the users or user groups that are associated with a domain',
      access: { scheme: 'administrator', permission: 'directories.read' },
      params: IdPath,
      query: AssociationParameters,
      async handle({ actor, params, query }) {
        const directoryId = requireObjectId(params.id, 'activedirectory_id')
        const [target = ''] = requireTargets(query, domainTargets)
        const { limit, skip } = parseListQuery(query, 'v2')
        const page = await listBound(bindings, actor, { directoryId, subjectKind: kindOf(target), limit, skip })
        const type = target === 'user' ? 'user' : 'user_group'
        return v2List(
          page.ids.map((id) => connection(type, id)),
          page.total,
        )
      },
    }),
    defineRoute({
      method: 'POST',
      path: '/api/v2/activedirectories/:id/associations',
      summary: 'Associate a user or user group with a domain, or end it',
      access: { scheme: 'administrator', permission: 'directories.write' },
      params: IdPath,
      body: GraphOperation,
      reply: { status: 204 },
      async handle(request) {
        const directoryId = requireObjectId(request.params.id, 'activedirectory_id')
        const target = operationTarget(request.body, domainTargets)
        const binding = { directoryId, subjectKind: kindOf(target.type), subjectId: target.id }
        await changeBinding(bindings, originOf(request), { binding, op: request.body.op })
        return { status: 204 }
      },
    }),
  ]
}

/** Adds, removes, or (having no attributes to set) merely requires an association. */
async function changeBinding(
  bindings: BindingService,
  origin: ChangeOrigin,
  { binding, op }: { readonly binding: Binding; readonly op: 'add' | 'remove' | 'update' },
): Promise<void> {
  if (op === 'add') return bindings.bind(origin, binding)
  if (op === 'remove') return bindings.unbind(origin, binding)
  const present = await bindings.bindingsOf(binding.subjectId)
  const isBound = present.some(
    (one) => one.directoryId === binding.directoryId && one.subjectKind === binding.subjectKind,
  )
  if (!isBound) throw new AppError('not_found', { field: 'id', detail: 'id: there is no such association.' })
}

/** A page of what is bound. A page beyond the end does not tell the total, so the first row is asked for it. */
export async function listBound(
  bindings: BindingService,
  actor: Actor,
  query: Parameters<BindingService['listBound']>[1],
): Promise<{ readonly ids: readonly string[]; readonly total: number }> {
  const page = await bindings.listBound(actor, query)
  if (page.ids.length > 0 || query.skip === 0) return page
  return { ids: [], total: (await bindings.listBound(actor, { ...query, limit: 1, skip: 0 })).total }
}
