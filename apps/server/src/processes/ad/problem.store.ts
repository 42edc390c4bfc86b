import type { Queryable } from '../../platform/db/database.ts'

/** Why an object of the domain is left out, or what it clashes with. */
export interface Problem {
  readonly guid: string
  readonly code: string
  readonly name: string
  readonly detail: string
  readonly userId: string | null
  readonly groupId: string | null
}

/** Makes the problems of some objects exactly these. */
export async function replace(
  db: Queryable,
  change: {
    readonly domainId: string
    readonly guids: readonly string[]
    readonly problems: readonly Problem[]
    readonly now: Date
  },
): Promise<void> {
  await db.execute({
    name: 'ad-problems-clear',
    text: `delete from ad_problems using unnest($2::uuid[]) as seen(guid)
      where ad_problems.domain_id = $1 and ad_problems.guid = seen.guid
        and not exists (select from jsonb_to_recordset($3::jsonb) as input(guid uuid, code text)
          where input.guid = ad_problems.guid and input.code = ad_problems.code)`,
    values: [change.domainId, change.guids, JSON.stringify(change.problems)],
  })
  if (change.problems.length === 0) return
  await db.execute({
    name: 'ad-problems-insert',
    text: `insert into ad_problems (domain_id, guid, code, name, detail, user_id, group_id, since)
      select $1, guid, code, name, detail, "userId", "groupId", $3
      from jsonb_to_recordset($2::jsonb)
        as input(guid uuid, code text, name text, detail text, "userId" text, "groupId" text)
      on conflict (domain_id, guid, code) do update set name = excluded.name, detail = excluded.detail,
        user_id = excluded.user_id, group_id = excluded.group_id`,
    values: [change.domainId, JSON.stringify(change.problems), change.now],
  })
}

export async function listOfObject(db: Queryable, domainId: string, guid: string): Promise<readonly Problem[]> {
  return db.query<Problem>({
    name: 'ad-problems-of-object',
    text: `select guid, code, name, detail, user_id as "userId", group_id as "groupId" from ad_problems
      where domain_id = $1 and guid = $2 order by code limit 20`,
    values: [domainId, guid],
  })
}

export async function list(
  db: Queryable,
  query: { readonly domainId: string; readonly afterKey: string; readonly search: string; readonly limit: number },
): Promise<readonly (Problem & { readonly since: Date; readonly key: string })[]> {
  return db.query({
    name: 'ad-problems-list',
    text: `select guid, code, name, detail, user_id as "userId", group_id as "groupId", since,
        lower(name) || ' ' || guid || ' ' || code as key
      from ad_problems
      where domain_id = $1 and lower(name) || ' ' || guid || ' ' || code > $2
        and ($3 = '' or strpos(lower(name || ' ' || detail), $3) > 0)
      order by key limit $4`,
    values: [query.domainId, query.afterKey, query.search.toLowerCase(), query.limit],
  })
}

export async function count(
  db: Queryable,
  query: { readonly domainId: string; readonly search: string },
): Promise<number> {
  const rows = await db.query<{ count: number }>({
    name: 'ad-problems-count-matching',
    text: `select count(*) as count from ad_problems
      where domain_id = $1 and ($2 = '' or strpos(lower(name || ' ' || detail), $2) > 0)`,
    values: [query.domainId, query.search.toLowerCase()],
  })
  return rows[0]?.count ?? 0
}

export async function countByDomain(db: Queryable): Promise<ReadonlyMap<string, number>> {
  const rows = await db.query<{ domainId: string; count: number }>({
    name: 'ad-problems-count',
    text: `select domain_id as "domainId", count(*) as count from ad_problems group by domain_id limit 1000`,
  })
  return new Map(rows.map((row) => [row.domainId, row.count]))
}
