import assert from 'node:assert/strict'
import test from 'node:test'
import { AppError } from '@lockstep/contract/app-error'
import type { Json, JsonObject } from '@lockstep/kernel/json'
import { fieldsOfHubAlone, initialAttributes, storedFields } from '../../directory/users/user-fields.rules.ts'
import { compileValidator } from '../../platform/http/validation.ts'
import { castUser, needsPresentUser } from './cast-user.ts'
import { typedFields, UserBody } from './user-body.ts'

const now = new Date('2026-01-05T09:00:00.000Z')
const validate = compileValidator(UserBody, 'body', { convert: true, tolerant: true })

/** What the service gets of a body, through the schema layer. */
function read(body: unknown, stored?: JsonObject): Readonly<Record<string, unknown>> {
  return castUser(validate(body) as Record<string, unknown>, { now, ...(stored === undefined ? {} : { stored }) })
}

const refusal = (field: string) => (error: unknown) =>
  error instanceof AppError && error.code === 'invalid_request' && error.field?.startsWith(field) === true

test('every field of a new user survives the schema layer unchanged, and what JumpCloud’s users do not have is left out', () => {
  const samples: Readonly<Record<string, Json>> = {
    text: 'null',
    nullable_text: 'x',
    boolean: true,
    integer: 7,
    texts: ['a', 'b'],
    id: '5f0000000000000000000001',
  }
  for (const [name, facts] of [...Object.entries(storedFields), ...Object.entries(typedFields)]) {
    const type = typeof facts === 'string' ? facts : facts.type
    const sample = samples[type]
    const taken = fieldsOfHubAlone.has(name) ? {} : { [name]: sample }
    if (sample !== undefined) assert.deepEqual(read({ [name]: sample }), taken, name)
  }
})

test('a user that is sent back as it was answered means no other value', () => {
  const known = Object.entries(initialAttributes).filter(([name]) => !fieldsOfHubAlone.has(name))
  const stored = {
    ...Object.fromEntries(known),
    addresses: [{ _id: '5f0000000000000000000002', id: '5f0000000000000000000002', type: 'work', country: 'FR' }],
    phoneNumbers: [{ type: 'mobile', number: '1' }],
    recoveryEmail: { address: 'a@b.example', verified: true },
    delegatedAuthority: { id: '5f0000000000000000000003', name: 'ActiveDirectory' },
  }
  assert.deepEqual(read(stored, stored), stored)
})

test('numbers and booleans may be text, in any letter case', () => {
  assert.deepEqual(read({ unix_uid: '2244', unix_guid: 2245, sudo: 'True', suspended: 'false', account_locked: 1 }), {
    unix_uid: 2244,
    unix_guid: 2245,
    sudo: true,
    suspended: false,
    account_locked: true,
  })
  assert.deepEqual(read({ firstname: 5, employeeIdentifier: 17, password: 1234567890 }), {
    firstname: '5',
    employeeIdentifier: '17',
    password: '1234567890',
  })
  assert.deepEqual(read({ unix_uid: '', unix_guid: null, sudo: null, state: null, password: '' }), {})
  assert.deepEqual(read({ unix_uid: 1.5 }), { unix_uid: 1.5 })
  assert.throws(() => read({ sudo: 'perhaps' }), refusal('sudo'))
})

test('null empties a text, and clears what may be null', () => {
  assert.deepEqual(
    read({
      firstname: null,
      email: null,
      employeeIdentifier: null,
      manager: null,
      delegatedAuthority: null,
      tags: null,
    }),
    { firstname: '', email: '', employeeIdentifier: null, manager: null, delegatedAuthority: null, tags: [] },
  )
  assert.deepEqual(read({ manager: '' }), { manager: null })
})

test('unknown fields are ignored', () => {
  assert.deepEqual(read({ nonsense: 1, _id: 'x', organization: 'y', username: 'ada' }), { username: 'ada' })
})

test('what has the wrong shape is refused with its field', () => {
  assert.throws(() => read({ firstname: { a: 1 } }), refusal('firstname'))
  assert.throws(() => read({ attributes: ['x'] }), refusal('attributes'))
  assert.throws(() => read({ attributes: [{ name: 'a', value: { b: 1 } }] }), refusal('attributes.0.value'))
  assert.throws(() => read([]), AppError)
})

test('new rows get ids of their own, known members as text, and given ids stay', () => {
  const rows = read({
    attributes: [{ name: 'cost', value: 7, extra: true }],
    addresses: [{ type: 'work', locality: null }],
    phoneNumbers: [
      { type: 'work', number: 33 },
      { id: '5F0000000000000000000004', number: '2' },
    ],
    ssh_keys: [{ name: 'k', public_key: 'ssh-ed25519 A' }],
    relationships: [{ type: 'manager', value: 'x' }],
  }) as Record<string, Record<string, string>[]>
  const id = rows['attributes']?.[0]?.['_id'] ?? ''
  assert.match(id, /^[0-9a-f]{24}$/)
  assert.deepEqual(rows['attributes'], [{ _id: id, name: 'cost', value: '7' }])
  const address = rows['addresses']?.[0]
  assert.deepEqual(address, { _id: address?.['_id'], id: address?.['_id'], type: 'work', locality: '' })
  assert.equal(rows['phoneNumbers']?.[0]?.['number'], '33')
  assert.deepEqual(rows['phoneNumbers']?.[1], {
    _id: '5f0000000000000000000004',
    id: '5f0000000000000000000004',
    number: '2',
  })
  assert.equal(rows['ssh_keys']?.[0]?.['create_date'], now.toISOString())
  assert.deepEqual(rows['relationships'], [{ type: 'manager', value: 'x' }])
})

test('a row that says what a present one says is that one, each present one once', () => {
  const present = [
    { _id: '5f0000000000000000000005', name: 'cost', value: '7' },
    { _id: '5f0000000000000000000006', name: 'seat', value: '1' },
  ]
  const stored = { attributes: present }
  assert.deepEqual(read({ attributes: [{ name: 'seat', value: 1 }] }, stored)['attributes'], [present[1]])
  const [kept, made] = read(
    {
      attributes: [
        { name: 'seat', value: '1' },
        { name: 'seat', value: '1' },
      ],
    },
    stored,
  )['attributes'] as { _id: string }[]
  assert.equal(kept?._id, present[1]?._id)
  assert.notEqual(made?._id, present[1]?._id)
  assert.ok(needsPresentUser({ attributes: [] }))
  assert.ok(!needsPresentUser({ firstname: 'Ada' }))
})

test('factors of sign-in name only what changes, with days and times in the forms that scripts send', () => {
  const stored = { mfa: { exclusion: false, configured: true } }
  assert.deepEqual(
    read({ mfa: { exclusion: 'True', exclusionDays: '7', exclusionUntil: '1/31/2026 9:00:00 AM' } }, stored),
    {
      mfa: { exclusion: true, configured: true, exclusionDays: 7, exclusionUntil: '2026-01-31T09:00:00.000Z' },
    },
  )
  assert.deepEqual(read({ mfa: { exclusion: false, exclusionUntil: null } }, stored), {
    mfa: { exclusion: false, configured: true, exclusionUntil: null },
  })
  assert.deepEqual(read({ mfa: { exclusionUntil: '2026-01-31T10:00:00+01:00' } }), {
    mfa: { exclusion: false, configured: false, exclusionUntil: '2026-01-31T09:00:00.000Z' },
  })
  assert.throws(() => read({ mfa: { exclusionUntil: 'soon' } }), refusal('mfa.exclusionUntil'))
  assert.throws(() => read({ mfa: { exclusion: 'perhaps' } }), refusal('mfa.exclusion'))
  assert.throws(() => read({ mfa: { exclusionDays: 0 } }), refusal('mfa.exclusionDays'))
})

test('a recovery address is verified by the hub alone', () => {
  const stored = { recoveryEmail: { address: 'a@b.example', verified: true } }
  assert.deepEqual(read({ recoveryEmail: { address: 'a@b.example', verified: false } }, stored), stored)
  assert.deepEqual(read({ recoveryEmail: { address: 'c@d.example', verified: true } }, stored), {
    recoveryEmail: { address: 'c@d.example', verified: false },
  })
})
