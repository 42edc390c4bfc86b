// The graph as v2 shows it: connections to objects, and objects with the paths that lead to them.
import { AppError } from '@lockstep/contract/app-error'
import type { Id } from '@lockstep/kernel/ids'
import type { JsonObject } from '@lockstep/kernel/json'
import Type, { type Static } from 'typebox'
import type { Condition } from './condition.ts'
import { always, mapComparisons, never } from './condition.ts'
import { parameterTexts, type QueryParameters } from './filter.ts'
import { requireObjectId } from './object-id.ts'

/** The kinds of objects in the graph that the hub holds. */
export type GraphType = 'user' | 'user_group' | 'active_directory' | 'system' | 'system_group' | 'application'

/** An object as the graph names it. */
export interface GraphNode {
  readonly type: GraphType
  readonly id: string
  readonly attributes?: JsonObject | null
}

interface GraphObject {
  readonly attributes: JsonObject | null
  readonly id: string
  readonly type: GraphType
}

/** An edge. */
export interface GraphConnection {
  readonly attributes: JsonObject | null
  readonly to: GraphObject
}

/** An edge to an object, with the edge's own attributes. */
export function connection(
  { type, id, attributes = null }: GraphNode,
  edgeAttributes: JsonObject | null = null,
): GraphConnection {
  return { attributes: edgeAttributes, to: { attributes, id, type } }
}

/** An object with every way that leads to it; each way is the ids of what is passed, the object itself last. */
export function withPaths(
  node: GraphNode,
  paths: readonly (readonly GraphConnection[])[] = [[connection(node)]],
): Readonly<Record<string, unknown>> {
  return { id: node.id, type: node.type, compiledAttributes: null, paths }
}

const Operation = Type.Union([Type.Literal('add'), Type.Literal('remove'), Type.Literal('update')])

/** A change of an edge. `type` may be left out where only one is possible. */
export const GraphOperation = Type.Object({
  op: Operation,
  id: Type.String(),
  type: Type.Optional(Type.String()),
  attributes: Type.Optional(Type.Union([Type.Object({}, { additionalProperties: Type.Unknown() }), Type.Null()])),
})

/** Reads the operation's object; a type that cannot stand here is refused. */
export function operationTarget(
  operation: Static<typeof GraphOperation>,
  allowed: readonly string[],
): { readonly id: Id; readonly type: string } {
  const type = operation.type ?? (allowed.length === 1 ? allowed[0] : undefined)
  if (type === undefined || !allowed.includes(type))
    throw new AppError('invalid_request', {
      field: 'type',
      detail: `Bad Request: type must be ${allowed.length === 1 ? '' : 'one of '}${allowed.join(', ')}.`,
    })
  return { id: requireObjectId(operation.id, 'id'), type }
}

/** Reads the mandatory `targets`: one of the allowed types, or several of them divided by commas. */
export function requireTargets(query: QueryParameters, allowed: readonly string[]): readonly string[] {
  const targets = parameterTexts(query['targets']).flatMap((text) => text.split(',').map((part) => part.trim()))
  const unknown = targets.find((target) => !allowed.includes(target))
  if (targets.length === 0 || unknown !== undefined)
    throw new AppError('invalid_request', {
      field: 'targets',
      detail: `Bad Request: targets ${unknown === undefined ? 'is required' : 'is not understood'}. Name one of ${allowed.join(', ')}.`,
    })
  return targets
}

/** Turns the graph's names in a filter, `object_id` and `type`, into the condition of a list that holds objects of one type. */
export function graphCondition(condition: Condition, type: GraphType): Condition {
  return mapComparisons(condition, (comparison) => {
    if (comparison.field === 'object_id') return { ...comparison, field: 'id' }
    if (comparison.field !== 'type') return comparison
    const isNamed = comparison.values.includes(type)
    const isWanted = comparison.operator === 'ne' || comparison.operator === 'nin' ? !isNamed : isNamed
    return isWanted ? always : never
  })
}
