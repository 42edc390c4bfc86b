import type { Profile } from '@lockstep/contract/portal/profile'
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { managerOf, mayChange, updateOf, valuesOf } from './profile-values.ts'

const profile: Profile = {
  id: '1',
  username: 'ada',
  email: 'ada@example.com',
  displayName: 'Ada',
  firstName: 'Ada',
  lastName: 'Lovelace',
  jobTitle: '',
  department: '',
  company: '',
  location: '',
  phoneNumbers: [{ type: 'work', number: '+44 1' }],
  addresses: [],
  fields: [
    { name: 'displayName', mayChange: true },
    { name: 'firstName', mayChange: false, managedBy: 'corp.example.com' },
  ],
}

test('only what was changed is sent, trimmed and without empty parts', () => {
  const phoneNumbers = JSON.stringify([{ type: 'home', number: ' 42 ', extra: '' }])
  assert.deepEqual(updateOf({ phoneNumbers }), { phoneNumbers: [{ type: 'home', number: '42' }] })
  assert.deepEqual(updateOf({ displayName: ' Countess ' }), { displayName: 'Countess' })
  assert.deepEqual(updateOf({}), {})
})

test('the form begins with what the profile says', () => {
  assert.deepEqual(valuesOf(profile), {
    displayName: 'Ada',
    phoneNumbers: '[{"type":"work","number":"+44 1"}]',
    addresses: '[]',
  })
})

test('a field that the hub does not list is not to be changed', () => {
  assert.equal(mayChange(profile, 'displayName'), true)
  assert.equal(mayChange(profile, 'firstName'), false)
  assert.equal(mayChange(profile, 'lastName'), false)
  assert.equal(managerOf(profile, 'firstName'), 'corp.example.com')
  assert.equal(managerOf(profile, 'lastName'), undefined)
})
