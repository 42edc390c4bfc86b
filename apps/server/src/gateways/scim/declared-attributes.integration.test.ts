// Declared attributes of every type with every rule, as an extension of users and as a type of their own: what is taken, shown, changed and
// found, compared with what RFC 7643 and 7644 say of each.
import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { attributeTypes } from '@lockstep/contract/hub/custom-schema'
import { type HubInProcess, startHubInProcess } from '../../../../../tests/support/hub-in-process.ts'
import { refused, type ScimClient, scimClient, userUrn } from '../../../../../tests/support/scim-client.ts'

type Type = (typeof attributeTypes)[number]
type Value = string | number | boolean | Record<string, string | number>

interface Declared {
  readonly name: string
  readonly type: Type
  readonly multiValued: boolean
  readonly mutability: 'readOnly' | 'readWrite' | 'immutable' | 'writeOnly'
  readonly returned: 'always' | 'never' | 'default' | 'request'
}

/** Two values of each type, of which the first compares lower. */
const values: Readonly<Record<Type, readonly [Value, Value]>> = {
  string: ['Alpha One', 'beta two'],
  boolean: [false, true],
  decimal: [1.5, 2.25],
  integer: [7, 1000],
  dateTime: ['2026-01-31T09:00:00.000Z', '2026-02-01T09:00:00.000Z'],
  binary: ['AAEC', 'BBBB'],
  reference: ['https://a.example/x', 'https://b.example/y'],
  complex: [
    { value: 'one', size: 1 },
    { value: 'two', size: 2 },
  ],
}
const parts = [
  { name: 'value', type: 'string' },
  { name: 'size', type: 'integer' },
]
const secretTypes: readonly Type[] = ['string', 'binary', 'reference']

function combinations(multiValued: boolean): readonly Declared[] {
  const made: Declared[] = []
  for (const type of attributeTypes)
    for (const mutability of ['readOnly', 'readWrite', 'immutable', 'writeOnly'] as const)
      for (const returned of ['always', 'never', 'default', 'request'] as const) {
        const isSecret = returned === 'never'
        if (mutability === 'writeOnly' && !isSecret) continue
        if (isSecret && (multiValued || mutability === 'readOnly' || !secretTypes.includes(type))) continue
        const name = [type, mutability, returned, multiValued ? 'many' : 'one'].join('-')
        made.push({ name, type, multiValued, mutability, returned })
      }
  return made
}

const all = [...combinations(false), ...combinations(true)]
const declaration = (of: readonly Declared[]) =>
  of.map((one) => ({ ...one, ...(one.type === 'complex' ? { subAttributes: parts } : {}) }))
const sent = ({ type, multiValued }: Declared, which: 0 | 1): unknown => {
  const value = values[type][which]
  return multiValued ? [value] : value
}

const userExtension = (part: 'One' | 'Many') => `urn:example:walk:1.0:User${part}`
const deviceUrn = 'urn:example:walk:1.0:Device'
const deviceExtension = 'urn:example:walk:1.0:DeviceMany'

/** Where the attributes are: the same walk for users and for a type of its own. */
interface Place {
  readonly endpoint: string
  /** The object of all attributes' values, as it is sent. */
  readonly body: (name: string, of: readonly Declared[], which: 0 | 1) => object
  readonly path: (attribute: Declared) => string
  readonly read: (resource: Record<string, unknown>, attribute: Declared) => unknown
}

function within(urn: (attribute: Declared) => string | undefined): Pick<Place, 'path' | 'read'> {
  return {
    path: (attribute) => [urn(attribute), attribute.name].filter(Boolean).join(':'),
    read(resource, attribute) {
      const holder = urn(attribute)
      const values_ = (holder === undefined ? resource : (resource[holder] ?? {})) as Record<string, unknown>
      return values_[attribute.name]
    },
  }
}

function under(of: readonly Declared[], which: 0 | 1): Record<string, unknown> {
  return Object.fromEntries(of.map((one) => [one.name, sent(one, which)]))
}

const places: readonly Place[] = [
  {
    endpoint: 'Users',
    body: (name, of, which) => ({
      schemas: [userUrn, userExtension('One'), userExtension('Many')],
      userName: name,
      emails: [{ value: `${name}@example.com`, type: 'work', primary: true }],
      [userExtension('One')]: under(
        of.filter((one) => !one.multiValued),
        which,
      ),
      [userExtension('Many')]: under(
        of.filter((one) => one.multiValued),
        which,
      ),
    }),
    ...within(({ multiValued }) => userExtension(multiValued ? 'Many' : 'One')),
  },
  {
    endpoint: 'Devices',
    body: (name, of, which) => ({
      schemas: [deviceUrn, deviceExtension],
      serial: name,
      ...under(
        of.filter((one) => !one.multiValued),
        which,
      ),
      [deviceExtension]: under(
        of.filter((one) => one.multiValued),
        which,
      ),
    }),
    ...within(({ multiValued }) => (multiValued ? deviceExtension : undefined)),
  },
]

let hub: HubInProcess
let client: ScimClient
before(async () => {
  hub = await startHubInProcess({ background: false })
  client = await scimClient(hub)
  const declare = (id: string, attributes: readonly object[], types: readonly string[]) =>
    hub.must('POST', '/hub/v1/scim-schemas', { id, attributes, extends: types })
  await declare(userExtension('One'), declaration(combinations(false)), ['User'])
  await declare(userExtension('Many'), declaration(combinations(true)), ['User'])
  const serial = { name: 'serial', required: true, uniqueness: 'server' }
  await declare(deviceUrn, [serial, ...declaration(combinations(false))], [])
  await declare(deviceExtension, declaration(combinations(true)), [])
  await hub.must('POST', '/hub/v1/scim-resource-types', {
    name: 'Device',
    endpoint: '/Devices',
    schema: deviceUrn,
    schemaExtensions: [{ schema: deviceExtension }],
  })
})
after(() => hub.stop())

const isSettable = ({ mutability }: Declared): boolean => mutability !== 'readOnly'

for (const place of places) {
  test(`${place.endpoint}: every attribute is taken and shown as its rules say`, async () => {
    const { body } = await client.send('POST', `/${place.endpoint}`, place.body('w-shown', all, 0))
    const again = await client.must('GET', `/${place.endpoint}/${body.id}`)
    const names = all.map((one) => place.path(one)).join(',')
    const asked = await client.must('GET', `/${place.endpoint}/${body.id}?attributes=${encodeURIComponent(names)}`)
    const without = await client.must(
      'GET',
      `/${place.endpoint}/${body.id}?excludedAttributes=${encodeURIComponent(names)}`,
    )
    for (const one of all) {
      const value = isSettable(one) ? sent(one, 0) : undefined
      const usual = one.returned === 'always' || one.returned === 'default' ? value : undefined
      assert.deepEqual(place.read(body, one), usual, `${one.name} in the answer to its creation`)
      assert.deepEqual(place.read(again, one), usual, one.name)
      assert.deepEqual(place.read(asked, one), one.returned === 'never' ? undefined : value, `${one.name} asked for`)
      assert.deepEqual(place.read(without, one), one.returned === 'always' ? value : undefined, `${one.name} left out`)
    }
  })

  test(`${place.endpoint}: every attribute changes as its rules say, by PATCH and by PUT`, async () => {
    const { id } = await client.must('POST', `/${place.endpoint}`, place.body('w-changed', all, 0))
    const address = `/${place.endpoint}/${id}`
    for (const one of all) {
      const operation = { op: 'replace', path: place.path(one), value: sent(one, 1) }
      const isFixed = one.mutability === 'readOnly' || one.mutability === 'immutable'
      if (isFixed) await refused(client.patch(address, operation), 400, 'mutability')
      else assert.equal((await client.patch(address, operation)).status, 200, one.name)
    }
    const names = encodeURIComponent(all.map((one) => place.path(one)).join(','))
    const after_ = await client.must('GET', `${address}?attributes=${names}`)
    for (const one of all.filter(({ returned }) => returned !== 'never'))
      assert.deepEqual(
        place.read(after_, one),
        one.mutability === 'readWrite' ? sent(one, 1) : isSettable(one) ? sent(one, 0) : undefined,
        one.name,
      )
    const mutable = all.filter(({ mutability }) => mutability !== 'immutable')
    await client.must('PUT', address, place.body('w-changed', mutable, 0))
    const replaced = await client.must('GET', `${address}?attributes=${names}`)
    for (const one of all.filter(({ returned }) => returned !== 'never'))
      assert.deepEqual(place.read(replaced, one), isSettable(one) ? sent(one, 0) : undefined, `${one.name} after PUT`)
    await refused(client.send('PUT', address, place.body('w-changed', all, 1)), 400, 'mutability')
  })

  test(`${place.endpoint}: each operator finds what it should in each type, and is refused where it makes no sense`, async () => {
    const shown = all.filter(({ mutability, returned }) => mutability === 'readWrite' && returned === 'default')
    const ids = [
      (await client.must('POST', `/${place.endpoint}`, place.body('w-low', shown, 0))).id,
      (await client.must('POST', `/${place.endpoint}`, place.body('w-high', shown, 1))).id,
      (await client.must('POST', `/${place.endpoint}`, place.body('w-none', [], 0))).id,
    ]
    const mine = `(${ids.map((id) => `id eq "${id}"`).join(' or ')})`
    for (const one of shown)
      for (const operator of ['eq', 'ne', 'co', 'sw', 'ew', 'gt', 'ge', 'lt', 'le', 'pr'] as const) {
        const expected = holders(one, operator)
        const path = `${place.path(one)}${one.type === 'complex' && operator !== 'pr' ? '.value' : ''}`
        const term = operator === 'pr' ? `${path} pr` : `${path} ${operator} ${literal(one, operator)}`
        const search = client.send('GET', `/${place.endpoint}?filter=${encodeURIComponent(`${mine} and ${term}`)}`)
        if (expected === undefined) {
          await refused(search, 400, 'invalidFilter')
          continue
        }
        const { body, text } = await search
        const found = (body.Resources as readonly { id: string }[] | undefined)?.map(({ id }) => ids.indexOf(id))
        assert.deepEqual(found?.toSorted(), [...expected], `${term}: ${text.slice(0, 300)}`)
      }
    for (const secret of all.filter(({ returned }) => returned === 'never'))
      await refused(
        client.send('GET', `/${place.endpoint}?filter=${encodeURIComponent(`${place.path(secret)} eq "x"`)}`),
        400,
        'invalidFilter',
      )
    for (const one of shown.filter(({ multiValued, type }) => !multiValued && type !== 'complex')) {
      const query = (order: string) =>
        `/${place.endpoint}?filter=${encodeURIComponent(mine)}&sortBy=${encodeURIComponent(place.path(one))}&sortOrder=${order}`
      const order = async (how: string) =>
        (await client.must('GET', query(how))).Resources.map(({ id }: { id: string }) => ids.indexOf(id))
      assert.deepEqual([await order('ascending'), await order('descending')], [[0, 1, 2], [2, 1, 0]], one.name) // prettier-ignore
    }
  })
}

/** Which of the three resources (the first value, the second, none) an operator finds; undefined: it is refused. The value compared is the first. */
function holders({ type, multiValued }: Declared, operator: string): readonly number[] | undefined {
  const isOrder = ['gt', 'ge', 'lt', 'le'].includes(operator)
  const isPart = ['co', 'sw', 'ew'].includes(operator)
  if (isOrder && (type === 'boolean' || type === 'binary')) return undefined
  if (isPart && (type === 'boolean' || type === 'integer' || type === 'decimal')) return undefined
  if (operator === 'pr') return [0, 1]
  // Of a list, what is not so has to be an element.
  if (operator === 'ne') return multiValued ? [1] : [1, 2]
  if (operator === 'gt') return [1]
  if (operator === 'ge') return [0, 1]
  return operator === 'lt' ? [] : [0]
}

function literal({ type }: Declared, operator: string): string {
  const value = type === 'complex' ? 'one' : values[type][0]
  if (typeof value !== 'string') return JSON.stringify(value)
  // Letter case counts only where the type says so.
  const text = type === 'string' ? value.toUpperCase() : value
  if (operator === 'co') return JSON.stringify(text.slice(1, -1))
  if (operator === 'sw') return JSON.stringify(text.slice(0, type === 'dateTime' ? 10 : type === 'reference' ? 12 : 3))
  return JSON.stringify(operator === 'ew' ? text.slice(type === 'dateTime' ? 8 : -1) : text)
}

test('what is never returned is kept sealed: in no table, no journal and no log in the clear', async () => {
  const secret = 'Very-hidden-value-4711'
  const attribute = all.find(({ name }) => name === 'string-writeOnly-never-one')
  assert.ok(attribute)
  const [users, devices] = places
  assert.ok(users && devices)
  for (const place of [users, devices]) {
    const { id } = await client.must('POST', `/${place.endpoint}`, place.body('w-secret', [], 0))
    const path = place.path(attribute)
    assert.equal((await client.patch(`/${place.endpoint}/${id}`, { op: 'add', path, value: secret })).status, 200)
    await client.patch(
      `/${place.endpoint}/${id}`,
      { op: 'add', path: 'nothing', value: 1 },
      { op: 'add', path, value: secret },
    )
    await client.send('GET', `/${place.endpoint}?filter=${encodeURIComponent(`${path} eq "${secret}"`)}`)
    const schemas = encodeURIComponent(`schemas eq "${userExtension('One')}"`)
    const found = await client.found(place.endpoint, decodeURIComponent(schemas))
    assert.equal(found.includes(id), place === users)
    // A replacement that leaves it out keeps it: nobody could have sent it back.
    await client.must('PUT', `/${place.endpoint}/${id}`, place.body('w-secret', [], 0))
    const table = place === users ? 'users' : 'custom_resources'
    const column = place === users ? 'further' : 'content'
    const [row] = await hub.database.query<{ kept: string }>({
      text: `select ${column}::text as kept from ${table} where id = $1`,
      values: [id],
    })
    assert.match(row?.kept ?? '', /"v1\.[0-9a-f]{12}\./)
  }
  for (const table of ['users', 'custom_resources', 'journal', 'integration_requests']) {
    const rows = await hub.database.query({
      text: `select 1 from ${table} as one where one::text like $1`,
      values: [`%${secret}%`],
    })
    assert.equal(rows.length, 0, table)
  }
})
