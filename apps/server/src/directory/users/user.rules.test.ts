import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { newId } from '@lockstep/kernel/ids'
import { changeUser, createUser, directoryState, type User, type UserInput } from './user.rules.ts'

const now = new Date('2026-01-31T09:00:00Z')
const make = (input: UserInput, homeDirectoryId?: string) =>
  createUser(input, {
    id: newId(now.getTime()),
    now,
    defaultState: 'ACTIVATED',
    ...(homeDirectoryId ? { homeDirectoryId } : {}),
  })
const ann = (): User => {
  const decision = make({ username: 'ann', email: 'ann@example.com', firstname: 'Ann' })
  assert.ok(decision.ok)
  return decision.value
}
const fieldOf = (decision: ReturnType<typeof make>): string | undefined => (decision.ok ? undefined : decision.field)

test('a new user needs a username and an address, each in its form', () => {
  assert.equal(fieldOf(make({ email: 'a@b.example' })), 'username')
  assert.equal(fieldOf(make({ username: 'ann' })), 'email')
  for (const username of ['a b', '1ann', 'ann@x', 'a/b', 'a*b', 'a\tb', 'x'.repeat(1025)])
    assert.equal(fieldOf(make({ username, email: 'a@b.example' })), 'username', username)
  for (const email of ['ann', 'a b@c', '@b', 'a@', 'a@b@c'])
    assert.equal(fieldOf(make({ username: 'ann', email })), 'email', email)
})

test('state and suspended must agree, and each of them alone is enough', () => {
  const change = (input: UserInput, user = ann()) => changeUser(user, input, { now, rights: {} })
  const suspended = change({ suspended: true })
  assert.ok(suspended.ok)
  assert.equal(suspended.value.user.state, 'SUSPENDED')
  assert.equal(suspended.value.user.suspendedBy, 'hub')
  const back = change({ state: 'ACTIVATED' }, suspended.value.user)
  assert.ok(back.ok)
  assert.equal(back.value.user.suspendedBy, null)
  const conflict = change({ state: 'ACTIVATED', suspended: true })
  assert.equal(conflict.ok ? '' : conflict.code, 'state_conflict')
  assert.equal(change({ state: 'STAGED' }).ok, false)
})

test('a managed field is refused only when its value changes, and the directory itself may change it', () => {
  const decision = make(
    {
      username: 'ann',
      email: 'ann@example.com',
      firstname: 'Ann',
      restrictedFields: [{ type: 'active_directory', id: 'd1', field: 'firstname' }],
    },
    'd1',
  )
  assert.ok(decision.ok)
  const refused = changeUser(decision.value, { firstname: 'Eve' }, { now, rights: {} })
  assert.equal(refused.ok ? '' : refused.field, 'firstname')
  assert.ok(changeUser(decision.value, { firstname: 'Ann', jobTitle: 'Chief' }, { now, rights: {} }).ok)
  assert.ok(changeUser(decision.value, { firstname: 'Eve' }, { now, rights: { directoryId: 'd1' } }).ok)
})

test('what a directory said of a password goes with its authority over it, and stays with every other change', () => {
  const rows = (id: string) => [{ type: 'active_directory', id, field: 'password' }]
  const told = {
    external_password_expiration_date: '2026-02-01T00:00:00.000Z',
    external_locked_until: '2026-02-01T00:00:00Z',
  }
  const decision = make({ username: 'ann', email: 'ann@example.com', restrictedFields: rows('d1'), ...told })
  assert.ok(decision.ok)
  const saidAfter = (input: UserInput) => {
    const changed = changeUser(decision.value, input, { now, rights: {} })
    assert.ok(changed.ok)
    const { attributes } = changed.value.user
    return [attributes['external_password_expiration_date'], attributes['external_locked_until']]
  }
  const { external_password_expiration_date: expires, external_locked_until: locked } = told
  assert.deepEqual(saidAfter({ firstname: 'Eve' }), [expires, locked])
  assert.deepEqual(saidAfter({ restrictedFields: [...rows('d1'), ...rows('d2')] }), [expires, locked])
  assert.deepEqual(saidAfter({ restrictedFields: [] }), ['', null])
  // Of another directory nothing is known until it says it.
  assert.deepEqual(saidAfter({ restrictedFields: rows('d2') }), ['', null])
  const later = '2026-03-01T00:00:00.000Z'
  assert.deepEqual(saidAfter({ restrictedFields: rows('d2'), external_password_expiration_date: later }), [later, null])
})

test('sending back what a user is changes nothing and raises no revision', () => {
  const user = ann()
  const same = changeUser(
    user,
    { username: 'ann', firstname: 'Ann', suspended: false, manager: null },
    { now, rights: {} },
  )
  assert.ok(same.ok)
  assert.deepEqual(same.value.changes, {})
  assert.equal(same.value.user.revision, user.revision)
})

test('the directory’s state suspends and lifts its own suspension only', () => {
  const user = ann()
  const off = { ...user, ...directoryState(user, 'd1', false) }
  assert.deepEqual([off.state, off.suspendedBy], ['SUSPENDED', 'd1'])
  assert.equal(directoryState(off, 'd1', true).state, 'ACTIVATED')
  assert.equal(directoryState(off, 'd2', true).state, 'SUSPENDED')
  const byHub: User = { ...user, state: 'SUSPENDED', suspendedBy: 'hub' }
  assert.equal(directoryState(byHub, 'd1', true).suspendedBy, 'hub')
})

test('any text in a text field is kept as it is, or refused by name', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary', maxLength: 1100 }), (jobTitle) => {
      const changed = changeUser(ann(), { jobTitle }, { now, rights: {} })
      if (jobTitle.length > 1024) assert.equal(changed.ok ? '' : changed.field, 'jobTitle')
      else if (changed.ok) assert.equal(changed.value.user.attributes['jobTitle'], jobTitle)
      else assert.fail('a text of legal length was refused')
    }),
  )
})

test('custom attributes have letters and digits for names, each once', () => {
  const change = (attributes: UserInput['attributes']) =>
    changeUser(ann(), { attributes: attributes ?? null }, { now, rights: {} })
  assert.ok(change([{ name: 'shoeSize', value: '42' }]).ok)
  for (const bad of [
    [{ name: 'shoe size', value: '1' }],
    [
      { name: 'a', value: '1' },
      { name: 'A', value: '2' },
    ],
    'x',
  ])
    assert.equal(change(bad as never).ok, false)
})
