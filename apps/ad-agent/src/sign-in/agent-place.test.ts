import assert from 'node:assert/strict'
import { test } from 'node:test'
import { placeOf } from './agent-place.ts'

test('a domain controller that answers from an address of this machine is this machine', () => {
  const own = ['127.0.0.1', '10.0.0.5', 'fe80::1%eth0', '2001:DB8::5']
  for (const address of ['10.0.0.5', '::ffff:10.0.0.5', '127.0.0.11', '::1', 'fe80::1', '2001:db8::5'])
    assert.equal(placeOf(address, own), 'domain_controller', address)
  for (const address of ['10.0.0.6', '2001:db8::6', '128.0.0.1'])
    assert.equal(placeOf(address, own), 'member_server', address)
})

test('without an address nothing is said', () => {
  for (const address of [undefined, '', 'dc1.corp.example']) assert.equal(placeOf(address, []), undefined)
})
