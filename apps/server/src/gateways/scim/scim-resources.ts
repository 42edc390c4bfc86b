// Resources of declared types as resources of this protocol.
import type { CustomResourceService, TypeOfResource } from '../../directory/custom-schemas/custom-resource.service.ts'
import type { JsonObject } from '@lockstep/kernel/json'
import type { AttributeColumns } from './filter-condition.ts'
import { type Owners, requireOwn } from './ownership.ts'
import type { ResourceStore, Stored } from './resource-store.ts'
import type { ResourceType } from './schema.ts'
import type { Caller } from './scim-request.ts'

export interface ScimResourceOptions {
  readonly customResources: CustomResourceService
  readonly integrations: Owners
}

type Resource = Awaited<ReturnType<CustomResourceService['create']>>

interface StoredResource extends Stored {
  readonly row: Resource
}

export function createScimResources(
  { customResources, integrations }: ScimResourceOptions,
  type: ResourceType,
  declared: TypeOfResource,
): ResourceStore {
  const { key } = declared
  const requireOwner = (caller: Caller, { id, madeBy }: Resource): Promise<void> =>
    requireOwn(integrations, caller, { madeBy: madeBy ?? undefined, name: `${type.name} ${id}` })
  return {
    type,
    columns: ({ integration }) => columnsOf(integration.id),
    get: async (caller, id) => stored(caller, await customResources.get(caller.actor, key, id)),
    list: async (caller, listing) =>
      (await customResources.list(caller.actor, key, listing)).map((row) => stored(caller, row)),
    count: (caller, where) => customResources.count(caller.actor, key, where),
    computed: () => Promise.resolve(new Map()),
    async create(caller, { resource }) {
      const madeBy = caller.integration.id
      const input = { ...inputOf(caller, resource, undefined), madeBy }
      return stored(caller, await customResources.create(caller.origin, declared, input))
    },
    async change(caller, present, { resource }) {
      const { row } = present as StoredResource
      await requireOwner(caller, row)
      const input = inputOf(caller, resource, row)
      return stored(caller, await customResources.change(caller.origin, declared, { present: row, input }))
    },
    async remove(caller, present) {
      const { row } = present as StoredResource
      await requireOwner(caller, row)
      await customResources.remove(caller.origin, declared, row)
    },
  }
}

function stored({ integration }: Caller, row: Resource & { readonly sortValue?: string | null }): StoredResource {
  const externalId = row.externalIds[integration.id]
  return {
    id: row.id,
    resource: { ...row.content, ...(externalId === undefined ? {} : { externalId }) },
    created: row.created,
    lastModified: row.updated,
    version: String(row.revision),
    sortValue: row.sortValue ?? null,
    row,
  }
}

function inputOf(
  { integration }: Caller,
  resource: JsonObject,
  present: Resource | undefined,
): Pick<Resource, 'content' | 'externalIds'> {
  const { externalId, id: _id, meta: _meta, schemas: _schemas, ...content } = resource
  const { [integration.id]: _mine, ...others } = present?.externalIds ?? {}
  return { content, externalIds: typeof externalId === 'string' ? { ...others, [integration.id]: externalId } : others }
}

const columns: Readonly<Record<string, string>> = {
  id: 'id',
  'meta.created': 'created',
  'meta.lastModified': 'updated',
}

function columnsOf(integrationId: string): AttributeColumns {
  return {
    fieldOf({ urn, attribute, sub }) {
      if (urn === undefined && attribute.name === 'externalId') return ['externalId', integrationId]
      const path = [...(urn === undefined ? [] : [urn]), attribute.name, ...(sub === undefined ? [] : [sub.name])]
      const key = path.join('.')
      if (key === 'meta.location' || key === 'meta.version') return undefined
      return Object.hasOwn(columns, key) ? columns[key] : path
    },
  }
}
