import { AppError } from '@lockstep/contract/app-error'
import { newId } from '@lockstep/kernel/ids'
import type { Clock } from '@lockstep/kernel/clock'
import { isJsonObject, type Json, type JsonObject } from '@lockstep/kernel/json'
import Type, { type Static } from 'typebox'
import type { RecordInput } from '../../directory/inventory/record.rules.ts'
import type { RecordService } from '../../directory/inventory/record.service.ts'
import { defineRoute, type Route } from '../../platform/http/route.ts'
import { originOf } from './change-origin.ts'
import { FieldsParameter, ListParameters, parseFields, parseListQuery, project } from './list-query.ts'
import { IdPath } from './object-id.ts'
import { renderRows, renderSystem } from './render-record.ts'
import { SearchBody, readSearch } from './systemuser-search.routes.ts'

export interface SystemOptions {
  readonly systems: RecordService
  readonly organizationId: string
  readonly clock: Clock
}

const Switch = Type.Optional(Type.Union([Type.Boolean(), Type.Null()]))
const AttributeRow = Type.Object({ name: Type.String(), value: Type.Union([Type.String(), Type.Null()]) })

/** What an administrator may set of a device. Source: `systemput` of v1. */
const SystemBody = Type.Object({
  displayName: Type.Optional(Type.Union([Type.String(), Type.Null()])),
  allowMultiFactorAuthentication: Switch,
  allowPublicKeyAuthentication: Switch,
  allowSshPasswordAuthentication: Switch,
  allowSshRootLogin: Switch,
  attributes: Type.Optional(Type.Union([Type.Array(AttributeRow), Type.Null()])),
  tags: Type.Optional(Type.Union([Type.Array(Type.String()), Type.Null()])),
})
type SystemBody = Static<typeof SystemBody>

const switches = [
  'allowMultiFactorAuthentication',
  'allowPublicKeyAuthentication',
  'allowSshPasswordAuthentication',
  'allowSshRootLogin',
] as const

/** Devices of v1: every success is 200. */
export function systemRoutes(options: SystemOptions): readonly Route[] {
  return [...readingRoutes(options), ...writingRoutes(options)]
}

function readingRoutes({ systems, organizationId }: SystemOptions): readonly Route[] {
  const access = { scheme: 'administrator', permission: 'inventory.read' } as const
  return [
    defineRoute({
      method: 'GET',
      path: '/api/systems',
      summary: 'List systems',
      access,
      query: ListParameters,
      async handle({ actor, query }) {
        const listing = parseListQuery(query, 'v1')
        const [rows, total] = await Promise.all([systems.list(actor, listing), systems.count(actor, listing)])
        const shown = rows.map((system) => renderSystem(system, organizationId))
        return { body: renderRows(shown, total, parseFields(query)) }
      },
    }),
    defineRoute({
      method: 'POST',
      path: '/api/search/systems',
      summary: 'Search systems',
      access,
      query: ListParameters,
      body: SearchBody,
      async handle({ actor, query, body }) {
        const { listing, fields } = readSearch(searchOf(body), query)
        const [rows, total] = await Promise.all([systems.list(actor, listing), systems.count(actor, listing)])
        const shown = rows.map((system) => renderSystem(system, organizationId))
        return { body: renderRows(shown, total, fields) }
      },
    }),
    defineRoute({
      method: 'GET',
      path: '/api/systems/:id',
      summary: 'Read a system',
      access,
      params: IdPath,
      query: FieldsParameter,
      handle: async ({ actor, params, query }) => ({
        body: project(renderSystem(await systems.get(actor, params.id), organizationId), parseFields(query)),
      }),
    }),
  ]
}

/** A text is looked for in the names of devices when a search names no fields. */
function searchOf(body: unknown): JsonObject {
  if (!isJsonObject(body)) return {}
  const search = body['searchFilter']
  if (search === undefined || search === null || search === '') return body
  const defaults = { fields: ['hostname', 'displayName'] }
  return {
    ...body,
    searchFilter: isJsonObject(search) ? { ...defaults, ...search } : { ...defaults, searchTerm: search },
  }
}

function writingRoutes({ systems, organizationId, clock }: SystemOptions): readonly Route[] {
  const access = { scheme: 'administrator', permission: 'inventory.write' } as const
  return [
    defineRoute({
      method: 'PUT',
      path: '/api/systems/:id',
      summary: 'Change the named fields of a system',
      access,
      params: IdPath,
      body: SystemBody,
      async handle(request) {
        const input = systemInput(request.body, clock.now())
        const changed = await systems.change(originOf(request), request.params.id, input)
        return { body: renderSystem(changed, organizationId) }
      },
    }),
    defineRoute({
      method: 'DELETE',
      path: '/api/systems/:id',
      summary: 'Delete a system and answer it as it was',
      access,
      params: IdPath,
      handle: async (request) => ({
        body: renderSystem(await systems.remove(originOf(request), request.params.id), organizationId),
      }),
    }),
  ]
}

function systemInput(body: SystemBody, now: Date): RecordInput {
  const attributes: Record<string, Json> = {}
  for (const name of switches) {
    const value = body[name]
    if (value !== undefined && value !== null) attributes[name] = value
  }
  if (body.tags !== undefined) attributes['tags'] = body.tags ?? []
  if (body.attributes !== undefined) attributes['attributes'] = attributeRows(body.attributes ?? [], now)
  return { ...(body.displayName === undefined ? {} : { displayName: body.displayName ?? '' }), attributes }
}

/** Custom attributes: letters and digits, each name once. */
function attributeRows(rows: NonNullable<SystemBody['attributes']>, now: Date): readonly JsonObject[] {
  const names = new Set<string>()
  return rows.map(({ name, value }, index) => {
    const refuse = (detail: string): AppError =>
      new AppError('invalid_request', {
        field: `attributes.${index}.name`,
        detail: `attributes.${index}.name: ${detail}`,
      })
    if (!/^[A-Za-z0-9]{1,64}$/.test(name)) throw refuse('must be 1 to 64 letters and digits.')
    if (names.has(name)) throw refuse('stands twice.')
    if ((value ?? '').length > 1024)
      throw new AppError('invalid_request', {
        field: `attributes.${index}.value`,
        detail: `attributes.${index}.value: must be at most 1,024 characters.`,
      })
    names.add(name)
    return { _id: newId(now.getTime()), name, value: value ?? '' }
  })
}
