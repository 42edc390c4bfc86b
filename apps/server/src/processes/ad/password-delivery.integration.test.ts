// Passwords on their way to a domain, on a real database; the agent is played by the test, which has its keys.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { AppError } from '@lockstep/contract/app-error'
import type { UserOutcome, UserWork, WorkPassword } from '@lockstep/contract/agents/protocol'
import { createSealingKeys, openPassword, type SealingKeys } from '@lockstep/contract/agents/sealed-password'
import { domainFixture, type DomainFixture, guidOf, origin } from '../../../../../tests/domain-fixture.ts'
import { removePasswords } from '../../directory/users/password-import.service.ts'
import type { Agent } from './agent.store.ts'
import * as agents from './agent.store.ts'

interface World {
  readonly domain: DomainFixture
  readonly keys: SealingKeys
  readonly userId: string
}

/** A domain with one sync agent that has a key, and a user who is bound to it. */
async function world(domain: DomainFixture): Promise<World> {
  const keys = await createSealingKeys()
  await agents.changeSealingKey(domain.database, domain.syncAgent.id, keys.publicKey)
  const { id: userId } = await domain.users.create(origin, { username: 'ann', email: 'ann@hub.example' })
  await domain.bindings.bind(origin, bindingOf(domain, userId))
  return { domain, keys, userId }
}

const bindingOf = (domain: DomainFixture, subjectId: string) =>
  ({ directoryId: domain.domain.id, subjectKind: 'user', subjectId }) as const

const set = ({ domain, userId }: World, password: string) =>
  domain.users.change(origin, userId, { input: { password } })

async function workOf({ domain }: World): Promise<UserWork | undefined> {
  const { items } = await domain.nextWork()
  return items.find((item): item is UserWork => item.kind === 'user')
}

const opened = ({ domain, keys }: World, { userId, revision, objectGuid = '', sealed }: WorkPassword) =>
  openPassword(keys.privateKey, sealed, {
    ...{ use: 'set', domainId: domain.domain.id, userId, objectGuid },
    revision: revision.toString(),
  })

/** Reports the work as done, its password as said. */
async function report(
  { domain }: World,
  work: UserWork,
  password: Partial<NonNullable<UserOutcome['password']>> = {},
  agent: Agent = domain.syncAgent,
): Promise<void> {
  const revision = work.password?.revision
  const outcome: UserOutcome = {
    ...{ kind: 'user', accountId: work.accountId, revision: work.revision, guid: guidOf('ann'), enabled: true },
    ...(revision === undefined ? {} : { password: { revision, ...password } }),
  }
  await domain.work.report(agent, { epoch: 1, outcomes: [outcome] })
}

async function passwordOf({ domain, userId }: World) {
  const [user] = await domain.users.findMany([userId])
  assert.ok(user)
  const accounts = await domain.bindings.accountsOfUser(origin.actor, userId)
  const [account] = accounts
  assert.ok(account)
  const states = await domain.passwords.accountPasswords(origin.actor, user, accounts)
  return { account, ...states.get(account.id) }
}

async function waiting({ domain }: World): Promise<number> {
  return (await domain.database.query({ text: 'select from password_deliveries' })).length
}

const policy = {
  ...{ kind: 'password_policy', code: '0000052D', retryable: false },
  ...{ message: 'Active Directory refused it.', remedy: 'Choose another one.' },
}

test('a password goes out sealed with the account, and is erased when it is set', async () => {
  await using domain = await domainFixture()
  const here = await world(domain)
  assert.equal((await passwordOf(here)).state, 'none')
  await set(here, 'Correct-horse-7')
  assert.equal((await passwordOf(here)).state, 'waits_for_delivery')
  const making = await workOf(here)
  assert.ok(making?.password)
  assert.deepEqual([making.password.objectGuid, making.password.revision], [undefined, 1])
  assert.equal(await opened(here, making.password), 'Correct-horse-7')
  await report(here, making, { lastSet: '2026-01-02T03:04:05.000Z' })
  const { state, lastSet, account } = await passwordOf(here)
  assert.deepEqual([state, lastSet, account.deliveredPasswordRevision], ['in_step', '2026-01-02T03:04:05.000Z', 1])
  assert.deepEqual([await waiting(here), await workOf(here)], [0, undefined])
})

test('of several passwords the newest counts, also when one is set while the agent sets another', async () => {
  await using domain = await domainFixture()
  const here = await world(domain)
  await set(here, 'Correct-horse-7')
  await set(here, 'Correct-horse-8')
  const first = await workOf(here)
  assert.ok(first?.password)
  assert.deepEqual([await opened(here, first.password), await waiting(here)], ['Correct-horse-8', 1])
  await set(here, 'Correct-horse-9')
  await report(here, first, { lastSet: '2026-01-02T03:04:05.000Z' })
  assert.equal((await passwordOf(here)).state, 'waits_for_delivery')
  const next = await workOf(here)
  assert.ok(next?.password)
  assert.deepEqual([next.password.revision, next.guid], [3, guidOf('ann')])
  assert.equal(await opened(here, next.password), 'Correct-horse-9')
})

test('work that is lost comes again with its password, and a read that finds everything in step does not lose it', async () => {
  await using domain = await domainFixture()
  const here = await world(domain)
  const making = await workOf(here)
  assert.ok(making)
  await report(here, making)
  await set(here, 'Correct-horse-7')
  assert.ok((await workOf(here))?.password)
  await domain.database.execute({
    text: 'update accounts set applied_revision = desired_revision, leased_by = null, leased_until = null',
  })
  assert.ok((await workOf(here))?.password)
})

test('an account of yesterday or an agent of tomorrow waits for the next sign-in, which brings exactly what lacks', async () => {
  await using domain = await domainFixture()
  const here = await world(domain)
  await set(here, 'Correct-horse-7')
  const making = await workOf(here)
  assert.ok(making)
  await report(here, making)
  await domain.passwords.offerPassword(here.userId, 'Correct-horse-7')
  assert.equal(await waiting(here), 0)

  await domain.bindings.unbind(origin, bindingOf(domain, here.userId))
  const { id: userId } = await domain.users.create(origin, {
    ...{ username: 'ben', email: 'ben@hub.example', password: 'Correct-horse-7' },
  })
  await domain.bindings.bind(origin, bindingOf(domain, userId))
  const other = { ...here, userId }
  assert.equal((await passwordOf(other)).state, 'waits_for_sign_in')
  await domain.passwords.offerPassword(userId, 'Another-horse-7')
  assert.equal(await waiting(other), 0)
  for (const _ of [1, 2]) await domain.passwords.offerPassword(userId, 'Correct-horse-7')
  assert.deepEqual([await waiting(other), (await passwordOf(other)).state], [1, 'waits_for_delivery'])

  const { agent } = await domain.agents.create(origin, domain.domain.id, 'SYNC')
  await agents.changeSealingKey(domain.database, agent.id, (await createSealingKeys()).publicKey)
  await domain.passwords.offerPassword(userId, 'Correct-horse-7')
  assert.equal(await waiting(other), 2)
})

test('what a domain found right at a sign-in is not carried back to it', async () => {
  await using domain = await domainFixture()
  const here = await world(domain)
  await set(here, 'Correct-horse-7')
  const making = await workOf(here)
  assert.ok(making)
  await report(here, making)
  const delegatedAuthority = { id: domain.domain.id, name: 'ActiveDirectory' }
  await domain.users.change(origin, here.userId, { input: { delegatedAuthority } })
  // Anew, as a hash that was kept of the domain's password is.
  await domain.database.execute({
    text: 'update user_password_revisions set revision = revision + 1 where user_id = $1',
    values: [here.userId],
  })
  assert.equal((await passwordOf(here)).state, 'in_step')
  await domain.passwords.offerPassword(here.userId, 'Correct-horse-7')
  assert.equal(await waiting(here), 0)
  await domain.users.change(origin, here.userId, { input: { delegatedAuthority: null } })
  await domain.passwords.offerPassword(here.userId, 'Correct-horse-7')
  assert.equal(await waiting(here), 1)
})

test('a member of a bound group gets the password though the account is not there yet', async () => {
  await using domain = await domainFixture()
  const here = await world(domain)
  const group = await domain.groups.create(origin, { name: 'Crew' })
  await domain.bindings.bind(origin, { directoryId: domain.domain.id, subjectKind: 'group', subjectId: group.id })
  const { id: userId } = await domain.users.create(origin, { username: 'cleo', email: 'cleo@hub.example' })
  await domain.groups.addMember(origin, group.id, userId)
  await domain.users.change(origin, userId, { input: { password: 'Correct-horse-7' } })
  assert.equal((await passwordOf({ ...here, userId })).state, 'waits_for_delivery')
})

test('a refusal is shown in words and tried again when asked; after a day it is final', async () => {
  await using domain = await domainFixture()
  const here = await world(domain)
  await set(here, 'Correct-horse-7')
  const key = { directoryId: domain.domain.id, userId: here.userId }
  for (const _ of [1, 2]) {
    const work = await workOf(here)
    assert.ok(work?.password)
    await report(here, work, { failure: policy })
    const { account, state, error } = await passwordOf(here)
    assert.deepEqual([state, error?.message, account.error?.message], ['refused', policy.message, policy.message])
    assert.equal(account.creatingSince, null)
    assert.equal(await workOf(here), undefined)
    await domain.bindings.retryAccount(origin, key)
  }
  await domain.database.execute({ text: `update password_deliveries set created = created - interval '1 day'` })
  const last = await workOf(here)
  assert.ok(last?.password)
  await report(here, last, { failure: policy })
  const { account, state, error } = await passwordOf(here)
  assert.deepEqual([state, error?.message, account.error], ['waits_for_sign_in', policy.message, null])
  assert.deepEqual([await waiting(here), await workOf(here)], [0, undefined])
  await set(here, 'Correct-horse-8')
  const next = await workOf(here)
  assert.ok(next?.password)
  await report(here, next)
  assert.deepEqual([(await passwordOf(here)).state, (await passwordOf(here)).error], ['in_step', undefined])
})

test('what an agent cannot open is erased for it alone', async () => {
  await using domain = await domainFixture()
  const here = await world(domain)
  const { agent } = await domain.agents.create(origin, domain.domain.id, 'SYNC')
  await agents.changeSealingKey(domain.database, agent.id, (await createSealingKeys()).publicKey)
  await set(here, 'Correct-horse-7')
  assert.equal(await waiting(here), 2)
  const work = await workOf(here)
  assert.ok(work)
  await report(here, work, { failure: { ...policy, kind: 'password_sealed' } })
  assert.equal(await waiting(here), 1)
})

test('a domain with authority over the password gets none, but by the way that holds despite it', async () => {
  await using domain = await domainFixture()
  const here = await world(domain)
  await set(here, 'Correct-horse-7')
  const rows = [{ field: 'password', type: 'active_directory', id: domain.domain.id }]
  await domain.users.change(origin, here.userId, { input: { restrictedFields: rows } })
  const making = await workOf(here)
  assert.deepEqual([making?.password, await waiting(here)], [undefined, 0])
  assert.equal((await passwordOf(here)).state, 'managed_there')
  await assert.rejects(set(here, 'Correct-horse-8'), (error: unknown) => {
    assert.ok(error instanceof AppError)
    assert.equal(error.code, 'field_managed_elsewhere')
    assert.match(error.message, /password.*corp\.example/)
    return true
  })
  assert.ok(making)
  await report(here, making)
  await domain.users.change(origin, here.userId, { input: { password: 'Correct-horse-9' }, despiteAuthority: true })
  const next = await workOf(here)
  assert.ok(next?.password)
  assert.equal(await opened(here, next.password), 'Correct-horse-9')
})

test('nothing waits for a user without password or binding, for a user or an agent that is gone', async () => {
  await using domain = await domainFixture()
  const here = await world(domain)
  const again = async (): Promise<void> => {
    await set(here, `Correct-horse-${counter++}`)
    assert.equal(await waiting(here), 1)
  }
  let counter = 1
  await again()
  await removePasswords(domain.database, [here.userId])
  assert.deepEqual([await waiting(here), (await passwordOf(here)).state], [0, 'none'])
  await again()
  await domain.bindings.unbind(origin, bindingOf(domain, here.userId))
  assert.equal(await waiting(here), 0)
  await domain.bindings.bind(origin, bindingOf(domain, here.userId))
  await again()
  await domain.users.remove(origin, here.userId, {})
  assert.equal(await waiting(here), 0)
  const { id: userId } = await domain.users.create(origin, { username: 'dan', email: 'dan@hub.example' })
  await domain.bindings.bind(origin, bindingOf(domain, userId))
  await set({ ...here, userId }, 'Correct-horse-7')
  await domain.agents.remove(origin, { domainId: domain.domain.id, agentId: domain.syncAgent.id })
  assert.deepEqual([await waiting(here), (await passwordOf({ ...here, userId })).state], [0, 'waits_for_sign_in'])
})

test('nothing waits for a domain that is not written to any more', async () => {
  await using domain = await domainFixture()
  const here = await world(domain)
  await set(here, 'Correct-horse-7')
  assert.equal(await waiting(here), 1)
  await domain.domains.change(origin, domain.domain.id, { useCase: 'ADASAUTHORITY' })
  assert.equal(await waiting(here), 0)
})

test('of two reports the later time in the domain says which password is there', async () => {
  await using domain = await domainFixture()
  const here = await world(domain)
  await set(here, 'Correct-horse-7')
  const first = await workOf(here)
  await set(here, 'Correct-horse-8')
  const second = await workOf(here)
  assert.ok(first?.password && second?.password)
  await report(here, second, { lastSet: '2026-01-02T03:04:05.000Z' })
  await report(here, first, { lastSet: '2026-01-02T03:04:04.000Z' })
  assert.equal((await passwordOf(here)).state, 'in_step')
  await report(here, first, { lastSet: '2026-01-02T03:04:06.000Z' })
  assert.deepEqual(
    [(await passwordOf(here)).state, (await passwordOf(here)).account.deliveredPasswordRevision],
    ['waits_for_sign_in', 1],
  )
})
