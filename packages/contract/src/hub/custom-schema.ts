// Schemas and types of resources that administrators declare for SCIM, in the words of RFC 7643, sections 6 and 7.
import Type, { type Static } from 'typebox'

const strict = { additionalProperties: false } as const

export const attributeTypes = [
  'string',
  'boolean',
  'decimal',
  'integer',
  'dateTime',
  'binary',
  'reference',
  'complex',
] as const
export const mutabilities = ['readOnly', 'readWrite', 'immutable', 'writeOnly'] as const
export const returnedRules = ['always', 'never', 'default', 'request'] as const
export const uniquenesses = ['none', 'server', 'global'] as const

function oneOf<const T extends readonly string[]>(names: T) {
  return Type.Unsafe<T[number]>(Type.Union(names.map((name) => Type.Literal(name))))
}

/** How a URN and the names of attributes are made. */
export const declaredForms = {
  urn: /^urn:[a-z0-9][a-z0-9-]{0,31}:[a-z0-9][a-z0-9_.:-]*[a-z0-9]$/i,
  /** What the protocol and the hub itself speak of. Other extensions under IETF's name are usual: Entra proposes them. */
  reservedUrns: [
    /^urn:ietf:params:scim:(schemas:core|api)(:|$)/i,
    /^urn:ietf:params:scim:schemas:extension:enterprise(:|$)/i,
    /^urn:lockstep(:|$)/i,
  ],
  name: /^[A-Za-z][A-Za-z0-9_-]*$/,
  subName: /^(\$ref|[A-Za-z][A-Za-z0-9_-]*)$/,
} as const

const Name = Type.String({ minLength: 1, maxLength: 60 })
const Description = Type.String({ maxLength: 1_000 })
const Words = Type.Array(Type.String({ minLength: 1, maxLength: 200 }), { maxItems: 100 })
const Urn = Type.String({ minLength: 1, maxLength: 200 })

/** What is left out is as RFC 7643 says: a text of one value that clients may change and read. */
const facts = {
  name: Name,
  type: Type.Optional(oneOf(attributeTypes)),
  multiValued: Type.Optional(Type.Boolean()),
  description: Type.Optional(Description),
  required: Type.Optional(Type.Boolean()),
  caseExact: Type.Optional(Type.Boolean()),
  mutability: Type.Optional(oneOf(mutabilities)),
  returned: Type.Optional(oneOf(returnedRules)),
  uniqueness: Type.Optional(oneOf(uniquenesses)),
  canonicalValues: Type.Optional(Words),
  referenceTypes: Type.Optional(Words),
}
const SubAttributeInput = Type.Object(facts, strict)
const AttributeInput = Type.Object(
  { ...facts, subAttributes: Type.Optional(Type.Array(SubAttributeInput, { maxItems: 50 })) },
  strict,
)
export type CustomAttributeInput = Static<typeof AttributeInput>

const Extends = Type.Array(Type.Union([Type.Literal('User'), Type.Literal('Group')]), {
  maxItems: 2,
  uniqueItems: true,
})

const schemaFields = {
  name: Type.Optional(Name),
  description: Type.Optional(Description),
  /** The hub's own types that it extends; empty for a schema of custom types. */
  extends: Type.Optional(Extends),
  attributes: Type.Array(AttributeInput, { minItems: 1, maxItems: 100 }),
}
/** Values of what is left out are discarded when their number is the one named here. */
const DiscardValues = Type.Optional(Type.Integer({ minimum: 0, maximum: 100_000_000 }))

/** A schema to be declared. */
export const CustomSchemaCreate = Type.Object({ id: Urn, ...schemaFields }, strict)
export type CustomSchemaCreate = Static<typeof CustomSchemaCreate>

/** What a schema becomes as a whole; its URN stays. */
export const CustomSchemaUpdate = Type.Object({ ...schemaFields, discardValues: DiscardValues }, strict)
export type CustomSchemaUpdate = Static<typeof CustomSchemaUpdate>

const served = {
  name: Type.String(),
  type: oneOf(attributeTypes),
  multiValued: Type.Boolean(),
  description: Type.String(),
  required: Type.Boolean(),
  caseExact: Type.Boolean(),
  mutability: oneOf(mutabilities),
  returned: oneOf(returnedRules),
  uniqueness: oneOf(uniquenesses),
  canonicalValues: Type.Optional(Type.Array(Type.String())),
  referenceTypes: Type.Optional(Type.Array(Type.String())),
}
const CustomAttribute = Type.Object({
  ...served,
  subAttributes: Type.Optional(Type.Array(Type.Object(served))),
})

export type CustomAttribute = Static<typeof CustomAttribute>

/** A declared schema. */
export const CustomSchemaRow = Type.Object({
  /** By which the hub's interface names it. */
  key: Type.String(),
  /** Its URN. */
  id: Type.String(),
  name: Type.String(),
  description: Type.String(),
  extends: Type.Array(Type.Union([Type.Literal('User'), Type.Literal('Group')])),
  attributes: Type.Array(CustomAttribute),
  /** Declared in the file that the hub reads at its start, and changed there alone. */
  fromFile: Type.Boolean(),
  created: Type.String(),
  updated: Type.String(),
})
export type CustomSchemaRow = Static<typeof CustomSchemaRow>

const Extensions = Type.Array(Type.Object({ schema: Urn, required: Type.Optional(Type.Boolean()) }, strict), {
  maxItems: 10,
})

/** A type of resources to be declared, of schemas that are declared. */
export const CustomTypeCreate = Type.Object(
  {
    name: Name,
    description: Type.Optional(Description),
    /** The address of its resources, with or without a slash before it. */
    endpoint: Type.String({ minLength: 1, maxLength: 60 }),
    /** The URN of its own schema. */
    schema: Urn,
    schemaExtensions: Type.Optional(Extensions),
  },
  strict,
)
export type CustomTypeCreate = Static<typeof CustomTypeCreate>

/** What changes of a type; its name, endpoint and schema stay. */
export const CustomTypeUpdate = Type.Object(
  {
    description: Type.Optional(Description),
    schemaExtensions: Type.Optional(Extensions),
    discardValues: DiscardValues,
  },
  strict,
)
export type CustomTypeUpdate = Static<typeof CustomTypeUpdate>

/** A declared type of resources. */
export const CustomTypeRow = Type.Object({
  key: Type.String(),
  name: Type.String(),
  description: Type.String(),
  endpoint: Type.String(),
  schema: Type.String(),
  schemaExtensions: Type.Array(Type.Object({ schema: Type.String(), required: Type.Boolean() })),
  fromFile: Type.Boolean(),
  /** How many there are of it. */
  resources: Type.Integer(),
  created: Type.String(),
  updated: Type.String(),
})
export type CustomTypeRow = Static<typeof CustomTypeRow>

/** How many hold a value of each attribute of a schema, by who holds them: users, groups or resources of a declared type. */
export const CustomSchemaCounts = Type.Object({
  items: Type.Array(Type.Object({ holder: Type.String(), attribute: Type.String(), values: Type.Integer() })),
})
export type CustomSchemaCounts = Static<typeof CustomSchemaCounts>

/** The number of values that go with a schema. */
export const CustomSchemaRemoval = Type.Object({ discardValues: DiscardValues }, strict)
/** The number of resources that go with a type. */
export const CustomTypeRemoval = Type.Object({ discardResources: DiscardValues }, strict)

/** The file of declarations that a hub reads at its start. */
export const CustomSchemaFile = Type.Object(
  {
    schemas: Type.Optional(Type.Array(CustomSchemaCreate, { maxItems: 20 })),
    resourceTypes: Type.Optional(Type.Array(CustomTypeCreate, { maxItems: 20 })),
  },
  strict,
)
export type CustomSchemaFile = Static<typeof CustomSchemaFile>
