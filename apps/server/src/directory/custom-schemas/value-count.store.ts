// How many hold values of declared attributes, wherever those are kept.
import type { Queryable } from '../../platform/db/database.ts'
import type { Place } from './attribute-place.rules.ts'

type Where = Pick<Place, 'owner' | 'path'>

/** How many hold a value at each place: one look at all holders of a kind tells it of every attribute that stands beside others there. */
export async function countValues<At extends Where>(
  db: Queryable,
  places: readonly At[],
): Promise<ReadonlyMap<At, number>> {
  const counts = new Map<At, number>()
  const together = Map.groupBy(places, ({ owner, path }) => JSON.stringify([owner, ...path.slice(0, -1)]))
  // One after the other: each is a look at a whole table.
  for (const some of together.values()) {
    const found = await countBeside(db, some)
    for (const place of some) counts.set(place, found.get(nameOf(place)) ?? 0)
  }
  return counts
}

/** Of places of one owner that differ in the last name of their path. */
async function countBeside(db: Queryable, places: readonly Where[]): Promise<ReadonlyMap<string, number>> {
  const { owner = '', path = [] } = places[0] ?? {}
  const parent = path.slice(0, -1)
  const isOwn = owner === 'User' || owner === 'Group'
  const table = owner === 'User' ? 'users' : owner === 'Group' ? 'groups' : 'custom_resources where type_id = $4'
  const content = isOwn ? 'further #> $1' : 'content #> $1'
  const rows = await db.query<{ name: string; count: number }>({
    text: `select held.key as name, count(*) as count from (select ${content} as content from ${table}) as holder,
        jsonb_each_text(case jsonb_typeof(content) when 'object' then content end) as held
      where held.key = any($2) and held.value <> '' group by held.key limit $3`,
    values: [isOwn ? ['values', ...parent] : parent, places.map(nameOf), places.length, ...(isOwn ? [] : [owner])],
  })
  return new Map(rows.map(({ name, count }) => [name, count]))
}

function nameOf({ path }: Where): string {
  return path.at(-1) ?? ''
}
