import { IdParams, IdText } from '@lockstep/contract/hub/page'
import {
  ServiceAccountCreate,
  ServiceAccountRow,
  ServiceAccountUpdate,
  type ServiceCredential,
  ServiceCredentialCreate,
  ServiceCredentialCreated,
} from '@lockstep/contract/hub/service-account'
import type { Clock } from '@lockstep/kernel/clock'
import Type from 'typebox'
import { roleId, roleName } from '../../directory/access/role.rules.ts'
import type { ServiceAccount, ServiceAccountService } from '../../directory/access/service-account.service.ts'
import { defineRoute, type Route } from '../../platform/http/route.ts'
import { originOf } from './request-origin.ts'

export interface ServiceAccountRouteOptions {
  readonly serviceAccounts: ServiceAccountService
  readonly clock: Clock
}

const CredentialParams = Type.Object({ id: IdText, credentialId: IdText })
const defaultLifetimeDays = 90

/** Accounts of programs, their keys and client secrets. */
export function serviceAccountRoutes(options: ServiceAccountRouteOptions): readonly Route[] {
  return [...accountRoutes(options), ...disablingRoutes(options), ...credentialRoutes(options)]
}

function accountRoutes({ serviceAccounts, clock }: ServiceAccountRouteOptions): readonly Route[] {
  const reading = { scheme: 'administrator', permission: 'service_accounts.read' } as const
  const writing = { scheme: 'administrator', permission: 'service_accounts.write' } as const
  const path = '/hub/v1/service-accounts'
  const shown = (account: ServiceAccount): ServiceAccountRow => renderAccount(account, clock.now())
  return [
    defineRoute({
      method: 'GET',
      path,
      summary: 'List the service accounts with their credentials',
      access: reading,
      reply: { status: 200, schema: Type.Object({ items: Type.Array(ServiceAccountRow) }) },
      handle: async ({ actor }) => ({ body: { items: (await serviceAccounts.list(actor)).map(shown) } }),
    }),
    defineRoute({
      method: 'POST',
      path,
      summary: 'Make a service account',
      access: writing,
      body: ServiceAccountCreate,
      reply: { status: 201, schema: ServiceAccountRow },
      async handle(request) {
        const { name, roleId: customRoleId } = request.body
        const { account } = await serviceAccounts.create(originOf(request), { name, customRoleId })
        return { status: 201, body: shown(account) }
      },
    }),
    defineRoute({
      method: 'PATCH',
      path: `${path}/:id`,
      summary: 'Rename a service account or give it another role',
      access: writing,
      params: IdParams,
      body: ServiceAccountUpdate,
      reply: { status: 200, schema: ServiceAccountRow },
      async handle(request) {
        const { name, roleId: customRoleId } = request.body
        const change = { name, customRoleId }
        return { body: shown(await serviceAccounts.change(originOf(request), request.params.id, change)) }
      },
    }),
    defineRoute({
      method: 'DELETE',
      path: `${path}/:id`,
      summary: 'Delete a service account; its keys and tokens are refused from then on',
      access: writing,
      params: IdParams,
      reply: { status: 204 },
      async handle(request) {
        await serviceAccounts.remove(originOf(request), request.params.id)
        return { status: 204 }
      },
    }),
  ]
}

function disablingRoutes({ serviceAccounts, clock }: ServiceAccountRouteOptions): readonly Route[] {
  const summaries = {
    disable: 'Disable a service account: its keys and tokens are refused from then on',
    enable: 'Enable a service account: its keys work again',
  } as const
  return (['disable', 'enable'] as const).map((verb) =>
    defineRoute({
      method: 'POST',
      path: `/hub/v1/service-accounts/:id/${verb}`,
      summary: summaries[verb],
      access: { scheme: 'administrator', permission: 'service_accounts.write' },
      params: IdParams,
      reply: { status: 200, schema: ServiceAccountRow },
      async handle(request) {
        const account = await serviceAccounts[verb](originOf(request), request.params.id)
        return { body: renderAccount(account, clock.now()) }
      },
    }),
  )
}

function credentialRoutes({ serviceAccounts, clock }: ServiceAccountRouteOptions): readonly Route[] {
  const access = { scheme: 'administrator', permission: 'service_accounts.write' } as const
  return [
    defineRoute({
      method: 'POST',
      path: '/hub/v1/service-accounts/:id/credentials',
      summary: 'Make an API key or a client secret; it is shown this once',
      access,
      params: IdParams,
      body: ServiceCredentialCreate,
      reply: { status: 201, schema: ServiceCredentialCreated },
      async handle(request) {
        const { kind, lifetimeDays = defaultLifetimeDays } = request.body
        const input = { kind, lifetimeDays }
        const made = await serviceAccounts.addCredential(originOf(request), request.params.id, input)
        return {
          status: 201,
          body: { credential: renderCredential(made.credential, clock.now()), secret: made.secret },
        }
      },
    }),
    defineRoute({
      method: 'DELETE',
      path: '/hub/v1/service-accounts/:id/credentials/:credentialId',
      summary: 'Revoke a key, or a client secret with the tokens that were given for it',
      access,
      params: CredentialParams,
      reply: { status: 204 },
      async handle(request) {
        const { id, credentialId } = request.params
        await serviceAccounts.removeCredential(originOf(request), id, credentialId)
        return { status: 204 }
      },
    }),
  ]
}

function renderAccount(account: ServiceAccount, now: Date): ServiceAccountRow {
  return {
    id: account.id,
    name: account.name,
    roleId: roleId(account),
    roleName: roleName(account),
    created: account.created.toISOString(),
    ...(account.disabled === null ? {} : { disabled: account.disabled.toISOString() }),
    credentials: account.credentials.map((credential) => renderCredential(credential, now)),
  }
}

function renderCredential(row: ServiceAccount['credentials'][number], now: Date): ServiceCredential {
  const { id, kind, clientId, prefix, lifetimeDays, created, createdByName, expires, lastUsed } = row
  return {
    id,
    kind,
    ...(clientId === null ? {} : { clientId }),
    prefix,
    lifetimeDays,
    created: created.toISOString(),
    createdBy: createdByName,
    expires: expires.toISOString(),
    expired: now >= expires,
    ...(lastUsed === null ? {} : { lastUsed: lastUsed.toISOString() }),
  }
}
