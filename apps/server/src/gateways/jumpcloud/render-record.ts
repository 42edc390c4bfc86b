// Devices and applications as v1 answers them.
import type { InventoryRecord } from '../../directory/inventory/record.rules.ts'
import { project } from './list-query.ts'

type Row = Readonly<Record<string, unknown>>

/** A device. */
export function renderSystem(system: InventoryRecord, organizationId: string): Row {
  return {
    _id: system.id,
    id: system.id,
    hostname: system.name,
    displayName: system.displayName,
    organization: organizationId,
    created: system.created.toISOString(),
    ...system.attributes,
  }
}

/** An application. */
export function renderApplication(application: InventoryRecord, organizationId: string): Row {
  return {
    _id: application.id,
    id: application.id,
    name: application.name,
    displayName: application.displayName,
    organization: organizationId,
    created: application.created.toISOString(),
    ...application.attributes,
  }
}

/** A list of v1; the order of the keys is relied on. */
export function renderRows(rows: readonly Row[], total: number, fields: readonly string[] | undefined): object {
  return { totalCount: total, results: rows.map((row) => project(row, fields)) }
}
