import assert from 'node:assert/strict'
import { after, before, beforeEach, test } from 'node:test'
import { testDatabase, type TestDatabase } from '../../../../../tests/database.ts'
import type { FirstStart } from './set-up.service.ts'
import { type AccessFixture, accessFixture, browser, owner } from './testing/access-fixture.ts'

const dayMs = 24 * 60 * 60 * 1000
const ada = { email: 'ada@example.com', name: 'Ada', password: 'correct horse battery' }

let db: TestDatabase
let fixture: AccessFixture

before(async () => {
  db = await testDatabase()
})
after(() => db.drop())
beforeEach(async () => {
  await db.database.execute({ text: 'truncate administrators, set_up_links, sign_in_failures, journal cascade' })
  fixture = accessFixture(db.database)
})

async function newLink(): Promise<string> {
  const start = await fixture.access.accessBootstrap({})
  assert.equal(start.kind, 'set_up_link')
  return start.token
}

test('the environment makes the first administrator with a password and a key that does not expire', async () => {
  assert.equal(await fixture.access.isSetUpNeeded(), true)
  const start = await fixture.access.accessBootstrap(owner)
  assert.equal(start.kind, 'created')
  assert.equal(await fixture.access.isSetUpNeeded(), false)
  const opened = await fixture.access.signIn(owner, browser)
  assert.equal(opened.administrator.role, 'administrator_with_billing')
  fixture.clock.advance(1_000 * dayMs)
  assert.equal((await fixture.access.authentication.byApiKey(owner.apiKey))?.actor.id, start.administratorId)
  const lines = await fixture.journal()
  assert.deepEqual(
    lines.slice(0, 2).map(({ action, actorId }) => [action, actorId]),
    [
      ['administrator.create', 'set-up'],
      ['api_key.create', 'set-up'],
    ],
  )
  assert.doesNotMatch(JSON.stringify(lines), /correct horse|aaaaaaaaa/)
})

test('at a later start the variables are left aside, whatever they say', async () => {
  await fixture.access.accessBootstrap(owner)
  assert.deepEqual(await fixture.access.accessBootstrap({ password: 'short' }), { kind: 'done' })
  assert.deepEqual(await fixture.access.accessBootstrap({}), { kind: 'done' })
})

test('variables that make no sense stop the first start by name', async () => {
  await assert.rejects(fixture.access.accessBootstrap({ email: owner.email }), {
    name: 'FirstStartError',
    variable: 'LOCKSTEP_ADMIN_PASSWORD',
  })
  assert.equal(await fixture.access.isSetUpNeeded(), true)
})

test('two processes that start together make one administrator', async () => {
  const outcomes = await fixture.race('select pg_advisory_xact_lock(4700301)', [
    () => fixture.access.accessBootstrap(owner),
    () => fixture.otherProcess.accessBootstrap({ ...owner, email: 'eve@example.com' }),
  ])
  const kinds = outcomes.map((outcome) =>
    outcome.status === 'fulfilled' ? (outcome.value as FirstStart).kind : 'failed',
  )
  assert.equal(kinds.filter((kind) => kind === 'created').length, 1)
  assert.equal(kinds.filter((kind) => kind === 'done').length, 1)
})

test('the link makes the first administrator, signs in, and works once', async () => {
  const token = await newLink()
  const opened = await fixture.access.setUp({ ...ada, token }, browser)
  assert.ok(await fixture.access.authentication.bySession(opened.token))
  assert.equal(opened.administrator.role, 'administrator_with_billing')
  await assert.rejects(fixture.access.setUp({ ...ada, email: 'eve@example.com', token }, browser), {
    code: 'set_up_done',
  })
  assert.deepEqual(
    (await fixture.journal()).map(({ action }) => action),
    ['administrator.create', 'administrator.sign_in'],
  )
  assert.deepEqual(await db.database.query({ text: 'select from set_up_links' }), [])
})

test('of several who use the link at the same moment one becomes the administrator', async () => {
  const token = await newLink()
  const outcomes = await fixture.race(
    'select pg_advisory_xact_lock(4700301)',
    ['one', 'two', 'three'].map(
      (name) => () => fixture.access.setUp({ ...ada, email: `${name}@example.com`, token }, browser),
    ),
  )
  assert.equal(outcomes.filter(({ status }) => status === 'fulfilled').length, 1)
  const codes = outcomes.flatMap((outcome) =>
    outcome.status === 'rejected' ? [(outcome.reason as { code: string }).code] : [],
  )
  assert.deepEqual(codes, ['set_up_done', 'set_up_done'])
  assert.equal((await db.database.query({ text: 'select from administrators' })).length, 1)
  assert.equal((await db.database.query({ text: 'select from sessions' })).length, 1)
})

test('an unknown link, one of an earlier start and one of yesterday are refused', async () => {
  const first = await newLink()
  const second = await newLink()
  const refused = { code: 'set_up_link_invalid' }
  await assert.rejects(fixture.access.setUp({ ...ada, token: 'setup_guess' }, browser), refused)
  await assert.rejects(fixture.access.setUp({ ...ada, token: first }, browser), refused)
  fixture.clock.advance(dayMs)
  await assert.rejects(fixture.access.setUp({ ...ada, token: second }, browser), refused)
  const third = await newLink()
  await fixture.access.setUp({ ...ada, token: third }, browser)
})

test('a weak password or a bad address leaves the link usable', async () => {
  const token = await newLink()
  await assert.rejects(fixture.access.setUp({ ...ada, token, password: ' '.repeat(12) }, browser), {
    code: 'password_policy',
  })
  await assert.rejects(fixture.access.setUp({ ...ada, token, email: 'ada' }, browser), { field: 'email' })
  await fixture.access.setUp({ ...ada, token }, browser)
})
