import { pageOf, pageQuery } from '@lockstep/contract/hub/page'
import { SystemCreate, SystemRow, SystemsCreate, SystemsCreated } from '@lockstep/contract/hub/system'
import Type from 'typebox'
import type { InventoryRecord, RecordInput } from '../../directory/inventory/record.rules.ts'
import type { RecordService } from '../../directory/inventory/record.service.ts'
import { defineRoute, type Route } from '../../platform/http/route.ts'
import { originOf } from './change-origin.ts'
import { cutPage, readCursor } from './cursor.ts'
import { requireNoSort } from './sort-order.ts'

const defaultPageRows = 50
/** A thousand devices with long values. */
const bulkLimitBytes = 8_388_608
const ListQuery = Type.Object(pageQuery, { additionalProperties: false })

/** Devices as records: JumpCloud's interface reads and changes them, but knows no way to make one without its agent. */
export function systemRoutes(systems: RecordService): readonly Route[] {
  const writing = { scheme: 'administrator', permission: 'inventory.write' } as const
  return [
    listRoute(systems),
    defineRoute({
      method: 'POST',
      path: '/hub/v1/systems',
      summary: 'Record a device',
      access: writing,
      body: SystemCreate,
      reply: { status: 201, schema: SystemRow },
      async handle(request) {
        const [made] = await systems.create(originOf(request), [inputOf(request.body)])
        return { status: 201, body: made === undefined ? {} : renderSystem(made) }
      },
    }),
    defineRoute({
      method: 'POST',
      path: '/hub/v1/systems/bulk',
      summary: 'Record several devices',
      access: writing,
      body: SystemsCreate,
      bodyLimitBytes: bulkLimitBytes,
      reply: { status: 201, schema: SystemsCreated },
      async handle(request) {
        const made = await systems.create(originOf(request), request.body.systems.map(inputOf))
        return { status: 201, body: { ids: made.map(({ id }) => id) } }
      },
    }),
  ]
}

function listRoute(systems: RecordService): Route {
  return defineRoute({
    method: 'GET',
    path: '/hub/v1/systems',
    summary: 'List devices in the order of their ids',
    access: { scheme: 'administrator', permission: 'inventory.read' },
    query: ListQuery,
    reply: { status: 200, schema: pageOf(SystemRow) },
    async handle({ actor, query }) {
      requireNoSort(query.sort)
      const after = readCursor(query.after)
      const { limit = defaultPageRows, search } = query
      const listing = { sort: [], limit: limit + 1, ...(search === undefined ? {} : { search }) }
      const [rows, total] = await Promise.all([
        systems.list(actor, after === undefined ? listing : { ...listing, afterId: after.id }),
        systems.count(actor, listing),
      ])
      const { rows: page, ...place } = cutPage(rows, limit, ({ id }) => ({ value: '', id }))
      return { body: { ...place, items: page.map(renderSystem), total } }
    },
  })
}

function inputOf({ hostname, displayName, ...fields }: SystemCreate): RecordInput {
  return { name: hostname, displayName: displayName ?? hostname, attributes: fields }
}

function renderSystem(system: InventoryRecord): SystemRow {
  const text = (name: string): string => {
    const value = system.attributes[name]
    return typeof value === 'string' ? value : ''
  }
  return {
    id: system.id,
    hostname: system.name,
    displayName: system.displayName,
    os: text('os'),
    serialNumber: text('serialNumber'),
    active: system.attributes['active'] === true,
    revision: system.revision,
    created: system.created.toISOString(),
    updated: system.updated.toISOString(),
  }
}
