import assert from 'node:assert/strict'
import { after, before, beforeEach, test } from 'node:test'
import { hash } from '@node-rs/argon2'
import { AppError } from '@lockstep/contract/app-error'
import type { SignInRequest } from '@lockstep/contract/hub/session'
import { testDatabase, type TestDatabase } from '../../../../../tests/database.ts'
import { type AccessFixture, accessFixture, browser, owner } from './testing/access-fixture.ts'

const minuteMs = 60_000
const wrong = { email: owner.email, password: 'not the password' }

let db: TestDatabase
let fixture: AccessFixture

before(async () => {
  db = await testDatabase()
})
after(() => db.drop())
beforeEach(async () => {
  await db.database.execute({ text: 'truncate administrators, sign_in_failures, journal cascade' })
  fixture = accessFixture(db.database)
  await fixture.access.accessBootstrap(owner)
})

/** The codes of so many attempts, one after the other. */
async function attempts(count: number, input: SignInRequest = wrong): Promise<readonly string[]> {
  const codes: string[] = []
  for (let index = 0; index < count; index += 1) codes.push(await codeOf(fixture.access.signIn(input, browser)))
  return codes
}

async function codeOf(call: Promise<unknown>): Promise<string> {
  try {
    await call
    return 'ok'
  } catch (error) {
    if (error instanceof AppError) return error.code
    throw error
  }
}

test('address in any case and password open a session that is stored as a hash and journalled', async () => {
  const opened = await fixture.access.signIn({ email: ' ADA@EXAMPLE.COM', password: owner.password }, browser)
  const known = await fixture.access.authentication.bySession(opened.token)
  assert.equal(known?.actor.name, owner.email)
  assert.equal(known?.actor.via, 'session')
  assert.equal(known?.csrfToken, opened.csrfToken)
  const stored = await db.database.query<{ text: string }>({ text: 'select sessions::text as text from sessions' })
  assert.equal(stored.length, 1)
  assert.ok(!stored[0]?.text.includes(opened.token))
  const line = (await fixture.journal()).at(-1)
  assert.equal(line?.action, 'administrator.sign_in')
  assert.equal(line?.actorId, opened.administrator.id)
  assert.match(line?.text ?? '', /192\.0\.2\.1/)
})

test('a wrong password, an unknown address and a suspended account are refused alike', async () => {
  const { id } = await createManager()
  await fixture.access.administrators.update(await fixture.originOf(owner.apiKey), id, { suspended: true })
  const refusals = [wrong, { ...wrong, email: 'nobody@example.com' }, manager].map((input) =>
    fixture.access.signIn(input, browser).then(
      () => assert.fail('nobody may come in'),
      (error: AppError) => ({ code: error.code, message: error.message, field: error.field }),
    ),
  )
  const [first, ...others] = await Promise.all(refusals)
  assert.equal(first?.code, 'sign_in_failed')
  for (const other of others) assert.deepEqual(other, first)
})

test('a failure is journalled with the address and never with what was typed as a password', async () => {
  await attempts(1)
  await attempts(1, { email: 'my secret phrase', password: 'my other phrase' })
  const lines = (await fixture.journal()).filter(({ action }) => action === 'administrator.sign_in_failed')
  assert.equal(lines.length, 2)
  assert.match(lines[0]?.text ?? '', /Ada@example\.com/)
  assert.equal(lines[1]?.subjectId, 'unknown')
  assert.doesNotMatch(JSON.stringify(lines), /phrase|not the password/)
})

test('after five failures of an address even the right password waits, each time longer', async () => {
  assert.deepEqual(await attempts(6), [...Array<string>(5).fill('sign_in_failed'), 'throttled'])
  await assert.rejects(fixture.access.signIn(owner, { ...browser, ip: '192.0.2.99' }), {
    code: 'throttled',
    retryAfterSeconds: 60,
  })
  fixture.clock.advance(minuteMs)
  assert.deepEqual(await attempts(2), ['sign_in_failed', 'throttled'])
  await assert.rejects(fixture.access.signIn(owner, browser), { code: 'throttled', retryAfterSeconds: 120 })
  for (const minutes of [2, 4, 8, 15, 15]) {
    fixture.clock.advance(minutes * minuteMs - 1)
    assert.deepEqual(await attempts(1), ['throttled'])
    fixture.clock.advance(1)
    assert.deepEqual(await attempts(1), ['sign_in_failed'])
  }
})

test('a success clears the address', async () => {
  await attempts(4)
  await fixture.access.signIn(owner, browser)
  assert.deepEqual(await attempts(5), Array<string>(5).fill('sign_in_failed'))
})

test('failures of the same moment all count', async () => {
  const codes = await Promise.all(Array.from({ length: 20 }, () => codeOf(fixture.access.signIn(wrong, browser))))
  assert.equal(codes.filter((code) => code === 'sign_in_failed').length, 5)
  assert.equal(codes.filter((code) => code === 'throttled').length, 15)
})

test('thirty failures from one source make it wait whatever the address, and successes do not count', async () => {
  for (let index = 0; index < 31; index += 1) await fixture.access.signIn(owner, browser)
  for (let index = 0; index < 30; index += 1)
    assert.deepEqual(await attempts(1, { ...wrong, email: `user${index}@example.com` }), ['sign_in_failed'])
  assert.equal(await codeOf(fixture.access.signIn(owner, browser)), 'throttled')
  assert.equal(await codeOf(fixture.access.signIn(owner, { ...browser, ip: '192.0.2.2' })), 'ok')
  fixture.clock.advance(minuteMs)
  assert.equal(await codeOf(fixture.access.signIn(owner, browser)), 'ok')
})

test('failures are forgotten after a quiet day, and their rows removed', async () => {
  await attempts(4)
  fixture.clock.advance(24 * 60 * minuteMs + 1)
  assert.deepEqual(await attempts(4), Array<string>(4).fill('sign_in_failed'))
  assert.deepEqual(await attempts(1, owner), ['ok'])
  fixture.clock.advance(24 * 60 * minuteMs + 1)
  assert.equal(await fixture.access.removeExpired(), 2)
  assert.deepEqual(await db.database.query({ text: 'select from sign_in_failures' }), [])
  assert.deepEqual(await db.database.query({ text: 'select from sessions' }), [])
})

test('a session ends an hour after its last use and twelve hours after its beginning', async () => {
  const idle = await fixture.access.signIn(owner, browser)
  fixture.clock.advance(60 * minuteMs - 1)
  assert.ok(await fixture.otherProcess.authentication.bySession(idle.token))
  await fixture.otherProcess.close()
  fixture.clock.advance(60 * minuteMs)
  assert.equal(await fixture.access.authentication.bySession(idle.token), undefined)

  const used = await fixture.access.signIn(owner, browser)
  for (let halves = 1; halves < 24; halves += 1) {
    fixture.clock.advance(30 * minuteMs)
    assert.ok(await fixture.access.authentication.bySession(used.token), `half hour ${halves}`)
    await fixture.access.close()
  }
  fixture.clock.advance(30 * minuteMs)
  assert.equal(await fixture.access.authentication.bySession(used.token), undefined)
})

test('a session’s last use is written at most once a minute', async () => {
  const { token } = await fixture.access.signIn(owner, browser)
  const lastSeen = async (): Promise<number> => {
    await fixture.access.authentication.bySession(token)
    await fixture.access.close()
    const rows = await db.database.query<{ at: Date }>({ text: 'select last_seen as at from sessions' })
    return rows[0]?.at.getTime() ?? 0
  }
  const begun = fixture.clock.now().getTime()
  fixture.clock.advance(minuteMs - 1)
  assert.equal(await lastSeen(), begun)
  fixture.clock.advance(1)
  assert.equal(await lastSeen(), begun + minuteMs)
})

test('signing out ends the session in every process at once', async () => {
  const { token, administrator } = await fixture.access.signIn(owner, browser)
  const known = await fixture.otherProcess.authentication.bySession(token)
  assert.ok(known)
  await fixture.access.signOut({ actor: known.actor, cause: { kind: 'request' } }, token)
  assert.equal(await fixture.access.authentication.bySession(token), undefined)
  assert.equal(await fixture.otherProcess.authentication.bySession(token), undefined)
  assert.deepEqual(
    (await fixture.journal()).slice(-1).map(({ action, subjectId }) => [action, subjectId]),
    [['administrator.sign_out', administrator.id]],
  )
})

test('a new sign-in of the same browser replaces its session', async () => {
  const { token } = await fixture.access.signIn(owner, browser)
  await fixture.access.signIn(owner, { ...browser, replacedToken: token })
  assert.equal(await fixture.access.authentication.bySession(token), undefined)
})

test('a hash of lower costs is renewed at the sign-in', async () => {
  const passwordHash = await hash(owner.password, { memoryCost: 8_192, timeCost: 1, parallelism: 1 })
  await db.database.execute({ text: 'update administrators set password_hash = $1', values: [passwordHash] })
  assert.deepEqual(await attempts(1, owner), ['ok'])
  const rows = await db.database.query<{ renewed: string }>({
    text: 'select password_hash as renewed from administrators',
  })
  assert.notEqual(rows[0]?.renewed, passwordHash)
  assert.deepEqual(await attempts(1, owner), ['ok'])
})

test('a suspension that overtakes a sign-in keeps it out', async () => {
  const { id } = await createManager()
  const origin = await fixture.originOf(owner.apiKey)
  const outcomes = await fixture.race(`select from administrators where id = '${id}' for update`, [
    () => fixture.access.signIn(manager, browser),
    () => fixture.access.administrators.update(origin, id, { suspended: true }),
  ])
  assert.equal(outcomes[1]?.status, 'fulfilled')
  const sessions = await db.database.query({
    text: 'select from sessions where administrator_id = $1',
    values: [id],
  })
  assert.deepEqual(sessions, [])
})

const manager = { email: 'max@example.com', password: 'manager password' }

async function createManager() {
  return fixture.access.administrators.create(await fixture.originOf(owner.apiKey), {
    ...manager,
    name: 'Max',
    role: 'manager',
  })
}
