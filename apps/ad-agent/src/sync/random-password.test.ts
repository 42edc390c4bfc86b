import assert from 'node:assert/strict'
import { test } from 'node:test'
import { randomPassword } from './random-password.ts'

test('every password is long, has all kinds of characters, and none repeats', () => {
  const passwords = Array.from({ length: 500 }, randomPassword)
  assert.equal(new Set(passwords).size, 500)
  for (const password of passwords) {
    assert.equal(password.length, 40)
    for (const kind of [/[A-Z]/, /[a-z]/, /[0-9]/, /[^A-Za-z0-9]/]) assert.match(password, kind)
  }
})
