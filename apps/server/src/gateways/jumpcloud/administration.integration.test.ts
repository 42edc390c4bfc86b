import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { json } from '../../../../../tests/support/http-call.ts'
import { type HubInProcess, signIn, startHubInProcess } from '../../../../../tests/support/hub-in-process.ts'

let hub: HubInProcess
let organizationId: string

before(async () => {
  hub = await startHubInProcess({ background: false })
  organizationId = (await call('GET', '/api/organizations')).body.results[0]._id
})
after(() => hub.stop())

const absent = 'f'.repeat(24)

async function call(method: string, path: string, options: { body?: unknown; headers?: Record<string, string> } = {}) {
  const { body, headers = {} } = options
  const sent = body === undefined ? {} : json(body)
  const answer = await hub.call({ method, path, ...sent, headers: { ...sent.headers, ...headers } })
  return answer
}

/** Status, and the field at fault of a refusal. */
function outcome({ status, body }: Awaited<ReturnType<typeof call>>): string {
  return status < 300 ? String(status) : `${status} ${body?.field ?? ''}`.trimEnd()
}

let count = 0
const fresh = (name: string): string => `${name}-${(count += 1)}`

test('the organization is a list of one, with its settings, and they change by name', async () => {
  const listed = await call('GET', '/api/organizations?limit=1&sort=displayName')
  const [row] = listed.body.results
  assert.equal(listed.text.startsWith('{"totalCount":1,"results":[{"_id":"'), true)
  assert.deepEqual(Object.keys(row), ['_id', 'id', 'displayName', 'logoUrl', 'created'])
  assert.equal(row.logoUrl, null)
  assert.deepEqual((await call('GET', '/api/organizations?skip=1')).body, { totalCount: 1, results: [] })
  assert.equal((await call('GET', '/api/organizations?filter=displayName:$eq:Nobody')).body.totalCount, 0)
  const whole = (await call('GET', `/api/organizations/${organizationId}`)).body
  assert.equal(whole.settings.passwordPolicy.minLength, 12)
  const settings = {
    ...whole.settings,
    name: 'Example Corp',
    passwordPolicy: { ...whole.settings.passwordPolicy, minLength: 14 },
  }
  const changed = await call('PUT', `/api/organizations/${organizationId}`, { body: { settings } })
  assert.deepEqual([changed.status, changed.body.displayName], [200, 'Example Corp'])
  assert.equal(changed.body.settings.passwordPolicy.minLength, 14)
  assert.match(changed.body.settings.passwordPolicy.effectiveDate, /^\d{4}-.*Z$/)
  const read = await call('GET', '/api/settings')
  assert.deepEqual([read.body.SETTINGS.name, read.body.SETTINGS.passwordPolicy.minLength], ['Example Corp', 14])
  assert.equal(
    (await call('POST', '/api/search/organizations', { body: {} })).body.results[0].displayName,
    'Example Corp',
  )
  const wrong = { settings: { passwordPolicy: { minLength: 3 } } }
  assert.equal(
    outcome(await call('PUT', `/api/organizations/${organizationId}`, { body: wrong })),
    '400 passwordPolicy.minLength',
  )
  assert.equal(outcome(await call('GET', `/api/organizations/${absent}`)), '404 id')
  assert.equal(outcome(await call('GET', '/api/organizations/none')), '404 id')
  assert.equal((await call('GET', `/api/organizations/${organizationId}?fields=displayName`)).body.settings, undefined)
})

test('x-org-id is checked on every route of JumpCloud: empty is none, another one is not found', async () => {
  const routes = hub.routes.filter(({ path, access }) => path.startsWith('/api') && access.scheme === 'administrator')
  assert.ok(routes.length > 100)
  const get = async (path: string, id: string): Promise<string> =>
    outcome(await call('GET', path, { headers: { 'x-org-id': id } }))
  for (const path of ['/api/systemusers', '/api/v2/usergroups', '/api/users', '/api/v2/roles', '/api/settings']) {
    assert.equal(await get(path, ''), '200', path)
    assert.equal(await get(path, organizationId.toUpperCase()), '200', path)
    assert.equal(await get(path, 'nonsense'), '400 x-org-id', path)
    assert.equal(await get(path, absent), '404 x-org-id', path)
  }
  const refused = await call('GET', '/api/organizations', { headers: { 'x-org-id': organizationId } })
  const words = 'Forbidden: organization selection not allowed via header'
  assert.deepEqual([refused.status, refused.body.message, refused.body.error], [403, words, words])
  assert.equal(await get('/api/organizations', ''), '200')
})

test('the default state of new users follows the organization, by where they come from', async () => {
  const create = async () => {
    const name = fresh('user')
    return (await call('POST', '/api/systemusers', { body: { username: name, email: `${name}@example.com` } })).body
      .state
  }
  assert.equal(await create(), 'ACTIVATED')
  const set = (manual: string) => call('PATCH', '/hub/v1/settings', { body: { newUserStates: { manual } } })
  const changed = await set('STAGED')
  assert.deepEqual(changed.body.newUserStates, { manual: 'STAGED', csv: 'ACTIVATED', application: 'ACTIVATED' })
  assert.equal(await create(), 'STAGED')
  const { settings } = (await call('GET', `/api/organizations/${organizationId}`)).body
  assert.equal(settings.newSystemUserStateDefaults.manualEntry, 'STAGED')
  await set('ACTIVATED')
})

test('settings of our own API are those of JumpCloud’s, with limits that are off as null', async () => {
  const change = (passwordPolicy: object) => call('PATCH', '/hub/v1/settings', { body: { passwordPolicy } })
  const off = await change({ maxHistory: null, expirationDays: 30, lockoutSeconds: null })
  assert.equal(off.status, 200)
  const { maxHistory, expirationDays, lockoutSeconds } = off.body.passwordPolicy
  assert.deepEqual([maxHistory, expirationDays, lockoutSeconds], [null, 30, null])
  const { passwordPolicy } = (await call('GET', '/api/settings')).body.SETTINGS
  assert.deepEqual(
    [
      passwordPolicy.enableMaxHistory,
      passwordPolicy.passwordExpirationInDays,
      passwordPolicy.enablePasswordExpirationInDays,
    ],
    [false, 30, true],
  )
  await change({ maxHistory: 5, expirationDays: null, lockoutSeconds: 900 })
  assert.equal(
    outcome(await call('PATCH', '/hub/v1/settings', { body: { contactEmail: 'nobody' } })),
    '400 contactEmail',
  )
  const key = { 'x-api-key': hub.apiKeys.get('read_only') ?? '' }
  const refused = await hub.caller.call({ method: 'PATCH', path: '/hub/v1/settings', ...json({ name: 'x' }) })
  assert.equal(refused.status, 401)
  assert.equal((await call('PATCH', '/hub/v1/settings', { body: { name: 'x' }, headers: key })).status, 403)
})

test('administrators of v1 are made, read, changed and removed', async () => {
  const email = `${fresh('ada')}@example.com`
  const body = { email, firstname: 'Ada', lastname: 'King Lovelace', roleName: 'Help Desk' }
  const made = await call('POST', '/api/users', { body })
  assert.equal(made.status, 200)
  const { _id: id } = made.body
  const { firstname, lastname, roleName, enableMultiFactor, totpEnrolled, apiKeySet, organization } = made.body
  assert.deepEqual(
    [firstname, lastname, roleName, enableMultiFactor, totpEnrolled, apiKeySet, organization],
    ['Ada', 'King Lovelace', 'Help Desk', false, false, false, organizationId],
  )
  assert.deepEqual((await call('GET', `/api/users/${id}`)).body, made.body)
  const listed = await call('GET', `/api/users?filter=email:$eq:${email}&fields=email`)
  assert.deepEqual(listed.body, { totalCount: 1, results: [{ _id: id, email, id }] })
  const same = await call('PUT', `/api/users/${id}`, { body: made.body })
  assert.deepEqual(same.body, made.body)
  const changed = await call('PUT', `/api/users/${id}`, {
    body: { lastname: 'Byron', roleName: 'manager', apiKeyAllowed: false, enableMultiFactor: true },
  })
  assert.deepEqual(
    [
      changed.body.firstname,
      changed.body.lastname,
      changed.body.roleName,
      changed.body.apiKeyAllowed,
      changed.body.enableMultiFactor,
    ],
    ['Ada', 'Byron', 'Manager', false, true],
  )
  assert.equal(
    (await call('PUT', `/api/users/${id}`, { body: { enableMultiFactor: false } })).body.enableMultiFactor,
    false,
  )
  assert.equal((await call('GET', `/api/users/reactivate/${id}`)).status, 200)
  assert.equal(outcome(await call('POST', `/api/users/resettotp/${id}`)), '412')
  assert.equal(outcome(await call('POST', '/api/users', { body })), '400 email')
  assert.equal(outcome(await call('PUT', `/api/users/${id}`, { body: { roleName: 'Janitor' } })), '400 roleName')
  const removed = await call('DELETE', `/api/users/${id}`)
  assert.deepEqual([removed.status, removed.body._id], [200, id])
  for (const [method, path] of [
    ['GET', `/api/users/${id}`],
    ['PUT', `/api/users/${absent}`],
    ['DELETE', '/api/users/none'],
    ['GET', `/api/users/reactivate/${absent}`],
  ] as const)
    assert.equal(outcome(await call(method, path, method === 'PUT' ? { body: {} } : {})), '404 id', path)
})

test('an administrator reads and renames themselves, whatever their role', async () => {
  const headers = { 'x-api-key': hub.apiKeys.get('read_only') ?? '' }
  const self = await call('GET', '/api/users/getSelf', { headers })
  assert.deepEqual(
    [self.body.email, self.body.roleName, self.body.apiKeySet],
    ['read-only@example.com', 'Read Only', true],
  )
  const projected = await call('GET', '/api/users/getSelf?fields=provider', { headers })
  assert.deepEqual(projected.body, { _id: self.body._id, id: self.body._id, provider: null })
  const renamed = await call('PUT', '/api/users/putSelf', {
    headers,
    body: { lastname: 'Reader', roleName: 'Manager' },
  })
  assert.deepEqual([renamed.body.lastname, renamed.body.roleName], ['Reader', 'Read Only'])
  assert.equal((await call('GET', '/api/users', { headers })).status, 403)
})

test('an administrator without a password is let in by a link, and one without keys is not by an old one', async () => {
  const email = `${fresh('max')}@example.com`
  const { _id: id } = (await call('POST', '/api/users', { body: { email, roleName: 'Manager' } })).body
  const link = await call('POST', `/hub/v1/administrators/${id}/password-link`)
  const password = 'a password that was chosen'
  await hub.must('POST', '/hub/v1/session/password', { token: link.body.token, password })
  const session = await signIn(hub.caller, { email, password })
  const headers = { cookie: session.cookie, 'x-csrf-token': session.csrfToken }
  const created = { method: 'POST', path: '/hub/v1/api-keys', ...json({ name: 'key' }) }
  const key = await hub.caller.call({ ...created, headers: { ...created.headers, ...headers } })
  const withKey = { 'x-api-key': key.body.secret }
  assert.equal((await call('GET', '/api/systemusers', { headers: withKey })).status, 200)
  const listed = (await call('GET', `/api/users/${id}`)).body
  assert.deepEqual(
    [listed.apiKeySet, listed.apiKeyHash.prefix, listed.sessionCount],
    [true, key.body.secret.slice(0, 8), 1],
  )
  await call('PUT', `/api/users/${id}`, { body: { apiKeyAllowed: false } })
  assert.equal((await call('GET', '/api/systemusers', { headers: withKey })).status, 401)
  const again = await hub.caller.call({ ...created, headers: { ...created.headers, ...headers } })
  assert.equal(again.status, 403)
})

test('an administrator is linked to the organization unless suspended', async () => {
  const email = `${fresh('eva')}@example.com`
  const { _id: id } = (await call('POST', '/api/users', { body: { email } })).body
  const links = `/api/v2/administrators/${id}/organizationlinks`
  const link = { administrator: id, organization: organizationId }
  const listed = await call('GET', links)
  assert.deepEqual([listed.body, listed.headers['x-total-count']], [[link], '1'])
  assert.equal(outcome(await call('POST', links, { body: { organization: organizationId } })), '201')
  assert.equal((await call('DELETE', `${links}/${organizationId}`)).status, 204)
  assert.deepEqual((await call('GET', links)).body, [])
  assert.equal((await call('GET', `/api/users/${id}`)).body.suspended, true)
  const others = await call('GET', `/api/v2/organizations/${organizationId}/administratorlinks?limit=100`)
  assert.ok(others.body.every(({ administrator }: { administrator: string }) => administrator !== id))
  assert.equal(outcome(await call('DELETE', `${links}/${organizationId}`)), '404 id')
  const given = await call('POST', links, { body: { organization: organizationId } })
  assert.deepEqual([given.status, given.body], [201, link])
  assert.equal(outcome(await call('POST', links, { body: { organization: absent } })), '404 organization')
  assert.equal(outcome(await call('GET', '/api/v2/administrators/none/organizationlinks')), '400 id')
  const own = (await call('GET', '/api/users/getSelf')).body._id
  assert.equal((await call('GET', `/api/v2/administrators/${own}`)).body.roleName, 'Administrator With Billing')
})

test('password policies of groups hold for their members, by precedence', async () => {
  const name = fresh('group')
  const group = (await call('POST', '/api/v2/usergroups', { body: { name } })).body.id
  const userName = fresh('user')
  const user = (
    await call('POST', '/api/systemusers', { body: { username: userName, email: `${userName}@example.com` } })
  ).body._id
  await call('POST', `/api/v2/usergroups/${group}/members`, { body: { op: 'add', type: 'user', id: user } })
  const setPassword = (password: string) => call('POST', `/api/systemusers/${user}/password`, { body: { password } })
  assert.equal((await setPassword('Sixteen-letters1')).status, 200)
  const own = (await call('GET', `/api/v2/passwordpolicies/user/${user}`)).body
  assert.deepEqual([own.objectId, own.policy.default, own.groups], [organizationId, true, []])
  const made = await call('POST', '/api/v2/passwordpolicies', {
    body: { groupIds: [group], policy: { name: fresh('Strict'), minLength: 20 } },
  })
  assert.equal(made.status, 200)
  const { objectId } = made.body
  assert.deepEqual(made.body.groups, [{ groupId: group, name }])
  assert.equal((await call('GET', `/api/v2/passwordpolicies/user/${user}`)).body.objectId, objectId)
  assert.equal((await call('GET', `/api/v2/passwordpolicies/usergroup/${group}`)).body.objectId, objectId)
  assert.equal((await setPassword('Sixteen-letters2')).status, 400)
  assert.equal((await setPassword('Twenty-letters-or-more3')).status, 200)
  const second = { groupIds: [group], policy: { name: fresh('Second') } }
  assert.equal(outcome(await call('POST', '/api/v2/passwordpolicies', { body: second })), '409 groupIds')
  const precedence = [{ objectId, precedence: 7 }]
  assert.equal((await call('PUT', '/api/v2/passwordpolicies/precedence/set', { body: precedence })).status, 200)
  const changed = await call('PUT', `/api/v2/passwordpolicies/${objectId}`, {
    body: { groupIds: [], policy: { minLength: 9 } },
  })
  assert.deepEqual([changed.body.policy.minLength, changed.body.groups], [9, []])
  assert.equal((await setPassword('Sixteen-letters4')).status, 200)
  assert.equal(outcome(await call('GET', `/api/v2/passwordpolicies/usergroup/${group}`)), '404 userGroupId')
  assert.equal((await call('DELETE', '/api/v2/passwordpolicies', { body: { objectIds: [objectId] } })).status, 200)
  assert.equal(outcome(await call('GET', `/api/v2/passwordpolicies/${objectId}`)), '404 objectId')
  assert.equal(outcome(await call('DELETE', `/api/v2/passwordpolicies/${organizationId}`)), '400 objectId')
})

test('the words of a mail are chosen, read, replaced and forgotten', async () => {
  const type = 'password_expiration'
  const templates = (await call('GET', '/api/v2/customemail/templates')).body
  assert.equal(templates.length, 8)
  assert.equal(
    templates.find((one: { type: string }) => one.type === type).fields[0].defaultValue,
    'Your password has expired',
  )
  const path = `/api/v2/customemails/${type}`
  assert.equal(outcome(await call('GET', path)), '404 custom_email_type')
  const body = { type, subject: 'Time for a new password', body: 'Hello' }
  const made = await call('POST', '/api/v2/customemails', { body })
  assert.equal(made.status, 201)
  assert.deepEqual(made.body, { id: made.body.id, ...body })
  assert.equal(outcome(await call('POST', '/api/v2/customemails', { body })), '409 type')
  const replaced = await call('PUT', path, { body: { type, subject: 'Soon' } })
  assert.deepEqual(replaced.body, { id: made.body.id, type, subject: 'Soon' })
  assert.equal(outcome(await call('PUT', path, { body: { type: 'lockout_notice_user', subject: 'x' } })), '400 type')
  assert.equal(outcome(await call('PUT', path, { body: { subject: 'a\nb' } })), '400 subject')
  assert.equal((await call('DELETE', path)).status, 204)
  assert.equal(outcome(await call('GET', path)), '404 custom_email_type')
  assert.equal((await call('GET', '/api/v2/customemails/party_invitation')).status, 400)
})

test('a generated key is shown once, works, and ends the one that was generated before', async () => {
  const email = `${fresh('gen')}@example.com`
  const password = 'a password that was chosen'
  await call('POST', '/api/users', { body: { email, password, roleName: 'Read Only' } })
  const session = await signIn(hub.caller, { email, password })
  const headers = { cookie: session.cookie, 'x-csrf-token': session.csrfToken }
  const generate = async (sent: Record<string, string>) => {
    const { status, body } = await hub.caller.call({ method: 'POST', path: '/api/users/generateApiKey', headers: sent })
    assert.equal(status, 200)
    assert.equal(body.apiKeyHash.prefix, body.apiKey.slice(0, body.apiKeyHash.prefix.length))
    assert.ok(Date.parse(body.apiKeyHash.expireAt) > Date.parse(body.apiKeyHash.createdAt))
    return { 'x-api-key': String(body.apiKey) }
  }
  const readSelf = (sent: Record<string, string>) =>
    hub.caller.call({ method: 'GET', path: '/api/users/getSelf', headers: sent })
  const first = await generate(headers)
  assert.equal((await readSelf(first)).body.email, email)
  const named = { method: 'POST', path: '/hub/v1/api-keys', ...json({ name: 'mine' }) }
  const { secret } = (await hub.caller.call({ ...named, headers: { ...named.headers, ...headers } })).body
  const second = await generate(first)
  assert.equal((await readSelf(first)).status, 401)
  assert.equal((await readSelf(second)).status, 200)
  assert.equal((await readSelf({ 'x-api-key': secret })).status, 200)
})

test('a forgotten password is asked for without a key, tells nothing of addresses, and is throttled', async () => {
  const email = `${fresh('forgot')}@example.com`
  await call('POST', '/api/users', { body: { email, roleName: 'Read Only' } })
  const ask = (address: string) =>
    hub.caller.call({ method: 'POST', path: '/api/users/resetPassword', ...json({ email: address }) })
  for (const address of [email, 'nobody@example.com'])
    assert.deepEqual([(await ask(address)).status, (await ask(address)).body], [200, 'OK'])
  const journal = await call('GET', '/hub/v1/journal?action=administrator.password_reset_request')
  assert.deepEqual(
    journal.body.items.map(({ subject }: { subject: string }) => subject),
    [email, email],
  )
  for (let attempt = 0; attempt < 3; attempt += 1) await ask(email)
  const throttled = await ask(email)
  assert.equal(throttled.status, 429)
  assert.ok(Number(throttled.headers['retry-after']) > 0)
  assert.equal((await hub.caller.call({ method: 'POST', path: '/api/users/resetPassword', ...json({}) })).status, 400)
})

test('the organization has no features to switch and no subscriptions', async () => {
  const listed = await call('GET', '/api/v2/feature-settings?filter=feature.name:eq:mcp&filter=setting.name:eq:enabled')
  assert.deepEqual([listed.status, listed.body], [200, { features: [] }])
  assert.equal(outcome(await call('GET', '/api/v2/feature-settings?filter=feature.name')), '400 filter')
  const changed = await call('PUT', '/api/v2/feature-settings/mcp/enabled', { body: { value: true } })
  assert.equal(changed.status, 404)
  assert.deepEqual((await call('GET', '/api/v2/subscriptions')).body, [])
})
