// Schemas and types of resources that administrators declare, and what a declaration has to be (RFC 7643, sections 2, 6 and 7). A fault is
// told with its place, as `attributes.2.subAttributes.0.type`, and with what to do about it.
import type { Refusal } from '@lockstep/contract/app-error'
import {
  type CustomAttributeInput,
  type CustomSchemaCreate,
  type CustomTypeCreate,
  declaredForms,
} from '@lockstep/contract/hub/custom-schema'

/** An attribute with all that RFC 7643 says of it. */
export interface CustomAttribute {
  readonly name: string
  readonly type: 'string' | 'boolean' | 'decimal' | 'integer' | 'dateTime' | 'binary' | 'reference' | 'complex'
  readonly multiValued: boolean
  readonly description: string
  readonly required: boolean
  readonly caseExact: boolean
  readonly mutability: 'readOnly' | 'readWrite' | 'immutable' | 'writeOnly'
  readonly returned: 'always' | 'never' | 'default' | 'request'
  readonly uniqueness: 'none' | 'server' | 'global'
  readonly canonicalValues?: readonly string[]
  readonly referenceTypes?: readonly string[]
  readonly subAttributes?: readonly CustomAttribute[]
}

export interface CustomSchema {
  readonly key: string
  /** Its URN. */
  readonly id: string
  readonly name: string
  readonly description: string
  readonly extends: readonly ('User' | 'Group')[]
  readonly attributes: readonly CustomAttribute[]
  readonly fromFile: boolean
  readonly created: Date
  readonly updated: Date
}

export interface CustomType {
  readonly key: string
  readonly name: string
  readonly description: string
  /** Without a slash. */
  readonly endpoint: string
  readonly schema: string
  readonly schemaExtensions: readonly { readonly schema: string; readonly required: boolean }[]
  readonly fromFile: boolean
  readonly created: Date
  readonly updated: Date
}

/** All that is declared. */
export interface Declared {
  readonly schemas: readonly CustomSchema[]
  readonly types: readonly CustomType[]
}

/** Limits, so that neither a request nor the tables are swamped. */
export const declarationLimits = { schemas: 20, types: 20, uniqueAttributes: 10, subAttributes: 50 } as const

/** What of a declaration nobody sends. */
export interface DeclarationFacts {
  readonly key: string
  readonly fromFile: boolean
  readonly created: Date
  readonly updated: Date
}

/** The schema as it is declared, with what was left out as RFC 7643 says. */
export function toSchema(input: CustomSchemaCreate, facts: DeclarationFacts): CustomSchema {
  return {
    ...facts,
    id: input.id,
    name: input.name ?? lastPart(input.id),
    description: input.description ?? '',
    extends: [...(input.extends ?? [])].toSorted(),
    attributes: input.attributes.map(toAttribute),
  }
}

/** The type as it is declared. */
export function toType(input: CustomTypeCreate, facts: DeclarationFacts): CustomType {
  return {
    ...facts,
    name: input.name,
    description: input.description ?? '',
    endpoint: input.endpoint.replace(/^\//, ''),
    schema: input.schema,
    schemaExtensions: (input.schemaExtensions ?? []).map(({ schema, required = false }) => ({ schema, required })),
  }
}

function lastPart(urn: string): string {
  return urn.slice(urn.lastIndexOf(':') + 1).slice(0, 60)
}

function toAttribute(input: CustomAttributeInput): CustomAttribute {
  const type = input.type ?? 'string'
  const { subAttributes, canonicalValues, referenceTypes } = input
  return {
    name: input.name,
    type,
    multiValued: input.multiValued ?? false,
    description: input.description ?? '',
    required: input.required ?? false,
    caseExact: input.caseExact ?? (type === 'binary' || type === 'reference'),
    mutability: input.mutability ?? 'readWrite',
    returned: input.returned ?? (input.mutability === 'writeOnly' ? 'never' : 'default'),
    uniqueness: input.uniqueness ?? 'none',
    ...(canonicalValues === undefined ? {} : { canonicalValues }),
    ...(referenceTypes === undefined ? {} : { referenceTypes }),
    ...(subAttributes === undefined ? {} : { subAttributes: subAttributes.map(toAttribute) }),
  }
}

const { urn: urnForm, name: nameForm, subName: subNameForm, reservedUrns } = declaredForms
const reservedTypes = new Set(['user', 'group', 'schema', 'resourcetype', 'serviceproviderconfig'])
const reservedEndpoints = new Set([
  ...['users', 'groups', 'me', 'bulk', 'schemas', 'resourcetypes', 'serviceproviderconfig', 'scim'],
])
const commonNames = new Set(['schemas', 'id', 'externalid', 'meta'])

function invalid(field: string, why: string): Refusal {
  return { ok: false, code: 'invalid_request', field, detail: `${field}: ${why}` }
}

/** Why the schema cannot be declared beside the others; undefined when it can. */
export function schemaFault(schema: CustomSchema, declared: Declared): Refusal | undefined {
  const others = declared.schemas.filter(({ key }) => key !== schema.key)
  return (
    urnFault(schema, others) ??
    attributesFault(schema.attributes) ??
    (others.length >= declarationLimits.schemas
      ? invalid(
          'id',
          `the hub takes ${declarationLimits.schemas} declared schemas. Add attributes to one that is there.`,
        )
      : undefined) ??
    useFault(schema, declared)
  )
}

function urnFault({ id }: CustomSchema, others: readonly CustomSchema[]): Refusal | undefined {
  if (!urnForm.test(id))
    return invalid('id', 'has to be a URN such as urn:example:params:scim:schemas:extension:badge:1.0:User.')
  if (reservedUrns.some((form) => form.test(id)))
    return invalid('id', `"${id}" belongs to the protocol or to the hub. Choose a URN of your own.`)
  const lower = id.toLowerCase()
  for (const other of others) {
    const there = other.id.toLowerCase()
    if (there === lower)
      return { ok: false, code: 'custom_schema_taken', field: 'id', detail: `id: "${id}" is declared already.` }
    // Else an attribute's name and a schema's would not be told apart.
    if (there.startsWith(`${lower}:`) || lower.startsWith(`${there}:`))
      return invalid('id', `begins as "${other.id}" does, or the other way round. Choose a URN that stands apart.`)
  }
  return undefined
}

function attributesFault(attributes: readonly CustomAttribute[]): Refusal | undefined {
  const seen = new Set<string>()
  for (const [index, attribute] of attributes.entries()) {
    const place = `attributes.${index}`
    const fault =
      nameFault(attribute, place, seen) ??
      secretFault(attribute, place) ??
      uniqueFault(attribute, place) ??
      subAttributesFault(attribute, place)
    if (fault !== undefined) return fault
  }
  return undefined
}

function nameFault({ name }: CustomAttribute, place: string, seen: Set<string>, form = nameForm): Refusal | undefined {
  if (!form.test(name))
    return invalid(`${place}.name`, `"${name}" has to be letters, digits, - and _, and to begin with a letter.`)
  // Every object has these, also where nobody sent a value.
  if (name in Object.prototype) return invalid(`${place}.name`, `"${name}" cannot be a name. Choose another.`)
  const lower = name.toLowerCase()
  if (seen.has(lower)) return invalid(`${place}.name`, `"${name}" stands there twice. Give one of them another name.`)
  seen.add(lower)
  return undefined
}

/** What is never returned is kept sealed, so that nobody can filter by it or change a part of it. */
function secretFault(attribute: CustomAttribute, place: string): Refusal | undefined {
  const { name, type, multiValued, mutability, returned } = attribute
  if (mutability === 'writeOnly' && returned !== 'never')
    return invalid(`${place}.returned`, `"${name}" is writeOnly and cannot be returned. Say returned: never.`)
  if (returned !== 'never') return undefined
  if (mutability === 'readOnly')
    return invalid(`${place}.returned`, `"${name}" is neither written nor returned. Say another mutability.`)
  if (multiValued) return invalid(`${place}.multiValued`, `"${name}" is never returned and takes one value only.`)
  return type === 'string' || type === 'binary' || type === 'reference'
    ? undefined
    : invalid(`${place}.type`, `"${name}" is never returned; its type has to be string, binary or reference.`)
}

function uniqueFault(attribute: CustomAttribute, place: string): Refusal | undefined {
  const { name, type, multiValued, uniqueness, returned } = attribute
  if (uniqueness === 'none') return undefined
  if (multiValued)
    return invalid(`${place}.uniqueness`, `"${name}" has several values, which cannot be unique. Say uniqueness: none.`)
  if (returned === 'never')
    return invalid(`${place}.uniqueness`, `"${name}" is kept sealed and cannot be unique. Say uniqueness: none.`)
  return type === 'boolean' || type === 'complex' || type === 'binary'
    ? invalid(`${place}.uniqueness`, `"${name}" is of the type ${type}, which cannot be unique. Say uniqueness: none.`)
    : undefined
}

function subAttributesFault(attribute: CustomAttribute, place: string): Refusal | undefined {
  const { name, type, subAttributes } = attribute
  if (type !== 'complex')
    return subAttributes === undefined || subAttributes.length === 0
      ? undefined
      : invalid(`${place}.subAttributes`, `"${name}" is of the type ${type}. Leave them out, or say type: complex.`)
  if (subAttributes === undefined || subAttributes.length === 0)
    return invalid(`${place}.subAttributes`, `"${name}" is complex and needs one at least.`)
  if (subAttributes.length > declarationLimits.subAttributes)
    return invalid(`${place}.subAttributes`, `"${name}" has more than ${declarationLimits.subAttributes} of them.`)
  const seen = new Set<string>()
  for (const [index, sub] of subAttributes.entries()) {
    const at = `${place}.subAttributes.${index}`
    const fault = nameFault(sub, at, seen, subNameForm) ?? partFault(sub, at) ?? listedPartFault(attribute, sub, at)
    if (fault !== undefined) return fault
  }
  return undefined
}

function partFault(sub: CustomAttribute, at: string): Refusal | undefined {
  const named = `"${sub.name}" is a sub-attribute,`
  if (sub.type === 'complex')
    return invalid(`${at}.type`, `${named} which is not complex itself (RFC 7643, section 2.3.8).`)
  if (sub.multiValued) return invalid(`${at}.multiValued`, `${named} which has one value. Make the whole multi-valued.`)
  if (sub.mutability === 'writeOnly' || sub.returned === 'never')
    return invalid(`${at}.returned`, `${named} which is returned. Declare what is secret as an attribute of its own.`)
  return sub.uniqueness === 'none'
    ? undefined
    : invalid(`${at}.uniqueness`, `${named} which cannot be unique. Declare it as an attribute of its own.`)
}

/** Elements have nothing to know them again by, so that what clients only read would go when they send a list anew. */
function listedPartFault(list: CustomAttribute, sub: CustomAttribute, at: string): Refusal | undefined {
  return list.multiValued && list.mutability !== 'readOnly' && sub.mutability === 'readOnly'
    ? invalid(
        `${at}.mutability`,
        `"${sub.name}" is readOnly in a list that clients replace. Make it readWrite, or "${list.name}" readOnly.`,
      )
    : undefined
}

/** Whether the schema suits those who use it. */
function useFault(schema: CustomSchema, declared: Declared): Refusal | undefined {
  const owner = declared.types.find((type) => isSame(type.schema, schema.id))
  if (owner === undefined) return undefined
  if (schema.extends.length > 0)
    return invalid('extends', `it is the schema of the type "${owner.name}" and extends nothing.`)
  return coreFault(schema)
}

/** The schema of a type stands beside what every resource has. */
function coreFault({ attributes }: CustomSchema): Refusal | undefined {
  const index = attributes.findIndex(({ name }) => commonNames.has(name.toLowerCase()))
  return index < 0
    ? undefined
    : invalid(`attributes.${index}.name`, `"${attributes[index]?.name}" is something that every resource has already.`)
}

function isSame(left: string, right: string): boolean {
  return left.toLowerCase() === right.toLowerCase()
}

/** Why the type cannot be declared beside the others; undefined when it can. */
export function typeFault(type: CustomType, declared: Declared): Refusal | undefined {
  const others = declared.types.filter(({ key }) => key !== type.key)
  return (
    typeNameFault(type, others) ??
    typeSchemaFault(type, declared, others) ??
    extensionsFault(type, declared) ??
    (others.length >= declarationLimits.types
      ? invalid('name', `the hub takes ${declarationLimits.types} declared types of resources.`)
      : undefined)
  )
}

function typeNameFault({ name, endpoint }: CustomType, others: readonly CustomType[]): Refusal | undefined {
  if (!nameForm.test(name)) return invalid('name', 'has to be letters, digits, - and _, and to begin with a letter.')
  if (reservedTypes.has(name.toLowerCase())) return invalid('name', `"${name}" is a type of the protocol itself.`)
  if (!/^[A-Za-z][A-Za-z0-9]*$/.test(endpoint) || /^v\d+$/i.test(endpoint))
    return invalid('endpoint', 'has to be letters and digits such as /Devices.')
  if (reservedEndpoints.has(endpoint.toLowerCase()))
    return invalid('endpoint', `"/${endpoint}" is an address of the protocol itself.`)
  for (const other of others) {
    const field = isSame(other.name, name) ? 'name' : isSame(other.endpoint, endpoint) ? 'endpoint' : undefined
    if (field !== undefined)
      return {
        ok: false,
        code: 'custom_schema_taken',
        field,
        detail: `${field}: another declared type has it already.`,
      }
  }
  return undefined
}

function typeSchemaFault(type: CustomType, declared: Declared, others: readonly CustomType[]): Refusal | undefined {
  const schema = declared.schemas.find(({ id }) => id === type.schema)
  if (schema === undefined) return invalid('schema', `"${type.schema}" is not declared. Declare the schema first.`)
  const isElsewhere =
    schema.extends.length > 0 ||
    others.some((other) => [other.schema, ...other.schemaExtensions.map((one) => one.schema)].includes(schema.id))
  if (isElsewhere) return invalid('schema', `"${schema.id}" is used elsewhere. Declare a schema for this type alone.`)
  const fault = coreFault(schema)
  return fault && invalid('schema', `${fault.detail ?? ''} Rename it in the schema.`)
}

function extensionsFault(type: CustomType, declared: Declared): Refusal | undefined {
  const seen = new Set<string>()
  for (const [index, { schema }] of type.schemaExtensions.entries()) {
    const place = `schemaExtensions.${index}.schema`
    if (schema === type.schema || seen.has(schema)) return invalid(place, `"${schema}" stands there twice.`)
    seen.add(schema)
    if (!declared.schemas.some(({ id }) => id === schema))
      return invalid(place, `"${schema}" is not declared. Declare the schema first.`)
    if (declared.types.some((other) => other.schema === schema))
      return invalid(place, `"${schema}" is the schema of a type, and extends nothing.`)
  }
  return undefined
}
