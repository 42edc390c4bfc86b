import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import type { Json, JsonObject } from '@lockstep/kernel/json'
import { type ClientProfile, profileOf } from './client-profile.ts'
import { groupType } from './group-schemas.ts'
import { applyPatch, patchUrn, readPatch } from './patch.ts'
import { complex, text, typed } from './schema.ts'
import { ScimRefusal } from './scim-refusal.ts'
import { enterpriseUrn, userType } from './user-schemas.ts'

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
  test('takes no number that is beyond all numbers', () => {
    const schema = { ...userType.schema, attributes: [typed('decimal', 'score', 'A number.')] }
    const add = (value: string) => {
      const sent = JSON.parse(`[{"op": "add", "path": "score", "value": ${value}}]`) as readonly Json[]
      return refusal(() => patched({}, sent, lenient, { ...userType, schema }))
    }
    assert.deepEqual([add('-1.5e3'), add('1e400')], ['accepted', 'invalidValue'])
  })

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

  test('keeps the letter case of what a key compares with', () => {
    const op = { op: 'add', value: { 'ROLES[Type eq "Admin"].value': 'A' } }
    assert.deepEqual(patched(ada, [op]).resource['roles'], [{ type: 'Admin', value: 'A' }])
  })

  test('adds no element of whose value nothing was sent, and changes one by what is said of it', () => {
    const nothing = { op: 'add', path: 'phoneNumbers', value: [{ type: 'work', value: '' }] }
    assert.equal(patched(ada, [nothing]).resource['phoneNumbers'], undefined)
    const said = { op: 'replace', path: 'emails[type eq "home"]', value: { primary: true, display: null } }
    const [work, home] = patched(ada, [said]).resource['emails'] as JsonObject[]
    assert.deepEqual([work?.['primary'], home], [false, { value: 'ada@home.example', type: 'home', primary: true }])
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
    const added = { op: 'add', path: 'members', value: [{ value: 'a' }] }
    const operations = [
      [[added], [['add', 'a']]],
      [[{ op: 'remove', path: 'members[value eq "b" or value eq "c"]' }], [['remove', 'b', 'c']]],
      [[{ op: 'Remove', path: 'members', value: [{ $ref: null, value: 'd' }] }], [['remove', 'd']]],
      [[{ op: 'remove', path: 'members' }], [['replace']]],
      [[{ op: 'remove', path: 'members', value: [] }], []],
      [[{ op: 'replace', value: { members: [{ value: 'e' }], displayName: 'New' } }], [['replace', 'e']]],
    ] as const
    for (const [sent, expected] of operations) {
      const { sets } = patched({ displayName: 'G' }, sent, lenient, groupType)
      assert.deepEqual(
        sets.map(({ verb, values }) => [verb, ...values]),
        expected,
      )
    }
    assert.equal(patched({ displayName: 'G' }, operations[5][0], lenient, groupType).resource['displayName'], 'New')
  })

  test('that takes a member away and brings them back leaves them, and what comes before all are replaced is nothing', () => {
    const member = (op: string, value: string) => ({ op, path: 'members', value: [{ value }] })
    const settled = (...operations: readonly Json[]) =>
      patched({ displayName: 'G' }, operations, lenient, groupType).sets.map(({ verb, values }) => [verb, ...values])
    assert.deepEqual(settled(member('remove', 'a'), member('add', 'a')), [['add', 'a']])
    assert.deepEqual(settled(member('add', 'a'), member('remove', 'a'), member('add', 'b')), [
      ['add', 'b'],
      ['remove', 'a'],
    ])
    assert.deepEqual(settled(member('add', 'a'), member('replace', 'b'), member('add', 'c')), [['replace', 'b', 'c']])
  })
})

describe('what clients only read', () => {
  const urn = 'urn:example:desk:1.0:User'
  const only = { mutability: 'readOnly' } as const
  const holder = complex('holder', '', [text('name', ''), text('by', '', only)])
  const attributes = [text('code', '', { required: true }), text('grade', '', only), holder]
  const extension = { schema: { id: urn, name: 'Desk', description: '', attributes }, required: false }
  const type = { ...userType, extensions: [extension] }
  const after = (values: JsonObject, ...operations: readonly Json[]) =>
    patched({ ...ada, [urn]: values }, operations, lenient, type).resource[urn]

  test('is no reason to ask for more, when nothing else is left', () => {
    const kept = { grade: 'A', holder: { by: 'desk' } }
    assert.deepEqual(after(kept, { op: 'replace', path: 'active', value: false }), kept)
    assert.deepEqual(after({ ...kept, code: '1' }, { op: 'remove', path: urn }), kept)
    const name = { op: 'add', path: `${urn}:holder.name`, value: 'Jane' }
    assert.equal(
      refusal(() => after(kept, name)),
      'mutability',
    )
    const incomplete = { ...kept, holder: { name: 'Jane' } }
    assert.deepEqual(after(incomplete, { op: 'replace', path: 'active', value: false }), incomplete)
  })

  test('stays within an object, however the rest of it goes', () => {
    const values = { code: '1', holder: { name: 'Jane', by: 'desk' } }
    const kept = { code: '1', holder: { by: 'desk' } }
    assert.deepEqual(after(values, { op: 'remove', path: `${urn}:holder` }), kept)
    assert.deepEqual(after(values, { op: 'replace', path: `${urn}:holder`, value: null }), kept)
    assert.deepEqual(after(values, { op: 'replace', value: { [urn]: { holder: '' } } }), kept)
    assert.deepEqual(after(values, { op: 'remove', path: `${urn}:holder.name` }), kept)
  })

  test('does not stand for an object that is required', () => {
    const required = {
      ...type,
      extensions: [{ ...extension, schema: { ...extension.schema, attributes: [{ ...holder, required: true }] } }],
    }
    const present = { ...ada, [urn]: { holder: { name: 'Jane', by: 'desk' } } }
    assert.equal(
      refusal(() => patched(present, [{ op: 'remove', path: `${urn}:holder` }], lenient, required)),
      'mutability',
    )
  })
})

test('what a patch replaces with what is there changes nothing', () => {
  const known = Object.entries(ada).map(([path, given]) => ({ op: 'replace', path, value: given }))
  assert.deepEqual(patched(ada, known).resource, ada)
  assert.deepEqual(patched(ada, [{ op: 'add', value: ada }]).resource, ada)
})
