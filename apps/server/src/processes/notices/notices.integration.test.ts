import assert from 'node:assert/strict'
import { afterEach, beforeEach, test } from 'node:test'
import { testDatabase, type TestDatabase } from '../../../../../tests/database.ts'
import { type MailServer, startMailServer } from '../../../../../tests/mail-server.ts'
import { actorOf } from '../../directory/access/access.rules.ts'
import { admin, anId, noticeFixture, type NoticeFixture, publicUrl } from './testing/notice-fixture.ts'

const hourMs = 3_600_000

let own: TestDatabase
let server: MailServer
let fixture: NoticeFixture
beforeEach(async () => {
  own = await testDatabase()
  server = await startMailServer()
  fixture = await noticeFixture(own.database, server.url)
})
afterEach(async () => {
  await fixture.close()
  await server.stop()
  await own.drop()
})

async function makeAdministrator(email: string, role: 'administrator' | 'read_only' = 'administrator') {
  return fixture.access.administrators.create(admin, { email, role, password: 'correct horse battery' })
}

function planHeld(planId: string) {
  return {
    action: 'plan.hold',
    subjectKind: 'plan',
    subjectId: planId,
    subject: 'corp.example',
    changes: { items: { after: 12 } },
  } as const
}

async function states(): Promise<readonly string[]> {
  const { items } = await fixture.notices.list(admin.actor, {})
  return items.map(({ kind, state, attempts }) => `${kind} ${state} ${attempts}`)
}

async function journalled(action: string) {
  return (await fixture.journal.list({ action, limit: 50 })).items
}

test('an invited administrator gets a link that sets the first password, and no trace of it is in the database', async () => {
  const { id } = await fixture.access.administrators.create(admin, {
    email: 'zoë@example.com',
    name: 'Zoë',
    role: 'manager',
  })
  await fixture.see('administrator.create', id)
  const { rows } = await own.database.pool.query('select recipient_sealed || content_sealed as sealed from notices')
  await fixture.send()
  const [mail] = server.taken
  assert.match(mail?.subject ?? '', /You are an administrator of/)
  assert.deepEqual(mail?.recipients, ['zoë@example.com'])
  assert.equal(mail.to, 'Zoë <zoë@example.com>')
  const token = /token=(\S+)/.exec(mail.text)?.[1] ?? ''
  assert.ok(mail.text.includes(`${publicUrl}/admin/password?token=`))
  assert.ok(mail.html.includes(token))
  assert.doesNotMatch(String(rows[0]?.sealed), /zoë@|token=/)
  const dump = await dumpOf(own)
  assert.ok(dump.includes('administrator_invitation'))
  assert.ok(!dump.includes(token))
  await fixture.access.passwordLinks.choose(
    { token: decodeURIComponent(token), password: 'another horse battery' },
    { ip: '192.0.2.1', requestId: 'r' },
  )
  // With a password, another request is for a new one.
  await fixture.access.administrators.requestActivation(admin, id)
  await fixture.see('administrator.activation_request', id)
  await fixture.send()
  assert.match(server.taken[1]?.subject ?? '', /Choose a new password/)
})

/** Everything that the database holds, as text. */
async function dumpOf({ database }: TestDatabase): Promise<string> {
  const tables = await database.query<{ name: string }>({
    text: `select quote_ident(table_name) as name from information_schema.tables
      where table_schema = 'public' and table_type = 'BASE TABLE'`,
  })
  const texts: string[] = []
  for (const { name } of tables) {
    const rows = await database.query<{ row: string }>({ text: `select t::text as row from ${name} t` })
    texts.push(...rows.map(({ row }) => row))
  }
  return texts.join('\n')
}

test('a row of the journal that comes again makes no second mail', async () => {
  await makeAdministrator('ada@example.com')
  const seeAgain = await fixture.happen(planHeld(anId()))
  await seeAgain()
  await fixture.send()
  await seeAgain()
  await fixture.send()
  assert.equal(server.taken.length, 1)
  assert.match(server.taken[0]?.text ?? '', /12 changes so far/)
})

test('one request that makes an administrator and asks for the mail makes one mail', async () => {
  const origin = { ...admin, correlationId: 'one request' }
  const { id } = await fixture.access.administrators.create(origin, {
    email: 'max@example.com',
    name: 'Max',
    role: 'manager',
  })
  await fixture.access.administrators.requestActivation(origin, id)
  await fixture.see('administrator.create', id)
  await fixture.see('administrator.activation_request', id)
  await fixture.send()
  assert.equal(server.taken.length, 1)
})

test('a held plan is told to those who may release it and want to know', async () => {
  const ada = await makeAdministrator('ada@example.com')
  await makeAdministrator('max@example.com')
  await makeAdministrator('ray@example.com', 'read_only')
  const gone = await makeAdministrator('gone@example.com')
  await fixture.access.administrators.update(admin, gone.id, { suspended: true })
  const actor = actorOf({ id: ada.id, email: ada.email, name: ada.name, role: 'administrator' }, 'session')
  assert.equal((await fixture.notices.preferences(actor)).plan_held, true)
  const chosen = await fixture.notices.choosePreferences({ ...admin, actor }, { plan_held: false })
  assert.deepEqual(chosen, { ...chosen, plan_held: false, domain_silent: true, bulk_job_ended: false })
  await fixture.happen(planHeld(anId()))
  await fixture.send()
  assert.deepEqual(server.taken.map(({ recipients }) => recipients).flat(), ['max@example.com'])
})

test('what the server does not take now is tried again later, under the same Message-ID', async () => {
  await makeAdministrator('ada@example.com')
  await fixture.happen(planHeld(anId()))
  server.manners.push({ recipient: '451 4.7.1 greylisted' }, { content: '452 4.3.1 disk full' })
  await fixture.send()
  assert.deepEqual(await states(), ['plan_held waiting 1'])
  assert.equal(await fixture.send(), 0)
  fixture.clock.advance(13_000)
  await fixture.send()
  assert.deepEqual(await states(), ['plan_held waiting 2'])
  assert.match((await fixture.notices.room(admin.actor)).trouble ?? '', /disk full/)
  fixture.clock.advance(26_000)
  await fixture.send()
  assert.deepEqual(await states(), ['plan_held sent 3'])
  const [notice] = (await fixture.notices.list(admin.actor, {})).items
  assert.equal(server.taken[0]?.messageId, `<${notice?.id}@hub.example.com>`)
  const [row] = await journalled('notice.send')
  assert.equal(row?.changes['attempts']?.after, 3)
  assert.doesNotMatch(JSON.stringify(row), /ada@example|corp\.example/)
})

test('a mail that is refused for good fails with the reason, and a person can have it tried again', async () => {
  await makeAdministrator('ada@example.com')
  await fixture.happen(planHeld(anId()))
  server.manners.push({ recipient: '550 5.1.1 <ada@example.com> unknown' })
  await fixture.send()
  const [failed] = (await fixture.notices.list(admin.actor, { state: 'failed' })).items
  assert.equal(failed?.lastError, '550 5.1.1 <[recipient]> unknown')
  assert.equal(failed.recipient, 'ada@example.com')
  assert.equal((await journalled('notice.fail'))[0]?.changes['reason']?.after, failed.lastError)
  await fixture.notices.retry(admin, failed.id)
  await fixture.send()
  assert.deepEqual(await states(), ['plan_held sent 2'])
  await assert.rejects(fixture.notices.retry(admin, failed.id), { code: 'notice_over' })
})

test('a mail is given up after a day', async () => {
  await makeAdministrator('ada@example.com')
  await fixture.happen(planHeld(anId()))
  await server.stop()
  await fixture.send()
  assert.deepEqual(await states(), ['plan_held waiting 1'])
  fixture.clock.advance(24 * hourMs)
  await fixture.send()
  assert.deepEqual(await states(), ['plan_held failed 2'])
  assert.match((await fixture.notices.list(admin.actor, {})).items[0]?.lastError ?? '', /No connection/)
  server = await startMailServer()
})

test('while the server is away the others of a round wait without counting a try', async () => {
  for (const name of ['a', 'b', 'c', 'd', 'e']) await makeAdministrator(`${name}@example.com`)
  await fixture.happen(planHeld(anId()))
  await server.stop()
  assert.equal(await fixture.send(), 5)
  const tried = (await states()).filter((state) => state === 'plan_held waiting 1').length
  assert.ok(tried >= 1 && tried <= 2, `${tried} mails found out`)
  server = await startMailServer()
})

test('what a leader had in hand when it ended is sent by the next one, and the first leader notes nothing any more', async () => {
  await makeAdministrator('ada@example.com')
  await fixture.happen(planHeld(anId()))
  await fixture.send()
  const { database } = own
  // As a hub leaves it that is killed after it claimed the mail.
  await fixture.happen(planHeld(anId()))
  await database.execute({
    text: `update notices set state = 'sending', epoch = (select epoch from leaderships where key = 'notices'), attempts = 1
      where state = 'waiting'`,
  })
  assert.equal(await fixture.send({ isNewTerm: false }), 0)
  assert.equal(await fixture.send(), 1)
  assert.equal(server.taken.length, 2)
  // A leader whose term is over claims nothing.
  await fixture.happen(planHeld(anId()))
  const signal = new AbortController().signal
  await assert.rejects(fixture.notices.work.sendDue({ epoch: 1, signal }), { name: 'LeadershipLost' })
  assert.equal((await fixture.notices.list(admin.actor, { state: 'waiting' })).total, 1)
})

test('more than ten mails of a kind in an hour are not queued, and the journal says so', async () => {
  await makeAdministrator('ada@example.com')
  for (let number = 0; number < 12; number += 1) await fixture.happen(planHeld(anId()))
  assert.equal((await fixture.notices.list(admin.actor, {})).total, 10)
  assert.equal((await journalled('notice.hold_back')).length, 2)
  fixture.clock.advance(hourMs)
  await fixture.happen(planHeld(anId()))
  assert.equal((await fixture.notices.list(admin.actor, {})).total, 11)
})

test('old mails are removed, and what a sent one said is forgotten at once', async () => {
  await makeAdministrator('ada@example.com')
  await fixture.happen(planHeld(anId()))
  await fixture.send()
  const kept = await own.database.query({ text: 'select from notices where content_sealed is not null' })
  assert.equal(kept.length, 0)
  fixture.clock.advance(29 * 24 * hourMs)
  await fixture.notices.work.removeOld()
  assert.equal((await states()).length, 1)
  fixture.clock.advance(2 * 24 * hourMs)
  await fixture.notices.work.removeOld()
  assert.equal((await states()).length, 0)
})

test('the last agent of a domain that stops, and one that is back, are told', async () => {
  await makeAdministrator('ada@example.com')
  const directory = { subjectKind: 'directory', subjectId: anId(), subject: 'corp.example' } as const
  const changes = { agentKind: { after: 'SYNC' }, reason: { after: 'silent' } }
  await fixture.happen({ ...directory, action: 'directory.agents_silent', changes })
  await fixture.happen({ ...directory, action: 'directory.agents_back', changes: { agentKind: { after: 'SYNC' } } })
  await fixture.send()
  const subjects = server.taken.map(({ subject }) => subject).toSorted()
  assert.deepEqual(subjects, ['corp.example: no sync agent is at work', 'corp.example: the sync agent is back'])
})

test('the end of a job is told to who began it, if they want', async () => {
  const ada = await makeAdministrator('ada@example.com')
  const actor = actorOf({ id: ada.id, email: ada.email, name: ada.name, role: 'administrator' }, 'session')
  const job = { subjectKind: 'bulk_job', subjectId: anId(), subject: 'New hires' } as const
  const changes = { changed: { after: 40 }, unchanged: { after: 1 }, failed: { after: 2 } }
  await fixture.happen({ ...job, action: 'bulk_job.start' }, { ...admin, actor })
  await fixture.happen({ ...job, action: 'bulk_job.end', changes })
  assert.deepEqual(await states(), [])
  await fixture.notices.choosePreferences({ ...admin, actor }, { bulk_job_ended: true })
  await fixture.happen({ ...job, action: 'bulk_job.end', changes })
  await fixture.send()
  assert.equal(server.taken[0]?.subject, 'New hires: done, 2 failed')
})
