// A resource as it goes out: schemas first, then what was set, what follows, and meta.
import { isJsonObject, type Json, type JsonObject } from '@lockstep/kernel/json'
import { project, type Projection } from './projection.ts'
import type { Stored } from './resource-store.ts'
import type { ResourceType } from './schema.ts'
import { entityTag } from './scim-request.ts'

interface Rendering {
  /** What follows from elsewhere. */
  readonly more: JsonObject
  readonly projection: Projection
  readonly baseUrl: string
}

export function renderResource(
  type: ResourceType,
  { id, resource, created, lastModified, version }: Stored,
  { more, projection, baseUrl }: Rendering,
): JsonObject {
  const { externalId, ...rest } = resource
  const whole: Record<string, Json> = {
    schemas: [],
    id,
    ...(externalId === undefined ? {} : { externalId }),
    ...rest,
    ...more,
    meta: {
      resourceType: type.name,
      created: created.toISOString(),
      lastModified: lastModified.toISOString(),
      location: `${baseUrl}/${type.endpoint}/${id}`,
      version: entityTag(version),
    },
  }
  const shown = project(type, whole, projection)
  shown['schemas'] = schemasOf(type, whole, shown)
  return shown
}

/** The core schema, and every extension of which there is anything that is shown unless it is asked for. */
function schemasOf(type: ResourceType, whole: JsonObject, shown: JsonObject): readonly string[] {
  const used = type.extensions.filter(({ schema }) => {
    const values = whole[schema.id]
    if (shown[schema.id] !== undefined) return true
    return (
      isJsonObject(values) &&
      schema.attributes.some(({ name, returned }) => returned !== 'request' && values[name] !== undefined)
    )
  })
  return [type.schema.id, ...used.map(({ schema }) => schema.id)]
}
