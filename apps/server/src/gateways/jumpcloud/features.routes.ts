// What an organization has subscribed to and switched on. The hub has no editions: everything that it can do is there for everybody.
import { AppError } from '@lockstep/contract/app-error'
import Type from 'typebox'
import { defineRoute, type Route } from '../../platform/http/route.ts'
import { ListParameters, parseListQuery } from './list-query.ts'

const reading = { scheme: 'administrator', permission: 'settings.read' } as const

/** Features that are switched for the whole organization, and its subscriptions: there are none. */
export function featureRoutes(): readonly Route[] {
  return [
    defineRoute({
      method: 'GET',
      path: '/api/v2/feature-settings',
      summary: 'List features with their settings: none is switched by the organization',
      access: reading,
      query: ListParameters,
      async handle({ query }) {
        parseListQuery(query, 'v2')
        return { body: { features: [] } }
      },
    }),
    defineRoute({
      method: 'PUT',
      path: '/api/v2/feature-settings/:feature_name/:setting_name',
      summary: 'Change a setting of a feature: there is none',
      access: { scheme: 'administrator', permission: 'settings.write' },
      params: Type.Object({ feature_name: Type.String(), setting_name: Type.String() }),
      body: Type.Object({ value: Type.Optional(Type.Unknown()) }),
      handle: async () => {
        throw new AppError('not_found', { field: 'feature_name' })
      },
    }),
    defineRoute({
      method: 'GET',
      path: '/api/v2/subscriptions',
      summary: 'List subscriptions: there are none, because the hub has no editions',
      access: reading,
      handle: async () => ({ body: [] }),
    }),
  ]
}
