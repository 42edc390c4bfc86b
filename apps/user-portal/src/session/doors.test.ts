import assert from 'node:assert/strict'
import { test } from 'node:test'
import { doorOf, targetOf } from './doors.ts'

test('each open step of signing in has its door, and nothing else has', () => {
  assert.equal(doorOf({ signedIn: false, next: 'password' }), '/sign-in')
  assert.equal(doorOf({ signedIn: false, next: 'second-factor' }), '/second-factor')
  assert.equal(doorOf({ signedIn: true, next: 'enrol-second-factor' }), '/enrol')
  assert.equal(doorOf({ signedIn: true, next: 'change-password' }), '/new-password')
  assert.equal(doorOf({ signedIn: true }), undefined)
  assert.equal(doorOf({ signedIn: false }), '/sign-in')
})

test('signing in leads back to a room, never to a door', () => {
  assert.equal(targetOf('/password'), '/password')
  for (const door of ['/sign-in?to=/', '/password-link', '/activate', '/new-password', '//elsewhere.example'])
    assert.equal(targetOf(door), '/')
})
