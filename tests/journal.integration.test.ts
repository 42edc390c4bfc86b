// The journal against somebody who can write to the database, and its feed under concurrent writers.
import assert from 'node:assert/strict'
import { randomBytes } from 'node:crypto'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, afterEach, before, beforeEach, test } from 'node:test'
import type { JournalVerification } from '@lockstep/contract/hub/journal'
import { sha256 } from '@lockstep/kernel/digest'
import { systemClock } from '@lockstep/kernel/clock'
import { systemActor } from '../apps/server/src/directory/access/access.rules.ts'
import { createJournalChain, type JournalChain } from '../apps/server/src/directory/journal/journal-chain.service.ts'
import { createJournalSigner } from '../apps/server/src/directory/journal/journal-signer.service.ts'
import { createJournalService, type JournalService } from '../apps/server/src/directory/journal/journal.service.ts'
import { createSettingsService } from '../apps/server/src/directory/settings/settings.service.ts'
import { createVault } from '../apps/server/src/platform/crypto/vault.ts'
import { testDatabase, type TestDatabase } from './database.ts'
import { sealRows } from './support/seal-rows.ts'

let fresh: TestDatabase
let folder: string
let journal: JournalService
let chain: JournalChain
let database: TestDatabase['database']

before(async () => {
  folder = await mkdtemp(join(tmpdir(), 'lockstep-journal-'))
})
after(() => rm(folder, { recursive: true, force: true }))
beforeEach(async () => {
  fresh = await testDatabase()
  database = fresh.database
  journal = createJournalService({ database, clock: systemClock })
  await journal.makePartitions()
  chain = await makeChain()
})
afterEach(() => fresh.drop())

async function makeChain(): Promise<JournalChain> {
  const vault = await createVault({ database, masterKeyFile: join(folder, `${randomBytes(4).toString('hex')}.key`) })
  const settings = createSettingsService({ database, clock: systemClock })
  return createJournalChain({ database, signer: await createJournalSigner({ settings, vault }) })
}

const origin = { actor: systemActor('test'), cause: { kind: 'schedule' } } as const

async function write(count: number, db: Parameters<JournalService['record']>[0] = database): Promise<void> {
  const drafts = Array.from(
    { length: count },
    (_, index) =>
      ({
        action: 'user.update',
        subjectKind: 'user',
        subjectId: randomBytes(12).toString('hex'),
        subject: `Zoë ${index}`,
        changes: { jobTitle: { before: 'a', after: `title ${index}` } },
      }) as const,
  )
  await journal.record(db, origin, drafts)
}

/** Two sealed blocks of ten rows. */
async function sealTwoBlocks(): Promise<readonly number[]> {
  for (let block = 0; block < 2; block += 1) {
    await write(10)
    assert.equal(await sealRows(chain, 10), 10)
  }
  return (await database.query<{ seq: number }>({ text: 'select seq from journal order by seq' })).map(({ seq }) => seq)
}

async function tamper(text: string, ...values: readonly unknown[]): Promise<JournalVerification> {
  const changed = await database.execute({ text, values })
  assert.ok(changed > 0, 'something was changed')
  const outcome = await chain.verify()
  assert.equal(outcome.ok, false)
  return outcome
}

test('what was written and sealed is found as it was', async () => {
  await sealTwoBlocks()
  await write(3)
  assert.deepEqual(await chain.verify(), { ok: true, rowsChecked: 20, blocksChecked: 2, rowsUnsealed: 3, faults: [] })
})

test('a journal without rows is in order', async () => {
  assert.equal(await chain.seal(), 0)
  assert.deepEqual(await chain.verify(), { ok: true, rowsChecked: 0, blocksChecked: 0, rowsUnsealed: 0, faults: [] })
})

const columns: Readonly<Record<string, string>> = {
  details: `details = jsonb_set(details::jsonb, '{changes,jobTitle,after}', '"Chief"')::json`,
  salt: 'salt = uuid_send(gen_random_uuid())',
  actor_id: `actor_id = 'somebody'`,
  actor_kind: `actor_kind = 'agent'`,
  action: `action = 'user.delete'`,
  subject_id: `subject_id = 'other'`,
  subject_kind: `subject_kind = 'group'`,
  correlation_id: `correlation_id = 'other'`,
  at: `at = at + interval '1 second'`,
}

for (const [column, assignment] of Object.entries(columns))
  test(`a changed ${column} of a sealed row is found`, async () => {
    const seqs = await sealTwoBlocks()
    const { faults } = await tamper(`update journal set ${assignment} where seq = $1`, seqs[12])
    assert.deepEqual(
      faults.map(({ seq, block }) => ({ seq, block })),
      [{ seq: seqs[12], block: 2 }],
    )
  })

test('a removed row is found', async () => {
  const seqs = await sealTwoBlocks()
  const { faults } = await tamper('delete from journal where seq = $1', seqs[3])
  assert.deepEqual(
    faults.map(({ seq }) => seq),
    [seqs[3]],
  )
})

test('a row that is slipped in below the end is found', async () => {
  await sealTwoBlocks()
  const { faults } = await tamper(`insert into journal
      (seq, xid, actor_kind, actor_id, action, subject_kind, subject_id, details) overriding system value
    select seq + 1000, xid, actor_kind, actor_id, 'user.delete', subject_kind, subject_id, details
    from journal order by seq limit 1`)
  assert.match(faults.map(({ text }) => text).join(), /1 rows were added/)
})

test('a row that takes the number of another is found', async () => {
  const seqs = await sealTwoBlocks()
  await tamper(
    `insert into journal (seq, xid, at, actor_kind, actor_id, action, subject_kind, subject_id, details) overriding system value
    select seq, xid, at + interval '1 microsecond', actor_kind, actor_id, 'user.delete', subject_kind, subject_id, details
    from journal where seq = $1`,
    seqs[5],
  )
})

test('a row that is moved to another place is found', async () => {
  const seqs = await sealTwoBlocks()
  const { faults } = await tamper(
    `with moved as (delete from journal where seq = $1 returning *)
      insert into journal overriding system value
      select 1000, xid, at, actor_kind, actor_id, action, subject_kind, subject_id, correlation_id, details, salt, details_digest
      from moved`,
    seqs[2],
  )
  assert.ok(faults.some(({ seq }) => seq === seqs[2]))
})

test('a changed hash of a block is found', async () => {
  await sealTwoBlocks()
  const { faults } = await tamper(`update journal_blocks set hash = sha256('other') where position = 1`)
  assert.ok(faults.some(({ block }) => block === 1))
})

test('a changed row with its digest and hashes computed anew is found by the signature', async () => {
  const seqs = await sealTwoBlocks()
  const before = await database.query({ text: 'select from journal_blocks' })
  await database.execute({ text: `update journal set details = '{}' where seq = $1`, values: [seqs[0]] })
  // As somebody would who has the program and the database, but not the master key.
  await database.execute({ text: 'delete from journal_blocks' })
  const forger = createJournalChain({
    database,
    signer: { sign: async () => Buffer.alloc(64), verify: async () => true },
  })
  await sealRows(forger, seqs.length)
  assert.equal((await forger.verify()).ok, true)
  assert.ok(before.length > 0)
  const { ok, faults } = await chain.verify()
  assert.equal(ok, false)
  assert.match(faults.map(({ text }) => text).join(), /not signed by this hub/)
})

test('a removed block is found', async () => {
  await sealTwoBlocks()
  await write(5)
  await sealRows(chain, 5)
  await tamper('delete from journal_blocks where position = 2')
})

test('erasing the personal values of a row leaves the chain in order', async () => {
  const seqs = await sealTwoBlocks()
  const [row] = await database.query<{ salt: Buffer; details: string }>({
    text: 'select salt, details::text as details from journal where seq = $1',
    values: [seqs[4]],
  })
  assert.ok(row)
  const digest = sha256(row.salt, row.details)
  await database.execute({
    text: 'update journal set details = null, salt = null, details_digest = $2 where seq = $1',
    values: [seqs[4], digest],
  })
  assert.equal((await chain.verify()).ok, true)
  const entry = (await journal.list({})).items.find(({ seq }) => seq === seqs[4])
  assert.equal(entry?.erased, true)
  assert.deepEqual(entry?.changes, {})
})

test('an erasure that puts another digest is found', async () => {
  const seqs = await sealTwoBlocks()
  await tamper(
    `update journal set details = null, salt = null, details_digest = sha256('other') where seq = $1`,
    seqs[4],
  )
})

test('values that are changed under the cover of a kept digest are found', async () => {
  const seqs = await sealTwoBlocks()
  await database.execute({
    text: `update journal set details_digest = sha256(salt || convert_to(details::text, 'UTF8')) where seq = $1`,
    values: [seqs[4]],
  })
  await tamper(`update journal set details = '{"changes": {}}' where seq = $1`, seqs[4])
})

test('a reader of the feed sees every row of slow concurrent writers once and in order', async () => {
  const writers = 8
  const transactions = 12
  const ended = new Set<number>()
  const seen: { xid: string; seq: number }[] = []
  const read = async (): Promise<number> => {
    const last = seen.at(-1) ?? { xid: '0', seq: 0 }
    const rows = await journal.readFeed(last, 7)
    seen.push(...rows.map(({ xid, seq }) => ({ xid, seq })))
    return rows.length
  }
  const writing = Array.from({ length: writers }, async (_, writer) => {
    const session = await database.session()
    for (let turn = 0; turn < transactions; turn += 1) {
      await session.execute({ text: 'begin' })
      await write(1 + (turn % 3), session)
      // Transactions of every length, so that they end in another order than they began.
      await session.query({ text: 'select pg_sleep($1)', values: [((writer * 7 + turn * 3) % 10) / 500] })
      await write(1, session)
      await session.execute({ text: turn % 5 === 4 ? 'rollback' : 'commit' })
    }
    ended.add(writer)
    await session.close()
  })
  const reading = (async () => {
    while (ended.size < writers) await read()
  })()
  await Promise.all([...writing, reading])
  const stored = await database.query<{ xid: string; seq: number }>({
    text: 'select xid::text as xid, seq from journal order by journal.xid, journal.seq',
  })
  assert.ok(stored.length > writers * transactions)
  while (seen.length < stored.length) await read()
  assert.deepEqual(
    seen,
    stored.map(({ xid, seq }) => ({ xid, seq })),
  )
})

test('a long transaction holds the feed back, and what it wrote comes in its place when it ends', async () => {
  const session = await database.session()
  await session.execute({ text: 'begin' })
  await write(1, session)
  await write(2)
  assert.deepEqual(await journal.readFeed({ xid: '0', seq: 0 }, 10), [])
  await session.execute({ text: 'commit' })
  await session.close()
  // A transaction of another database that ends just now may hold it back for a moment.
  let rows = await journal.readFeed({ xid: '0', seq: 0 }, 10)
  while (rows.length < 3) rows = await journal.readFeed({ xid: '0', seq: 0 }, 10)
  assert.deepEqual(
    rows.map(({ seq }) => seq),
    [1, 2, 3],
  )
})

test('a long transaction of another database of the server holds nothing back, whoever reads', async () => {
  const other = await testDatabase({ migrations: 'none' })
  const [foreign, reader] = [await other.database.session(), await database.session()]
  try {
    await foreign.execute({ text: 'begin' })
    await foreign.query({ text: 'select pg_current_xact_id()' })
    await write(2)
    // An ordinary role, which is not shown what other sessions run.
    const role = `reader_${randomBytes(6).toString('hex')}`
    await reader.execute({ text: 'begin' })
    await reader.execute({ text: `create role ${role}; grant select on journal to ${role}; set local role ${role}` })
    const read = createJournalService({
      database: { ...database, query: (query) => reader.query(query) },
      clock: systemClock,
    })
    let rows = await read.readFeed({ xid: '0', seq: 0 }, 10)
    while (rows.length < 2) rows = await read.readFeed({ xid: '0', seq: 0 }, 10)
    assert.equal(rows.length, 2)
    await reader.execute({ text: 'rollback' })
    assert.equal((await journal.feedEnd()).seq, 2)
    // The foreign transaction ran all the time.
    await foreign.execute({ text: 'commit' })
  } finally {
    await foreign.close()
    await reader.close()
    await other.drop()
  }
})

test('a transaction that is left open does not hold the feed for ever', async () => {
  // What the hub sets for its connections, shortened: the connection of a stuck transaction is ended.
  const session = await database.session()
  await session.execute({ text: `set idle_in_transaction_session_timeout = '100ms'` })
  const lost = new Promise<void>((resolve) => session.onLost(resolve))
  await session.execute({ text: 'begin' })
  await write(1, session)
  await write(2)
  await lost
  // The server tells the client first and forgets the transaction a moment later.
  let rows = await journal.readFeed({ xid: '0', seq: 0 }, 10)
  while (rows.length < 2) rows = await journal.readFeed({ xid: '0', seq: 0 }, 10)
  assert.equal(rows.length, 2)
  const limits = await database.query<{ idle_in_transaction_session_timeout: string }>({
    text: 'show idle_in_transaction_session_timeout',
  })
  assert.notEqual(limits[0]?.idle_in_transaction_session_timeout, '0')
})

test('hubs that make the same month’s partition at once do not hinder each other', async () => {
  const months = ['2031-01-15', '2031-02-15', '2031-03-15', '2031-04-15']
  for (const month of months)
    await Promise.all(
      Array.from({ length: 8 }, () =>
        database.query({ text: 'select journal_make_partition($1::timestamptz)', values: [month] }),
      ),
    )
  const made = await database.query({ text: `select from pg_class where relname ~ '^journal_2031_0[1-4]$'` })
  assert.equal(made.length, months.length)
})

test('the feed and the chain go on in order where transaction numbers get a digit more', async () => {
  const [row] = await database.query<{ xid: string }>({ text: 'select pg_current_xact_id()::text as xid' })
  const now = Number(row?.xid)
  const numbers = [1, 2, 3].flatMap((digits) => [10 ** digits - 1, 10 ** digits]).filter((number) => number < now)
  assert.ok(numbers.length >= 4, 'the server has counted past a digit')
  for (const number of numbers) {
    await write(1)
    await database.execute({
      text: 'update journal set xid = $1::text::xid8 where seq = (select max(seq) from journal)',
      values: [String(number)],
    })
  }
  const taken: string[] = []
  let position = { xid: '0', seq: 0 }
  for (;;) {
    const rows = await journal.readFeed(position, 1)
    const last = rows.at(-1)
    if (last === undefined) break
    taken.push(last.xid)
    position = last
  }
  assert.deepEqual(taken.map(Number), numbers)
  assert.deepEqual((await journal.feedEnd()).xid, String(numbers.at(-1)))
  assert.equal(await chain.seal(), numbers.length)
  assert.equal((await chain.verify()).ok, true)
})
