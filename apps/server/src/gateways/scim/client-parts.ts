// Which part of an object clients write, and which they only read.
import { isJsonObject, type Json, type JsonObject } from '@lockstep/kernel/json'
import type { Attribute } from './schema.ts'

/** What of an object clients only read; undefined when that is nothing. Elements of lists come and go as a whole. */
export function readOnlyPart(attributes: readonly Attribute[], values: Json | undefined): JsonObject | undefined {
  if (!isJsonObject(values)) return undefined
  const part: Record<string, Json> = {}
  for (const { name, mutability, subAttributes = [] } of attributes) {
    const value = mutability === 'readOnly' ? values[name] : readOnlyPart(subAttributes, values[name])
    if (value !== undefined) part[name] = value
  }
  return Object.keys(part).length === 0 ? undefined : part
}

/** Whether an object holds more than what clients only read, or never get to see: what a replacement that leaves it out keeps. */
export function holdsWritten(attributes: readonly Attribute[], values: JsonObject): boolean {
  return attributes.some(({ name, mutability, subAttributes }) => {
    const value = values[name]
    if (value === undefined || mutability === 'readOnly' || mutability === 'writeOnly') return false
    return subAttributes === undefined || !isJsonObject(value) || holdsWritten(subAttributes, value)
  })
}
