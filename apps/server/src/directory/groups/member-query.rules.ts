// Rules of dynamic groups, in either language that JumpCloud documents. The first names a queryType and joins {field, operator, value}
// by "and"; the second, chosen by the header x-query-dsl: v2, has {field, operation, value} and groups of them, and folds letter case.
// Unlike there, what is not understood is refused with the term instead of matching nobody.
import type { Decision, Refusal } from '@lockstep/contract/app-error'
import { isJsonObject, type Json, type JsonObject } from '@lockstep/kernel/json'

export type RuleOperator = 'eq' | 'ne' | 'in' | 'nin' | 'lt' | 'lte' | 'gt' | 'gte' | 'sw' | 'ew' | 'co' | 'nco'

/** A rule as a tree of comparisons; `fold:` before a field compares without regard to letter case. */
export type RuleCondition =
  | { readonly all: readonly RuleCondition[] }
  | { readonly any: readonly RuleCondition[] }
  | { readonly field: string; readonly operator: RuleOperator; readonly values: readonly string[] }

/** A field that rules may name. */
export interface RuleField {
  readonly name: string
  readonly type: 'text' | 'boolean' | 'integer' | 'timestamp'
  /** The stored value of a word in a rule, for fields that have few values. */
  readonly words?: Readonly<Record<string, string>>
}

/** The fields of one kind of member, by the names that either language has for them; undefined: none. */
export interface RuleVocabulary {
  readonly fieldOf: (name: string) => RuleField | undefined
  /** For refusals: the usual names. */
  readonly known: readonly string[]
}

export type QueryLanguage = 'v1' | 'v2'

const maxDepth = 5
const maxTerms = 100
const maxValues = 1000
const maxValueLength = 1024

type Fold = 'fold' | 'exact'

const v1Operators: Readonly<Record<string, RuleOperator>> = {
  eq: 'eq',
  ne: 'ne',
  in: 'in',
  nin: 'nin',
  lt: 'lt',
  le: 'lte',
  lte: 'lte',
  gt: 'gt',
  ge: 'gte',
  gte: 'gte',
  sw: 'sw',
  ew: 'ew',
  co: 'co',
  nco: 'nco',
}

const v2Operations: Readonly<Record<string, readonly [RuleOperator, Fold]>> = {
  equals: ['eq', 'fold'],
  not_equals: ['ne', 'fold'],
  greater_than: ['gt', 'exact'],
  less_than: ['lt', 'exact'],
  greater_than_or_equals: ['gte', 'exact'],
  less_than_or_equals: ['lte', 'exact'],
  starts_with: ['sw', 'fold'],
  ends_with: ['ew', 'fold'],
  contains: ['co', 'fold'],
  not_contains: ['nco', 'fold'],
  not_contains_with_null: ['nco', 'fold'],
  in: ['in', 'fold'],
  not_in: ['nin', 'fold'],
  not_in_with_null: ['nin', 'fold'],
  equals_case_sensitive: ['eq', 'exact'],
  not_equals_case_sensitive: ['ne', 'exact'],
  starts_with_case_sensitive: ['sw', 'exact'],
  ends_with_case_sensitive: ['ew', 'exact'],
  contains_case_sensitive: ['co', 'exact'],
  not_contains_case_sensitive: ['nco', 'exact'],
  not_contains_case_sensitive_with_null: ['nco', 'exact'],
  in_case_sensitive: ['in', 'exact'],
  not_in_case_sensitive: ['nin', 'exact'],
  not_in_case_sensitive_with_null: ['nin', 'exact'],
}

class Unreadable extends Error {
  readonly field: string
  constructor(field: string, detail: string) {
    super(`${field}: ${detail}`)
    this.field = field
  }
}

/** Reads a rule; without filters it matches nobody. A rule names its language by having a queryType, or not. */
export function readMemberQuery(query: JsonObject, vocabulary: RuleVocabulary): Decision<RuleCondition> {
  try {
    const filters = query['filters'] ?? []
    if (!Array.isArray(filters)) throw new Unreadable('memberQuery.filters', 'must be a list.')
    const reading = { vocabulary, terms: { count: 0 } }
    const language = languageOf(query)
    if (language === 'v1') requireQueryType(query['queryType'])
    const parts = (filters as readonly Json[]).map((filter, index) => {
      const path = `memberQuery.filters.${index}`
      return language === 'v1' ? readV1(filter, path, reading) : readV2(filter, { path, depth: 1 }, reading)
    })
    return { ok: true, value: parts.length === 0 ? { any: [] } : { all: parts } }
  } catch (error) {
    if (!(error instanceof Unreadable)) throw error
    return refusal(error)
  }
}

/** Refuses a rule that is not in the language that the request announced. */
export function requireLanguage(query: JsonObject, language: QueryLanguage): Refusal | undefined {
  if (languageOf(query) === language) return undefined
  const detail = language === 'v1' ? 'is required' : 'must be left out with the header x-query-dsl: v2'
  // Clients look for these words; they are not the usual "name: words".
  return {
    ok: false,
    code: 'invalid_request',
    field: 'memberQuery.queryType',
    detail: `memberQuery.queryType ${detail}.`,
  }
}

/** The language that a rule is written in. */
export function languageOf(query: JsonObject): QueryLanguage {
  return query['queryType'] === undefined || query['queryType'] === null ? 'v2' : 'v1'
}

function refusal({ field, message }: Unreadable): Refusal {
  return { ok: false, code: 'invalid_request', field, detail: message }
}

function requireQueryType(type: Json | undefined): void {
  if (!['Filter', 'FilterQuery', 'Search'].includes(typeof type === 'string' ? type : ''))
    throw new Unreadable('memberQuery.queryType', 'must be FilterQuery, Filter or Search.')
}

interface Reading {
  readonly vocabulary: RuleVocabulary
  readonly terms: { count: number }
}

function readV1(filter: Json, path: string, reading: Reading): RuleCondition {
  const parts = typeof filter === 'string' ? partsOfText(filter) : filter
  if (!isJsonObject(parts)) throw new Unreadable(path, 'must have field, operator and value.')
  const name = wordOf(parts['operator'] ?? parts['operation'])
  const operator = v1Operators[name.replace(/^\$/, '').toLowerCase()]
  if (operator === undefined || !Object.hasOwn(v1Operators, name.replace(/^\$/, '').toLowerCase()))
    throw new Unreadable(
      `${path}.operator`,
      `${shown(name)} is not known. Known: ${Object.keys(v1Operators).join(', ')}.`,
    )
  const isList = operator === 'in' || operator === 'nin'
  const value = parts['value']
  const divided =
    isList && typeof value === 'string' ? value.split(/(?<!\\)\|/).map((one) => one.replaceAll('\\|', '|')) : value
  return comparison(
    { filter: { ...parts, ...(divided === undefined ? {} : { value: divided }) }, path, operator, fold: 'exact' },
    reading,
  )
}

/** `field:operator:value`, as the filters of lists are written. */
function partsOfText(text: string): JsonObject {
  const [field = '', operator = '', ...value] = text.split(':')
  return { field, operator, value: value.join(':') }
}

function readV2(filter: Json, at: { readonly path: string; readonly depth: number }, reading: Reading): RuleCondition {
  const { path, depth } = at
  if (!isJsonObject(filter)) throw new Unreadable(path, 'must have field, operation and value.')
  const name = wordOf(filter['operation']).toLowerCase()
  if (name === 'and' || name === 'or') {
    const filters = filter['filters']
    if (!Array.isArray(filters) || filters.length === 0) throw new Unreadable(`${path}.filters`, 'must have filters.')
    if (depth >= maxDepth) throw new Unreadable(path, `is deeper than ${maxDepth} groups.`)
    const parts = (filters as readonly Json[]).map((one, index) =>
      readV2(one, { path: `${path}.filters.${index}`, depth: depth + 1 }, reading),
    )
    return name === 'and' ? { all: parts } : { any: parts }
  }
  if (name === 'is_null' || name === 'is_empty') return emptiness(filter, path, reading)
  const operation = Object.hasOwn(v2Operations, name) ? v2Operations[name] : undefined
  if (operation === undefined)
    throw new Unreadable(
      `${path}.operation`,
      `${shown(name)} is not known. Known: and, or, is_null, is_empty, ${Object.keys(v2Operations).join(', ')}.`,
    )
  return comparison({ filter, path, operator: operation[0], fold: operation[1] }, reading)
}

/** Fields are never null here: what has no value is empty. */
function emptiness(filter: JsonObject, path: string, reading: Reading): RuleCondition {
  const field = fieldOf(filter, path, reading)
  if (field.type !== 'text' || field.words !== undefined)
    throw new Unreadable(`${path}.operation`, `${field.name} always has a value.`)
  const value = wordOf(filter['value'] ?? true)
  if (value !== 'true' && value !== 'false') throw new Unreadable(`${path}.value`, 'must be true or false.')
  return { field: field.name, operator: value === 'true' ? 'eq' : 'ne', values: [''] }
}

interface Term {
  readonly filter: JsonObject
  readonly path: string
  readonly operator: RuleOperator
  readonly fold: Fold
}

const ordering = new Set<RuleOperator>(['lt', 'lte', 'gt', 'gte'])
const ofTexts = new Set<RuleOperator>(['sw', 'ew', 'co', 'nco'])

function comparison({ filter, path, operator, fold }: Term, reading: Reading): RuleCondition {
  reading.terms.count += 1
  if (reading.terms.count > maxTerms) throw new Unreadable('memberQuery.filters', `has more than ${maxTerms} terms.`)
  const field = fieldOf(filter, path, reading)
  const isText = field.type === 'text'
  const fits = ofTexts.has(operator)
    ? isText && field.words === undefined
    : !ordering.has(operator) || field.type !== 'boolean'
  if (!fits) throw new Unreadable(`${path}.operator`, `${field.name} cannot be compared like this.`)
  const given = filter['value']
  const list = Array.isArray(given) ? (given as readonly Json[]) : [given ?? null]
  const isList = operator === 'in' || operator === 'nin'
  if (list.length === 0 || list.length > maxValues || (!isList && list.length !== 1))
    throw new Unreadable(`${path}.value`, isList ? `must have 1 to ${maxValues} values.` : 'must be one value.')
  const values = list.map((one) => valueOf(one, field, path))
  return { field: isText && fold === 'fold' ? `fold:${field.name}` : field.name, operator, values }
}

function fieldOf(filter: JsonObject, path: string, { vocabulary }: Reading): RuleField {
  const name = filter['field']
  const field = typeof name === 'string' ? vocabulary.fieldOf(name) : undefined
  if (field === undefined)
    throw new Unreadable(
      `${path}.field`,
      `${shown(typeof name === 'string' ? name : '')} is not known. Known: ${vocabulary.known.join(', ')}.`,
    )
  return field
}

function valueOf(value: Json, field: RuleField, path: string): string {
  const at = `${path}.value`
  if (value === null || typeof value === 'object') throw new Unreadable(at, 'must be text, a number, true or false.')
  const text = String(value)
  if (text.length > maxValueLength) throw new Unreadable(at, `must have at most ${maxValueLength} characters.`)
  // PostgreSQL's text cannot hold NUL.
  if (text.includes('\u0000') || !text.isWellFormed()) throw new Unreadable(at, 'must be text.')
  if (field.words !== undefined) {
    const word = text.toLowerCase()
    const stored = Object.hasOwn(field.words, word) ? field.words[word] : undefined
    if (stored !== undefined) return stored
    throw new Unreadable(
      at,
      `${shown(text)} is no value of ${field.name}. Known: ${Object.keys(field.words).join(', ')}.`,
    )
  }
  if (field.type === 'boolean' && text !== 'true' && text !== 'false')
    throw new Unreadable(at, `${field.name} is true or false.`)
  if (field.type === 'integer' && !/^-?[0-9]{1,15}$/.test(text))
    throw new Unreadable(at, `${field.name} is a whole number.`)
  if (field.type === 'timestamp' && !isTime(text))
    throw new Unreadable(at, `${field.name} is a time such as 2026-01-31T09:00:00Z.`)
  return text
}

function isTime(text: string): boolean {
  const time = Date.parse(text)
  // The years that every store of times holds.
  return !Number.isNaN(time) && time > -62_135_596_800_000 && time < 253_402_300_799_999
}

function wordOf(value: Json | undefined): string {
  return typeof value === 'string' || typeof value === 'boolean' ? String(value) : ''
}

function shown(text: string): string {
  return `"${text.slice(0, 50)}"`
}
