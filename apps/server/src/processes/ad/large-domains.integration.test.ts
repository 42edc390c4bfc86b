// What is asked for with each change or every minute looks at what it finds, and not at everybody of a large domain.
import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { domainFixture, type DomainFixture } from '../../../../../tests/domain-fixture.ts'
import { idOfPerson, insertManyUsers } from '../../../../../tests/support/many-users.ts'
import { userAccounts } from '../../directory/bindings/account-import.service.ts'
import type { Queryable } from '../../platform/db/database.ts'
import * as ties from './mirror-ties.store.ts'

const count = 10_000
const fewRows = 100
/** An ordinary user, whom a search in the order of ids comes to at its end. */
const last = idOfPerson(count - 1)
let domain: DomainFixture

before(async () => {
  domain = await domainFixture()
  const { database } = domain
  const values = [domain.domain.id]
  await insertManyUsers(database, count)
  await database.execute({
    text: `insert into ad_objects (domain_id, guid, kind, attributes, in_scope, dirty)
      select $1, md5(id)::uuid, 'user', '{"accountExpires": "9223372036854775807"}', true, false from users`,
    values,
  })
  await database.execute({
    text: `insert into accounts (id, directory_id, user_id, external_id, made_by, wanted, applied_revision, created)
      select id, $1, id, md5(id)::uuid, 'hub', true, 1, now() from users`,
    values,
  })
  await database.execute({ text: 'analyze' })
})
after(() => domain[Symbol.asyncDispose]())

/** How many rows of a table a reading looked at, and what it found; what it changed is taken back. */
async function rowsLookedAt<Found>(
  table: string,
  read: (db: Queryable) => Promise<Found>,
): Promise<{ readonly found: Found; readonly rows: number }> {
  const looked = async (db: Queryable): Promise<number> => {
    const [row] = await db.query<{ rows: number }>({
      text: 'select seq_tup_read + coalesce(idx_tup_fetch, 0) as rows from pg_stat_xact_user_tables where relname = $1',
      values: [table],
    })
    return row?.rows ?? 0
  }
  return domain.database.transaction(async (transaction) => {
    const before = await looked(transaction)
    const found = await read(transaction)
    return { found, rows: (await looked(transaction)) - before }
  })
}

test('the one account that is behind is handed out without a look at the others', async () => {
  const raised = await domain.database.execute({
    text: 'update accounts set desired_revision = 2 where id = $1',
    values: [last],
  })
  assert.equal(raised, 1)
  const request = { directoryId: domain.domain.id, agentId: domain.syncAgent.id, limit: 100, leaseMs: 1000 }
  const { found, rows } = await rowsLookedAt('accounts', (db) => userAccounts.lease(db, request))
  assert.deepEqual(
    found.map(({ id }) => id),
    [last],
  )
  assert.ok(rows < fewRows, `${rows} accounts were looked at`)
})

test('the one account whose validity has ended is found without a look at the others', async () => {
  const guids = await domain.database.query<{ guid: string }>({
    text: `update ad_objects set attributes = '{"accountExpires": "133000000000000000"}' where guid = md5($1)::uuid returning guid`,
    values: [last],
  })
  const { found, rows } = await rowsLookedAt('ad_objects', (db) =>
    ties.listExpired(db, domain.domain.id, new Date('2026-01-01')),
  )
  assert.deepEqual(
    found,
    guids.map(({ guid }) => guid),
  )
  assert.ok(rows < fewRows, `${rows} objects were looked at`)
})
