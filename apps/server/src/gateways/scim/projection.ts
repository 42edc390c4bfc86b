// What of a resource an answer shows (RFC 7644, section 3.9; `returned` of RFC 7643, section 2.2).
import { isJsonObject, type Json, type JsonObject } from '@lockstep/kernel/json'
import { extensionOf, findTarget, type Target } from './attribute-path.ts'
import { type Attribute, commonAttributes, type ResourceType, type Schema } from './schema.ts'
import { ScimRefusal } from './scim-refusal.ts'

/** What a request wants to see. */
export interface Projection {
  readonly attributes?: readonly Target[]
  readonly excluded?: readonly Target[]
}

const maxNames = 200

/** Reads the lists of names; those of no attribute are ignored. Both together are refused. */
export function readProjection(
  type: ResourceType,
  {
    attributes,
    excludedAttributes,
  }: { readonly attributes?: readonly string[]; readonly excludedAttributes?: readonly string[] },
): Projection {
  if (attributes !== undefined && excludedAttributes !== undefined)
    throw new ScimRefusal('invalidValue', 'attributes and excludedAttributes exclude each other.')
  const targets = (names: readonly string[]): readonly Target[] =>
    names
      .slice(0, maxNames)
      .map((name) => findTarget(type, name.replace(/\[.*\]/, '').trim()))
      .filter((target) => target !== undefined)
  if (attributes !== undefined) return { attributes: targets(attributes) }
  return excludedAttributes === undefined ? {} : { excluded: targets(excludedAttributes) }
}

/** Splits a parameter at its commas. */
export function namesOf(text: string): readonly string[] {
  return text
    .split(',')
    .map((name) => name.trim())
    .filter(Boolean)
}

/** Whether an answer needs an attribute at all, so that what is dear to read need not be read. */
export function shows(projection: Projection, type: ResourceType, name: string): boolean {
  const attribute = type.schema.attributes.find((one) => one.name === name)
  return attribute !== undefined && isShown(projection, attribute, undefined) !== 'no'
}

/** The resource as it is shown. */
export function project(type: ResourceType, resource: JsonObject, projection: Projection): Record<string, Json> {
  const shown: Record<string, Json> = {}
  const core = byName(type.schema.attributes)
  for (const key in resource) {
    const value = resource[key]
    if (value === undefined) continue
    const extension = key.startsWith('urn:') ? extensionOf(type, key) : undefined
    const part =
      extension !== undefined && isJsonObject(value)
        ? partOfExtension(extension, value, projection)
        : partOfAttribute(common.get(key) ?? core.get(key), value, projection, undefined)
    if (part !== undefined) shown[key] = part
  }
  return shown
}

function partOfExtension({ id, attributes }: Schema, values: JsonObject, projection: Projection): Json | undefined {
  const known = byName(attributes)
  let shown: Record<string, Json> | undefined
  for (const name in values) {
    const part = partOfAttribute(known.get(name), values[name], projection, id)
    if (part === undefined) continue
    shown ??= {}
    shown[name] = part
  }
  return shown
}

type AttributesByName = ReadonlyMap<string, Attribute>

const indexed = new WeakMap<readonly Attribute[], AttributesByName>()
const common: AttributesByName = new Map(commonAttributes.map((attribute) => [attribute.name, attribute]))

function byName(attributes: readonly Attribute[]): AttributesByName {
  const made = indexed.get(attributes) ?? new Map(attributes.map((attribute) => [attribute.name, attribute]))
  indexed.set(attributes, made)
  return made
}

function partOfAttribute(
  attribute: Attribute | undefined,
  value: Json | undefined,
  projection: Projection,
  urn: string | undefined,
): Json | undefined {
  if (attribute === undefined || value === undefined) return undefined
  const how = isShown(projection, attribute, urn)
  if (how === 'no') return undefined
  const isWhole = how === 'whole' && attribute.subAttributes?.some(isOnRequest) !== true
  return isWhole ? value : inPart(value, attribute, how === 'whole' ? {} : how)
}

function isOnRequest({ returned }: Attribute): boolean {
  return returned === 'request'
}

/** The sub-attributes that are wanted, or not. */
interface Partly {
  readonly only?: ReadonlySet<string>
  readonly without?: ReadonlySet<string>
}

function isShown(
  { attributes, excluded }: Projection,
  attribute: Attribute,
  urn: string | undefined,
): 'whole' | 'no' | Partly {
  if (attribute.returned === 'never') return 'no'
  if (attribute.returned === 'always') return 'whole'
  if (attributes === undefined && excluded === undefined) return attribute.returned === 'request' ? 'no' : 'whole'
  const concerns = (target: Target): boolean =>
    'schema' in target
      ? target.isExtension
        ? target.schema.id === urn
        : urn === undefined && isOfCore(attribute)
      : target.attribute === attribute && target.urn === urn
  const subsOf = (targets: readonly Target[]): ReadonlySet<string> =>
    new Set(targets.flatMap((target) => ('sub' in target && target.sub !== undefined ? [target.sub.name] : [])))
  if (attributes !== undefined) {
    const wanted = attributes.filter(concerns)
    if (wanted.length === 0) return 'no'
    return wanted.every((target) => 'sub' in target && target.sub !== undefined) ? { only: subsOf(wanted) } : 'whole'
  }
  if (attribute.returned === 'request') return 'no'
  const unwanted = (excluded ?? []).filter(concerns)
  if (unwanted.length === 0) return 'whole'
  return unwanted.every((target) => 'sub' in target && target.sub !== undefined) ? { without: subsOf(unwanted) } : 'no'
}

function isOfCore(attribute: Attribute): boolean {
  return !commonAttributes.includes(attribute)
}

function inPart(value: Json, attribute: Attribute, { only, without }: Partly): Json | undefined {
  const one = (element: Json): Json | undefined => {
    if (!isJsonObject(element)) return element
    const kept = Object.entries(element).filter(([name]) => {
      const sub = attribute.subAttributes?.find((candidate) => candidate.name === name)
      if (sub?.returned === 'always') return true
      return only === undefined ? sub?.returned !== 'request' && without?.has(name) !== true : only.has(name)
    })
    return kept.length === 0 ? undefined : Object.fromEntries(kept)
  }
  if (!Array.isArray(value)) return one(value)
  const elements = (value as readonly Json[]).map(one).filter((element) => element !== undefined)
  return elements.length === 0 ? undefined : elements
}
