import { AppError } from '@lockstep/contract/app-error'
import Type from 'typebox'
import { defineRoute, type Route } from '../../platform/http/route.ts'

const base = '/insights/directory/v1/reports'
const access = { scheme: 'administrator', permission: 'journal.read' } as const

/** Reports are made elsewhere: the list is empty, and asking for one says so. */
export function reportRoutes(): readonly Route[] {
  return [
    defineRoute({
      method: 'GET',
      path: base,
      summary: 'List reports: there are none',
      access,
      handle: async () => ({ body: [] }),
    }),
    defineRoute({
      method: 'POST',
      path: `${base}/:type`,
      summary: 'Ask for a report: not offered',
      access,
      params: Type.Object({ type: Type.String({ maxLength: 100 }) }),
      async handle() {
        throw new AppError('not_implemented', { detail: 'The hub makes no reports. Query the events instead.' })
      },
    }),
    defineRoute({
      method: 'GET',
      path: `${base}/:id/artifacts/:artifact/content`,
      summary: 'Read a report: there is none',
      access,
      params: Type.Object({ id: Type.String({ maxLength: 100 }), artifact: Type.String({ maxLength: 100 }) }),
      async handle() {
        throw new AppError('not_found', { field: 'id' })
      },
    }),
  ]
}
