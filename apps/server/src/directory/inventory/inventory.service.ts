import type { Clock } from '@lockstep/kernel/clock'
import type { Database } from '../../platform/db/database.ts'
import type { JournalService } from '../journal/journal.service.ts'
import { createGroupDirectory, type GroupDirectory } from './all-groups.service.ts'
import { initialApplication } from './application-fields.rules.ts'
import { type AssociationService, createAssociationService } from './association.service.ts'
import { createGraphService, type GraphService } from './graph.service.ts'
import { createRecordService, type RecordService } from './record.service.ts'
import { initialSystem } from './system-fields.rules.ts'
import { createSystemGroupService, type SystemGroupService } from './system-group.service.ts'

/** Devices, groups of devices, applications, and the graph that joins them with users and groups. */
export interface Inventory {
  readonly systems: RecordService
  readonly systemGroups: SystemGroupService
  readonly applications: RecordService
  readonly associations: AssociationService
  readonly graph: GraphService
  readonly allGroups: GroupDirectory
}

export interface InventoryOptions {
  readonly database: Database
  readonly clock: Clock
  readonly journal: JournalService
  readonly announce: () => void
}

export function createInventory(options: InventoryOptions): Inventory {
  const systemGroups = createSystemGroupService(options)
  return {
    systemGroups,
    systems: createRecordService({
      ...options,
      kind: 'system',
      initial: initialSystem,
      settle: (db, ids) => systemGroups.settleSystems(db, ids),
    }),
    applications: createRecordService({ ...options, kind: 'application', initial: initialApplication }),
    associations: createAssociationService(options),
    graph: createGraphService(options),
    allGroups: createGroupDirectory(options),
  }
}
