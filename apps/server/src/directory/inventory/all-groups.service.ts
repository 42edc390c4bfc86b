import { AppError } from '@lockstep/contract/app-error'
import { ConditionError } from '../../platform/db/compose.ts'
import type { Database } from '../../platform/db/database.ts'
import { requirePermission } from '../access/access.rules.ts'
import type { ChangeOrigin } from '../journal/journal.rules.ts'
import * as store from './all-groups.store.ts'

/** Groups of users and of devices in one list. */
export interface GroupDirectory {
  list(
    actor: ChangeOrigin['actor'],
    listing: store.AnyGroupListing,
  ): Promise<{ readonly rows: readonly store.AnyGroup[]; readonly total: number; readonly unfiltered: number }>
}

export function createGroupDirectory({ database }: { readonly database: Database }): GroupDirectory {
  return {
    async list(actor, listing) {
      requirePermission(actor, 'groups.read')
      for (const { field } of listing.sort)
        if (store.columnOf(field) === undefined)
          throw new AppError('invalid_filter', {
            field: 'sort',
            detail: `sort: "${field.slice(0, 50)}" cannot be sorted by.`,
          })
      try {
        return await store.list(database, listing)
      } catch (error) {
        if (!(error instanceof ConditionError)) throw error
        throw new AppError('invalid_filter', { field: error.field, detail: error.message })
      }
    },
  }
}
