import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { join } from 'node:path'
import { after, before, beforeEach, test } from 'node:test'
import { type HubFixture, hubFixture } from '../../../tests/hub-fixture.ts'
import { sealRows } from '../../../tests/support/seal-rows.ts'

let hub: HubFixture
let url: string

before(async () => {
  hub = await hubFixture()
  url = await hub.server.fastify.listen({ host: '127.0.0.1', port: 0 })
})
after(() => hub.close())
beforeEach(async () => {
  await hub.database.execute({ text: 'truncate users, directories, plans, journal, journal_blocks cascade' })
  hub.users.forgetCounts()
})

interface Ended {
  readonly code: number | null
  readonly out: string
  readonly err: string
}

/** Runs the program as a shell would. */
function lockstep(words: readonly string[], environment: Record<string, string> = {}): Promise<Ended> {
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, [join(import.meta.dirname, 'main.ts'), ...words], {
      env: { LOCKSTEP_PUBLIC_URL: url, LOCKSTEP_API_KEY: 'administrator', ...environment },
      stdio: ['ignore', 'pipe', 'pipe'],
    })
    let out = ''
    let err = ''
    child.stdout.on('data', (chunk: Buffer) => (out += chunk.toString('utf8')))
    child.stderr.on('data', (chunk: Buffer) => (err += chunk.toString('utf8')))
    child.once('error', reject)
    child.once('close', (code) => resolve({ code, out, err }))
  })
}

test('users are created, listed, shown, suspended and activated', async () => {
  const made = await lockstep(['users', 'create', 'ada', 'ada@example.com', '--displayname', 'Ada Lovelace'])
  assert.deepEqual([made.code, made.err], [0, ''])
  assert.match(made.out, /^username {4}ada\nname {8}Ada Lovelace\nemail/)
  const listed = await lockstep(['users', 'list'])
  assert.match(
    listed.out,
    /^USERNAME {2}NAME {10}E-MAIL {11}STATE {6}ACCOUNTS {2}ID\nada {7}Ada Lovelace {2}ada@example.com/,
  )
  const suspended = await lockstep(['users', 'suspend', 'ADA@example.com', '--reason', 'left'])
  assert.match(suspended.out, /state {7}SUSPENDED/)
  const shown = await lockstep(['users', 'show', 'ada', '--json'])
  const { id, state } = JSON.parse(shown.out) as { id: string; state: string }
  assert.equal(state, 'SUSPENDED')
  assert.match((await lockstep(['users', 'activate', id])).out, /state {7}ACTIVATED/)
})

test('a list walks the pages up to its limit and says how much there is', async () => {
  for (const name of ['ada', 'eva', 'max'])
    await hub.call('POST users', { body: { username: name, email: `${name}@example.com` } })
  const two = await lockstep(['users', 'list', '--limit', '2'])
  assert.deepEqual([two.code, two.out.trimEnd().split('\n').length], [0, 3])
  assert.equal(two.err, '2 of 3 shown; --limit shows more.\n')
  const found = await lockstep(['users', 'list', '--search', 'eva', '--json'])
  assert.equal((JSON.parse(found.out) as { total: number }).total, 1)
})

test('a refusal is explained and ends with 1', async () => {
  const taken = await lockstep(['users', 'create', 'ada', 'nowhere'])
  assert.deepEqual([taken.code, taken.out], [1, ''])
  assert.match(taken.err, /^email: must be an e-mail address .* \(invalid_request, request [\w-]+\)\n$/)
  const missing = await lockstep(['users', 'show', 'max'])
  assert.deepEqual(missing, { code: 1, out: '', err: 'There is no user "max".\n' })
  const stranger = await lockstep(['users', 'list'], { LOCKSTEP_API_KEY: 'stranger' })
  assert.deepEqual([stranger.code, stranger.out], [1, ''])
  assert.match(stranger.err, /unauthenticated/)
  const silent = await lockstep(['users', 'list', '--url', 'http://127.0.0.1:1'])
  assert.equal(silent.code, 1)
  assert.match(silent.err, /does not answer/)
})

test('a command that is written wrongly ends with 2 and asks nothing of the hub', async () => {
  const wrong = [
    [],
    ['users'],
    ['users', 'destroy'],
    ['users', 'show'],
    ['users', 'list', '--colour', 'red'],
    ['users', 'list', '--api-key', 'administrator'],
    ['users', 'list', '--limit', '0'],
    ['users', 'list', '--url', 'ftp://hub'],
    ['agents', 'create', 'corp.example', 'both'],
    ['plans', 'release', '0'.repeat(24)],
  ]
  const ended = await Promise.all(wrong.map((words) => lockstep(words)))
  assert.deepEqual(
    ended.map(({ code }) => code),
    wrong.map(() => 2),
  )
  const keyless = await lockstep(['users', 'list'], { LOCKSTEP_API_KEY: '' })
  assert.deepEqual([keyless.code, keyless.out], [2, ''])
  assert.match(keyless.err, /LOCKSTEP_API_KEY/)
  const help = await lockstep(['--help'])
  assert.deepEqual([help.code, help.err], [0, ''])
  assert.match(help.out, /lockstep agents create DIRECTORY IMPORT\|SYNC/)
})

test('an agent is made for a directory, and its key is shown', async () => {
  await hub.call('POST directories', { body: { domain: 'corp.example' } })
  const listed = await lockstep(['directories', 'list'])
  assert.match(listed.out, /^NAME .*\ncorp\.example {2}red: There is no import agent yet/)
  const made = await lockstep(['agents', 'create', 'CORP.example', 'import'])
  assert.match(made.out, /^agent {7}[0-9a-f]{24}\nconnect key lsc_\S+\n$/)
  assert.match(made.err, /shown this once/)
  const unknown = await lockstep(['agents', 'create', 'other.example', 'sync'])
  assert.deepEqual([unknown.code, unknown.err], [1, 'There is no directory "other.example".\n'])
})

test('the agents of a directory are listed, paused, resumed, asked for their log and deleted', async () => {
  await hub.call('POST directories', { body: { domain: 'corp.example' } })
  const made = await lockstep(['agents', 'create', 'corp.example', 'sync', '--json'])
  const { id } = (JSON.parse(made.out) as { agent: { id: string } }).agent
  assert.match((await lockstep(['agents', 'list', 'corp.example'])).out, /^KIND .*\nsync .*unsealed.*amber: Waits for/)
  assert.equal((await lockstep(['agents', 'pause', 'corp.example', id])).code, 0)
  assert.match((await lockstep(['agents', 'resume', 'corp.example', id])).out, new RegExp(id))
  const primary = await lockstep(['agents', 'make-primary', 'corp.example', id])
  assert.deepEqual([primary.code, /agent_not_ready/.test(primary.err)], [1, true])
  const log = await lockstep(['agents', 'log', 'corp.example', id])
  assert.deepEqual([log.code, log.out], [0, ''])
  assert.match(log.err, /No line came/)
  assert.match((await lockstep(['agents', 'delete', 'corp.example', id])).out, /refused from now on/)
  assert.equal((await lockstep(['agents', 'delete', 'corp.example', id])).code, 1)
})

test('the program of an agent is run with what follows “agent”, and asks nothing of the hub by itself', async () => {
  const unit = await lockstep(['agent', 'service', '--kind', 'sync', '--config', 'sync.json'], { LOCKSTEP_API_KEY: '' })
  assert.deepEqual([unit.code, unit.err], [0, ''])
  assert.match(unit.out, /^ExecStart=.*sync-agent\.ts run --config \S*sync\.json$/m)
  const which = await lockstep(['agent', 'doctor', '--config', 'nowhere.json'])
  assert.deepEqual([which.code, /--kind import or --kind sync/.test(which.err)], [2, true])
  const missing = await lockstep(['agent', 'doctor', '--kind', 'import', '--config', 'nowhere.json'])
  assert.deepEqual([missing.code, /Enrol the agent first/.test(missing.err)], [1, true])
})

test('a held plan is listed and released with a reason', async () => {
  const items = Array.from({ length: 30 }, (_, index) => ({
    kind: 'suspend' as const,
    subjectKind: 'user' as const,
    subjectId: String(index).padStart(24, '0'),
    subjectName: `user${index}`,
    reference: { key: 'state', guid: '00000000-0000-0000-0000-000000000000' },
    reason: 'left the integration group',
    changes: {},
  }))
  const source = { kind: 'directory', id: 'a'.repeat(24), name: 'corp.example' } as const
  const proposal = { source, items, userCount: 40, membershipCount: 0 }
  await hub.database.transaction((transaction) => hub.plans.admit(transaction, proposal))
  const listed = await lockstep(['plans', 'list', '--state', 'quarantined'])
  assert.match(listed.out, /corp\.example {2}quarantined {2}30 suspend/)
  const id = /^[0-9a-f]{24}/m.exec(listed.out)?.[0] ?? ''
  const released = await lockstep(['plans', 'release', id, '--reason', 'holidays'])
  assert.deepEqual(released, { code: 0, out: 'The plan of corp.example is released.\n', err: '' })
  const again = await lockstep(['plans', 'dismiss', id, '--reason', 'holidays'])
  assert.equal(again.code, 1)
  assert.match(again.err, /plan_closed/)
})

test('a journal that somebody changed ends with 1 and names the rows', async () => {
  for (const name of ['ada', 'max'])
    await hub.call('POST users', { body: { username: name, email: `${name}@example.com` } })
  await sealRows(hub.chain, 2)
  const whole = await lockstep(['journal', 'verify'])
  assert.deepEqual([whole.code, whole.err], [0, ''])
  assert.match(whole.out, /^The journal is whole: 2 rows in [12] blocks checked, 0 not sealed yet\.\n$/)
  const [row] = await hub.database.query<{ seq: number }>({
    text: `update journal set actor_id = 'x' where seq = (select min(seq) from journal) returning seq`,
  })
  const broken = await lockstep(['journal', 'verify'])
  assert.equal(broken.code, 1)
  assert.match(broken.out, new RegExp(`tampered with.*\nRow ${row?.seq} was changed after it was sealed`))
  assert.equal((await lockstep(['journal', 'verify', '--json'])).code, 1)
})

test('changes are lines of JSON that end with a cursor, and going on from it tells what came since', async () => {
  const linesOf = ({
    out,
  }: Ended): readonly { id?: string; action?: string; next?: string; object?: { username: string } }[] =>
    out
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line) as object)
  const made = await hub.call<{ id: string }>('POST users', { body: { username: 'ada', email: 'ada@example.com' } })
  const first = await lockstep(['changes', '--kind', 'user', '--objects'])
  assert.deepEqual([first.code, first.err], [0, ''])
  const lines = linesOf(first)
  assert.ok(lines.some(({ id, object }) => id === made.body.id && object?.username === 'ada'))
  const { next } = lines.at(-1) ?? {}
  assert.ok(next !== undefined)
  await hub.call(`DELETE users/${made.body.id}`)
  const child = spawn(
    process.execPath,
    [join(import.meta.dirname, 'main.ts'), 'changes', '--follow', '--since', next],
    {
      env: { LOCKSTEP_PUBLIC_URL: url, LOCKSTEP_API_KEY: 'administrator' },
      stdio: ['ignore', 'pipe', 'pipe'],
    },
  )
  const ended = new Promise((resolve) => child.once('close', resolve))
  let out = ''
  for await (const chunk of child.stdout) {
    out += String(chunk)
    if (out.includes('"deleted"')) break
  }
  child.kill()
  await ended
  assert.match(out, new RegExp(`"id":"${made.body.id}","action":"deleted","username":"ada"`))
  const expired = await lockstep(['changes', '--since', 'nonsense'])
  assert.deepEqual([expired.code, expired.out], [1, ''])
  assert.match(expired.err, /since: is no place in the feed/)
  assert.equal((await lockstep(['changes', 'list'])).code, 2)
})
