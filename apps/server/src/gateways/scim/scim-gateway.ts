// SCIM 2.0: RFC 7643, 7644 and 9865. Every route leads to the same table; the routes are named one by one for permissions and tests.
import { AppError } from '@lockstep/contract/app-error'
import Type from 'typebox'
import type { IntegrationService } from '../../directory/integrations/integration.service.ts'
import type { RequestLog } from '../../directory/integrations/request-log.service.ts'
import type { TakeawayService } from '../../processes/integrations/takeaway.service.ts'
import { parseJsonBody } from '../../platform/http/json-body.ts'
import type { Gateway, Route, RouteReply, RouteRequest } from '../../platform/http/route.ts'
import { refuseUnstorableText } from '../../platform/http/validation.ts'
import { bulkLimits, maxBodyBytes } from './bulk-limits.ts'
import { runBulk } from './bulk.ts'
import { createCursors, type CursorOptions } from './cursor.ts'
import { dispatch, type DispatchOptions } from './dispatch.ts'
import { callerOf, type ScimReply, type ScimRequest } from './scim-request.ts'
import { createProvisioningTools, type ProvisioningTools } from './provisioning-tools.ts'
import { createTurnedAway } from './turned-away.ts'
import { readAddress } from './request-address.ts'
import { createRecorder } from './request-recorder.ts'
import { createResourceStores, type ResourceStoreOptions } from './resource-stores.ts'
import { MethodRefusal, renderScimError, scimMediaType } from './scim-error.ts'
import { ScimRefusal } from './scim-refusal.ts'
import type { ScimUserOptions } from './scim-users.ts'

export interface ScimGatewayOptions extends ResourceStoreOptions, CursorOptions {
  readonly takeaways: TakeawayService
  readonly integrations: Pick<IntegrationService, 'ofActor' | 'find' | 'ids' | 'get' | 'actorOf' | 'explainRefusal'>
  readonly requestLog: Pick<RequestLog, 'note' | 'noteRead' | 'repeatable'>
  /** The hub's address as clients know it. */
  readonly publicUrl: string
}

const base = '/scim/v2'

const ResourceParams = Type.Object({ id: Type.String() })
const RestOfPath = Type.Object({ '*': Type.String({ minLength: 1 }) })

const table: readonly (readonly [Route['method'], string, string])[] = [
  ['GET', base, 'List users and groups together'],
  ['GET', `${base}/ServiceProviderConfig`, 'What the endpoint can do'],
  ['GET', `${base}/ResourceTypes`, 'List the types of resources'],
  ['GET', `${base}/ResourceTypes/:id`, 'Read a type of resources'],
  ['GET', `${base}/Schemas`, 'List the schemas'],
  ['GET', `${base}/Schemas/:id`, 'Read a schema'],
  ...(['Users', 'Groups'] as const).flatMap((noun) => ofNoun(noun)),
  ['POST', `${base}/.search`, 'Search users and groups together'],
  ['POST', `${base}/Bulk`, 'Do several things at once'],
  ['GET', `${base}/Me`, 'Read the caller’s own user'],
  ['PUT', `${base}/Me`, 'Replace the caller’s own user'],
  ['PATCH', `${base}/Me`, 'Change the caller’s own user'],
  ['DELETE', `${base}/Me`, 'Delete the caller’s own user'],
  // Other addresses and methods are refused in the protocol's words; addresses without the version are served.
  ...(['GET', 'POST', 'PUT', 'PATCH', 'DELETE'] as const).map(
    (method) => [method, '/scim/*', 'Anything else'] as const,
  ),
  ['OPTIONS', '/scim/*', 'What an address takes'],
]

function ofNoun(noun: 'Users' | 'Groups'): readonly (readonly [Route['method'], string, string])[] {
  const words = noun.toLowerCase()
  return [
    ['GET', `${base}/${noun}`, `List ${words}`],
    ['POST', `${base}/${noun}`, `Create one of the ${words}`],
    ['POST', `${base}/${noun}/.search`, `Search ${words}`],
    ['GET', `${base}/${noun}/:id`, `Read one of the ${words}`],
    ['PUT', `${base}/${noun}/:id`, `Replace one of the ${words}`],
    ['PATCH', `${base}/${noun}/:id`, `Change one of the ${words}`],
    ['DELETE', `${base}/${noun}/:id`, `Delete one of the ${words}`],
  ]
}

/** The endpoint for clients that provision users and groups, and what people do with it. */
export function createScimEndpoint(options: ScimGatewayOptions): {
  readonly gateway: Gateway
  readonly tools: ProvisioningTools
} {
  const { publicUrl, integrations, customSchemas } = options
  const recorder = createRecorder(options)
  const turnedAway = createTurnedAway(options)
  const tableOptions: DispatchOptions = {
    storesOf: createResourceStores(options),
    cursors: createCursors(options),
    bulk: (request) => runBulk(request, (one) => recorder.run(one, { client: 'In a bulk request' }, run)),
    me: (request) => ownPath(options, request),
  }
  const run = (request: ScimRequest): Promise<ScimReply> => answered(tableOptions, request)
  const baseUrl = `${publicUrl.replace(/\/$/, '')}${base}`
  const answer = async (request: RouteRequest<never, never, never>): Promise<RouteReply> => {
    const caller = await callerOf(request, { integrations, customSchemas }, baseUrl).catch(async (error: unknown) => {
      if (error instanceof AppError) await turnedAway(request, error)
      throw error
    })
    const { method, headers } = request
    const { path, query } = readAddress(request.url)
    const scimRequest: ScimRequest = {
      method: method === 'HEAD' ? 'GET' : method,
      path,
      query,
      body: undefined,
      ifMatch: textOf(headers['if-match']),
      ifNoneMatch: textOf(headers['if-none-match']),
      caller,
    }
    const sender = { client: textOf(headers['user-agent']) ?? '' }
    const body = bodyOf(request, path)
    const known = body.ok ? { ...scimRequest, body: body.value } : scimRequest
    return render(await recorder.run(known, sender, (one) => (body.ok ? run(one) : Promise.reject(body.error))))
  }
  const routes = table.map(([method, path, summary]): Route => ({
    method,
    path,
    summary,
    access: { scheme: 'administrator', permission: 'integrations.provision' },
    ...(path.endsWith('*') ? { params: RestOfPath } : {}),
    ...(path.endsWith(':id') ? { params: ResourceParams } : {}),
    bodyLimitBytes: mayBeBulk(method, path) ? bulkLimits.maxPayloadSize : maxBodyBytes,
    handle: answer,
  }))
  const renderError: Gateway['renderError'] = (error) => renderScimError(error)
  return {
    gateway: { name: 'scim', tolerant: false, routes, prefixes: ['/scim'], renderError, turnedAway },
    tools: createProvisioningTools({ ...options, recorder, run, baseUrl }),
  }
}

/** The answer to a request; one about an address itself is told what that takes. */
async function answered(options: DispatchOptions, request: ScimRequest): Promise<ScimReply> {
  if (request.method !== 'OPTIONS') return dispatch(options, request)
  try {
    return await dispatch(options, request)
  } catch (error) {
    if (!(error instanceof MethodRefusal)) throw error
    const allowed = [...error.allowed, ...(error.allowed.includes('GET') ? ['HEAD'] : []), 'OPTIONS']
    return { status: 204, headers: { allow: allowed.join(', ') } }
  }
}

/** Bulk requests are taken without the version as well, where everything else has an address in common with them. */
function mayBeBulk(method: Route['method'], path: string): boolean {
  return path === `${base}/Bulk` || (method === 'POST' && path.endsWith('*'))
}

type ReadBody = { readonly ok: true; readonly value: unknown } | { readonly ok: false; readonly error: unknown }

/** The body, or why it cannot be read, which the log is told as well. */
function bodyOf(request: RouteRequest<never, never, never>, path: string): ReadBody {
  try {
    const limit = /^\/bulk\/?$/i.test(path) ? bulkLimits.maxPayloadSize : maxBodyBytes
    if (request.rawBody.length > limit) throw new AppError('payload_too_large', { field: 'body' })
    return { ok: true, value: readBody(request) }
  } catch (error) {
    return { ok: false, error }
  }
}

/** The body as JSON. Clients that name no type at all are taken to mean it. */
function readBody({ method, headers, rawBody }: RouteRequest<never, never, never>): unknown {
  if (rawBody.length === 0 || method === 'GET' || method === 'HEAD') return undefined
  const type = (textOf(headers['content-type']) ?? '').split(';', 1)[0]?.trim().toLowerCase() ?? ''
  if (type !== '' && type !== scimMediaType && type !== 'application/json')
    throw new ScimRefusal(undefined, `Send the body as ${scimMediaType}.`, 415)
  const body = parseJsonBody(rawBody)
  if (rawBody.includes('\\u')) refuseUnstorableText(body, 'body')
  return body
}

function textOf(header: string | readonly string[] | undefined): string | undefined {
  return typeof header === 'string' ? header : header?.join(', ')
}

function render({ status, body, headers }: ScimReply): RouteReply {
  return {
    status,
    ...(headers === undefined ? {} : { headers }),
    ...(body === undefined ? {} : { text: { contentType: scimMediaType, content: JSON.stringify(body) } }),
  }
}

/** Administrators are the users who have their address. */
async function ownPath({ userSearch }: ScimUserOptions, { caller }: ScimRequest): Promise<string | undefined> {
  const { actor } = caller
  if (actor.kind !== 'administrator') return undefined
  const where = { field: 'email', as: 'folded', operator: 'eq', value: actor.name } as const
  const [user] = await userSearch.list(actor, { where, limit: 1 })
  return user === undefined ? undefined : `/Users/${user.id}`
}
