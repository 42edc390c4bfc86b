// Declared attributes as what rows of an integration's table set: also those that clients cannot set themselves.
import { canonicalJson, isJsonObject, type Json, type JsonObject } from '@lockstep/kernel/json'
import type { Declared } from '../../directory/custom-schemas/custom-schema.rules.ts'
import { findTarget } from './attribute-path.ts'
import { profileOf } from './client-profile.ts'
import { requireAttributes } from './read-resource.ts'
import { readValue } from './read-value.ts'
import type { Attribute, ResourceType } from './schema.ts'
import { quoted, ScimRefusal } from './scim-refusal.ts'

/** A declared attribute of users with one value, and where it stands. */
interface DeclaredPlace {
  /** `URN:NAME` or `URN:NAME.SUB`. */
  readonly field: string
  readonly path: readonly string[]
  readonly attribute: Attribute
}

/** A row that sets it, from what was sent. */
export interface DeclaredTarget extends DeclaredPlace {
  readonly read: (resource: JsonObject) => Json | undefined
}

interface Declaring {
  readonly type: ResourceType
  readonly declared: Declared
}

/** The declared attribute that a row's field names; undefined for other fields, lists, objects and what is kept sealed. */
export function declaredTarget({ type, declared }: Declaring, field: string): DeclaredPlace | undefined {
  const found = findTarget(type, field)
  if (found === undefined || 'schema' in found || found.urn === undefined) return undefined
  const { urn, attribute, sub } = found
  if (!declared.schemas.some(({ id }) => id === urn) || attribute.multiValued || attribute.returned === 'never')
    return undefined
  if (attribute.type === 'complex' && sub === undefined) return undefined
  const path = [urn, attribute.name, ...(sub === undefined ? [] : [sub.name])]
  return { field: `${urn}:${path.slice(1).join('.')}`, path, attribute: sub ?? attribute }
}

/** All that rows may set. */
export function declaredTargets(declaring: Declaring): readonly DeclaredPlace[] {
  return declaring.type.extensions.flatMap(({ schema }) =>
    schema.attributes.flatMap(({ name, subAttributes = [] }) =>
      [name, ...subAttributes.map((sub) => `${name}.${sub.name}`)].flatMap(
        (each) => declaredTarget(declaring, `${schema.id}:${each}`) ?? [],
      ),
    ),
  )
}

/** A replacement with what it does not name of what the table set, or others set there since, where the table sets nothing else now. */
export function withKeptMapping(next: JsonObject, present: JsonObject, targets: readonly DeclaredTarget[]): JsonObject {
  let kept = next
  for (const { path, read } of targets) {
    const was = valueAt(present, path)
    if (was !== undefined && valueAt(next, path) === undefined && isSame(read(next), read(present)))
      kept = withValueAt(kept, path, was)
  }
  return kept
}

/** The user with what the table sets, where that differs from what it set before. Refuses as if the client had sent it. */
export function withMappedValues(
  type: ResourceType,
  next: JsonObject,
  present: JsonObject | undefined,
  targets: readonly DeclaredTarget[],
): JsonObject {
  let mapped = next
  const setIn = new Set<string>()
  for (const { path, attribute, read } of targets) {
    const value = read(next)
    if (isSame(value, present && read(present))) continue
    const was = present && valueAt(present, path)
    const taken = readValue(attribute, value, profileOf('lenient'))
    if (attribute.mutability === 'immutable' && was !== undefined && !isSame(was, taken))
      throw new ScimRefusal('mutability', `${quoted(attribute.name)} cannot change any more.`)
    mapped = withValueAt(mapped, path, taken)
    setIn.add(path[0] ?? '')
  }
  const extensions = type.extensions.filter(({ schema }) => setIn.has(schema.id))
  if (extensions.length > 0) requireAttributes({ ...type, extensions }, mapped)
  return mapped
}

/** What the table set, by field. */
export function mappedFields(mapped: JsonObject, targets: readonly DeclaredTarget[]): JsonObject {
  return Object.fromEntries(
    targets.flatMap(({ field, path }) => {
      const value = valueAt(mapped, path)
      return value === undefined ? [] : [[field, value] as const]
    }),
  )
}

function isSame(left: Json | undefined, right: Json | undefined): boolean {
  return canonicalJson(left ?? null) === canonicalJson(right ?? null)
}

function valueAt(resource: JsonObject, path: readonly string[]): Json | undefined {
  let value: Json | undefined = resource
  for (const key of path) value = isJsonObject(value) ? value[key] : undefined
  return value
}

/** With the value there; undefined takes it away, and what is left empty with it. */
function withValueAt(
  resource: JsonObject,
  [head = '', ...rest]: readonly string[],
  value: Json | undefined,
): JsonObject {
  const { [head]: present, ...others } = resource
  const inner = rest.length === 0 ? value : withValueAt(isJsonObject(present) ? present : {}, rest, value)
  const isEmpty = inner === undefined || (rest.length > 0 && isJsonObject(inner) && Object.keys(inner).length === 0)
  return isEmpty ? others : { ...others, [head]: inner }
}
