import assert from 'node:assert/strict'
import { test } from 'node:test'
import { sshKeyIdentity } from './ssh-key.rules.ts'
import { checkRows, mergeRestrictedFields } from './user-rows.rules.ts'

const keyOf = (type: string, named = type): string => {
  const blob = Buffer.concat([Buffer.from([0, 0, 0, named.length]), Buffer.from(named), Buffer.alloc(40, 7)])
  return `${type} ${blob.toString('base64')}`
}

test('a key is its type and bytes, whatever its comment', () => {
  const key = keyOf('ssh-ed25519')
  assert.equal(sshKeyIdentity(`${key} ada@laptop with blanks`), sshKeyIdentity(`  ${key}\n`))
  assert.notEqual(sshKeyIdentity(key), undefined)
  assert.notEqual(sshKeyIdentity(keyOf('sk-ssh-ed25519@openssh.com')), undefined)
  for (const text of ['', 'ssh-rsa', 'ssh-rsa AAAA', keyOf('ssh-rsa', 'ssh-dss'), keyOf('ssh-magic'), `${key}\n${key}`])
    assert.equal(sshKeyIdentity(text), undefined, text.slice(0, 40))
})

test('rows are refused with the place of the first fault', () => {
  const fieldOf = (field: string, rows: Parameters<typeof checkRows>[1]): string | undefined =>
    checkRows(field, rows)?.field
  assert.equal(fieldOf('attributes', [{ name: 'seat', value: '1' }]), undefined)
  assert.equal(fieldOf('attributes', [{ name: 'seat', value: 'x'.repeat(1025) }]), 'attributes.0.value')
  assert.equal(fieldOf('attributes', [{ name: 'a' }, { name: 'A' }]), 'attributes.1.name')
  assert.equal(fieldOf('attributes', [{ name: 'x'.repeat(33) }]), 'attributes.0.name')
  assert.equal(fieldOf('addresses', ['x']), 'addresses.0')
  const key = { name: 'k', public_key: keyOf('ssh-rsa') }
  assert.equal(fieldOf('ssh_keys', [key, { ...key, name: 'again' }]), 'ssh_keys.1.public_key')
  const row = { field: 'email', type: 'scim', id: '5f0000000000000000000001' }
  assert.equal(fieldOf('restrictedFields', [row]), undefined)
  assert.equal(fieldOf('restrictedFields', [{ ...row, type: 'magic' }]), 'restrictedFields.0.type')
  assert.equal(fieldOf('restrictedFields', [{ ...row, field: 'shoeSize' }]), 'restrictedFields.0.field')
})

test('a request gives up what other authorities own, but not what the home directory does', () => {
  const home = { field: 'email', type: 'active_directory', id: 'd1' }
  const other = { field: 'firstname', type: 'scim', id: 's1' }
  const present = { restrictedFields: [home, other] }
  assert.deepEqual(mergeRestrictedFields([], present, 'd1'), [home])
  assert.deepEqual(mergeRestrictedFields([other, home], present, 'd1'), [other, home])
  assert.deepEqual(mergeRestrictedFields([], present, null), [])
  const declared = { ...home, field: 'urn:example:badge:1.0:User:code' }
  assert.deepEqual(mergeRestrictedFields([], { restrictedFields: [home, declared] }, 'd1'), [home])
})
