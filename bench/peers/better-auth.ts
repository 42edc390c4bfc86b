// Better Auth's SCIM plugin on the same PostgreSQL as the hub, in a database of its own. One user is made through it and then copied, row by
// row with the keys that it looks users up by. Arguments: the address of the database, how many users, and the token. Prints its port.
import { createHash } from 'node:crypto'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { scim } from '@better-auth/scim'
import { betterAuth } from 'better-auth'
import { getMigrations } from 'better-auth/db/migration'
import { toNodeHandler } from 'better-auth/node'
import pg from 'pg'
import { idOfPerson } from '../../tests/support/many-users.ts'
import { scimUserOf } from '../scim-subjects.ts'

const [address = '', count = '0', token = ''] = process.argv.slice(2)
const connection = 'bench'
const pool = new pg.Pool({ connectionString: address, max: 8 })
const options = {
  database: pool,
  secret: 'only-for-measuring-'.repeat(3),
  baseURL: 'http://127.0.0.1',
  basePath: '',
  telemetry: { enabled: false },
  rateLimit: { enabled: false },
  plugins: [scim({ connections: [{ id: connection, credentials: [{ type: 'bearer', id: connection, token }] }] })],
}

function lookupKey(...parts: readonly string[]): string {
  return createHash('sha256').update(JSON.stringify(parts)).digest('base64url')
}

/** Copies the one user; everything that names it is named anew. */
async function copyUser(): Promise<void> {
  const rowOf = async (table: string): Promise<Record<string, unknown>> => {
    const { rows } = await pool.query<{ row: Record<string, unknown> }>(
      `select to_jsonb(one) as row from "${table}" one`,
    )
    return rows[0]?.row ?? {}
  }
  const rows = { user: await rowOf('user'), scimSubject: await rowOf('scimSubject'), scimUser: await rowOf('scimUser') }
  const copied = (number: number): Record<string, Record<string, unknown>> => {
    const [name, id, userId] = [`person-${number}`, idOfPerson(number), `user-${number}`]
    const emailIndex = `|${lookupKey('scim-email-value', `${name}@example.com`)}|`
    const names: readonly (readonly [unknown, string])[] = [
      [rows.scimUser['id'], id],
      [rows.user['id'], userId],
      [rows.scimSubject['id'], `subject-${number}`],
      [rows.scimUser['connectionUserKey'], lookupKey('scim-user', connection, userId)],
      [rows.scimUser['userNameKey'], lookupKey('scim-user-name', connection, name)],
      [rows.scimUser['externalIdKey'], lookupKey('scim-user-external-id', connection, `outside-${name}`)],
      [rows.scimUser['emailValueIndex'], emailIndex],
      [rows.scimUser['orderKey'], `0:${String(number).padStart(9, '0')}`],
      ['person-0', name],
    ]
    const text = names.reduce((all, [was, is]) => all.replaceAll(String(was), is), JSON.stringify(rows))
    return JSON.parse(text) as Record<string, Record<string, unknown>>
  }
  const batch = 1000
  for (let first = 1; first <= Number(count); first += batch) {
    const length = Math.min(batch, Number(count) - first + 1)
    const copies = Array.from({ length }, (_, index) => copied(first + index))
    for (const table of Object.keys(rows))
      await pool.query(`insert into "${table}" select * from jsonb_populate_recordset(null::"${table}", $1::jsonb)`, [
        JSON.stringify(copies.map((copy) => copy[table])),
      ])
  }
  await pool.query('vacuum analyze')
}

await (await getMigrations(options)).runMigrations()
const server = createServer(toNodeHandler(betterAuth(options)))
await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
const { port } = server.address() as AddressInfo
const reply = await fetch(`http://127.0.0.1:${port}/scim/v2/Users`, {
  method: 'POST',
  headers: { authorization: `Bearer ${token}`, 'content-type': 'application/scim+json' },
  body: JSON.stringify(scimUserOf('person-0')),
})
if (reply.status !== 201) throw new Error(`the first user: ${reply.status} ${await reply.text()}`)
await copyUser()
console.log(port)
process.once('SIGTERM', () => process.exit(0))
