import type {
  IntegrationCreate,
  IntegrationRequest,
  IntegrationRequestDetail,
  IntegrationRequestQuery,
  IntegrationRow,
  IntegrationTokenCreate,
  IntegrationTokenCreated,
  IntegrationUpdate,
  MappingTried,
  MappingTry,
  MappingVocabulary,
  ProvisioningAnswer,
} from '@lockstep/contract/hub/integration'
import type {
  CustomSchemaCounts,
  CustomSchemaCreate,
  CustomSchemaRow,
  CustomSchemaUpdate,
  CustomTypeCreate,
  CustomTypeRow,
  CustomTypeUpdate,
} from '@lockstep/contract/hub/custom-schema'
import type { Page } from '@lockstep/contract/hub/page'
import { at, type Items, type Signal } from './hub-path.ts'
import type { HubRequest } from './hub-request.ts'

/** Calls about the clients that provision through SCIM. */
export function integrationCalls(request: HubRequest) {
  const path = (id: string, ...parts: readonly string[]): string =>
    [at('scim-integrations', id), ...parts.map((part) => encodeURIComponent(part))].join('/')
  return {
    list: (signal?: Signal) => request<Items<IntegrationRow>>('GET', at('scim-integrations'), { signal }),
    get: (id: string, signal?: Signal) => request<IntegrationRow>('GET', path(id), { signal }),
    create: (body: IntegrationCreate) => request<IntegrationRow>('POST', at('scim-integrations'), { body }),
    update: (id: string, body: IntegrationUpdate) => request<IntegrationRow>('PATCH', path(id), { body }),
    remove: (id: string) => request<void>('DELETE', path(id)),
    addToken: (id: string, body: IntegrationTokenCreate) =>
      request<IntegrationTokenCreated>('POST', path(id, 'tokens'), { body }),
    removeToken: (id: string, tokenId: string) => request<void>('DELETE', path(id, 'tokens', tokenId)),
    requests: (id: string, query?: IntegrationRequestQuery, signal?: Signal) =>
      request<Page<IntegrationRequest>>('GET', path(id, 'requests'), { query, signal }),
    request: (id: string, requestId: string, signal?: Signal) =>
      request<IntegrationRequestDetail>('GET', path(id, 'requests', requestId), { signal }),
    replay: (id: string, requestId: string) =>
      request<IntegrationRequestDetail>('POST', path(id, 'requests', requestId, 'replay')),
    explain: (id: string, user: string, signal?: Signal) =>
      request<ProvisioningAnswer>('GET', path(id, 'explanation'), { query: { user }, signal }),
    vocabulary: (signal?: Signal) => request<MappingVocabulary>('GET', at('scim-attributes'), { signal }),
    schemas: (signal?: Signal) => request<Items<CustomSchemaRow>>('GET', at('scim-schemas'), { signal }),
    declareSchema: (body: CustomSchemaCreate) => request<CustomSchemaRow>('POST', at('scim-schemas'), { body }),
    changeSchema: (key: string, body: CustomSchemaUpdate) =>
      request<CustomSchemaRow>('PUT', at('scim-schemas', key), { body }),
    valueCounts: (key: string, signal?: Signal) =>
      request<CustomSchemaCounts>('GET', `${at('scim-schemas', key)}/value-counts`, { signal }),
    removeSchema: (key: string, discardValues?: number) =>
      request<void>('DELETE', at('scim-schemas', key), { query: { discardValues } }),
    resourceTypes: (signal?: Signal) => request<Items<CustomTypeRow>>('GET', at('scim-resource-types'), { signal }),
    declareType: (body: CustomTypeCreate) => request<CustomTypeRow>('POST', at('scim-resource-types'), { body }),
    changeType: (key: string, body: CustomTypeUpdate) =>
      request<CustomTypeRow>('PATCH', at('scim-resource-types', key), { body }),
    removeType: (key: string, discardResources?: number) =>
      request<void>('DELETE', at('scim-resource-types', key), { query: { discardResources } }),
    tryMapping: (id: string, body: MappingTry) => request<MappingTried>('POST', path(id, 'mapping-trial'), { body }),
  }
}
