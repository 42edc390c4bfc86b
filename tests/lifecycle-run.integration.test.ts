// The running program: how it ends, what outlives it, and several of it on one database.
import assert from 'node:assert/strict'
import { randomBytes } from 'node:crypto'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import { newSigningKeys } from '../apps/server/src/platform/crypto/signatures.ts'
import { testDatabase } from './database.ts'
import { freePort } from './hub.ts'
import { databaseUrl } from './support/database-url.ts'
import { type Answer, type Call, type Caller, createCaller, json } from './support/http-call.ts'
import { type HubProcess, processesOn, spawnHub } from './support/hub-process.ts'
import { openCuttableWay } from './support/outage.ts'
import { signedCall } from './support/signed-call.ts'

let folder: string
const apiKey = randomBytes(24).toString('hex')
const administrator = { email: 'admin@example.com', password: 'pass-word-pass-word' }
const first = {
  LOCKSTEP_ADMIN_EMAIL: administrator.email,
  LOCKSTEP_ADMIN_PASSWORD: administrator.password,
  LOCKSTEP_API_KEY: apiKey,
}
const writers = 6
const acknowledgedFirst = 150

before(async () => {
  folder = await mkdtemp(join(tmpdir(), 'lockstep-run-'))
})
after(() => rm(folder, { recursive: true, force: true }))

interface Started {
  readonly hub: HubProcess
  readonly caller: Caller
  readonly port: number
  call(call: Call): Promise<Answer>
}

async function start(variables: Readonly<Record<string, string>>): Promise<Started> {
  const port = await freePort()
  const hub = spawnHub({ LOCKSTEP_PORT: String(port), ...first, ...variables })
  assert.ok(await hub.ready, hub.errors())
  const caller = createCaller(port)
  return { hub, caller, port, call: (one) => caller.call({ ...one, headers: { 'x-api-key': apiKey, ...one.headers } }) }
}

async function end({ hub, caller }: Started, signal: NodeJS.Signals = 'SIGTERM'): Promise<void> {
  hub.child.kill(signal)
  const outcome = await hub.ended
  caller.close()
  assert.deepEqual(outcome, signal === 'SIGKILL' ? { code: null, signal } : { code: 0, signal: null }, hub.errors())
}

interface Written {
  readonly attempted: Set<string>
  /** Usernames by the id that was answered. */
  readonly acknowledged: Map<string, string>
}

/** Creates users until the hub is gone; `enough` is called once when so many were acknowledged. */
async function writeUntilGone(started: Started, enough: () => void): Promise<Written> {
  const written: Written = { attempted: new Set(), acknowledged: new Map() }
  const write = async (writer: number): Promise<void> => {
    for (let turn = 0; ; turn += 1) {
      const username = `w${writer}-${turn}`
      written.attempted.add(username)
      const path = turn % 2 === 0 ? '/hub/v1/users' : '/api/systemusers'
      const answer = await started
        .call({ method: 'POST', path, ...json({ username, email: `${username}@example.com` }) })
        .catch(() => undefined)
      if (answer === undefined || answer.status >= 500) return
      assert.ok(answer.status < 300, answer.text)
      written.acknowledged.set(answer.body.id, username)
      if (written.acknowledged.size === acknowledgedFirst) enough()
    }
  }
  await Promise.all(Array.from({ length: writers }, (_, writer) => write(writer)))
  return written
}

/** Every acknowledged user is there, wholly, and nobody who was not asked for. */
async function assertKept(started: Started, { attempted, acknowledged }: Written): Promise<void> {
  const stored = new Map<string, string>()
  for (let skip = 0; ; skip += 1000) {
    const { results, totalCount } = (
      await started.call({ method: 'GET', path: `/api/systemusers?limit=1000&skip=${skip}&fields=username` })
    ).body
    for (const { id, username } of results) stored.set(id, username)
    if (stored.size >= totalCount || results.length === 0) break
  }
  for (const [id, username] of acknowledged) assert.equal(stored.get(id), username, `${username} was acknowledged`)
  assert.equal(new Set(stored.values()).size, stored.size, 'nobody is there twice')
  for (const [id, username] of stored) {
    assert.ok(attempted.has(username), username)
    const { body } = await started.call({ method: 'GET', path: `/hub/v1/users/${id}/explanation` })
    assert.equal(body.fields.username?.after, username, 'the journal has the creation')
  }
  assert.ok(acknowledged.size >= acknowledgedFirst)
}

async function enrolSyncAgent(started: Started): Promise<{ id: string; privateKey: string }> {
  const directory = await started.call({
    method: 'POST',
    path: '/hub/v1/directories',
    ...json({ domain: 'corp.example' }),
  })
  const made = await started.call({
    method: 'POST',
    path: `/hub/v1/directories/${directory.body.id}/agents`,
    ...json({ kind: 'SYNC' }),
  })
  const { privateKey, publicKey } = newSigningKeys()
  const body = { connectKey: made.body.connectKey, publicKey, kind: 'SYNC', hostname: 'dc1', version: '1' }
  const enrolled = await started.call({ method: 'POST', path: '/agents/v1/enrol', ...json(body) })
  assert.equal(enrolled.status, 200, enrolled.text)
  return { id: enrolled.body.agentId, privateKey }
}

test('a hub that is told to stop finishes what it began and lets waiting clients go', async () => {
  const data = join(folder, 'graceful')
  const started = await start({ LOCKSTEP_DATA: data })
  const agent = await enrolSyncAgent(started)
  const facts = { hostname: 'dc1', version: '1', directory: { reachable: true }, waitMs: 30_000, maxItems: 1 }
  const events = await fetch(`http://127.0.0.1:${started.port}/hub/v1/events`, { headers: { 'x-api-key': apiKey } })
  assert.equal(events.status, 200)
  const followed = events.text()
  const polled = started.caller
    .call(signedCall(agent, { method: 'POST', path: '/agents/v1/work', ...json(facts) }))
    .then(
      ({ status }) => status,
      () => 0, // cut off is as good as answered; what matters is that it does not hold the hub
    )
  const written = await writeUntilGone(started, () => void started.hub.child.kill('SIGTERM'))
  assert.deepEqual(await started.hub.ended, { code: 0, signal: null }, started.hub.errors())
  started.caller.close()
  assert.ok([0, 200, 503].includes(await polled))
  assert.match(await followed, /^: open\n\n/)
  assert.deepEqual(processesOn(data), [])
  const again = await start({ LOCKSTEP_DATA: data })
  await assertKept(again, written)
  await end(again)
})

test('what a killed hub acknowledged is there after the next start', async () => {
  const data = join(folder, 'killed')
  const started = await start({ LOCKSTEP_DATA: data })
  const written = await writeUntilGone(started, () => void started.hub.child.kill('SIGKILL'))
  started.caller.close()
  const again = await start({ LOCKSTEP_DATA: data })
  await assertKept(again, written)
  const verified = await again.call({ method: 'POST', path: '/hub/v1/journal/verify' })
  assert.equal(verified.body.ok, true, verified.text)
  await end(again)
  assert.deepEqual(processesOn(data), [])
})

test('a client that never ends its request does not hold the end', async () => {
  const started = await start({ LOCKSTEP_DATA: join(folder, 'slow') })
  const sending = started.caller.sendRaw(
    `POST /hub/v1/users HTTP/1.1\r\nhost: a\r\nx-api-key: ${apiKey}\r\ncontent-type: application/json\r\ncontent-length: 1000\r\n\r\n{`,
  )
  const polite = await started.call({ method: 'GET', path: '/hub/v1/users' })
  assert.equal(polite.status, 200)
  await end(started)
  await sending
})

test('a second Ctrl-C neither hurries nor breaks the end', async () => {
  const data = join(folder, 'twice')
  const started = await start({ LOCKSTEP_DATA: data })
  started.hub.child.kill('SIGINT')
  await end(started, 'SIGINT')
  assert.deepEqual(processesOn(data), [])
})

test('a hub whose database goes away says so, and serves again when it is back', async () => {
  const { connection, drop } = await testDatabase()
  const way = await openCuttableWay(connection)
  const started = await start({
    LOCKSTEP_DATA: join(folder, 'outage'),
    DATABASE_URL: databaseUrl(way.connection),
    LOCKSTEP_LOG_LEVEL: 'silent',
  })
  const ask = async (path: string): Promise<number> => (await started.call({ method: 'GET', path })).status
  assert.equal(await ask('/readyz'), 200)
  assert.equal(await ask('/hub/v1/users'), 200)
  await way.cut()
  const away = await started.call({ method: 'GET', path: '/readyz' })
  assert.equal(away.status, 503)
  assert.equal(away.body.code, 'database_unavailable')
  assert.equal(away.headers['retry-after'], '1')
  assert.equal(await ask('/healthz'), 200)
  assert.equal(await ask('/metrics'), 200)
  // The key was seen just now and need not be looked up; what it asks for cannot be answered.
  assert.equal(await ask('/hub/v1/users'), 503)
  assert.equal(await ask('/api/systemusers'), 503)
  assert.equal(
    (
      await started.call({
        method: 'POST',
        path: '/hub/v1/users',
        ...json({ username: 'nobody', email: 'nobody@example.com' }),
      })
    ).status,
    503,
  )
  await way.mend()
  while ((await ask('/readyz')) !== 200);
  assert.equal(await ask('/hub/v1/users'), 200)
  assert.equal(
    (
      await started.call({
        method: 'POST',
        path: '/hub/v1/users',
        ...json({ username: 'nobody', email: 'nobody@example.com' }),
      })
    ).status,
    201,
  )
  await end(started)
  await way.cut()
  await drop()
})

test('a hub whose database is away can be stopped', async () => {
  const { connection, drop } = await testDatabase()
  const way = await openCuttableWay(connection)
  const started = await start({
    LOCKSTEP_DATA: join(folder, 'stranded'),
    DATABASE_URL: databaseUrl(way.connection),
    LOCKSTEP_LOG_LEVEL: 'silent',
  })
  await way.cut()
  await end(started)
  await drop()
})

test('the figures are in Prometheus text', async () => {
  const started = await start({ LOCKSTEP_DATA: join(folder, 'figures') })
  await started.call({ method: 'GET', path: `/hub/v1/users/${'f'.repeat(24)}` })
  const { text, headers } = await started.call({ method: 'GET', path: '/metrics' })
  assert.match(String(headers['content-type']), /^text\/plain/)
  const label = String.raw`[a-zA-Z_]\w*="(?:[^"\\\n]|\\["\\n])*"`
  const sample = new RegExp(
    String.raw`^[a-zA-Z_:][\w:]*(?:\{${label}(?:,${label})*,?\})? (?:[-+]?[0-9.]+(?:e[-+]?\d+)?|[-+]?Inf|NaN)$`,
    'i',
  )
  for (const line of text.split('\n').filter((one) => one !== '' && !one.startsWith('#'))) assert.match(line, sample)
  assert.match(text, /^# TYPE lockstep_request_seconds histogram$/m)
  assert.match(text, /lockstep_request_seconds_count\{[^}]*route="\/hub\/v1\/users\/:id"[^}]*\} 1/)
  assert.ok(!text.includes('f'.repeat(24)), 'no value of a request becomes a label')
  await end(started)
})

interface Pair {
  readonly one: Started
  readonly other: Started
  stop(): Promise<void>
}

async function startPair(): Promise<Pair> {
  const { connection, drop } = await testDatabase()
  const LOCKSTEP_MASTER_KEY_FILE = join(folder, `${randomBytes(4).toString('hex')}.key`)
  const variables = { DATABASE_URL: databaseUrl(connection), LOCKSTEP_MASTER_KEY_FILE }
  const [one, other] = await Promise.all(
    ['one', 'other'].map((name) => start({ ...variables, LOCKSTEP_DATA: join(folder, name) })),
  )
  assert.ok(one && other)
  return {
    one,
    other,
    async stop() {
      await Promise.all([end(one), end(other)])
      await drop()
    },
  }
}

/** Far more than it takes another process to hear; its only purpose is that a failure is told. */
const patienceMs = 30_000

/** Looks until the other process has heard. */
async function until(status: number, ask: () => Promise<Answer>): Promise<void> {
  const deadline = performance.now() + patienceMs
  while (performance.now() < deadline) if ((await ask()).status === status) return
  assert.equal((await ask()).status, status)
}

test('two hubs that start at once on one empty database agree on one administrator, and share sessions and keys', async () => {
  const pair = await startPair()
  const { one, other } = pair
  const administrators = await other.call({ method: 'GET', path: '/hub/v1/administrators' })
  assert.equal(administrators.body.items.length, 1)

  const signedIn = await one.caller.call({ method: 'POST', path: '/hub/v1/session', ...json(administrator) })
  assert.equal(signedIn.status, 200, signedIn.text)
  const cookie = String(signedIn.headers['set-cookie']?.[0]).split(';', 1).join('')
  const session = { cookie, 'x-csrf-token': String(signedIn.body.csrfToken) }
  assert.equal((await other.caller.call({ method: 'GET', path: '/hub/v1/users', headers: session })).status, 200)

  const made = await other.caller.call({
    method: 'POST',
    path: '/hub/v1/api-keys',
    ...json({ name: 'shared' }),
    headers: { 'content-type': 'application/json', ...session },
  })
  assert.equal(made.status, 201, made.text)
  const withKey = (started: Started): Promise<Answer> =>
    started.caller.call({ method: 'GET', path: '/hub/v1/users', headers: { 'x-api-key': made.body.secret } })
  assert.equal((await withKey(one)).status, 200)
  assert.equal((await withKey(other)).status, 200)

  assert.equal((await one.call({ method: 'DELETE', path: `/hub/v1/api-keys/${made.body.apiKey.id}` })).status, 204)
  assert.equal((await withKey(one)).status, 401)
  await until(401, () => withKey(other))

  assert.equal((await other.caller.call({ method: 'DELETE', path: '/hub/v1/session', headers: session })).status, 204)
  await until(401, () => one.caller.call({ method: 'GET', path: '/hub/v1/users', headers: session }))
  await pair.stop()
})

test('a change in one hub reaches the pages that follow the other', async () => {
  const pair = await startPair()
  const followers = await Promise.all(
    [pair.one, pair.other].map(async ({ port }) => {
      const leaving = new AbortController()
      const events = await fetch(`http://127.0.0.1:${port}/hub/v1/events`, {
        headers: { 'x-api-key': apiKey },
        signal: leaving.signal,
      })
      return { events, leaving }
    }),
  )
  const made = await pair.one.call({ method: 'POST', path: '/hub/v1/groups', ...json({ name: 'seen by both' }) })
  for (const { events, leaving } of followers) {
    let text = ''
    assert.ok(events.body)
    for await (const chunk of events.body) {
      text += Buffer.from(chunk).toString()
      if (text.includes(made.body.id)) break
    }
    assert.match(text, /"action":"group\.create"/)
    leaving.abort()
  }
  await pair.stop()
})

test('when one of two hubs is killed the other goes on, and the journal stays whole', async () => {
  const pair = await startPair()
  const written = await writeUntilGone(pair.one, () => void pair.one.hub.child.kill('SIGKILL'))
  pair.one.caller.close()
  await assertKept(pair.other, written)
  const verified = await pair.other.call({ method: 'POST', path: '/hub/v1/journal/verify' })
  assert.equal(verified.body.ok, true, verified.text)
  await pair.stop().catch((error: unknown) => assert.match(String(error), /SIGKILL/))
})
