import assert from 'node:assert/strict'
import { after, afterEach, before, beforeEach, test } from 'node:test'
import type { Problem } from '@lockstep/contract/problem'
import type {
  PasswordLink,
  RecoveryCodes,
  SecondFactor,
  SecondFactorSecret,
} from '@lockstep/contract/hub/second-factor'
import type { Administrator, SessionReply } from '@lockstep/contract/hub/session'
import { testDatabase, type TestDatabase } from '../../../../../tests/database.ts'
import { type AccessFixture, accessFixture, owner } from '../../directory/access/testing/access-fixture.ts'
import { oneTimeCode, oneTimeStep } from '../../platform/crypto/one-time-password.ts'
import { createHttpServer, type HttpServer } from '../../platform/http/server.ts'
import { silentLog } from '../../platform/log/log.ts'
import { createAdministratorAuthenticator } from './administrator-authenticator.ts'
import { createSessionsGateway } from './sessions-gateway.ts'

const stepMs = 30_000
const { email, password } = owner
const withKey = { 'x-api-key': owner.apiKey }

let db: TestDatabase
let fixture: AccessFixture
let server: HttpServer

before(async () => {
  db = await testDatabase()
})
after(() => db.drop())
beforeEach(async () => {
  await db.database.execute({ text: 'truncate administrators, sign_in_failures, journal cascade' })
  fixture = accessFixture(db.database)
  server = await createHttpServer({
    gateways: [createSessionsGateway({ access: fixture.access, servesTls: false, clock: fixture.clock })],
    authenticators: {
      administrator: createAdministratorAuthenticator(fixture.access),
      agent: async () => undefined,
      user: async () => undefined,
    },
    log: silentLog,
  })
  await fixture.access.accessBootstrap(owner)
})
afterEach(async () => {
  await server.stop()
  await fixture.access.close()
})

type Headers = Readonly<Record<string, string>>
type Method = 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE'

async function call<Body = Problem>(
  address: string,
  { headers = {}, body }: { headers?: Headers; body?: object } = {},
) {
  const [method = '', path = ''] = address.split(' ')
  const reply = await server.fastify.inject({
    method: method as Method,
    url: `/hub/v1/${path}`,
    headers: { host: 'hub.example', ...headers, ...(body ? { 'content-type': 'application/json' } : {}) },
    ...(body ? { payload: JSON.stringify(body) } : {}),
  })
  const parsed = (reply.body === '' ? undefined : JSON.parse(reply.body)) as Body
  return { status: reply.statusCode, body: parsed, cookie: String(reply.headers['set-cookie'] ?? '') }
}

/** Status and code of a refusal, or the status alone. */
const outcome = ({ status, body }: { status: number; body: unknown }): string =>
  status < 300 ? String(status) : `${status} ${(body as Problem).code}`

async function signIn(proof: object = {}, as: { email: string; password: string } = owner) {
  const { email: address, password: secret } = as
  const reply = await call<SessionReply>('POST session', { body: { email: address, password: secret, ...proof } })
  const headers = { cookie: reply.cookie.split(';', 1).join(''), 'x-csrf-token': reply.body.csrfToken ?? '' }
  return { reply, headers }
}

/** What an authenticator shows, so many time steps from now. */
function codeOf(url: string, steps = 0): string {
  const letters = new URL(url).searchParams.get('secret') ?? ''
  let bits = ''
  for (const letter of letters) bits += 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567'.indexOf(letter).toString(2).padStart(5, '0')
  const secret = Buffer.from((bits.match(/.{8}/g) ?? []).map((byte) => Number.parseInt(byte, 2)))
  return oneTimeCode(secret, oneTimeStep(fixture.clock.now()) + steps)
}

/** Enrols the signed-in administrator; the code that confirmed it is used, so the clock moves on. */
async function enrol(headers: Headers, as: { password: string } = owner) {
  const begun = await call<SecondFactorSecret>('POST session/second-factor', {
    headers,
    body: { password: as.password },
  })
  assert.equal(begun.status, 200)
  const url = begun.body.otpauthUrl
  const done = await call<RecoveryCodes>('PUT session/second-factor', { headers, body: { code: codeOf(url) } })
  assert.equal(done.status, 200)
  fixture.clock.advance(stepMs)
  return { url, recoveryCodes: done.body.recoveryCodes }
}

test('an enrolled factor is asked for after the password alone, and its code lets in', async () => {
  const { headers } = await signIn()
  const before = await call<SecondFactor>('GET session/second-factor', { headers })
  assert.deepEqual(before.body, { enrolled: false, required: false, recoveryCodesLeft: 0 })
  const { url } = await enrol(headers)
  assert.match(url, /^otpauth:\/\/totp\/Lockstep:Ada%40example\.com\?secret=[A-Z2-7]{32}&issuer=Lockstep&/)
  const described = await call<SecondFactor>('GET session/second-factor', { headers })
  assert.deepEqual([described.body.enrolled, described.body.recoveryCodesLeft], [true, 10])
  assert.equal(outcome((await signIn()).reply), '401 second_factor_required')
  assert.equal(outcome((await signIn({}, { email, password: 'wrong password' })).reply), '401 sign_in_failed')
  const code = codeOf(url)
  const spaced = `${code.slice(0, 3)} ${code.slice(3)}`
  assert.equal(outcome((await signIn({ code: spaced })).reply), '200')
})

test('a code counts once, also for requests that race, and early or late by one step', async () => {
  const { url } = await enrol((await signIn()).headers)
  const code = codeOf(url)
  const racing = await Promise.all([signIn({ code }), signIn({ code }), signIn({ code })])
  assert.deepEqual(racing.map(({ reply }) => outcome(reply)).toSorted(), [
    '200',
    '401 second_factor_failed',
    '401 second_factor_failed',
  ])
  assert.equal(outcome((await signIn({ code })).reply), '401 second_factor_failed')
  assert.equal(outcome((await signIn({ code: codeOf(url, 1) })).reply), '200')
  assert.equal(outcome((await signIn({ code: codeOf(url) })).reply), '401 second_factor_failed')
  fixture.clock.advance(10 * stepMs)
  assert.equal(outcome((await signIn({ code: codeOf(url, -2) })).reply), '401 second_factor_failed')
  assert.equal(outcome((await signIn({ code: codeOf(url, -1) })).reply), '200')
})

test('a recovery code lets in once, in any spelling, and new ones end the old', async () => {
  const { headers } = await signIn()
  const { url, recoveryCodes } = await enrol(headers)
  assert.equal(new Set(recoveryCodes).size, 10)
  const [first = '', second = ''] = recoveryCodes
  assert.match(first, /^([A-Z2-7]{4}-){3}[A-Z2-7]{4}$/)
  assert.equal(outcome((await signIn({ recoveryCode: first.toLowerCase().replaceAll('-', ' ') })).reply), '200')
  assert.equal(outcome((await signIn({ recoveryCode: first })).reply), '401 second_factor_failed')
  const renewed = await call<RecoveryCodes>('POST session/second-factor/recovery-codes', {
    headers,
    body: { code: codeOf(url) },
  })
  assert.equal(renewed.body.recoveryCodes.length, 10)
  assert.equal(outcome((await signIn({ recoveryCode: second })).reply), '401 second_factor_failed')
  const stored = await db.database.query<{ text: string }>({
    text: `select c::text || f::text as text from administrator_recovery_codes c join administrator_second_factors f using (administrator_id)`,
  })
  assert.equal(stored.length, 10)
  const secret = new URL(url).searchParams.get('secret') ?? ''
  for (const { text } of stored)
    for (const plain of [secret, ...renewed.body.recoveryCodes, ...recoveryCodes]) assert.ok(!text.includes(plain))
})

test('guesses are throttled, and asking with the password alone takes none of them back', async () => {
  const { url } = await enrol((await signIn()).headers)
  const guess = async (): Promise<string> => {
    const outcomes = await Promise.all([signIn({ code: '000000' }), signIn()])
    return outcomes.map(({ reply }) => outcome(reply))[0] ?? ''
  }
  const outcomes: string[] = []
  for (let count = 0; count < 8; count += 1) outcomes.push(await guess())
  assert.equal(outcomes.filter((one) => one === '401 second_factor_failed').length, 5)
  assert.equal(outcomes.at(-1), '429 throttled')
  assert.equal(outcome((await signIn({ code: codeOf(url) })).reply), '429 throttled')
  fixture.clock.advance(3_600_000)
  assert.equal(outcome((await signIn({ code: codeOf(url) })).reply), '200')
})

test('keys go on working without a code, and enrol nothing', async () => {
  const { url } = await enrol((await signIn()).headers)
  assert.equal((await call('GET administrators', { headers: withKey })).status, 200)
  const refused = [
    await call('POST session/second-factor', { headers: withKey, body: { password } }),
    await call('PUT session/second-factor', { headers: withKey, body: { code: codeOf(url) } }),
    await call('POST session/second-factor/removal', { headers: withKey, body: { code: codeOf(url) } }),
  ]
  assert.deepEqual(refused.map(outcome), Array<string>(3).fill('409 session_needed'))
})

test('enrolling needs the password, confirming a code of it, and turning off another', async () => {
  const { headers } = await signIn()
  const wrong = await call('POST session/second-factor', { headers, body: { password: 'wrong password' } })
  assert.deepEqual([outcome(wrong), wrong.body.field], ['400 invalid_request', 'password'])
  const early = await call('PUT session/second-factor', { headers, body: { code: '123456' } })
  assert.equal(outcome(early), '409 second_factor_missing')
  const { url, recoveryCodes } = await enrol(headers)
  const again = await call('POST session/second-factor', { headers, body: { password } })
  assert.equal(outcome(again), '409 second_factor_enrolled')
  const guessed = await call('POST session/second-factor/removal', { headers, body: { code: codeOf(url, 5) } })
  assert.deepEqual([outcome(guessed), guessed.body.field], ['400 invalid_request', 'code'])
  const body = { recoveryCode: recoveryCodes[0] }
  assert.equal((await call('POST session/second-factor/removal', { headers, body })).status, 204)
  assert.equal(outcome((await signIn()).reply), '200')
})

test('an enrolment that was never confirmed asks nobody for a code', async () => {
  const { headers } = await signIn()
  assert.equal((await call('POST session/second-factor', { headers, body: { password } })).status, 200)
  assert.equal(outcome((await signIn()).reply), '200')
})

test('where every administrator needs a factor, a session without one may only enrol; then it goes on', async () => {
  const { headers } = await signIn()
  assert.equal((await call('GET administrators', { headers })).status, 200)
  fixture.demands.secondFactor = true
  fixture.access.accessChanged()
  assert.equal(outcome(await call('GET administrators', { headers })), '403 second_factor_enrolment_required')
  for (const address of ['POST api-keys', 'DELETE administrators/x', 'GET roles', 'GET api-keys'])
    assert.equal(
      outcome(await call(address, { headers, body: { name: 'key' } })),
      '403 second_factor_enrolment_required',
    )
  const shown = await call<SessionReply>('GET session', { headers })
  assert.deepEqual([shown.body.mustEnrolSecondFactor, shown.body.administrator?.permissions], [true, []])
  const fresh = await signIn()
  assert.deepEqual([fresh.reply.status, fresh.reply.body.mustEnrolSecondFactor], [200, true])
  await enrol(headers)
  assert.equal((await call('GET administrators', { headers })).status, 200)
  assert.equal((await call('GET administrators', { headers: withKey })).status, 200)
})

const max = { email: 'max@example.com', password: 'another password' }

async function makeMax(role: string): Promise<string> {
  const made = await call<Administrator>('POST administrators', {
    headers: withKey,
    body: { ...max, name: 'Max', role },
  })
  return made.body.id
}

test('one administrator can be made to need a factor, and a lost one is taken away by another', async () => {
  const id = await makeMax('manager')
  const required = await call<Administrator>(`PATCH administrators/${id}`, {
    headers: withKey,
    body: { secondFactorRequired: true },
  })
  assert.deepEqual(required.body.secondFactor, { enrolled: false, required: true })
  const { reply, headers } = await signIn({}, max)
  assert.equal(reply.body.mustEnrolSecondFactor, true)
  await enrol(headers, max)
  assert.equal(outcome((await signIn({}, max)).reply), '401 second_factor_required')
  assert.equal(outcome(await call(`DELETE administrators/${id}/second-factor`, { headers })), '403 forbidden')
  assert.equal((await call(`DELETE administrators/${id}/second-factor`, { headers: withKey })).status, 204)
  assert.equal((await call('GET roles', { headers })).status, 401)
  assert.equal((await signIn({}, max)).reply.body.mustEnrolSecondFactor, true)
  const actions = (await fixture.journal()).filter(({ subjectId }) => subjectId === id).map(({ action }) => action)
  assert.ok(actions.includes('administrator.second_factor_enrol'))
  assert.ok(actions.includes('administrator.second_factor_reset'))
})

test('an administrator with a session turns their own factor off with a code alone; the machine may do it for anybody', async () => {
  const { headers, reply } = await signIn()
  await enrol(headers)
  const own = `DELETE administrators/${reply.body.administrator?.id}/second-factor`
  assert.equal(outcome(await call(own, { headers })), '403 forbidden')
  assert.equal(await fixture.access.secondFactors.resetFromMachine('nobody@example.com'), false)
  assert.equal(await fixture.access.secondFactors.resetFromMachine(' ADA@example.com'), true)
  assert.equal(await fixture.access.secondFactors.resetFromMachine(email), false)
  assert.equal(outcome((await signIn()).reply), '200')
})

test('a password link sets a password once, ends the sessions, and stands in for no second factor', async () => {
  const id = await makeMax('help_desk')
  const { headers } = await signIn({}, max)
  await enrol(headers, max)
  const first = await call<PasswordLink>(`POST administrators/${id}/password-link`, { headers: withKey })
  const link = await call<PasswordLink>(`POST administrators/${id}/password-link`, { headers: withKey })
  const choose = (token: string) => call('POST session/password', { body: { token, password: 'a third password' } })
  const read = (token: string) =>
    call<{ email: string; expires: string; detail: string }>('POST session/password-link', { body: { token } })
  assert.equal(outcome(await choose(first.body.token)), '403 password_link_invalid')
  const { email: whose, expires } = (await read(link.body.token)).body
  assert.deepEqual([whose, expires], [max.email, link.body.expires])
  assert.equal((await choose(link.body.token)).status, 204)
  assert.equal(outcome(await choose(link.body.token)), '403 password_link_invalid')
  assert.equal((await call('GET session/second-factor', { headers })).status, 401)
  const chosen = { email: max.email, password: 'a third password' }
  assert.equal(outcome((await signIn({}, chosen)).reply), '401 second_factor_required')
  const late = await call<PasswordLink>(`POST administrators/${id}/password-link`, { headers: withKey })
  fixture.clock.advance(25 * 3_600_000)
  assert.equal(outcome(await choose(late.body.token)), '403 password_link_invalid')
  const [expired, used] = [await read(late.body.token), await read(link.body.token)]
  assert.deepEqual([outcome(expired), outcome(used)], ['403 password_link_invalid', '403 password_link_invalid'])
  assert.match(expired.body.detail, /has expired/)
  assert.match(used.body.detail, /was used already/)
})
