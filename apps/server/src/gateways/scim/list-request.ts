// What a list asks for, in the address or in the body of a search (RFC 7644, section 3.4.2; RFC 9865).
import { isJsonObject, type Json } from '@lockstep/kernel/json'
import type { ClientProfile } from './client-profile.ts'
import { namesOf } from './projection.ts'
import { entriesOf } from './read-value.ts'
import { ScimRefusal } from './scim-refusal.ts'

const searchUrn = 'urn:ietf:params:scim:api:messages:2.0:SearchRequest'

/** A list's parameters as they were sent. */
export interface ListRequest {
  readonly filter?: string
  readonly sortBy?: string
  readonly descending: boolean
  /** From 1; undefined: not asked for. */
  readonly startIndex?: number
  readonly count?: number
  /** Empty for the first page. */
  readonly cursor?: string
  readonly attributes?: readonly string[]
  readonly excludedAttributes?: readonly string[]
}

/** The rows of a page when nobody says how many, and the most. */
export const pageSizes = { usual: 100, most: 1000 } as const
const maxIndex = 1_000_000_000

/** Reads a list's parameters from an address; names in any letter case. */
export function readListQuery(query: Readonly<Record<string, string | undefined>>): ListRequest {
  const lower = new Map(Object.entries(query).map(([name, value]) => [name.toLowerCase(), value]))
  const names = (name: string): readonly string[] | undefined => {
    const text = lower.get(name)
    return text === undefined || text.trim() === '' ? undefined : namesOf(text)
  }
  return listRequest({
    ...text('filter', lower.get('filter')),
    ...text('sortBy', lower.get('sortby')),
    ...text('cursor', lower.get('cursor')),
    sortOrder: lower.get('sortorder'),
    startIndex: lower.get('startindex'),
    count: lower.get('count'),
    attributes: names('attributes'),
    excludedAttributes: names('excludedattributes'),
  })
}

function text<Name extends string>(name: Name, value: string | undefined): { readonly [key in Name]?: string } {
  return value === undefined ? {} : ({ [name]: value } as { readonly [key in Name]: string })
}

/** Reads a list's parameters from the body of a search. Refuses with invalidSyntax. */
export function readSearchBody(body: unknown, profile: ClientProfile): ListRequest {
  if (!isJsonObject(body)) throw new ScimRefusal('invalidSyntax', 'The body has to be a JSON object.')
  const members = new Map(entriesOf(body, 'the body'))
  const schemas = members.get('schemas')
  const isSearch = Array.isArray(schemas) && (schemas as readonly Json[]).includes(searchUrn)
  if (!isSearch && !(schemas === undefined && profile.ignoresUnknown))
    throw new ScimRefusal('invalidSyntax', `schemas has to be ["${searchUrn}"].`)
  const textOf = (name: string): string | undefined => {
    const value = members.get(name.toLowerCase()) ?? undefined
    if (value !== undefined && typeof value !== 'string')
      throw new ScimRefusal('invalidSyntax', `${name} has to be text.`)
    return value
  }
  const names = (name: string): readonly string[] | undefined => {
    const value = members.get(name.toLowerCase()) ?? undefined
    if (value === undefined) return undefined
    const list = typeof value === 'string' ? namesOf(value) : value
    if (!Array.isArray(list) || !(list as readonly Json[]).every((one) => typeof one === 'string'))
      throw new ScimRefusal('invalidSyntax', `${name} has to be a list of names.`)
    return list.length === 0 ? undefined : (list as readonly string[])
  }
  return listRequest({
    ...text('filter', textOf('filter')),
    ...text('sortBy', textOf('sortBy')),
    ...text('cursor', textOf('cursor')),
    sortOrder: textOf('sortOrder'),
    startIndex: members.get('startindex') ?? undefined,
    count: members.get('count') ?? undefined,
    attributes: names('attributes'),
    excludedAttributes: names('excludedAttributes'),
  })
}

interface Sent {
  readonly filter?: string
  readonly sortBy?: string
  readonly cursor?: string
  readonly sortOrder: string | undefined
  readonly startIndex: Json | undefined
  readonly count: Json | undefined
  readonly attributes: readonly string[] | undefined
  readonly excludedAttributes: readonly string[] | undefined
}

function listRequest({ sortOrder, startIndex, count, attributes, excludedAttributes, ...texts }: Sent): ListRequest {
  const order = sortOrder?.toLowerCase() ?? 'ascending'
  if (order !== 'ascending' && order !== 'descending')
    throw new ScimRefusal('invalidValue', 'sortOrder has to be ascending or descending.')
  const start = wholeNumber('startIndex', startIndex)
  const rows = wholeNumber('count', count)
  return {
    ...texts,
    descending: order === 'descending',
    ...(start === undefined ? {} : { startIndex: Math.max(1, start) }),
    ...(rows === undefined ? {} : { count: Math.max(0, rows) }),
    ...(attributes === undefined ? {} : { attributes }),
    ...(excludedAttributes === undefined ? {} : { excludedAttributes }),
  }
}

function wholeNumber(name: string, value: Json | undefined): number | undefined {
  if (value === undefined || value === '') return undefined
  const number = typeof value === 'string' && /^\s*[+-]?\d{1,12}\s*$/.test(value) ? Number(value) : value
  if (typeof number !== 'number' || !Number.isSafeInteger(number))
    throw new ScimRefusal('invalidValue', `${name} has to be a whole number.`)
  return Math.min(number, maxIndex)
}
