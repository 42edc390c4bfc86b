// Counting what a change of a domain would do.
import type { DirectoryPreview } from '@lockstep/contract/hub/directory-change'
import type { Queryable } from '../../platform/db/database.ts'
import type { OwnershipCounts } from './directory-change.rules.ts'

const none: OwnershipCounts = {
  ...{ homeUsers: 0, homeGroups: 0, homeMadeByHub: 0, suspendedByDomain: 0, hubUsersInScope: 0, hubUsersFromDomain: 0 },
  ...{ hubGroupsFromDomain: 0, hubGroups: 0, pending: 0, failed: 0, withoutPassword: 0 },
}

/** Users without an account in the domain whom something connects to it, and the first of them by username. */
export async function countUnmade(db: Queryable, domainId: string): Promise<DirectoryPreview['newAccounts']> {
  const rows = await db.query<DirectoryPreview['newAccounts']>({
    name: 'ad-count-unmade',
    text: `with unmade as (
        select user_id from accounts where directory_id = $1 and wanted and external_id is null
        union
        select member.user_id from group_accounts as brought
          join group_members as member on member.group_id = brought.group_id and not member.removing
        where brought.directory_id = $1 and brought.made_by = 'directory' and brought.external_id is not null
          and not exists (select from accounts where accounts.directory_id = $1 and accounts.user_id = member.user_id)
      )
      select count(*) as count, coalesce((array_agg(username order by username))[1:10], '{}') as usernames
      from unmade join users on users.id = unmade.user_id and users.state <> 'STAGED'`,
    values: [domainId],
  })
  return rows[0] ?? { count: 0, usernames: [] }
}

export async function countOwnership(db: Queryable, domainId: string): Promise<OwnershipCounts> {
  const rows = await db.query<OwnershipCounts>({
    name: 'ad-count-ownership',
    text: `with tied as (
        select users.home_directory_id, account.made_by, account.wanted, account.left_at, account.desired_revision,
          account.applied_revision, account.error, coalesce(object.in_scope, false) as in_scope, passwords.user_id as with_password
        from accounts as account join users on users.id = account.user_id
          left join ad_objects as object on object.domain_id = $1 and object.guid = account.external_id
          left join user_passwords as passwords on passwords.user_id = users.id
        where account.directory_id = $1
      ), tied_groups as (
        select groups.home_directory_id, tie.made_by from group_accounts as tie join groups on groups.id = tie.group_id
        where tie.directory_id = $1 and tie.external_id is not null
      )
      select
        (select count(*) from users where home_directory_id = $1) as "homeUsers",
        (select count(*) from users where suspended_by = $1) as "suspendedByDomain",
        (select count(*) from groups where home_directory_id = $1) as "homeGroups",
        count(*) filter (where home_directory_id = $1 and made_by = 'hub') as "homeMadeByHub",
        count(*) filter (where home_directory_id is null and in_scope) as "hubUsersInScope",
        count(*) filter (where home_directory_id is null and in_scope and made_by = 'directory') as "hubUsersFromDomain",
        (select count(*) from tied_groups where home_directory_id is null) as "hubGroups",
        (select count(*) from tied_groups where home_directory_id is null and made_by = 'directory') as "hubGroupsFromDomain",
        count(*) filter (where desired_revision > applied_revision) as pending,
        count(*) filter (where error is not null) as failed,
        count(*) filter (where with_password is null and wanted) as "withoutPassword"
      from tied`,
    values: [domainId],
  })
  return rows[0] ?? none
}
