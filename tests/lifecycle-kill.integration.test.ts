// Hub and PostgreSQL killed at the same moment, in either order and during the start: the next start has what was acknowledged.
import assert from 'node:assert/strict'
import { randomBytes } from 'node:crypto'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import { freePort } from './hub.ts'
import { descendantsOf, type ProcessIdentity } from './processes.ts'
import { createCaller, json } from './support/http-call.ts'
import { type HubProcess, processesOn, spawnHub } from './support/hub-process.ts'

let folder: string
const apiKey = randomBytes(24).toString('hex')

before(async () => {
  folder = await mkdtemp(join(tmpdir(), 'lockstep-kill-'))
})
after(() => rm(folder, { recursive: true, force: true }))

interface Place {
  readonly data: string
  readonly port: number
}

function spawnOn({ data, port }: Place): HubProcess {
  return spawnHub({
    LOCKSTEP_DATA: data,
    LOCKSTEP_PORT: String(port),
    LOCKSTEP_ADMIN_EMAIL: 'admin@example.com',
    LOCKSTEP_ADMIN_PASSWORD: 'pass-word-pass-word',
    LOCKSTEP_API_KEY: apiKey,
  })
}

/** Starts the hub, at the first try, which has the users who were acknowledged; one more is. */
async function startComplete(place: Place, usernames: string[]): Promise<HubProcess> {
  const hub = spawnOn(place)
  assert.ok(await hub.ready, hub.errors())
  const caller = createCaller(place.port)
  const headers = { 'x-api-key': apiKey }
  const { body } = await caller.call({ method: 'GET', path: '/api/systemusers?sort=username', headers })
  assert.deepEqual(
    body.results.map(({ username }: { readonly username: string }) => username),
    usernames,
  )
  const username = `user-${usernames.length}`
  const user = json({ username, email: `${username}@example.com` })
  const made = await caller.call({
    ...{ method: 'POST', path: '/hub/v1/users', ...user },
    headers: { ...user.headers, ...headers },
  })
  assert.ok(made.status < 300, made.text)
  usernames.push(username)
  caller.close()
  return hub
}

/** Another server than the one that is known which a hub has started, as soon as it has. */
async function postgresOf({ child, errors }: HubProcess, known?: ProcessIdentity): Promise<ProcessIdentity> {
  for (;;) {
    const found = (await descendantsOf(child.pid ?? 0)).find(
      ({ parent, name, pid }) => parent === child.pid && name === 'postgres' && pid !== known?.pid,
    )
    if (found !== undefined) return found
    assert.equal(child.exitCode, null, errors())
  }
}

const kill = ({ pid }: { readonly pid?: number | undefined }): boolean => process.kill(pid ?? 0, 'SIGKILL')

/** What is done to a hub that is ready, or that has just started its server; the hub has ended or will. */
const blows: Readonly<Record<string, (hub: HubProcess, server: ProcessIdentity) => unknown>> = {
  'PostgreSQL and then the hub': ({ child }, server) => kill(server) && kill(child),
  'the hub and then PostgreSQL': ({ child }, server) => kill(child) && kill(server),
}

test('a hub and its PostgreSQL killed at any one moment have what was acknowledged at the next start', async () => {
  const place = { data: join(folder, 'data'), port: await freePort() }
  const usernames: string[] = []
  for (const blow of Object.values(blows)) {
    const ready = await startComplete(place, usernames)
    blow(ready, await postgresOf(ready))
    await ready.ended
    const starting = spawnOn(place)
    blow(starting, await postgresOf(starting))
    await starting.ended
  }
  const ready = await startComplete(place, usernames)
  const server = await postgresOf(ready)
  kill(server)
  // The hub starts another one by itself, which recovers.
  await postgresOf(ready, server)
  kill(ready.child)
  await ready.ended
  const starting = spawnOn(place)
  kill(await postgresOf(starting))
  if (await starting.ready) kill(starting.child)
  else assert.match(starting.errors(), /Lockstep cannot start: PostgreSQL/)
  await starting.ended
  const last = await startComplete(place, usernames)
  last.child.kill('SIGTERM')
  assert.deepEqual(await last.ended, { code: 0, signal: null }, last.errors())
  assert.deepEqual(processesOn(place.data), [])
})
