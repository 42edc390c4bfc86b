// Passwords that a domain tells, on a real database; the agent is played by the test.
import assert from 'node:assert/strict'
import { argon2Sync } from 'node:crypto'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import type { CapturedPassword, CaptureOutcome, CaptureWay } from '@lockstep/contract/agents/capture'
import { AppError } from '@lockstep/contract/app-error'
import { createSealingKeys, openPassword, sealPassword } from '@lockstep/contract/agents/sealed-password'
import { systemClock } from '@lockstep/kernel/clock'
import { ntHashOf } from '@lockstep/kernel/md4'
import {
  change,
  domainFixture,
  type DomainFixture,
  groupObject,
  guidOf,
  origin,
  userObject,
} from '../../../../../tests/domain-fixture.ts'
import { createSettingsService } from '../../directory/settings/settings.service.ts'
import { defaultPasswordPolicy } from '../../directory/users/password-policy.rules.ts'
import { passwordStatus } from '../../directory/users/password-status.rules.ts'
import { createUserCredentialService } from '../../directory/users/user-credentials.service.ts'
import { createPasswordHasher } from '../../platform/crypto/password-hash.ts'
import { createVault } from '../../platform/crypto/vault.ts'
import { silentLog } from '../../platform/log/log.ts'
import * as agents from './agent.store.ts'
import { createCaptureService } from './capture.service.ts'

const firstTime = 133_700_000_000_000_000n
const timeOf = (step: number): string => (firstTime + BigInt(step) * 10_000_000n).toString()

/** A domain with ann and ben in scope and carl out of it, whose passwords are captured by the ways. */
async function world(domain: DomainFixture, ways: readonly CaptureWay[]) {
  const { database } = domain
  const folder = await mkdtemp(join(tmpdir(), 'lockstep-capture-'))
  const hasher = createPasswordHasher()
  const credentials = createUserCredentialService({ database, hasher, log: silentLog })
  const captures = createCaptureService({
    ...{ database, clock: systemClock, log: silentLog, announce: () => undefined, hashPassword: hasher.hashPassword },
    settings: createSettingsService({ database, clock: systemClock }),
    vault: await createVault({ database, masterKeyFile: join(folder, 'master.key') }),
    isPresentPassword: credentials.verify,
    passwordPolicy: async () => defaultPasswordPolicy,
    deliverPassword: domain.passwords.deliver,
  })
  await rm(folder, { recursive: true })
  await domain.domains.change(origin, domain.domain.id, { behaviour: { passwordCapture: [...ways] } })
  const attributes = { pwdLastSet: timeOf(1) }
  await domain.full([
    userObject('ann', { attributes }),
    userObject('ben', { attributes }),
    userObject('carl', { attributes }),
    groupObject('Lockstep', { members: ['ann', 'ben'] }),
  ])
  const { publicKey } = await captures.orders(domain.importAgent, { guids: [] })
  const sealedFor = async (name: string, step: number, password: string, domainId = domain.domain.id) => {
    const purpose = { use: 'captured', domainId, userId: '', objectGuid: guidOf(name), revision: timeOf(step) } as const
    return sealPassword(publicKey, password, purpose)
  }
  const handIn = async (capture: CapturedPassword): Promise<CaptureOutcome | undefined> =>
    (await captures.accept(domain.importAgent, { captures: [capture] })).outcomes[0]?.outcome
  const facts = (name: string, step: number) => {
    return { guid: guidOf(name), pwdLastSet: timeOf(step), revision: timeOf(step) }
  }
  const tell = async (name: string, step: number, password: string) =>
    handIn({ ...facts(name, step), sealed: await sealedFor(name, step, password) })
  const verify = async (name: string, password: string) => credentials.verify((await domain.user(name))?.id, password)
  return { hasher, captures, sealedFor, handIn, facts, tell, verify }
}

const wanted = async (
  here: Awaited<ReturnType<typeof world>>,
  domain: DomainFixture,
  names: readonly string[] = [],
) => {
  const { wantedGuids } = await here.captures.orders(domain.importAgent, { guids: names.map(guidOf) })
  return ['ann', 'ben', 'carl'].filter((name) => wantedGuids.includes(guidOf(name)))
}

test('only people in scope are asked for, until their password is here, and again when it changed', async () => {
  await using domain = await domainFixture()
  const here = await world(domain, ['reversible'])
  assert.deepEqual(await wanted(here, domain, ['carl']), ['ann', 'ben'])
  assert.equal(await here.tell('ann', 1, 'Weit-Geheimnis-1'), 'taken')
  assert.equal(await here.handIn(here.facts('ben', 1)), 'known')
  assert.deepEqual(await wanted(here, domain), [])
  assert.equal(await here.tell('carl', 1, 'Carls-Geheimnis-1'), 'unwanted')
  await domain.changes([change('ann', { attributes: { pwdLastSet: timeOf(2) } })])
  assert.deepEqual(await wanted(here, domain), ['ann'])
  await domain.domains.change(origin, domain.domain.id, { behaviour: { passwordCapture: ['nt_hash'] } })
  assert.deepEqual(await wanted(here, domain), ['ann', 'ben'])
  const user = await domain.user('ann')
  assert.deepEqual([user?.activated, user?.attributes['password_date']], [true, '2024-09-05T08:53:21.000Z'])
})

test('a capture counts once, and none that is older, of another person, domain or time, or of a way that is off', async () => {
  await using domain = await domainFixture()
  const here = await world(domain, ['reversible'])
  assert.equal(await here.tell('ann', 5, 'Weit-Geheimnis-5'), 'taken')
  assert.equal(await here.tell('ann', 5, 'Weit-Geheimnis-6'), 'known')
  assert.equal(await here.tell('ann', 4, 'Weit-Geheimnis-4'), 'known')
  const stolen = await here.sealedFor('ann', 6, 'Weit-Geheimnis-7')
  assert.equal(await here.handIn({ ...here.facts('ben', 6), sealed: stolen }), 'refused')
  assert.equal(await here.handIn({ ...here.facts('ann', 7), sealed: stolen }), 'refused')
  const foreign = await here.sealedFor('ann', 6, 'Weit-Geheimnis-7', 'a'.repeat(24))
  assert.equal(await here.handIn({ ...here.facts('ann', 6), sealed: foreign }), 'refused')
  const hash = `$nt+argon2id$v=19$m=19456,t=2,p=1$${'A'.repeat(22)}$${'A'.repeat(43)}`
  assert.equal(await here.handIn({ ...here.facts('ann', 6), hash }), 'refused')
  assert.equal(await here.verify('ann', 'Weit-Geheimnis-5'), true)
  assert.equal(await here.verify('ben', 'Weit-Geheimnis-7'), false)
})

test('a hash over an NT hash is taken where that is allowed, and nothing that only looks like one', async () => {
  await using domain = await domainFixture()
  const here = await world(domain, ['nt_hash'])
  const costs = { parallelism: 1, tagLength: 32, memory: 19_456, passes: 2 }
  const nonce = Buffer.alloc(16, 5)
  const tag = argon2Sync('argon2id', { message: ntHashOf('Weit-Geheimnis-1'), nonce, ...costs })
  const text = (bytes: Buffer): string => bytes.toString('base64').replaceAll('=', '')
  const hash = `$nt+argon2id$v=19$m=19456,t=2,p=1$${text(nonce)}$${text(tag)}`
  for (const other of [hash.replace('m=19456', 'm=999999'), hash.replace('$nt+', '$'), 'x'])
    assert.equal(await here.handIn({ ...here.facts('ann', 2), hash: other }), 'refused')
  assert.equal(await here.handIn({ ...here.facts('ann', 2), hash }), 'taken')
  assert.equal(await here.verify('ann', 'Weit-Geheimnis-1'), true)
  assert.equal(await here.tell('ann', 3, 'Weit-Geheimnis-2'), 'refused')
})

test('whoever’s password another authority owns, or where nothing is brought here, is not asked about', async () => {
  await using domain = await domainFixture()
  const here = await world(domain, ['reversible'])
  const ann = await domain.user('ann')
  assert.ok(ann)
  await domain.users.change(origin, ann.id, {
    input: { restrictedFields: [{ field: 'password', id: 'b'.repeat(24), type: 'scim' }] },
  })
  assert.deepEqual(await wanted(here, domain, ['ann']), ['ben'])
  assert.equal(await here.tell('ann', 2, 'Weit-Geheimnis-2'), 'unwanted')
  await domain.domains.change(origin, domain.domain.id, { useCase: 'JCASAUTHORITY' })
  assert.deepEqual((await here.captures.orders(domain.importAgent, { guids: [guidOf('ben')] })).ways, [])
  const paused = { ...domain.importAgent, paused: true }
  assert.deepEqual((await here.captures.orders(paused, { guids: [guidOf('ben')] })).wantedGuids, [])
  await assert.rejects(
    here.captures.accept(paused, { captures: [here.facts('ben', 2)] }),
    (error) => error instanceof AppError && error.code === 'agent_paused',
  )
})

test('what the hub put there is not taken back, and while something is on its way there captures wait', async () => {
  await using domain = await domainFixture()
  const here = await world(domain, ['reversible'])
  const { database } = domain
  const { publicKey } = await createSealingKeys()
  await agents.changeSealingKey(database, domain.syncAgent.id, publicKey)
  const ann = await domain.user('ann')
  assert.ok(ann)
  await domain.users.change(origin, ann.id, { input: { password: 'Weit-Geheimnis-8' } })
  assert.equal(await here.tell('ann', 8, 'Weit-Geheimnis-8'), 'held')
  assert.deepEqual((await here.captures.orders(domain.importAgent, { guids: [guidOf('ann')] })).heldGuids, [
    guidOf('ann'),
  ])
  await database.execute({ text: 'delete from password_deliveries' })
  await database.execute({
    text: 'update accounts set password_last_set = $2, delivered_password_revision = 1 where user_id = $1',
    values: [ann.id, new Date(Number((BigInt(timeOf(8)) - 116_444_736_000_000_000n) / 10_000n))],
  })
  // Even when it cannot be compared.
  assert.equal(await here.handIn({ ...here.facts('ann', 8), hash: 'x' }), 'own')
  await database.execute({
    text: 'update user_passwords set hash = $1',
    values: [await here.hasher.hashPassword('Weit-Geheimnis-8')],
  })
  assert.equal(await here.tell('ann', 9, 'Weit-Geheimnis-8'), 'own')
  assert.equal(await here.tell('ann', 10, 'Weit-Geheimnis-10'), 'taken')
  assert.deepEqual(await database.query({ text: 'select from password_deliveries' }), [])
})

test('a captured password goes on to the other domains of its user, and not back', async () => {
  await using domain = await domainFixture()
  const here = await world(domain, ['reversible'])
  const { database } = domain
  const keys = await createSealingKeys()
  const other = await domain.domains.create(origin, { domain: 'other.example' })
  const { agent } = await domain.agents.create(origin, other.id, 'SYNC')
  await agents.changeSealingKey(database, agent.id, keys.publicKey)
  await agents.changeSealingKey(database, domain.syncAgent.id, (await createSealingKeys()).publicKey)
  const ann = await domain.user('ann')
  assert.ok(ann)
  await domain.bindings.bind(origin, { directoryId: other.id, subjectKind: 'user', subjectId: ann.id })
  assert.equal(await here.tell('ann', 2, 'Weit-Geheimnis-2'), 'taken')
  const rows = await database.query<{ agentId: string; revision: number; sealed: { key: string; text: string } }>({
    text: 'select agent_id as "agentId", revision, sealed from password_deliveries',
  })
  assert.deepEqual(
    rows.map(({ agentId, revision }) => [agentId, revision]),
    [[agent.id, 1]],
  )
  const purpose = { use: 'set', domainId: other.id, userId: ann.id, objectGuid: '', revision: '1' } as const
  assert.ok(rows[0])
  assert.equal(await openPassword(keys.privateKey, rows[0].sealed, purpose), 'Weit-Geheimnis-2')
})

test('two agents that hand the same in at once have it taken once', async () => {
  await using domain = await domainFixture()
  const here = await world(domain, ['reversible'])
  const outcomes = await Promise.all([1, 2, 3].map(() => here.tell('ann', 2, 'Weit-Geheimnis-2')))
  assert.equal(outcomes.filter((outcome) => outcome === 'taken').length, 1, String(outcomes))
  const [row] = await domain.database.query<{ revision: number }>({
    text: 'select revision from user_password_revisions',
  })
  assert.equal(row?.revision, 1)
})

test('a capture locks the user before the account, so that nobody who sets a password here waits for it in turn', async () => {
  await using domain = await domainFixture()
  const here = await world(domain, ['reversible'])
  const { database } = domain
  const values = [(await domain.user('ann'))?.id]
  let telling: Promise<CaptureOutcome | undefined> | undefined
  await database.transaction(async (setting) => {
    await setting.query({ text: 'select from users where id = $1 for no key update', values })
    telling = here.tell('ann', 2, 'Weit-Geheimnis-2')
    // It waits for the user by now, and holds nothing of the account's.
    for (let waits = 0; waits === 0;)
      waits = (await database.query({ text: 'select from pg_locks where not granted' })).length
    const free = { text: 'select from accounts where user_id = $1 for update nowait', values }
    assert.equal((await setting.query(free)).length, 1)
  })
  assert.equal(await telling, 'taken')
})

test('who is locked in the domain is locked here while the domain has authority over the password, until the time is over', async () => {
  await using domain = await domainFixture()
  const at = (date: Date): string => (BigInt(date.getTime()) * 10_000n + 116_444_736_000_000_000n).toString()
  const now = systemClock.now()
  const locked = (name: string, lockoutTime: string, lockoutDuration: string) =>
    userObject(name, { attributes: { lockoutTime, lockoutDuration } })
  const halfHour = '-18000000000'
  const objects = [
    locked('ann', at(now), halfHour),
    locked('ben', at(now), '-9223372036854775808'),
    locked('carl', at(new Date(now.getTime() - 3_600_000)), halfHour),
    groupObject('Lockstep', { members: ['ann', 'ben', 'carl'] }),
  ]
  const statusOf = async (name: string, passedMs = 0) => {
    const user = await domain.user(name)
    assert.ok(user)
    return passwordStatus({ ...user, activated: true }, new Date(now.getTime() + passedMs))
  }
  await domain.full(objects)
  assert.equal(await statusOf('ann'), 'active', 'the hub has authority over the password')
  await domain.domains.change(origin, domain.domain.id, { behaviour: { passwordAuthority: 'directory' } })
  await domain.full(objects)
  const minutes = 60_000
  assert.deepEqual([await statusOf('ann'), await statusOf('ann', 31 * minutes)], ['locked', 'active'])
  assert.deepEqual([await statusOf('ben'), await statusOf('ben', 1e6 * minutes)], ['locked', 'locked'])
  assert.equal(await statusOf('carl'), 'active', 'the lock is over')
  await domain.changes([change('ben', { attributes: { lockoutTime: '0' } })])
  assert.equal(await statusOf('ben'), 'active')
  await domain.domains.change(origin, domain.domain.id, { behaviour: { passwordAuthority: 'hub' } })
  await domain.full(objects)
  assert.equal(await statusOf('ann'), 'active')
})

test('the password of a user expires when the domain says, and the hub says so where the domain has authority', async () => {
  await using domain = await domainFixture()
  const expiry = 'msDS-UserPasswordExpiryTimeComputed'
  const expiring = (name: string, value: string) => userObject(name, { attributes: { [expiry]: value } })
  const group = groupObject('Lockstep', { members: ['ann', 'ben', 'carl'] })
  const read = () =>
    domain.full([expiring('ann', timeOf(1)), expiring('ben', '9223372036854775807'), expiring('carl', '0'), group])
  const statusOf = async (name: string) => {
    const user = await domain.user(name)
    assert.ok(user)
    const expires = user.attributes['external_password_expiration_date']
    return [expires, passwordStatus({ ...user, activated: true }, systemClock.now())]
  }
  await read()
  assert.deepEqual(await statusOf('ann'), ['', 'active'])
  await domain.domains.change(origin, domain.domain.id, { behaviour: { passwordAuthority: 'directory' } })
  await read()
  assert.deepEqual(await statusOf('ann'), ['2024-09-05T08:53:21.000Z', 'expired'])
  assert.deepEqual(await statusOf('ben'), ['', 'active'])
  assert.deepEqual(await statusOf('carl'), ['1970-01-01T00:00:00.000Z', 'expired'])
  await domain.domains.change(origin, domain.domain.id, { behaviour: { passwordAuthority: 'hub' } })
  await read()
  assert.deepEqual(await statusOf('ann'), ['', 'active'])
})
