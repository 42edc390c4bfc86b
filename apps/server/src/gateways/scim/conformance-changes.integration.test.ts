// Replacement, preconditions and concurrency: requirements of the RFCs against the running hub, each by its number in the list of requirements.
import assert from 'node:assert/strict'
import type { AddressInfo } from 'node:net'
import { after, before, test } from 'node:test'
import { type HubInProcess, startHubInProcess } from '../../../../../tests/support/hub-in-process.ts'
import { type Caller, createCaller } from '../../../../../tests/support/http-call.ts'
import { proves } from '../../../../../tests/support/proves.ts'
import {
  clientWith,
  enterprise,
  groupUrn,
  patchUrn,
  refused,
  type ScimClient,
  scimClient,
  userUrn,
} from '../../../../../tests/support/scim-client.ts'

let hub: HubInProcess
let client: ScimClient
/** Sixteen clients with tokens of their own, none of whom waits for another's connection. */
let crowd: readonly ScimClient[]
let callers: readonly Caller[]
before(async () => {
  hub = await startHubInProcess({ background: false })
  client = await scimClient(hub)
  const { port } = hub.context.http.fastify.server.address() as AddressInfo
  callers = Array.from({ length: 16 }, () => createCaller(port, 4))
  crowd = await Promise.all(
    callers.map(async (caller) => {
      const { integrationId, token } = await scimClient(hub)
      return clientWith({ ...hub, caller }, integrationId, token)
    }),
  )
})
const oneOf = (clients: readonly ScimClient[], index: number): ScimClient =>
  clients[index % clients.length] as ScimClient
after(async () => {
  for (const caller of callers) caller.close()
  await hub.stop()
})

proves(['G1', 'G2'], 'PUT replaces', async () => {
  const made = await client.user('g1', { title: 'T', nickName: 'N', active: false, roles: [{ value: 'r' }] })
  const put = await client.send(
    'PUT',
    `/Users/${made.id}`,
    { schemas: [userUrn], id: 'x', meta: {}, userName: 'g1', emails: made.emails, displayName: 'New' },
    { 'if-match': made.meta.version },
  )
  assert.deepEqual(
    [put.status, put.body.title, put.body.nickName, put.body.roles, put.body.displayName, put.body.active],
    [200, undefined, undefined, undefined, 'New', false],
  )
  await refused(client.send('PUT', `/Users/${made.id}`, made, { 'if-match': made.meta.version }), 412)
  const group = await client.group('g1', { members: [{ value: made.id }] })
  assert.equal(
    (await client.must('PUT', `/Groups/${group.id}`, { schemas: [groupUrn], displayName: 'g1 renamed' })).members,
    undefined,
  )
})

proves(['H2', 'H3'], 'preconditions', async () => {
  const made = await client.user('h2')
  const path = `/Users/${made.id}`
  const patch = { schemas: [patchUrn], Operations: [{ op: 'replace', path: 'title', value: 'x' }] }
  assert.equal((await client.send('GET', path, undefined, { 'if-none-match': made.meta.version })).status, 304)
  assert.equal((await client.send('GET', path, undefined, { 'if-none-match': '*' })).status, 304)
  await refused(client.send('PATCH', path, patch, { 'if-match': 'W/"99"' }), 412)
  await refused(client.send('PUT', path, made, { 'if-none-match': '*' }), 412)
  assert.equal((await client.send('PATCH', path, patch, { 'if-match': `"zz", ${made.meta.version}` })).status, 200)
  assert.equal((await client.send('PATCH', path, patch, { 'if-match': '*' })).status, 200)
  const { headers } = await client.send('GET', path)
  const racing = Array.from({ length: 6 }, (_, index) =>
    client.send(
      'PATCH',
      path,
      { schemas: [patchUrn], Operations: [{ op: 'replace', path: 'title', value: `t${index}` }] },
      { 'if-match': String(headers.etag) },
    ),
  )
  const statuses = (await Promise.all(racing)).map(({ status }) => status)
  assert.deepEqual(
    statuses.toSorted((a, b) => a - b),
    [200, 412, 412, 412, 412, 412],
  )
  // Of many who saw the same members, one changes them.
  const people = await Promise.all(Array.from({ length: 8 }, (_each, index) => client.user(`h3member${index}`)))
  for (const verb of ['add', 'replace']) {
    const shared = await client.group(`h3 ${verb}`, { members: [{ value: people[0].id }] })
    const body = (id: string) => ({
      schemas: [patchUrn],
      Operations: [{ op: verb, path: 'members', value: [{ value: id }] }],
    })
    const answers = await Promise.all(
      people
        .slice(1)
        .map(({ id }) => client.send('PATCH', `/Groups/${shared.id}`, body(id), { 'if-match': shared.meta.version })),
    )
    const told = answers.map(({ status }) => status).toSorted((a, b) => a - b)
    assert.deepEqual(told, [204, 412, 412, 412, 412, 412, 412], verb)
  }
  // Who saw the members of before does not delete the group of now, in whatever order the two come.
  for (let round = 0; round < 8; round += 1) {
    const shared = await client.group(`h3 gone ${round}`)
    const headers = { 'if-match': shared.meta.version }
    const joins = {
      schemas: [patchUrn],
      Operations: [{ op: 'add', path: 'members', value: [{ value: people[0].id }] }],
    }
    const both = await Promise.all([
      client.send('PATCH', `/Groups/${shared.id}`, joins, headers),
      client.send('DELETE', `/Groups/${shared.id}`, undefined, headers),
    ])
    assert.equal(both.filter(({ status }) => status === 204).length, 1, both.map(({ status }) => status).join())
  }
})

proves(['G16'], 'a thousand members who are added at once are all there', async () => {
  const schemas = ['urn:ietf:params:scim:api:messages:2.0:BulkRequest']
  const ids: string[] = []
  while (ids.length < 1000) {
    const names = Array.from({ length: 100 }, (_, index) => `g16n${ids.length + index}`)
    const Operations = names.map((userName) => ({
      method: 'POST',
      path: '/Users',
      bulkId: userName,
      data: { schemas: [userUrn], userName, emails: [{ value: `${userName}@example.com` }] },
    }))
    const { Operations: users } = await client.must('POST', '/Bulk', { schemas, Operations })
    ids.push(...users.map(({ location }: { location: string }) => location.split('/').at(-1)))
  }
  const group = await client.group('g16')
  const answers = await Promise.all(
    ids.map((id, index) =>
      oneOf(crowd, index).patch(`/Groups/${group.id}`, {
        op: 'Add',
        path: 'members',
        value: [{ $ref: null, value: id }],
      }),
    ),
  )
  assert.ok(answers.every(({ status }) => status === 204))
  const { members } = await client.must('GET', `/Groups/${group.id}`)
  assert.deepEqual(members.map(({ value }: { value: string }) => value).toSorted(), ids.toSorted())
})

test('attributes of one user that sixteen clients change at once are all kept', async () => {
  const made = await client.user('many')
  const names = [
    'title',
    'nickName',
    'displayName',
    'userType',
    'locale',
    'timezone',
    'preferredLanguage',
    'profileUrl',
    'name.givenName',
    'name.familyName',
    'name.middleName',
    'name.formatted',
    `${enterprise}:division`,
    `${enterprise}:department`,
    `${enterprise}:costCenter`,
    `${enterprise}:organization`,
  ]
  const answers = await Promise.all(
    names.map((path, index) => oneOf(crowd, index).patch(`/Users/${made.id}`, { op: 'replace', path, value: 'set' })),
  )
  assert.deepEqual([...new Set(answers.map(({ status }) => status))], [200])
  const user = await client.must('GET', `/Users/${made.id}`)
  assert.equal(JSON.stringify(user).split('"set"').length - 1, names.length)
})

test('of racing creations of one user by sixteen clients one succeeds', async () => {
  const body = { schemas: [userUrn], userName: 'racer', emails: [{ value: 'racer@example.com' }] }
  const answers = await Promise.all(crowd.map((one) => one.send('POST', '/Users', body)))
  assert.deepEqual(
    answers.map(({ status }) => status).toSorted((a, b) => a - b),
    [201, ...Array.from({ length: 15 }, () => 409)],
  )
})
