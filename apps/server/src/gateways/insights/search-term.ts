// The filter of an event query: `and`, `or` and `not` over terms, each either `{field: value}` (a list means any of its values) or
// `{field, operator, value}`. Conjunctions nest; within one, JumpCloud's own examples also write an object in place of a list.
import { AppError } from '@lockstep/contract/app-error'
import { isJsonObject, type Json, type JsonObject } from '@lockstep/kernel/json'
import type { InsightService } from '../../directory/journal/insight.service.ts'

type Condition = NonNullable<Parameters<InsightService['count']>[0]['condition']>
type Operator = Extract<Condition, { field: string }>['operator']

const maxDepth = 10
const maxTerms = 200
const maxValues = 1000

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

/** The condition that a search term means; refusals name the term. */
export function parseSearchTerm(term: Json): Condition {
  let count = 0
  const conjunction = (node: JsonObject, path: string, depth: number): Condition => {
    if (depth > maxDepth) throw refuse(path, `is nested deeper than ${maxDepth} levels.`)
    const parts = Object.entries(node).map(([name, value]): Condition => {
      const at = `${path}.${name}`
      const terms = termsOf(value, at).map((each, index) => oneTerm(each, `${at}.${index}`, depth + 1))
      if (name === 'and') return { all: terms }
      if (name === 'or') return { any: terms }
      if (name === 'not') return { not: { any: terms } }
      throw refuse(at, 'must be and, or or not.')
    })
    return { all: parts }
  }
  const oneTerm = (node: JsonObject, path: string, depth: number): Condition => {
    count += 1
    if (count > maxTerms) throw refuse('search_term', `must have at most ${maxTerms} terms.`)
    if (typeof node['field'] === 'string' && 'value' in node)
      return comparison(node['field'], node['operator'] ?? null, node['value'] ?? null, path)
    const names = Object.keys(node)
    if (names.length > 0 && names.every((name) => name === 'and' || name === 'or' || name === 'not'))
      return conjunction(node, path, depth)
    return { all: names.map((name) => comparison(name, null, node[name] ?? null, path)) }
  }
  if (!isJsonObject(term)) throw refuse('search_term', 'must be an object with and, or or not.')
  return conjunction(term, 'search_term', 0)
}

function termsOf(value: Json | undefined, path: string): readonly JsonObject[] {
  const list = Array.isArray(value) ? (value as readonly Json[]) : [value ?? null]
  if (!list.every(isJsonObject)) throw refuse(path, 'must be a list of terms.')
  return list
}

function comparison(field: string, operator: Json, value: Json, path: string): Condition {
  const values = (Array.isArray(value) ? (value as readonly Json[]) : [value]).map((each) => {
    if (each === null || typeof each === 'object') throw refuse(path, 'must be compared with text, numbers, true or false.')
    return String(each)
  })
  if (values.length === 0 || values.length > maxValues) throw refuse(path, `must have 1 to ${maxValues} values.`)
  const name = operator ?? (Array.isArray(value) ? 'in' : 'eq')
  const known = typeof name === 'string' && Object.hasOwn(operators, name) ? operators[name] : undefined
  if (known === undefined) throw refuse(`${path}.operator`, `must be one of ${Object.keys(operators).join(', ')}.`)
  return { field, operator: known, values }
}

function refuse(field: string, detail: string): AppError {
  return new AppError('invalid_filter', { field: field.slice(0, 100), detail: `${field.slice(0, 100)}: ${detail}` })
}
