// What declared attributes ask of every store: secrets are sealed before they are kept, values do not grow without limit, and who has a unique
// one is found by its index.
import { AppError } from '@lockstep/contract/app-error'
import { isJsonObject, type Json, type JsonObject } from '@lockstep/kernel/json'
import type { CustomSchemaService } from '../../directory/custom-schemas/custom-schema.service.ts'
import type { Found } from './attribute-path.ts'
import { withKeptMapping, withMappedValues } from './declared-mapping.ts'
import type { ResourceStore, Stored, Wanted } from './resource-store.ts'
import type { Schema } from './schema.ts'
import type { Caller } from './scim-request.ts'
import { quoted, ScimRefusal } from './scim-refusal.ts'
import { userType } from './user-schemas.ts'

/** All declared values of a resource together, as JSON. */
const maxBytes = 131_072

interface Guarding {
  readonly seal: CustomSchemaService['seal']
  /** The URNs that are declared. */
  readonly urns: ReadonlySet<string>
}

/** The store, with the rules of the declared schemas of its type. */
export function withDeclaredRules(store: ResourceStore, { seal, urns }: Guarding): ResourceStore {
  const { type } = store
  const all = [type.schema, ...type.extensions.map((one) => one.schema)]
  const schemas = all.filter(({ id }) => urns.has(id))
  if (schemas.length === 0) return store
  const ready = async ({ mapping }: Caller, wanted: Wanted, present?: Stored): Promise<Wanted> => {
    // Tables are of users alone, though groups may have the same schemas.
    const targets = type.name === userType.name ? mapping.declared : []
    const isReplaced = wanted.isWhole === true && present !== undefined
    const asked = isReplaced ? withKeptMapping(wanted.resource, present.resource, targets) : wanted.resource
    const mapped = withMappedValues(type, asked, present?.resource, targets)
    const resource = await sealed({ schemas, core: type.schema, seal }, mapped, present?.resource)
    requireSize(schemas, type.schema, resource)
    return { ...wanted, resource }
  }
  return {
    ...store,
    columns(caller) {
      const columns = store.columns(caller)
      return {
        ...columns,
        fieldOf(found) {
          const field = columns.fieldOf(found)
          return isUnique(found, type.schema, schemas) && typeof field === 'object' ? ['(unique)', ...field] : field
        },
      }
    },
    create: (caller, wanted) => worded(schemas, async () => store.create(caller, await ready(caller, wanted))),
    change: (caller, present, wanted) =>
      worded(schemas, async () => store.change(caller, present, await ready(caller, wanted, present))),
  }
}

function isUnique({ urn, attribute }: Found, core: Schema, schemas: readonly Schema[]): boolean {
  const schema = schemas.find(({ id }) => id === (urn ?? core.id))
  return attribute.uniqueness !== 'none' && schema?.attributes.includes(attribute) === true
}

/** The part of a resource that a schema describes. */
function valuesOf(resource: JsonObject, schema: Schema, core: Schema): JsonObject | undefined {
  const values = schema === core ? resource : resource[schema.id]
  return isJsonObject(values) ? values : undefined
}

interface Sealing extends Pick<Guarding, 'seal'> {
  readonly schemas: readonly Schema[]
  readonly core: Schema
}

/** The resource with its new secrets sealed; those that were there are so already. */
export async function sealed(
  { schemas, core, seal }: Sealing,
  resource: JsonObject,
  present: JsonObject | undefined,
): Promise<JsonObject> {
  const next: Record<string, Json> = { ...resource }
  for (const schema of schemas) {
    const values = valuesOf(next, schema, core)
    const was = present === undefined ? undefined : valuesOf(present, schema, core)
    for (const { name, returned } of schema.attributes) {
      const value = values?.[name]
      if (returned !== 'never' || typeof value !== 'string' || value === was?.[name]) continue
      const kept = await seal(schema.id, name, value)
      if (schema === core) next[name] = kept
      else next[schema.id] = { ...(next[schema.id] as JsonObject), [name]: kept }
    }
  }
  return next
}

/** Refuses more than is kept of one resource. */
export function requireSize(schemas: readonly Schema[], core: Schema, resource: JsonObject): void {
  const bytes = schemas.reduce(
    (sum, schema) => sum + Buffer.byteLength(JSON.stringify(valuesOf(resource, schema, core) ?? {})),
    0,
  )
  if (bytes > maxBytes)
    throw new ScimRefusal('invalidValue', `The values of declared attributes take at most ${maxBytes} bytes together.`)
}

/** A value that is taken, with the names of those that have to be unique. */
async function worded<T>(schemas: readonly Schema[], work: () => Promise<T>): Promise<T> {
  try {
    return await work()
  } catch (error) {
    if (!(error instanceof AppError && error.code === 'attribute_value_taken')) throw error
    const names = schemas.flatMap(({ attributes }) => attributes.filter(({ uniqueness }) => uniqueness !== 'none'))
    const told = names.map(({ name }) => quoted(name)).join(' or ')
    throw new AppError('attribute_value_taken', {
      detail: `The value of ${told} is taken already, and has to be unique.`,
      cause: error,
    })
  }
}
