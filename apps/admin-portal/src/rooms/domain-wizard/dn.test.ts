import assert from 'node:assert/strict'
import { test } from 'node:test'
import { baseDnOf, dnParts, isWithinDn, nestPlaces, ownName, parentDn } from './dn.ts'

test('a domain is read in each of its spellings', () => {
  assert.equal(baseDnOf('corp.example'), 'DC=corp,DC=example')
  assert.equal(baseDnOf('DC=corp; dc=example'), 'DC=corp,DC=example')
  assert.equal(baseDnOf('not a domain'), undefined)
  assert.equal(baseDnOf('corp'), undefined)
})

test('a comma within a name does not end it', () => {
  assert.deepEqual(dnParts('CN=Doe\\, Jane,OU=People'), ['CN=Doe\\, Jane', 'OU=People'])
  assert.equal(ownName('CN=Doe\\, Jane,OU=People'), 'Doe, Jane')
  assert.equal(parentDn('CN=Doe\\, Jane,OU=People,DC=x'), 'OU=People,DC=x')
  assert.equal(dnParts('people'), undefined)
})

test('within means the place itself or below it, whatever the case', () => {
  assert.equal(isWithinDn('ou=people, dc=corp,dc=example', 'OU=People,DC=corp,DC=example'), true)
  assert.equal(isWithinDn('OU=A,OU=People,DC=corp', 'OU=People,DC=corp'), true)
  assert.equal(isWithinDn('OU=MorePeople,DC=corp', 'OU=People,DC=corp'), false)
  assert.equal(isWithinDn('DC=corp', 'OU=People,DC=corp'), false)
})

test('places stand inside the closest one that holds them', () => {
  const [domain] = nestPlaces([
    { label: 'Group', dn: 'CN=Lockstep,OU=Groups,OU=Company,DC=corp' },
    { label: 'Domain', dn: 'DC=corp' },
    { label: 'Root', dn: 'OU=Company,DC=corp' },
    { label: 'New users', dn: 'OU=Company,DC=corp' },
  ])
  assert.equal(domain?.label, 'Domain')
  assert.deepEqual(
    domain?.inside.map(({ label }) => label),
    ['Root, new users'],
  )
  assert.equal(domain?.inside[0]?.inside[0]?.label, 'Group')
})
