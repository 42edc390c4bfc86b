import { AppError } from '@lockstep/contract/app-error'
import type { Json, JsonObject } from '@lockstep/kernel/json'
import Type, { type Static } from 'typebox'
import { initialApplication } from '../../directory/inventory/application-fields.rules.ts'
import type { RecordInput } from '../../directory/inventory/record.rules.ts'
import type { RecordService } from '../../directory/inventory/record.service.ts'
import { defineRoute, type Route } from '../../platform/http/route.ts'
import { originOf } from './change-origin.ts'
import { FieldsParameter, ListParameters, parseFields, parseListQuery, project, v2Page } from './list-query.ts'
import { IdPath, requireObjectId } from './object-id.ts'
import { renderApplication, renderRows } from './render-record.ts'

export interface ApplicationOptions {
  readonly applications: RecordService
  readonly organizationId: string
}

const Text = Type.Optional(Type.Union([Type.String(), Type.Null()]))
const Switch = Type.Optional(Type.Union([Type.Boolean(), Type.Null()]))
const AnyObject = Type.Optional(Type.Union([Type.Object({}, { additionalProperties: Type.Unknown() }), Type.Null()]))

/** An application in a request. The hub signs nobody in to it, so what its configuration says is kept as it is. */
const ApplicationBody = Type.Object({
  name: Text,
  displayName: Text,
  displayLabel: Text,
  description: Text,
  ssoUrl: Text,
  learnMore: Text,
  color: Text,
  parentApp: Text,
  active: Switch,
  beta: Switch,
  aiReady: Switch,
  config: AnyObject,
  sso: AnyObject,
  logo: AnyObject,
})
type ApplicationBody = Static<typeof ApplicationBody>

/** Applications of v1, and as v2 reads them. */
export function applicationRoutes(options: ApplicationOptions): readonly Route[] {
  return [...readingRoutes(options), ...writingRoutes(options), ...v2Routes(options)]
}

const reading = { scheme: 'administrator', permission: 'inventory.read' } as const
const writing = { scheme: 'administrator', permission: 'inventory.write' } as const

function readingRoutes({ applications, organizationId }: ApplicationOptions): readonly Route[] {
  return [
    defineRoute({
      method: 'GET',
      path: '/api/applications',
      summary: 'List applications',
      access: reading,
      query: ListParameters,
      async handle({ actor, query }) {
        const listing = parseListQuery(query, 'v1')
        const [rows, total] = await Promise.all([applications.list(actor, listing), applications.count(actor, listing)])
        const shown = rows.map((application) => renderApplication(application, organizationId))
        return { body: renderRows(shown, total, parseFields(query)) }
      },
    }),
    defineRoute({
      method: 'GET',
      path: '/api/applications/:id',
      summary: 'Read an application',
      access: reading,
      params: IdPath,
      query: FieldsParameter,
      handle: async ({ actor, params, query }) => ({
        body: project(renderApplication(await applications.get(actor, params.id), organizationId), parseFields(query)),
      }),
    }),
  ]
}

function writingRoutes({ applications, organizationId }: ApplicationOptions): readonly Route[] {
  return [
    defineRoute({
      method: 'POST',
      path: '/api/applications',
      summary: 'Create an application',
      access: writing,
      body: ApplicationBody,
      async handle(request) {
        const [made] = await applications.create(originOf(request), [applicationInput(request.body)])
        return { body: made === undefined ? {} : renderApplication(made, organizationId) }
      },
    }),
    defineRoute({
      method: 'PUT',
      path: '/api/applications/:id',
      summary: 'Replace an application: what is not named gets its default',
      access: writing,
      params: IdPath,
      body: ApplicationBody,
      async handle(request) {
        const { attributes, ...input } = applicationInput(request.body)
        const replaced = { displayName: '', ...input, attributes: { ...initialApplication, ...attributes } }
        const changed = await applications.change(originOf(request), request.params.id, replaced)
        return { body: renderApplication(changed, organizationId) }
      },
    }),
    defineRoute({
      method: 'DELETE',
      path: '/api/applications/:id',
      summary: 'Delete an application and answer it as it was',
      access: writing,
      params: IdPath,
      handle: async (request) => ({
        body: renderApplication(await applications.remove(originOf(request), request.params.id), organizationId),
      }),
    }),
  ]
}

function v2Routes({ applications, organizationId }: ApplicationOptions): readonly Route[] {
  return [
    defineRoute({
      method: 'GET',
      path: '/api/v2/applications',
      summary: 'List applications as version 2 does',
      access: reading,
      query: ListParameters,
      async handle({ actor, query, url }) {
        const listing = parseListQuery(query, 'v2')
        const fields = parseFields(query)
        const [rows, total] = await Promise.all([applications.list(actor, listing), applications.count(actor, listing)])
        return v2Page(
          rows.map((application) => project(renderApplication(application, organizationId), fields)),
          { total, url, ...listing },
        )
      },
    }),
    defineRoute({
      method: 'GET',
      path: '/api/v2/applications/:id',
      summary: 'Read an application as version 2 does',
      access: reading,
      params: IdPath,
      handle: async ({ actor, params }) => ({
        body: renderApplication(
          await applications.get(actor, requireObjectId(params.id, 'application_id')),
          organizationId,
        ),
      }),
    }),
  ]
}

const attributeNames = Object.keys(ApplicationBody.properties).filter(
  (name) => name !== 'name' && name !== 'displayName',
) as readonly Exclude<keyof ApplicationBody, 'name' | 'displayName'>[]

function applicationInput(body: ApplicationBody): RecordInput {
  const name = (body.name ?? '').trim()
  if (name === '') throw new AppError('invalid_request', { field: 'name', detail: 'name: is required.' })
  const attributes: Record<string, Json> = {}
  for (const field of attributeNames) {
    const value = body[field] as Json | undefined
    if (value !== undefined && value !== null) attributes[field] = value
  }
  return {
    name,
    ...(body.displayName === undefined || body.displayName === null ? {} : { displayName: body.displayName }),
    attributes: attributes satisfies JsonObject,
  }
}
