import Type, { type Static, type TSchema } from 'typebox'
import { type FieldType, fieldsOfHubAlone, storedFields } from '../../directory/users/user-fields.rules.ts'

/** The fields with columns of their own that a body may name, and how their values are read. */
export const typedFields = {
  username: 'text',
  email: 'text',
  employeeIdentifier: 'nullable_text',
  displayname: 'text',
  state: 'text',
  suspended: 'boolean',
  activated: 'boolean',
  account_locked: 'boolean',
  manager: 'id',
  unix_uid: 'integer',
  unix_guid: 'integer',
  password: 'text',
} as const satisfies Record<string, FieldType>

const Null = Type.Null()
const AnyObject = Type.Object({}, { additionalProperties: Type.Unknown() })

// Null is allowed everywhere and given its meaning by castUser: the conversion of the schema layer would make the text "null" of it.
const schemas: Readonly<Record<FieldType, TSchema>> = {
  text: Type.Union([Type.String(), Null]),
  nullable_text: Type.Union([Type.String(), Null]),
  id: Type.Union([Type.String(), Null]),
  boolean: Type.Union([Type.Boolean(), Null]),
  integer: Type.Union([Type.Number(), Type.String(), Null]),
  texts: Type.Union([Type.Array(Type.Union([Type.String(), Null])), Null]),
  object: Type.Union([AnyObject, Null]),
  rows: Type.Union([Type.Array(AnyObject), Null]),
}

/** How a field of a body is read; undefined for a name that users do not have. */
export function fieldType(name: string): FieldType | undefined {
  const types: Readonly<Record<string, FieldType>> = typedFields
  if (Object.hasOwn(types, name)) return types[name]
  const stored: Readonly<Record<string, { readonly type: FieldType }>> = storedFields
  return Object.hasOwn(stored, name) ? stored[name]?.type : undefined
}

const names = [...Object.keys(typedFields), ...Object.keys(storedFields)].filter((name) => !fieldsOfHubAlone.has(name))

/** A user in a request, made from the table of fields; nothing is required here, the rules say what is missing. */
export const UserBody = Type.Object(
  Object.fromEntries(
    names.map((name) => {
      const type = fieldType(name)
      return [name, Type.Optional(type === undefined ? Type.Unknown() : schemas[type])]
    }),
  ),
)
export type UserBody = Static<typeof UserBody>
