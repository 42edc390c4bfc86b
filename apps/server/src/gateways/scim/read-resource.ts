// A whole resource as a client sends it, in the schema's spelling: `{attribute: …, [extension's URN]: {…}}`, without what only the hub sets.
import { canonicalJson, isJsonObject, type Json, type JsonObject } from '@lockstep/kernel/json'
import { coreAttribute, extensionOf } from './attribute-path.ts'
import { holdsWritten, readOnlyPart } from './client-parts.ts'
import type { ClientProfile } from './client-profile.ts'
import { entriesOf, readValue } from './read-value.ts'
import type { Attribute, ResourceType } from './schema.ts'
import { quoted, ScimRefusal } from './scim-refusal.ts'

/** Reads the body of a creation or replacement. Refuses with invalidSyntax or invalidValue. */
export function readResource(type: ResourceType, body: unknown, profile: ClientProfile): JsonObject {
  if (!isJsonObject(body)) throw new ScimRefusal('invalidSyntax', 'The body has to be a JSON object.')
  checkSchemas(type, body, profile)
  const resource: Record<string, Json> = {}
  readInto(resource, type, body, profile)
  requireAttributes(type, resource)
  return resource
}

function readInto(resource: Record<string, Json>, type: ResourceType, body: JsonObject, profile: ClientProfile): void {
  for (const [key, value] of entriesOf(body, 'the resource')) {
    if (key === type.schema.id.toLowerCase() && isJsonObject(value)) {
      readInto(resource, type, value, profile)
      continue
    }
    const extension = extensionOf(type, key)
    if (extension !== undefined) {
      const read = readExtension(extension, value, profile)
      if (read !== undefined) resource[extension.id] = read
      continue
    }
    const attribute = coreAttribute(type, key)
    if (attribute === undefined) {
      if (!profile.ignoresUnknown)
        throw new ScimRefusal('invalidSyntax', `${type.name} has no attribute ${quoted(key)}.`)
      continue
    }
    if (attribute.mutability === 'readOnly' || attribute.name === 'schemas') continue
    const read = readValue(attribute, value, profile)
    if (read !== undefined) resource[attribute.name] = read
  }
}

function readExtension(schema: ResourceType['schema'], value: Json, profile: ClientProfile): JsonObject | undefined {
  if (value === null) return undefined
  if (!isJsonObject(value)) throw new ScimRefusal('invalidValue', `${quoted(schema.id)} takes an object.`)
  const read: Record<string, Json> = {}
  for (const [key, part] of entriesOf(value, schema.id)) {
    const attribute = schema.attributes.find(({ name }) => name.toLowerCase() === key)
    if (attribute === undefined) {
      if (!profile.ignoresUnknown) throw new ScimRefusal('invalidSyntax', `${quoted(schema.id)} has no ${quoted(key)}.`)
      continue
    }
    if (attribute.mutability === 'readOnly') continue
    const taken = readValue(attribute, part, profile)
    if (taken !== undefined) read[attribute.name] = taken
  }
  return Object.keys(read).length === 0 ? undefined : read
}

function checkSchemas(type: ResourceType, body: JsonObject, profile: ClientProfile): void {
  const schemas = entriesOf(body, 'the resource').find(([key]) => key === 'schemas')?.[1]
  if (schemas === undefined || schemas === null) {
    if (profile.ignoresUnknown) return
    throw new ScimRefusal('invalidSyntax', 'schemas is required.')
  }
  if (!Array.isArray(schemas) || !(schemas as readonly Json[]).every((urn) => typeof urn === 'string'))
    throw new ScimRefusal('invalidSyntax', 'schemas has to be a list of URNs.')
  const sent = (schemas as readonly string[]).map((urn) => urn.toLowerCase())
  const known = [type.schema, ...type.extensions.map(({ schema }) => schema)].map(({ id }) => id.toLowerCase())
  const stranger = sent.find((urn) => !known.includes(urn))
  if (stranger !== undefined && !profile.ignoresUnknown)
    throw new ScimRefusal('invalidValue', `${type.name} has no schema ${quoted(stranger)}.`)
  if (!sent.includes(known[0] ?? '') && (!profile.ignoresUnknown || sent.length === 0 || stranger !== undefined))
    throw new ScimRefusal('invalidSyntax', `schemas has to name ${type.schema.id}.`)
}

/** Refuses a resource that lacks what its schema requires. Beside what clients do not write, as it is kept, nothing is required of them. */
export function requireAttributes(
  type: ResourceType,
  resource: JsonObject,
  scimType: 'invalidValue' | 'mutability' = 'invalidValue',
): void {
  requireWithin(type.schema.attributes, resource, scimType)
  for (const { schema, required } of type.extensions) {
    const values = resource[schema.id]
    if (values === undefined && required) throw new ScimRefusal(scimType, `${quoted(schema.id)} is required.`)
    if (isJsonObject(values) && holdsWritten(schema.attributes, values))
      requireWithin(schema.attributes, values, scimType)
  }
}

function requireWithin(
  attributes: readonly Attribute[],
  values: JsonObject,
  scimType: 'invalidValue' | 'mutability',
): void {
  for (const { name, required, subAttributes } of attributes) {
    const value = values[name]
    if (value === undefined && required) throw new ScimRefusal(scimType, `${quoted(name)} is required.`)
    if (value === undefined || subAttributes?.some((sub) => sub.required) !== true) continue
    for (const part of Array.isArray(value) ? (value as readonly Json[]) : [value])
      if (isJsonObject(part) && holdsWritten(subAttributes, part)) requireWithin(subAttributes, part, scimType)
  }
}

/** The resource that a replacement leads to: what it does not name is cleared, apart from what is kept by its schema. */
export function replaced(
  type: ResourceType,
  present: JsonObject,
  sent: JsonObject,
  profile: ClientProfile,
): JsonObject {
  const next: Record<string, Json> = { ...sent }
  for (const { schema, keptWhenAbsent } of type.extensions) {
    const kept = present[schema.id]
    if (keptWhenAbsent === true && next[schema.id] === undefined && kept !== undefined) next[schema.id] = kept
  }
  keepUnchangeable(next, type.schema.attributes, present)
  for (const { schema } of type.extensions) {
    const was = present[schema.id]
    if (!isJsonObject(was)) continue
    const values = { ...(next[schema.id] as JsonObject | undefined) }
    keepUnchangeable(values, schema.attributes, was)
    if (Object.keys(values).length > 0) next[schema.id] = values
  }
  for (const name of profile.keepsUnnamed ? (type.keptUnlessNamed ?? []) : []) {
    const was = present[name]
    if (was !== undefined) next[name] ??= was
  }
  return next
}

/** What a replacement cannot change stays: what was set for good or by others, and what is only ever written and therefore never sent back. */
function keepUnchangeable(next: Record<string, Json>, attributes: readonly Attribute[], present: JsonObject): void {
  for (const { name, mutability, subAttributes } of attributes) {
    const was = present[name]
    if (was === undefined) continue
    if (mutability === 'writeOnly' || mutability === 'readOnly') next[name] ??= was
    const is = next[name]
    if (mutability === 'immutable') {
      if (is !== undefined && canonicalJson(is) !== canonicalJson(was))
        throw new ScimRefusal('mutability', `${quoted(name)} cannot change any more.`)
      next[name] = was
    } else if (isJsonObject(was) && isJsonObject(is) && subAttributes !== undefined) {
      const parts = { ...is }
      keepUnchangeable(parts, subAttributes, was)
      next[name] = parts
    } else if (is === undefined) {
      const kept = readOnlyPart(subAttributes ?? [], was)
      if (kept !== undefined) next[name] = kept
    }
  }
}
