// What the database does by itself, as a process of its own: inserts of single users by the driver that the hub uses, through as many
// connections as there are HTTP clients. Takes a job as JSON, prints the result as JSON.
import { randomBytes } from 'node:crypto'
import assert from 'node:assert/strict'
import pg from 'pg'
import { idOfPerson } from '../tests/support/many-users.ts'
import { type LoadResult, summarize } from './load-result.ts'
import { userBody } from './load-subjects.ts'

/** Where to insert, through how many connections, for how long. */
export interface InsertJob {
  readonly connection: pg.PoolConfig
  readonly connections: number
  readonly durationMs: number
  readonly limit: number
  /** Either the users' JSON in a table with nothing but a key, or the rows that the hub keeps of a user or of a new member, in its tables. */
  readonly rows: 'bare' | 'kept' | { readonly groupId: string; readonly first: number }
}

interface Statement {
  readonly text: string
  valuesOf(key: string): readonly unknown[]
}

const bare: Statement = {
  text: 'insert into bench_rows (id, body) values ($1, $2)',
  valuesOf: (key) => [key, userBody(key)],
}

/** A statement that adds one user after the other to a group, with the two journal rows that the hub wrote of the newest member. */
async function memberStatement(
  pool: pg.Pool,
  { groupId, first }: Exclude<InsertJob['rows'], string>,
): Promise<Statement> {
  const of = (where: string): Promise<Map<string, string | null>> => newest(pool, 'journal', filledIn, where)
  const entries = [await of(`where subject_kind = 'group'`), await of(`where subject_kind = 'user'`)]
  assert.deepEqual(
    entries.map((entry) => entry.get('action')),
    ['group.member_add', 'user.join_group'],
    'the last thing that happened is that somebody came into the group',
  )
  const id = entries[1]?.get('subject_id') ?? ''
  const { rows } = await pool.query<{ username: string }>('select username from users where id = $1', [id])
  const username = rows[0]?.username ?? ''
  const names = [...(entries[0]?.keys() ?? [])]
  const values = (entry: number) =>
    names.map((name, index) => `$${entry * names.length + index + 3}::${typeOf[name] ?? 'text'}`).join()
  let number = first - 1
  return {
    text: `with made as (insert into group_members (group_id, user_id, origin) values ($1, $2, 'hub') returning user_id)
      insert into journal (${names.join()})
      select noted.* from made, (values (${values(0)}), (${values(1)})) as noted`,
    valuesOf() {
      number += 1
      const userId = idOfPerson(number)
      const again = (value: string | null) =>
        value?.replaceAll(id, userId).replaceAll(username, `person-${number}`) ?? null
      return [groupId, userId, ...entries.flatMap((entry) => [...entry.values()].map(again))]
    },
  }
}

/** A statement that stores the newest user again under another key, with the journal row: what the hub stores of a create, one by one. */
async function keptStatement(pool: pg.Pool): Promise<Statement> {
  const user = await newest(pool, 'users', [])
  const entry = await newest(pool, 'journal', filledIn)
  const [id, username] = [user.get('id'), user.get('username')]
  assert.ok(
    id && username && entry.get('subject_id') === id,
    'the last thing that happened is the making of the newest user',
  )
  const names = [...user.keys(), ...entry.keys()]
  const place = (offset: number) => (_: string, index: number) => `$${offset + index + 1}`
  return {
    text: `with made as (
        insert into users (${[...user.keys()].join()}) values (${[...user.keys()].map(place(0)).join()}) returning id
      )
      insert into journal (${[...entry.keys()].join()})
      select ${[...entry.keys()].map((name, index) => `${place(user.size)(name, index)}::${typeOf[name] ?? 'text'}`).join()} from made`,
    valuesOf(key) {
      const newId = randomBytes(12).toString('hex')
      const again = (value: string | null) => value?.replaceAll(id, newId).replaceAll(username, `bench-${key}`) ?? null
      return [...user.values(), ...entry.values()].map((value, index) =>
        names[index] === 'unix_uid' || names[index] === 'unix_gid' ? value : again(value),
      )
    },
  }
}
const typeOf: Readonly<Record<string, string>> = { details: 'json' }
/** What the journal fills in by itself. */
const filledIn = ['seq', 'xid', 'at', 'salt', 'details_digest']

/** The newest row of a table, as text by column, without what the database makes of the rest. */
async function newest(
  pool: pg.Pool,
  table: string,
  without: readonly string[],
  where = '',
): Promise<Map<string, string | null>> {
  const columns = await pool.query<{ name: string }>(
    `select attname as name from pg_attribute
      where attrelid = $1::regclass and attnum > 0 and not attisdropped and attidentity = '' and attgenerated = ''
        and attname <> all($2)`,
    [table, without],
  )
  const names = columns.rows.map(({ name }) => name)
  const found = await pool.query<Record<string, string | null>>(
    `select ${names.map((name) => `${name}::text as ${name}`).join()} from ${table} ${where} order by seq desc limit 1`,
  )
  return new Map(names.map((name) => [name, found.rows[0]?.[name] ?? null]))
}

async function run(job: InsertJob): Promise<LoadResult> {
  const pool = new pg.Pool({ ...job.connection, max: job.connections })
  const name = randomBytes(4).toString('hex')
  const statementOf = { bare: () => bare, kept: () => keptStatement(pool) }
  const { rows } = job
  const { text, valuesOf } = await (typeof rows === 'string' ? statementOf[rows]() : memberStatement(pool, rows))
  const clients = await Promise.all(Array.from({ length: job.connections }, () => pool.connect()))
  const times: number[] = []
  let sent = 0
  const began = performance.now()
  const insertMany = async (client: pg.PoolClient): Promise<void> => {
    while (sent < job.limit && performance.now() - began < job.durationMs) {
      sent += 1
      const key = `${name}-${sent}`
      const start = performance.now()
      await client.query({ name: 'insert', text, values: [...valuesOf(key)] })
      times.push(performance.now() - start)
    }
  }
  await Promise.all(clients.map(insertMany))
  const seconds = (performance.now() - began) / 1000
  for (const client of clients) client.release()
  await pool.end()
  return summarize(times, { seconds, failures: 0 })
}

console.log(JSON.stringify(await run(JSON.parse(process.argv[2] ?? '') as InsertJob)))
