import type { Database } from '../../platform/db/database.ts'
import { requirePermission } from '../access/access.rules.ts'
import type { ChangeOrigin } from '../journal/journal.rules.ts'
import type { Group } from './group.rules.ts'
import { findMany as findGroups } from './group.store.ts'
import * as store from './membership-listing.store.ts'

type Actor = ChangeOrigin['actor']

/** Memberships of all groups together, for whoever keeps a copy of them. Refusals are AppErrors. */
export interface MembershipListing {
  /** By group and user, after a membership that may be gone by now. */
  listAfter(
    actor: Actor,
    page: { readonly after?: store.MembershipKey; readonly limit: number },
  ): Promise<readonly store.Membership[]>
  findMany(actor: Actor, keys: readonly store.MembershipKey[]): Promise<readonly store.Membership[]>
  /** Those of the groups that exist. */
  findGroups(actor: Actor, ids: readonly string[]): Promise<readonly Group[]>
}

export function createMembershipListing({ database }: { readonly database: Database }): MembershipListing {
  return {
    async listAfter(actor, { after, limit }) {
      requirePermission(actor, 'groups.read')
      return store.listAfter(database, after, limit)
    },
    async findMany(actor, keys) {
      requirePermission(actor, 'groups.read')
      return store.findMany(database, keys)
    },
    async findGroups(actor, ids) {
      requirePermission(actor, 'groups.read')
      return ids.length === 0 ? [] : findGroups(database, ids)
    },
  }
}
