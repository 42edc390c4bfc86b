import type pg from 'pg'
import { createDatabase } from '../apps/server/src/platform/db/database.ts'
import { silentLog } from '../apps/server/src/platform/log/log.ts'
import { idInSql } from '../tests/support/many-users.ts'
import type { MeasuredHub } from './measured-hub.ts'
import { note } from './report.ts'
import { scimUserOf } from './scim-subjects.ts'

const batch = 2000

/** Asks the hub as an administrator does; throws unless it succeeds. */
async function ask<Answer>({ hub }: MeasuredHub, path: string, body: object): Promise<Answer> {
  const reply = await fetch(`http://127.0.0.1:${hub.port}${path}`, {
    method: 'POST',
    headers: { authorization: `Bearer ${hub.apiKey}`, 'content-type': 'application/json' },
    body: JSON.stringify(body),
  })
  const text = await reply.text()
  if (!reply.ok) throw new Error(`${path}: ${reply.status} ${text.slice(0, 500)}`)
  return JSON.parse(text) as Answer
}

/** Makes integrations with a token each. */
export async function makeTokens(measured: MeasuredHub, count: number): Promise<readonly string[]> {
  const tokens: string[] = []
  for (let number = 1; number <= count; number += 1) {
    const path = '/hub/v1/scim-integrations'
    // What one of them made, another may change: the load does not ask whose a user is.
    const wanted = { name: `Client ${number}`, othersMayChange: true }
    const { id } = await ask<{ readonly id: string }>(measured, path, wanted)
    tokens.push((await ask<{ readonly secret: string }>(measured, `${path}/${id}/tokens`, {})).secret)
  }
  return tokens
}

/** Copies a user whom a client made until there are `count` of them, `person-1` … by number, in SQL. */
export async function fillUsers(measured: MeasuredHub, token: string, count: number): Promise<void> {
  const { hub, connection, query } = measured
  const [present] = await query<{ count: number }>(`select count(*)::integer from users where username like 'person-%'`)
  if ((present?.count ?? 0) === 0) {
    const reply = await fetch(`http://127.0.0.1:${hub.port}/scim/v2/Users`, {
      method: 'POST',
      headers: { authorization: `Bearer ${token}`, 'content-type': 'application/scim+json' },
      body: JSON.stringify(scimUserOf('person-0')),
    })
    if (reply.status !== 201) throw new Error(`the first user: ${reply.status} ${await reply.text()}`)
  }
  note(`  ${count} users …`)
  const columns = await query<Column>(
    `select column_name as name, data_type as type from information_schema.columns where table_name = 'users'
      and is_generated = 'NEVER' and is_identity = 'NO' and column_name <> 'id'`,
  )
  const database = createDatabase({ connection: connection satisfies pg.PoolConfig, log: silentLog, poolSize: 1 })
  for (let first = Math.max(1, present?.count ?? 0); first <= count; first += batch)
    await database.execute({
      text: `insert into users (id, ${columns.map(({ name }) => name).join()})
        select ${idInSql('n')}, ${columns.map(copied).join()} from users, generate_series($1::integer, $2::integer) as n
        where username = 'person-0'`,
      values: [first, Math.min(count, first + batch - 1)],
    })
  await database.execute({ text: 'vacuum analyze users' })
  await database.close()
}

interface Column {
  readonly name: string
  readonly type: string
}

function copied({ name, type }: Column): string {
  if (name === 'unix_uid' || name === 'unix_gid') return '1000000 + n'
  return type === 'text' || type === 'jsonb' ? `replace(${name}::text, 'person-0', 'person-' || n)::${type}` : name
}

/** Makes a group whose members are the first so many users. */
export async function makeGroup(measured: MeasuredHub, members: number): Promise<string> {
  const schemas = ['urn:ietf:params:scim:schemas:core:2.0:Group']
  const wanted = { schemas, displayName: `Group of ${members}` }
  const { id } = await ask<{ readonly id: string }>(measured, '/scim/v2/Groups', wanted)
  await measured.query(
    `insert into group_members (group_id, user_id, origin)
      select '${id}', ${idInSql('n')}, 'hub' from generate_series(1, ${members}) as n`,
  )
  await measured.query('vacuum analyze group_members')
  return id
}
