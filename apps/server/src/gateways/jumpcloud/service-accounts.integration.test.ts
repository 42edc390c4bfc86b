import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { json } from '../../../../../tests/support/http-call.ts'
import { type HubInProcess, startHubInProcess } from '../../../../../tests/support/hub-in-process.ts'
import { permissionsOfScopes } from '../../directory/access/scopes.rules.ts'

let hub: HubInProcess
before(async () => {
  hub = await startHubInProcess({ background: false })
})
after(() => hub.stop())

type Headers = Readonly<Record<string, string>>
const absent = 'f'.repeat(24)

async function call(method: string, path: string, options: { body?: unknown; headers?: Headers } = {}) {
  const { body, headers = {} } = options
  const sent = body === undefined ? {} : json(body)
  return hub.call({ method, path, ...sent, headers: { ...sent.headers, ...headers } })
}

/** As nobody but who the headers say. */
async function callAs(headers: Headers, method: string, path: string, body?: unknown) {
  const sent = body === undefined ? {} : json(body)
  return hub.caller.call({ method, path, ...sent, headers: { ...sent.headers, ...headers } })
}

/** A form to the token endpoint. */
async function form(path: string, fields: Readonly<Record<string, string>>, headers: Headers = {}) {
  const body = new URLSearchParams(fields).toString()
  const type = { 'content-type': 'application/x-www-form-urlencoded' }
  return hub.caller.call({ method: 'POST', path, body, headers: { ...type, ...headers } })
}

let count = 0
const fresh = (name: string): string => `${name} ${(count += 1)}`

async function makeRole(...scopes: string[]): Promise<string> {
  const made = await call('POST', '/api/v2/roles', { body: { name: fresh('Role'), scopes } })
  assert.equal(made.status, 201, made.text)
  return made.body.id
}

async function makeAccount(roleId: string, authType = 'API_KEY') {
  const config = authType === 'API_KEY' ? 'apiKeyConfig' : 'clientSecretConfig'
  const authConfig = { authType, [config]: { lifetime: '90 Days' } }
  const made = await call('POST', '/api/v2/service-accounts', { body: { name: fresh('Account'), roleId, authConfig } })
  assert.equal(made.status, 201, made.text)
  const { serviceAccount } = made.body
  return { account: serviceAccount, auth: serviceAccount.authConfigList[0][config] }
}

test('roles are listed with the hub’s own, and made, changed and deleted', async () => {
  const listed = await call('GET', '/api/v2/roles?limit=100')
  assert.deepEqual(Object.keys(listed.body), ['totalCount', 'results'])
  assert.equal(listed.headers['x-total-count'], String(listed.body.totalCount))
  const names = listed.body.results.map(({ name }: { name: string }) => name)
  assert.deepEqual(names.slice(0, 5), [
    'Administrator With Billing',
    'Administrator',
    'Manager',
    'Help Desk',
    'Read Only',
  ])
  const body = { name: fresh('Auditor'), scopes: ['users.readonly', 'mdm'], description: 'Looks' }
  const made = await call('POST', '/api/v2/roles', { body })
  assert.equal(made.status, 201)
  const { id, isCustom, createdBy } = made.body
  assert.equal(isCustom, true)
  assert.deepEqual(made.body.scopes, body.scopes)
  assert.equal(createdBy, (await call('GET', '/api/users/getSelf')).body._id)
  assert.equal((await call('POST', '/api/v2/roles', { body: { ...body, name: body.name.toUpperCase() } })).status, 409)
  assert.equal((await call('POST', '/api/v2/roles', { body: { name: 'read only', scopes: ['users'] } })).status, 409)
  const unknown = await call('POST', '/api/v2/roles', { body: { name: fresh('Role'), scopes: ['everything'] } })
  assert.deepEqual([unknown.status, unknown.body.field], [400, 'scopes'])
  const changed = await call('PUT', `/api/v2/roles/${id}`, { body: { name: body.name, scopes: ['users'] } })
  assert.deepEqual([changed.body.scopes, changed.body.description], [['users'], 'Looks'])
  const builtIn = listed.body.results[4].id
  assert.equal((await call('DELETE', `/api/v2/roles/${builtIn}`)).status, 409)
  assert.equal((await call('DELETE', `/api/v2/roles/${id}`)).status, 204)
  assert.equal((await call('GET', `/api/v2/roles/${id}`)).status, 404)
  assert.equal((await call('GET', '/api/v2/roles/none')).status, 400)
})

test('the scopes that are offered for roles come to something', async () => {
  const groups = (await call('GET', '/api/v2/scope-groups')).body
  assert.equal(groups.totalCount, groups.results.length)
  const values = groups.results.flatMap(({ scopes }: { scopes: { permissions: { values: string[] }[] }[] }) =>
    scopes.flatMap(({ permissions }) => permissions.flatMap(({ values: given }) => given)),
  )
  assert.ok(permissionsOfScopes(values).has('users.write'))
})

test('a key of a service account may do exactly what its scopes say, under every interface', async () => {
  const { account, auth } = await makeAccount(await makeRole('users.readonly', 'groups', 'directories.readonly'))
  assert.match(auth.apiKey, /^lss_/)
  assert.equal(auth.apiKeyPrefix, auth.apiKey.slice(0, 8))
  assert.deepEqual([auth.lifetime, auth.status, auth.createdBy.type], ['90 Days', 'ACTIVE', 'ADMIN'])
  for (const headers of [{ 'x-api-key': auth.apiKey }, { authorization: `Bearer ${auth.apiKey}` }]) {
    const status = async (method: string, path: string, body?: unknown): Promise<number> =>
      (await callAs(headers, method, path, body)).status
    assert.equal(await status('GET', '/api/systemusers'), 200)
    assert.equal(await status('GET', '/hub/v1/users'), 200)
    assert.equal(await status('POST', '/api/v2/usergroups', { name: fresh('Group') }), 201)
    assert.equal(await status('POST', '/hub/v1/groups', { name: fresh('Group') }), 201)
    assert.equal(await status('POST', '/api/systemusers', { username: 'x', email: 'x@example.com' }), 403)
    assert.equal(await status('GET', '/hub/v1/administrators'), 403)
    assert.equal(await status('GET', '/api/users'), 403)
    assert.equal(await status('GET', '/api/v2/service-accounts'), 403)
    assert.equal(await status('POST', '/hub/v1/api-keys', { name: 'own' }), 409)
  }
  const self = await callAs({ 'x-api-key': auth.apiKey }, 'GET', '/api/users/getSelf?fields=provider')
  assert.deepEqual(self.body, { _id: account.objectId, id: account.objectId, provider: null })
  const session = await callAs({ 'x-api-key': auth.apiKey }, 'GET', '/hub/v1/session')
  assert.equal(session.body.serviceAccount.name, account.name)
  assert.deepEqual(session.body.serviceAccount.permissions, [
    ...['users.read', 'groups.read', 'groups.write', 'directories.read'],
  ])
  const rows = (await call('GET', `/hub/v1/journal?actorId=${account.objectId}`)).body.items
  assert.ok(rows.length >= 4)
  assert.deepEqual(
    [rows[0].actorKind, rows[0].actor, rows[0].action],
    ['service_account', account.name, 'group.create'],
  )
})

test('a change of the role holds at once, and a role that is held stays', async () => {
  const roleId = await makeRole('users.readonly')
  const { auth } = await makeAccount(roleId)
  const headers = { 'x-api-key': auth.apiKey }
  assert.equal((await callAs(headers, 'GET', '/api/v2/usergroups')).status, 403)
  const name = (await call('GET', `/api/v2/roles/${roleId}`)).body.name
  await call('PUT', `/api/v2/roles/${roleId}`, { body: { name, scopes: ['groups.readonly'] } })
  assert.equal((await callAs(headers, 'GET', '/api/v2/usergroups')).status, 200)
  assert.equal((await callAs(headers, 'GET', '/api/systemusers')).status, 403)
  const inUse = await call('DELETE', `/api/v2/roles/${roleId}`)
  assert.deepEqual([inUse.status, inUse.body.message], [409, 'Somebody holds this role. Give them another one first.'])
})

test('secrets are shown once and stored as hashes; a removed credential and account are refused at once', async () => {
  const { account, auth } = await makeAccount(await makeRole('users'))
  const path = `/api/v2/service-accounts/${account.objectId}`
  const authConfig = { authType: 'API_KEY', apiKeyConfig: { lifetime: '30 Days' } }
  const second = (await call('POST', `${path}/auth-config`, { body: { authConfig } })).body.authConfig.apiKeyConfig
  const read = await call('GET', path)
  assert.equal(read.body.authConfigList.length, 2)
  for (const { apiKey } of [auth, second]) assert.ok(!read.text.includes(apiKey))
  const list = await call(
    'GET',
    `/api/v2/service-accounts?search.fields=name&search.searchTerm=${account.name.replace(' ', '+')}&sort=-name`,
  )
  const found = list.body.results.find(({ objectId }: { objectId: string }) => objectId === account.objectId)
  assert.deepEqual([found.name, found.authConfigList], [account.name, undefined])
  const stored = await hub.database.query<{ text: string }>({
    text: `select c::text || coalesce(j.details::text, '') as text from service_account_credentials c, journal j`,
  })
  for (const { text } of stored) for (const { apiKey } of [auth, second]) assert.ok(!text.includes(apiKey))
  const status = async (apiKey: string): Promise<number> =>
    (await callAs({ 'x-api-key': apiKey }, 'GET', '/api/systemusers')).status
  assert.deepEqual([await status(auth.apiKey), await status(second.apiKey)], [200, 200])
  assert.equal((await call('DELETE', `${path}/auth-config/${auth.objectId}`)).status, 200)
  assert.deepEqual([await status(auth.apiKey), await status(second.apiKey)], [401, 200])
  assert.equal((await call('DELETE', `${path}/auth-config/${auth.objectId}`)).status, 404)
  assert.equal((await call('DELETE', path)).status, 200)
  assert.equal(await status(second.apiKey), 401)
  assert.equal((await call('GET', path)).status, 404)
})

test('an account or credential that is made wrongly is refused by the field', async () => {
  const roleId = await makeRole('users')
  const config = { authType: 'API_KEY', apiKeyConfig: { lifetime: '90 Days' } }
  const faults: readonly (readonly [object, string])[] = [
    [{ name: 'x', authConfig: config }, 'roleId'],
    [{ name: 'x', roleId: absent, authConfig: config }, 'roleId'],
    [{ name: ' ', roleId, authConfig: config }, 'name'],
    [{ name: 'x', roleId }, 'authConfig'],
    [{ name: 'x', roleId, authConfig: { ...config, authType: 'PASSWORD' } }, 'authConfig.authType'],
    [
      { name: 'x', roleId, authConfig: { ...config, apiKeyConfig: { lifetime: '91 Days' } } },
      'authConfig.apiKeyConfig.lifetime',
    ],
    [{ name: 'x', roleId, authConfig: { authType: 'CLIENT_SECRET' } }, 'authConfig.clientSecretConfig.lifetime'],
  ]
  for (const [body, field] of faults) {
    const answer = await call('POST', '/api/v2/service-accounts', { body })
    assert.deepEqual([answer.status, answer.body.field], [400, field])
  }
})

test('nobody gives or gets hold of more than they may do themselves', async () => {
  const strong = (await call('GET', '/api/v2/roles')).body.results[0].id
  const target = await makeAccount(strong)
  const { auth } = await makeAccount(await makeRole('serviceaccounts', 'roles', 'administrators'))
  const headers = { 'x-api-key': auth.apiKey }
  const authConfig = { authType: 'API_KEY', apiKeyConfig: { lifetime: '90 Days' } }
  const refused = [
    await callAs(headers, 'POST', '/api/v2/service-accounts', { name: fresh('Account'), roleId: strong, authConfig }),
    await callAs(headers, 'POST', `/api/v2/service-accounts/${target.account.objectId}/auth-config`, { authConfig }),
    await callAs(headers, 'DELETE', `/api/v2/service-accounts/${target.account.objectId}`),
    await callAs(headers, 'POST', '/api/v2/roles', { name: fresh('Role'), scopes: ['users'] }),
    await callAs(headers, 'POST', '/api/users', { email: 'x@example.com', roleName: 'Manager' }),
  ]
  assert.deepEqual(
    refused.map(({ status }) => status),
    [403, 403, 403, 403, 403],
  )
  const made = await callAs(headers, 'POST', '/api/v2/roles', {
    name: fresh('Role'),
    scopes: ['roles.readonly', 'mdm'],
  })
  assert.equal(made.status, 201)
})

test('an administrator holds a custom role, by name, and may do what it says', async () => {
  const roleId = await makeRole('groups')
  const { name } = (await call('GET', `/api/v2/roles/${roleId}`)).body
  const made = (await call('POST', '/api/users', { body: { email: `${count}@example.com`, roleName: name } })).body
  assert.deepEqual([made.roleName, made.role, made.roleNames, made.roles], [name, roleId, [name], [roleId]])
  const listed = (await call('GET', '/hub/v1/administrators')).body.items.find(
    ({ id }: { id: string }) => id === made._id,
  )
  assert.deepEqual(listed.customRole, { id: roleId, name })
  const changed = await call('PATCH', `/hub/v1/administrators/${made._id}`, { body: { role: 'help_desk' } })
  assert.deepEqual([changed.body.role, changed.body.customRole], ['help_desk', undefined])
  assert.equal((await call('DELETE', `/api/v2/roles/${roleId}`)).status, 204)
})

test('a client secret becomes a bearer token that ends with it', async () => {
  const { account, auth } = await makeAccount(await makeRole('users', 'groups'), 'CLIENT_SECRET')
  assert.deepEqual(
    Object.keys(auth).filter((key) => key.startsWith('client')),
    ['clientId', 'clientSecret'],
  )
  const { clientId, clientSecret } = auth
  const grant = { grant_type: 'client_credentials' }
  const basic = { authorization: `Basic ${Buffer.from(`${clientId}:${clientSecret}`).toString('base64')}` }
  const issued = await form('/oauth2/token', { ...grant, scope: 'api' }, basic)
  assert.equal(issued.status, 200)
  assert.deepEqual([issued.body.token_type, issued.body.expires_in, issued.body.scope], ['bearer', 3600, 'api'])
  const token = String(issued.body.access_token)
  const use = async (bearer: string, path = '/api/systemusers'): Promise<number> =>
    (await callAs({ authorization: `Bearer ${bearer}` }, 'GET', path)).status
  assert.deepEqual(
    [await use(token), await use(token, '/hub/v1/groups'), await use(token, '/hub/v1/administrators')],
    [200, 200, 403],
  )
  assert.equal((await callAs({ 'x-api-key': clientSecret }, 'GET', '/api/systemusers')).status, 401)
  const narrow = await form('/oauth2/token', {
    ...grant,
    client_id: clientId,
    client_secret: clientSecret,
    scope: 'users.readonly',
  })
  assert.equal(narrow.body.scope, 'users.readonly')
  const narrowed = String(narrow.body.access_token)
  assert.deepEqual([await use(narrowed), await use(narrowed, '/hub/v1/groups')], [200, 403])
  const stored = await hub.database.query<{ text: string }>({ text: 'select t::text as text from access_tokens t' })
  for (const { text } of stored) assert.ok(!text.includes(token) && !text.includes(narrowed))
  assert.equal((await form('/oauth2/revoke', { token: narrowed }, basic)).status, 200)
  assert.equal((await form('/oauth2/revoke', { token: 'never given' }, basic)).status, 200)
  assert.deepEqual([await use(narrowed), await use(token)], [401, 200])
  const journal = (await call('GET', `/hub/v1/journal?actorId=${account.objectId}&action=service_account.sign_in`)).body
    .items
  assert.equal(journal.length, 2)
  await hub.database.execute({ text: `update access_tokens set expires = now() - interval '1 second'` })
  hub.context.access.accessChanged()
  assert.equal(await use(token), 401)
  const again = String((await form('/oauth2/token', grant, basic)).body.access_token)
  assert.equal(await use(again), 200)
  await call('DELETE', `/api/v2/service-accounts/${account.objectId}/auth-config/${auth.objectId}`)
  assert.equal(await use(again), 401)
  assert.equal((await form('/oauth2/token', grant, basic)).status, 401)
})

test('a disabled account’s keys and tokens are refused at once, and its keys work again when it is enabled', async () => {
  const { account, auth } = await makeAccount(await makeRole('users', 'serviceaccounts'), 'CLIENT_SECRET')
  const path = `/hub/v1/service-accounts/${account.objectId}`
  const key = (await call('POST', `${path}/credentials`, { body: { kind: 'api_key' } })).body.secret
  const basic = { authorization: `Basic ${Buffer.from(`${auth.clientId}:${auth.clientSecret}`).toString('base64')}` }
  const issue = () => form('/oauth2/token', { grant_type: 'client_credentials' }, basic)
  const token = String((await issue()).body.access_token)
  const use = async (headers: Headers): Promise<number> => (await callAs(headers, 'GET', '/api/systemusers')).status
  const tries = async () => [
    await use({ 'x-api-key': key }),
    await use({ authorization: `Bearer ${token}` }),
    (await issue()).status,
  ]
  assert.deepEqual(await tries(), [200, 200, 200])
  const disabled = await call('POST', `${path}/disable`)
  assert.equal(disabled.status, 200, disabled.text)
  assert.ok(disabled.body.disabled)
  assert.deepEqual(await tries(), [401, 401, 401])
  assert.equal((await call('POST', `${path}/disable`)).body.disabled, disabled.body.disabled)
  assert.equal((await call('GET', `/api/v2/service-accounts/${account.objectId}`)).body.status, 'EXPIRED')
  const enabled = await call('POST', `${path}/enable`)
  assert.deepEqual([enabled.status, enabled.body.disabled], [200, undefined])
  assert.deepEqual(await tries(), [200, 401, 200], 'tokens from before stay ended')
  assert.equal((await call('GET', `/api/v2/service-accounts/${account.objectId}`)).body.status, 'ACTIVE')
  const rows = (await call('GET', `/hub/v1/journal?subjectId=${account.objectId}`)).body.items
  const switched = rows
    .filter(({ action }: { action: string }) => /able$/.test(action))
    .map(({ action, changes }: { action: string; changes: unknown }) => [action, changes])
  assert.deepEqual(switched, [
    ['service_account.enable', { enabled: { before: false, after: true } }],
    ['service_account.disable', { enabled: { before: true, after: false } }],
  ])
  const strong = (await call('GET', '/api/v2/roles')).body.results[0].id
  const target = await makeAccount(strong)
  const beyond = await callAs(
    { 'x-api-key': key },
    'POST',
    `/hub/v1/service-accounts/${target.account.objectId}/disable`,
  )
  assert.equal(beyond.status, 403, 'nobody switches off what may do more than they may')
  assert.equal((await call('POST', `/hub/v1/service-accounts/${absent}/disable`)).status, 404)
})

test('the token endpoint refuses in the words of OAuth', async () => {
  const { auth } = await makeAccount(await makeRole('users.readonly'), 'CLIENT_SECRET')
  const { clientId: client_id, clientSecret: client_secret } = auth
  const client = { client_id, client_secret }
  const grant = { grant_type: 'client_credentials' }
  const cases: readonly (readonly [Record<string, string>, string])[] = [
    [{ ...client }, '400 invalid_request'],
    [{ ...client, grant_type: 'password' }, '400 unsupported_grant_type'],
    [{ ...client, ...grant, scope: 'users' }, '400 invalid_scope'],
    [{ ...client, ...grant, scope: 'everything' }, '400 invalid_scope'],
    [{ ...grant }, '401 invalid_client'],
    [{ ...grant, client_id, client_secret: 'wrong' }, '401 invalid_client'],
    [{ ...grant, client_id: absent, client_secret }, '401 invalid_client'],
  ]
  for (const [fields, expected] of cases) {
    const answer = await form('/oauth2/token', fields)
    assert.equal(`${answer.status} ${answer.body.error}`, expected)
    assert.equal(answer.headers['cache-control'], 'no-store')
  }
  const asJson = await hub.caller.call({ method: 'POST', path: '/oauth2/token', ...json({ ...client, ...grant }) })
  assert.equal(asJson.status, 415)
  let last = ''
  for (let guess = 0; guess < 40; guess += 1) {
    const answer = await form('/oauth2/token', { ...grant, client_id, client_secret: `wrong ${guess}` })
    last = `${answer.status} ${answer.body.error}`
  }
  assert.equal(last, '429 temporarily_unavailable')
})

test('a role that sees no directories gets what it made and read, without them', async () => {
  const { auth } = await makeAccount(await makeRole('users', 'groups'))
  const headers = { 'x-api-key': auth.apiKey }
  const made = await callAs(headers, 'POST', '/hub/v1/groups', { name: fresh('Group') })
  assert.deepEqual([made.status, made.body.directories], [201, []])
  const read = await callAs(headers, 'GET', `/hub/v1/groups/${made.body.id}`)
  assert.deepEqual([read.status, read.body], [200, made.body])
  const user = { username: 'nodir', email: 'nodir@example.com' }
  const person = await callAs(headers, 'POST', '/hub/v1/users', user)
  assert.deepEqual([person.status, person.body.accounts], [201, []])
})

test('a role that may not read users is refused before it makes one', async () => {
  const scopes = ['create', 'properties', 'password', 'mfa', 'notification', 'state.activate', 'state.unlock']
  const { auth } = await makeAccount(await makeRole(...scopes.map((scope) => `users.${scope}`)))
  const user = { username: 'unseen', email: 'unseen@example.com' }
  assert.equal((await callAs({ 'x-api-key': auth.apiKey }, 'POST', '/hub/v1/users', user)).status, 403)
  assert.equal((await call('GET', '/hub/v1/users?search=unseen')).body.total, 0)
})
