import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { testDatabase, type TestDatabase } from '../../../../../tests/database.ts'
import { type MailServer, startMailServer } from '../../../../../tests/mail-server.ts'
import type { Database } from '../../platform/db/database.ts'
import { admin, anId, noticeFixture, type NoticeFixture } from './testing/notice-fixture.ts'

let own: TestDatabase
let server: MailServer
let fixture: NoticeFixture
const work = { transactions: 0, asked: 0 }
before(async () => {
  server = await startMailServer()
  own = await testDatabase()
  fixture = await noticeFixture(observed(own.database), server.url)
})
after(async () => {
  await fixture.close()
  await own.drop()
  await server.stop()
})

/** Counts transactions, and how many rows tell of members who are asked. */
function observed(database: Database): Database {
  return {
    ...database,
    async query<Row>(query: Parameters<Database['query']>[0]) {
      const rows = await database.query<Row>(query)
      if (query.text.includes('from group_second_factors')) work.asked += rows.length
      return rows
    },
    transaction(run, options) {
      work.transactions += 1
      return database.transaction(run, options)
    },
  }
}

/** Lets the user have a factor, as far as a mail is concerned. */
function addPasskey(userId: string): Promise<number> {
  return own.database.execute({
    text: `insert into user_passkeys (id, user_id, host, credential_id, public_key, counter, transports, synced, name, created)
      values ($1, $2, 'hub.example.com', $1, '\\x00', 0, '{}', false, 'Phone', now())`,
    values: [anId(), userId],
  })
}

test('whom a group comes to ask for a second factor is told once, whichever came first, the demand or the member', async () => {
  const group = await fixture.groups.create(admin, { name: 'Finance' })
  const other = await fixture.groups.create(admin, { name: 'Audit' })
  const memberOf = async (groupId: string, name: string) => {
    const user = await fixture.users.create(admin, { username: name, email: `${name}@example.com` })
    await fixture.groups.addMember(admin, groupId, user.id)
    return user.id
  }
  const look = async (): Promise<readonly string[]> => {
    await fixture.notices.work.tellAskedByGroups()
    await fixture.notices.work.tellAskedByGroups()
    const seen = server.taken.length
    await fixture.send()
    return server.taken.slice(seen).map(({ recipients }) => recipients[0] ?? '')
  }
  const early = await memberOf(group.id, 'early')
  await addPasskey(await memberOf(group.id, 'able'))
  await fixture.users.change(admin, await memberOf(group.id, 'away'), { input: { state: 'SUSPENDED' } })
  assert.deepEqual(await look(), [])
  await fixture.factors.askGroup(admin, group.id, 14)
  assert.deepEqual(await look(), ['early@example.com'])
  await memberOf(group.id, 'late')
  assert.deepEqual(await look(), ['late@example.com'])
  // Another group asks the same: they know.
  await fixture.groups.addMember(admin, other.id, early)
  await fixture.factors.askGroup(admin, other.id, 7)
  assert.deepEqual(await look(), [])
  // What is long known is no news, also when the mails of that time are forgotten.
  await own.database.execute({ text: 'delete from notices' })
  await own.database.execute({ text: `update group_members set added = '2025-01-01'` })
  await own.database.execute({ text: `update group_second_factors set since = '2025-01-01'` })
  assert.deepEqual(await look(), [])
  await fixture.notices.changeSettings(admin, { tellsAskedUsers: false })
  await memberOf(group.id, 'quiet')
  assert.deepEqual(await look(), [])
  await fixture.notices.changeSettings(admin, { tellsAskedUsers: true })
  assert.deepEqual(await look(), ['quiet@example.com'])
})

test('members of a large group are told in batches, and whoever was told is not looked at again', async () => {
  const group = await fixture.groups.create(admin, { name: 'Everybody' })
  const memberCount = 230
  await own.database.execute({
    text: `with made as (
        insert into users (id, username, email, attributes, state, unix_uid, unix_gid, created, updated)
        select 'e' || lpad(to_hex(n), 23, '0'), 'member' || n, 'member' || n || '@example.com', '{}', 'ACTIVATED', 90000 + n, 90000 + n, now(), now()
        from generate_series(1, $2::int) as n returning id)
      insert into group_members (group_id, user_id, origin, added)
      select $1, id, origin, now() from made, unnest(array['hub', 'rule']) as origin`,
    values: [group.id, memberCount],
  })
  await fixture.factors.askGroup(admin, group.id, 14)
  const told = async (): Promise<number> =>
    (await own.database.query({ text: `select from notices where recipient_id like 'e00000%'` })).length
  Object.assign(work, { transactions: 0, asked: 0 })
  await fixture.notices.work.tellAskedByGroups()
  assert.equal(await told(), memberCount)
  assert.ok(work.transactions < 10, `${work.transactions} transactions`)
  Object.assign(work, { transactions: 0, asked: 0 })
  await fixture.notices.work.tellAskedByGroups()
  assert.deepEqual([work, await told()], [{ transactions: 0, asked: 0 }, memberCount])
})
