import { isJsonObject, type Json } from '@lockstep/kernel/json'
import Type from 'typebox'
import type { UserService } from '../../directory/users/user.service.ts'
import { defineRoute, type Route } from '../../platform/http/route.ts'
import type { Condition } from './condition.ts'
import { parameterTexts, type QueryParameters } from './filter.ts'
import { ListParameters, parseFields, parseListQuery, type ListQuery } from './list-query.ts'
import { renderUserList } from './render-user.ts'
import { parseSearchFilter, parseSearchText, wordsOf } from './search-body.ts'

export interface SystemUserSearchOptions {
  readonly users: UserService
  readonly organizationId: string
}

const Anything = Type.Optional(Type.Unknown())
/** The body of a search; what stands in it is read by `readSearch`. */
export const SearchBody = Type.Union([
  Type.Object({
    filter: Anything,
    searchFilter: Anything,
    fields: Anything,
    limit: Anything,
    skip: Anything,
    sort: Anything,
  }),
  Type.Undefined(),
])

/** The nested form of `search` in an address: `search[searchTerm]=…&search[fields][]=…`. */
export function searchInAddress(query: QueryParameters): Json {
  const named = (name: string): readonly string[] =>
    Object.entries(query)
      .filter(([key]) => new RegExp(`^search\\[${name}\\](\\[\\d{0,9}\\])?$`).test(key))
      .flatMap(([, value]) => parameterTexts(value))
  return { searchTerm: named('searchTerm'), fields: named('fields') }
}

/** What a body asks for; `limit`, `skip`, `sort`, `fields` and `filter` may stand in the address as well. */
export function readSearch(
  body: Readonly<Record<string, unknown>>,
  query: QueryParameters,
): { readonly listing: ListQuery; readonly fields: readonly string[] | undefined } {
  const texts: Record<string, unknown> = { ...query }
  for (const name of ['limit', 'skip'] as const) {
    const value = body[name]
    if (typeof value === 'number' || (typeof value === 'string' && value !== '')) texts[name] = String(value)
  }
  for (const name of ['sort', 'fields'] as const) {
    const words = wordsOf(body[name] as Json | undefined)
    if (words.length > 0) texts[name] = words.join(' ')
  }
  const listing = parseListQuery(texts, 'v1')
  const parts = [
    listing.condition,
    parseSearchFilter(body['filter'] as Json | undefined),
    parseSearchText(body['searchFilter'] as Json | undefined),
  ].filter((part): part is Condition => part !== undefined)
  const condition = parts.length > 1 ? { all: parts } : parts[0]
  const { condition: _, ...rest } = listing
  return { listing: { ...rest, ...(condition === undefined ? {} : { condition }) }, fields: parseFields(texts) }
}

/** v1's search for users: the list with conditions in the body, and the groups of each user. */
export function systemUserSearchRoutes({ users, organizationId }: SystemUserSearchOptions): readonly Route[] {
  return [
    defineRoute({
      method: 'POST',
      path: '/api/search/systemusers',
      summary: 'Search users',
      access: { scheme: 'administrator', permission: 'users.read' },
      query: ListParameters,
      body: SearchBody,
      async handle({ actor, query, body }) {
        const { listing, fields } = readSearch(isJsonObject(body) ? body : {}, query)
        const { rows, total } = await users.page(actor, listing)
        const groups = await users.groupIds(
          actor,
          rows.map(({ id }) => id),
        )
        const content = renderUserList(rows, total, { organizationId, fields, groups })
        return { text: { contentType: 'application/json; charset=utf-8', content } }
      },
    }),
  ]
}
