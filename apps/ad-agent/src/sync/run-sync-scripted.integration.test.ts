import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { UserOutcome, UserWork } from '@lockstep/contract/agents/protocol'
import { type FakeScript, startFakeDirectory } from '@lockstep/ldap/testing/fake-directory'
import { startAgent } from '../testing/agent-run.ts'
import { FakeHub } from '../testing/fake-hub.ts'
import { runSync } from './run-sync.ts'

const settings = {
  domainId: 'd',
  baseDn: 'DC=y',
  rootDn: 'OU=x,DC=y',
  integrationGroupDn: 'CN=g,DC=y',
  userContainerDn: 'OU=x,DC=y',
  groupContainerDn: 'OU=x,DC=y',
  upnSuffix: 'y',
}
const guid = Buffer.alloc(16, 1)
const work: UserWork = {
  kind: 'user',
  accountId: 'a',
  revision: 1,
  guid: '01010101-0101-0101-0101-010101010101',
  wanted: true,
  takeover: false,
  samAccountName: 'jdoe',
  userPrincipalName: '',
  commonName: 'Jane Doe',
  attributes: { title: 'Clerk' },
  enabled: 'keep',
}

/** A directory with one account; the function decides over modifies. */
function directoryWith(onModify: FakeScript): FakeScript {
  return (request, reply) => {
    if (request.type === 'modify') return onModify(request, reply)
    if (request.type !== 'search') return undefined
    const names = { dsServiceName: ['CN=s'], dnsHostName: ['dc1.y'], defaultNamingContext: ['DC=y'] }
    if (request.base === '') reply.entry('', { highestCommittedUSN: ['1'], ...names })
    else if (request.base.startsWith('<GUID=')) {
      const state = { sAMAccountName: ['jdoe'], userAccountControl: ['512'], memberOf: ['CN=g,DC=y'] }
      reply.entry('CN=Jane Doe,OU=x,DC=y', { objectGUID: [guid], objectClass: ['top', 'user'], ...state })
    }
    reply.result(0)
  }
}

async function outcomeOf(onModify: FakeScript): Promise<{ outcome: UserOutcome; repeated: UserOutcome }> {
  await using directory = await startFakeDirectory({ script: directoryWith(onModify) })
  await using hub = new FakeHub(settings)
  await hub.start()
  const { url, ca } = directory
  await using _agent = startAgent(runSync, hub, { url, ca, bindDn: 'agent', password: 'secret', timeoutMs: 5000 })
  hub.give(work)
  const outcome = await hub.until(() => hub.outcomes[0])
  hub.give(work)
  const repeated = await hub.until(() => hub.outcomes[1])
  return { outcome: outcome as UserOutcome, repeated: repeated as UserOutcome }
}

test('a busy controller fails the work for now, in its own code, and the next try may succeed', async () => {
  let tries = 0
  const { outcome, repeated } = await outcomeOf((_request, reply) => {
    tries += 1
    reply.result(tries === 1 ? 51 : 0, { diagnosticMessage: tries === 1 ? '0000200E: SvcErr: DSID-1' : '' })
  })
  assert.deepEqual([outcome.failure?.kind, outcome.failure?.code], ['busy', '0000200E'])
  assert.equal(outcome.failure?.retryable, true)
  assert.deepEqual([repeated.failure, repeated.written], [undefined, ['title']])
})

test('a connection cut in the middle of a write fails the work for now, and the next uses a new one', async () => {
  let tries = 0
  const { outcome, repeated } = await outcomeOf((_request, reply) => {
    tries += 1
    if (tries === 1) reply.disconnect()
    else reply.result(0)
  })
  assert.deepEqual([outcome.failure?.kind, outcome.failure?.retryable], ['connection', true])
  assert.deepEqual([repeated.failure, repeated.written], [undefined, ['title']])
})

test('a delegated right that is missing is told with its remedy and not tried again', async () => {
  const { outcome } = await outcomeOf((_request, reply) =>
    reply.result(50, { diagnosticMessage: '00000005: SecErr: DSID-1, problem 4003 (INSUFF_ACCESS_RIGHTS), data 0' }),
  )
  assert.deepEqual([outcome.failure?.kind, outcome.failure?.retryable], ['access_denied', false])
  assert.match(outcome.failure?.remedy ?? '', /Delegate/)
  assert.equal(outcome.guid, work.guid)
})

/** A directory that keeps writes waiting until they are released, from then on those that come too. */
function heldWrites() {
  const held: (() => void)[] = []
  const watchers = new Set<() => void>()
  let isReleased = false
  let count = 0
  const script = directoryWith((_request, reply) => {
    count += 1
    const finish = (): void => reply.result(0)
    if (isReleased) finish()
    else held.push(finish)
    for (const watcher of watchers) watcher()
  })
  return {
    script,
    count: () => count,
    /** Resolves once so many writes have come. */
    async until(wanted: number): Promise<void> {
      const { promise, resolve } = Promise.withResolvers<void>()
      const look = (): void => {
        if (count >= wanted) resolve()
      }
      watchers.add(look)
      look()
      await promise
      watchers.delete(look)
    },
    release(): void {
      isReleased = true
      for (const finish of held.splice(0)) finish()
    },
  }
}

function accounts(count: number): readonly UserWork[] {
  return Array.from({ length: count }, (_, index) => ({ ...work, accountId: `account ${index}` }))
}

function idsOf(outcomes: readonly unknown[]): readonly string[] {
  return (outcomes as readonly UserOutcome[]).map(({ accountId }) => accountId)
}

test('an agent that is stopped finishes and reports the writes under way', async () => {
  const writes = heldWrites()
  await using directory = await startFakeDirectory({ script: writes.script })
  await using hub = new FakeHub(settings)
  await hub.start()
  const { url, ca } = directory
  const agent = startAgent(runSync, hub, { url, ca, bindDn: 'agent', password: 'secret', timeoutMs: 5000 })
  hub.give(...accounts(4))
  await writes.until(2)
  const stopped = agent[Symbol.asyncDispose]()
  writes.release()
  await stopped
  const outcomes = hub.outcomes as readonly UserOutcome[]
  assert.deepEqual(
    outcomes.map(({ accountId, failure }) => [accountId, failure]),
    [
      ['account 0', undefined],
      ['account 1', undefined],
    ],
  )
})

test('the next work is asked for while there is some in hand, and everything is done once', async () => {
  const writes = heldWrites()
  await using directory = await startFakeDirectory({ script: writes.script })
  await using hub = new FakeHub(settings)
  await hub.start()
  const { url, ca } = directory
  const given = accounts(250)
  hub.give(...given)
  await using _agent = startAgent(runSync, hub, { url, ca, bindDn: 'agent', password: 'secret', timeoutMs: 5000 })
  const asksFor = (holdsWork: true | undefined): number =>
    hub.workRequests.filter((request) => request.holdsWork === holdsWork).length
  await writes.until(2)
  assert.equal(asksFor(true), 0)
  writes.release()
  await hub.until(() => hub.outcomes.length === 250)
  // Two full batches were each followed by a question, and the last was known to be the last.
  await hub.until(() => asksFor(undefined) === 2)
  assert.equal(asksFor(true), 2)
  assert.deepEqual(idsOf(hub.outcomes).toSorted(), idsOf(given).toSorted())
})

test('work for the same account is done in order, one after the other', async () => {
  const requests: string[] = []
  const script = directoryWith((_request, reply) => reply.result(0))
  await using directory = await startFakeDirectory({
    script: (request, reply) => {
      if (request.type === 'modify') requests.push('write')
      else if (request.type === 'search' && request.base.startsWith('<GUID=')) requests.push('read')
      return script(request, reply)
    },
  })
  await using hub = new FakeHub(settings)
  await hub.start()
  const { url, ca } = directory
  hub.give({ ...work, revision: 1 }, { ...work, revision: 2 })
  await using _agent = startAgent(runSync, hub, { url, ca, bindDn: 'agent', password: 'secret', timeoutMs: 5000 })
  await hub.until(() => hub.outcomes.length === 2)
  assert.deepEqual(requests, ['read', 'write', 'read', 'write'])
  assert.deepEqual(
    (hub.outcomes as readonly UserOutcome[]).map(({ revision }) => revision),
    [1, 2],
  )
})

for (const role of ['paused', 'standby'] as const) {
  test(`an agent that becomes ${role} in the midst of its work begins no more of it`, async () => {
    const writes = heldWrites()
    await using directory = await startFakeDirectory({ script: writes.script })
    await using hub = new FakeHub(settings)
    await hub.start()
    hub.state.logWanted = true
    hub.state.refuse = (path) => {
      if (path === '/agents/v1/work/report') hub.state.role = role
      return undefined
    }
    const { url, ca } = directory
    await using _agent = startAgent(runSync, hub, { url, ca, bindDn: 'agent', password: 'secret', timeoutMs: 5000 })
    // The first is not found, and so it is reported while the writing of others waits.
    const { guid: _guid, ...unknown } = { ...work, accountId: 'unknown', samAccountName: '' }
    const given = accounts(50)
    hub.give(unknown, ...given)
    await hub.until(() =>
      hub.logReports.some(({ lines }) => lines.some(({ message }) => message === 'The hub takes the work back')),
    )
    const asked = hub.workRequests.length
    writes.release()
    await hub.until(() => hub.workRequests.length > asked)
    const begun = writes.count()
    assert.ok(begun <= 2, `${begun} were begun`)
    assert.deepEqual(idsOf(hub.outcomes), idsOf([unknown, ...given.slice(0, begun)]))
  })
}

test('work whose lease has run out is not begun', async () => {
  await using directory = await startFakeDirectory({ script: directoryWith((_request, reply) => reply.result(0)) })
  await using hub = new FakeHub(settings)
  await hub.start()
  hub.state.workLeaseMs = -1
  const { url, ca } = directory
  await using agent = startAgent(runSync, hub, { url, ca, bindDn: 'agent', password: 'secret', timeoutMs: 5000 })
  hub.give(work)
  await hub.until(
    () => agent.lines.some((line) => line.includes('lease of the work ran out')) && hub.workRequests.length > 1,
  )
  hub.state.workLeaseMs = undefined
  hub.give({ ...work, accountId: 'b' })
  const outcome = (await hub.until(() => hub.outcomes[0])) as UserOutcome
  assert.equal(outcome.accountId, 'b')
})
