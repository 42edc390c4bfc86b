import assert from 'node:assert/strict'
import { after, before, beforeEach, afterEach, test } from 'node:test'
import type { ApiKey, ApiKeyCreated, SessionReply } from '@lockstep/contract/hub/session'
import type { Problem } from '@lockstep/contract/problem'
import { testDatabase, type TestDatabase } from '../../../../../tests/database.ts'
import { type AccessFixture, accessFixture, owner } from '../../directory/access/testing/access-fixture.ts'
import { createHttpServer, type HttpServer } from '../../platform/http/server.ts'
import { silentLog } from '../../platform/log/log.ts'
import { createAdministratorAuthenticator } from './administrator-authenticator.ts'
import { cameOverHttps } from '../../platform/http/session-cookie.ts'
import { createSessionsGateway } from './sessions-gateway.ts'

interface Call {
  readonly method: 'GET' | 'POST' | 'PATCH' | 'DELETE'
  readonly url: string
  readonly headers?: Record<string, string>
  readonly body?: object
}

let db: TestDatabase
let fixture: AccessFixture
let server: HttpServer

before(async () => {
  db = await testDatabase()
})
after(() => db.drop())
beforeEach(async () => {
  await db.database.execute({ text: 'truncate administrators, set_up_links, sign_in_failures, journal cascade' })
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
})
afterEach(async () => {
  await server.stop()
  await fixture.access.close()
})

async function call<Body = Problem>({ method, url, headers = {}, body }: Call) {
  const reply = await server.fastify.inject({
    method,
    url: `/hub/v1/${url}`,
    headers: { host: 'hub.example', ...headers, ...(body ? { 'content-type': 'application/json' } : {}) },
    ...(body ? { payload: JSON.stringify(body) } : {}),
  })
  const parsed = (reply.body === '' ? undefined : JSON.parse(reply.body)) as Body
  return {
    status: reply.statusCode,
    headers: reply.headers,
    cookie: String(reply.headers['set-cookie'] ?? ''),
    body: parsed,
  }
}

const withKey = { 'x-api-key': owner.apiKey }
const { email, password } = owner

/** Headers of the owner's signed-in browser. */
async function signIn(): Promise<{ cookie: string; 'x-csrf-token': string }> {
  const reply = await call<SessionReply>({ method: 'POST', url: 'session', body: { email, password } })
  assert.equal(reply.status, 200)
  return { cookie: reply.cookie.split(';', 1).join(''), 'x-csrf-token': reply.body.csrfToken ?? '' }
}

test('a session is opened, shown and ended', async () => {
  await fixture.access.accessBootstrap(owner)
  assert.deepEqual((await call({ method: 'GET', url: 'session' })).body, { signedIn: false, setUpNeeded: false })
  const opened = await call<SessionReply>({ method: 'POST', url: 'session', body: { email, password } })
  assert.match(opened.cookie, /^lockstep_session=session_[\w-]{43}; Path=\/; Max-Age=43200; HttpOnly; SameSite=Strict$/)
  assert.equal(opened.body.administrator?.email, email)
  const headers = { cookie: opened.cookie.split(';', 1).join(''), 'x-csrf-token': opened.body.csrfToken ?? '' }
  const shown = await call<SessionReply>({ method: 'GET', url: 'session', headers })
  assert.deepEqual(shown.body, opened.body)
  const ended = await call({ method: 'DELETE', url: 'session', headers })
  assert.equal(ended.status, 204)
  assert.match(ended.cookie, /^lockstep_session=; Path=\/; Max-Age=0;/)
  assert.equal((await call({ method: 'GET', url: 'administrators', headers })).status, 401)
})

test('behind a proxy that ends TLS, and with TLS of our own, the cookie is for https alone', async () => {
  await fixture.access.accessBootstrap(owner)
  const headers = { 'x-forwarded-proto': 'https' }
  const reply = await call({ method: 'POST', url: 'session', headers, body: { email, password } })
  assert.match(reply.cookie, /; Secure$/)
  assert.equal(cameOverHttps({ headers: {} }, { servesTls: true }), true)
  assert.equal(cameOverHttps({ headers: {} }, { servesTls: false }), false)
})

test('a wrong password is a 401 without cookie, and the sixth try a 429 with the time to wait', async () => {
  await fixture.access.accessBootstrap(owner)
  const attempt = () => call({ method: 'POST', url: 'session', body: { email, password: 'wrong' } })
  for (let count = 0; count < 5; count += 1) {
    const refused = await attempt()
    assert.deepEqual([refused.status, refused.body.code, refused.cookie], [401, 'sign_in_failed', ''])
  }
  const throttled = await attempt()
  assert.deepEqual([throttled.status, throttled.body.code], [429, 'throttled'])
  assert.equal(throttled.headers['retry-after'], '60')
})

test('a writing request of a session needs its CSRF token and its own origin; one with a key needs neither', async () => {
  await fixture.access.accessBootstrap(owner)
  const own = await signIn()
  const other = await signIn()
  const create = async (headers: Record<string, string>) => {
    const { status, body } = await call({ method: 'POST', url: 'api-keys', headers, body: { name: 'key' } })
    return status === 201 ? 201 : `${status} ${body.code} ${body.field ?? ''}`
  }
  assert.equal(await create({ cookie: own.cookie }), '403 csrf_failed x-csrf-token')
  assert.equal(await create({ cookie: own.cookie, 'x-csrf-token': '' }), '403 csrf_failed x-csrf-token')
  assert.equal(await create({ ...own, 'x-csrf-token': other['x-csrf-token'] }), '403 csrf_failed x-csrf-token')
  for (const origin of ['https://evil.example', 'null', 'https://hub.example.evil.example', 'http://hub.example:8080'])
    assert.equal(await create({ ...own, origin }), '403 csrf_failed origin')
  for (const origin of ['https://hub.example', 'http://hub.example', 'https://hub.example:443'])
    assert.equal(await create({ ...own, origin }), 201)
  assert.equal(await create(own), 201)
  assert.equal(await create({ ...withKey, origin: 'https://evil.example' }), 201)
  assert.equal((await call({ method: 'GET', url: 'api-keys', headers: { cookie: own.cookie } })).status, 200)
})

test('another site’s page can sign nobody in', async () => {
  await fixture.access.accessBootstrap(owner)
  const headers = { origin: 'https://evil.example' }
  const reply = await call({ method: 'POST', url: 'session', headers, body: { email, password } })
  assert.deepEqual([reply.status, reply.body.code], [403, 'csrf_failed'])
})

test('a key is taken from x-api-key or as a bearer; an empty one is none, and a wrong one is not replaced by a session', async () => {
  await fixture.access.accessBootstrap(owner)
  const { cookie } = await signIn()
  const status = async (headers: Record<string, string>) =>
    (await call({ method: 'GET', url: 'administrators', headers })).status
  assert.equal(await status(withKey), 200)
  assert.equal(await status({ authorization: `Bearer ${owner.apiKey}` }), 200)
  assert.equal(await status({ authorization: `bearer  ${owner.apiKey}`, 'x-api-key': '' }), 200)
  assert.equal(await status({ authorization: `Basic ${owner.apiKey}` }), 401)
  assert.equal(await status({ 'x-api-key': '', cookie }), 200)
  assert.equal(await status({ 'x-api-key': 'wrong', cookie }), 401)
  assert.equal(await status({}), 401)
})

test('a key of the environment may hold any letters', async () => {
  const apiKey = 'schlüssel-ключ-'.repeat(3)
  await fixture.access.accessBootstrap({ ...owner, apiKey })
  const headers = { 'x-api-key': Buffer.from(apiKey, 'utf8').toString('latin1') }
  assert.equal((await call({ method: 'GET', url: 'administrators', headers })).status, 200)
})

test('the set-up link makes the first administrator once', async () => {
  assert.deepEqual((await call({ method: 'GET', url: 'session' })).body, { signedIn: false, setUpNeeded: true })
  const start = await fixture.access.accessBootstrap({})
  assert.equal(start.kind, 'set_up_link')
  const body = { token: start.token, email, name: 'Ada', password }
  const wrong = await call({ method: 'POST', url: 'set-up', body: { ...body, token: 'guess' } })
  assert.deepEqual([wrong.status, wrong.body.code], [403, 'set_up_link_invalid'])
  const made = await call<SessionReply>({ method: 'POST', url: 'set-up', body })
  assert.deepEqual([made.status, made.body.administrator?.role], [200, 'administrator_with_billing'])
  const cookie = made.cookie.split(';', 1).join('')
  assert.equal((await call({ method: 'GET', url: 'administrators', headers: { cookie } })).status, 200)
  const again = await call({ method: 'POST', url: 'set-up', body })
  assert.deepEqual([again.status, again.body.code], [409, 'set_up_done'])
})

test('administrators are made, changed and removed', async () => {
  await fixture.access.accessBootstrap(owner)
  const headers = await signIn()
  const body = { email: 'max@example.com', name: 'Max', role: 'manager', password: 'another password' }
  const made = await call<{ id: string }>({ method: 'POST', url: 'administrators', headers, body })
  assert.equal(made.status, 201)
  assert.doesNotMatch(JSON.stringify(made.body), /another password|argon2/)
  const url = `administrators/${made.body.id}`
  const changed = await call<object>({ method: 'PATCH', url, headers, body: { suspended: true } })
  assert.deepEqual([changed.status, changed.body], [200, { ...made.body, suspended: true }])
  assert.equal((await call({ method: 'DELETE', url, headers })).status, 204)
  assert.equal((await call({ method: 'DELETE', url, headers })).status, 404)
  const listed = await call<{ items: { id: string }[] }>({ method: 'GET', url: 'administrators', headers })
  const last = await call({ method: 'DELETE', url: `administrators/${listed.body.items[0]?.id}`, headers })
  assert.deepEqual([last.status, last.body.code], [409, 'last_administrator'])
})

test('an unknown field or role is refused by name', async () => {
  await fixture.access.accessBootstrap(owner)
  const body = { email: 'max@example.com', name: 'Max', role: 'janitor', password: 'another password' }
  const role = await call({ method: 'POST', url: 'administrators', headers: withKey, body })
  assert.deepEqual([role.status, role.body.field], [400, 'role'])
  const extra = { ...body, role: 'manager', isRoot: true }
  assert.equal(
    (await call({ method: 'POST', url: 'administrators', headers: withKey, body: extra })).body.field,
    'isRoot',
  )
})

test('a key is shown once, listed without its secret, and refused once revoked', async () => {
  await fixture.access.accessBootstrap(owner)
  const headers = await signIn()
  const made = await call<ApiKeyCreated>({ method: 'POST', url: 'api-keys', headers, body: { name: 'script' } })
  assert.equal(made.status, 201)
  const own = { 'x-api-key': made.body.secret }
  const listed = await call<{ items: ApiKey[] }>({ method: 'GET', url: 'api-keys', headers: own })
  assert.deepEqual(listed.body.items.map(({ name }) => name).toSorted(), ['First API key', 'script'])
  assert.ok(!JSON.stringify(listed.body).includes(made.body.secret))
  const revoked = await call({ method: 'DELETE', url: `api-keys/${made.body.apiKey.id}`, headers })
  assert.equal(revoked.status, 204)
  assert.equal((await call({ method: 'GET', url: 'api-keys', headers: own })).status, 401)
})
