import type { MembershipOrigin } from '@lockstep/contract/hub/user'
import type { Queryable } from '../../platform/db/database.ts'

/** A user in a group, with every way in which. */
export interface Membership {
  readonly groupId: string
  readonly groupName: string
  readonly userId: string
  readonly username: string
  readonly origins: readonly MembershipOrigin[]
}

export interface MembershipKey {
  readonly groupId: string
  readonly userId: string
}

const shown = `select groups.id as "groupId", groups.name as "groupName", users.id as "userId", users.username, ties.origins
  from ties join groups on groups.id = ties.group_id join users on users.id = ties.user_id
  order by ties.group_id, ties.user_id`

/** Memberships of all groups after one, by group and user. */
export async function listAfter(
  db: Queryable,
  after: MembershipKey | undefined,
  limit: number,
): Promise<readonly Membership[]> {
  return db.query<Membership>({
    name: 'memberships-after',
    text: `with ties as materialized (
        select group_id, user_id, array_agg(distinct origin) as origins from group_members
        where (group_id, user_id) > ($1, $2) and not removing
        group by group_id, user_id order by group_id, user_id limit $3
      ) ${shown}`,
    values: [after?.groupId ?? '', after?.userId ?? '', limit],
  })
}

/** Those of the named memberships that exist. */
export async function findMany(db: Queryable, keys: readonly MembershipKey[]): Promise<readonly Membership[]> {
  if (keys.length === 0) return []
  return db.query<Membership>({
    name: 'memberships-find',
    text: `with ties as materialized (
        select member.group_id, member.user_id, array_agg(distinct member.origin) as origins
        from unnest($1::text[], $2::text[]) as named(group_id, user_id)
          join group_members as member using (group_id, user_id)
        where not member.removing
        group by member.group_id, member.user_id limit $3
      ) ${shown}`,
    values: [keys.map(({ groupId }) => groupId), keys.map(({ userId }) => userId), keys.length],
  })
}
