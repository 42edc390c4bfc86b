// The values of declared attributes that a user or group has.
import Type, { type Static } from 'typebox'
import { CustomSchemaRow } from './custom-schema.ts'

const strict = { additionalProperties: false } as const

/** A declared schema that extends the user or group, with what it holds there. */
const DeclaredSchemaValues = Type.Object({
  /** Its URN. */
  id: Type.String(),
  name: Type.String(),
  description: Type.String(),
  attributes: CustomSchemaRow.properties.attributes,
  /** By attribute; what is never returned is not among them. */
  values: Type.Record(Type.String(), Type.Unknown()),
  /** The attributes that have a value which is never returned. */
  secrets: Type.Array(Type.String()),
})
export type DeclaredSchemaValues = Static<typeof DeclaredSchemaValues>

/** All declared schemas that extend a user or group. */
export const DeclaredValues = Type.Object({
  revision: Type.Integer(),
  schemas: Type.Array(DeclaredSchemaValues),
})
export type DeclaredValues = Static<typeof DeclaredValues>

/** The named attributes of one schema become these; null takes a value away. */
export const DeclaredValuesUpdate = Type.Object(
  {
    /** The revision the change was based on; a newer one is refused. */
    revision: Type.Optional(Type.Integer()),
    /** The URN of the declared schema. */
    schema: Type.String({ minLength: 1, maxLength: 200 }),
    values: Type.Record(Type.String({ minLength: 1, maxLength: 60 }), Type.Unknown(), { maxProperties: 100 }),
  },
  strict,
)
export type DeclaredValuesUpdate = Static<typeof DeclaredValuesUpdate>
