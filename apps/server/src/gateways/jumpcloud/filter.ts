// The filters of both versions as conditions. A term is `field:operator:value`, the operator with or without `$`; `field:value` means
// equality. v1 joins terms by `filter[0]`, `filter[1]` (all) and `filter[or][0]`, `filter[or][1]` (any); v2 by repetition or commas.
import { AppError } from '@lockstep/contract/app-error'
import type { Comparison, Condition } from './condition.ts'

/** Query parameters as the server parses them: several of one name are a list. */
export type QueryParameters = Readonly<Record<string, unknown>>

/** What a term in an address may say; patterns and the like stand in bodies of searches. */
type Operator = Exclude<Comparison['operator'], 'regex' | 'exists'> | 'between'

const operators: ReadonlyMap<string, Operator> = new Map([
  ['eq', 'eq'],
  ['ne', 'ne'],
  ['in', 'in'],
  ['nin', 'nin'],
  ['lt', 'lt'],
  ['lte', 'lte'],
  ['le', 'lte'],
  ['gt', 'gt'],
  ['gte', 'gte'],
  ['ge', 'gte'],
  ['sw', 'sw'],
  ['ew', 'ew'],
  ['co', 'co'],
  ['nco', 'nco'],
  ['search', 'co'],
  ['between', 'between'],
])

const maxTerms = 100
const maxValues = 1000

function refuse(detail: string): AppError {
  return new AppError('invalid_filter', { field: 'filter', detail: `filter: ${detail}` })
}

const shown = (text: string): string => `"${text.slice(0, 100)}"`

/** The texts of a parameter that may stand once, several times or not at all; empty ones are ignored. */
export function parameterTexts(value: unknown): readonly string[] {
  const values: readonly unknown[] = Array.isArray(value) ? value : [value]
  return values.filter((item): item is string => typeof item === 'string' && item.trim() !== '')
}

/** Reads v1's `filter`, `filter[n]`, `filter[and][n]` and `filter[or][n]`. */
export function parseV1Filter(query: QueryParameters): Condition | undefined {
  const all: string[] = []
  const any: string[] = []
  for (const [name, value] of Object.entries(query)) {
    if (!/^filter(\[|$)/.test(name)) continue
    const form = /^filter(?:\[(and|or)\])?(?:\[\d{0,9}\])?$/.exec(name)
    if (form === null) throw refuse(`${shown(name)} is no form of filter. Write filter[0]= or filter[or][0]=.`)
    const target = form[1] === 'or' ? any : all
    target.push(...parameterTexts(value))
  }
  return joined({ all, any }, parseTerm)
}

// A comma divides terms only where another term begins, so that a value may hold commas.
const nextTerm = new RegExp(`,(?=\\s*[\\w.]+:\\$?(?:${[...operators.keys()].join('|')}):)`)

/** Reads v2's `filter`: one or several times, each with one or several terms; `*` at the ends of a value stands for anything. */
export function parseV2Filter(query: QueryParameters): Condition | undefined {
  const all = parameterTexts(query['filter']).flatMap((text) => text.split(nextTerm))
  return joined({ all, any: [] }, (term) => wildcards(parseTerm(term.trim())))
}

function joined(
  terms: { readonly all: readonly string[]; readonly any: readonly string[] },
  parse: (term: string) => Condition,
): Condition | undefined {
  if (terms.all.length + terms.any.length > maxTerms) throw refuse(`has more than ${maxTerms} terms.`)
  const conditions = terms.all.map(parse)
  if (terms.any.length > 0) conditions.push({ any: terms.any.map(parse) })
  if (conditions.length === 0) return undefined
  return conditions.length === 1 ? conditions[0] : { all: conditions }
}

/** Reads one term; what is not understood is refused with the term. */
export function parseTerm(term: string): Condition {
  const colon = term.indexOf(':')
  const field = term.slice(0, Math.max(colon, 0)).trim()
  if (field === '') throw refuse(`${shown(term)} is not understood. Write field:$eq:value.`)
  const rest = term.slice(colon + 1)
  const named = /^\s*\$?([A-Za-z]+):/.exec(rest)
  if (named === null) {
    if (rest.startsWith('$')) throw refuse(`${shown(term)} has no value. Write field:$eq:value.`)
    return { field, operator: 'eq', values: [unescaped(rest)] }
  }
  const operator = operators.get((named[1] ?? '').toLowerCase())
  if (operator === undefined)
    throw refuse(
      `${shown(term)} has the unknown operator ${shown(named[1] ?? '')}. Known: ${[...operators.keys()].join(', ')}.`,
    )
  return comparison({ term, field, operator, value: rest.slice(named[0].length) })
}

interface Term {
  readonly term: string
  readonly field: string
  readonly operator: Operator
  readonly value: string
}

function comparison({ term, field, operator, value }: Term): Condition {
  const values = value.split(/(?<!\\)\|/).map(unescaped)
  if (values.length > maxValues) throw refuse(`${shown(term)} has more than ${maxValues} values.`)
  switch (operator) {
    case 'in':
    case 'nin':
      return { field, operator, values }
    case 'between': {
      const [from, to, ...more] = values
      if (from === undefined || to === undefined || more.length > 0)
        throw refuse(`${shown(term)} needs two values divided by |.`)
      return {
        all: [
          { field, operator: 'gte', values: [from] },
          { field, operator: 'lte', values: [to] },
        ],
      }
    }
    case 'sw':
    case 'ew':
    case 'co':
      return values.length === 1
        ? { field, operator, values }
        : { any: values.map((one) => ({ field, operator, values: [one] })) }
    case 'nco':
      return values.length === 1
        ? { field, operator, values }
        : { all: values.map((one) => ({ field, operator, values: [one] })) }
    case 'eq':
    case 'ne':
    case 'lt':
    case 'lte':
    case 'gt':
    case 'gte':
      return { field, operator, values: [unescaped(value)] }
  }
}

function unescaped(value: string): string {
  return value.replaceAll('\\|', '|')
}

function wildcards(condition: Condition): Condition {
  if (!('field' in condition) || condition.operator !== 'eq') return condition
  const [value = ''] = condition.values
  const form = /^(\*?)(.*?)(\*?)$/s.exec(value)
  if (value === '*' || form === null || (form[1] === '' && form[3] === '')) return condition
  const operator = form[1] === '' ? 'sw' : form[3] === '' ? 'ew' : 'co'
  return { field: condition.field, operator, values: [form[2] ?? ''] }
}
