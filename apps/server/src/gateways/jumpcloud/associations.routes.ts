import type { Actor } from '@lockstep/contract/access'
import { AppError } from '@lockstep/contract/app-error'
import type { JsonObject } from '@lockstep/kernel/json'
import Type from 'typebox'
import type { BindingService } from '../../directory/bindings/binding.service.ts'
import type { ChangeOrigin } from '../../directory/journal/journal.rules.ts'
import {
  type AssociationKey,
  type SubjectKind,
  subjectKinds,
  type TargetKind,
  targetKinds,
} from '../../directory/inventory/association.rules.ts'
import type { AssociationService } from '../../directory/inventory/association.service.ts'
import { defineRoute, type Route } from '../../platform/http/route.ts'
import { originOf } from './change-origin.ts'
import { connection, GraphOperation, operationTarget, requireTargets } from './graph.ts'
import { type GraphOptions, type GraphSubject, graphSubjects, requireSubject } from './graph-subjects.ts'
import { ListParameters, parseListQuery, v2Page } from './list-query.ts'
import { IdPath, requireObjectId } from './object-id.ts'

type Binding = Parameters<BindingService['bind']>[1]
type Operation = 'add' | 'remove' | 'update'

const domainTargets = ['user', 'user_group']

const AssociationParameters = Type.Object(
  { ...ListParameters.properties, targets: Type.Optional(Type.Union([Type.String(), Type.Array(Type.String())])) },
  { additionalProperties: ListParameters.properties.limit },
)

/** Associations, seen from everything that can have some. */
export function associationRoutes(options: GraphOptions): readonly Route[] {
  return [
    ...graphSubjects.flatMap((subject) => [listRoute(options, subject), changeRoute(options, subject)]),
    ...domainRoutes(options),
  ]
}

function listRoute(options: GraphOptions, subject: GraphSubject): Route {
  return defineRoute({
    method: 'GET',
    path: `${subject.path}/associations`,
    summary: `List what a ${subject.name} is associated with`,
    access: { scheme: 'administrator', permission: subject.reading },
    params: IdPath,
    query: AssociationParameters,
    async handle({ actor, params, query, url }) {
      const targets = requireTargets(query, subject.targets)
      const { limit, skip } = parseListQuery(query, 'v2')
      const id = await requireSubject(options, subject, { actor, text: params.id })
      // Domains are few and stand first.
      const bound = targets.includes('active_directory')
        ? (await options.bindings.bindingsOf(id)).map(({ directoryId }) => directoryId)
        : []
      const domains = bound.slice(skip, skip + limit).map((one) => connection({ type: 'active_directory', id: one }))
      const { rows, total } = await options.associations.listOf(actor, {
        id,
        kinds: [...subjectKinds, ...targetKinds].filter((kind) => targets.includes(kind)),
        limit: limit - domains.length,
        skip: Math.max(skip - bound.length, 0),
      })
      const others = rows.map((row) => connection({ type: row.kind, id: row.id }, row.attributes))
      return v2Page([...domains, ...others], { total: bound.length + total, url, limit, skip })
    },
  })
}

function changeRoute(options: GraphOptions, subject: GraphSubject): Route {
  return defineRoute({
    method: 'POST',
    path: `${subject.path}/associations`,
    summary: `Associate a ${subject.name}, or end an association`,
    access: { scheme: 'administrator', permission: subject.writing },
    params: IdPath,
    body: GraphOperation,
    reply: { status: 204 },
    async handle(request) {
      const target = operationTarget(request.body, subject.targets)
      const id = await requireSubject(options, subject, { actor: request.actor, text: request.params.id })
      const { op } = request.body
      const origin = originOf(request)
      if (target.type === 'active_directory') {
        const subjectKind = subject.type === 'user' ? 'user' : 'group'
        await changeBinding(options.bindings, origin, {
          binding: { directoryId: target.id, subjectKind, subjectId: id },
          op,
        })
        return { status: 204 }
      }
      const key = keyOf({ type: subject.type, id }, target)
      if (key === undefined)
        throw new AppError('not_found', { field: 'id', detail: `id: there is no such ${target.type}.` })
      const attributes = (request.body.attributes ?? null) as JsonObject | null
      await changeAssociation(options.associations, origin, { key, op, attributes })
      return { status: 204 }
    },
  })
}

/** The edge between two objects, whichever of them is named first; undefined where the hub holds no such objects. */
function keyOf(
  from: { readonly type: string; readonly id: string },
  to: { readonly type: string; readonly id: string },
): AssociationKey | undefined {
  const [subject, target] = (subjectKinds as readonly string[]).includes(from.type) ? [from, to] : [to, from]
  if (!(subjectKinds as readonly string[]).includes(subject.type)) return undefined
  if (!(targetKinds as readonly string[]).includes(target.type)) return undefined
  return {
    subjectKind: subject.type as SubjectKind,
    subjectId: subject.id,
    targetKind: target.type as TargetKind,
    targetId: target.id,
  }
}

/** Adds, changes or removes an edge. */
async function changeAssociation(
  associations: AssociationService,
  origin: ChangeOrigin,
  change: { readonly key: AssociationKey; readonly op: Operation; readonly attributes: JsonObject | null },
): Promise<void> {
  const { key, op, attributes } = change
  if (op === 'add') return associations.add(origin, key, attributes)
  if (op === 'remove') return associations.remove(origin, key)
  return associations.update(origin, key, attributes)
}

function domainRoutes({ bindings }: GraphOptions): readonly Route[] {
  const kindOf = (type: string): Binding['subjectKind'] => (type === 'user' ? 'user' : 'group')
  return [
    defineRoute({
      method: 'GET',
      path: '/api/v2/activedirectories/:id/associations',
      summary: 'List the users or user groups that are associated with a domain',
      access: { scheme: 'administrator', permission: 'directories.read' },
      params: IdPath,
      query: AssociationParameters,
      async handle({ actor, params, query, url }) {
        const directoryId = requireObjectId(params.id, 'activedirectory_id')
        const [target = ''] = requireTargets(query, domainTargets)
        const { limit, skip } = parseListQuery(query, 'v2')
        const page = await listBound(bindings, actor, { directoryId, subjectKind: kindOf(target), limit, skip })
        const type = target === 'user' ? 'user' : 'user_group'
        return v2Page(
          page.ids.map((id) => connection({ type, id })),
          { total: page.total, url, limit, skip },
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

/** Adds, removes, or (having no attributes to set) merely requires a binding. */
async function changeBinding(
  bindings: BindingService,
  origin: ChangeOrigin,
  { binding, op }: { readonly binding: Binding; readonly op: Operation },
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
