// Devices and applications are records: a name, a name to show, and everything else in JumpCloud v1's response shape.
import type { Decision } from '@lockstep/contract/app-error'
import type { Id } from '@lockstep/kernel/ids'
import { canonicalJson, type Json, type JsonObject } from '@lockstep/kernel/json'
import type { FieldChanges } from '../journal/journal.rules.ts'

export type RecordKind = 'system' | 'application'

export interface InventoryRecord {
  readonly id: Id
  /** A system's host name; an application's template. */
  readonly name: string
  readonly displayName: string
  readonly attributes: JsonObject
  readonly revision: number
  readonly created: Date
  readonly updated: Date
}

/** Fields to set; attributes by their names. */
export interface RecordInput {
  readonly name?: string
  readonly displayName?: string
  readonly attributes?: JsonObject
}

export interface RecordChange {
  readonly record: InventoryRecord
  readonly changes: FieldChanges
}

const maxNameLength = 1024
const maxAttributesLength = 200_000

/** Decides on a new record, whose attributes are those of every new one and what is given. */
export function createRecord(
  input: RecordInput,
  facts: { readonly id: Id; readonly now: Date; readonly initial: JsonObject },
): Decision<InventoryRecord> {
  const { id, now, initial } = facts
  const blank = { id, name: '', displayName: '', attributes: initial, revision: 0, created: now, updated: now }
  const decision = changeRecord(blank, input, now)
  return decision.ok ? { ok: true, value: { ...decision.value.record, revision: 1 } } : decision
}

/** Decides on a change; attributes that are not named stay. */
export function changeRecord(record: InventoryRecord, input: RecordInput, now: Date): Decision<RecordChange> {
  const next = {
    ...record,
    ...(input.name === undefined ? {} : { name: input.name }),
    ...(input.displayName === undefined ? {} : { displayName: input.displayName }),
    attributes: { ...record.attributes, ...input.attributes },
  }
  for (const field of ['name', 'displayName'] as const)
    if (next[field].length > maxNameLength)
      return {
        ok: false,
        code: 'invalid_request',
        field,
        detail: `${field}: must be at most ${maxNameLength} characters.`,
      }
  if (JSON.stringify(next.attributes).length > maxAttributesLength)
    return { ok: false, code: 'invalid_request', field: 'body', detail: 'body: has too much in it.' }
  const changes: Record<string, { before?: Json; after?: Json }> = {}
  const note = (field: string, before: Json | undefined, after: Json | undefined): void => {
    if (canonicalJson(before ?? null) !== canonicalJson(after ?? null))
      changes[field] = { before: before ?? null, after: after ?? null }
  }
  note('name', record.name, next.name)
  note('displayName', record.displayName, next.displayName)
  for (const field of Object.keys(next.attributes)) note(field, record.attributes[field], next.attributes[field])
  if (Object.keys(changes).length === 0) return { ok: true, value: { record, changes } }
  return { ok: true, value: { record: { ...next, revision: record.revision + 1, updated: now }, changes } }
}
