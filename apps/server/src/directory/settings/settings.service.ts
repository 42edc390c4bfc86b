import type { Clock } from '@lockstep/kernel/clock'
import { newId } from '@lockstep/kernel/ids'
import type { Database } from '../../platform/db/database.ts'
import * as store from './settings.store.ts'

/** What the hub as a whole knows, by name. */
export interface SettingsService {
  /** Keeps a value unless one is kept already; answers the one that is kept. */
  keep<T>(name: string, value: T): Promise<T>
  /** The value that is kept; undefined when there is none. */
  find(name: string): Promise<unknown>
  /** The id of the one organization that the hub serves; made at the first start. */
  organizationId(): Promise<string>
}

export function createSettingsService({ database, clock }: { database: Database; clock: Clock }): SettingsService {
  return {
    keep: (name, value) => store.keepSetting(database, name, value),
    find: (name) => store.findSetting(database, name),
    async organizationId() {
      const organization = await store.keepSetting(database, 'organization', { id: newId(clock.now().getTime()) })
      return organization.id
    },
  }
}
