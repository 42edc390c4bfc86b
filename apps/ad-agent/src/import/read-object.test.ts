import assert from 'node:assert/strict'
import { test } from 'node:test'
import { dirSyncEntryOf } from '@lockstep/ldap/dir-sync-entry'
import type { LinkValue } from '@lockstep/ldap/link-value'
import { kindOf, linksWithoutGuid, readObjectOf } from './read-object.ts'

const guid = '03020100-0504-0706-0809-0a0b0c0d0e0f'
const guidBytes = Buffer.from('000102030405060708090a0b0c0d0e0f', 'hex')
const other = '11111111-2222-3333-4444-555555555555'
const nobody = (): undefined => undefined

function entryOf(attributes: Readonly<Record<string, readonly (string | Buffer)[]>>) {
  const values = new Map<string, readonly Buffer[]>([['objectguid', [guidBytes]]])
  for (const [name, texts] of Object.entries(attributes)) {
    values.set(
      name.toLowerCase(),
      texts.map((value) => Buffer.from(value)),
    )
  }
  const entry = dirSyncEntryOf({ dn: 'CN=x,DC=y', attributes: values }, true)
  assert.ok(entry)
  return entry
}

test('attributes go out in the letter case of the schema, and what was not asked for does not', () => {
  const entry = entryOf({ sAMAccountName: ['jdoe'], instanceType: ['4'], objectClass: ['top', 'user'], L: ['Bern'] })
  const object = readObjectOf(entry, { isComplete: true, resolve: nobody })
  assert.deepEqual(object, {
    guid,
    kind: 'user',
    deleted: false,
    dn: 'CN=x,DC=y',
    complete: true,
    attributes: { sAMAccountName: ['jdoe'], l: ['Bern'] },
  })
})

test('a change without classes keeps removed attributes as empty lists', () => {
  const object = readObjectOf(entryOf({ title: [], sn: ['Doe'] }), { isComplete: false, resolve: nobody })
  assert.deepEqual([object.kind, object.attributes], ['unchanged', { title: [], sn: ['Doe'] }])
  const whole = readObjectOf(entryOf({ title: [] }), { isComplete: true, resolve: nobody })
  assert.deepEqual(whole.attributes, {})
})

test('what is no text, too long or carries NUL is named instead of sent', () => {
  const entry = entryOf({
    sn: [Buffer.from([0xc3, 0x28])],
    title: ['x'.repeat(10_001)],
    company: ['a\0b'],
    mail: ['m'],
  })
  const object = readObjectOf(entry, { isComplete: true, resolve: nobody })
  assert.deepEqual(object.unreadable?.toSorted(), ['company', 'sn', 'title'])
  assert.deepEqual(object.attributes, { mail: ['m'] })
})

test('the security identifier goes out as text', () => {
  const sid = Buffer.from('01050000000000051500000001000000020000000300000050040000', 'hex')
  const object = readObjectOf(entryOf({ objectSid: [sid] }), { isComplete: true, resolve: nobody })
  assert.deepEqual(object.attributes['objectSid'], ['S-1-5-21-1-2-3-1104'])
})

test('managers and members go out as GUIDs, looked up where the value does not carry one', () => {
  const entry = entryOf({
    manager: ['CN=boss,DC=y'],
    'member;range=1-1': [`<GUID=${other}>;CN=a,DC=y`, 'CN=gone,DC=y'],
    'member;range=0-0': ['CN=boss,DC=y'],
  })
  assert.deepEqual(
    linksWithoutGuid(entry)
      .map(({ dn }) => dn)
      .toSorted(),
    ['CN=boss,DC=y', 'CN=boss,DC=y', 'CN=gone,DC=y'],
  )
  const resolve = (link: LinkValue): string | undefined => (link.dn === 'CN=boss,DC=y' ? guid : undefined)
  const object = readObjectOf(entry, { isComplete: false, resolve })
  assert.deepEqual(object.attributes['manager'], [guid])
  assert.deepEqual(object.members, { complete: false, added: [other], removed: [guid] })
})

test('members are whole for a group read completely, even when it has none, and never for others', () => {
  const read = (objectClass: string, isComplete: boolean) =>
    readObjectOf(entryOf({ objectClass: ['top', objectClass] }), { isComplete, resolve: nobody }).members
  assert.deepEqual(read('group', true), { complete: true, added: [], removed: [] })
  assert.equal(read('group', false), undefined)
  assert.equal(read('user', true), undefined)
})

test('a deleted object has no members', () => {
  const entry = entryOf({ isDeleted: ['TRUE'], objectClass: ['top', 'group'] })
  const object = readObjectOf(entry, { isComplete: true, resolve: nobody })
  assert.deepEqual([object.deleted, object.members], [true, undefined])
})

test('computers and managed service accounts are no users', () => {
  assert.equal(kindOf(['top', 'person', 'organizationalPerson', 'user', 'computer']), 'other')
  assert.equal(kindOf(['top', 'person', 'organizationalPerson', 'user', 'inetOrgPerson']), 'user')
  assert.equal(kindOf(['top', 'organizationalUnit']), 'container')
  assert.equal(kindOf(['top', 'container', 'groupPolicyContainer']), 'container')
  assert.equal(kindOf(['top', 'msImaging-PSPs']), 'other')
  assert.equal(kindOf([]), 'unchanged')
})
