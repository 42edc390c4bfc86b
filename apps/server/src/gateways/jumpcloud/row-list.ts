// Lists that are short by nature, domains and their agents, are filtered and sorted here over their rendered rows.
import { AppError } from '@lockstep/contract/app-error'
import type { RouteReply } from '../../platform/http/route.ts'
import type { Comparison, Condition } from './condition.ts'
import type { QueryParameters } from './filter.ts'
import { parseFields, parseListQuery, project, v2List, v2Page } from './list-query.ts'

type Row = Readonly<Record<string, unknown>>

/** Answers the part of the rows that the parameters ask for. `fields` are those that may be filtered and sorted by. */
export function listRows(
  rows: readonly Row[],
  query: QueryParameters,
  fields: readonly string[],
  url?: string,
): RouteReply {
  const { page, total, limit, skip } = selectRows(rows, query, { fields, version: 'v2' })
  return url === undefined ? v2List(page, total) : v2Page(page, { total, url, limit, skip })
}

/** The same in version 1's envelope; `search` looks into these fields too. */
export function listRowsV1(rows: readonly Row[], query: QueryParameters, fields: readonly string[]): RouteReply {
  const { page, total } = selectRows(rows, query, { fields, version: 'v1' })
  return { body: { totalCount: total, results: page } }
}

interface Selection {
  readonly page: readonly object[]
  readonly total: number
  readonly limit: number
  readonly skip: number
}

/** The page of the rows that the parameters ask for, and the number of all that match. */
export function selectRows(
  rows: readonly Row[],
  query: QueryParameters,
  { fields, version }: { readonly fields: readonly string[]; readonly version: 'v1' | 'v2' },
): Selection {
  const { limit, skip, sort, condition, search = '' } = parseListQuery(query, version)
  for (const { field } of sort) requireField(field, fields, 'sort')
  if (condition !== undefined) requireKnown(condition, fields)
  const words = search.toLowerCase().split(/\s+/).filter(Boolean)
  const isFound = (row: Row): boolean =>
    words.every((word) => fields.some((field) => textOf(row[field]).toLowerCase().includes(word)))
  const matching = rows.filter((row) => isFound(row) && (condition === undefined || holds(condition, row)))
  const ordered = matching.toSorted((a, b) => {
    for (const { field, descending } of sort) {
      const [left, right] = [textOf(a[field]), textOf(b[field])]
      if (left !== right) return left < right === descending ? 1 : -1
    }
    return 0
  })
  const page = ordered.slice(skip, skip + limit).map((row) => project(row, parseFields(query)))
  return { page, total: ordered.length, limit, skip }
}

function requireField(field: string, fields: readonly string[], parameter: 'sort' | 'filter'): void {
  if (!fields.includes(field))
    throw new AppError('invalid_filter', {
      field: parameter,
      detail: `${parameter}: "${field.slice(0, 50)}" is not known here. Known: ${fields.join(', ')}.`,
    })
}

function textOf(value: unknown): string {
  return typeof value === 'string' || typeof value === 'boolean' || typeof value === 'number' ? String(value) : ''
}

function requireKnown(condition: Condition, fields: readonly string[]): void {
  const parts = 'all' in condition ? condition.all : 'any' in condition ? condition.any : undefined
  if (parts !== undefined) for (const part of parts) requireKnown(part, fields)
  else if ('field' in condition) requireField(condition.field, fields, 'filter')
}

function holds(condition: Condition, row: Row): boolean {
  if ('all' in condition) return condition.all.every((part) => holds(part, row))
  if ('any' in condition) return condition.any.some((part) => holds(part, row))
  return compare(condition, row)
}

function compare({ field, operator, values }: Comparison, row: Row): boolean {
  const text = textOf(row[field])
  const [value = ''] = values
  switch (operator) {
    case 'eq':
      return text === value
    case 'ne':
      return text !== value
    case 'in':
      return values.includes(text)
    case 'nin':
      return !values.includes(text)
    case 'lt':
      return text < value
    case 'lte':
      return text <= value
    case 'gt':
      return text > value
    case 'gte':
      return text >= value
    case 'sw':
      return text.startsWith(value)
    case 'ew':
      return text.endsWith(value)
    case 'co':
      return text.includes(value)
    case 'nco':
      return !text.includes(value)
    case 'exists':
      return (text !== '') === (value === 'true')
    case 'regex':
      return false // no parameter of these lists says so
  }
}
