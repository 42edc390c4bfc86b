import assert from 'node:assert/strict'
import { after, before, beforeEach, test } from 'node:test'
import { type HubFixture, hubFixture, refusalOf } from '../../../../../tests/hub-fixture.ts'
import { brief, type ChangeReader, changeReader, origin } from '../../../../../tests/support/change-reader.ts'

let hub: HubFixture
let read: ChangeReader

before(async () => {
  hub = await hubFixture()
  read = changeReader(hub)
})
after(() => hub.close())
beforeEach(async () => {
  const text = 'truncate users, groups, systems, directories, journal, journal_blocks, journal_epochs cascade'
  await hub.database.execute({ text })
})

test('a cursor of a database that was restored is refused, and beginning again helps', async () => {
  await read.make('ada')
  await read.nowSettled()
  const { next } = await read.page('since=now')
  assert.deepEqual((await read.page(`since=${next}`)).items, [])
  // An older copy of the same files: the newest rows are not there any more, and others have their numbers.
  await hub.database.execute({ text: 'delete from journal where seq = (select max(seq) from journal)' })
  const expired = await hub.call(`GET changes?since=${next}`)
  assert.equal(refusalOf(expired), '410 cursor_expired since')
  assert.match(expired.body.detail, /Begin again/)
  const again = (await read.page('since=now')).next
  // Another cluster, or another timeline of it.
  await hub.database.execute({ text: `update journal_epochs set server = 'another'` })
  assert.equal(refusalOf(await hub.call(`GET changes?since=${again}`)), '410 cursor_expired since')
  const listed = await read.readAll('kind=user')
  assert.equal(listed.items.length, 1)
  assert.deepEqual((await read.page(`since=${listed.next}`)).items, [])
})

test('rows of another cluster are numbered anew, and nobody is led past what they have not seen', async () => {
  await read.make('ada')
  await read.make('max')
  await read.settled()
  await hub.chain.seal()
  await hub.groups.create(origin, { name: 'not sealed' })
  await read.nowSettled()
  const foreign = '(xid::text::bigint + 1000000000000)::text::xid8'
  await hub.database.execute({
    text: `update journal_blocks set last_xid = ${foreign.replace('xid', 'last_xid')}`,
  })
  await hub.database.execute({
    text: `insert into journal_followers (name, xid, seq) select 'test', xid, seq from journal order by xid, seq limit 1`,
  })
  await hub.database.execute({ text: `update journal set xid = ${foreign}` })
  await hub.database.execute({ text: `update journal_followers set xid = ${foreign}` })
  await hub.database.execute({ text: `update journal_epochs set server = 'another'` })
  const before = await hub.journal.readFeed({ xid: '0', seq: 0 }, 100)
  assert.deepEqual(before, [], 'all of it is still to come')
  const since = (await read.page('since=now')).next
  const rows = await hub.journal.readFeed({ xid: '0', seq: 0 }, 100)
  assert.deepEqual(
    rows.map(({ subjectKind }) => subjectKind),
    ['user', 'user', 'group'],
  )
  const [follower] = await hub.database.query<{ xid: string; seq: number }>({
    text: `select xid::text as xid, seq from journal_followers where name = 'test'`,
  })
  assert.ok(follower)
  assert.equal((await hub.journal.readFeed(follower, 100)).length, 2)
  const eva = await read.make('eva')
  assert.deepEqual((await read.readSettled(since)).items.map(brief), [`created user ${eva}`])
  await hub.database.execute({ text: `delete from journal_followers where name = 'test'` })
  assert.equal(await hub.chain.seal(), 2, 'what was not sealed, and what came since')
  const { ok, rowsChecked, rowsUnsealed, faults } = await hub.chain.verify()
  assert.deepEqual([ok, rowsChecked, rowsUnsealed, faults], [true, 4, 0, []])
})
