// The values that users have in the fields of rules.
import { type RawBuilder, sql } from 'kysely'
import { compose, likePattern } from '../../platform/db/compose.ts'
import type { Queryable } from '../../platform/db/database.ts'
import { columnOf } from './rule-members.store.ts'

/** A value with the number of users who have it. */
export interface RuleValue {
  readonly value: string
  readonly count: number
}

/** The most frequent values of a field of text; reads every user. */
export async function listFrequent(db: Queryable, field: string, limit: number): Promise<readonly RuleValue[]> {
  const { expression } = columnOf(field)
  return db.query(
    compose(sql`select given.value, count(*) as count from (select ${expression} as value from users) as given
      where given.value <> '' group by given.value order by count(*) desc, given.value limit ${limit}`),
  )
}

const searched = (search: string): RawBuilder<unknown> | undefined =>
  search.length < 3 ? undefined : sql`users.search like lower(${likePattern(search)}::text)`
const begins = (name: 'username' | 'email', search: string): RawBuilder<unknown> =>
  sql`lower(users.${sql.ref(name)}) like lower(${likePattern(search).slice(1)}::text)`

/** What an index answers about values that begin with something. */
const implied: Readonly<Record<string, (search: string) => RawBuilder<unknown> | undefined>> = {
  username: (search) => begins('username', search),
  email: (search) => begins('email', search),
  displayname: searched,
  firstname: searched,
  lastname: searched,
}

/** The values that begin with something, where an index finds them: of the first thousand users the most frequent ones. */
export async function findBeginning(
  db: Queryable,
  field: string,
  { search, limit }: { readonly search: string; readonly limit: number },
): Promise<readonly RuleValue[] | undefined> {
  const indexed = Object.hasOwn(implied, field) ? implied[field]?.(search) : undefined
  if (indexed === undefined) return undefined
  const { expression } = columnOf(field)
  return db.query(
    compose(sql`select given.value, count(*) as count from (
        select ${expression} as value from users where ${indexed} and starts_with(lower(${expression}), lower(${search}::text)) limit 1000
      ) as given
      group by given.value order by count(*) desc, given.value limit ${limit}`),
  )
}
