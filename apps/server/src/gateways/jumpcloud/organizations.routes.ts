import { AppError } from '@lockstep/contract/app-error'
import { parseId } from '@lockstep/kernel/ids'
import { isJsonObject, type JsonObject } from '@lockstep/kernel/json'
import Type from 'typebox'
import type { OrganizationState } from '../../directory/organization/organization.rules.ts'
import type { OrganizationService } from '../../directory/organization/organization.service.ts'
import { defineRoute, type Route } from '../../platform/http/route.ts'
import { originOf } from './change-origin.ts'
import { FieldsParameter, ListParameters, parseFields, project } from './list-query.ts'
import { IdPath } from './object-id.ts'
import { listRowsV1 } from './row-list.ts'

export interface OrganizationRouteOptions {
  readonly organization: Pick<OrganizationService, 'read' | 'change'>
  /** The id of the one organization that the hub serves. */
  readonly organizationId: string
}

const reading = { scheme: 'administrator', permission: 'settings.read' } as const
const filterFields = ['_id', 'id', 'displayName', 'created', 'logoUrl'] as const
const OrganizationParameters = Type.Object(
  { ...ListParameters.properties, sortIgnoreCase: Type.Optional(Type.String()) },
  { additionalProperties: ListParameters.properties.limit },
)
/** A filter of a single thing chooses nothing. */
const OneParameters = Type.Object({ ...FieldsParameter.properties, filter: ListParameters.properties.filter })
const AnyObject = Type.Object({}, { additionalProperties: Type.Unknown() })
const SettingsBody = Type.Object({ settings: Type.Optional(Type.Union([AnyObject, Type.Null()])) })
const SearchBody = Type.Union([
  Type.Object({
    limit: Type.Optional(Type.Union([Type.Number(), Type.String()])),
    skip: Type.Optional(Type.Union([Type.Number(), Type.String()])),
    fields: Type.Optional(Type.Union([Type.String(), Type.Array(Type.String()), Type.Null()])),
    filter: Type.Optional(Type.Unknown()),
  }),
  Type.Undefined(),
])

/** The organization of v1: a list of one, and its settings. */
export function organizationRoutes(options: OrganizationRouteOptions): readonly Route[] {
  return [...listRoutes(options), ...oneRoutes(options)]
}

function listRoutes({ organization, organizationId }: OrganizationRouteOptions): readonly Route[] {
  return [
    defineRoute({
      method: 'GET',
      path: '/api/organizations',
      summary: 'List organizations: the one that the hub serves',
      access: reading,
      query: OrganizationParameters,
      handle: async ({ actor, query }) =>
        listRowsV1([summaryOf(await organization.read(actor), organizationId)], query, filterFields),
    }),
    defineRoute({
      method: 'POST',
      path: '/api/search/organizations',
      summary: 'Search organizations',
      access: reading,
      query: ListParameters,
      body: SearchBody,
      async handle({ actor, query: parameters, body }) {
        const { limit, skip, fields, filter } = body ?? {}
        // A filter as an object is an advanced search of users and devices; of one organization there is nothing to search.
        const query = {
          ...parameters,
          ...(limit === undefined ? {} : { limit: String(limit) }),
          ...(skip === undefined ? {} : { skip: String(skip) }),
          ...(fields === undefined || fields === null ? {} : { fields }),
          ...(typeof filter === 'string' ? { filter } : {}),
        }
        return listRowsV1([summaryOf(await organization.read(actor), organizationId)], query, filterFields)
      },
    }),
    defineRoute({
      method: 'GET',
      path: '/api/settings',
      summary: 'Read the settings of the organization',
      access: reading,
      handle: async ({ actor }) => ({ body: { SETTINGS: settingsOf(await organization.read(actor)) } }),
    }),
  ]
}

function oneRoutes({ organization, organizationId }: OrganizationRouteOptions): readonly Route[] {
  const requireOwn = (id: string): void => {
    if (parseId(id) !== organizationId) throw new AppError('not_found', { field: 'id' })
  }
  return [
    defineRoute({
      method: 'GET',
      path: '/api/organizations/:id',
      summary: 'Read an organization with its settings',
      access: reading,
      params: IdPath,
      query: OneParameters,
      async handle({ actor, params, query }) {
        requireOwn(params.id)
        const whole = wholeOf(await organization.read(actor), organizationId)
        return { body: project(whole, parseFields(query)) }
      },
    }),
    defineRoute({
      method: 'PUT',
      path: '/api/organizations/:id',
      summary: 'Change the named settings of an organization',
      access: { scheme: 'administrator', permission: 'settings.write' },
      params: IdPath,
      body: SettingsBody,
      async handle(request) {
        requireOwn(request.params.id)
        const { settings } = request.body
        const input = isJsonObject(settings) ? settings : {}
        return { body: wholeOf(await organization.change(originOf(request), input), organizationId) }
      },
    }),
  ]
}

function summaryOf({ settings }: OrganizationState, id: string) {
  return { _id: id, id, displayName: settings['name'] ?? '', logoUrl: logoOf(settings), created: createdOf(id) }
}

function wholeOf(state: OrganizationState, id: string) {
  return {
    ...summaryOf(state, id),
    accountType: 'Direct',
    accessRestriction: 'none',
    customEmailSettings: { enabled: true },
    hasCreditCard: false,
    hasStripeCustomerId: false,
    provider: null,
    settings: settingsOf(state),
  }
}

function settingsOf({ settings, passwordPolicy }: OrganizationState): JsonObject {
  return { ...settings, betaFeatures: {}, passwordPolicy, pendingDelete: false }
}

function logoOf(settings: JsonObject): string | null {
  const logo = settings['logo']
  return typeof logo === 'string' && /^https?:/.test(logo) ? logo : null
}

/** An id begins with the seconds at which it was made. */
function createdOf(id: string): string {
  return new Date(Number.parseInt(id.slice(0, 8), 16) * 1000).toISOString()
}
