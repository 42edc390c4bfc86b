import assert from 'node:assert/strict'
import { after, before, beforeEach, test } from 'node:test'
import type { Role } from '@lockstep/contract/access'
import type { AppError } from '@lockstep/contract/app-error'
import type { Administrator } from '@lockstep/contract/hub/session'
import { testDatabase, type TestDatabase } from '../../../../../tests/database.ts'
import type { ChangeOrigin } from '../journal/journal.rules.ts'
import { type AccessFixture, accessFixture, browser, owner } from './testing/access-fixture.ts'

const password = 'another password'

let db: TestDatabase
let fixture: AccessFixture
let origin: ChangeOrigin

before(async () => {
  db = await testDatabase()
})
after(() => db.drop())
beforeEach(async () => {
  await db.database.execute({ text: 'truncate administrators, sign_in_failures, journal cascade' })
  fixture = accessFixture(db.database)
  await fixture.access.accessBootstrap(owner)
  origin = await fixture.originOf(owner.apiKey)
})

function create(name: string, role: Role): Promise<Administrator> {
  return fixture.access.administrators.create(origin, { email: `${name}@example.com`, name, role, password })
}

/** An administrator with a key of their own. */
async function createWithKey(name: string, role: Role) {
  const administrator = await create(name, role)
  const { token } = await fixture.access.signIn({ email: administrator.email, password }, browser)
  const known = await fixture.access.authentication.bySession(token)
  assert.ok(known)
  const own: ChangeOrigin = { actor: known.actor, cause: { kind: 'request' } }
  const { secret } = await fixture.access.apiKeys.create(own, { name: 'script' })
  return { administrator, token, secret, origin: own }
}

test('a new administrator can sign in and is journalled without password', async () => {
  const max = await create('max', 'manager')
  assert.deepEqual(
    (await fixture.access.administrators.list(origin.actor)).map(({ email, role, suspended }) => [
      email,
      role,
      suspended,
    ]),
    [
      [owner.email, 'administrator_with_billing', false],
      ['max@example.com', 'manager', false],
    ],
  )
  const opened = await fixture.access.signIn({ email: 'max@example.com', password }, browser)
  assert.equal(opened.administrator.id, max.id)
  const line = (await fixture.journal()).find(
    ({ subjectId, action }) => subjectId === max.id && action.endsWith('create'),
  )
  assert.equal(line?.actorId, origin.actor.id)
  assert.doesNotMatch(line?.text ?? '', /password|argon/)
})

test('an address in use, in any case, a bad address and a weak password are refused by field', async () => {
  const input = { email: 'ADA@example.com', name: 'Eve', role: 'read_only', password } as const
  const refused = (change: object) => fixture.access.administrators.create(origin, { ...input, ...change })
  await assert.rejects(refused({}), { code: 'email_taken', field: 'email' })
  await assert.rejects(refused({ email: 'eve' }), { code: 'invalid_request', field: 'email' })
  await assert.rejects(refused({ email: 'eve@example.com', name: '  ' }), { code: 'invalid_request', field: 'name' })
  await assert.rejects(refused({ email: 'eve@example.com', password: ' '.repeat(12) }), { code: 'password_policy' })
})

test('who lacks the permission neither lists, creates, changes nor removes administrators', async () => {
  const { origin: helpDesk, administrator } = await createWithKey('hela', 'help_desk')
  const { administrators } = fixture.access
  const input = { email: 'eve@example.com', name: 'Eve', role: 'read_only', password } as const
  await assert.rejects(administrators.list(helpDesk.actor), { code: 'forbidden', message: /administrators\.read/ })
  for (const call of [
    async () => administrators.create(helpDesk, input),
    async () => administrators.update(helpDesk, administrator.id, { role: 'administrator' }),
    async () => administrators.remove(helpDesk, administrator.id),
  ])
    await assert.rejects(call(), { code: 'forbidden', message: /administrators\.write/ })
})

test('nobody gives, changes or removes a role that may do more than they may', async () => {
  const { origin: manager, administrator } = await createWithKey('max', 'manager')
  const writing = new Set([...manager.actor.permissions, 'administrators.write' as const])
  const raised: ChangeOrigin = { ...manager, actor: { ...manager.actor, permissions: writing } }
  const { administrators } = fixture.access
  await assert.rejects(administrators.update(raised, administrator.id, { role: 'administrator' }), {
    code: 'forbidden',
    field: 'role',
  })
  await assert.rejects(administrators.update(raised, origin.actor.id, { name: 'Owned' }), { code: 'forbidden' })
  await assert.rejects(administrators.remove(raised, origin.actor.id), { code: 'last_administrator' })
  await create('second', 'administrator')
  await assert.rejects(administrators.remove(raised, origin.actor.id), { code: 'forbidden' })
})

test('a suspension ends sessions and has keys refused at once in every process; activation lets the key in again', async () => {
  const { administrator, token, secret } = await createWithKey('max', 'manager')
  const { access, otherProcess } = fixture
  for (const { authentication } of [access, otherProcess]) {
    assert.ok(await authentication.byApiKey(secret))
    assert.ok(await authentication.bySession(token))
  }
  await access.administrators.update(origin, administrator.id, { suspended: true })
  for (const { authentication } of [access, otherProcess]) {
    assert.equal(await authentication.byApiKey(secret), undefined)
    assert.equal(await authentication.bySession(token), undefined)
  }
  await access.administrators.update(origin, administrator.id, { suspended: false })
  assert.ok(await otherProcess.authentication.byApiKey(secret))
  assert.equal(await access.authentication.bySession(token), undefined)
  const actions = (await fixture.journal()).filter(({ subjectId }) => subjectId === administrator.id)
  assert.deepEqual(
    actions.slice(-2).map(({ action }) => action),
    ['administrator.suspend', 'administrator.activate'],
  )
})

test('a new role counts from the next request, in every process', async () => {
  const { administrator, secret } = await createWithKey('max', 'manager')
  const before = await fixture.otherProcess.authentication.byApiKey(secret)
  assert.equal(before?.actor.permissions.has('users.write'), true)
  await fixture.access.administrators.update(origin, administrator.id, { role: 'read_only' })
  const later = await fixture.otherProcess.authentication.byApiKey(secret)
  assert.equal(later?.actor.permissions.has('users.write'), false)
})

test('a removal takes sessions and keys with it, journalled one by one', async () => {
  const { administrator, token, secret } = await createWithKey('max', 'manager')
  await fixture.access.administrators.remove(origin, administrator.id)
  assert.equal(await fixture.access.authentication.byApiKey(secret), undefined)
  assert.equal(await fixture.access.authentication.bySession(token), undefined)
  const lines = (await fixture.journal()).slice(-2)
  assert.deepEqual(
    lines.map(({ action }) => action),
    ['administrator.delete', 'api_key.revoke'],
  )
  assert.doesNotMatch(JSON.stringify(lines), new RegExp(secret))
  await assert.rejects(fixture.access.administrators.remove(origin, administrator.id), { code: 'not_found' })
})

test('an update that changes nothing leaves no trace', async () => {
  const max = await create('max', 'manager')
  const before = await fixture.journal()
  await fixture.access.administrators.update(origin, max.id, { name: 'max', suspended: false })
  assert.deepEqual(await fixture.journal(), before)
})

test('the last active administrator is neither removed, suspended nor demoted, but may be renamed', async () => {
  const { administrators } = fixture.access
  const second = await create('second', 'administrator')
  await administrators.update(origin, second.id, { suspended: true })
  await create('max', 'manager')
  const { id } = origin.actor
  const last = { code: 'last_administrator' }
  await assert.rejects(administrators.remove(origin, id), last)
  await assert.rejects(administrators.update(origin, id, { suspended: true }), last)
  await assert.rejects(administrators.update(origin, id, { role: 'manager' }), last)
  assert.equal(
    (await administrators.update(origin, id, { name: 'Ada L.', role: 'administrator' })).role,
    'administrator',
  )
  await administrators.update(origin, second.id, { suspended: false })
  await administrators.remove(origin, id)
})

const takings: readonly (readonly [string, (id: string) => Promise<unknown>])[] = [
  ['suspend', (id) => fixture.access.administrators.update(origin, id, { suspended: true })],
  ['demote', (id) => fixture.access.administrators.update(origin, id, { role: 'read_only' })],
  ['remove', (id) => fixture.access.administrators.remove(origin, id)],
]

for (const [name, take] of takings) {
  test(`of two administrators who ${name} each other at the same moment one stays`, async () => {
    const second = await create('second', 'administrator')
    const outcomes = await fixture.race('select from administrators for update', [
      () => take(origin.actor.id),
      () => take(second.id),
    ])
    const refusals = outcomes.flatMap((outcome) => (outcome.status === 'rejected' ? [outcome.reason as AppError] : []))
    assert.deepEqual(
      refusals.map(({ code }) => code),
      ['last_administrator'],
    )
    const active = await db.database.query({
      text: `select from administrators where role <> 'read_only' and not suspended`,
    })
    assert.equal(active.length, 1)
  })
}
