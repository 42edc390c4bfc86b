import type { Clock } from '@lockstep/kernel/clock'
import { newId } from '@lockstep/kernel/ids'
import type { Database, Queryable } from '../../platform/db/database.ts'
import * as store from './settings.store.ts'

/** What the hub as a whole knows, by name. */
export interface SettingsService {
  /** Keeps a value unless one is kept already; answers the one that is kept. */
  keep<T>(name: string, value: T): Promise<T>
  /** The value that is kept; undefined when there is none. */
  find(name: string): Promise<unknown>
  /** The same, held until the transaction ends; undefined also for a value that was never set. */
  findHeld(transaction: Queryable, name: string): Promise<unknown>
  /** Sets a value, within the transaction of the change. */
  save(transaction: Queryable, name: string, value: unknown): Promise<void>
  /** The id of the one organization that the hub serves; made at the first start. */
  organizationId(): Promise<string>
}

export function createSettingsService({ database, clock }: { database: Database; clock: Clock }): SettingsService {
  return {
    keep: (name, value) => store.keepSetting(database, name, value),
    find: (name) => store.findSetting(database, name),
    findHeld: (transaction, name) => store.findHeldSetting(transaction, name),
    save: (transaction, name, value) => store.saveSetting(transaction, { name, value, updated: clock.now() }),
    async organizationId() {
      const organization = await store.keepSetting(database, 'organization', { id: newId(clock.now().getTime()) })
      return organization.id
    },
  }
}
