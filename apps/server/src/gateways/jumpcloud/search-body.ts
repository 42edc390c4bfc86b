// The body of a v1 search as what a list asks for. A filter is `{and: […]}`, `{or: […]}`, a list (all must hold) or a plain object; its
// elements are objects of fields, terms such as `field:$op:value`, or filters again.
import { AppError } from '@lockstep/contract/app-error'
import { isJsonObject, type Json, type JsonObject } from '@lockstep/kernel/json'
import type { Comparison, Condition } from './condition.ts'
import { parseTerm } from './filter.ts'

type Operator = Comparison['operator']

const operators: ReadonlyMap<string, Operator> = new Map([
  ['$eq', 'eq'],
  ['$ne', 'ne'],
  ['$in', 'in'],
  ['$nin', 'nin'],
  ['$lt', 'lt'],
  ['$lte', 'lte'],
  ['$gt', 'gt'],
  ['$gte', 'gte'],
  ['$sw', 'sw'],
  ['$ew', 'ew'],
  ['$co', 'co'],
  ['$nco', 'nco'],
  ['$regex', 'regex'],
  ['$exists', 'exists'],
])
const maxDepth = 8
const maxTerms = 200
const maxValues = 1000

/** Fields that a text is looked for in when a search names none. */
const defaultSearchFields = ['username', 'email', 'firstname', 'lastname', 'displayname']
const maxSearchTerms = 20
const maxSearchFields = 20

function refuse(detail: string): AppError {
  return new AppError('invalid_filter', { field: 'filter', detail: `filter: ${detail}` })
}

const shown = (value: unknown): string =>
  `"${(typeof value === 'string' ? value : JSON.stringify(value)).slice(0, 100)}"`

/** Reads `filter`; undefined: everything matches. */
export function parseSearchFilter(filter: Json | undefined): Condition | undefined {
  if (filter === undefined || filter === null || filter === '') return undefined
  const reading: Reading = { terms: 0 }
  const condition = parseNode(filter, reading, 0)
  return 'all' in condition && condition.all.length === 0 ? undefined : condition
}

interface Reading {
  terms: number
}

function parseNode(node: Json, reading: Reading, depth: number): Condition {
  if (depth > maxDepth) throw refuse(`has more than ${maxDepth} levels.`)
  reading.terms += 1
  if (reading.terms > maxTerms) throw refuse(`has more than ${maxTerms} terms.`)
  if (typeof node === 'string') return parseTerm(node)
  if (Array.isArray(node)) return { all: (node as readonly Json[]).map((part) => parseNode(part, reading, depth + 1)) }
  if (!isJsonObject(node)) throw refuse(`${shown(node)} is not understood. Write {"field": value}.`)
  const parts = Object.entries(node).map(([name, value]) => {
    if (/^\$?(and|or)$/i.test(name)) {
      const members = Array.isArray(value) ? (value as readonly Json[]) : [value]
      const read = members.map((part) => parseNode(part, reading, depth + 1))
      return name.toLowerCase().endsWith('or') ? { any: read } : { all: read }
    }
    return parseField(name, value)
  })
  return parts.length === 1 && parts[0] !== undefined ? parts[0] : { all: parts }
}

function parseField(field: string, value: Json): Condition {
  if (value === null) return { field, operator: 'exists', values: ['false'] }
  if (Array.isArray(value)) return { field, operator: 'in', values: textsOf(field, value as readonly Json[]) }
  if (!isJsonObject(value)) return { field, operator: 'eq', values: [textOf(field, value)] }
  const { $options: options, ...named } = value
  const parts = Object.entries(named).map(([name, operand]) => parseOperator(field, { name, operand, options }))
  if (parts.length === 0) throw refuse(`${shown({ [field]: value })} has no operator.`)
  return parts.length === 1 && parts[0] !== undefined ? parts[0] : { all: parts }
}

interface Operation {
  readonly name: string
  readonly operand: Json
  readonly options: Json | undefined
}

function parseOperator(field: string, { name, operand, options }: Operation): Condition {
  const operator = operators.get(name)
  if (operator === undefined)
    throw refuse(
      `${shown({ [field]: { [name]: operand } })} has an unknown operator. Known: ${[...operators.keys()].join(', ')}.`,
    )
  if (operator === 'regex') return { field, operator, values: [textOf(field, operand), optionsOf(options)] }
  if (operator === 'in' || operator === 'nin') {
    if (!Array.isArray(operand)) throw refuse(`${shown({ [field]: { [name]: operand } })} needs a list of values.`)
    return { field, operator, values: textsOf(field, operand as readonly Json[]) }
  }
  if (operand === null && (operator === 'eq' || operator === 'ne'))
    return { field, operator: 'exists', values: [String(operator === 'ne')] }
  return { field, operator, values: [textOf(field, operand)] }
}

function optionsOf(options: Json | undefined): string {
  return typeof options === 'string' ? options : ''
}

function textsOf(field: string, values: readonly Json[]): readonly string[] {
  if (values.length > maxValues) throw refuse(`${shown(field)} is compared with more than ${maxValues} values.`)
  return values.map((value) => (value === null ? '' : textOf(field, value)))
}

function textOf(field: string, value: Json): string {
  if (typeof value === 'string') return value
  if (typeof value === 'number' || typeof value === 'boolean') return String(value)
  throw refuse(`${shown(field)} is compared with a text, a number or true and false, not ${shown(value)}.`)
}

/** Reads `searchFilter`: a part of the text, in any letter case, in any of the fields. */
export function parseSearchText(searchFilter: Json | undefined): Condition | undefined {
  if (!isJsonObject(searchFilter)) {
    if (searchFilter === undefined || searchFilter === null || searchFilter === '') return undefined
    return parseSearchText({ searchTerm: searchFilter })
  }
  const terms = termsOf(searchFilter)
  if (terms.length === 0) return undefined
  const fields = wordsOf(searchFilter['fields'])
  if (terms.length > maxSearchTerms || fields.length > maxSearchFields)
    throw new AppError('invalid_filter', {
      field: 'searchFilter',
      detail: `searchFilter: may have ${maxSearchTerms} terms and ${maxSearchFields} fields.`,
    })
  const wanted = fields.length === 0 ? defaultSearchFields : fields
  return {
    any: terms.flatMap((term) =>
      wanted.map((field) => ({ field, operator: 'regex', values: [term, 'literal'] }) as const),
    ),
  }
}

function termsOf(searchFilter: JsonObject): readonly string[] {
  const given = searchFilter['searchTerm']
  const list: readonly Json[] = Array.isArray(given) ? (given as readonly Json[]) : given === undefined ? [] : [given]
  return list.flatMap((term) =>
    (typeof term === 'string' || typeof term === 'number') && String(term) !== '' ? [String(term)] : [],
  )
}

/** Names as a list, or divided by blanks or commas. */
export function wordsOf(value: Json | undefined): readonly string[] {
  const list: readonly Json[] = Array.isArray(value) ? (value as readonly Json[]) : [value ?? null]
  return list.flatMap((item) => (typeof item === 'string' ? item.split(/[\s,]+/).filter(Boolean) : []))
}
