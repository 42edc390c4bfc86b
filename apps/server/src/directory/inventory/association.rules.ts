// The edges of the graph that are neither memberships nor bindings: which users and groups of users may use which devices, groups of
// devices and applications. Both ends name the same edge.
import type { Refusal } from '@lockstep/contract/app-error'
import { isJsonObject, type JsonObject } from '@lockstep/kernel/json'

export const subjectKinds = ['user', 'user_group'] as const
export const targetKinds = ['system', 'system_group', 'application'] as const
export type SubjectKind = (typeof subjectKinds)[number]
export type TargetKind = (typeof targetKinds)[number]

export interface AssociationKey {
  readonly subjectKind: SubjectKind
  readonly subjectId: string
  readonly targetKind: TargetKind
  readonly targetId: string
}

const maxAttributesLength = 20_000

/** Refuses attributes of an edge that mean nothing: `sudo` says whether it is on and whether it goes without a password. */
export function refuseAttributes(attributes: JsonObject | null): Refusal | undefined {
  const refuse = (detail: string): Refusal => ({
    ok: false,
    code: 'invalid_request',
    field: 'attributes',
    detail: `Bad Request: attributes${detail}`,
  })
  if (attributes === null) return undefined
  if (JSON.stringify(attributes).length > maxAttributesLength) return refuse(' have too much in them.')
  const sudo = attributes['sudo']
  if (sudo === undefined || sudo === null) return undefined
  if (!isJsonObject(sudo) || typeof sudo['enabled'] !== 'boolean' || typeof sudo['withoutPassword'] !== 'boolean')
    return refuse('.sudo must have enabled and withoutPassword, true or false.')
  return sudo['withoutPassword'] && !sudo['enabled']
    ? refuse('.sudo.withoutPassword needs sudo to be enabled.')
    : undefined
}
