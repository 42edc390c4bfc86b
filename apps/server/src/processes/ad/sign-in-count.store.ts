// Counting users by who validates their password.
import type { Queryable } from '../../platform/db/database.ts'
import type { HomeUsers, SignInCounts } from './sign-in-problem.rules.ts'

export async function countSignIns(db: Queryable, domainId: string): Promise<SignInCounts> {
  const rows = await db.query<SignInCounts>({
    name: 'ad-count-sign-ins',
    text: `select
        count(*) filter (where attributes -> 'delegatedAuthority' ->> 'id' = $1) as delegated,
        count(*) filter (where attributes -> 'delegatedAuthority' ->> 'id' is null and attributes -> 'restrictedFields'
          @> jsonb_build_array(jsonb_build_object('field', 'password', 'id', $1::text))) as undelegated
      from accounts join users on users.id = accounts.user_id
      where accounts.directory_id = $1 and users.state <> 'SUSPENDED'`,
    values: [domainId],
  })
  return rows[0] ?? { delegated: 0, undelegated: 0 }
}

export async function countHomeUsers(db: Queryable, domainId: string): Promise<HomeUsers> {
  const rows = await db.query<{ count: number; usernames: string[]; hasPassword: boolean | null }>({
    name: 'ad-count-home-sign-ins',
    text: `with home as (
        select username, passwords.user_id is not null as with_password
        from users left join user_passwords as passwords on passwords.user_id = users.id
        where home_directory_id = $1 and state <> 'SUSPENDED'
      )
      select with_password as "hasPassword", count(*) as count,
        coalesce((array_agg(username order by username))[1:10], '{}') as usernames
      from home group by grouping sets ((), (with_password))`,
    values: [domainId],
  })
  const nobody = { count: 0, usernames: [] }
  return {
    all: rows.find(({ hasPassword }) => hasPassword === null) ?? nobody,
    withoutPassword: rows.find(({ hasPassword }) => hasPassword === false) ?? nobody,
  }
}
