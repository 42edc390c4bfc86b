import assert from 'node:assert/strict'
import { after, before, beforeEach, test } from 'node:test'
import { testDatabase, type TestDatabase } from '../../../../../tests/database.ts'
import type { ChangeOrigin } from '../journal/journal.rules.ts'
import { type AccessFixture, accessFixture, browser, owner } from './testing/access-fixture.ts'

const dayMs = 24 * 60 * 60 * 1000
const minuteMs = 60_000

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

/** Another administrator's origin. */
async function colleague(role: 'manager' | 'help_desk'): Promise<ChangeOrigin> {
  const input = { email: `${role}@example.com`, name: role, role, password: 'another password' }
  await fixture.access.administrators.create(origin, input)
  const { token } = await fixture.access.signIn(input, browser)
  const known = await fixture.access.authentication.bySession(token)
  assert.ok(known)
  return { actor: known.actor, cause: { kind: 'request' } }
}

test('a new key lets its maker in; only its hash is stored and nothing of it journalled but its beginning', async () => {
  const { apiKey, secret } = await fixture.access.apiKeys.create(origin, { name: 'backup' })
  assert.match(secret, /^lsk_[\w-]{43}$/)
  assert.equal(apiKey.prefix, secret.slice(0, 8))
  assert.equal(Date.parse(apiKey.expires ?? ''), fixture.clock.now().getTime() + 90 * dayMs)
  const known = await fixture.access.authentication.byApiKey(secret)
  assert.equal(known?.actor.id, origin.actor.id)
  assert.equal(known?.actor.via, 'api_key')
  assert.equal(known?.csrfToken, undefined)
  const stored = await db.database.query<{ text: string }>({ text: 'select api_keys::text as text from api_keys' })
  assert.equal(stored.length, 2)
  assert.doesNotMatch(JSON.stringify([stored, await fixture.journal()]), new RegExp(secret.slice(0, 12)))
})

test('a key is refused from the moment of its expiry on, also while it is kept in memory', async () => {
  const { secret } = await fixture.access.apiKeys.create(origin, { name: 'short', expiresInDays: 1 })
  fixture.clock.advance(dayMs - 1)
  assert.ok(await fixture.access.authentication.byApiKey(secret))
  fixture.clock.advance(1)
  assert.equal(await fixture.access.authentication.byApiKey(secret), undefined)
})

test('a revoked key is refused at once, in every process', async () => {
  const { apiKey, secret } = await fixture.access.apiKeys.create(origin, { name: 'leaked' })
  assert.ok(await fixture.access.authentication.byApiKey(secret))
  assert.ok(await fixture.otherProcess.authentication.byApiKey(secret))
  await fixture.access.apiKeys.revoke(origin, apiKey.id)
  assert.equal(await fixture.access.authentication.byApiKey(secret), undefined)
  assert.equal(await fixture.otherProcess.authentication.byApiKey(secret), undefined)
  await assert.rejects(fixture.access.apiKeys.revoke(origin, apiKey.id), { code: 'not_found' })
  assert.equal((await fixture.journal()).at(-1)?.action, 'api_key.revoke')
})

test('a key taken away behind our back is refused after five seconds at the latest', async () => {
  const { apiKey, secret } = await fixture.access.apiKeys.create(origin, { name: 'removed' })
  assert.ok(await fixture.access.authentication.byApiKey(secret))
  await db.database.execute({ text: 'delete from api_keys where id = $1', values: [apiKey.id] })
  fixture.clock.advance(4_999)
  assert.ok(await fixture.access.authentication.byApiKey(secret))
  fixture.clock.advance(1)
  assert.equal(await fixture.access.authentication.byApiKey(secret), undefined)
})

test('nothing, an unknown key and an endless one let nobody in', async () => {
  const { authentication } = fixture.access
  for (const key of ['', 'lsk_unknown', 'x'.repeat(5_000)]) {
    assert.equal(await authentication.byApiKey(key), undefined)
    assert.equal(await authentication.bySession(key), undefined)
  }
})

test('the last use is written once a minute', async () => {
  const { apiKey, secret } = await fixture.access.apiKeys.create(origin, { name: 'busy' })
  const lastUsed = async (): Promise<string | undefined> => {
    await fixture.access.authentication.byApiKey(secret)
    await fixture.access.close()
    return (await fixture.access.apiKeys.list(origin.actor)).find(({ id }) => id === apiKey.id)?.lastUsed
  }
  const first = fixture.clock.now().toISOString()
  assert.equal(await lastUsed(), first)
  fixture.clock.advance(minuteMs - 1)
  assert.equal(await lastUsed(), first)
  fixture.clock.advance(1)
  assert.equal(await lastUsed(), fixture.clock.now().toISOString())
})

test('everybody sees and revokes their own keys; others’ with the permission to read and to write administrators', async () => {
  const helpDesk = await colleague('help_desk')
  const manager = await colleague('manager')
  const { apiKeys } = fixture.access
  const first = await apiKeys.create(origin, { name: 'of the owner' })
  const own = await apiKeys.create(helpDesk, { name: 'of the help desk' })
  const names = async ({ actor }: ChangeOrigin) => (await apiKeys.list(actor)).map(({ name }) => name).toSorted()
  assert.deepEqual(await names(helpDesk), ['of the help desk'])
  assert.deepEqual(await names(manager), ['First API key', 'of the help desk', 'of the owner'])
  await assert.rejects(apiKeys.revoke(helpDesk, first.apiKey.id), { code: 'not_found' })
  await assert.rejects(apiKeys.revoke(manager, first.apiKey.id), { code: 'forbidden' })
  await apiKeys.revoke(helpDesk, own.apiKey.id)
  await apiKeys.revoke(origin, first.apiKey.id)
  assert.deepEqual(await names(origin), ['First API key'])
})

test('whoever was suspended a moment ago makes no key any more', async () => {
  const manager = await colleague('manager')
  await fixture.access.administrators.update(origin, manager.actor.id, { suspended: true })
  await assert.rejects(fixture.access.apiKeys.create(manager, { name: 'late' }), { code: 'unauthenticated' })
})
