// The older way to say who may use which device, by lists of ids to add and to remove; clients of 2019 still call it.
import { AppError } from '@lockstep/contract/app-error'
import type { Actor } from '@lockstep/contract/access'
import { parseId } from '@lockstep/kernel/ids'
import Type from 'typebox'
import type { AssociationKey } from '../../directory/inventory/association.rules.ts'
import { defineRoute, type Route } from '../../platform/http/route.ts'
import { originOf } from './change-origin.ts'
import type { GraphOptions } from './graph-subjects.ts'
import { ListParameters, parseListQuery } from './list-query.ts'
import { IdPath } from './object-id.ts'

const Ids = Type.Optional(Type.Union([Type.Array(Type.String()), Type.Null()]))
const BindingBody = Type.Object({ add: Ids, remove: Ids })
const maxChanges = 1000

type Side = 'user' | 'system'

/** Bindings of users and devices, from either side. */
export function systemBindingRoutes(options: GraphOptions): readonly Route[] {
  return [
    ...sideRoutes(options, { from: 'user', to: 'system', path: '/api/systemusers/:id/systems' }),
    ...sideRoutes(options, { from: 'system', to: 'user', path: '/api/systems/:id/systemusers' }),
    listRoute(options, { from: 'system', to: 'user', path: '/api/systems/:id/users' }),
  ]
}

interface SideFacts {
  readonly from: Side
  readonly to: Side
  readonly path: string
}

/** The id of an object that exists; whatever else is `not_found`, as v1 answers it. */
async function requireOwner({ users, systems }: GraphOptions, actor: Actor, owner: { side: Side; text: string }) {
  if (owner.side === 'system') return (await systems.get(actor, owner.text)).id
  return (await users.get(actor, owner.text)).id
}

function listRoute(options: GraphOptions, { from, to, path }: SideFacts): Route {
  return defineRoute({
    method: 'GET',
    path,
    summary: `List the ${to}s that are bound to a ${from}`,
    access: { scheme: 'administrator', permission: 'inventory.read' },
    params: IdPath,
    query: ListParameters,
    async handle({ actor, params, query }) {
      const { limit, skip } = parseListQuery(query, 'v1')
      const id = await requireOwner(options, actor, { side: from, text: params.id })
      const { objects, total } = await options.graph.traverse({ from, id, to }, { limit, skip })
      const results = objects.map((one) => ({
        _id: one.id,
        id: one.id,
        sudo: one.compiledAttributes?.['sudo'] ?? null,
      }))
      return { body: { totalCount: total, results } }
    },
  })
}

function sideRoutes(options: GraphOptions, facts: SideFacts): readonly Route[] {
  const { from, path } = facts
  return [
    listRoute(options, facts),
    defineRoute({
      method: 'PUT',
      path,
      summary: `Bind a ${from}, or end bindings; what is so already stays so`,
      access: { scheme: 'administrator', permission: 'inventory.write' },
      params: IdPath,
      body: BindingBody,
      async handle(request) {
        const id = await requireOwner(options, request.actor, { side: from, text: request.params.id })
        const keyOf = (other: string): AssociationKey => ({
          subjectKind: 'user',
          subjectId: from === 'user' ? id : other,
          targetKind: 'system',
          targetId: from === 'user' ? other : id,
        })
        const [added, removed] = [readIds(request.body.add, 'add'), readIds(request.body.remove, 'remove')]
        const origin = originOf(request)
        for (const other of removed) await options.associations.remove(origin, keyOf(other)).catch(unless('not_found'))
        for (const other of added)
          await options.associations.add(origin, keyOf(other), null).catch(unless('already_exists'))
        return { body: { added: [...added], removed: [...removed] } }
      },
    }),
  ]
}

function readIds(given: readonly string[] | null | undefined, field: string): readonly string[] {
  if ((given?.length ?? 0) > maxChanges)
    throw new AppError('invalid_request', { field, detail: `${field}: must name at most ${maxChanges} ids.` })
  return (given ?? []).map((text) => {
    const id = parseId(text.trim())
    if (id === undefined)
      throw new AppError('invalid_request', { field, detail: `${field}: must be ids of 24 hexadecimal digits.` })
    return id
  })
}

function unless(code: AppError['code']) {
  return (error: unknown): void => {
    if (!(error instanceof AppError && error.code === code)) throw error
  }
}
