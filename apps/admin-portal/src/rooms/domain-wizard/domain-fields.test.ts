import assert from 'node:assert/strict'
import { test } from 'node:test'
import { domainName } from './domain-fields.ts'

test('a domain may be written in three ways', () => {
  for (const domain of ['corp.example', 'DC=corp,DC=example', 'DC=corp;DC=example', ' ad.corp.example '])
    assert.equal(domainName(domain), undefined)
  for (const wrong of ['corp', 'corp.example.', 'CN=corp', 'a b.c'])
    assert.match(domainName(wrong) ?? '', /Write the domain/u)
  assert.match(domainName('') ?? '', /Enter/u)
})
