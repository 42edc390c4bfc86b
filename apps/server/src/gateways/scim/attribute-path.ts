// Names of attributes as clients write them, in any letter case and with or without the schema's URN, found in a resource type.
import { type Attribute, commonAttributes, type ResourceType, type Schema } from './schema.ts'

/** An attribute, or a sub-attribute of it; `urn` for one of an extension. */
export interface Found {
  readonly urn?: string
  readonly attribute: Attribute
  readonly sub?: Attribute
}

/** What a name leads to: an attribute, or a whole schema. */
export type Target = Found | { readonly schema: Schema; readonly isExtension: boolean }

const common: Readonly<Record<string, Attribute>> = Object.fromEntries(
  commonAttributes.map((attribute) => [attribute.name.toLowerCase(), attribute]),
)

/** Finds an attribute among others by its name in any letter case. */
export function named(attributes: readonly Attribute[] | undefined, name: string): Attribute | undefined {
  const lower = name.toLowerCase()
  return attributes?.find((attribute) => attribute.name.toLowerCase() === lower)
}

/** An attribute of the type's core, the common ones included. */
export function coreAttribute(type: ResourceType, name: string): Attribute | undefined {
  const lower = name.toLowerCase()
  return (Object.hasOwn(common, lower) ? common[lower] : undefined) ?? named(type.schema.attributes, name)
}

/** An extension of the type by its URN in any letter case. */
export function extensionOf(type: ResourceType, urn: string): Schema | undefined {
  for (const { schema } of type.extensions) if (schema.id === urn) return schema
  const lower = urn.toLowerCase()
  return type.extensions.find(({ schema }) => schema.id.toLowerCase() === lower)?.schema
}

/** What a name means; undefined when the type has no such thing. */
export function findTarget(type: ResourceType, name: string): Target | undefined {
  const lower = name.toLowerCase()
  if (!lower.startsWith('urn:')) return within(coreFinder(type), name)
  for (const schema of [type.schema, ...type.extensions.map((extension) => extension.schema)]) {
    const id = schema.id.toLowerCase()
    const isExtension = schema !== type.schema
    if (lower === id) return { schema, isExtension }
    if (!lower.startsWith(`${id}:`)) continue
    const rest = name.slice(id.length + 1)
    if (!isExtension) return within(coreFinder(type), rest)
    const found = within((one) => named(schema.attributes, one), rest)
    return found === undefined ? undefined : { urn: schema.id, ...found }
  }
  return undefined
}

function coreFinder(type: ResourceType): (name: string) => Attribute | undefined {
  return (name) => coreAttribute(type, name)
}

function within(find: (name: string) => Attribute | undefined, name: string): Found | undefined {
  const [head = '', subName, ...more] = name.split('.')
  const attribute = find(head)
  if (attribute === undefined || more.length > 0) return undefined
  if (subName === undefined) return { attribute }
  const sub = named(attribute.subAttributes, subName)
  return sub === undefined ? undefined : { attribute, sub }
}

/** An attribute of an extension by its bare name, which some clients' filters leave without the URN. */
export function findBareAttribute(type: ResourceType, name: string): Found | undefined {
  for (const { schema } of type.extensions) {
    const found = within((one) => named(schema.attributes, one), name)
    if (found !== undefined) return { urn: schema.id, ...found }
  }
  return undefined
}
