// The types of resources as they are with what administrators declared: users and groups with further extensions, and types of their own.
import type { CustomSchema, CustomType, Declared } from '../../directory/custom-schemas/custom-schema.rules.ts'
import type { Attribute, ResourceType, Schema } from './schema.ts'

/** Longer ones would neither fit into an index nor into a request with many of them. */
const maxLength = { unique: 500, other: 16_384 } as const

/** A declared schema in the engine's words. */
function toSchema({ id, name, description, attributes }: CustomSchema): Schema {
  return { id, name, description, attributes: attributes.map(toAttribute) }
}

function toAttribute(attribute: CustomSchema['attributes'][number]): Attribute {
  const { subAttributes, ...facts } = attribute
  return {
    ...facts,
    maxLength: facts.uniqueness === 'none' ? maxLength.other : maxLength.unique,
    ...(subAttributes === undefined ? {} : { subAttributes: subAttributes.map(toAttribute) }),
  }
}

/** One of the hub's own types with the extensions that are declared for it. */
export function withDeclared(type: ResourceType, { schemas }: Declared): ResourceType {
  const own = schemas.filter((schema) => schema.extends.some((name) => name === type.name))
  if (own.length === 0) return type
  return {
    ...type,
    extensions: [...type.extensions, ...own.map((one) => ({ schema: toSchema(one), required: false }))],
  }
}

/** A declared type; undefined when its schema is not known any more. */
export function toResourceType(type: CustomType, { schemas }: Declared): ResourceType | undefined {
  const find = (urn: string): CustomSchema | undefined => schemas.find(({ id }) => id === urn)
  const schema = find(type.schema)
  if (schema === undefined) return undefined
  const { name, description, endpoint } = type
  const extensions = type.schemaExtensions.flatMap(({ schema: urn, required }) => {
    const extension = find(urn)
    return extension === undefined ? [] : [{ schema: toSchema(extension), required }]
  })
  return { name, description, endpoint, schema: toSchema(schema), extensions, sets: [] }
}

/** Whether a schema that is declared for users has the attribute, as `URN:NAME` spells it. */
export function isDeclared({ schemas }: Declared, field: string): boolean {
  return schemas.some(
    ({ id, extends: types, attributes }) =>
      types.includes('User') && attributes.some(({ name }) => field === `${id}:${name}`),
  )
}

/** The names of declared attributes whose values nobody reads, in lower case. */
export function secretNames({ schemas }: Declared): readonly string[] {
  return schemas.flatMap(({ attributes }) =>
    attributes.filter(({ returned }) => returned === 'never').map(({ name }) => name.toLowerCase()),
  )
}
