// The requests of one round at one route: some valid, most of them not.
import type { Route } from '../../apps/server/src/platform/http/route.ts'
import { hostileHeaders, hostileQueries, hostileSegments } from './hostile-requests.ts'
import { hostileTexts, mutated } from './hostile-values.ts'
import { type Call, json } from './http-call.ts'
import type { Random } from './random.ts'
import { addressOf, partsOf, requestOf, type RequestParts } from './route-requests.ts'
import type { SeededObjects } from './seeded-objects.ts'

export interface FuzzCase {
  /** What is done to the request, for the report. */
  readonly what: string
  readonly call: Call
}

interface CaseOptions {
  readonly random: Random
  readonly seeded: SeededObjects
}

const validCases = 8
const minimalCases = 10
const mutatedBodies = 40
const mutatedQueries = 12
const someQueries = { list: 45, other: 6 } as const
const someSegments = 14
const someHeaders = 4
const defaultBodyLimitBytes = 1_048_576

/** Every request of a round. */
export function fuzzCases(route: Route, options: CaseOptions): readonly FuzzCase[] {
  const parts = (): RequestParts => partsOf(route, options)
  const valid = Array.from({ length: validCases }, () => ({ what: 'valid', call: requestOf(route, parts()) }))
  const minimal = Array.from({ length: minimalCases }, () => ({
    what: 'valid',
    call: requestOf(route, partsOf(route, { ...options, minimal: true })),
  }))
  return [
    ...minimal,
    ...valid,
    ...bodyCases(route, options),
    ...queryCases(route, options),
    ...segmentCases(route, options),
    ...headerCases(route, options),
  ]
}

function bodyCases(route: Route, options: CaseOptions): readonly FuzzCase[] {
  const { random } = options
  // A body where none is wanted is not read.
  if (route.body === undefined)
    return [{ what: 'unwanted body', call: { ...requestOf(route, partsOf(route, options)), ...json({ a: 1 }) } }]
  const mutations = Array.from({ length: mutatedBodies }, () => {
    const parts = partsOf(route, options)
    return {
      what: 'mutated body',
      call: requestOf(route, { ...parts, body: mutated(mutated(parts.body, random), random) ?? null }),
    }
  })
  const parts = partsOf(route, options)
  const texts = hostileTexts(JSON.stringify(parts.body), route.bodyLimitBytes ?? defaultBodyLimitBytes)
  return [
    ...mutations,
    ...texts.map(({ name, body, contentType = 'application/json' }) => ({
      what: `body: ${name}`,
      call: {
        method: route.method,
        path: addressOf(route.path, parts),
        headers: { 'content-type': contentType },
        body,
      },
    })),
  ]
}

function queryCases(route: Route, options: CaseOptions): readonly FuzzCase[] {
  const { random } = options
  const isList = route.query !== undefined
  const raw = sample(hostileQueries, isList ? someQueries.list : someQueries.other, random).map((query): FuzzCase => {
    const call = requestOf(route, { ...partsOf(route, options), query: {} })
    return { what: `query ${query.slice(0, 60)}`, call: { ...call, path: `${call.path}?${query}` } }
  })
  if (!isList) return raw
  const mutations = Array.from({ length: mutatedQueries }, () => {
    const parts = partsOf(route, options)
    const query = mutated(parts.query, random)
    const isRecord = typeof query === 'object' && query !== null && JSON.stringify(query).length < 12_000
    return {
      what: 'mutated query',
      call: requestOf(route, { ...parts, query: isRecord ? (query as RequestParts['query']) : {} }),
    }
  })
  return [...raw, ...mutations]
}

function segmentCases(route: Route, options: CaseOptions): readonly FuzzCase[] {
  const names = [...route.path.matchAll(/:(\w+)/g)].map((match) => match[1] ?? '')
  if (names.length === 0) return []
  return sample(hostileSegments, someSegments, options.random).map((segment) => {
    const parts = partsOf(route, options)
    const call = requestOf(route, parts)
    const target = options.random.pick(names)
    const path = route.path.replaceAll(/:(\w+)/g, (_, name: string) =>
      name === target ? segment : String(parts.params[name]),
    )
    return { what: `path ${segment.slice(0, 40)}`, call: { ...call, path } }
  })
}

function headerCases(route: Route, options: CaseOptions): readonly FuzzCase[] {
  return sample(hostileHeaders, someHeaders, options.random).map((headers) => {
    const call = requestOf(route, partsOf(route, options))
    return {
      what: `headers ${JSON.stringify(headers).slice(0, 60)}`,
      call: { ...call, headers: { ...call.headers, ...headers } },
    }
  })
}

function sample<T>(items: readonly T[], count: number, random: Random): readonly T[] {
  return items.length <= count ? items : Array.from({ length: count }, () => random.pick(items))
}
