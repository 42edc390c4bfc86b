// The filter of an event query: `and`, `or` and `not` over terms, each either `{field: value}` (a list means any of its values) or
// `{field, operator, value}`. Conjunctions nest; within one, JumpCloud's own examples also write an object in place of a list, and an
// empty one, which asks for nothing.
import { AppError } from '@lockstep/contract/app-error'
import { isJsonObject, type Json, type JsonObject } from '@lockstep/kernel/json'
import { type EventFieldType, eventFieldType } from '../../directory/journal/insight-fields.rules.ts'
import type { InsightService } from '../../directory/journal/insight.service.ts'

type Condition = NonNullable<Parameters<InsightService['count']>[0]['condition']>
type Operator = Extract<Condition, { field: string }>['operator']

const maxDepth = 10
const maxTerms = 200
const maxValues = 1000
/** A name in a refusal, and what it names, are cut here. */
const maxShown = 100

const operators: Readonly<Record<string, Operator>> = {
  eq: 'eq',
  ne: 'ne',
  contains: 'co',
  startsWith: 'sw',
  endsWith: 'ew',
  in: 'in',
  not_in: 'nin',
  lt: 'lt',
  gt: 'gt',
  lte: 'lte',
  gte: 'gte',
  before: 'lt',
  after: 'gt',
}

/** What each type of field is compared with. Beyond the documentation, times take the operators of numbers too. */
const operatorsOf: Readonly<Record<Exclude<EventFieldType, 'object' | 'closed'>, readonly string[]>> = {
  text: ['eq', 'ne', 'contains', 'startsWith', 'endsWith', 'in', 'not_in'],
  integer: ['eq', 'ne', 'lt', 'gt', 'lte', 'gte', 'in', 'not_in'],
  timestamp: ['eq', 'ne', 'before', 'after', 'lt', 'gt', 'lte', 'gte', 'in', 'not_in'],
  boolean: ['eq', 'ne', 'in', 'not_in'],
}

const conjunctions = new Set(['and', 'or', 'not'])

/** The condition that a search term means; undefined when it asks for nothing. Refusals name the term. */
export function parseSearchTerm(term: Json): Condition | undefined {
  if (!isJsonObject(term)) throw refuse('search_term', 'must be an object with and, or or not.')
  return conjunction(term, { path: 'search_term', depth: 0, budget: { terms: maxTerms } })
}

interface Place {
  readonly path: string
  readonly depth: number
  /** Shared by all terms. */
  readonly budget: { terms: number }
}

function conjunction(node: JsonObject, { path, depth, budget }: Place): Condition | undefined {
  if (depth > maxDepth) throw refuse(path, `is nested deeper than ${maxDepth} levels.`)
  const parts = Object.entries(node).flatMap(([name, value]): readonly Condition[] => {
    const at = `${path}.${name}`
    if (!conjunctions.has(name)) throw refuse(at, 'must be and, or or not.')
    const terms = termsOf(value, at).flatMap((each, index) => {
      const condition = oneTerm(each, { path: `${at}.${index}`, depth: depth + 1, budget })
      return condition === undefined ? [] : [condition]
    })
    if (terms.length === 0) return []
    if (name === 'and') return [{ all: terms }]
    return [name === 'or' ? { any: terms } : { not: { any: terms } }]
  })
  return parts.length === 0 ? undefined : { all: parts }
}

function oneTerm(node: JsonObject, place: Place): Condition | undefined {
  const { path, budget } = place
  budget.terms -= 1
  if (budget.terms < 0) throw refuse('search_term', `must have at most ${maxTerms} terms.`)
  if (typeof node['field'] === 'string' && Object.hasOwn(node, 'value'))
    return comparison({ field: node['field'], operator: node['operator'] ?? null, value: node['value'] ?? null }, path)
  const names = Object.keys(node)
  if (names.length === 0) return undefined
  if (names.every((name) => conjunctions.has(name))) return conjunction(node, place)
  budget.terms -= names.length - 1
  return { all: names.map((field) => comparison({ field, operator: null, value: node[field] ?? null }, path)) }
}

function termsOf(value: Json | undefined, path: string): readonly JsonObject[] {
  const list = Array.isArray(value) ? (value as readonly Json[]) : [value ?? null]
  if (!list.every(isJsonObject)) throw refuse(path, 'must be a list of terms.')
  return list
}

interface Term {
  readonly field: string
  readonly operator: Json
  readonly value: Json
}

function comparison({ field, operator, value }: Term, path: string): Condition {
  const type = eventFieldType(field)
  const values = (Array.isArray(value) ? (value as readonly Json[]) : [value]).map((each) => {
    if (each === null || typeof each === 'object')
      throw refuse(path, 'must be compared with text, numbers, true or false.')
    return wording(String(each), type)
  })
  if (values.length === 0 || values.length > maxValues) throw refuse(path, `must have 1 to ${maxValues} values.`)
  const allowed =
    type === undefined || type === 'closed' || type === 'object' ? Object.keys(operators) : operatorsOf[type]
  const name = operator ?? (Array.isArray(value) ? 'in' : 'eq')
  const known = typeof name === 'string' && allowed.includes(name) ? operators[name] : undefined
  if (known === undefined)
    throw refuse(`${path}.operator`, `must be one of ${allowed.join(', ')} for ${field.slice(0, maxShown)}.`)
  if (values.length === 1) return { field, operator: known, values }
  return anyOf(field, known, values)
}

/** Several values mean any of them, and for the opposites none. */
function anyOf(field: string, operator: Operator, values: readonly string[]): Condition {
  if (operator === 'in' || operator === 'eq') return { field, operator: 'in', values }
  if (operator === 'nin' || operator === 'ne') return { field, operator: 'nin', values }
  return { any: values.map((value) => ({ field, operator, values: [value] })) }
}

/** Booleans in any letter case; times without a zone are UTC. */
function wording(value: string, type: EventFieldType | undefined): string {
  if (type === 'boolean') return value.toLowerCase()
  return type === 'timestamp' && /^\d{4}-\d\d-\d\d[Tt ]\d\d:\d\d(:\d\d(\.\d+)?)?$/.test(value) ? `${value}Z` : value
}

function refuse(field: string, detail: string): AppError {
  const shown = field.slice(0, maxShown)
  return new AppError('invalid_filter', { field: shown, detail: `${shown}: ${detail}` })
}
