// Who is primary, whose log is kept, and what is told when nobody is there, on a real database.
import assert from 'node:assert/strict'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { AppError } from '@lockstep/contract/app-error'
import { createSealingKeys } from '@lockstep/contract/agents/sealed-password'
import type { AgentLogLine } from '@lockstep/contract/agents/log'
import { newId } from '@lockstep/kernel/ids'
import { systemActor } from '../../directory/access/access.rules.ts'
import { createJournalService } from '../../directory/journal/journal.service.ts'
import { hashToken } from '../../platform/crypto/tokens.ts'
import { domainFixture, type DomainFixture, origin, userObject } from '../../../../../tests/domain-fixture.ts'
import { createAgentBundleService } from './agent-bundle.service.ts'
import { createAgentLogService } from './agent-log.service.ts'
import type { Agent } from './agent.store.ts'
import * as store from './agent.store.ts'
import { createAgentWatch } from './agent-watch.service.ts'

const administrator = { ...systemActor('test') }

/** An agent that enrolled and asked just now. */
async function enrolled(
  domain: DomainFixture,
  kind: Agent['kind'],
  { now = new Date(), reachable = true }: { readonly now?: Date; readonly reachable?: boolean } = {},
): Promise<Agent> {
  const { agent, connectKey } = await domain.agents.create(origin, domain.domain.id, kind)
  const publicKey = Buffer.alloc(32, agent.id).toString('base64url')
  const facts = { kind, publicKey, hostname: 'dc', version: '0.1.0', sourceIp: '127.0.0.1', now }
  await store.enrol(domain.database, { ...facts, connectKeyHash: hashToken(connectKey) })
  const contact = { id: agent.id, hostname: 'dc', version: '0.1.0', sourceIp: '127.0.0.1', directoryError: null }
  const later = new Date(now.getTime() + 4000)
  await store.noteContact(domain.database, { ...contact, directoryReachable: reachable, now: later })
  return current(domain, agent.id)
}

async function current(domain: DomainFixture, id: string): Promise<Agent> {
  const agent = await store.find(domain.database, id)
  assert.ok(agent)
  return agent
}

async function codeOf(work: Promise<unknown>): Promise<string> {
  try {
    await work
    return 'none'
  } catch (error) {
    assert.ok(error instanceof AppError)
    return error.code
  }
}

const key = (domain: DomainFixture, agent: Agent) => ({ domainId: domain.domain.id, agentId: agent.id })

test('an agent that was primary uploads nothing once another one was chosen', async () => {
  await using domain = await domainFixture()
  const other = await enrolled(domain, 'IMPORT')
  const begun = { epoch: domain.epoch, kind: 'full', readId: domain.readId(), first: true } as const
  const reader = { domainId: domain.domain.id, agentId: domain.importAgent.id, agentName: 'dc1' }
  await domain.reads.accept(reader, { ...begun, objects: [userObject('ann')] })
  await domain.agents.change(origin, key(domain, other), { primary: true })
  const late = domain.reads.accept(reader, { ...begun, first: false, objects: [], end: { objectCount: 1 } })
  assert.equal(await codeOf(late), 'lease_lost')
  const lease = await domain.agents.importLease(other)
  assert.deepEqual([lease.role, lease.epoch > domain.epoch], ['primary', true])
  assert.equal((await domain.agents.importLease(domain.importAgent)).role, 'standby')
})

test('an agent that cannot reach its domain controller gives way to one that can, and not to one that cannot', async () => {
  await using domain = await domainFixture()
  const blind = await enrolled(domain, 'IMPORT', { reachable: false })
  await domain.agents.change(origin, key(domain, domain.importAgent), { paused: true })
  assert.equal((await domain.agents.importLease(blind, false)).role, 'primary')
  const seeing = await enrolled(domain, 'IMPORT')
  assert.equal((await domain.agents.importLease(blind, false)).role, 'standby')
  assert.equal((await domain.agents.importLease(seeing)).role, 'primary')
})

test('an agent tells its sealing key; the same again is no change, and another one ends what was sealed for the first', async () => {
  await using domain = await domainFixture()
  const agent = await enrolled(domain, 'SYNC')
  assert.equal(agent.sealingKey, null)
  const actor = { ...administrator, kind: 'agent', id: agent.id } as const
  const [first, second] = [await createSealingKeys(), await createSealingKeys()]
  for (const { publicKey } of [first, first, second]) await domain.agents.publishSealingKey(actor, publicKey)
  assert.equal((await current(domain, agent.id)).sealingKey, second.publicKey)
  const told = await domain.database.query<{ count: string }>({
    text: `select count(*) from journal where action = 'agent.change_key' and subject_id = $1`,
    values: [agent.id],
  })
  assert.equal(Number(told[0]?.count), 2)
})

test('an agent that is paused while it asks does not stay primary', async () => {
  await using domain = await domainFixture()
  const agent = await enrolled(domain, 'IMPORT')
  await domain.agents.change(origin, key(domain, domain.importAgent), { paused: true })
  await domain.agents.change(origin, key(domain, agent), { paused: true })
  // What it looked like before the pause, as a request has it that was on its way.
  const lease = await domain.agents.importLease({ ...agent, paused: false })
  assert.equal(lease.role, 'standby')
})

test('only an agent that works is made primary', async () => {
  await using domain = await domainFixture()
  const blind = await enrolled(domain, 'SYNC', { reachable: false })
  const silent = await enrolled(domain, 'SYNC', { now: new Date(Date.now() - 600_000) })
  for (const agent of [domain.syncAgent, blind, silent])
    assert.equal(await codeOf(domain.agents.change(origin, key(domain, agent), { primary: true })), 'agent_not_ready')
})

test('agents of different versions are told of each other', async () => {
  await using domain = await domainFixture()
  const old = await enrolled(domain, 'SYNC')
  await enrolled(domain, 'IMPORT')
  await domain.database.execute({ text: `update ad_agents set version = '0.0.9' where id = $1`, values: [old.id] })
  const { agents } = await domain.domains.get(administrator, domain.domain.id)
  const warnings = agents
    .filter(({ version }) => version !== undefined)
    .map(({ version, warnings: all }) => [version, all.length] as const)
  assert.deepEqual(Object.fromEntries(warnings), { '0.0.9': 2, '0.1.0': 1 })
})

test('the log is kept only for those who look, in order, once, and not for ever', async () => {
  await using domain = await domainFixture()
  const { database } = domain
  let now = new Date('2026-01-01T00:00:00Z')
  const logs = createAgentLogService({
    ...{ database, clock: { now: () => now }, announce: () => undefined, announceLines: () => undefined },
    waitForLines: async () => undefined,
  })
  const agent = await enrolled(domain, 'SYNC')
  const line = (number: number): AgentLogLine => ({
    ...{ number, at: now.toISOString(), level: 'info', message: `line ${number}`, fields: { number } },
  })
  const hand = async (runId: string, ...numbers: number[]) =>
    logs.accept(await current(domain, agent.id), { runId, lines: numbers.map(line) })
  const { signal } = new AbortController()
  const look = (after?: string) =>
    logs.read(administrator, key(domain, agent), after === undefined ? {} : { after }, signal)
  assert.deepEqual(await hand('run-aaaa', 0), { wanted: false })
  assert.deepEqual(await look(), { items: [], next: '0' })
  assert.deepEqual(await hand('run-aaaa', 0, 1), { wanted: true })
  await hand('run-aaaa', 1, 2)
  await hand('run-bbbb', 0)
  const seen = await look()
  assert.deepEqual(
    seen.items.map(({ message }) => message),
    ['line 0', 'line 1', 'line 2', 'line 0'],
  )
  assert.deepEqual((await look(seen.next)).items, [])
  for (let start = 0; start < 1000; start += 200)
    await hand('run-cccc', ...[...Array(200).keys()].map((n) => start + n))
  const [count] = await database.query<{ count: number }>({
    text: 'select count(*)::integer as count from ad_agent_log_lines',
  })
  assert.equal(count?.count, 500)
  now = new Date(now.getTime() + 20_000)
  assert.deepEqual(await hand('run-cccc', 1000), { wanted: false })
  now = new Date(now.getTime() + 3_600_000)
  await logs.removeOld()
  assert.deepEqual((await look()).items, [])
  const elsewhere = logs.read(administrator, { domainId: newId(0), agentId: agent.id }, {}, signal)
  assert.equal(await codeOf(elsewhere), 'not_found')
})

test('the last agent that stops is told once, and so is the first that comes back', async () => {
  await using domain = await domainFixture()
  const { database } = domain
  const start = new Date('2026-01-01T00:00:00Z').getTime()
  let now = new Date(start)
  const clock = { now: () => now }
  const journal = createJournalService({ database, clock })
  await journal.makePartitions()
  const watch = createAgentWatch({ database, clock, journal, announce: () => undefined })
  const agent = await enrolled(domain, 'IMPORT', { now })
  const told = async (): Promise<readonly string[]> => {
    const rows = await database.query<{ action: string; reason: string | null }>({
      text: `select action, details->'changes'->'reason'->>'after' as reason from journal
        where action like 'directory.agents_%' order by seq`,
    })
    return rows.map(({ action, reason }) => `${action} ${reason ?? ''}`.trimEnd())
  }
  const lookAt = async (seconds: number, contact?: boolean): Promise<readonly string[]> => {
    now = new Date(start + seconds * 1000)
    if (contact === true)
      await database.execute({ text: 'update ad_agents set contact_at = $2 where id = $1', values: [agent.id, now] })
    await watch.look()
    await watch.look()
    return told()
  }
  assert.deepEqual(await lookAt(5, true), [])
  // The hub itself was away until a moment ago.
  assert.deepEqual(await lookAt(60), [])
  const silent = 'directory.agents_silent silent'
  assert.deepEqual(await lookAt(200), [silent])
  assert.deepEqual(await lookAt(300), [silent])
  assert.deepEqual(await lookAt(310, true), [silent, 'directory.agents_back'])
  await domain.agents.remove(origin, key(domain, agent))
  const all = [silent, 'directory.agents_back', 'directory.agents_silent removed']
  assert.deepEqual(await lookAt(320), all)
  assert.deepEqual(await lookAt(400), all)
})

test('an agent’s file is handed out for its own kind’s key, until the key is used', async () => {
  await using domain = await domainFixture()
  const folder = await mkdtemp(join(tmpdir(), 'lockstep-bundles-'))
  try {
    const bundles = createAgentBundleService({ database: domain.database, clock: { now: () => new Date() }, folder })
    const { connectKey } = await domain.agents.create(origin, domain.domain.id, 'SYNC')
    assert.equal(await codeOf(bundles.list(administrator)), 'agent_files_missing')
    await writeFile(join(folder, 'sync-agent.mjs'), 'sync')
    await writeFile(join(folder, 'import-agent.mjs'), 'import')
    const [first] = await bundles.list(administrator)
    assert.deepEqual([first?.name, first?.sizeBytes, first?.sha256.length], ['import-agent.mjs', 6, 64])
    assert.equal((await bundles.readWithKey(connectKey, 'sync-agent.mjs')).content, 'sync')
    assert.equal(await codeOf(bundles.readWithKey(connectKey, 'import-agent.mjs')), 'connect_key_invalid')
    assert.equal(await codeOf(bundles.readWithKey('', 'sync-agent.mjs')), 'connect_key_invalid')
    const used = {
      kind: 'SYNC',
      publicKey: 'x',
      hostname: 'h',
      version: '1',
      sourceIp: '::1',
      now: new Date(),
    } as const
    await store.enrol(domain.database, { ...used, connectKeyHash: hashToken(connectKey) })
    assert.equal(await codeOf(bundles.readWithKey(connectKey, 'sync-agent.mjs')), 'connect_key_invalid')
  } finally {
    await rm(folder, { recursive: true, force: true })
  }
})
