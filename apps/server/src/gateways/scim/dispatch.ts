// Which request is answered how: one table for requests that come by themselves and for those within a bulk one.
import { AppError } from '@lockstep/contract/app-error'
import type { Cursors } from './cursor.ts'
import { readDiscovery } from './discovery.ts'
import { readListQuery, readSearchBody } from './list-request.ts'
import { createOne, listAll, listMany, patchOne, readOne, removeOne, replaceOne } from './resource-requests.ts'
import type { ResourceStore } from './resource-store.ts'
import { MethodRefusal } from './scim-error.ts'
import type { Caller, ScimReply, ScimRequest } from './scim-request.ts'
import { ScimRefusal } from './scim-refusal.ts'

export interface DispatchOptions {
  /** The resources that there are, by what is declared. */
  readonly storesOf: (declared: Caller['declared']) => readonly ResourceStore[]
  readonly cursors: Cursors
  readonly bulk: (request: ScimRequest) => Promise<ScimReply>
  /** The path of the user that the caller is; undefined: they are none. */
  readonly me: (request: ScimRequest) => Promise<string | undefined>
}

/** Answers a request. Refusals are AppErrors. */
export async function dispatch(options: DispatchOptions, request: ScimRequest): Promise<ScimReply> {
  const stores = options.storesOf(request.caller.declared)
  const segments = request.path.split('/').filter(Boolean)
  const [first = '', second, ...more] = segments
  if (/^v\d+$/i.test(first)) throw new ScimRefusal('invalidVers', 'The version of this endpoint is v2.')
  const lower = first.toLowerCase()
  const store = stores.find(({ type }) => type.endpoint.toLowerCase() === lower)
  if (store !== undefined && more.length === 0) return ofType(options, store, { request, id: second })
  if (lower === '') return root(stores, request)
  if (lower === '.search' && second === undefined) {
    requireMethod(request, ['POST'])
    return listAll(stores, request.caller, readSearchBody(request.body, request.caller.profile))
  }
  if (lower === 'bulk' && second === undefined) {
    requireMethod(request, ['POST'])
    return options.bulk(request)
  }
  if (lower === 'me' && second === undefined) return me(options, request)
  const isDiscovery = ['serviceproviderconfig', 'resourcetypes', 'schemas'].includes(lower)
  if (isDiscovery) requireMethod(request, ['GET'])
  const types = stores.map(({ type }) => type)
  const found = isDiscovery ? readDiscovery(types, request) : undefined
  if (found === undefined) throw new AppError('route_not_found', { field: 'path' })
  return found
}

function requireMethod({ method }: ScimRequest, allowed: readonly string[]): void {
  if (!allowed.includes(method)) throw new MethodRefusal(allowed)
}

async function root(stores: readonly ResourceStore[], request: ScimRequest): Promise<ScimReply> {
  requireMethod(request, ['GET'])
  return listAll(stores, request.caller, readListQuery(request.query))
}

interface Addressed {
  readonly request: ScimRequest
  readonly id: string | undefined
}

async function ofType(
  { cursors }: DispatchOptions,
  store: ResourceStore,
  { request, id }: Addressed,
): Promise<ScimReply> {
  const { method, caller } = request
  if (id === undefined) {
    requireMethod(request, ['GET', 'POST'])
    if (method === 'POST') return createOne(store, request)
    return listMany(store, caller, { request: readListQuery(request.query), cursors })
  }
  if (id.toLowerCase() === '.search') {
    requireMethod(request, ['POST'])
    return listMany(store, caller, { request: readSearchBody(request.body, caller.profile), cursors })
  }
  requireMethod(request, ['GET', 'PUT', 'PATCH', 'DELETE'])
  if (method === 'PUT') return replaceOne(store, request, id)
  if (method === 'PATCH') return patchOne(store, request, id)
  return method === 'DELETE' ? removeOne(store, request, id) : readOne(store, request, id)
}

/** The caller's own user; the answer's Location is its permanent address (RFC 7644, section 3.11). */
async function me(options: DispatchOptions, request: ScimRequest): Promise<ScimReply> {
  requireMethod(request, ['GET', 'PUT', 'PATCH', 'DELETE'])
  const path = await options.me(request)
  if (path === undefined) throw new ScimRefusal(undefined, 'Whoever calls is no user of this directory.', 501)
  return dispatch(options, { ...request, path })
}
