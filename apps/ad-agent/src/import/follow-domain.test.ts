import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { ImportLease } from '@lockstep/contract/agents/protocol'
import type { RootDse } from '@lockstep/ldap/root-dse'
import { positionOf } from './follow-domain.ts'

const settings = {
  domainId: 'd',
  baseDn: 'DC=y',
  rootDn: 'OU=x,DC=y',
  integrationGroupDn: 'CN=g,DC=y',
  userContainerDn: 'OU=x,DC=y',
  groupContainerDn: 'OU=x,DC=y',
  upnSuffix: 'y',
}
const invocationId = '11111111-2222-3333-4444-555555555555'
const lease: ImportLease = {
  role: 'primary',
  epoch: 1,
  leaseMs: 1000,
  settings,
  cookie: 'AAEC',
  invocationId,
  highestUsn: '100',
  fullReadWanted: false,
  wantedGuids: [],
}
const dse: RootDse = {
  highestCommittedUsn: 100n,
  dsServiceName: 'CN=x',
  dnsHostName: 'dc1.y',
  defaultNamingContext: 'DC=y',
  invocationId,
}

test('the position of the hub is taken when it fits the domain controller', () => {
  assert.deepEqual(positionOf(lease, dse), { cookie: Buffer.from([0, 1, 2]), usn: 100n })
  assert.equal(typeof positionOf(lease, { ...dse, invocationId: undefined }), 'object')
})

test('everything is read when the hub wants it, has no position, or the controller is not the one of the position', () => {
  const { cookie: _cookie, ...without } = lease
  assert.equal(typeof positionOf({ ...lease, fullReadWanted: true }, dse), 'string')
  assert.equal(typeof positionOf(without, dse), 'string')
  assert.equal(typeof positionOf(lease, { ...dse, invocationId: 'other' }), 'string')
  assert.equal(typeof positionOf(lease, { ...dse, highestCommittedUsn: 99n }), 'string')
})
