// Filters, sort orders and operations of every kind against the running hub: it answers or refuses, and never fails.
import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import type { Json } from '@lockstep/kernel/json'
import fc from 'fast-check'
import { type HubInProcess, startHubInProcess } from '../../../../../tests/support/hub-in-process.ts'
import { operators, pathsOf, values } from '../../../../../tests/support/scim-cases.ts'
import { enterprise, type ScimClient, scimClient } from '../../../../../tests/support/scim-client.ts'
import { groupType } from './group-schemas.ts'
import { userType } from './user-schemas.ts'

const runs = Number(process.env['LOCKSTEP_FUZZ_RUNS'] ?? '250')
let hub: HubInProcess
let client: ScimClient
let userId = ''
before(async () => {
  hub = await startHubInProcess({ background: false })
  client = await scimClient(hub)
  const more = { roles: [{ value: 'a', primary: true }], [enterprise]: { department: 'D' }, externalId: 'e' }
  const made = (await client.user('fuzzed', more)) as { readonly id: string }
  userId = made.id
  await client.group('fuzzed', { members: [{ value: userId }] })
})
after(() => hub.stop())

async function answers(path: string): Promise<void> {
  const { status, text, body } = await client.send('GET', path)
  assert.ok(status === 200 || (status === 400 && body.scimType === 'invalidFilter'), `${path}: ${status} ${text}`)
}

for (const type of [userType, groupType]) {
  const path = fc.constantFrom(...pathsOf(type))

  test(`every attribute of ${type.name} is compared with anything`, async () => {
    const term = fc
      .tuple(path, fc.constantFrom(...operators), fc.constantFrom(...values))
      .map((parts) => parts.join(' '))
    const filter = fc.oneof(
      term,
      path.map((one) => `${one} pr`),
      fc.tuple(term, fc.constantFrom('and', 'or'), term).map((parts) => `not (${parts.join(' ')})`),
      fc
        .tuple(
          path,
          fc.constantFrom('value', 'type', 'primary', 'display'),
          fc.constantFrom(...operators),
          fc.constantFrom(...values),
        )
        .map(([list, sub, operator, value]) => `${list}[${sub} ${operator} ${value}]`),
    )
    await fc.assert(
      fc.asyncProperty(filter, (text) => answers(`/${type.endpoint}?filter=${encodeURIComponent(text)}`)),
      { numRuns: runs },
    )
  })

  test(`${type.name} is sorted by every attribute, in pages`, async () => {
    for (const sortBy of pathsOf(type))
      for (const order of ['ascending', 'descending'])
        await answers(`/${type.endpoint}?sortBy=${encodeURIComponent(sortBy)}&sortOrder=${order}&count=1&cursor=`)
  })
}

test('operations of every kind are carried out or refused', async () => {
  const value = fc.oneof(
    fc.constantFrom<Json>(
      null,
      '',
      [],
      true,
      'True',
      'x',
      5,
      [{ value: 'x' }],
      { value: 'y', type: 'work' },
      { familyName: 'F' },
    ),
    fc.jsonValue({ maxDepth: 2 }) as fc.Arbitrary<Json>,
  )
  const path = fc.oneof(
    fc.constantFrom(...pathsOf(userType)),
    fc.constantFrom('emails[type eq "work"].value', 'roles[primary eq "True"].value', 'addresses[type eq "x"]'),
  )
  const operation = fc.record(
    { op: fc.constantFrom('add', 'remove', 'replace'), path, value },
    { requiredKeys: ['op'] },
  )
  await fc.assert(
    fc.asyncProperty(fc.array(operation, { minLength: 1, maxLength: 3 }), async (operations) => {
      const { status, text, body } = await client.patch(`/Users/${userId}`, ...operations)
      assert.ok(
        status === 200 || (status === 400 && typeof body.scimType === 'string') || status === 409,
        `${JSON.stringify(operations)}: ${text}`,
      )
    }),
    { numRuns: runs },
  )
})
