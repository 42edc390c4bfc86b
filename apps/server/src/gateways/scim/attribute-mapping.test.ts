import assert from 'node:assert/strict'
import { test } from 'node:test'
import { AppError } from '@lockstep/contract/app-error'
import type { MappingRow } from '@lockstep/contract/hub/integration'
import { checkMapping, mappingOf, mappingVocabulary } from './attribute-mapping.ts'

function fault(...rows: readonly MappingRow[]): string {
  try {
    checkMapping(rows)
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
  const { direct, derived } = mappingOf([
    { path: 'nickName', field: 'attributes.nick' },
    { path: 'title', field: 'jobTitle', transform: 'upper' },
    { path: 'emails[type eq "home"].value', field: 'alternateEmail', transform: 'after_at' },
    { path: 'phoneNumbers.value', field: 'attributes.phone', transform: 'digits' },
  ])
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
  const { usual, attributes } = mappingVocabulary()
  assert.equal(fault(...usual), '')
  for (const { path, type } of attributes)
    assert.equal(
      fault({ path, field: type === 'boolean' ? 'sudo' : type === 'integer' ? 'unix_uid' : 'company' }),
      '',
      path,
    )
})
