// A declared schema while it is filled in.
import {
  type CustomAttribute,
  type CustomAttributeInput,
  type CustomSchemaCounts,
  type CustomSchemaCreate,
  type CustomSchemaRow,
  type CustomTypeRow,
  declaredForms,
} from '@lockstep/contract/hub/custom-schema'

/** An attribute, or a part of one; the key stays with its row. */
export interface AttributeDraft extends Omit<CustomAttribute, 'subAttributes' | 'canonicalValues' | 'referenceTypes'> {
  readonly key: number
  /** As it is declared already; undefined for a new one. */
  readonly known: Omit<CustomAttribute, 'subAttributes'> | undefined
  readonly canonicalValues: readonly string[]
  readonly referenceTypes: readonly string[]
  readonly subAttributes: readonly AttributeDraft[]
}

/** Whose attributes they are: `type` a type of resources that is made with them, `none` of types that are declared. */
export type SchemaBase = 'User' | 'Group' | 'both' | 'type' | 'none'

export interface SchemaDraft {
  readonly name: string
  readonly base: SchemaBase
  readonly endpoint: string
  readonly urn: string
  readonly description: string
  readonly attributes: readonly AttributeDraft[]
}

let lastKey = 0

/** A new row with what RFC 7643 says of an attribute that says nothing. */
export function newAttribute(): AttributeDraft {
  lastKey += 1
  return {
    ...{ key: lastKey, known: undefined, name: '', type: 'string', description: '' },
    ...{ multiValued: false, required: false, caseExact: false },
    ...{ mutability: 'readWrite', returned: 'default', uniqueness: 'none' },
    ...{ canonicalValues: [], referenceTypes: [], subAttributes: [] },
  }
}

/** An empty form. */
export function newSchema(): SchemaDraft {
  return { name: '', base: 'User', endpoint: '', urn: '', description: '', attributes: [newAttribute()] }
}

/** A form for a schema that is there. */
export function draftOf({ id, name, description, extends: types, attributes }: CustomSchemaRow): SchemaDraft {
  const [first, second] = types
  const base = second !== undefined ? 'both' : (first ?? 'none')
  return { name, base, endpoint: '', urn: id, description, attributes: attributes.map(attributeDraft) }
}

function attributeDraft({ subAttributes = [], ...known }: CustomAttribute): AttributeDraft {
  const { canonicalValues = [], referenceTypes = [] } = known
  const parts = subAttributes.map((one) => attributeDraft(one))
  return { ...newAttribute(), ...known, known, canonicalValues, referenceTypes, subAttributes: parts }
}

/** What the hub takes of the form. */
export function schemaOf({ name, base, urn, description, attributes }: SchemaDraft): CustomSchemaCreate {
  const types = { User: ['User'], Group: ['Group'], both: ['User', 'Group'], type: [], none: [] } as const
  return {
    id: urn.trim(),
    name: name.trim(),
    description: description.trim(),
    extends: [...types[base]],
    attributes: attributes.map(attributeInput),
  }
}

function attributeInput({
  subAttributes,
  canonicalValues,
  referenceTypes,
  ...draft
}: AttributeDraft): CustomAttributeInput {
  const { key: _key, known: _known, name, description, ...facts } = draft
  return {
    ...facts,
    name: name.trim(),
    description: description.trim(),
    ...(canonicalValues.length === 0 ? {} : { canonicalValues: [...canonicalValues] }),
    ...(facts.type !== 'reference' || referenceTypes.length === 0 ? {} : { referenceTypes: [...referenceTypes] }),
    ...(facts.type === 'complex' ? { subAttributes: subAttributes.map((one) => partInput(one)) } : {}),
  }
}

function partInput(part: AttributeDraft): Omit<CustomAttributeInput, 'subAttributes'> {
  const { subAttributes: _none, ...input } = attributeInput(part)
  return input
}

/** A URN made of the name; empty while there is none. */
export function suggestedUrn({ name, base }: Pick<SchemaDraft, 'name' | 'base'>): string {
  const word = nameOfType(name)
  if (word === '') return ''
  if (base === 'type' || base === 'none') return `urn:ietf:params:scim:schemas:custom:2.0:${word}`
  return `urn:ietf:params:scim:schemas:extension:${word}:2.0${base === 'both' ? '' : `:${base}`}`
}

/** The name as a type of resources can have it. */
export function nameOfType(name: string): string {
  return name
    .normalize('NFD')
    .split(/[^\p{L}\p{M}\d]+/u)
    .map((word) => word.replaceAll(/[^A-Za-z\d]/gu, ''))
    .map((word) => word.charAt(0).toUpperCase() + word.slice(1))
    .join('')
    .replace(/^\d+/u, '')
}

/** What is wrong with a URN, as it is typed; undefined when the hub would take it. */
export function urnFault(urn: string, others: readonly Pick<CustomSchemaRow, 'id'>[]): string | undefined {
  const text = urn.trim()
  if (text === '') return 'Enter a URN.'
  if (text.length > 200 || !declaredForms.urn.test(text))
    return 'A URN reads urn:NAMESPACE:NAME with letters, digits, dots, dashes and colons.'
  if (declaredForms.reservedUrns.some((form) => form.test(text)))
    return 'This one belongs to the protocol or to the hub.'
  const lower = text.toLowerCase()
  for (const { id } of others) {
    const there = id.toLowerCase()
    if (there === lower) return 'Another schema has this URN.'
    if (there.startsWith(`${lower}:`) || lower.startsWith(`${there}:`))
      return `It begins as ${id} does, or the other way round.`
  }
  return undefined
}

/** A place in the form and what is wrong there. */
export interface Fault {
  readonly path: string
  readonly words: string
}

/** What can be said before the hub is asked; the first fault. */
export function faultOf(draft: SchemaDraft, others: readonly Pick<CustomSchemaRow, 'id'>[]): Fault | undefined {
  if (draft.name.trim() === '') return { path: 'name', words: 'Enter a name.' }
  const urn = urnFault(draft.urn, others)
  if (urn !== undefined) return { path: 'id', words: urn }
  if (draft.base === 'type' && !/^\/?[A-Za-z][A-Za-z0-9]*$/u.test(draft.endpoint.trim()))
    return { path: 'endpoint', words: 'Letters and digits, such as Devices.' }
  if (draft.attributes.length === 0) return { path: 'attributes', words: 'Add an attribute.' }
  return attributesFault(draft.attributes, 'attributes', declaredForms.name)
}

function attributesFault(attributes: readonly AttributeDraft[], place: string, form: RegExp): Fault | undefined {
  for (const [index, { name, type, subAttributes }] of attributes.entries()) {
    const at = `${place}.${index}`
    const words = nameFault(name.trim(), attributes.slice(0, index), form)
    if (words !== undefined) return { path: `${at}.name`, words }
    if (type !== 'complex') continue
    if (subAttributes.length === 0) return { path: `${at}.subAttributes`, words: 'Add a sub-attribute.' }
    const inner = attributesFault(subAttributes, `${at}.subAttributes`, declaredForms.subName)
    if (inner !== undefined) return inner
  }
  return undefined
}

function nameFault(name: string, before: readonly AttributeDraft[], form: RegExp): string | undefined {
  if (name === '') return 'Enter a name.'
  if (!form.test(name)) return 'Letters, digits, - and _, beginning with a letter.'
  const isTwice = before.some((other) => other.name.trim().toLowerCase() === name.toLowerCase())
  return isTwice ? 'Another attribute has this name.' : undefined
}

/** The place of which the hub speaks, with its words as they stand beside a field. */
export function hubFault(field: string | undefined, detail: string): Fault | undefined {
  if (field === undefined) return undefined
  const path = field.replaceAll('/', '.').replace(/^\./u, '')
  if (!/^(id|name|description|extends|endpoint|attributes)(\.|$)/u.test(path)) return undefined
  const words = detail.startsWith(`${field}: `) ? detail.slice(field.length + 2) : detail
  return { path, words: words.charAt(0).toUpperCase() + words.slice(1) }
}

type Ordered = 'mutability' | 'returned'
/** From each the way leads only to those behind it. */
const looser: Readonly<Record<Ordered, readonly string[]>> = {
  mutability: ['readOnly', 'immutable', 'readWrite'],
  returned: ['request', 'default', 'always'],
}

/** What a fact of an attribute may be from now on; a single one is what it stays. */
export function choicesOf(
  { known }: Pick<AttributeDraft, 'known'>,
  fact: Ordered | 'type' | 'uniqueness',
  all: readonly string[],
): readonly string[] {
  if (known === undefined) return all
  const was = known[fact]
  if (fact === 'type') return was === 'integer' ? ['integer', 'decimal'] : [was]
  if (fact === 'uniqueness') return was === 'none' ? [was] : all
  const order = looser[fact]
  return order.includes(was) ? order.slice(order.indexOf(was)) : [was]
}

/** The list with a row one place further up or down. */
export function moved<T extends { readonly key: number }>(rows: readonly T[], key: number, by: -1 | 1): readonly T[] {
  const from = rows.findIndex((row) => row.key === key)
  const row = rows[from]
  const to = from + by
  if (row === undefined || to < 0 || to >= rows.length) return rows
  return rows.filter((one) => one !== row).toSpliced(to, 0, row)
}

/** The values that a changed schema would lose, by attribute. */
export function lossesOf(
  draft: SchemaDraft | undefined,
  counts: CustomSchemaCounts['items'],
): readonly { readonly attribute: string; readonly values: number }[] {
  const input = draft && schemaOf(draft)
  const isKept = ({ holder, attribute }: CustomSchemaCounts['items'][number]): boolean =>
    input !== undefined &&
    input.attributes.some(({ name }) => name === attribute) &&
    ((holder !== 'User' && holder !== 'Group') || input.extends?.includes(holder) === true)
  const lost = new Map<string, number>()
  for (const count of counts)
    if (count.values > 0 && !isKept(count)) lost.set(count.attribute, (lost.get(count.attribute) ?? 0) + count.values)
  return [...lost].map(([attribute, values]) => ({ attribute, values }))
}

/** The declared type whose own schema it is. */
export function typeOf(
  { id }: Pick<CustomSchemaRow, 'id'>,
  types: readonly CustomTypeRow[],
): CustomTypeRow | undefined {
  return types.find(({ schema }) => schema === id)
}
