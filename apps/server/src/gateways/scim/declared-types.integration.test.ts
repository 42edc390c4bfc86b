// Declared schemas and types of resources against the running hub: discovery, every form of change, uniqueness, bulk requests, ownership, what a
// declaration may become, and two hubs that see the same.
import assert from 'node:assert/strict'
import type { AddressInfo } from 'node:net'
import { after, before, test } from 'node:test'
import { systemClock } from '@lockstep/kernel/clock'
import { createContext } from '../../context.ts'
import { silentLog } from '../../platform/log/log.ts'
import { eventually } from '../../../../../tests/support/eventually.ts'
import { createCaller, json } from '../../../../../tests/support/http-call.ts'
import { type HubInProcess, startHubInProcess } from '../../../../../tests/support/hub-in-process.ts'
import { clientWith, refused, type ScimClient, scimClient, userUrn } from '../../../../../tests/support/scim-client.ts'

const deviceUrn = 'urn:example:params:scim:schemas:core:1.0:Device'
const warrantyUrn = 'urn:example:params:scim:schemas:extension:warranty:1.0:Device'

const device = [
  { name: 'displayName' },
  { name: 'serial', required: true, caseExact: true, uniqueness: 'server' },
  {
    name: 'owner',
    type: 'complex',
    subAttributes: [{ name: 'value' }, { name: '$ref', type: 'reference', referenceTypes: ['User'] }],
  },
  { name: 'next', type: 'complex', subAttributes: [{ name: 'value' }] },
  { name: 'tags', multiValued: true },
]

let hub: HubInProcess
let client: ScimClient
const keys = new Map<string, string>()

async function declare(id: string, attributes: readonly object[], types: readonly string[] = []): Promise<string> {
  const { key } = await hub.must('POST', '/hub/v1/scim-schemas', { id, attributes, extends: types })
  keys.set(id, key)
  return key as string
}

async function refusedHere(method: string, path: string, body: unknown, expected: readonly [number, string, RegExp]) {
  const answer = await hub.call({ method, path, ...(body === undefined ? {} : json(body)) })
  const [status, code, detail] = expected
  assert.deepEqual([answer.status, answer.body.code], [status, code], answer.text)
  assert.match(answer.body.detail, detail)
}

before(async () => {
  hub = await startHubInProcess({ background: false })
  client = await scimClient(hub)
  await declare(deviceUrn, device)
  await declare(warrantyUrn, [
    { name: 'until', type: 'dateTime' },
    { name: 'note', required: true },
  ])
  const { key } = await hub.must('POST', '/hub/v1/scim-resource-types', {
    name: 'Device',
    description: 'Laptops and telephones',
    endpoint: '/Devices',
    schema: deviceUrn,
    schemaExtensions: [{ schema: warrantyUrn }],
  })
  keys.set('Device', key)
})
after(() => hub.stop())

let serial = 0
const newDevice = (more: object = {}) => {
  serial += 1
  return client.must('POST', '/Devices', { schemas: [deviceUrn], serial: `SN-${serial}`, ...more })
}

test('a declared type is served among the resource types, with its schemas', async () => {
  assert.deepEqual(await client.must('GET', '/ResourceTypes/device'), {
    schemas: ['urn:ietf:params:scim:schemas:core:2.0:ResourceType'],
    id: 'Device',
    name: 'Device',
    description: 'Laptops and telephones',
    endpoint: '/Devices',
    schema: deviceUrn,
    schemaExtensions: [{ schema: warrantyUrn, required: false }],
    meta: { resourceType: 'ResourceType', location: 'http://hub.example/scim/v2/ResourceTypes/Device' },
  })
  for (const urn of [deviceUrn, warrantyUrn]) assert.equal((await client.must('GET', `/Schemas/${urn}`)).id, urn)
})

test('resources of a declared type are made, read, replaced, changed and deleted, with versions', async () => {
  const made = await newDevice({ externalId: 'x-1', displayName: 'Laptop', tags: ['a', 'b', 'a'] })
  assert.deepEqual([made.schemas, made.tags, made.meta.resourceType], [[deviceUrn], ['a', 'b'], 'Device'])
  const path = `/Devices/${made.id}`
  const { headers } = await client.send('GET', path)
  assert.equal((await client.send('GET', path, undefined, { 'if-none-match': String(headers['etag']) })).status, 304)
  await refused(client.send('PUT', path, { schemas: [deviceUrn] }), 400, 'invalidValue')
  const extended = await client.must('PUT', path, {
    schemas: [deviceUrn, warrantyUrn],
    serial: 'X',
    [warrantyUrn]: { note: 'n' },
  })
  assert.deepEqual([extended.displayName, extended.schemas], [undefined, [deviceUrn, warrantyUrn]])
  await refused(
    client.send(
      'PATCH',
      path,
      {
        schemas: ['urn:ietf:params:scim:api:messages:2.0:PatchOp'],
        Operations: [{ op: 'add', path: 'tags', value: ['z'] }],
      },
      { 'if-match': 'W/"1"' },
    ),
    412,
  )
  await refused(client.patch(path, { op: 'remove', path: 'serial' }), 400, 'mutability')
  await refused(client.patch(path, { op: 'remove', path: `${warrantyUrn}:note` }), 400, 'mutability')
  const { body } = await client.patch(
    path,
    { op: 'remove', path: warrantyUrn },
    { op: 'add', path: 'tags', value: ['z'] },
  )
  assert.deepEqual([body.schemas, body.tags], [[deviceUrn], ['z']])
  assert.deepEqual(await client.found('Devices', 'externalId eq "x-1"'), [])
  await client.patch(path, { op: 'add', path: 'externalId', value: 'x-2' })
  assert.deepEqual(await client.found('Devices', 'externalId eq "x-2" and tags eq "Z"'), [made.id])
  const journal = (await hub.must('GET', `/hub/v1/journal?subjectId=${made.id}`)).items
  assert.deepEqual(
    [...new Set(journal.map(({ action }: { action: string }) => action))],
    ['custom_resource.update', 'custom_resource.create'],
  )
  assert.equal((await client.send('DELETE', path)).status, 204)
  await refused(client.send('GET', path), 404)
})

test('pages by number and by cursor lead through the resources of a declared type once', async () => {
  for (let index = 0; index < 7; index += 1) await newDevice({ displayName: `page ${index % 3}` })
  const filter = `filter=${encodeURIComponent('displayName sw "PAGE"')}&sortBy=displayName`
  const seen: string[] = []
  for (let start = 1; start <= 7; start += 3)
    seen.push(
      ...(await client.must('GET', `/Devices?${filter}&startIndex=${start}&count=3`)).Resources.map(
        ({ id }: { id: string }) => id,
      ),
    )
  const walked: string[] = []
  for (let cursor: string | undefined = ''; cursor !== undefined;) {
    const page: { nextCursor?: string; totalResults: number; Resources: readonly { id: string }[] } = await client.must(
      'GET',
      `/Devices?${filter}&count=3&cursor=${encodeURIComponent(cursor)}`,
    )
    assert.equal(page.totalResults, 7)
    walked.push(...page.Resources.map(({ id }) => id))
    cursor = page.nextCursor
  }
  assert.deepEqual([new Set(seen).size, walked], [7, seen])
  const { Resources } = await client.must('GET', `/?filter=${encodeURIComponent('displayName eq "page 1"')}`)
  assert.deepEqual(
    new Set(Resources.map(({ meta }: { meta: { resourceType: string } }) => meta.resourceType)),
    new Set(['Device']),
  )
})

test('bulk requests make users and resources that refer to each other, in circles too', async () => {
  const { Operations } = await client.must('POST', '/Bulk', {
    schemas: ['urn:ietf:params:scim:api:messages:2.0:BulkRequest'],
    Operations: [
      {
        method: 'POST',
        path: '/Devices',
        bulkId: 'a',
        data: { schemas: [deviceUrn], serial: 'B-1', owner: { value: 'bulkId:u' }, next: { value: 'bulkId:b' } },
      },
      {
        method: 'POST',
        path: '/Devices',
        bulkId: 'b',
        data: { schemas: [deviceUrn], serial: 'B-2', next: { value: 'bulkId:a' } },
      },
      {
        method: 'POST',
        path: '/Users',
        bulkId: 'u',
        data: { schemas: [userUrn], userName: 'bulky', emails: [{ value: 'bulky@example.com' }] },
      },
      {
        method: 'POST',
        path: '/Devices',
        bulkId: 'c',
        data: { schemas: [deviceUrn], serial: 'B-2', owner: { value: 'bulkId:b' } },
      },
    ],
  })
  const idOf = (bulkId: string): string =>
    Operations.find((one: { bulkId: string }) => one.bulkId === bulkId)
      .location?.split('/')
      .at(-1)
  assert.deepEqual(Operations.map(({ status }: { status: string }) => status).toSorted(), ['201', '201', '201', '409'])
  const [a, b] = [await client.must('GET', `/Devices/${idOf('a')}`), await client.must('GET', `/Devices/${idOf('b')}`)]
  assert.deepEqual([a.owner.value, a.next.value, b.next.value], [idOf('u'), b.id, a.id])
  assert.deepEqual(await client.found('Devices', `owner.value eq "${idOf('u')}"`), [a.id])
})

test('what an integration made is its own, where it does not let others change it', async () => {
  const owner = await scimClient(hub, { othersMayChange: false })
  const { id } = await owner.must('POST', '/Devices', { schemas: [deviceUrn], serial: 'owned' })
  await refused(client.send('DELETE', `/Devices/${id}`), 403)
  await refused(client.patch(`/Devices/${id}`, { op: 'add', path: 'tags', value: ['x'] }), 403)
  assert.equal((await clientWith(hub, '', hub.owner.apiKey).send('DELETE', `/Devices/${id}`)).status, 204)
  const { items } = await hub.must('GET', `/hub/v1/scim-integrations/${owner.integrationId}/requests`)
  assert.equal(items[0].path, '/Devices')
})

test('of racing creations with the same unique value one succeeds; where letter case counts, another one is another value', async () => {
  const make = (value: string) => client.send('POST', '/Devices', { schemas: [deviceUrn], serial: value })
  const made = await Promise.all([make('SAME'), make('SAME'), make('SAME')])
  assert.deepEqual(made.map(({ status }) => String(status)).toSorted(), ['201', '409', '409'])
  await refused(make('SAME'), 409, 'uniqueness')
  const { body } = await make('same')
  assert.deepEqual(await client.found('Devices', 'serial eq "same"'), [body.id])
})

test('whoever may read integrations may read how many values there are', async () => {
  const path = `/hub/v1/scim-schemas/${keys.get(deviceUrn)}/value-counts`
  const headers = { 'x-api-key': hub.apiKeys.get('read_only') ?? '' }
  const asReader = await hub.caller.call({ method: 'GET', path, headers })
  assert.deepEqual([asReader.status, asReader.body], [200, await hub.must('GET', path)])
})

test('a type that others use stays, and goes with its resources only by their number', async () => {
  const schema = `/hub/v1/scim-schemas/${keys.get(deviceUrn)}`
  await refusedHere('DELETE', schema, undefined, [409, 'custom_schema_in_use', /The type "Device" uses/])
  const type = `/hub/v1/scim-resource-types/${keys.get('Device')}`
  const [{ resources }] = (await hub.must('GET', '/hub/v1/scim-resource-types')).items
  const told = new RegExp(`There are ${resources} resources.*discardResources: ${resources}`)
  await refusedHere('DELETE', type, undefined, [409, 'custom_schema_in_use', told])
  await refusedHere('DELETE', `${type}?discardResources=1`, undefined, [409, 'custom_schema_in_use', told])
  await hub.must('DELETE', `${type}?discardResources=${resources}`)
  await refused(client.send('GET', '/Devices'), 404)
  await hub.must('DELETE', schema)
  const [row] = await hub.database.query<{ count: number }>({ text: 'select count(*) as count from custom_resources' })
  assert.equal(row?.count, 0)
})

test('two hubs see what is declared at one of them, and a file declares at the start', async () => {
  const second = await createContext({
    ...{ database: hub.database, log: silentLog, clock: systemClock, masterKeyFile: hub.masterKeyFile },
    ...{
      version: '0.0.0',
      publicUrl: 'http://second.example',
      servesTls: false,
      http: {},
      portalFailuresPerAddress: 300,
    },
  })
  await second.http.fastify.listen({ host: '127.0.0.1', port: 0 })
  const other = createCaller((second.http.fastify.server.address() as AddressInfo).port)
  const typesThere = async (): Promise<readonly string[]> => {
    const headers = { authorization: `Bearer ${client.token}` }
    const { body } = await other.call({ method: 'GET', path: '/scim/v2/ResourceTypes', headers })
    return body.Resources.map(({ name }: { name: string }) => name)
  }
  try {
    assert.deepEqual(await typesThere(), ['User', 'Group'])
    const urn = 'urn:example:seen:1.0:Room'
    await declare(urn, [{ name: 'displayName' }])
    await hub.must('POST', '/hub/v1/scim-resource-types', { name: 'Room', endpoint: 'Rooms', schema: urn })
    await eventually(typesThere, (names) => names.includes('Room'))
    const id = 'urn:example:file:1.0:Key'
    const resourceTypes = [{ name: 'Key', endpoint: '/Keys', schema: id }]
    const file = { schemas: [{ id, attributes: [{ name: 'displayName' }] }], resourceTypes }
    for (let start = 0; start < 2; start += 1) await second.customSchemas.applyFile(file)
    assert.ok((await typesThere()).includes('Key'))
    const declared = (await hub.must('GET', '/hub/v1/scim-schemas')).items.find(
      ({ fromFile }: { fromFile: boolean }) => fromFile,
    )
    await refusedHere('DELETE', `/hub/v1/scim-schemas/${declared.key}`, undefined, [
      409,
      'custom_schema_from_file',
      /file/,
    ])
    await assert.rejects(
      second.customSchemas.applyFile({ schemas: [{ id, attributes: [{ name: 'displayName', type: 'integer' }] }] }),
      /schemas\.0\.attributes\.0\.type: "displayName" is of the type string/,
    )
    await second.customSchemas.applyFile({})
    assert.equal(
      (await hub.must('GET', '/hub/v1/scim-schemas')).items.some((one: { fromFile: boolean }) => one.fromFile),
      false,
    )
  } finally {
    other.close()
    await second.stop()
  }
})
