// Everything that can be asked for: users, groups, and resources of declared types, as they are declared at the moment.
import type { CustomSchemaService } from '../../directory/custom-schemas/custom-schema.service.ts'
import type { Declared } from '../../directory/custom-schemas/custom-schema.rules.ts'
import { toResourceType, withDeclared } from './declared-types.ts'
import { withDeclaredRules } from './declared-values.ts'
import { groupType } from './group-schemas.ts'
import type { ResourceStore } from './resource-store.ts'
import { createScimGroups, type ScimGroupOptions } from './scim-groups.ts'
import { createScimResources, type ScimResourceOptions } from './scim-resources.ts'
import { createScimUsers, type ScimUserOptions } from './scim-users.ts'
import { userType } from './user-schemas.ts'

export interface ResourceStoreOptions extends ScimUserOptions, ScimGroupOptions, ScimResourceOptions {
  readonly integrations: ScimUserOptions['integrations'] & ScimGroupOptions['integrations']
  readonly takeaways: ScimUserOptions['takeaways'] & ScimGroupOptions['takeaways']
  readonly customSchemas: Pick<CustomSchemaService, 'current' | 'seal'>
}

/** The stores by what is declared; made once for each state of it. */
export function createResourceStores(options: ResourceStoreOptions): (declared: Declared) => readonly ResourceStore[] {
  const made = new WeakMap<Declared, readonly ResourceStore[]>()
  return (declared) => {
    const known = made.get(declared) ?? storesOf(options, declared)
    made.set(declared, known)
    return known
  }
}

function storesOf(options: ResourceStoreOptions, declared: Declared): readonly ResourceStore[] {
  const own = declared.types.flatMap((type) => {
    const resourceType = toResourceType(type, declared)
    return resourceType === undefined ? [] : [createScimResources(options, resourceType, type)]
  })
  const stores = [
    createScimUsers(options, withDeclared(userType, declared)),
    createScimGroups(options, withDeclared(groupType, declared)),
    ...own,
  ]
  const urns = new Set(declared.schemas.map(({ id }) => id))
  return stores.map((store) => withDeclaredRules(store, { seal: options.customSchemas.seal, urns }))
}
