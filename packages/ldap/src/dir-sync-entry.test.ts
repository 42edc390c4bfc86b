import assert from 'node:assert/strict'
import { test } from 'node:test'

import { dirSyncEntryOf } from './dir-sync-entry.ts'
import type { RawEntry } from './raw-entry.ts'

const id = Buffer.from('00112233445566778899aabbccddeeff', 'hex')

function raw(attributes: Readonly<Record<string, readonly string[]>>, dn = 'CN=x,DC=y'): RawEntry {
  const values = Object.entries(attributes).map(
    ([name, given]) => [name, given.map((value) => Buffer.from(value))] as const,
  )
  return { dn, attributes: new Map([['objectguid', [id]], ...values]) }
}

test('members added and removed are told apart, and member itself is then absent', () => {
  const entry = dirSyncEntryOf(
    raw({ member: [], 'member;range=1-1': ['CN=a', 'CN=b'], 'member;range=0-0': ['CN=c'] }),
    true,
  )
  assert.deepEqual(entry?.memberAdded, [{ dn: 'CN=a' }, { dn: 'CN=b' }])
  assert.deepEqual(entry?.memberRemoved, [{ dn: 'CN=c' }])
  assert.equal(entry?.member, undefined)
  assert.deepEqual([...(entry?.attributes.keys() ?? [])], ['objectguid'])
})

test('without incremental values the whole member list is given', () => {
  const entry = dirSyncEntryOf(raw({ member: ['CN=a'] }), false)
  assert.deepEqual(entry?.member, [{ dn: 'CN=a' }])
  assert.deepEqual(dirSyncEntryOf(raw({ member: [] }), false)?.member, [])
  assert.deepEqual(entry?.memberAdded, [])
})

test('a single-valued link sent as a range stands under its plain name', () => {
  const value = (attributes: Readonly<Record<string, readonly string[]>>): string[] | undefined =>
    dirSyncEntryOf(raw(attributes), true)?.attributes.get('manager')?.map(String)
  assert.deepEqual(value({ 'manager;range=0-0': ['CN=old'], 'manager;range=1-1': ['CN=new'] }), ['CN=new'])
  assert.deepEqual(value({ 'manager;range=1-1': ['CN=new'], 'manager;range=0-0': ['CN=old'] }), ['CN=new'])
  assert.deepEqual(value({ 'manager;range=0-0': ['CN=old'] }), [])
  assert.equal(value({}), undefined)
})

test('a deleted object is marked, and an extended name is made plain', () => {
  const entry = dirSyncEntryOf(
    raw({ isdeleted: ['TRUE'] }, '<GUID=33221100-5544-7766-8899-aabbccddeeff>;CN=x,DC=y'),
    true,
  )
  assert.equal(entry?.isDeleted, true)
  assert.equal(entry?.dn, 'CN=x,DC=y')
  assert.equal(entry?.guid, '33221100-5544-7766-8899-aabbccddeeff')
  assert.equal(dirSyncEntryOf({ dn: 'CN=x', attributes: new Map() }, true), undefined)
})
