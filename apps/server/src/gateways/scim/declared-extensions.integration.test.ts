// An extension of users and groups that an administrator declared, against the running hub: discovery, every form of PATCH, journal and change
// feed, uniqueness, and what the declaration may become.
import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { eventually } from '../../../../../tests/support/eventually.ts'
import { json } from '../../../../../tests/support/http-call.ts'
import { type HubInProcess, startHubInProcess } from '../../../../../tests/support/hub-in-process.ts'
import { refused, type ScimClient, scimClient, userUrn } from '../../../../../tests/support/scim-client.ts'

const urn = 'urn:ietf:params:scim:schemas:extension:Badge:2.0:User'
const attributes = [
  { name: 'number', type: 'integer', uniqueness: 'server' },
  { name: 'code', uniqueness: 'global' },
  { name: 'valid', type: 'boolean' },
  {
    name: 'doors',
    type: 'complex',
    multiValued: true,
    subAttributes: [
      { name: 'value', required: true },
      { name: 'type' },
      { name: 'primary', type: 'boolean' },
      { name: 'note', returned: 'request' },
    ],
  },
  {
    name: 'holder',
    type: 'complex',
    subAttributes: [{ name: 'name' }, { name: 'since', type: 'dateTime', mutability: 'immutable' }],
  },
]

let hub: HubInProcess
let client: ScimClient
let path: string
before(async () => {
  hub = await startHubInProcess({ background: false })
  client = await scimClient(hub)
  const declaration = { id: urn, attributes, extends: ['User', 'Group'] }
  path = `/hub/v1/scim-schemas/${(await hub.must('POST', '/hub/v1/scim-schemas', declaration)).key}`
})
after(() => hub.stop())

async function refusedHere(method: string, body: unknown, expected: readonly [number, string, RegExp]): Promise<void> {
  const answer = await hub.call({ method, path, ...(body === undefined ? {} : json(body)) })
  const [status, code, detail] = expected
  assert.deepEqual([answer.status, answer.body.code], [status, code], answer.text)
  assert.match(answer.body.detail, detail)
}

test('what is declared is served among the schemas and resource types', async () => {
  const { Resources: types } = await client.must('GET', '/ResourceTypes')
  for (const { schemaExtensions } of types) assert.deepEqual(schemaExtensions.at(-1), { schema: urn, required: false })
  const { Resources: schemas } = await client.must('GET', '/Schemas')
  assert.equal(schemas.filter(({ id }: { id: string }) => id === urn).length, 1)
  const served = await client.must('GET', `/Schemas/${urn.toUpperCase()}`)
  assert.deepEqual(served.attributes[0], {
    ...{ name: 'number', type: 'integer', multiValued: false, description: '', required: false, caseExact: false },
    ...{ mutability: 'readWrite', returned: 'default', uniqueness: 'server' },
  })
})

test('the extension is changed by every form of PATCH, and its URN comes and goes with its values', async () => {
  const { id } = await client.user('patched')
  const patch = (...operations: readonly object[]) => client.patch(`/Users/${id}`, ...operations)
  const change = async (...operations: readonly object[]) => {
    const { status, body, text } = await patch(...operations)
    assert.equal(status, 200, text)
    assert.equal((body.schemas as readonly string[]).includes(urn), body[urn] !== undefined)
    return body[urn]
  }
  const at = (name: string) => `${urn}:${name}`
  assert.deepEqual(await change({ op: 'add', path: at('number'), value: 5 }), { number: 5 })
  const other = `${urn.toLowerCase()}:NUMBER`
  assert.deepEqual(await change({ op: 'replace', path: other, value: '6' }), { number: 6 })
  assert.deepEqual(await change({ op: 'add', value: { [urn]: { valid: 'True' } } }), { number: 6, valid: true })
  const added = await change({ op: 'add', value: { [at('code')]: 'C-1' } })
  assert.deepEqual(added, { number: 6, valid: true, code: 'C-1' })
  assert.equal(await change({ op: 'remove', path: urn }), undefined)
  const doors = [
    { value: 'north', type: 'work', primary: true },
    { value: 'south', note: 'locked' },
  ]
  await change({ op: 'add', path: at('doors'), value: doors })
  await change({ op: 'replace', path: at('doors[value eq "south"].type'), value: 'home' })
  const left = await change({ op: 'remove', path: at('doors[type eq "work"]') })
  assert.deepEqual(left, { doors: [{ value: 'south', type: 'home' }] })
  const asked = await client.must('GET', `/Users/${id}?attributes=${at('doors.note')}`)
  assert.deepEqual(asked[urn], { doors: [{ note: 'locked' }] })
  await refused(patch({ op: 'remove', path: at('doors[value eq "south"].value') }), 400, 'mutability')
  await refused(patch({ op: 'add', path: at('doors'), value: [{ type: 'x' }] }), 400, 'mutability')
  await refused(patch({ op: 'add', path: at('none'), value: 1 }), 400, 'invalidPath')
  await refused(patch({ op: 'add', path: at('number'), value: 'x' }), 400, 'invalidValue')
  await refused(patch({ op: 'add', path: at('code'), value: 'x'.repeat(501) }), 400, 'invalidValue')
  await change({ op: 'add', path: at('holder.name'), value: 'A' }, { op: 'remove', path: at('doors') })
  const since = '2026-01-01T00:00:00.000Z'
  assert.deepEqual(await change({ op: 'add', path: at('holder.since'), value: since }), {
    holder: { name: 'A', since },
  })
  const later = { op: 'replace', path: at('holder.since'), value: '2027-01-01T00:00:00Z' }
  await refused(patch(later), 400, 'mutability')
  assert.deepEqual(await client.found('Users', `${at('holder.name')} eq "a" and schemas eq "${urn}"`), [id])
  assert.equal(await change({ op: 'replace', path: urn, value: null }), undefined)
  assert.deepEqual(await client.found('Users', `schemas eq "${urn}"`), [])
})

test('a change of the extension is journalled and stands in the change feed', async () => {
  const { next } = await hub.must('GET', '/hub/v1/changes?since=now')
  const { id } = await client.user('fed', { [urn]: { valid: true } })
  await client.patch(`/Users/${id}`, { op: 'replace', path: `${urn}:valid`, value: false })
  const { items } = await hub.must('GET', `/hub/v1/journal?subjectId=${id}`)
  const [changed] = items.filter(({ action }: { action: string }) => action === 'user.update')
  const { before: was, after: is } = changed.changes.further
  assert.deepEqual([was.values, is.values], [{ [urn]: { valid: true } }, { [urn]: { valid: false } }])
  await eventually(
    async () => (await hub.must('GET', `/hub/v1/changes?since=${encodeURIComponent(next)}`)).items,
    (found) => JSON.stringify(found).includes(id),
  )
})

test('unique values are unique: of racing requests one succeeds, and an index answers who has one', async () => {
  const users = await Promise.all(['u1', 'u2', 'u3', 'u4'].map((name) => client.user(name)))
  const group = await client.group('unique')
  const set = (address: string, name: string, value: unknown) =>
    client.patch(address, { op: 'add', path: `${urn}:${name}`, value })
  const answers = await Promise.all(users.map(({ id }) => set(`/Users/${id}`, 'number', 77)))
  assert.deepEqual(answers.map(({ status }) => String(status)).toSorted(), ['200', '409', '409', '409'])
  assert.match(answers.find(({ status }) => status === 409)?.body.detail, /"number" or "code" is taken/)
  const emails = [{ value: 'u5@example.com' }]
  const fifth = { schemas: [userUrn], userName: 'u5', emails, [urn]: { number: 77 } }
  await refused(client.send('POST', '/Users', fifth), 409, 'uniqueness')
  // Groups are a type of their own.
  assert.ok((await set(`/Groups/${group.id}`, 'number', 77)).status < 300)
  const second = {
    schemas: ['urn:ietf:params:scim:schemas:core:2.0:Group'],
    displayName: 'second',
    [urn]: { number: 77 },
  }
  await refused(client.send('POST', '/Groups', second), 409, 'uniqueness')
  assert.equal((await set(`/Users/${users[0].id}`, 'code', 'Abc')).status, 200)
  await refused(set(`/Users/${users[1].id}`, 'code', 'aBC'), 409, 'uniqueness')
  assert.deepEqual(await client.found('Users', `${urn}:code eq "ABC"`), [users[0].id])
  assert.deepEqual(await client.found('Groups', `${urn}:number eq 77`), [group.id])
  const [{ count } = { count: 0 }] = await hub.database.query<{ count: number }>({
    text: `select count(*) as count from pg_indexes where starts_with(indexname, 'custom_unique_')`,
  })
  assert.equal(count, 4)
})

test('values of users whom a client took for deleted, and whom the hub keeps, go with their attribute too', async () => {
  const keeping = await scimClient(hub, { onDelete: 'suspend' })
  const extension = 'urn:ietf:params:scim:schemas:extension:Locker:2.0:User'
  const declaration = { id: extension, extends: ['User'], attributes: [{ name: 'number', uniqueness: 'server' }] }
  const declared = async () =>
    `/hub/v1/scim-schemas/${(await hub.must('POST', '/hub/v1/scim-schemas', declaration)).key}`
  const removal = await declared()
  const locker = { [extension]: { number: '7' } }
  const { id } = await keeping.user('kept.away', locker)
  await keeping.must('DELETE', `/Users/${id}`)
  assert.equal((await hub.call({ method: 'DELETE', path: removal })).body.code, 'custom_schema_in_use')
  await hub.must('DELETE', `${removal}?discardValues=1`)
  const again = await declared()
  assert.equal((await keeping.user('other.holder', locker))[extension].number, '7')
  assert.equal((await keeping.user('kept.away'))[extension], undefined)
  await hub.must('DELETE', `${again}?discardValues=1`)
})

test('a declaration changes only in ways that fit what is kept, and takes values along only by their number', async () => {
  const changed = (name: string, facts: object) => ({
    attributes: attributes.map((one) => (one.name === name ? { ...one, ...facts } : one)),
  })
  const incompatible = 'custom_schema_incompatible'
  const type = /^attributes\.2\.type: "valid" is of the type boolean/
  await refusedHere('PUT', changed('valid', { type: 'string' }), [409, incompatible, type])
  await refusedHere('PUT', changed('valid', { required: true }), [409, incompatible, /^attributes\.2\.required: /])
  const unique = /^attributes\.2\.uniqueness: "valid" is of the type boolean, which cannot be unique/
  await refusedHere('PUT', changed('valid', { uniqueness: 'server' }), [400, 'invalid_request', unique])
  const { id } = await client.user('holder', { [urn]: { valid: true } })
  await hub.must('PUT', path, { attributes: [...attributes, { name: 'extra', multiValued: true }] })
  // Declared a moment ago at this hub, and therefore known to it.
  const { status } = await client.patch(`/Users/${id}`, { op: 'add', path: `${urn}:extra`, value: ['1'] })
  assert.equal(status, 200)
  const inUse = [409, 'custom_schema_in_use', /"extra" has 1 values.*discardValues: 1/] as const
  await refusedHere('PUT', { attributes }, inUse)
  await refusedHere('PUT', { attributes, discardValues: 2 }, inUse)
  await hub.must('PUT', path, { attributes, discardValues: 1 })
  assert.deepEqual((await client.must('GET', `/Users/${id}`))[urn], { valid: true })
  const { items } = await hub.must('GET', `/hub/v1/journal?subjectId=${id}`)
  assert.deepEqual(items[0].changes.further.before.values[urn], { extra: ['1'], valid: true })
  await hub.must('PUT', path, { attributes: [...attributes, { name: 'extra', type: 'integer' }] })
  assert.deepEqual((await client.must('GET', `/Users/${id}?attributes=${urn}`))[urn], { valid: true })
  await refusedHere('DELETE', undefined, [409, 'custom_schema_in_use', /"number", "code", "valid" has \d+ values/])
  const { values } = await hub.database
    .query<{ values: number }>({
      text: `select sum(n)::int as values from (select (select count(*) from jsonb_object_keys(further #> array['values', $1])) as n
        from users where further #> array['values', $1] is not null
        union all select (select count(*) from jsonb_object_keys(further #> array['values', $1]))
        from groups where further #> array['values', $1] is not null) as each`,
      values: [urn],
    })
    .then(([row]) => row ?? { values: 0 })
  await hub.must('DELETE', `${path}?discardValues=${values}`)
  assert.deepEqual((await client.must('GET', `/Users/${id}`)).schemas, [userUrn])
  await refused(client.patch(`/Users/${id}`, { op: 'add', path: `${urn}:valid`, value: true }), 400, 'invalidPath')
  const indexes = await hub.database.query({
    text: `select 1 from pg_indexes where starts_with(indexname, 'custom_unique_')`,
  })
  assert.deepEqual(indexes, [])
})
