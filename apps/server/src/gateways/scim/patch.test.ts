import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { canonicalJson, type Json, type JsonObject } from '@lockstep/kernel/json'
import fc from 'fast-check'
import { type ClientProfile, profileOf } from './client-profile.ts'
import { groupType } from './group-schemas.ts'
import { applyPatch, patchUrn, readPatch } from './patch.ts'
import { isPrimary } from './read-value.ts'
import { ScimRefusal } from './scim-refusal.ts'
import { enterpriseUrn, userType } from './user-schemas.ts'

const runs = Number(process.env['LOCKSTEP_FUZZ_RUNS'] ?? '3000')
const lenient = profileOf('lenient')

function patched(present: JsonObject, operations: readonly Json[], profile: ClientProfile = lenient, type = userType) {
  const body = { schemas: [patchUrn], Operations: operations }
  return applyPatch(type, present, readPatch(body, profile), profile)
}

function refusal(work: () => unknown): string {
  try {
    work()
  } catch (error) {
    assert.ok(error instanceof ScimRefusal, error instanceof Error ? error.stack : '')
    return error.scimType ?? 'none'
  }
  return 'accepted'
}

const ada: JsonObject = {
  userName: 'ada',
  active: true,
  emails: [
    { value: 'ada@example.com', type: 'work', primary: true },
    { value: 'ada@home.example', type: 'home' },
  ],
}

describe('an operation', () => {
  test('on a value path sets every element that the path names', () => {
    const { resource } = patched(ada, [{ op: 'replace', path: 'emails[type pr].display', value: 'D' }])
    assert.deepEqual(
      (resource['emails'] as JsonObject[]).map(({ display }) => display),
      ['D', 'D'],
    )
  })

  test('that makes an element primary takes that from the one before', () => {
    const { resource } = patched(ada, [{ op: 'replace', path: 'emails[type eq "home"].primary', value: true }])
    assert.deepEqual(
      (resource['emails'] as JsonObject[]).map(({ primary }) => primary),
      [false, true],
    )
  })

  test('makes the element that its path describes, with every equality, where that is tolerated', () => {
    const op = { op: 'add', path: 'roles[type eq "x" and primary eq "True"].value', value: 'admin' }
    assert.deepEqual(patched(ada, [op]).resource['roles'], [{ type: 'x', primary: true, value: 'admin' }])
    assert.equal(
      refusal(() => patched(ada, [op], profileOf('strict'))),
      'noTarget',
    )
    const strictly = { ...op, path: 'roles[type eq "x"].value' }
    assert.equal(
      refusal(() => patched(ada, [strictly], profileOf('strict'))),
      'noTarget',
    )
    const replace = { ...strictly, op: 'replace' }
    assert.equal(
      refusal(() => patched(ada, [replace])),
      'noTarget',
    )
    assert.deepEqual(patched(ada, [replace], profileOf('entra')).resource['roles'], [{ type: 'x', value: 'admin' }])
  })

  test('takes an extension’s URN with everything in it, and gives the whole away', () => {
    const given = patched(ada, [{ op: 'add', path: enterpriseUrn, value: { department: 'D', 'manager.value': 'm' } }])
    assert.deepEqual(given.resource[enterpriseUrn], { department: 'D', manager: { value: 'm' } })
    assert.equal(patched(given.resource, [{ op: 'remove', path: enterpriseUrn }]).resource[enterpriseUrn], undefined)
  })

  test('on members says who comes and goes, without knowing who is there', () => {
    const operations = [
      { op: 'add', path: 'members', value: [{ value: 'a' }] },
      { op: 'remove', path: 'members[value eq "b" or value eq "c"]' },
      { op: 'Remove', path: 'members', value: [{ $ref: null, value: 'd' }] },
      { op: 'remove', path: 'members' },
      { op: 'remove', path: 'members', value: [] },
      { op: 'replace', value: { members: [{ value: 'e' }], displayName: 'New' } },
    ]
    const { resource, sets } = patched({ displayName: 'G' }, operations, lenient, groupType)
    assert.equal(resource['displayName'], 'New')
    assert.deepEqual(
      sets.map(({ verb, values }) => [verb, ...values]),
      [['add', 'a'], ['remove', 'b', 'c'], ['remove', 'd'], ['replace'], ['remove'], ['replace', 'e']],
    )
  })
})

const paths = [
  'userName',
  'name',
  'name.givenName',
  'emails',
  'emails[type eq "work"]',
  'emails[type eq "work"].value',
  'emails[primary eq "True"].type',
  'emails.value',
  'roles[',
  'groups',
  'id',
  'meta.created',
  'active',
  enterpriseUrn,
  `${enterpriseUrn}:manager`,
  `${enterpriseUrn}:manager.value`,
  'urn:x',
  'bogus',
  '',
  '.',
  'x509Certificates',
  'schemas',
  'password',
  'externalId',
]
const value = fc.oneof(
  fc.constantFrom<Json>(
    null,
    '',
    [],
    {},
    true,
    'True',
    'x',
    5,
    [{ value: 'x' }],
    { value: 'y', type: 'work' },
    [
      { value: 'a', primary: true },
      { value: 'b', primary: true },
    ],
    { familyName: 'F', bogus: 1 },
    { 'name.givenName': 'G', id: 'x', emails: null },
  ),
  fc.jsonValue({ maxDepth: 3 }) as fc.Arbitrary<Json>,
)
const operation = fc.record(
  {
    op: fc.constantFrom('add', 'Remove', 'replace', 'REPLACE', 'move'),
    path: fc.oneof(fc.constantFrom(...paths), fc.string()),
    value,
  },
  { requiredKeys: ['op'] },
)

test('whatever is sent as a patch is refused in the protocol’s words or leads to a resource that holds its schema', () => {
  const profiles = fc.constantFrom<ClientProfile['name']>('lenient', 'strict', 'entra', 'okta')
  const before = canonicalJson(ada)
  fc.assert(
    fc.property(fc.array(operation, { maxLength: 5 }), profiles, (operations, name) => {
      let after: JsonObject | undefined
      refusal(() => {
        after = patched(ada, operations, profileOf(name)).resource
      })
      assert.equal(canonicalJson(ada), before)
      if (after === undefined) return
      assert.equal(typeof after['userName'], 'string')
      assert.ok(!('id' in after) && !('meta' in after) && !('groups' in after) && !('schemas' in after))
      for (const list of Object.values(after))
        if (Array.isArray(list)) assert.ok((list as readonly Json[]).filter(isPrimary).length <= 1)
    }),
    { numRuns: runs },
  )
})

test('what a patch replaces with what is there changes nothing', () => {
  const known = Object.entries(ada).map(([path, given]) => ({ op: 'replace', path, value: given }))
  assert.deepEqual(patched(ada, known).resource, ada)
  assert.deepEqual(patched(ada, [{ op: 'add', value: ada }]).resource, ada)
})
