import assert from 'node:assert/strict'
import { test } from 'node:test'
import { membershipId, membershipKey, subjectKinds, TouchedThings, touchesOf } from './change-fold.rules.ts'

const user = 'a'.repeat(24)
const group = 'b'.repeat(24)
const at = new Date('2026-05-01T10:00:00Z')
const row = {
  xid: '1',
  seq: 1,
  at,
  action: 'user.update',
  subjectKind: 'user',
  subjectId: user,
  name: 'ada',
  email: null,
  groups: null,
}
const told = (action: string, kinds: Parameters<typeof touchesOf>[1], more: object = {}): readonly string[] =>
  touchesOf({ ...row, action, ...more }, kinds).map(({ kind, what }) => `${kind} ${what}`)

test('a row changes its subject, and one about memberships these alone', () => {
  assert.deepEqual(told('user.create', ['user']), ['user created'])
  assert.deepEqual(told('user.suspend', ['user', 'membership']), ['user updated'])
  assert.deepEqual(told('user.something_new', ['user']), ['user updated'])
  assert.deepEqual(told('user.update', ['group']), [])
  const groups = [
    { id: group, name: 'Sales', isMember: true },
    { id: user, name: 'IT', isMember: false },
  ]
  assert.deepEqual(told('user.join_group', ['user'], { groups }), [])
  assert.deepEqual(told('user.join_group', ['membership'], { groups }), ['membership created', 'membership deleted'])
  assert.deepEqual(told('user.leave_group', ['membership']), [], 'erased')
  assert.deepEqual(told('agent.create', ['user'], { subjectKind: 'agent' }), [])
})

test('who reads memberships is told of the users and groups that are deleted', () => {
  assert.deepEqual(told('user.delete', ['membership']), ['user deleted'])
  assert.deepEqual(told('group.delete', ['membership'], { subjectKind: 'group' }), ['group deleted'])
  assert.deepEqual(told('system.delete', ['membership'], { subjectKind: 'system' }), [])
  assert.deepEqual(told('user.update', ['membership']), [])
  assert.deepEqual(subjectKinds(['membership']), ['user', 'group'])
  assert.deepEqual(subjectKinds(['group', 'system']), ['group', 'system'])
})

test('each thing is there once, where it was first touched and as it was last', () => {
  const things = new TouchedThings()
  for (const action of ['user.create', 'user.update', 'user.delete'])
    for (const touch of touchesOf({ ...row, action }, ['user'])) assert.equal(things.take(touch, 1), true)
  const [other] = touchesOf({ ...row, subjectId: group }, ['user'])
  assert.ok(other)
  assert.equal(things.take(other, 1), false, 'one more than the limit')
  const [thing] = things.all()
  assert.deepEqual([things.size, thing?.isNew, thing?.last.what, thing?.order], [1, true, 'deleted', 3])
})

test('a membership is named by both ends', () => {
  assert.deepEqual(membershipKey(membershipId(group, user)), { groupId: group, userId: user })
})
