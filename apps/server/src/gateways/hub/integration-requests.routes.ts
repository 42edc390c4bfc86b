import {
  IntegrationHour,
  IntegrationRequest,
  IntegrationRequestDetail,
  IntegrationRequestQuery,
  MappingTried,
  MappingTry,
  MappingVocabulary,
  ProvisioningAnswer,
  ProvisioningQuery,
} from '@lockstep/contract/hub/integration'
import { IdParams, IdText, pageOf } from '@lockstep/contract/hub/page'
import Type from 'typebox'
import type { RequestLog } from '../../directory/integrations/request-log.service.ts'
import type { ChangeOrigin } from '../../directory/journal/journal.rules.ts'
import { defineRoute, type Route } from '../../platform/http/route.ts'
import type { ExplanationService } from '../../processes/integrations/explanation.service.ts'
import { originOf } from './change-origin.ts'
import { servicePage, servicePageQuery } from './service-page.ts'

export interface IntegrationRequestRouteOptions {
  readonly requestLog: Pick<RequestLog, 'list' | 'get' | 'hours'>
  readonly explanations: ExplanationService
  readonly provisioning: {
    vocabulary(): Promise<MappingVocabulary>
    tryMapping(actor: ChangeOrigin['actor'], id: string, trial: MappingTry): Promise<MappingTried>
    replay(origin: ChangeOrigin, id: string, requestId: string): Promise<string>
  }
}

const path = '/hub/v1/scim-integrations/:id'
const RequestParams = Type.Object({ id: IdText, requestId: IdText })
const reading = { scheme: 'administrator', permission: 'integrations.read' } as const

/** What integrations asked for, why somebody is not there, and how attributes become fields. */
export function integrationRequestRoutes(options: IntegrationRequestRouteOptions): readonly Route[] {
  return [...logRoutes(options), ...replayRoutes(options), ...mappingRoutes(options)]
}

function logRoutes({ requestLog, explanations }: IntegrationRequestRouteOptions): readonly Route[] {
  return [
    defineRoute({
      method: 'GET',
      path: `${path}/requests`,
      summary:
        'List what a SCIM integration asked for in the last 30 days, newest first; reads are counted and sampled',
      access: reading,
      params: IdParams,
      query: IntegrationRequestQuery,
      reply: { status: 200, schema: pageOf(IntegrationRequest) },
      handle: async ({ actor, params, query }) => ({
        body: servicePage(await requestLog.list(actor, params.id, servicePageQuery(query))),
      }),
    }),
    defineRoute({
      method: 'GET',
      path: `${path}/requests/:requestId`,
      summary: 'Read a request of a SCIM integration with its bodies, in which secrets are replaced',
      access: reading,
      params: RequestParams,
      reply: { status: 200, schema: IntegrationRequestDetail },
      handle: async ({ actor, params }) => ({ body: await requestLog.get(actor, params.id, params.requestId) }),
    }),
    defineRoute({
      method: 'GET',
      path: `${path}/request-counts`,
      summary: 'Count the requests of a SCIM integration by the hour, newest first',
      access: reading,
      params: IdParams,
      reply: { status: 200, schema: Type.Object({ items: Type.Array(IntegrationHour) }) },
      handle: async ({ actor, params }) => ({ body: { items: [...(await requestLog.hours(actor, params.id))] } }),
    }),
    defineRoute({
      method: 'GET',
      path: `${path}/explanation`,
      summary: 'Say why somebody was or was not provisioned: by a user name, an e-mail address or an outside id',
      access: reading,
      params: IdParams,
      query: ProvisioningQuery,
      reply: { status: 200, schema: ProvisioningAnswer },
      handle: async ({ actor, params, query }) => ({ body: await explanations.explain(actor, params.id, query.user) }),
    }),
  ]
}

function replayRoutes({ requestLog, provisioning }: IntegrationRequestRouteOptions): readonly Route[] {
  return [
    defineRoute({
      method: 'POST',
      path: `${path}/requests/:requestId/replay`,
      summary: 'Send a failed write again, as the integration and without passwords; answers its new row',
      access: { scheme: 'administrator', permission: 'integrations.write' },
      params: RequestParams,
      reply: { status: 201, schema: IntegrationRequestDetail },
      async handle(request) {
        const { id, requestId } = request.params
        const rowId = await provisioning.replay(originOf(request), id, requestId)
        return { status: 201, body: await requestLog.get(request.actor, id, rowId) }
      },
    }),
  ]
}

function mappingRoutes({ provisioning }: IntegrationRequestRouteOptions): readonly Route[] {
  return [
    defineRoute({
      method: 'GET',
      path: '/hub/v1/scim-attributes',
      summary:
        'List what the tables of SCIM integrations are made of: attributes, fields, transforms, and the usual table',
      access: reading,
      reply: { status: 200, schema: MappingVocabulary },
      handle: async () => ({ body: await provisioning.vocabulary() }),
    }),
    defineRoute({
      method: 'POST',
      path: `${path}/mapping-trial`,
      summary:
        'Say what would become of a user that a client sends, by the integration’s table or another; nothing is stored',
      access: reading,
      params: IdParams,
      body: MappingTry,
      reply: { status: 200, schema: MappingTried },
      handle: async ({ actor, params, body }) => ({ body: await provisioning.tryMapping(actor, params.id, body) }),
    }),
  ]
}
