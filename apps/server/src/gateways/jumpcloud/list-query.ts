import { AppError } from '@lockstep/contract/app-error'
import Type from 'typebox'
import type { RouteReply } from '../../platform/http/route.ts'
import type { Condition } from './condition.ts'
import { parameterTexts, parseV1Filter, parseV2Filter, type QueryParameters } from './filter.ts'

const Text = Type.Union([Type.String(), Type.Array(Type.String())])

/** The parameters of every list. Unknown ones are kept here because v1 spells filters as `filter[or][0]`; others are ignored. */
export const ListParameters = Type.Object(
  {
    limit: Type.Optional(Text),
    skip: Type.Optional(Text),
    sort: Type.Optional(Text),
    fields: Type.Optional(Text),
    filter: Type.Optional(Text),
    search: Type.Optional(Text),
  },
  { additionalProperties: Text },
)

/** Parameters of a single object: which of its fields to answer. */
export const FieldsParameter = Type.Object({ fields: Type.Optional(Text) })

/** What a list asks for. */
export interface ListQuery {
  readonly limit: number
  readonly skip: number
  readonly sort: readonly { readonly field: string; readonly descending: boolean }[]
  readonly condition?: Condition
  readonly search?: string
}

const defaultLimit = 10
const maxLimit = { v1: 1000, v2: 100 } as const
const maxSortFields = 10

/** Reads the parameters of a list; a limit outside the allowed range becomes its nearest end. */
export function parseListQuery(query: QueryParameters, version: 'v1' | 'v2'): ListQuery {
  const limit = wholeNumber(query, 'limit') ?? defaultLimit
  const skip = wholeNumber(query, 'skip') ?? 0
  if (skip < 0) throw new AppError('invalid_request', { field: 'skip', detail: 'skip: must not be negative.' })
  const condition = version === 'v1' ? parseV1Filter(query) : parseV2Filter(query)
  const search = version === 'v1' ? parameterTexts(query['search']).join(' ').trim() : ''
  return {
    limit: Math.min(Math.max(limit, 1), maxLimit[version]),
    skip,
    sort: parseSort(query),
    ...(condition === undefined ? {} : { condition }),
    ...(search === '' ? {} : { search }),
  }
}

function wholeNumber(query: QueryParameters, name: 'limit' | 'skip'): number | undefined {
  const [text] = parameterTexts(query[name])
  if (text === undefined) return undefined
  if (!/^-?\d+$/.test(text.trim()))
    throw new AppError('invalid_request', { field: name, detail: `${name}: must be a whole number.` })
  return Math.min(Number(text), Number.MAX_SAFE_INTEGER)
}

function parseSort(query: QueryParameters): ListQuery['sort'] {
  const names = words(query['sort'])
  if (names.length > maxSortFields)
    throw new AppError('invalid_filter', { field: 'sort', detail: `sort: names more than ${maxSortFields} fields.` })
  return names.map((name) => ({ field: name.replace(/^[-+]/, ''), descending: name.startsWith('-') }))
}

/** The fields that a request asks for, divided by blanks or commas; undefined: all. */
export function parseFields(query: QueryParameters): readonly string[] | undefined {
  const fields = words(query['fields'])
  return fields.length === 0 ? undefined : fields
}

function words(value: unknown): readonly string[] {
  return parameterTexts(value).flatMap((text) => text.split(/[\s,]+/).filter(Boolean))
}

/** The named fields of a row; its ids come in any case. A dotted name asks for what it begins with. */
export function project(row: Readonly<Record<string, unknown>>, fields: readonly string[] | undefined): object {
  if (fields === undefined) return row
  const wanted = new Set(['_id', 'id', ...fields.map((field) => field.split('.')[0] ?? field)])
  return Object.fromEntries(Object.entries(row).filter(([name]) => wanted.has(name)))
}

/** A list as v2 answers it: bare rows, their number in a header. */
export function v2List(rows: readonly object[], total: number): RouteReply {
  return { body: rows, headers: { 'x-total-count': String(total) } }
}

/** Clients bound the headers that they take; whoever sends a longer address pages by `skip`. */
const maxLinkLength = 4096

/** Where a page stands in its list. */
export interface PagePlace {
  readonly total: number
  readonly limit: number
  readonly skip: number
  /** The request's own address: the next page's is made from it. */
  readonly url: string
}

/** A page of a list as v2 answers it: bare rows, the exact number in a header, and the address of the next page while there is one. */
export function v2Page(rows: readonly object[], { total, limit, skip, url }: PagePlace): RouteReply {
  const reply = v2List(rows, total)
  if (skip + limit >= total) return reply
  const [path = '', search = ''] = url.split('?', 2)
  const next = new URLSearchParams(search)
  next.set('limit', String(limit))
  next.set('skip', String(skip + limit))
  const link = `<${path}?${next.toString()}>; rel="next"`
  return link.length > maxLinkLength ? reply : { ...reply, headers: { ...reply.headers, link } }
}
