import { AppError } from '@lockstep/contract/app-error'
import type { Clock } from '@lockstep/kernel/clock'
import Type, { type Static } from 'typebox'
import { builtInRoles } from '../../directory/access/role.rules.ts'
import type { CredentialInput, ServiceAccountService } from '../../directory/access/service-account.service.ts'
import { defineRoute, type Route } from '../../platform/http/route.ts'
import { originOf } from './change-origin.ts'
import { parameterTexts, type QueryParameters } from './filter.ts'
import { ListParameters } from './list-query.ts'
import { requireObjectId } from './object-id.ts'
import { renderAuthConfig, renderServiceAccount } from './render-service-account.ts'
import { selectRows } from './row-list.ts'

export interface ServiceAccountRouteOptions {
  readonly serviceAccounts: ServiceAccountService
  readonly organizationId: string
  readonly clock: Clock
}

const Lifetime = Type.Object({ lifetime: Type.String({ examples: ['30 Days', '90 Days'] }) })
const AuthConfig = Type.Object({
  authType: Type.String({ examples: ['API_KEY', 'CLIENT_SECRET'] }),
  apiKeyConfig: Type.Optional(Type.Union([Lifetime, Type.Null()])),
  clientSecretConfig: Type.Optional(Type.Union([Lifetime, Type.Null()])),
})
const AccountBody = Type.Object({
  name: Type.String(),
  roleId: Type.String({ examples: [builtInRoles[4]?.id ?? ''] }),
  roleName: Type.Optional(Type.Union([Type.String(), Type.Null()])),
  authConfig: AuthConfig,
})
const SearchParameters = Type.Object(
  {
    ...ListParameters.properties,
    'search.fields': Type.Optional(Type.Union([Type.Literal('name'), Type.Array(Type.Literal('name'))])),
    'search.searchTerm': Type.Optional(Type.String()),
  },
  { additionalProperties: ListParameters.properties.limit },
)
const AccountPath = Type.Object({ service_account_id: Type.String() })
const ConfigPath = Type.Object({ service_account_id: Type.String(), auth_config_id: Type.String() })
const reading = { scheme: 'administrator', permission: 'service_accounts.read' } as const
const writing = { scheme: 'administrator', permission: 'service_accounts.write' } as const
const listFields = ['objectId', 'name', 'expiresAt', 'createdAt', 'roleId', 'roleName', 'status', 'authType']
const path = '/api/v2/service-accounts'

/** Service accounts of v2, with API keys and OAuth client secrets. */
export function serviceAccountRoutes(options: ServiceAccountRouteOptions): readonly Route[] {
  return [...readingRoutes(options), ...writingRoutes(options), ...configRoutes(options)]
}

function readingRoutes({ serviceAccounts, organizationId, clock }: ServiceAccountRouteOptions): readonly Route[] {
  return [
    defineRoute({
      method: 'GET',
      path,
      summary: 'List service accounts, without their credentials',
      access: reading,
      query: SearchParameters,
      async handle({ actor, query }) {
        const now = clock.now()
        const wanted = searchTerm(query)
        const rows = (await serviceAccounts.list(actor))
          .filter(({ name }) => name.toLowerCase().includes(wanted))
          .map((account) => ({ ...renderServiceAccount(account, { organizationId, now }), authConfigList: undefined }))
        const { page, total } = selectRows(rows, query, { fields: listFields, version: 'v2' })
        return { body: { totalCount: total, results: page }, headers: { 'x-total-count': String(total) } }
      },
    }),
    defineRoute({
      method: 'GET',
      path: `${path}/:service_account_id`,
      summary: 'Read a service account',
      access: reading,
      params: AccountPath,
      async handle({ actor, params }) {
        const account = await serviceAccounts.get(actor, idOf(params))
        return { body: renderServiceAccount(account, { organizationId, now: clock.now() }) }
      },
    }),
  ]
}

function writingRoutes({ serviceAccounts, organizationId, clock }: ServiceAccountRouteOptions): readonly Route[] {
  return [
    defineRoute({
      method: 'POST',
      path,
      summary: 'Make a service account with a key or a client secret, which is shown this once',
      access: writing,
      body: AccountBody,
      reply: { status: 201 },
      async handle(request) {
        const { name, roleId, authConfig } = request.body
        const { account, secret } = await serviceAccounts.create(originOf(request), {
          name,
          customRoleId: requireObjectId(roleId, 'roleId'),
          credential: credentialOf(authConfig),
        })
        const [credential] = account.credentials
        const shown = renderServiceAccount(account, { organizationId, now: clock.now() })
        const made = credential === undefined ? [] : [renderAuthConfig(credential, clock.now(), secret)]
        return { status: 201, body: { serviceAccount: { ...shown, authConfigList: made } } }
      },
    }),
    defineRoute({
      method: 'DELETE',
      path: `${path}/:service_account_id`,
      summary: 'Delete a service account; its keys and tokens are refused from then on',
      access: writing,
      params: AccountPath,
      async handle(request) {
        await serviceAccounts.remove(originOf(request), idOf(request.params))
        return { body: {} }
      },
    }),
  ]
}

function configRoutes({ serviceAccounts, clock }: ServiceAccountRouteOptions): readonly Route[] {
  return [
    defineRoute({
      method: 'POST',
      path: `${path}/:service_account_id/auth-config`,
      summary: 'Make a key or a client secret, which is shown this once',
      access: writing,
      params: AccountPath,
      body: Type.Object({ authConfig: AuthConfig }),
      reply: { status: 201 },
      async handle(request) {
        const input = credentialOf(request.body.authConfig)
        const { credential, secret } = await serviceAccounts.addCredential(
          originOf(request),
          idOf(request.params),
          input,
        )
        return { status: 201, body: { authConfig: renderAuthConfig(credential, clock.now(), secret) } }
      },
    }),
    defineRoute({
      method: 'DELETE',
      path: `${path}/:service_account_id/auth-config/:auth_config_id`,
      summary: 'Revoke a key, or a client secret with its tokens',
      access: writing,
      params: ConfigPath,
      async handle(request) {
        const id = requireObjectId(request.params.auth_config_id, 'auth_config_id')
        await serviceAccounts.removeCredential(originOf(request), idOf(request.params), id)
        return { body: {} }
      },
    }),
  ]
}

function idOf({ service_account_id: id }: Static<typeof AccountPath>): string {
  return requireObjectId(id, 'service_account_id')
}

/** JumpCloud searches names only. */
function searchTerm(query: QueryParameters): string {
  return (parameterTexts(query['search.searchTerm'])[0] ?? '').trim().toLowerCase()
}

const kinds = { API_KEY: 'api_key', CLIENT_SECRET: 'client_secret' } as const
const lifetimeForm = /^(30|60|90|365) Days$/i

function credentialOf({ authType, apiKeyConfig, clientSecretConfig }: Static<typeof AuthConfig>): CredentialInput {
  if (authType !== 'API_KEY' && authType !== 'CLIENT_SECRET')
    throw refuse('authConfig.authType', 'must be API_KEY or CLIENT_SECRET.')
  const [field, parameters] =
    authType === 'API_KEY'
      ? (['apiKeyConfig', apiKeyConfig] as const)
      : (['clientSecretConfig', clientSecretConfig] as const)
  const days = lifetimeForm.exec(parameters?.lifetime?.trim() ?? '')?.[1]
  if (days === undefined)
    throw refuse(`authConfig.${field}.lifetime`, 'must be "30 Days", "60 Days", "90 Days" or "365 Days".')
  return { kind: kinds[authType], lifetimeDays: Number(days) }
}

function refuse(field: string, detail: string): AppError {
  return new AppError('invalid_request', { field, detail: `${field}: ${detail}` })
}
