import {
  IntegrationCreate,
  type IntegrationFigures,
  IntegrationRow,
  type IntegrationToken,
  IntegrationTokenCreate,
  IntegrationTokenCreated,
  IntegrationUpdate,
} from '@lockstep/contract/hub/integration'
import { IdParams, IdText } from '@lockstep/contract/hub/page'
import type { Clock } from '@lockstep/kernel/clock'
import Type from 'typebox'
import type { IntegrationService, IntegrationWithTokens } from '../../directory/integrations/integration.service.ts'
import { defineRoute, type Route } from '../../platform/http/route.ts'
import type { FiguresService } from '../../processes/integrations/figures.service.ts'
import { originOf } from './change-origin.ts'

export interface IntegrationRouteOptions {
  readonly integrations: IntegrationService
  readonly provisioning: {
    checkSettings(settings: Pick<IntegrationUpdate, 'mapping' | 'readOnlyFields'>): Promise<void>
  }
  readonly figures: FiguresService
  readonly clock: Clock
}

const path = '/hub/v1/scim-integrations'
const TokenParams = Type.Object({ id: IdText, tokenId: IdText })

/** Clients that provision users and groups, and their tokens. */
export function integrationRoutes(options: IntegrationRouteOptions): readonly Route[] {
  return [...readingRoutes(options), ...writingRoutes(options), ...tokenRoutes(options)]
}

function readingRoutes({ integrations, figures, clock }: IntegrationRouteOptions): readonly Route[] {
  const access = { scheme: 'administrator', permission: 'integrations.read' } as const
  return [
    defineRoute({
      method: 'GET',
      path,
      summary: 'List the SCIM integrations with their tokens',
      access,
      reply: { status: 200, schema: Type.Object({ items: Type.Array(IntegrationRow) }) },
      async handle({ actor }) {
        const all = await integrations.list(actor)
        const known = await figures.of(all.map(({ id }) => id))
        return { body: { items: all.map((one) => renderIntegration(one, clock.now(), known.get(one.id))) } }
      },
    }),
    defineRoute({
      method: 'GET',
      path: `${path}/:id`,
      summary: 'Read a SCIM integration',
      access,
      params: IdParams,
      reply: { status: 200, schema: IntegrationRow },
      async handle({ actor, params }) {
        const one = await integrations.get(actor, params.id)
        return { body: renderIntegration(one, clock.now(), (await figures.of([one.id])).get(one.id)) }
      },
    }),
  ]
}

function writingRoutes({ integrations, provisioning, clock }: IntegrationRouteOptions): readonly Route[] {
  const access = { scheme: 'administrator', permission: 'integrations.write' } as const
  return [
    defineRoute({
      method: 'POST',
      path,
      summary: 'Make a SCIM integration',
      access,
      body: IntegrationCreate,
      reply: { status: 201, schema: IntegrationRow },
      async handle(request) {
        await provisioning.checkSettings(request.body)
        const made = await integrations.create(originOf(request), request.body)
        return { status: 201, body: renderIntegration(made, clock.now()) }
      },
    }),
    defineRoute({
      method: 'PATCH',
      path: `${path}/:id`,
      summary: 'Change a SCIM integration; also the built-in one, which serves the API keys of administrators',
      access,
      params: IdParams,
      body: IntegrationUpdate,
      reply: { status: 200, schema: IntegrationRow },
      async handle(request) {
        await provisioning.checkSettings(request.body)
        const changed = await integrations.change(originOf(request), request.params.id, request.body)
        return { body: renderIntegration(changed, clock.now()) }
      },
    }),
    defineRoute({
      method: 'DELETE',
      path: `${path}/:id`,
      summary: 'Delete a SCIM integration; its tokens are refused from then on, and what it made stays',
      access,
      params: IdParams,
      reply: { status: 204 },
      async handle(request) {
        await integrations.remove(originOf(request), request.params.id)
        return { status: 204 }
      },
    }),
  ]
}

function tokenRoutes({ integrations, clock }: IntegrationRouteOptions): readonly Route[] {
  const access = { scheme: 'administrator', permission: 'integrations.write' } as const
  return [
    defineRoute({
      method: 'POST',
      path: `${path}/:id/tokens`,
      summary: 'Make a further token; it is shown this once, and those before it keep working until they are revoked',
      access,
      params: IdParams,
      body: IntegrationTokenCreate,
      reply: { status: 201, schema: IntegrationTokenCreated },
      async handle(request) {
        const made = await integrations.addToken(originOf(request), request.params.id, request.body)
        return { status: 201, body: { token: renderToken(made.token, clock.now()), secret: made.secret } }
      },
    }),
    defineRoute({
      method: 'DELETE',
      path: `${path}/:id/tokens/:tokenId`,
      summary: 'Revoke a token',
      access,
      params: TokenParams,
      reply: { status: 204 },
      async handle(request) {
        const { id, tokenId } = request.params
        await integrations.removeToken(originOf(request), id, tokenId)
        return { status: 204 }
      },
    }),
  ]
}

function renderIntegration(
  { created, updated, tokens, ...rest }: IntegrationWithTokens,
  now: Date,
  figures?: IntegrationFigures,
): IntegrationRow {
  return {
    ...rest,
    mapping: rest.mapping === null ? null : [...rest.mapping],
    readOnlyFields: [...rest.readOnlyFields],
    takeoverBy: [...rest.takeoverBy],
    created: created.toISOString(),
    updated: updated.toISOString(),
    tokens: tokens.map((token) => renderToken(token, now)),
    ...(figures === undefined ? {} : { figures }),
  }
}

function renderToken(token: IntegrationWithTokens['tokens'][number], now: Date): IntegrationToken {
  const { id, prefix, created, expires, lastUsed } = token
  return {
    id,
    prefix,
    created: created.toISOString(),
    ...(expires === null ? {} : { expires: expires.toISOString() }),
    expired: expires !== null && now >= expires,
    ...(lastUsed === null ? {} : { lastUsed: lastUsed.toISOString() }),
  }
}
