// Requests for the resources of one type: reading, creating, replacing, changing, deleting, searching.
import { AppError } from '@lockstep/contract/app-error'
import type { JsonObject } from '@lockstep/kernel/json'
import type { Cursors } from './cursor.ts'
import { parseFilter } from './filter.ts'
import { sortField, toCondition } from './filter-condition.ts'
import { type ListRequest, pageSizes, readListQuery } from './list-request.ts'
import { applyPatch, readPatch } from './patch.ts'
import { type SetChange, setValues } from './patch-set.ts'
import { type Projection, readProjection, shows } from './projection.ts'
import { readResource, replaced } from './read-resource.ts'
import { renderResource } from './render-resource.ts'
import type { Listing, ResourceStore, Stored, Wanted } from './resource-store.ts'
import {
  type Caller,
  entityTag,
  isKnown,
  preconditionFailed,
  requirePreconditions,
  type ScimReply,
  type ScimRequest,
} from './scim-request.ts'
import { quoted, ScimRefusal } from './scim-refusal.ts'

const listUrn = 'urn:ietf:params:scim:api:messages:2.0:ListResponse'
/** How often a change is decided anew because somebody else was faster. */
const changeAttempts = 100

function projectionOf(store: ResourceStore, request: ScimRequest): Projection {
  return readProjection(store.type, readListQuery(request.query))
}

async function shown(
  store: ResourceStore,
  caller: Caller,
  rows: readonly Stored[],
  projection: Projection,
): Promise<readonly JsonObject[]> {
  const isShown = (name: string): boolean => shows(projection, store.type, name)
  const computed = await store.computed(caller, rows, isShown)
  return rows.map((row) =>
    renderResource(store.type, row, { more: computed.get(row.id) ?? {}, projection, baseUrl: caller.baseUrl }),
  )
}

async function single(store: ResourceStore, request: ScimRequest, row: Stored, status: number): Promise<ScimReply> {
  const [body = {}] = await shown(store, request.caller, [row], projectionOf(store, request))
  return { status, body, headers: headersOf(store, request.caller, row) }
}

function headersOf(store: ResourceStore, { baseUrl }: Caller, { id, version }: Stored): Record<string, string> {
  return { etag: entityTag(version), location: `${baseUrl}/${store.type.endpoint}/${id}` }
}

/** Reads one. */
export async function readOne(store: ResourceStore, request: ScimRequest, id: string): Promise<ScimReply> {
  const row = await store.get(request.caller, id)
  if (isKnown(request, row.version)) return { status: 304, headers: headersOf(store, request.caller, row) }
  return single(store, request, row, 200)
}

/** Creates one. */
export async function createOne(store: ResourceStore, request: ScimRequest): Promise<ScimReply> {
  const { caller } = request
  requireAllowed(caller, 'mayCreate', 'create')
  projectionOf(store, request)
  const sent = readResource(store.type, request.body, caller.profile)
  const row = await store.create(caller, wantedOf(store, sent))
  return single(store, request, row, 201)
}

/** What a whole resource says: its values, and all that is in its sets. */
function wantedOf(store: ResourceStore, sent: JsonObject): Wanted {
  const resource: Record<string, JsonObject[string]> = { ...sent }
  const sets: SetChange[] = store.type.sets.map((attribute) => ({
    attribute,
    verb: 'replace',
    values: setValues(resource[attribute]),
  }))
  for (const attribute of store.type.sets) delete resource[attribute]
  return { resource, sets }
}

/** Replaces one. */
export async function replaceOne(store: ResourceStore, request: ScimRequest, id: string): Promise<ScimReply> {
  const { caller } = request
  projectionOf(store, request)
  const row = await changed(store, request, id, (present) => {
    requireAllowed(caller, 'mayUpdate', 'change')
    const { resource, sets } = wantedOf(store, readResource(store.type, request.body, caller.profile))
    return { resource: replaced(store.type, present.resource, resource, caller.profile), sets, isWhole: true }
  })
  return single(store, request, row, 200)
}

/** Changes one by operations. */
export async function patchOne(store: ResourceStore, request: ScimRequest, id: string): Promise<ScimReply> {
  const { caller } = request
  const { profile } = caller
  const projection = projectionOf(store, request)
  const row = await changed(store, request, id, (present) => {
    requireAllowed(caller, 'mayUpdate', 'change')
    return applyPatch(store.type, present.resource, readPatch(request.body, profile), profile)
  })
  const isAsked = projection.attributes !== undefined || projection.excluded !== undefined
  // Of a resource with sets, most of the answer would be what nobody asked for.
  if (store.type.sets.length > 0 && !isAsked && !profile.showsChangedGroups)
    return { status: 204, headers: headersOf(store, caller, row) }
  return single(store, request, row, 200)
}

/** Decides on a change until nobody else was faster; under a precondition, once. */
async function changed(
  store: ResourceStore,
  request: ScimRequest,
  id: string,
  decide: (present: Stored) => Wanted,
): Promise<Stored> {
  const { caller } = request
  const isConditional = namesVersion(request)
  for (let attempt = 1; ; attempt += 1) {
    const present = await store.get(caller, id)
    caller.notes.subject = present.resource
    requirePreconditions(request, present.version)
    try {
      return await store.change(caller, present, { ...decide(present), isConditional })
    } catch (error) {
      if (!(error instanceof AppError && error.code === 'revision_changed')) throw error
      if (isConditional) throw preconditionFailed()
      if (attempt >= changeAttempts) throw error
    }
  }
}

/** Whether a change is to be made of one version alone. */
function namesVersion({ ifMatch }: ScimRequest): boolean {
  return ifMatch !== undefined && ifMatch.trim() !== '*'
}

/** Deletes one. */
export async function removeOne(store: ResourceStore, request: ScimRequest, id: string): Promise<ScimReply> {
  const { caller } = request
  for (let attempt = 1; ; attempt += 1) {
    const present = await store.get(caller, id)
    caller.notes.subject = present.resource
    requireAllowed(caller, 'mayDelete', 'delete')
    requirePreconditions(request, present.version)
    try {
      await store.remove(caller, present, namesVersion(request))
      return { status: 204 }
    } catch (error) {
      if (!(error instanceof AppError && error.code === 'revision_changed') || attempt >= changeAttempts) throw error
    }
  }
}

function requireAllowed({ integration }: Caller, what: 'mayCreate' | 'mayUpdate' | 'mayDelete', verb: string): void {
  if (integration[what]) return
  throw new AppError('integration_refuses', {
    detail: `The integration ${quoted(integration.name)} is set up not to ${verb} anything.`,
  })
}

/** A page of a list. */
export async function listMany(
  store: ResourceStore,
  caller: Caller,
  { request, cursors }: { readonly request: ListRequest; readonly cursors: Cursors },
): Promise<ScimReply> {
  const { type } = store
  const projection = readProjection(type, request)
  const columns = store.columns(caller)
  const { coerces } = caller.profile
  const where =
    request.filter === undefined || request.filter.trim() === ''
      ? { all: [] }
      : toCondition(parseFilter(request.filter, { barewords: coerces }), { type, columns, coerces })
  const field = request.sortBy ? sortField(type, request.sortBy, columns) : undefined
  const sort = field === undefined ? {} : { sort: { ...field, descending: request.descending } }
  const count = Math.min(request.count ?? pageSizes.usual, pageSizes.most)
  if (request.cursor !== undefined) {
    const scope = { actorId: caller.actor.id, endpoint: type.endpoint, request }
    const after = await cursors.read(scope)
    const listing: Listing = { where, ...sort, limit: count + 1, ...(after === undefined ? {} : { after }) }
    const rows = count === 0 ? [] : await store.list(caller, listing)
    const page = rows.slice(0, count)
    const last = page.at(-1)
    const next =
      rows.length > count && last !== undefined
        ? { nextCursor: await cursors.write({ value: last.sortValue, id: last.id }, scope) }
        : {}
    const totalResults = await store.count(caller, where)
    return listReply({
      totalResults,
      ...next,
      itemsPerPage: page.length,
      Resources: await shown(store, caller, page, projection),
    })
  }
  const startIndex = request.startIndex ?? 1
  const rows = count === 0 ? [] : await store.list(caller, { where, ...sort, limit: count, skip: startIndex - 1 })
  // A page that is not full is the last; an empty one may lie behind the end.
  const isLast = rows.length < count && (rows.length > 0 || startIndex === 1)
  const totalResults = isLast ? startIndex - 1 + rows.length : await store.count(caller, where)
  return listReply({
    totalResults,
    startIndex,
    itemsPerPage: rows.length,
    Resources: await shown(store, caller, rows, projection),
  })
}

/** The message around a list. */
export function listReply(content: JsonObject): ScimReply {
  return { status: 200, body: { schemas: [listUrn], ...content } }
}

/** A page over several types, one after the other (RFC 7644, section 3.4.2.1). */
export async function listAll(
  stores: readonly ResourceStore[],
  caller: Caller,
  request: ListRequest,
): Promise<ScimReply> {
  if (request.cursor !== undefined) throw new ScimRefusal('invalidCursor', 'Lists over several types have no cursors.')
  const filter = request.filter?.trim() ? parseFilter(request.filter, { barewords: caller.profile.coerces }) : undefined
  const count = Math.min(request.count ?? pageSizes.usual, pageSizes.most)
  const startIndex = request.startIndex ?? 1
  let skip = startIndex - 1
  let totalResults = 0
  const resources: JsonObject[] = []
  for (const store of stores) {
    const { coerces } = caller.profile
    const context = { type: store.type, columns: store.columns(caller), coerces, unknownIsFalse: true }
    const where = filter === undefined ? { all: [] } : toCondition(filter, context)
    const total = await store.count(caller, where)
    totalResults += total
    const room = count - resources.length
    if (skip < total && room > 0) {
      const rows = await store.list(caller, { where, limit: room, skip })
      resources.push(...(await shown(store, caller, rows, readProjection(store.type, request))))
    }
    skip = Math.max(0, skip - total)
  }
  return listReply({ totalResults, startIndex, itemsPerPage: resources.length, Resources: resources })
}
