// Schemas and resource types as data (RFC 7643, sections 6 and 7). The engine knows none of them by name.

import type { CustomAttribute } from '../../directory/custom-schemas/custom-schema.rules.ts'

export type AttributeType = CustomAttribute['type']

/** An attribute's characteristics, RFC 7643 section 7: those that can be declared, for the hub's own attributes too. */
export interface Attribute extends Omit<CustomAttribute, 'subAttributes'> {
  readonly subAttributes?: readonly Attribute[]
  /** The characters that a value may have, where that is less than usual; not served. */
  readonly maxLength?: number
}

/** A schema as it is served. */
export interface Schema {
  readonly id: string
  readonly name: string
  readonly description: string
  readonly attributes: readonly Attribute[]
}

/** A resource type with its schemas. */
export interface ResourceType {
  readonly name: string
  readonly description: string
  /** Without a slash. */
  readonly endpoint: string
  readonly schema: Schema
  readonly extensions: readonly {
    readonly schema: Schema
    readonly required: boolean
    readonly keptWhenAbsent?: boolean
  }[]
  /** What a replacement that does not name it leaves, where clients may leave things out. */
  readonly keptUnlessNamed?: readonly string[]
  /** Multi-valued attributes whose elements are added and removed as a set, without the others being read. */
  readonly sets: readonly string[]
}

const plain = {
  multiValued: false,
  required: false,
  caseExact: false,
  mutability: 'readWrite',
  returned: 'default',
  uniqueness: 'none',
} as const

type Facts = Partial<Omit<Attribute, 'name' | 'type' | 'description'>>

/** A text. */
export function text(name: string, description: string, facts: Facts = {}): Attribute {
  return { name, type: 'string', description, ...plain, ...facts }
}

/** An attribute of another type. */
export function typed(type: AttributeType, name: string, description: string, facts: Facts = {}): Attribute {
  const isExact = type === 'binary' || type === 'reference'
  return { name, type, description, ...plain, ...(isExact ? { caseExact: true } : {}), ...facts }
}

/** An object of sub-attributes. */
export function complex(
  name: string,
  description: string,
  subAttributes: readonly Attribute[],
  facts: Facts = {},
): Attribute {
  return { name, type: 'complex', description, ...plain, ...facts, subAttributes }
}

/** The usual list: value, display, type and primary. */
export function valueList(
  name: string,
  description: string,
  { types, value }: { readonly types?: readonly string[]; readonly value?: Attribute } = {},
): Attribute {
  return complex(
    name,
    description,
    [
      value ?? text('value', `A value of ${name}.`),
      text('display', 'A name for people.'),
      text('type', 'What the value is for.', types === undefined ? {} : { canonicalValues: types }),
      typed('boolean', 'primary', 'Whether this is the preferred one; at most one is.'),
    ],
    { multiValued: true },
  )
}

/** What every resource has (RFC 7643, section 3.1), which no schema lists. */
export const commonAttributes: readonly Attribute[] = [
  typed('reference', 'schemas', 'The schemas in use.', { multiValued: true, returned: 'always', required: true }),
  text('id', 'The hub’s identifier.', {
    caseExact: true,
    mutability: 'readOnly',
    returned: 'always',
    uniqueness: 'global',
  }),
  text('externalId', 'The client’s identifier.', { caseExact: true }),
  complex(
    'meta',
    'What the hub knows about the resource.',
    [
      text('resourceType', 'Its type.', { caseExact: true, mutability: 'readOnly' }),
      typed('dateTime', 'created', 'When it was made.', { mutability: 'readOnly' }),
      typed('dateTime', 'lastModified', 'When it last changed.', { mutability: 'readOnly' }),
      typed('reference', 'location', 'Its address.', { mutability: 'readOnly', referenceTypes: ['uri'] }),
      text('version', 'Its version.', { caseExact: true, mutability: 'readOnly' }),
    ],
    { mutability: 'readOnly' },
  ),
]
