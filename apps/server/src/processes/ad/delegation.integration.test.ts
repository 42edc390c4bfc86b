// Delegated authentication on a real database, with agents that answer as the test says; two hubs share the work.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { SignInCheck, SignInOutcome } from '@lockstep/contract/agents/sign-in-check'
import { openPassword } from '@lockstep/contract/agents/sealed-password'
import { AppError } from '@lockstep/contract/app-error'
import { pause } from '@lockstep/kernel/retry'
import {
  domainFixture,
  type DomainFixture,
  groupObject,
  guidOf,
  origin,
  userObject,
} from '../../../../../tests/domain-fixture.ts'
import {
  agentActor,
  fiveTries,
  knows,
  type Reply,
  serve,
  startHubs,
  validator,
} from '../../../../../tests/support/answering-agents.ts'
import { createPasswordHasher } from '../../platform/crypto/password-hash.ts'
import type { Agent } from './agent.store.ts'
import * as guesses from './guess.store.ts'

/** Ann, whom the domain validates. */
async function delegatedAnn(domain: DomainFixture): Promise<string> {
  await domain.domains.change(origin, domain.domain.id, { behaviour: { delegatedAuthority: 'directory' } })
  await domain.full([userObject('ann'), groupObject('Lockstep', { members: ['ann'] })])
  const ann = await domain.user('ann')
  assert.ok(ann !== undefined)
  return ann.id
}

/** Resolves when the domain shows the state: agents begin to wait by themselves. */
async function untilState(domain: DomainFixture, state: string): Promise<void> {
  for (;;) {
    const detail = await domain.domains.get(origin.actor, domain.domain.id)
    if (detail.delegation.state === state) return
    await pause(10)
  }
}

function codeOf(call: Promise<unknown>): Promise<string> {
  return call.then(
    () => 'none',
    (error: unknown) => (error instanceof AppError ? error.code : String(error)),
  )
}

test('the domain says whether the password is right, at whichever hub its agent waits, and nothing of it stays', async () => {
  await using domain = await domainFixture()
  await using hubs = startHubs(domain)
  const userId = await delegatedAnn(domain)
  const one = await validator(domain)
  await using served = serve(hubs.there, one, knows('Canary-of-the-mine-1'))
  await untilState(domain, 'active')
  const right = await hubs.here.delegation.validateByDomain({ userId, password: 'Canary-of-the-mine-1' })
  assert.deepEqual(right, { outcome: 'valid', domainId: domain.domain.id })
  const wrong = await hubs.here.delegation.validateByDomain({ userId, password: 'another' })
  assert.deepEqual(wrong, { outcome: 'wrong_password' })
  assert.deepEqual([served.seen[0]?.objectGuid, served.seen[0]?.userId], [guidOf('ann'), userId])
  const rows = await domain.database.query<{ row: string }>({
    text: `select row_to_json(ad_sign_in_checks)::text as row from ad_sign_in_checks
      union all select row_to_json(journal)::text from journal`,
  })
  const texts = rows.map(({ row }) => row).join('\n')
  assert.ok(
    texts.includes('"sealed":{}') && !texts.includes('Canary') && !texts.includes(served.seen[0]?.sealed.text ?? ''),
  )
})

test('a password sealed for one sign-in opens for no other, nor for another agent', async () => {
  await using domain = await domainFixture()
  await using hubs = startHubs(domain)
  const userId = await delegatedAnn(domain)
  const [one, other] = [await validator(domain), await validator(domain)]
  await using served = serve(hubs.here, one, () => 'valid')
  await untilState(domain, 'active')
  await hubs.here.delegation.validateByDomain({ userId, password: 'p' })
  const [check] = served.seen
  assert.ok(check !== undefined)
  const purpose = { use: 'prove', domainId: domain.domain.id, userId, objectGuid: guidOf('ann') } as const
  await assert.rejects(openPassword(one.keys.privateKey, check.sealed, { ...purpose, revision: check.nonce }))
  await assert.rejects(openPassword(other.keys.privateKey, check.sealed, { ...purpose, revision: check.checkId }))
})

test('an answer with another nonce, to what another agent was given, or of another domain is refused and told', async () => {
  await using domain = await domainFixture()
  await using hubs = startHubs(domain)
  const userId = await delegatedAnn(domain)
  const [one, other] = [await validator(domain), await validator(domain)]
  const held = Promise.withResolvers<SignInCheck>()
  await using _served = serve(hubs.here, one, (_password, check) => void held.resolve(check))
  await untilState(domain, 'active')
  const gone = new AbortController()
  const asked = hubs.here.delegation.validateByDomain({ userId, password: 'p', signal: gone.signal })
  const { checkId, nonce } = await held.promise
  const { signInChecks } = hubs.here
  const says = (agent: Agent, with_: string, id = checkId) =>
    codeOf(signInChecks.answer(agent, agentActor, { answers: [{ checkId: id, nonce: with_, outcome: 'valid' }] }))
  assert.equal(await says(one.agent, 'a'.repeat(36)), 'sign_in_not_given')
  assert.equal(await says(other.agent, nonce), 'sign_in_not_given')
  assert.equal(await says(one.agent, nonce, '5f0000000000000000000001'), 'sign_in_not_given')
  const elsewhere = await domain.domains.create(origin, { domain: 'other.example' })
  assert.equal(await says({ ...one.agent, domainId: elsewhere.id }, nonce), 'sign_in_not_given')
  const told = await domain.database.query<{ subject: string }>({
    text: `select subject_id as subject from journal where action = 'agent.answer_refused' order by subject_id`,
  })
  assert.deepEqual(
    told.map(({ subject }) => subject),
    [one.agent.id, other.agent.id].toSorted(),
  )
  const { agents } = await domain.domains.get(origin.actor, domain.domain.id)
  const warned = agents.filter(({ warnings }) => warnings.some((text) => text.includes('had not been given')))
  assert.equal(warned.length, 2)
  gone.abort()
  assert.equal((await asked).outcome, 'unreachable')
})

test('two agents: the one that does not answer is passed over, and the answer of the other counts', async () => {
  await using domain = await domainFixture()
  await using hubs = startHubs(domain)
  const userId = await delegatedAnn(domain)
  const [one, other] = [await validator(domain), await validator(domain)]
  let first: string | undefined
  const reply =
    (name: string): Reply =>
    (password) => {
      first ??= name
      return first === name ? undefined : knows('right')(password, {} as SignInCheck)
    }
  await using _one = serve(hubs.here, one, reply('one'))
  await using _other = serve(hubs.there, other, reply('other'))
  await untilBoth(domain)
  assert.equal((await hubs.here.delegation.validateByDomain({ userId, password: 'right' })).outcome, 'valid')
})

test('an agent that could not ask gives way at once; when all could not, nobody knows, and nothing is counted', async () => {
  await using domain = await domainFixture()
  await using hubs = startHubs(domain)
  const userId = await delegatedAnn(domain)
  const [one, other] = [await validator(domain), await validator(domain)]
  await using first = serve(hubs.here, one, () => 'unreachable')
  await using second = serve(hubs.there, other, () => 'unreachable')
  await untilBoth(domain)
  for (let round = 0; round < 6; round += 1)
    assert.deepEqual(await hubs.here.delegation.validateByDomain({ userId, password: 'p' }), {
      outcome: 'unreachable',
      reason: 'no_answer',
    })
  assert.deepEqual([first.seen.length, second.seen.length], [6, 6])
  const key = { domainId: domain.domain.id, guid: guidOf('ann') }
  assert.deepEqual(await guesses.list(domain.database, key), [])
})

/** Resolves when two agents wait. */
async function untilBoth(domain: DomainFixture): Promise<void> {
  for (;;) {
    const rows = await domain.database.query({ text: 'select from ad_agents where checks_until > now()' })
    if (rows.length === 2) return
    await pause(10)
  }
}

test('without an agent that waits, with one that is paused, and with the switch off nobody can say', async () => {
  await using domain = await domainFixture()
  await using hubs = startHubs(domain)
  const { validateByDomain } = hubs.here.delegation
  const userId = await delegatedAnn(domain)
  const reason = async (): Promise<string> => {
    const answer = await validateByDomain({ userId, password: 'right' })
    return answer.outcome === 'unreachable' ? answer.reason : answer.outcome
  }
  assert.equal(await reason(), 'no_agent')
  const one = await validator(domain)
  {
    await using _served = serve(hubs.here, one, knows('right'))
    await untilState(domain, 'active')
    assert.equal(await reason(), 'valid')
    await domain.agents.change(origin, { domainId: domain.domain.id, agentId: one.agent.id }, { paused: true })
    assert.equal(await reason(), 'no_agent')
    await domain.agents.change(origin, { domainId: domain.domain.id, agentId: one.agent.id }, { paused: false })
    assert.equal(await reason(), 'valid')
  }
  // The question ended with its connection.
  await untilState(domain, 'pending')
  assert.equal(await reason(), 'no_agent')
  await domain.users.change(origin, userId, { input: { delegatedAuthority: null } })
  assert.equal(await reason(), 'not_delegated')
})

test('guesses go to the domain fewer times than it takes to lock the account, also at once and at two hubs', async () => {
  await using domain = await domainFixture()
  await using hubs = startHubs(domain)
  const userId = await delegatedAnn(domain)
  const one = await validator(domain)
  await using served = serve(hubs.here, one, knows('right'))
  await untilState(domain, 'active')
  const answers = await Promise.all(
    Array.from({ length: 20 }, (_, index) =>
      (index % 2 === 0 ? hubs.here : hubs.there).delegation.validateByDomain({ userId, password: `guess ${index}` }),
    ),
  )
  assert.deepEqual(new Set(answers.map(({ outcome }) => outcome)), new Set(['wrong_password']))
  assert.equal(served.seen.length, 3)
  assert.equal(answers.filter((answer) => 'retryAt' in answer && answer.retryAt > new Date()).length, 17)
  // The right one is not asked about either: whoever guesses learns nothing.
  const right = await hubs.there.delegation.validateByDomain({ userId, password: 'right' })
  assert.ok(right.outcome === 'wrong_password' && right.retryAt !== undefined)
})

test('an account that the domain locks sooner than others is tried less, from the first guess on, and one that it locks later more', async () => {
  await using domain = await domainFixture()
  await using hubs = startHubs(domain)
  const userId = await delegatedAnn(domain)
  const one = await validator(domain)
  const lockout = { threshold: 10, windowMs: 1_800_000 }
  const guess = async (count: number) => {
    const answers = Array.from({ length: count }, (_, index) =>
      (index % 2 === 0 ? hubs.here : hubs.there).delegation.validateByDomain({ userId, password: `guess ${index}` }),
    )
    return (await Promise.all(answers)).map(({ outcome }) => outcome)
  }
  {
    await using served = serve(hubs.here, one, knows('right'), { lockout, own: { threshold: 3, windowMs: 3_600_000 } })
    await untilState(domain, 'active')
    assert.deepEqual(new Set(await guess(8)), new Set(['wrong_password']))
    assert.equal(served.seen.length, 1)
    const refused = await hubs.here.delegation.validateByDomain({ userId, password: 'right' })
    assert.ok(
      'retryAt' in refused && refused.retryAt.getTime() > Date.now() + 3_000_000,
      'the window is the account’s too',
    )
  }
  await domain.database.execute({ text: 'delete from ad_sign_in_guesses' })
  await using served = serve(hubs.here, one, knows('right'), {
    lockout: fiveTries,
    own: { threshold: 8, windowMs: 60_000 },
  })
  await untilState(domain, 'active')
  await guess(20)
  assert.equal(served.seen.length, 6)
})

test('people who sign in at once with the right password are all let in', async () => {
  await using domain = await domainFixture()
  await using hubs = startHubs(domain)
  const userId = await delegatedAnn(domain)
  const one = await validator(domain)
  await using _served = serve(hubs.here, one, knows('right'), { own: { threshold: 3, windowMs: 1_800_000 } })
  await untilState(domain, 'active')
  const { validateByDomain } = hubs.there.delegation
  const answers = await Promise.all(Array.from({ length: 8 }, () => validateByDomain({ userId, password: 'right' })))
  assert.deepEqual(new Set(answers.map(({ outcome }) => outcome)), new Set(['valid']))
})

test('one source leaves a try to others, and a right password makes the count begin anew', async () => {
  await using domain = await domainFixture()
  await using hubs = startHubs(domain)
  const userId = await delegatedAnn(domain)
  const one = await validator(domain)
  await using served = serve(hubs.here, one, knows('right'))
  await untilState(domain, 'active')
  const { validateByDomain } = hubs.here.delegation
  for (let round = 0; round < 5; round += 1)
    await validateByDomain({ userId, password: 'wrong', source: '198.51.100.7' })
  assert.equal(served.seen.length, 2)
  assert.equal((await validateByDomain({ userId, password: 'right', source: '192.0.2.1' })).outcome, 'valid')
  assert.equal((await validateByDomain({ userId, password: 'right', source: '198.51.100.7' })).outcome, 'valid')
})

test('what the domain says beside right and wrong reaches whoever asked, and is not counted', async () => {
  await using domain = await domainFixture()
  await using hubs = startHubs(domain)
  const userId = await delegatedAnn(domain)
  const one = await validator(domain)
  await using _served = serve(hubs.here, one, (password) => password as SignInOutcome)
  await untilState(domain, 'active')
  const said = [
    'password_expired',
    'must_change_password',
    'locked',
    'disabled',
    'account_expired',
    'unknown_user',
  ] as const
  for (const outcome of said)
    assert.deepEqual(await hubs.here.delegation.validateByDomain({ userId, password: outcome }), { outcome })
  const key = { domainId: domain.domain.id, guid: guidOf('ann') }
  assert.deepEqual(await guesses.list(domain.database, key), [])
})

test('a hash is kept of what a domain controller’s own agent found right, and none beside a member server', async () => {
  await using domain = await domainFixture()
  await using hubs = startHubs(domain)
  const userId = await delegatedAnn(domain)
  const hashOf = async (): Promise<string | undefined> => {
    const rows = await domain.database.query<{ hash: string }>({
      text: 'select hash from user_passwords where user_id = $1',
      values: [userId],
    })
    return rows[0]?.hash
  }
  const one = await validator(domain)
  for (const place of ['member_server', 'domain_controller'] as const) {
    await using _served = serve(hubs.here, one, knows('right'), { place })
    await untilState(domain, 'active')
    await hubs.here.delegation.validateByDomain({ userId, password: 'wrong' })
    assert.equal(await hashOf(), undefined)
    assert.equal((await hubs.here.delegation.validateByDomain({ userId, password: 'right' })).outcome, 'valid')
    assert.equal((await hashOf()) !== undefined, place === 'domain_controller')
  }
  assert.ok(await createPasswordHasher().verifyPassword(await hashOf(), 'right'))
  const behind = await domain.database.query({
    text: `select from user_password_revisions join accounts using (user_id)
      where user_id = $1 and delivered_password_revision is distinct from revision`,
    values: [userId],
  })
  assert.equal(behind.length, 0)
})
