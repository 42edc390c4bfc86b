import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import type { Clock } from '@lockstep/kernel/clock'
import { type TestDatabase, testDatabase } from '../../../../../tests/database.ts'
import { systemActor } from '../access/access.rules.ts'
import { createPasswordPolicyReader } from './password-policy-reader.ts'
import { passwordPolicySetting } from './password-policy.rules.ts'
import { createPasswordService, type PasswordService } from './password.service.ts'
import { createUserLockoutService, type UserLockoutService } from './user-lockout.service.ts'
import type { User } from './user.rules.ts'
import { createUserService, type UserService } from './user.service.ts'

const origin = { actor: systemActor('test'), cause: { kind: 'request' } } as const
const minuteMs = 60_000
let nowMs = Date.parse('2026-03-01T12:00:00Z')
const clock: Clock = { now: () => new Date(nowMs) }
let store: TestDatabase
let users: UserService
let passwords: PasswordService
let lockout: UserLockoutService

before(async () => {
  store = await testDatabase()
  const { database } = store
  const read = async (): Promise<unknown> => {
    const text = 'select value from settings where name = $1'
    const [row] = await database.query<{ value: unknown }>({ text, values: [passwordPolicySetting] })
    return row?.value
  }
  const passwordPolicy = createPasswordPolicyReader({ read, clock })
  const options = { database, clock, hashPassword: async (password: string) => `hash of ${password}`, passwordPolicy }
  users = createUserService({ ...options, announce: () => undefined, defaultState: () => 'ACTIVATED' })
  passwords = createPasswordService(options)
  lockout = createUserLockoutService({ users, passwords, clock })
})
after(async () => {
  await users.close()
  await store.drop()
})

const make = (username: string): Promise<User> =>
  users.create(origin, { username, email: `${username}@example.com`, password: 'Correct-horse-7' })
const readUser = async (id: string): Promise<User> => {
  const [user] = await users.findMany([id])
  assert.ok(user)
  return user
}

test('failed sign-ins lock at the limit, however many come at once, and the lock ends with its time', async () => {
  const { id } = await make('guessed')
  for (let attempt = 1; attempt <= 5; attempt += 1) assert.equal(await lockout.recordFailure(origin, id), null)
  assert.equal((await readUser(id)).accountLocked, false)
  const answers = await Promise.all([lockout.recordFailure(origin, id), lockout.recordFailure(origin, id)])
  const until = new Date(nowMs + 15 * minuteMs)
  assert.deepEqual(answers, [until, until])
  const locked = await readUser(id)
  assert.equal(locked.accountLocked, true)
  assert.equal(locked.attributes['account_locked_date'], clock.now().toISOString())
  assert.ok(Number(locked.attributes['badLoginAttempts']) >= 6)
  assert.equal((await lockout.endOverdueLock(origin, locked)).accountLocked, true)
  nowMs += 15 * minuteMs
  const released = await lockout.endOverdueLock(origin, locked)
  assert.deepEqual([released.accountLocked, released.attributes['badLoginAttempts']], [false, 0])
  assert.equal(await lockout.recordFailure(origin, id), null, 'the count began anew')
})

test('a sign-in that succeeds ends the count, and a lock of an administrator does not end by itself', async () => {
  const { id } = await make('careful')
  for (let attempt = 1; attempt <= 5; attempt += 1) await lockout.recordFailure(origin, id)
  await lockout.recordSuccess(id)
  assert.equal(await lockout.recordFailure(origin, id), null)
  const locked = await users.change(origin, id, { input: { account_locked: true } })
  nowMs += 60 * minuteMs
  assert.equal((await lockout.endOverdueLock(origin, locked)).accountLocked, true)
})

test('a password that an administrator sets leaves the lock of guesses and its end, and one set with an unlocking none', async () => {
  const { id } = await make('helped')
  const guess = async (): Promise<Date | null> => {
    for (let attempt = 1; attempt <= 5; attempt += 1) await lockout.recordFailure(origin, id)
    return lockout.recordFailure(origin, id)
  }
  const until = await guess()
  const helped = await users.change(origin, id, { input: { password: 'Correct-horse-8' } })
  assert.equal(helped.accountLocked, true)
  assert.deepEqual((await passwords.findFailures(id))?.lockedUntil, until)
  nowMs += 15 * minuteMs
  assert.equal((await lockout.endOverdueLock(origin, helped)).accountLocked, false)
  assert.ok(await guess())
  await users.change(origin, id, { input: { password: 'Correct-horse-9', account_locked: false } })
  assert.deepEqual(await passwords.findFailures(id), { failedAttempts: 0, lockedUntil: null })
})

test('an administrator who unlocks ends the lock of guesses, and one who locks later makes a lock of their own', async () => {
  const { id } = await make('released')
  for (let attempt = 1; attempt <= 6; attempt += 1) await lockout.recordFailure(origin, id)
  await users.change(origin, id, { input: { account_locked: false } })
  assert.equal(await lockout.recordFailure(origin, id), null, 'the count began anew')
  const locked = await users.change(origin, id, { input: { account_locked: true } })
  nowMs += 60 * minuteMs
  assert.equal((await lockout.endOverdueLock(origin, locked)).accountLocked, true)
})

test('the stored policy decides, a few seconds after it was stored', async () => {
  const policy = { minLength: 20, passwordExpirationInDays: 30 }
  await store.database.execute({
    text: 'insert into settings (name, value) values ($1, $2)',
    values: [passwordPolicySetting, JSON.stringify(policy)],
  })
  nowMs += minuteMs
  await assert.rejects(make('brief'), /at least 20 characters/)
  const user = await users.create(origin, {
    username: 'lasting',
    email: 'lasting@example.com',
    password: 'Correct-horse-battery-7',
  })
  const expires = new Date(nowMs + 30 * 24 * 60 * minuteMs).toISOString()
  assert.equal(user.attributes['password_expiration_date'], expires)
  const never = await users.change(origin, user.id, { input: { password_never_expires: true } })
  assert.equal(never.attributes['password_expiration_date'], null)
  nowMs += minuteMs
  const again = await users.change(origin, user.id, { input: { password_never_expires: false } })
  assert.equal(again.attributes['password_expiration_date'], expires)
})
