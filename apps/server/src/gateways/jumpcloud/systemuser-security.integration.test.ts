import assert from 'node:assert/strict'
import test, { after, before } from 'node:test'
import { type TestDatabase, testDatabase } from '../../../../../tests/database.ts'
import { type Answer, type HubFixture, hubFixture } from './testing/hub-fixture.ts'

let store: TestDatabase
let hub: HubFixture
const missing = '5f0000000000000000000000'
const strong = (number: number): string => `Correct-horse-${number}`
// An Ed25519 key whose bytes are all zero.
const blob = Buffer.concat([Buffer.from([0, 0, 0, 11]), Buffer.from('ssh-ed25519'), Buffer.from([0, 0, 0, 32])])
const sshKey = (fill: number): string =>
  `ssh-ed25519 ${Buffer.concat([blob, Buffer.alloc(32, fill)]).toString('base64')} ada@laptop`

before(async () => {
  store = await testDatabase()
  hub = await hubFixture(store.database)
})
after(async () => {
  await hub.stop()
  await store.drop()
})

async function create(username: string, more: object = {}): Promise<string> {
  const made = await hub.call('POST', '/api/systemusers', {
    body: { username, email: `${username}@example.com`, ...more },
  })
  assert.equal(made.status, 200, made.text)
  return made.body._id as string
}
const read = async (id: string): Promise<Answer['body']> => (await hub.call('GET', `/api/systemusers/${id}`)).body
const post = (id: string, path: string, body?: unknown): Promise<Answer> =>
  hub.call('POST', `/api/systemusers/${id}/${path}`, body === undefined ? {} : { body })

test('a password set by an administrator activates, and may not be one of the last', async () => {
  const id = await create('secretive')
  assert.equal((await read(id)).activated, false)
  for (const number of [1, 2, 3]) assert.equal((await post(id, 'password', { password: strong(number) })).status, 200)
  const user = await read(id)
  assert.deepEqual([user.activated, user.password_expired, user.password_expiration_date], [true, false, null])
  assert.match(user.password_date, /Z$/)
  for (const number of [1, 2, 3]) {
    const again = await post(id, 'password?fullValidationDetails=password', { password: strong(number) })
    assert.deepEqual(again.body.details?.[0].fieldViolationsList, [{ field: 'password', description: 'history' }])
  }
  for (const number of [4, 5, 6, 7])
    assert.equal((await post(id, 'password', { password: strong(number) })).status, 200)
  assert.equal((await post(id, 'password', { password: strong(1) })).status, 200, 'five others came since')
  const named = await post(id, 'password', { password: 'My-Secretive-7-word' })
  assert.deepEqual([named.status, named.body.field], [400, 'password'])
  assert.match(named.body.message, /not contain the username/)
  assert.equal((await post(id, 'password', {})).status, 400)
  assert.equal((await post(missing, 'password', { password: strong(1) })).status, 404)
  const kept = await store.database.query<{ hash: string }>({ text: 'select hash from user_password_history' })
  assert.equal(kept.length, 4)
})

test('an expired password says so until a new one is set', async () => {
  const id = await create('expiring', { password: strong(1) })
  const answer = await post(id, 'expire')
  assert.deepEqual([answer.status, answer.body], [200, 'OK'])
  assert.equal((await read(id)).password_expired, true)
  await post(id, 'password', { password: strong(2) })
  assert.deepEqual([(await read(id)).password_expired, (await read(id)).password_expiration_date], [false, null])
  assert.equal((await post(missing, 'expire')).status, 404)
})

test('a lock has a date, and unlocking takes it away', async () => {
  const id = await create('lockable')
  const locked = await hub.call('PUT', `/api/systemusers/${id}`, { body: { account_locked: true } })
  assert.match(locked.body.account_locked_date, /Z$/)
  assert.deepEqual((await post(id, 'unlock')).body, 'OK')
  const { account_locked: isLocked, account_locked_date: date, badLoginAttempts: attempts } = await read(id)
  assert.deepEqual([isLocked, date, attempts], [false, null, 0])
})

test('a period for enrolling is days while the user is staged, and a time once active', async () => {
  const id = await create('enrolling', { state: 'STAGED', mfa: { exclusion: true, exclusionDays: '7' } })
  assert.deepEqual((await read(id)).mfa, { exclusion: true, configured: false, exclusionDays: 7 })
  assert.equal((await post(id, 'mfasync')).status, 200)
  assert.equal((await read(id)).mfaEnrollment.totpStatus, 'PENDING_ACTIVATION')
  await post(id, 'state/activate', { email: false })
  const { mfa } = await read(id)
  assert.deepEqual([mfa.exclusion, mfa.exclusionDays], [true, undefined])
  assert.ok(Date.parse(mfa.exclusionUntil) > Date.now())
  await post(id, 'mfa/enforce', {
    enable_user_portal_multifactor: 'true',
    mfa: { exclusion: true, exclusionUntil: '2020-01-01T00:00:00Z' },
  })
  const enforced = await read(id)
  assert.equal(enforced.enable_user_portal_multifactor, true)
  assert.equal(enforced.mfaEnrollment.overallStatus, 'ENROLLMENT_EXPIRED')
  await post(id, 'mfa/enforce', { mfa: { exclusion: false } })
  assert.deepEqual((await read(id)).mfa, { exclusion: false, configured: false, exclusionUntil: null })
  assert.equal((await post(id, 'resetmfa', { exclusion: true, exclusionUntil: '2999-01-01T00:00:00Z' })).status, 200)
  const reset = await read(id)
  assert.deepEqual([reset.mfa.exclusionUntil, reset.totp_enabled], ['2999-01-01T00:00:00.000Z', false])
  assert.equal(reset.mfaEnrollment.totpStatus, 'IN_ENROLLMENT')
  assert.equal((await post(id, 'resetmfa')).status, 200)
  assert.equal((await hub.call('GET', `/api/systemusers/${id}/totpinfo`)).status, 404)
  assert.equal((await post(id, 'resetmfa', { exclusionUntil: 'soon' })).status, 400)
})

test('public keys are added, listed and taken one by one', async () => {
  const id = await create('keyed')
  const added = await post(id, 'sshkeys', { name: 'laptop', public_key: sshKey(1) })
  assert.equal(added.status, 200, added.text)
  assert.deepEqual(Object.keys(added.body), ['_id', 'name', 'public_key', 'create_date'])
  await post(id, 'sshkeys', { name: 'desk', public_key: sshKey(2) })
  const listed = await hub.call('GET', `/api/systemusers/${id}/sshkeys`)
  assert.deepEqual(
    listed.body.map((key: { name: string }) => key.name),
    ['laptop', 'desk'],
  )
  assert.deepEqual((await read(id)).ssh_keys, listed.body)
  const refused: [object, string][] = [
    [{ name: 'x', public_key: sshKey(1) }, 'public_key'],
    [{ name: 'x', public_key: 'ssh-rsa AAAA' }, 'public_key'],
    [{ name: 'x', public_key: sshKey(3).replace('ssh-ed25519 ', 'ssh-rsa ') }, 'public_key'],
    [{ name: '', public_key: sshKey(3) }, 'name'],
    [{ public_key: sshKey(3) }, 'name'],
  ]
  for (const [body, field] of refused) {
    const answer = await post(id, 'sshkeys', body)
    assert.deepEqual([answer.status, answer.body.field], [400, field], answer.text)
  }
  const put = await hub.call('PUT', `/api/systemusers/${id}`, { body: { ssh_keys: [{ name: 'x', public_key: 'y' }] } })
  assert.deepEqual([put.status, put.body.field], [400, 'ssh_keys.0.public_key'])
  const gone = await hub.call('DELETE', `/api/systemusers/${id}/sshkeys/${added.body._id}`)
  assert.deepEqual([gone.status, gone.body], [200, 'OK'])
  assert.equal((await hub.call('DELETE', `/api/systemusers/${id}/sshkeys/${added.body._id}`)).status, 404)
  assert.equal((await hub.call('GET', `/api/systemusers/${id}/sshkeys`)).body.length, 1)
  assert.equal((await hub.call('GET', `/api/systemusers/${missing}/sshkeys`)).status, 404)
})

test('keys added at the same moment are all there', async () => {
  const id = await create('crowded')
  const numbers = [1, 2, 3, 4, 5, 6]
  const answers = await Promise.all(numbers.map((n) => post(id, 'sshkeys', { name: `k${n}`, public_key: sshKey(n) })))
  assert.deepEqual(
    answers.map(({ status }) => status),
    numbers.map(() => 200),
  )
  assert.equal((await hub.call('GET', `/api/systemusers/${id}/sshkeys`)).body.length, numbers.length)
})

test('older paths suspend and activate, and mails of activation are asked for in the journal', async () => {
  const id = await create('mailed')
  const other = await create('mailedtoo')
  assert.equal((await post(id, 'suspend')).status, 200)
  assert.equal((await read(id)).state, 'SUSPENDED')
  assert.equal((await post(id, 'activate', { email: false })).status, 200)
  assert.equal((await read(id)).state, 'ACTIVATED')
  assert.equal((await post(id, 'reactivate', { email: 'elsewhere@example.com' })).status, 200)
  const models = { isSelectAll: false, models: [{ _id: id }, { _id: other }] }
  assert.equal((await hub.call('POST', '/api/systemusers/reactivate', { body: models })).status, 200)
  const { items } = await hub.journal.list({ subjectId: id })
  assert.deepEqual(items.map(({ action, changes }) => [action, changes['activationEmail']?.after]).slice(0, 2), [
    ['user.request_activation', 'mailed@example.com'],
    ['user.request_activation', 'elsewhere@example.com'],
  ])
  assert.equal((await post(id, 'reactivate', { email: 'nonsense' })).status, 400)
  assert.equal((await hub.call('POST', '/api/systemusers/reactivate', { body: { models: [] } })).status, 400)
  const unknown = { models: [{ _id: missing }] }
  assert.equal((await hub.call('POST', '/api/systemusers/reactivate', { body: unknown })).status, 404)
})

test('a change under If-Match happens only to the user that was read', async () => {
  const id = await create('tagged')
  const first = await hub.call('GET', `/api/systemusers/${id}`)
  const etag = String(first.headers['etag'])
  assert.match(etag, /^W\/"\d+"$/)
  const put = (tag: string): Promise<Answer> =>
    hub.call('PUT', `/api/systemusers/${id}`, { body: { jobTitle: `by ${tag}` }, headers: { 'if-match': tag } })
  const changed = await put(etag)
  assert.equal(changed.status, 200)
  assert.notEqual(changed.headers['etag'], etag)
  const late = await put(etag)
  assert.deepEqual([late.status, late.body.code, late.body.status], [412, 412, 'FAILED_PRECONDITION'])
  assert.equal((await put('*')).status, 200)
  const remove = (tag: string): Promise<Answer> =>
    hub.call('DELETE', `/api/systemusers/${id}`, { headers: { 'if-match': tag } })
  assert.equal((await remove(etag)).status, 412)
  const now = String((await hub.call('GET', `/api/systemusers/${id}`)).headers['etag'])
  const unchanged = await hub.call('GET', `/api/systemusers/${id}`, { headers: { 'if-none-match': now } })
  assert.deepEqual([unchanged.status, unchanged.text], [304, ''])
  assert.equal((await remove(now)).status, 200)
})

test('a request that is repeated under its key is done once, and other content under the key is refused', async () => {
  const body = { username: 'onlyonce', email: 'onlyonce@example.com', password: strong(1) }
  const send = (content: object, key = 'key-1'): Promise<Answer> =>
    hub.call('POST', '/api/systemusers', { body: content, headers: { 'idempotency-key': key } })
  const answers = await Promise.all([send(body), send(body), send(body), send(body)])
  assert.deepEqual(
    answers.map(({ status }) => status),
    [200, 200, 200, 200],
  )
  assert.equal(new Set(answers.map(({ text }) => text)).size, 1)
  assert.equal(answers.filter(({ headers }) => headers['idempotency-replayed'] === 'true').length, 3)
  const other = await send({ ...body, email: 'else@example.com' })
  assert.deepEqual([other.status, other.body.field], [422, 'idempotency-key'])
  assert.equal((await send(body, 'key-2')).status, 400, 'the username is taken')
  assert.equal((await send({ ...body, username: 'twice', email: 'twice@example.com' }, 'key-2')).status, 200)
  assert.equal((await send(body, 'no blanks')).status, 400)
  const rows = await store.database.query<Record<string, unknown>>({ text: 'select * from idempotency_keys' })
  assert.equal(rows.length, 2)
  assert.doesNotMatch(JSON.stringify(rows), /onlyonce|horse|key-1/)
})

test('what a directory manages is refused with its name, unless the value stays', async () => {
  const directoryId = '5f00000000000000000000d1'
  await store.database.execute({
    text: `insert into directories (id, kind, name, created) values ($1, 'active_directory', 'corp.example', now())`,
    values: [directoryId],
  })
  const id = await create('managed', { firstname: 'Ann' })
  const put = (body: object): Promise<Answer> => hub.call('PUT', `/api/systemusers/${id}`, { body })
  const row = { field: 'firstname', type: 'active_directory', id: directoryId }
  assert.deepEqual((await put({ restrictedFields: [row] })).body.restrictedFields, [row])
  const refused = await put({ firstname: 'Eve' })
  assert.deepEqual([refused.status, refused.body.field], [400, 'firstname'])
  assert.match(refused.body.message, /managed by Active Directory corp\.example/)
  assert.equal((await put({ firstname: 'Ann', lastname: 'Lee' })).status, 200)
  assert.equal((await put({ restrictedFields: [{ ...row, field: 'shoeSize' }] })).status, 400)
  assert.equal((await put({ restrictedFields: [{ ...row, field: 'password' }] })).status, 200)
  const password = await post(id, 'password', { password: strong(1) })
  assert.deepEqual([password.status, password.body.field], [400, 'password'])
  assert.equal((await put({ restrictedFields: [], firstname: 'Eve' })).body.firstname, 'Eve')
})
