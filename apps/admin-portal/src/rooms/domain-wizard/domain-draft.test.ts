import assert from 'node:assert/strict'
import { test } from 'node:test'
import {
  containerFault,
  directoryCreateOf,
  draftPlaces,
  emptyDraft,
  parseDraft,
  placeFault,
  placesFault,
} from './domain-draft.ts'

const draft = { ...emptyDraft, domain: ' corp.example ', rootDn: 'OU=Company,DC=corp,DC=example' }

test('a kept draft is taken up again, and a broken one begins anew', () => {
  assert.deepEqual(parseDraft(JSON.stringify(draft)), draft)
  assert.deepEqual(parseDraft('{'), emptyDraft)
  assert.deepEqual(parseDraft('[]'), emptyDraft)
  assert.deepEqual(parseDraft(JSON.stringify({ domain: 5, other: 'x' })), emptyDraft)
})

test('empty places are those that the hub takes', () => {
  assert.deepEqual(draftPlaces({ ...emptyDraft, domain: 'corp.example' }), {
    baseDn: 'DC=corp,DC=example',
    roots: ['DC=corp,DC=example'],
    users: 'CN=Users,DC=corp,DC=example',
    groups: 'CN=Users,DC=corp,DC=example',
    integrationGroup: 'CN=Lockstep,CN=Users,DC=corp,DC=example',
  })
  assert.equal(draftPlaces(draft).integrationGroup, 'CN=Lockstep,OU=Company,DC=corp,DC=example')
})

test('a place outside the domain, and a container outside the root, are told', () => {
  const { baseDn } = draftPlaces(draft)
  assert.match(placeFault('Company', baseDn) ?? '', /Write the whole name/u)
  assert.match(placeFault('OU=Company,DC=other,DC=example', baseDn) ?? '', /must lie in the domain/u)
  assert.equal(placeFault('', baseDn), undefined)
  assert.match(containerFault('OU=Other,DC=corp,DC=example', draftPlaces(draft)) ?? '', /root container/u)
  const wider = { ...draft, furtherRootDns: 'OU=Other,DC=corp,DC=example\n' }
  assert.equal(containerFault('OU=Other,DC=corp,DC=example', draftPlaces(wider)), undefined)
  assert.match(placesFault('OU=Other,DC=corp,DC=example\nBranch', baseDn) ?? '', /^Branch: /u)
})

test('only what was filled in is sent', () => {
  const [domain, useCase] = ['corp.example', 'TWOWAYSYNC']
  assert.deepEqual(directoryCreateOf({ ...draft, rootDn: '' }), { domain, useCase })
  assert.deepEqual(directoryCreateOf({ ...draft, furtherRootDns: ' OU=B,DC=corp,DC=example \n\n' }), {
    ...{ domain, useCase, rootDn: 'OU=Company,DC=corp,DC=example', furtherRootDns: ['OU=B,DC=corp,DC=example'] },
  })
})
