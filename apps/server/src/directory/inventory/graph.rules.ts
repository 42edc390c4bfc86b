// The ways through the graph. Each is the kinds of objects that are passed, the last being those that are looked for.
import { isJsonObject, type Json, type JsonObject } from '@lockstep/kernel/json'

export type NodeKind = 'user' | 'user_group' | 'system' | 'system_group' | 'application' | 'active_directory'

type Ways = readonly (readonly NodeKind[])[]

const ways: Readonly<Record<string, Ways>> = {
  'user system': [
    ['system'],
    ['system_group', 'system'],
    ['user_group', 'system'],
    ['user_group', 'system_group', 'system'],
  ],
  'user system_group': [['system_group'], ['user_group', 'system_group']],
  'user application': [['application'], ['user_group', 'application']],
  'user active_directory': [['active_directory'], ['user_group', 'active_directory']],
  'user_group system': [['system'], ['system_group', 'system']],
  'user_group system_group': [['system_group']],
  'user_group application': [['application']],
  'user_group active_directory': [['active_directory']],
  'system user': [['user'], ['user_group', 'user'], ['system_group', 'user'], ['system_group', 'user_group', 'user']],
  'system user_group': [['user_group'], ['system_group', 'user_group']],
  'system system_group': [['system_group']],
  'system_group user': [['user'], ['user_group', 'user']],
  'system_group user_group': [['user_group']],
  'system_group system': [['system']],
  'application user': [['user'], ['user_group', 'user']],
  'application user_group': [['user_group']],
}

/** Every way from one kind of object to another. */
export function waysBetween(from: NodeKind, to: NodeKind): Ways {
  return ways[`${from} ${to}`] ?? []
}

/** A step of a way as it is in the graph: the edge's attributes, and the object with its own. */
export interface GraphStep {
  readonly kind: NodeKind
  readonly id: string
  readonly edgeAttributes: JsonObject | null
  readonly attributes: JsonObject | null
}

/**
 * What all ways to an object say together: administrator rights that any of them gives, and whatever else stands on their edges. Groups
 * that are passed give their administrator rights on.
 */
export function compileAttributes(paths: readonly (readonly GraphStep[])[]): JsonObject | null {
  const compiled: Record<string, Json> = {}
  const sudo = { enabled: false, withoutPassword: false }
  let hasSudo = false
  for (const step of paths.flat()) {
    for (const source of [step.edgeAttributes, step.attributes]) {
      const given = source?.['sudo']
      if (!isJsonObject(given)) continue
      hasSudo = true
      sudo.enabled ||= given['enabled'] === true
      sudo.withoutPassword ||= given['enabled'] === true && given['withoutPassword'] === true
    }
    Object.assign(compiled, step.edgeAttributes ?? {})
  }
  if (hasSudo) compiled['sudo'] = sudo
  return Object.keys(compiled).length === 0 ? null : compiled
}
