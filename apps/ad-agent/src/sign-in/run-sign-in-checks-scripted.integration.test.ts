// The agent's side of delegated authentication against a domain controller that says whatever the test wants.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { SignInOutcome } from '@lockstep/contract/agents/sign-in-check'
import { bytesOfGuid } from '@lockstep/ldap/guid'
import { type FakeScript, startFakeDirectory } from '@lockstep/ldap/testing/fake-directory'
import { type AgentRun, startAgent, testSealing } from '../testing/agent-run.ts'
import { FakeHub, type GivenSignIn } from '../testing/fake-hub.ts'
import { runSignInChecks } from './run-sign-in-checks.ts'

const settings = {
  ...{ domainId: 'domain', baseDn: 'DC=y', rootDn: 'OU=x,DC=y', integrationGroupDn: 'CN=g,DC=y' },
  ...{ userContainerDn: 'OU=x,DC=y', groupContainerDn: 'OU=x,DC=y', upnSuffix: 'y' },
}
const guid = '6f9619ff-8b86-4011-b42d-00c04fc964ff'
const ann = 'CN=ann,OU=x,DC=y'

/** A quiet domain controller that knows Ann and locks after five wrong passwords in half an hour. */
const calm: FakeScript = (request, reply) => {
  if (request.type !== 'search') return
  const names = { dsServiceName: ['CN=s'], dnsHostName: ['dc1.y'], defaultNamingContext: ['DC=y'] }
  if (request.base === '') reply.entry('', { highestCommittedUSN: ['10'], ...names })
  if (request.base === 'DC=y')
    reply.entry('DC=y', { lockoutThreshold: ['5'], lockOutObservationWindow: ['-18000000000'] })
  if (request.base === `<GUID=${guid}>`) reply.entry(ann, { objectGUID: [bytesOfGuid(guid)] })
  reply.result(0)
}

/** The password decides what the domain controller says of Ann. */
const onBind: FakeScript = (request, reply) => {
  if (request.type !== 'bind') return
  if (request.name === 'agent' || request.password === 'right') return reply.result(0)
  if (request.password === 'cut') return reply.disconnect()
  if (request.password === 'busy') return reply.result(51)
  reply.result(49, {
    diagnosticMessage: `80090308: LdapErr: DSID-0C09, comment: AcceptSecurityContext error, data ${request.password}, v4563`,
  })
}

async function withAgent(
  body: (hub: FakeHub, agent: AgentRun, binds: () => readonly string[]) => Promise<void>,
): Promise<void> {
  await using directory = await startFakeDirectory({ script: calm, onBind })
  await using hub = new FakeHub(settings)
  await hub.start()
  const { url, ca } = directory
  await using agent = startAgent(runSignInChecks, hub, {
    url,
    ca,
    bindDn: 'agent',
    password: 'secret',
    timeoutMs: 5000,
  })
  const binds = (): readonly string[] =>
    directory.requests.flatMap((request) => (request.type === 'bind' ? [request.name] : []))
  await body(hub, agent, binds)
}

async function answered(hub: FakeHub, given: Omit<GivenSignIn, 'sealingKey'>): Promise<SignInOutcome> {
  const { checkId, nonce } = await hub.giveSignIn({ ...given, sealingKey: testSealing.publicKey })
  const answer = await hub.until(() => hub.signInAnswers.find((each) => each.checkId === checkId))
  assert.equal(answer.nonce, nonce)
  return answer.outcome
}

test('every reason of the domain controller has its word', async () => {
  const said: readonly (readonly [string, SignInOutcome])[] = [
    ['right', 'valid'],
    ['52e', 'wrong_password'],
    ['525', 'unknown_user'],
    ['530', 'not_permitted'],
    ['531', 'not_permitted'],
    ['532', 'password_expired'],
    ['533', 'disabled'],
    ['701', 'account_expired'],
    ['773', 'must_change_password'],
    ['775', 'locked'],
    ['57', 'wrong_password'],
    ['', 'wrong_password'],
    ['busy', 'unreachable'],
    ['cut', 'no_answer'],
  ]
  await withAgent(async (hub, agent) => {
    for (const [password, outcome] of said) assert.equal(await answered(hub, { guid, password }), outcome, password)
    assert.ok(!agent.lines.some((line) => line.includes('right')))
  })
})

test('an account that is not there, and a password sealed for something else, are never tried', async () => {
  await withAgent(async (hub, _agent, binds) => {
    const before = await answered(hub, { guid, password: 'right' })
    assert.equal(before, 'valid')
    const tried = binds().filter((name) => name === ann).length
    assert.equal(await answered(hub, { guid: guid.replace('6f', '00'), password: 'right' }), 'unknown_user')
    assert.equal(await answered(hub, { guid, password: 'right', use: 'set' }), 'unreachable')
    assert.equal(await answered(hub, { guid, password: 'right', leftMs: 0 }), 'unreachable')
    assert.equal(binds().filter((name) => name === ann).length, tried)
  })
})

test('the agent says where it runs and when the domain locks, and tries passwords beside its own connections', async () => {
  await withAgent(async (hub, _agent, binds) => {
    await answered(hub, { guid, password: 'right' })
    await answered(hub, { guid, password: 'right' })
    const { place, lockout, reachable } = hub.signInRequests.at(-1) ?? assert.fail()
    assert.deepEqual([place, lockout, reachable], ['domain_controller', { threshold: 5, windowMs: 1_800_000 }, true])
    // Signed in once as itself; on that connection nobody else ever is.
    assert.deepEqual(binds(), ['agent', ann, ann])
  })
})
