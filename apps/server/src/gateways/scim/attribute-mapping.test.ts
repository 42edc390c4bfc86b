import assert from 'node:assert/strict'
import { test } from 'node:test'
import { AppError } from '@lockstep/contract/app-error'
import type { MappingRow } from '@lockstep/contract/hub/integration'
import { checkMapping, mappingOf, mappingVocabulary } from './attribute-mapping.ts'

const plain = { multiValued: false, description: '', required: false, caseExact: false } as const
const usual = { mutability: 'readWrite', returned: 'default', uniqueness: 'none' } as const
const facts = { fromFile: false, created: new Date(0), updated: new Date(0) }
const badge = 'urn:example:badge:1.0:User'
const declared = {
  schemas: [
    {
      ...{ ...facts, key: 'k', id: badge, name: 'Badge', description: '', extends: ['User' as const] },
      attributes: [
        { name: 'code', type: 'string' as const, ...plain, ...usual },
        { name: 'floor', type: 'integer' as const, ...plain, ...usual, mutability: 'readOnly' as const },
        { name: 'doors', type: 'string' as const, ...plain, ...usual, multiValued: true },
        ...['active', 'members', 'password', 'manager'].map((name) => ({
          name,
          type: 'string' as const,
          ...plain,
          ...usual,
        })),
        { name: 'pin', type: 'string' as const, ...plain, ...usual, returned: 'never' as const },
        {
          ...{ name: 'holder', type: 'complex' as const, ...plain, ...usual },
          subAttributes: [{ name: 'since', type: 'dateTime' as const, ...plain, ...usual }],
        },
      ],
    },
  ],
  types: [],
}

function fault(...rows: readonly MappingRow[]): string {
  try {
    checkMapping(rows, declared)
    return ''
  } catch (error) {
    return error instanceof AppError ? `${error.field}: ${error.message}` : String(error)
  }
}

test('a row names an attribute of one value and a field that takes it', () => {
  assert.equal(fault({ path: 'title', field: 'jobTitle' }, { path: 'nickName', field: 'attributes.nick' }), '')
  assert.equal(fault({ path: 'phoneNumbers[type eq "mobile"].value', field: 'attributes.mobile' }), '')
  assert.equal(fault({ path: 'externalId', field: 'employeeIdentifier' }), '')
  assert.equal(
    fault({ path: 'URN:ietf:params:scim:schemas:extension:enterprise:2.0:user:division', field: 'company' }),
    '',
  )
  assert.match(fault({ path: 'title', field: 'jobTitle' }, { path: 'nothing', field: 'company' }), /^mapping\.1\.path/)
  assert.match(fault({ path: 'title', field: 'x' }), /^mapping\.0\.field: .*no field/)
  assert.match(fault({ path: 'title', field: 'username' }), /rules for user names/)
  for (const path of [
    'emails',
    'password',
    'active',
    'groups.value',
    'meta.created',
    'emails[',
    'emails[nothing eq "x"].value',
    'manager.value',
  ])
    assert.match(fault({ path, field: 'company' }), /no attribute of users/, path)
  // What is kept apart of users is so by where it stands: a declared attribute may be called the same.
  for (const name of ['active', 'members', 'password', 'manager'])
    assert.equal(fault({ path: `${badge}:${name}`, field: 'company' }), '', name)
})

test('no field stands twice, and types have to fit', () => {
  const rows = [
    { path: 'title', field: 'attributes.A' },
    { path: 'nickName', field: 'attributes.a' },
  ]
  assert.match(fault(...rows), /^mapping\.1\.field: .*stands twice/)
  assert.match(fault({ path: 'title', field: 'sudo' }), /of the type string/)
  const sudo = 'urn:lockstep:params:scim:schemas:extension:directory:1.0:User:sudo'
  assert.equal(fault({ path: sudo, field: 'passwordless_sudo' }), '')
  assert.match(fault({ path: sudo, field: 'company' }), /of the type boolean/)
  assert.match(fault({ path: sudo, field: 'attributes.s', transform: 'upper' }), /no text that could be transformed/)
})

test('plain values go both ways, all others derive their field from what was sent', () => {
  const { direct, derived } = mappingOf(
    [
      { path: 'nickName', field: 'attributes.nick' },
      { path: 'title', field: 'jobTitle', transform: 'upper' },
      { path: 'emails[type eq "home"].value', field: 'alternateEmail', transform: 'after_at' },
      { path: 'phoneNumbers.value', field: 'attributes.phone', transform: 'digits' },
    ],
    declared,
  )
  assert.deepEqual(direct, [{ path: ['nickName'], field: 'attributes.nick', empty: '' }])
  const resource = {
    title: 'Chief',
    emails: [{ value: 'a@work.example' }, { type: 'home', value: 'a@home.example' }],
    phoneNumbers: [{ value: '1' }, { value: '+49 30 12', primary: true }],
  }
  assert.deepEqual(
    derived.map(({ read }) => read(resource)),
    ['CHIEF', 'home.example', '493012'],
  )
  assert.deepEqual(
    derived.map(({ read }) => read({})),
    [undefined, undefined, undefined],
  )
})

test('the usual table is one that can be used, and every attribute that is offered is taken', () => {
  const { usual: rows, attributes, fields } = mappingVocabulary(declared)
  assert.equal(fault(...rows), '')
  for (const { path, type } of attributes)
    assert.equal(
      fault({ path, field: type === 'boolean' ? 'sudo' : type === 'integer' ? 'unix_uid' : 'company' }),
      '',
      path,
    )
  for (const { field, type } of fields)
    assert.equal(fault({ path: type === 'boolean' ? sudo : type === 'integer' ? unixUid : 'title', field }), '', field)
})

const hub = 'urn:lockstep:params:scim:schemas:extension:directory:1.0:User'
const [sudo, unixUid] = [`${hub}:sudo`, `${hub}:unixUid`]

test('declared attributes of one value are fields and attributes of rows, and what is never returned is neither', () => {
  const { attributes, fields } = mappingVocabulary(declared)
  const twins = ['active', 'members', 'password', 'manager']
  const ofBadge = (names: readonly string[]) =>
    names.filter((name) => name.startsWith(badge)).map((name) => name.slice(badge.length + 1))
  assert.deepEqual(ofBadge(fields.map(({ field }) => field)), ['code', 'floor', ...twins, 'holder.since'])
  assert.deepEqual(ofBadge(attributes.map(({ path }) => path)), ['code', ...twins, 'holder.since'])
  for (const name of ['doors', 'pin', 'holder', 'none'])
    assert.match(fault({ path: 'title', field: `${badge}:${name}` }), /^mapping\.0\.field: .*no field/, name)
  assert.match(fault({ path: `${badge}:pin`, field: 'company' }), /^mapping\.0\.path/)
  const rows = [
    { path: 'nickName', field: `${badge}:code`, transform: 'upper' as const },
    { path: `${badge}:code`, field: 'costCenter' },
  ]
  const { direct, derived, declared: set } = mappingOf(rows, declared)
  assert.deepEqual(direct, [])
  assert.deepEqual(
    derived.map(({ field, read }) => [field, read({ [badge]: { code: 'X' } })]),
    [['costCenter', 'X']],
  )
  assert.deepEqual(
    set.map(({ path, read }) => [path, read({ nickName: 'jj' })]),
    [[[badge, 'code'], 'JJ']],
  )
  assert.deepEqual(mappingOf(rows, { schemas: [], types: [] }), { direct: [], derived: [], declared: [] })
})
