import assert from 'node:assert/strict'
import { test } from 'node:test'
import { inWords } from './place-words.ts'

test('settings in the hub’s texts are called as the forms call them', () => {
  assert.equal(inWords('No. rootDn: must lie below it.'), 'No. Root container: must lie below it.')
  assert.equal(
    inWords('furtherRootDns.1: there is no such object.'),
    'Further root containers: there is no such object.',
  )
  assert.equal(inWords('Copy its distinguishedName.'), 'Copy its distinguishedName.')
})
