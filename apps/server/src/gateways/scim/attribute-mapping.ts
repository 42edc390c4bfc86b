// The table of an integration: which attribute becomes which field of the hub's users. A row whose attribute is a plain value and whose value
// is taken as it is goes both ways: only the field keeps it. Other rows (an element of a list, a value that is transformed) derive their
// field from what was sent, which is kept beside it and answered as it was. So do rows whose attribute or field is a declared one.
import { AppError } from '@lockstep/contract/app-error'
import type { MappingRow, MappingTransform, MappingVocabulary } from '@lockstep/contract/hub/integration'
import { isJsonObject, type Json, type JsonObject } from '@lockstep/kernel/json'
import type { Declared } from '../../directory/custom-schemas/custom-schema.rules.ts'
import { type DeclaredTarget, declaredTarget, declaredTargets } from './declared-mapping.ts'
import { withDeclared } from './declared-types.ts'
import { matches } from './filter-match.ts'
import { isPrimary } from './read-value.ts'
import { findPatchTarget, type PatchTarget } from './patch-path.ts'
import type { Attribute, ResourceType } from './schema.ts'
import { type FieldMapping, fieldMappings, mappableFields, type MappableType } from './user-fields.ts'
import { enterpriseUrn, userType } from './user-schemas.ts'

/** A row that derives a field from what was sent. */
export interface DerivedField {
  readonly field: string
  readonly read: (resource: JsonObject) => Json | undefined
  readonly empty: FieldMapping['empty']
}

/** An integration's table, ready to be used. */
export interface AttributeMapping {
  readonly direct: readonly FieldMapping[]
  readonly derived: readonly DerivedField[]
  readonly declared: readonly DeclaredTarget[]
}

/** What rows may name: users with what is declared for them. */
interface Vocabulary {
  readonly type: ResourceType
  readonly declared: Declared
}

const usual: AttributeMapping = { direct: fieldMappings, derived: [], declared: [] }
const known = new WeakMap<readonly MappingRow[], { readonly declared: Declared; readonly table: AttributeMapping }>()

/** The table of these rows; null is the usual one. A row that is not understood any more is left out. */
export function mappingOf(rows: readonly MappingRow[] | null, declared: Declared): AttributeMapping {
  if (rows === null) return usual
  const made = known.get(rows)
  if (made?.declared === declared) return made.table
  const table = compile(rows, vocabularyOf(declared))
  known.set(rows, { declared, table })
  return table
}

function vocabularyOf(declared: Declared): Vocabulary {
  return { type: withDeclared(userType, declared), declared }
}

/** Refuses rows that cannot be used, with the place of the first. */
export function checkMapping(rows: readonly MappingRow[] | null | undefined, declared: Declared): void {
  const vocabulary = vocabularyOf(declared)
  const fields = new Set<string>()
  for (const [index, row] of (rows ?? []).entries()) {
    const fault =
      faultOf(row, vocabulary) ?? (fields.has(row.field.toLowerCase()) ? ['field', 'stands twice'] : undefined)
    fields.add(row.field.toLowerCase())
    if (fault === undefined) continue
    const [key = '', why = ''] = fault
    const value = key === 'path' ? row.path : row.field
    const field = `mapping.${index}.${key}`
    throw new AppError('invalid_request', { field, detail: `${field}: "${value.slice(0, 100)}" ${why}.` })
  }
}

function faultOf(row: MappingRow, vocabulary: Vocabulary): readonly [string, string] | undefined {
  const fieldType = declaredTarget(vocabulary, row.field) === undefined ? typeOfField(row.field) : 'custom'
  if (row.field === 'username' || row.field === 'email')
    return ['field', 'is decided by the rules for user names and e-mail addresses']
  if (fieldType === undefined)
    return [
      'field',
      'is no field that can be mapped; custom fields are called attributes.NAME, declared attributes URN:NAME with one value',
    ]
  const target = targetOf(row.path, vocabulary.type)
  if (target === undefined) return ['path', 'is no attribute of users with a single value, nor one element of a list']
  const { type } = valueAttribute(target)
  const isText = type !== 'boolean' && type !== 'integer' && type !== 'complex'
  const fits = fieldType === 'custom' ? type !== 'complex' : fieldType === 'text' ? isText : fieldType === type
  if (!fits) return ['path', `is of the type ${type}, which the field does not take`]
  return row.transform !== undefined && !isText ? ['path', 'is no text that could be transformed'] : undefined
}

/** What mappings are made of. */
export function mappingVocabulary(declared: Declared): MappingVocabulary {
  const vocabulary = vocabularyOf(declared)
  const { type: users } = vocabulary
  const schemas = [
    { prefix: '', attributes: users.schema.attributes },
    ...users.extensions.map(({ schema }) => ({ prefix: `${schema.id}:`, attributes: schema.attributes })),
  ]
  const paths = schemas.flatMap(({ prefix, attributes }) =>
    attributes.flatMap((attribute) =>
      [attribute, ...(attribute.subAttributes ?? [])].map((one) => ({
        path: `${prefix}${one === attribute ? one.name : `${attribute.name}.${one.name}`}`,
        type: one.type,
        description: one.description,
      })),
    ),
  )
  return {
    attributes: [
      { path: 'externalId', type: 'string', description: 'The client’s identifier.' },
      ...paths.filter(({ path }) => targetOf(path, users) !== undefined),
    ],
    fields: [
      ...[...mappableFields].map(([field, { type }]) => ({ field, type })),
      ...declaredTargets(vocabulary).map(({ field, attribute }) => ({ field, type: attribute.type })),
    ],
    transforms: Object.keys(transforms),
    usual: fieldMappings.map(({ path, field }) => ({ path: pathText(path), field })),
  }
}

function pathText([head = '', ...rest]: readonly string[]): string {
  return head.startsWith('urn:') ? `${head}:${rest.join('.')}` : [head, ...rest].join('.')
}

function compile(rows: readonly MappingRow[], vocabulary: Vocabulary): AttributeMapping {
  const direct: FieldMapping[] = []
  const derived: DerivedField[] = []
  const set: DeclaredTarget[] = []
  for (const row of rows) {
    const target = faultOf(row, vocabulary) === undefined ? targetOf(row.path, vocabulary.type) : undefined
    if (target === undefined) continue
    const own = declaredTarget(vocabulary, row.field)
    if (own !== undefined) {
      set.push({ ...own, read: (resource) => transformed(sentValue(resource, target), row) })
      continue
    }
    const empty = mappableFields.get(row.field)?.empty ?? ''
    const isDeclared = vocabulary.declared.schemas.some(({ id }) => id === target.urn)
    const path = isDeclared ? undefined : directPath(target, row)
    const isTaken = path !== undefined && direct.some((other) => other.path.join('.') === path.join('.'))
    if (path !== undefined && !isTaken) direct.push({ path, field: row.field, empty })
    else derived.push({ field: row.field, empty, read: (resource) => derivedValue(resource, target, row) })
  }
  return { direct, derived, declared: set }
}

type Target = Exclude<PatchTarget, { readonly isExtension: boolean }>

/** What the hub decides by itself, or keeps apart. */
const apart = new Set(['id', 'meta', 'schemas', 'groups', 'password', 'active', 'members'])
const keptApart = new Set(['userName', 'externalId'])

/** What a row's path means, when it is one value; undefined otherwise. */
function targetOf(path: string, type: ResourceType): Target | undefined {
  try {
    const target = findPatchTarget(type, path, { barewords: true })
    if (target === undefined || 'schema' in target) return undefined
    const { urn, attribute, sub } = target
    if (urn === undefined && apart.has(attribute.name)) return undefined
    if (sub?.mutability === 'readOnly' || attribute.mutability === 'readOnly') return undefined
    // What is kept sealed is known to nobody.
    if (attribute.returned === 'never') return undefined
    if (attribute.type === 'complex' && sub === undefined) return undefined
    if (urn === enterpriseUrn && attribute.name === 'manager') return undefined
    if (attribute.multiValued && attribute.type !== 'complex') return undefined
    // A filter is tried out: what it compares is known only then.
    if (target.where !== undefined) matches({}, target.where, attribute, { coerces: true })
    return target
  } catch (error) {
    if (error instanceof AppError) return undefined
    throw error
  }
}

function valueAttribute({ attribute, sub }: Target): Attribute {
  return sub ?? attribute
}

/** The way to a plain value that its field alone keeps. */
function directPath(
  { urn, attribute, sub, where }: Target,
  { transform, field }: MappingRow,
): readonly string[] | undefined {
  const type = (sub ?? attribute).type
  const isText = type === 'string' || type === 'boolean' || type === 'integer'
  const isPlain = transform === undefined && where === undefined && !attribute.multiValued && isText
  if (!isPlain || (urn === undefined && keptApart.has(attribute.name))) return undefined
  // Custom fields are texts.
  if (typeOfField(field) === 'custom' && type !== 'string') return undefined
  return [...(urn === undefined ? [] : [urn]), attribute.name, ...(sub === undefined ? [] : [sub.name])]
}

const transforms: Readonly<Record<MappingTransform, (text: string) => string>> = {
  lower: (text) => text.toLowerCase(),
  upper: (text) => text.toUpperCase(),
  trim: (text) => text.trim().replaceAll(/\s+/g, ' '),
  before_at: (text) => text.split('@', 1)[0] ?? '',
  after_at: (text) => (text.includes('@') ? text.slice(text.lastIndexOf('@') + 1) : ''),
  digits: (text) => text.replaceAll(/\D/g, ''),
}

function derivedValue(resource: JsonObject, target: Target, row: MappingRow): Json | undefined {
  const value = transformed(sentValue(resource, target), row)
  const isText = typeOfField(row.field) === 'custom'
  return isText && value !== undefined && typeof value !== 'string' ? JSON.stringify(value) : value
}

function transformed(value: Json | undefined, { transform }: MappingRow): Json | undefined {
  if (value === undefined || value === null) return undefined
  return transform !== undefined && typeof value === 'string' ? transforms[transform](value) : value
}

function sentValue(resource: JsonObject, { urn, attribute, sub, where }: Target): Json | undefined {
  const holder = urn === undefined ? resource : resource[urn]
  const whole = isJsonObject(holder) ? holder[attribute.name] : undefined
  if (!attribute.multiValued) {
    if (sub === undefined) return whole
    return isJsonObject(whole) ? whole[sub.name] : undefined
  }
  const elements = (Array.isArray(whole) ? (whole as readonly Json[]) : []).filter((one) => isJsonObject(one))
  const fitting =
    where === undefined ? elements : elements.filter((one) => matches(one, where, attribute, { coerces: true }))
  const chosen = fitting.find(isPrimary) ?? fitting[0]
  return chosen?.[sub?.name ?? 'value']
}

const customField = /^attributes\.([A-Za-z0-9]{1,32})$/

/** The name of a custom field; undefined for others. */
export function customFieldName(field: string): string | undefined {
  return customField.exec(field)?.[1]
}

function typeOfField(field: string): MappableType | 'custom' | undefined {
  return customFieldName(field) === undefined ? mappableFields.get(field)?.type : 'custom'
}
