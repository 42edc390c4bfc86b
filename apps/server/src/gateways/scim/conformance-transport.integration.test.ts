// Transport, errors, credentials, discovery, bulk requests and /Me: requirements of the RFCs against the running hub, each by its number in the list of requirements.
import assert from 'node:assert/strict'
import { after, before } from 'node:test'
import { type HubInProcess, startHubInProcess } from '../../../../../tests/support/hub-in-process.ts'
import { proves } from '../../../../../tests/support/proves.ts'
import {
  clientWith,
  enterprise,
  groupUrn,
  patchUrn,
  refused,
  type ScimClient,
  scimClient,
  scimType,
  userUrn,
} from '../../../../../tests/support/scim-client.ts'

const users = '/Users'

let hub: HubInProcess
let client: ScimClient
let strict: ScimClient
before(async () => {
  hub = await startHubInProcess({ background: false })
  client = await scimClient(hub)
  strict = await scimClient(hub, { profile: 'strict' })
})
after(() => hub.stop())

proves(['A1', 'A2', 'A14', 'A15', 'D2', 'E1'], 'answers are of the protocol’s type, with address and tag', async () => {
  const answer = await client.send(
    'POST',
    '/Users',
    { schemas: [userUrn], id: 'mine', userName: 'a1', emails: [{ value: 'a1@example.com' }] },
    { 'content-type': 'application/scim+json; charset=utf-8' },
  )
  assert.deepEqual([answer.status, answer.headers['content-type']], [201, scimType], answer.text)
  assert.equal(answer.headers.location, answer.body.meta.location)
  assert.equal(answer.headers.location, `http://hub.example/scim/v2/Users/${answer.body.id}`)
  assert.equal(answer.headers.etag, answer.body.meta.version)
  assert.match(answer.body.id, /^[0-9a-f]{24}$/)
  assert.equal(
    (await client.send('GET', `/Users/${answer.body.id}`, undefined, { accept: 'application/json' })).headers.location,
    answer.body.meta.location,
  )
})

proves(['A3', 'A4', 'A5', 'A6', 'A7', 'A8', 'B1', 'E3'], 'every failure is worded in the protocol', async () => {
  await refused(client.send('POST', '/Users', '<x/>', { 'content-type': 'application/xml' }), 415)
  await refused(client.send('POST', '/Users', '{"a":', {}), 400, 'invalidSyntax')
  await refused(client.send('POST', '/Users', '[1]', {}), 400, 'invalidSyntax')
  await refused(client.send('POST', '/Users', { schemas: ['urn:nothing'], userName: 'x' }), 400, 'invalidSyntax')
  await refused(strict.send('POST', '/Users', { userName: 'x' }), 400, 'invalidSyntax')
  await refused(client.send('POST', '/Users', `{"a":"${'x'.repeat(1_100_000)}"}`), 413)
  await refused(client.send('GET', '/Nothing'), 404)
  for (const id of ['nope', '00919288221112222', 'x'.repeat(300), 'f'.repeat(24)])
    for (const [method, body] of [
      ['GET'],
      ['DELETE'],
      ['PUT', { schemas: [userUrn], userName: 'x', emails: [{ value: 'x@x.example' }] }],
      ['PATCH', { schemas: [patchUrn], Operations: [{ op: 'add', path: 'title', value: 'x' }] }],
    ] as const)
      await refused(client.send(method, `/Users/${id}`, body), 404)
  const wrong = await client.send('PUT', '/Users', {})
  assert.deepEqual([wrong.status, wrong.headers.allow, wrong.body.status], [405, 'GET, POST', '405'])
  await refused(client.send('POST', `${users}/0123`, {}), 405)
  for (const headers of [{}, { authorization: 'Bearer nothing' }, { authorization: 'Basic eDp5' }]) {
    const answer = await hub.caller.call({ method: 'GET', path: '/scim/v2/Users', headers })
    assert.match(String(answer.headers['www-authenticate']), /^Bearer realm=/)
    await refused(Promise.resolve(answer), 401)
  }
})

proves(['A9', 'B2', 'B3'], 'the base without a version is served, and another version is refused', async () => {
  const auth = { authorization: `Bearer ${client.token}` }
  assert.equal((await hub.caller.call({ method: 'GET', path: '/scim/Users?count=0', headers: auth })).status, 200)
  // Nothing is told without a credential in the header.
  for (const path of ['ServiceProviderConfig', `Users?access_token=${client.token}`])
    await refused(hub.caller.call({ method: 'GET', path: `/scim/v2/${path}` }), 401)
  await refused(hub.caller.call({ method: 'GET', path: '/scim/v9/Users', headers: auth }), 400, 'invalidVers')
})

proves(['A13', 'D7'], 'keys that stand twice, reach prototypes or lie too deep are refused', async () => {
  await refused(client.send('POST', '/Users', '{"userName":"a","userName":"b"}'), 400, 'invalidSyntax')
  await refused(client.send('POST', '/Users', '{"userName":"a","USERNAME":"b"}'), 400, 'invalidSyntax')
  await refused(client.send('POST', '/Users', '{"__proto__":{}}'), 400, 'invalidSyntax')
  await refused(client.send('POST', '/Users', `{"a":${'['.repeat(40)}${']'.repeat(40)}}`), 400, 'invalidSyntax')
  const made = await client.must('POST', '/Users', {
    SCHEMAS: [userUrn.toUpperCase()],
    USERNAME: 'd7',
    Emails: [{ VALUE: 'd7@example.com' }],
    NICKname: 'D',
  })
  assert.deepEqual([made.userName, made.nickName, made.emails], ['d7', 'D', [{ value: 'd7@example.com' }]])
})

proves(['B4'], 'an integration has several tokens, each revoked at once', async () => {
  const path = `/hub/v1/scim-integrations/${client.integrationId}/tokens`
  const { token, secret } = await hub.must('POST', path, { lifetimeDays: 1 })
  const other = clientWith(hub, client.integrationId, secret)
  assert.equal((await other.send('GET', '/Users?count=0')).status, 200)
  assert.equal((await hub.call({ method: 'DELETE', path: `${path}/${token.id}` })).status, 204)
  assert.equal((await other.send('GET', '/Users?count=0')).status, 401)
  assert.equal((await client.send('GET', '/Users?count=0')).status, 200)
  assert.equal(
    (
      await hub.caller.call({
        method: 'GET',
        path: '/hub/v1/users',
        headers: { authorization: `Bearer ${client.token}` },
      })
    ).status,
    401,
  )
})

proves(['C1', 'C2', 'C3', 'C4', 'C5', 'C8', 'C10', 'C11'], 'discovery tells what there is', async () => {
  const config = await client.must('GET', '/ServiceProviderConfig')
  for (const feature of ['patch', 'bulk', 'filter', 'changePassword', 'sort', 'etag'])
    assert.equal(config[feature].supported, true, feature)
  assert.deepEqual(
    [config.pagination.cursor, config.pagination.index, config.authenticationSchemes[0].type],
    [true, true, 'oauthbearertoken'],
  )
  const types = await client.must('GET', '/ResourceTypes')
  const schemas = await client.must('GET', '/Schemas')
  const ids = schemas.Resources.map(({ id }: { id: string }) => id)
  assert.ok(!ids.some((id: string) => id.includes(':api:')))
  for (const type of types.Resources) {
    assert.deepEqual(await client.must('GET', `/ResourceTypes/${type.id}`), type)
    for (const urn of [type.schema, ...type.schemaExtensions.map(({ schema }: { schema: string }) => schema)]) {
      assert.ok(ids.includes(urn), urn)
      assert.equal((await client.must('GET', `/Schemas/${urn.toUpperCase()}`)).id, urn)
    }
  }
  assert.deepEqual(
    types.Resources.map(({ name }: { name: string }) => name),
    ['User', 'Group'],
  )
  const keys = [
    'name',
    'type',
    'description',
    'multiValued',
    'required',
    'caseExact',
    'mutability',
    'returned',
    'uniqueness',
  ]
  for (const { attributes } of schemas.Resources)
    for (const one of attributes) for (const key of keys) assert.ok(one[key] !== null && one[key] !== undefined, key)
  assert.ok(!JSON.stringify(schemas).includes('null'))
  await refused(client.send('GET', '/Schemas/urn:nothing'), 404)
})

proves(['C6', 'C7', 'C12'], 'discovery ignores pages, refuses filters and changes, and has tags', async () => {
  assert.equal((await client.must('GET', '/Schemas?startIndex=2&count=1&attributes=id&sortBy=id')).totalResults, 5)
  await refused(client.send('GET', '/Schemas?filter=id+pr'), 403)
  for (const method of ['POST', 'PUT', 'PATCH', 'DELETE'])
    await refused(client.send(method, '/Schemas', method === 'DELETE' ? undefined : {}), 405)
  const { headers } = await client.send('GET', '/Schemas')
  assert.equal((await client.send('GET', '/Schemas', undefined, { 'if-none-match': String(headers.etag) })).status, 304)
})

proves(['I1', 'I2', 'I3', 'I4', 'I5', 'I6', 'I7', 'I8', 'H5'], 'bulk requests', async () => {
  const schemas = ['urn:ietf:params:scim:api:messages:2.0:BulkRequest']
  const bulk = (Operations: readonly object[], more: object = {}) =>
    client.send('POST', '/Bulk', { schemas, Operations, ...more })
  const newUser = (bulkId: string, more: object = {}) => ({
    method: 'POST',
    path: '/Users',
    bulkId,
    data: { schemas: [userUrn], userName: bulkId, emails: [{ value: `${bulkId}@example.com` }], ...more },
  })
  const made = await bulk([
    {
      method: 'POST',
      path: '/Groups',
      bulkId: 'grp',
      data: { schemas: [groupUrn], displayName: 'i4', members: [{ value: 'bulkId:i4a' }] },
    },
    newUser('i4a', { [enterprise]: { manager: { value: 'bulkId:i4b' } } }),
    newUser('i4b', { [enterprise]: { manager: { value: 'bulkId:i4a' } } }),
    { method: 'PATCH', path: `${users}/bulkId:i4a`, data: { Operations: [{ op: 'add', path: 'title', value: 'x' }] } },
  ])
  assert.equal(made.status, 200, made.text)
  assert.deepEqual(
    made.body.Operations.map(({ status }: { status: string }) => status).toSorted(),
    ['200', '201', '201', '201'],
    made.text,
  )
  const idOf = (bulkId: string): string =>
    made.body.Operations.find((one: { bulkId?: string; location: string }) => one.bulkId === bulkId)
      .location.split('/')
      .at(-1)
  assert.equal((await client.must('GET', `/Users/${idOf('i4a')}`))[enterprise].manager.value, idOf('i4b'))
  assert.equal((await client.must('GET', `/Users/${idOf('i4b')}`))[enterprise].manager.value, idOf('i4a'))
  assert.equal((await client.must('GET', `/Groups/${idOf('grp')}`)).members[0].value, idOf('i4a'))
  const failing = [
    newUser('i4a'),
    newUser('i3x'),
    { method: 'GET', path: '/Users' },
    newUser('i3y'),
    { method: 'POST', path: '/Users', data: {} },
    { method: 'DELETE', path: `${users}/bulkId:none` },
  ]
  const all = await bulk(failing)
  assert.deepEqual(
    all.body.Operations.map(({ status }: { status: string }) => status),
    ['409', '201', '405', '201', '400', '409'],
    all.text,
  )
  assert.deepEqual(
    [all.body.Operations[0].response.scimType, all.body.Operations[0].location],
    ['uniqueness', undefined],
  )
  assert.equal((await bulk([newUser('i4a'), newUser('i3z')], { failOnErrors: 1 })).body.Operations.length, 1)
  const versioned = await bulk([{ method: 'DELETE', path: `/Users/${idOf('i4a')}`, version: 'W/"0"' }])
  assert.equal(versioned.body.Operations[0].status, '412')
  await refused(bulk([newUser('same'), newUser('same')]), 400, 'invalidSyntax')
  const limits = /1000 operations.*4194304 bytes/
  const tooMany = await bulk(Array.from({ length: 1001 }, () => ({ method: 'GET', path: '/Users' })))
  assert.deepEqual([tooMany.status, tooMany.body.status], [413, '413'])
  assert.match(tooMany.body.detail, limits)
  // Refused for what it announces: of what is never sent, nothing can be lost.
  const head = [`POST /scim/v2/Bulk HTTP/1.1`, 'Host: hub', `Authorization: Bearer ${client.token}`]
  const tooLong = await hub.caller.sendRaw([...head, 'Content-Length: 4194305', '', ''].join('\r\n'))
  assert.match(tooLong, /^HTTP\/1\.1 413 [^]*application\/scim\+json/)
  assert.match(tooLong, limits)
  const log = await hub.must(
    'GET',
    `/hub/v1/scim-integrations/${client.integrationId}/requests?status=413&path=%2FBulk`,
  )
  assert.deepEqual(
    log.items.map(({ path, words }: { path: string; words: string }) => [path, limits.test(words)]),
    [
      ['/Bulk', true],
      ['/Bulk', true],
    ],
  )
  const filled = JSON.stringify({ schemas, Operations: [], filling: 'x'.repeat(4_000_000) })
  for (const path of ['/scim/v2/Bulk', '/scim/Bulk']) {
    const headers = { authorization: `Bearer ${client.token}`, 'content-type': scimType }
    const answer = await hub.caller.call({ method: 'POST', path, headers, body: filled })
    assert.equal(answer.status, 200, path)
  }
})

proves(['J1', 'J2', 'J4'], 'Me, HEAD, and the journal', async () => {
  await refused(client.send('GET', '/Me'), 501)
  const admin = clientWith(hub, '', hub.owner.apiKey)
  await refused(admin.send('GET', '/Me'), 501)
  const own = await client.user('j1owner', { emails: [{ value: hub.owner.email, type: 'work' }] })
  const me = await admin.send('GET', '/Me')
  assert.deepEqual([me.status, me.headers.location], [200, own.meta.location])
  const head = await client.send('HEAD', `/Users/${own.id}`)
  assert.deepEqual([head.status, head.text, head.headers.etag], [200, '', own.meta.version])
  for (const [path, allow] of [
    ['/Users', 'GET, POST, HEAD, OPTIONS'],
    [`/Users/${own.id}`, 'GET, PUT, PATCH, DELETE, HEAD, OPTIONS'],
    ['/Bulk', 'POST, OPTIONS'],
    ['/Schemas', 'GET, HEAD, OPTIONS'],
    ['', 'GET, HEAD, OPTIONS'],
  ] as const) {
    const options = await client.send('OPTIONS', path)
    assert.deepEqual([path, options.status, options.text, options.headers.allow], [path, 204, '', allow])
  }
  await refused(client.send('OPTIONS', '/Nothing'), 404)
  await refused(hub.caller.call({ method: 'OPTIONS', path: '/scim/v2/Users' }), 401)
  const { items } = await hub.must('GET', `/hub/v1/journal?subjectId=${own.id}`)
  assert.deepEqual(
    [items[0].actorKind, items[0].action, items[0].correlationId === undefined],
    ['integration', 'user.create', false],
  )
})

// RFC 9967 lets a server say which security events it hands out, and answer later when it hands them out; this one hands out none.
proves(['C9', 'J3'], 'no events are promised, and a wish to be answered later is left aside', async () => {
  const { body } = await client.send('GET', '/ServiceProviderConfig')
  assert.equal('securityEvents' in body, false)
  const made = { schemas: [userUrn], userName: 'j3', emails: [{ value: 'j3@example.com' }] }
  const answer = await client.send('POST', '/Users', made, { prefer: 'respond-async' })
  const { 'set-txn': transaction, 'preference-applied': applied } = answer.headers
  assert.deepEqual([answer.status, answer.body.userName, transaction, applied], [201, 'j3', undefined, undefined])
})
