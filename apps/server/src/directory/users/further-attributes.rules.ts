// What outside clients keep with a user beyond the hub's own fields: attributes by the names of their schemas, as they were sent, and the
// ids under which they know the user. `keys` repeats what users are looked up by, for an index.
import { isJsonObject, type Json, type JsonObject } from '@lockstep/kernel/json'

/** What is kept, before its keys are made. */
export interface FurtherAttributes {
  readonly values: JsonObject
  /** By integration. */
  readonly externalIds: Readonly<Record<string, string>>
  /** The integration that made the user or group. */
  readonly madeBy?: string
  /** The integration that took it for deleted, while the hub keeps it suspended. */
  readonly removedBy?: string
  /** By integration, what it asked for and takes for done while a person has not released it. */
  readonly held?: Readonly<Record<string, HeldKind>>
}

/** What may be held. */
export type HeldKind = 'suspend' | 'delete'

const none: FurtherAttributes = { values: {}, externalIds: {} }

/** What is kept, as it is stored; null when that is nothing. */
export function toFurther(kept: FurtherAttributes): JsonObject | null {
  const hasValues = Object.keys(kept.values).length > 0
  const keys = [
    // Sorted, so that a client that changes nothing leaves no other order behind.
    ...Object.entries(kept.externalIds)
      .map(([id, value]) => externalIdKey(id, value))
      .toSorted(),
    ...addresses(kept.values).map(emailKey),
    ...(typeof kept.values['userName'] === 'string' ? [userNameKey(kept.values['userName'])] : []),
  ]
  const held = Object.keys(kept.held ?? {}).length > 0 ? kept.held : undefined
  const isMarked = kept.madeBy !== undefined || kept.removedBy !== undefined || held !== undefined
  if (!hasValues && keys.length === 0 && !isMarked) return null
  return {
    ...(hasValues ? { values: kept.values } : {}),
    ...(Object.keys(kept.externalIds).length > 0 ? { externalIds: { ...kept.externalIds } } : {}),
    ...(kept.madeBy === undefined ? {} : { madeBy: kept.madeBy }),
    ...(kept.removedBy === undefined ? {} : { removedBy: kept.removedBy }),
    ...(held === undefined ? {} : { held: { ...held } }),
    ...(keys.length > 0 ? { keys: [...new Set(keys)] } : {}),
  }
}

/** What is stored, as it is used. */
export function readFurther(stored: JsonObject | null | undefined): FurtherAttributes {
  if (!stored) return none
  const { values, externalIds, madeBy, removedBy, held } = stored
  return {
    values: isJsonObject(values) ? values : {},
    externalIds: isJsonObject(externalIds) ? (externalIds as Record<string, string>) : {},
    ...(typeof madeBy === 'string' ? { madeBy } : {}),
    ...(typeof removedBy === 'string' ? { removedBy } : {}),
    ...(isJsonObject(held) ? { held: held as Record<string, HeldKind> } : {}),
  }
}

/** The key by which an integration finds what it knows under an id. */
export function externalIdKey(integrationId: string, externalId: string): string {
  return `external:${integrationId}=${externalId}`
}

/** The key of an e-mail address in any letter case. */
export function emailKey(address: string): string {
  return `email=${address.toLowerCase()}`
}

/** The key of a user name that differs from the username, in any letter case. */
export function userNameKey(userName: string): string {
  return `userName=${userName.toLowerCase()}`
}

function addresses(values: JsonObject): readonly string[] {
  return rows(values['emails']).flatMap(({ value }) => (typeof value === 'string' ? [value] : []))
}

function rows(list: Json | undefined): readonly JsonObject[] {
  return Array.isArray(list) ? (list as readonly Json[]).filter((row) => isJsonObject(row)) : []
}

interface Followed {
  readonly username: string
  readonly email: string
  readonly manager: string | null
  readonly attributes: JsonObject
  readonly further?: JsonObject | null
}

/** Lists that clients keep as they sent them, though the hub has fields for them too; the field decides when it changes by itself. */
const listsOfFields = ['phoneNumbers', 'addresses'] as const

/** A change of a field by somebody else takes what a client kept of it along, so that the two never differ. */
export function withFurtherInStep<T extends Followed>(before: Followed, next: T): T {
  if (!next.further || next.further !== before.further) return next
  const kept = readFurther(next.further)
  const values: Record<string, Json> = { ...kept.values }
  if (next.username !== before.username) delete values['userName']
  if (next.manager !== before.manager) delete values['manager']
  for (const field of listsOfFields) if (next.attributes[field] !== before.attributes[field]) delete values[field]
  if (next.email !== before.email && values['emails'] !== undefined)
    values['emails'] = rows(values['emails']).map((row) =>
      typeof row['value'] === 'string' && row['value'].toLowerCase() === before.email.toLowerCase()
        ? { ...row, value: next.email }
        : row,
    )
  const isSame =
    Object.keys(values).length === Object.keys(kept.values).length && values['emails'] === kept.values['emails']
  return isSame ? next : { ...next, further: toFurther({ ...kept, values }) }
}
