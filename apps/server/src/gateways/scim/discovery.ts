// What a client can find out about the endpoint (RFC 7644, section 4).
import { sha256 } from '@lockstep/kernel/digest'
import type { Json, JsonObject } from '@lockstep/kernel/json'
import { bulkLimits } from './bulk-limits.ts'
import { cursorTimeoutSeconds } from './cursor.ts'
import { pageSizes } from './list-request.ts'
import { listReply } from './resource-requests.ts'
import type { Attribute, ResourceType, Schema } from './schema.ts'
import { type Caller, entityTag, isKnown, type ScimReply, type ScimRequest } from './scim-request.ts'
import { quoted, ScimRefusal } from './scim-refusal.ts'

const coreUrn = 'urn:ietf:params:scim:schemas:core:2.0'

/** Answers a request for `ServiceProviderConfig`, `ResourceTypes` or `Schemas`; undefined for other paths. */
export function readDiscovery(types: readonly ResourceType[], request: ScimRequest): ScimReply | undefined {
  const [kind = '', ...rest] = request.path.split('/').filter(Boolean)
  const id = rest.length === 0 ? undefined : rest.join('/')
  const documents = documentsOf(types, kind.toLowerCase(), request.caller)
  if (documents === undefined) return undefined
  if (Object.keys(request.query).some((name) => name.toLowerCase() === 'filter'))
    throw new ScimRefusal(undefined, 'What the endpoint tells about itself cannot be filtered.', 403)
  if (!Array.isArray(documents)) {
    if (id !== undefined) throw missing(id)
    return known(request, { status: 200, body: documents as JsonObject })
  }
  const list = documents as readonly JsonObject[]
  if (id === undefined)
    return known(
      request,
      listReply({ totalResults: list.length, startIndex: 1, itemsPerPage: list.length, Resources: list }),
    )
  const found = list.find((one) => typeof one['id'] === 'string' && one['id'].toLowerCase() === id.toLowerCase())
  if (found === undefined) throw missing(id)
  return known(request, { status: 200, body: found })
}

function missing(id: string): ScimRefusal {
  return new ScimRefusal(undefined, `There is no ${quoted(id)}.`, 404)
}

/** With a tag, so that clients need not read again what does not change. */
function known(request: ScimRequest, reply: ScimReply): ScimReply {
  const version = sha256(JSON.stringify(reply.body)).toString('hex').slice(0, 16)
  const headers = { etag: entityTag(version), 'cache-control': 'private, max-age=60' }
  return isKnown(request, version) ? { status: 304, headers } : { ...reply, headers }
}

function documentsOf(
  types: readonly ResourceType[],
  kind: string,
  { baseUrl }: Caller,
): JsonObject | readonly JsonObject[] | undefined {
  if (kind === 'serviceproviderconfig') return serviceProviderConfig(baseUrl)
  if (kind === 'resourcetypes') return types.map((type) => resourceType(type, baseUrl))
  if (kind !== 'schemas') return undefined
  const schemas = types.flatMap(({ schema, extensions }) => [schema, ...extensions.map((one) => one.schema)])
  // One that several types share stands there once.
  return [...new Map(schemas.map((schema) => [schema.id, schema])).values()].map((schema) =>
    schemaDocument(schema, baseUrl),
  )
}

function serviceProviderConfig(baseUrl: string): JsonObject {
  return {
    schemas: [`${coreUrn}:ServiceProviderConfig`],
    patch: { supported: true },
    bulk: { supported: true, ...bulkLimits },
    filter: { supported: true, maxResults: pageSizes.most },
    changePassword: { supported: true },
    sort: { supported: true },
    etag: { supported: true },
    pagination: {
      cursor: true,
      index: true,
      defaultPaginationMethod: 'index',
      defaultPageSize: pageSizes.usual,
      maxPageSize: pageSizes.most,
      cursorTimeout: cursorTimeoutSeconds,
    },
    authenticationSchemes: [
      {
        type: 'oauthbearertoken',
        name: 'Bearer token',
        description: 'A token of an integration, or the API key of an administrator, in the Authorization header.',
        specUri: 'https://www.rfc-editor.org/info/rfc6750',
        primary: true,
      },
    ],
    meta: { resourceType: 'ServiceProviderConfig', location: `${baseUrl}/ServiceProviderConfig` },
  }
}

function resourceType({ name, description, endpoint, schema, extensions }: ResourceType, baseUrl: string): JsonObject {
  return {
    schemas: [`${coreUrn}:ResourceType`],
    id: name,
    name,
    description,
    endpoint: `/${endpoint}`,
    schema: schema.id,
    schemaExtensions: extensions.map((one) => ({ schema: one.schema.id, required: one.required })),
    meta: { resourceType: 'ResourceType', location: `${baseUrl}/ResourceTypes/${name}` },
  }
}

function schemaDocument({ id, name, description, attributes }: Schema, baseUrl: string): JsonObject {
  return {
    schemas: [`${coreUrn}:Schema`],
    id,
    name,
    description,
    attributes: attributes.map(attributeDocument),
    meta: { resourceType: 'Schema', location: `${baseUrl}/Schemas/${id}` },
  }
}

function attributeDocument(attribute: Attribute): JsonObject {
  const { subAttributes, canonicalValues, referenceTypes, maxLength: _own, ...facts } = attribute
  const lists: Record<string, Json> = {}
  if (canonicalValues !== undefined) lists['canonicalValues'] = canonicalValues
  if (referenceTypes !== undefined) lists['referenceTypes'] = referenceTypes
  if (subAttributes !== undefined) lists['subAttributes'] = subAttributes.map(attributeDocument)
  return { ...facts, ...lists }
}
