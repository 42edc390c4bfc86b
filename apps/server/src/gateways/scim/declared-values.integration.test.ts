// Values of declared attributes from the administrator's side: shown and set at the hub's own interface by the rules that clients meet, owned by
// integrations, and set by rows of their tables.
import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { eventually } from '../../../../../tests/support/eventually.ts'
import { json } from '../../../../../tests/support/http-call.ts'
import { type HubInProcess, startHubInProcess } from '../../../../../tests/support/hub-in-process.ts'
import { scimClient, userUrn } from '../../../../../tests/support/scim-client.ts'

const urn = 'urn:example:badge:1.0:User'
const attributes = [
  { name: 'number', type: 'integer', uniqueness: 'server' },
  { name: 'grade', mutability: 'readOnly', canonicalValues: ['A', 'B'] },
  { name: 'issued', type: 'dateTime', mutability: 'immutable' },
  {
    name: 'doors',
    type: 'complex',
    multiValued: true,
    subAttributes: [{ name: 'value', required: true }, { name: 'type' }],
  },
  {
    ...{ name: 'holder', type: 'complex' },
    subAttributes: [
      { name: 'name' },
      { name: 'since', mutability: 'immutable' },
      { name: 'by', mutability: 'readOnly' },
    ],
  },
  { name: 'pin', mutability: 'writeOnly' },
]

let hub: HubInProcess
let key: string
before(async () => {
  hub = await startHubInProcess({ background: true })
  const declaration = { id: urn, name: 'Badge', attributes, extends: ['User', 'Group'] }
  key = (await hub.must('POST', '/hub/v1/scim-schemas', declaration)).key
})
after(() => hub.stop())

async function hubUser(username: string): Promise<string> {
  const made = await hub.must('POST', '/hub/v1/users', { username, email: `${username}@example.com` })
  return `/hub/v1/users/${made.id as string}`
}

const set = (path: string, values: object, more: object = {}) =>
  hub.call({ method: 'PATCH', path: `${path}/declared-values`, ...json({ schema: urn, values, ...more }) })

async function valuesOf(path: string): Promise<readonly [unknown, unknown]> {
  const [only] = (await hub.must('GET', `${path}/declared-values`)).schemas
  return [only.values, only.secrets]
}

async function refusedAt(
  answer: ReturnType<typeof set>,
  expected: readonly [number, string, string, RegExp],
): Promise<void> {
  const { status, body, text } = await answer
  const [wanted, code, field, detail] = expected
  assert.deepEqual([status, body.code, body.field], [wanted, code, field], text)
  assert.match(body.detail, detail)
}

test('an administrator sets what clients only read, and reads everything but secrets', async () => {
  const path = await hubUser('reader')
  const { schemas } = await hub.must('GET', `${path}/declared-values`)
  assert.deepEqual([schemas[0].id, schemas[0].name, schemas[0].values, schemas[0].secrets], [urn, 'Badge', {}, []])
  assert.equal(schemas[0].attributes[1].mutability, 'readOnly')
  const values = { grade: 'A', number: 7, doors: [{ value: 'north' }], holder: { by: 'desk' }, pin: '4711' }
  const { status, body, text } = await set(path, values)
  assert.equal(status, 200, text)
  assert.doesNotMatch(text, /4711/)
  const shown = { grade: 'A', number: 7, doors: [{ value: 'north' }], holder: { by: 'desk' } }
  assert.deepEqual([body.schemas[0].values, body.schemas[0].secrets], [shown, ['pin']])
  const again = await set(path, { grade: null, number: null, doors: [], holder: null, pin: null })
  assert.deepEqual([again.body.schemas[0].values, again.body.schemas[0].secrets], [{}, []])
})

test('a client reads what an administrator set, and neither a change nor a replacement takes it away', async () => {
  const client = await scimClient(hub)
  const { id } = await client.user('kept', { [urn]: { number: 5 } })
  await set(`/hub/v1/users/${id}`, { grade: 'B' })
  assert.deepEqual((await client.must('GET', `/Users/${id}`))[urn], { number: 5, grade: 'B' })
  const sent = { schemas: [userUrn], userName: 'kept', emails: [{ value: 'kept@example.com' }], [urn]: { grade: 'C' } }
  await client.must('PUT', `/Users/${id}`, sent)
  assert.deepEqual((await client.must('GET', `/Users/${id}`))[urn], { grade: 'B' })
  await client.patch(`/Users/${id}`, { op: 'remove', path: urn })
  assert.deepEqual(await valuesOf(`/hub/v1/users/${id}`), [{ grade: 'B' }, []])
})

test('what clients only read stays by itself, and asks for nothing else, through every replacement and removal', async () => {
  const seat = 'urn:example:seat:1.0:User'
  const declared = await hub.must('POST', '/hub/v1/scim-schemas', {
    ...{ id: seat, extends: ['User'] },
    attributes: [
      { name: 'code', required: true },
      { name: 'grade', mutability: 'readOnly' },
      { name: 'holder', type: 'complex', subAttributes: [{ name: 'name' }, { name: 'by', mutability: 'readOnly' }] },
    ],
  })
  const client = await scimClient(hub)
  const { id } = await client.user('seated', { [seat]: { code: '1' } })
  const path = `/Users/${id}`
  const body = { schemas: [userUrn], userName: 'seated', emails: [{ value: 'seated@example.com' }] }
  const all = { code: '1', grade: 'A', holder: { name: 'Jane', by: 'desk' } }
  const kept = { grade: 'A', holder: { by: 'desk' } }
  const setAll = async (): Promise<void> => {
    const values = json({ schema: seat, values: all })
    const answer = await hub.call({ method: 'PATCH', path: `/hub/v1/users/${id}/declared-values`, ...values })
    assert.equal(answer.status, 200, answer.text)
  }
  const remove = (from: string) => () => client.patch(path, { op: 'remove', path: from })
  const ways = [
    { work: () => client.send('PUT', path, body), left: kept },
    { anew: false, work: () => client.patch(path, { op: 'replace', path: 'active', value: false }), left: kept },
    { anew: false, work: remove(seat), left: kept },
    { work: remove(seat), left: kept },
    { work: remove(`${seat}:holder`), left: { ...kept, code: '1' } },
    { work: () => client.send('PUT', path, { ...body, [seat]: { code: '2' } }), left: { ...kept, code: '2' } },
  ]
  for (const [index, { anew = true, work, left }] of ways.entries()) {
    if (anew) await setAll()
    const { status, text } = await work()
    assert.equal(status, 200, `${index}: ${text}`)
    assert.deepEqual((await client.must('GET', path))[seat], left, String(index))
  }
  await client.patch(path, { op: 'remove', path: seat })
  const refused = await client.patch(path, { op: 'add', path: `${seat}:holder.name`, value: 'Jane' })
  assert.deepEqual([refused.status, refused.body.scimType], [400, 'mutability'], refused.text)
  await hub.must('DELETE', `/hub/v1/scim-schemas/${declared.key}?discardValues=2`)
})

test('values are taken by the rules of their attributes, and a refusal names the attribute', async () => {
  const path = await hubUser('ruled')
  await refusedAt(set(path, { number: '7' }), [400, 'invalid_request', 'values.number', /takes a number/])
  await refusedAt(set(path, { number: 1.5 }), [400, 'invalid_request', 'values.number', /whole number/])
  await refusedAt(set(path, { none: 1 }), [400, 'invalid_request', 'values.none', /has no "none"/])
  await refusedAt(set(path, { doors: [{ type: 'x' }] }), [
    400,
    'invalid_request',
    'values.doors',
    /"value" is required/,
  ])
  await refusedAt(set(path, { doors: 'north' }), [400, 'invalid_request', 'values.doors', /takes a list/])
  await refusedAt(set(path, { number: 1 }, { schema: 'urn:x:y' }), [
    400,
    'invalid_request',
    'schema',
    /not declared for users/,
  ])
  assert.equal((await set(path, { issued: '2026-01-31T09:00:00Z', holder: { since: 'May' } })).status, 200)
  await refusedAt(set(path, { issued: null }), [400, 'invalid_request', 'values.issued', /immutable/])
  await refusedAt(set(path, { holder: { since: 'June' } }), [
    400,
    'invalid_request',
    'values.holder',
    /"since" is immutable/,
  ])
  assert.equal((await set(path, { holder: { since: 'May', name: 'Jane' } })).status, 200)
  await set(path, { number: 99 })
  const other = await hubUser('rival')
  await refusedAt(set(other, { number: 99, grade: 'A' }), [
    409,
    'attribute_value_taken',
    'values.number',
    /"number" is taken/,
  ])
  assert.deepEqual(await valuesOf(other), [{}, []])
})

test('a change is decided on the revision that it names, is journalled, and needs its permission', async () => {
  const path = await hubUser('revised')
  const { revision } = await hub.must('GET', `${path}/declared-values`)
  assert.equal((await set(path, { number: 11 }, { revision })).status, 200)
  const stale = await set(path, { number: 12 }, { revision })
  assert.deepEqual([stale.status, stale.body.code], [409, 'revision_changed'])
  const subjectId = path.slice('/hub/v1/users/'.length)
  const { items } = await hub.must('GET', `/hub/v1/journal?subjectId=${subjectId}`)
  const [{ action, changes }] = items
  assert.deepEqual(
    [action, changes.further],
    ['user.update', { before: null, after: { values: { [urn]: { number: 11 } } } }],
  )
  const key = hub.apiKeys.get('read_only') ?? ''
  const asReader = { path: `${path}/declared-values`, headers: { 'x-api-key': key } }
  assert.equal((await hub.caller.call({ method: 'GET', ...asReader })).status, 200)
  const body = json({ schema: urn, values: { number: 13 } })
  const refused = await hub.caller.call({
    method: 'PATCH',
    ...asReader,
    ...body,
    headers: { ...body.headers, 'x-api-key': key },
  })
  assert.equal(refused.status, 403)
})

test('changes that come together are all kept', async () => {
  const path = await hubUser('together')
  const answers = await Promise.all([
    set(path, { grade: 'A' }),
    set(path, { number: 31 }),
    set(path, { holder: { name: 'J' } }),
    set(path, { pin: 'x' }),
  ])
  assert.deepEqual(
    answers.map(({ status }) => status),
    [200, 200, 200, 200],
  )
  assert.deepEqual(await valuesOf(path), [{ grade: 'A', number: 31, holder: { name: 'J' } }, ['pin']])
})

test('groups have their values too', async () => {
  const { id } = await hub.must('POST', '/hub/v1/groups', { name: 'with a badge' })
  const path = `/hub/v1/groups/${id}`
  assert.equal((await set(path, { grade: 'A', number: 99 })).status, 200)
  assert.deepEqual(await valuesOf(path), [{ grade: 'A', number: 99 }, []])
})

test('what an integration keeps read-only nobody else changes, and it goes with its schema all the same', async () => {
  const own = 'urn:example:desk:1.0:User'
  const desk = await hub.must('POST', '/hub/v1/scim-schemas', {
    id: own,
    attributes: [{ name: 'room' }, { name: 'seat' }],
    extends: ['User'],
  })
  const wrong = await hub.call({
    ...{ method: 'POST', path: '/hub/v1/scim-integrations' },
    ...json({ name: 'wrong', readOnlyFields: [`${own}:chair`] }),
  })
  assert.deepEqual([wrong.status, wrong.body.field], [400, 'readOnlyFields'])
  const client = await scimClient(hub, { name: 'Desks', readOnlyFields: [`${own}:room`] })
  const other = await scimClient(hub)
  const { id } = await client.user('desk', { [own]: { room: '1', seat: 'a' } })
  const path = `/hub/v1/users/${id}`
  const change = (values: object) =>
    hub.call({ method: 'PATCH', path: `${path}/declared-values`, ...json({ schema: own, values }) })
  const { restrictedFields } = await hub.must('GET', path)
  assert.deepEqual(restrictedFields, [
    { field: `${own}:room`, directoryId: client.integrationId, kind: 'scim', name: 'Desks' },
  ])
  await refusedAt(change({ room: '2' }), [400, 'field_managed_elsewhere', 'values.room', /managed by/])
  assert.equal((await change({ seat: 'b' })).status, 200)
  const room = { op: 'replace', path: `${own}:room`, value: '3' }
  assert.equal((await other.patch(`/Users/${id}`, room)).body.scimType, 'mutability')
  assert.equal((await client.patch(`/Users/${id}`, room)).status, 200)
  const counts = await hub.must('GET', `/hub/v1/scim-schemas/${desk.key}/value-counts`)
  assert.deepEqual(counts.items, [
    { holder: 'User', attribute: 'room', values: 1 },
    { holder: 'User', attribute: 'seat', values: 1 },
  ])
  // Whoever has a lock: also another integration's, or one of an authority that the hub does not know.
  const lock = (field: string, type: string, id_: string) => ({ field, type, id: id_ })
  const jobTitle = lock('jobTitle', 'scim', other.integrationId)
  const locks = [
    ...[jobTitle, lock(`${own}:room`, 'scim', client.integrationId), lock(`${own}:seat`, 'scim', other.integrationId)],
    lock(`${own}:room`, 'federated_identity_provider', '5f0000000000000000000009'),
  ]
  const systemuser = { method: 'PUT', path: `/api/systemusers/${id}`, ...json({ restrictedFields: locks }) }
  assert.deepEqual((await hub.call(systemuser)).body.restrictedFields, locks)
  await hub.must('DELETE', `/hub/v1/scim-schemas/${desk.key}?discardValues=2`)
  assert.equal((await hub.must('GET', `${path}/declared-values`)).schemas.length, 1)
  const after = await hub.call({ method: 'GET', path: `/api/systemusers/${id}` })
  assert.deepEqual(after.body.restrictedFields, [jobTitle])
})

test('rows of a table set declared attributes and read them, and the trial shows both', async () => {
  const mapping = [
    { path: 'nickName', field: `${urn}:grade`, transform: 'upper' },
    { path: 'title', field: `${urn}:number` },
    { path: `${urn}:holder.name`, field: 'costCenter' },
  ]
  const vocabulary = await hub.must('GET', '/hub/v1/scim-attributes')
  assert.ok(vocabulary.fields.some(({ field }: { field: string }) => field === `${urn}:grade`))
  assert.ok(vocabulary.attributes.some(({ path }: { path: string }) => path === `${urn}:holder.name`))
  const client = await scimClient(hub, { mapping })
  const trial = (user: object) =>
    hub.must('POST', `/hub/v1/scim-integrations/${client.integrationId}/mapping-trial`, { user })
  const body = {
    userName: 'mapped',
    emails: [{ value: 'mapped@example.com' }],
    nickName: 'b',
    title: '41',
    [urn]: { holder: { name: 'X' } },
  }
  const { fields, refusal } = await trial(body)
  assert.deepEqual(
    [fields[`${urn}:grade`], fields[`${urn}:number`], fields.costCenter, refusal],
    ['B', 41, 'X', undefined],
  )
  assert.match((await trial({ ...body, title: 'none' })).refusal, /"number" takes a number/)
  const { id } = await client.must('POST', '/Users', { schemas: [userUrn], ...body })
  const path = `/hub/v1/users/${id}`
  assert.deepEqual(await valuesOf(path), [{ grade: 'B', number: 41, holder: { name: 'X' } }, []])
  assert.equal((await hub.must('GET', path)).fields.costCenter, 'X')
  await client.patch(`/Users/${id}`, { op: 'replace', path: 'nickName', value: 'a' })
  assert.deepEqual((await valuesOf(path))[0], { grade: 'A', number: 41, holder: { name: 'X' } })
  await client.patch(`/Users/${id}`, { op: 'remove', path: `${urn}:number` })
  assert.deepEqual((await valuesOf(path))[0], { grade: 'A', holder: { name: 'X' } })
  await client.patch(`/Users/${id}`, { op: 'add', path: `${urn}:number`, value: 41 })
  const whole = { schemas: [userUrn], ...body, nickName: 'a', [urn]: undefined }
  await client.must('PUT', `/Users/${id}`, whole)
  assert.deepEqual((await valuesOf(path))[0], { grade: 'A', number: 41 })
  const rival = { ...body, userName: 'rival2', emails: [{ value: 'rival2@example.com' }] }
  const taken = await client.send('POST', '/Users', { schemas: [userUrn], ...rival })
  assert.deepEqual([taken.status, taken.body.scimType], [409, 'uniqueness'])
  await eventually(
    async () => (await client.found('Users', `${urn}:grade eq "A"`)).includes(id),
    (found) => found,
  )
})

test('the counts of a schema are those that its deletion names', async () => {
  const { items } = (await hub.must('GET', `/hub/v1/scim-schemas/${key}/value-counts`)) as {
    items: { values: number }[]
  }
  const total = items.reduce((sum, { values }) => sum + values, 0)
  const path = `/hub/v1/scim-schemas/${key}`
  const answer = await hub.call({ method: 'DELETE', path: `${path}?discardValues=${total + 1}` })
  assert.match(answer.body.detail, new RegExp(`has ${total} values`))
  await hub.must('DELETE', `${path}?discardValues=${total}`)
})
