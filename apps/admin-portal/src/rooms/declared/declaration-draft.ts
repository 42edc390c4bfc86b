import { attributeTypes, type CustomSchemaRow, type CustomTypeRow } from '@lockstep/contract/hub/custom-schema'

/** What is declared: attributes, or a type of resources. */
export type DeclarationKind = 'schema' | 'type'

/** A row of the list of declarations. */
export interface Declaration {
  readonly kind: DeclarationKind
  readonly key: string
  readonly name: string
  /** The URN of a schema, that of a type's own schema. */
  readonly urn: string
  /** Whose attributes they are, or where the resources are. */
  readonly place: string
  /** How much there is of it. */
  readonly size: number
  readonly fromFile: boolean
  readonly text: string
}

/** Schemas, then types. */
export function declarationsOf(
  schemas: readonly CustomSchemaRow[],
  types: readonly CustomTypeRow[],
): readonly Declaration[] {
  return [
    ...schemas.map(({ key, fromFile, created: _created, updated: _updated, ...schema }) => ({
      ...{ kind: 'schema' as const, key, name: schema.name, urn: schema.id, fromFile },
      text: printed(schema),
      place: schema.extends.length > 0 ? schema.extends.map((one) => `${one}s`).join(', ') : usersOf(schema.id, types),
      size: schema.attributes.length,
    })),
    ...types.map(({ key, fromFile, resources, created: _created, updated: _updated, ...type }) => ({
      ...{ kind: 'type' as const, key, name: type.name, urn: type.schema, fromFile, text: printed(type) },
      ...{ place: `/scim/v2/${type.endpoint}`, size: resources },
    })),
  ]
}

function usersOf(urn: string, types: readonly CustomTypeRow[]): string {
  const names = types
    .filter(({ schema, schemaExtensions }) => schema === urn || schemaExtensions.some((one) => one.schema === urn))
    .map(({ name }) => name)
  return names.length === 0 ? 'Nothing yet' : names.join(', ')
}

function printed(value: object): string {
  return JSON.stringify(value, undefined, 2)
}

/** What a new declaration begins with. */
export const firstText: Readonly<Record<DeclarationKind, string>> = {
  schema: printed({
    id: 'urn:ietf:params:scim:schemas:extension:Badge:2.0:User',
    name: 'Badge',
    extends: ['User'],
    attributes: [{ name: 'number', type: 'integer', multiValued: false, uniqueness: 'server' }],
  }),
  type: printed({
    name: 'Device',
    endpoint: '/Devices',
    schema: 'urn:example:device:1.0:Device',
    schemaExtensions: [],
  }),
}

type Read =
  | { readonly ok: true; readonly value: Readonly<Record<string, unknown>> }
  | { readonly ok: false; readonly why: string }

/** What stands in the text, without what a served document has beside the declaration; or why it is none. */
export function readDeclaration(text: string): Read {
  let value: unknown
  try {
    value = JSON.parse(text)
  } catch (error) {
    return { ok: false, why: error instanceof Error ? error.message : 'This is no JSON.' }
  }
  if (typeof value !== 'object' || value === null || Array.isArray(value))
    return { ok: false, why: 'Enter an object in JSON.' }
  const { schemas: _schemas, meta: _meta, ...rest } = value as Record<string, unknown>
  return { ok: true, value: rest }
}

/** The line, from 1, on which a place such as `attributes.1.type` begins in the text; undefined when it is not there. */
export function lineOf(text: string, field: string): number | undefined {
  const read = readDeclaration(text)
  if (!read.ok) return undefined
  let at: unknown = read.value
  let offset = 0
  for (const name of field.split('.')) {
    if (typeof at !== 'object' || at === null) break
    const isIndex = Array.isArray(at)
    const next: unknown = (at as Record<string, unknown>)[name]
    if (next === undefined) break
    if (isIndex) offset = startOfElement(text, offset, Number(name))
    else {
      const found = text.indexOf(`"${name}"`, offset)
      if (found < 0) return undefined
      offset = found + name.length + 2
    }
    at = next
  }
  return offset === 0 ? undefined : text.slice(0, offset).split('\n').length
}

/** Where an element of the list begins that opens next. */
function startOfElement(text: string, from: number, index: number): number {
  let offset = text.indexOf('[', from) + 1
  let depth = 0
  let isQuoted = false
  for (let seen = 0; offset < text.length && seen <= index; offset += 1) {
    const character = text[offset] ?? ''
    if (isQuoted) {
      if (character === '\\') offset += 1
      else if (character === '"') isQuoted = false
      continue
    }
    if (character === '"') isQuoted = true
    if (depth === 0 && seen === index && /\S/.test(character)) return offset
    if (character === '{' || character === '[') depth += 1
    if (character === '}' || character === ']') depth -= 1
    if (character === ',' && depth === 0) seen += 1
  }
  return offset
}

/** The types that an attribute may have, in words. */
export const typeNames = attributeTypes.join(', ')
