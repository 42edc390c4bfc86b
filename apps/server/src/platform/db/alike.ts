// Questions of one form that are asked at the same time, answered by one statement: planning a composed statement and the round trip cost more
// than finding a few rows by an index does. Where values differ between the questions they become columns of a relation, to which the
// statement is joined laterally.
import { sha256 } from '@lockstep/kernel/digest'
import { createBatcher } from './batcher.ts'
import type { Query, Queryable } from './database.ts'

interface Answer {
  readonly rows: readonly unknown[]
}

/** Statements that are planned once; each keeps memory in every connection. */
const namedForms = 100

/** Asks composed statements that find a few rows each; those of one form together. Rows keep the order of their own statement. */
export function createAlikeReader(db: Queryable): <Row>(query: Query) => Promise<readonly Row[]> {
  const nameOf = createNames()
  const askTogether = async (queries: readonly Query[]): Promise<readonly Answer[]> => {
    const [first] = queries
    const joined = queries.length < 2 || first === undefined ? undefined : joinedLaterally(first, queries)
    if (joined === undefined)
      return Promise.all(queries.map(async (query) => ({ rows: await db.query(nameOf(query)) })))
    const rows = await db.query<{ readonly askedPlace: number }>(nameOf(joined))
    const byPlace = Map.groupBy(rows, ({ askedPlace }) => askedPlace)
    return queries.map((_, place) => ({
      rows: (byPlace.get(place) ?? []).map(({ askedPlace: _place, ...row }) => row),
    }))
  }
  const batcher = createBatcher<Query, Answer>({
    queueLimit: Number.POSITIVE_INFINITY,
    async send(queries) {
      const byForm = Map.groupBy(queries, ({ text }) => text)
      const answers = new Map<Query, Answer>()
      await Promise.all(
        [...byForm.values()].map(async (alike) => {
          const found = await askTogether(alike)
          alike.forEach((query, index) => answers.set(query, found[index] ?? { rows: [] }))
        }),
      )
      return queries.map((query) => answers.get(query) ?? { rows: [] })
    },
  })
  return async <Row>(query: Query) => (await batcher.submit(query)).rows as readonly Row[]
}

/** One statement for several of one form; undefined when they differ in something other than texts. */
function joinedLaterally({ text, values = [] }: Query, queries: readonly Query[]): Query | undefined {
  const valueAt = (query: Query, index: number): unknown => query.values?.[index]
  const isAlike = (index: number): boolean => {
    const written = JSON.stringify(values[index])
    return queries.every((query) => JSON.stringify(valueAt(query, index)) === written)
  }
  const differing = values.map((_, index) => index).filter((index) => !isAlike(index))
  if (differing.some((index) => queries.some((query) => typeof valueAt(query, index) !== 'string'))) return undefined
  const kept = values.map((_, index) => index).filter((index) => !differing.includes(index))
  const asked = queries.map((query, place) => ({
    place,
    ...Object.fromEntries(differing.map((index) => [`value${index}`, valueAt(query, index)])),
  }))
  const inner = text.replaceAll(/\$(\d+)/g, (_, number: string) => {
    const index = Number(number) - 1
    return differing.includes(index) ? `asked.value${index}` : `$${kept.indexOf(index) + 2}`
  })
  const columns = ['place integer', ...differing.map((index) => `value${index} text`)].join(', ')
  return {
    text: `select asked.place as "askedPlace", found.* from jsonb_to_recordset($1::jsonb) as asked(${columns})
      cross join lateral (${inner}) as found`,
    values: [JSON.stringify(asked), ...kept.map((index) => values[index])],
  }
}

/** Gives statements the names of their forms, so that each is read and planned once. */
function createNames(): (query: Query) => Query {
  const names = new Map<string, string>()
  return ({ text, values = [] }) => {
    const name =
      names.get(text) ?? (names.size < namedForms ? `alike-${sha256(text).toString('hex', 0, 8)}` : undefined)
    if (name === undefined) return { text, values }
    names.set(text, name)
    return { name, text, values }
  }
}
