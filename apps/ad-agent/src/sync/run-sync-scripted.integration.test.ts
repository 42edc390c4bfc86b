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

test('an agent that is stopped finishes and reports the write under way', async () => {
  const { promise: writing, resolve } = Promise.withResolvers<() => void>()
  const script = directoryWith((_request, reply) => resolve(() => reply.result(0)))
  await using directory = await startFakeDirectory({ script })
  await using hub = new FakeHub(settings)
  await hub.start()
  const { url, ca } = directory
  const agent = startAgent(runSync, hub, { url, ca, bindDn: 'agent', password: 'secret', timeoutMs: 5000 })
  hub.give(work, { ...work, accountId: 'b' })
  const finish = await writing
  const stopped = agent[Symbol.asyncDispose]()
  finish()
  await stopped
  const outcomes = hub.outcomes as readonly UserOutcome[]
  assert.deepEqual(
    outcomes.map(({ accountId, failure }) => [accountId, failure]),
    [['a', undefined]],
  )
})

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
