import assert from 'node:assert/strict'
import { test } from 'node:test'
import { insidePath } from './inside-path.ts'

test('signing in leads back only into this portal, and to no door of it', () => {
  const doors = ['/sign-in', '/enrol']
  assert.equal(insidePath('/users?state=SUSPENDED', doors), '/users?state=SUSPENDED')
  for (const outside of [
    '//evil.example',
    '/\\evil.example',
    'https://evil.example',
    '',
    undefined,
    4,
    '/sign-in?to=/',
    '/enrol?to=/',
  ]) {
    assert.equal(insidePath(outside, doors), '/')
  }
})
