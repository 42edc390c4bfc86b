// Rules of dynamic groups as rows of a form. A rule keeps the language that it is written in; what is nested deeper than "all of these"
// or "any of these" has no rows and is edited as text.
import { ruleFieldOf } from './rule-fields.ts'
import type { TermOperator } from './term-operator.ts'

/** One row: a field, a comparison, and what it is compared with. */
export interface RuleTerm {
  readonly field: string
  readonly operator: TermOperator
  /** One value; several for one_of and none_of; none for empty and not_empty. */
  readonly values: readonly string[]
  /** Letter case counts. */
  readonly exact: boolean
}

export interface RuleDraft {
  readonly language: 'v1' | 'v2'
  readonly match: 'all' | 'any'
  readonly terms: readonly RuleTerm[]
}

/** A rule as the hub takes it. */
export interface WrittenRule {
  readonly queryType?: string
  readonly filters: Record<string, unknown>[]
}

const v1Names: readonly (readonly [TermOperator, string])[] = [
  ['is', 'eq'],
  ['is_not', 'ne'],
  ['one_of', 'in'],
  ['none_of', 'nin'],
  ['contains', 'co'],
  ['not_contains', 'nco'],
  ['starts', 'sw'],
  ['ends', 'ew'],
  ['less', 'lt'],
  ['at_most', 'lte'],
  ['more', 'gt'],
  ['at_least', 'gte'],
]
const v2Names: readonly (readonly [TermOperator, string])[] = [
  ['is', 'equals'],
  ['is_not', 'not_equals'],
  ['one_of', 'in'],
  ['none_of', 'not_in'],
  ['contains', 'contains'],
  ['not_contains', 'not_contains'],
  ['starts', 'starts_with'],
  ['ends', 'ends_with'],
  ['less', 'less_than'],
  ['at_most', 'less_than_or_equals'],
  ['more', 'greater_than'],
  ['at_least', 'greater_than_or_equals'],
]
const ordering = new Set<TermOperator>(['less', 'at_most', 'more', 'at_least'])
const isListed = (operator: TermOperator): boolean => operator === 'one_of' || operator === 'none_of'
const caseSuffix = '_case_sensitive'

export const emptyTerm: RuleTerm = { field: 'department', operator: 'is', values: [], exact: false }
export const emptyRule: RuleDraft = { language: 'v2', match: 'all', terms: [emptyTerm] }

/** The rows of a rule; undefined when it has none because it is nested, or in words that are not known here. */
export function readRule(query: object): RuleDraft | undefined {
  const { filters = [], queryType } = query as { readonly filters?: unknown; readonly queryType?: unknown }
  if (!Array.isArray(filters)) return undefined
  const isFirst = queryType !== undefined && queryType !== null
  const [only] = filters as readonly unknown[]
  const nested = !isFirst && filters.length === 1 && isFields(only) && Array.isArray(only['filters'])
  const list: readonly unknown[] = nested ? (only['filters'] as unknown[]) : filters
  const terms = list.map(isFirst ? readFirst : readSecond).filter((term) => term !== undefined)
  if (terms.length !== list.length || terms.length === 0) return undefined
  const match = nested && only['operation'] === 'or' ? 'any' : 'all'
  return { language: isFirst ? 'v1' : 'v2', match, terms }
}

type Fields = Readonly<Record<string, unknown>>

function isFields(value: unknown): value is Fields {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

const wordOf = (value: unknown): string =>
  typeof value === 'string' || typeof value === 'boolean' ? String(value) : ''

function readFirst(filter: unknown): RuleTerm | undefined {
  if (!isFields(filter)) return undefined
  const name = wordOf(filter['operator'] ?? filter['operation'])
    .replace(/^\$/u, '')
    .toLowerCase()
  const spelled = name === 'le' || name === 'ge' ? name.replace('e', 'te') : name
  const operator = v1Names.find(([, word]) => word === spelled)?.[0]
  const value = filter['value']
  const given = operator && isListed(operator) && typeof value === 'string' ? dividedList(value) : value
  return termOf({ filter, operator, given, exact: true })
}

function dividedList(text: string): readonly string[] {
  return text.split(/(?<!\\)\|/u).map((one) => one.replaceAll('\\|', '|'))
}

function readSecond(filter: unknown): RuleTerm | undefined {
  if (!isFields(filter) || filter['filters'] !== undefined) return undefined
  const name = wordOf(filter['operation'])
    .toLowerCase()
    .replace(/_with_null$/u, '')
  if (name === 'is_empty' || name === 'is_null') {
    const isEmpty = wordOf(filter['value'] ?? true) === 'true'
    return termOf({ filter, operator: isEmpty ? 'empty' : 'not_empty', given: [], exact: false })
  }
  const exact = name.endsWith(caseSuffix)
  const operator = v2Names.find(([, word]) => word === (exact ? name.slice(0, -caseSuffix.length) : name))?.[0]
  return termOf({ filter, operator, given: filter['value'], exact })
}

interface ReadTerm {
  readonly filter: Fields
  readonly operator: TermOperator | undefined
  readonly given: unknown
  readonly exact: boolean
}

function termOf({ filter, operator, given, exact }: ReadTerm): RuleTerm | undefined {
  const { field } = filter
  if (operator === undefined || typeof field !== 'string') return undefined
  const list: readonly unknown[] = Array.isArray(given) ? given : [given]
  if (list.some((value) => value === null || value === undefined || typeof value === 'object')) return undefined
  const values = list.map(String)
  const { name } = ruleFieldOf(field)
  const isBare = values.length === 1 && values[0] === ''
  if (isBare && (operator === 'is' || operator === 'is_not'))
    return { field: name, operator: operator === 'is' ? 'empty' : 'not_empty', values: [], exact }
  return { field: name, operator, values, exact }
}

/** The rule that the rows say. The first language has no "any", so such a rule changes to the second and keeps its letter case. */
export function writeRule({ language, match, terms }: RuleDraft): WrittenRule {
  if (language === 'v1' && match === 'all') return { queryType: 'FilterQuery', filters: terms.map(writeFirst) }
  const filters = terms.map(writeSecond)
  return { filters: match === 'any' ? [{ operation: 'or', filters }] : filters }
}

function writeFirst({ field, operator, values }: RuleTerm): Record<string, unknown> {
  if (operator === 'empty' || operator === 'not_empty')
    return { field, operator: operator === 'empty' ? 'eq' : 'ne', value: '' }
  const name = v1Names.find(([known]) => known === operator)?.[1]
  return { field, operator: name, value: isListed(operator) ? [...values] : (values[0] ?? '') }
}

function writeSecond({ field, operator, values, exact }: RuleTerm): Record<string, unknown> {
  if (operator === 'empty' || operator === 'not_empty')
    return { field, operation: 'is_empty', value: operator === 'empty' }
  const name = v2Names.find(([known]) => known === operator)?.[1] ?? ''
  const operation = exact && !ordering.has(operator) ? `${name}${caseSuffix}` : name
  return { field, operation, value: isListed(operator) ? [...values] : (values[0] ?? '') }
}

/** What is missing of a row, in words; undefined when it is complete. */
export function missingIn({ field, operator, values }: RuleTerm): string | undefined {
  if (field === 'attributes.') return 'Name the attribute.'
  if (operator === 'empty' || operator === 'not_empty') return undefined
  if (values.length === 0 || values.every((value) => value.trim() === '')) return 'Enter a value.'
  return undefined
}

/** Which row a fault of the hub is about, by its path: "memberQuery.filters.0.value", one level deeper where any may match. */
export function faultyTerm(path: string | undefined): number | undefined {
  const found = /^memberQuery\.filters\.(\d+)(?:\.filters\.(\d+))?/u.exec(path ?? '')
  return found ? Number(found[2] ?? found[1]) : undefined
}

/** The same row for another field: what does not fit the field's kind any more starts anew. */
export function withField(term: RuleTerm, field: string, operators: readonly TermOperator[]): RuleTerm {
  const operator = operators.includes(term.operator) ? term.operator : (operators[0] ?? 'is')
  return { ...term, field, operator, values: [] }
}

/** The same row with another comparison; a list shortens to its first value where only one is compared. */
export function withOperator(term: RuleTerm, operator: TermOperator): RuleTerm {
  const values =
    operator === 'empty' || operator === 'not_empty' ? [] : isListed(operator) ? term.values : term.values.slice(0, 1)
  return { ...term, operator, values }
}
