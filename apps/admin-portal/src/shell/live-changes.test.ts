import assert from 'node:assert/strict'
import { test } from 'node:test'
import { touchedBy } from './live-changes.ts'

const event = (subjectKind: string, subjectId = '1') => ({ seq: 1, action: 'x', subjectKind, subjectId })

test('a changed user refreshes its page and tells the list, without refreshing other users', () => {
  const { keys, lists } = touchedBy([event('user', 'a'), event('user', 'a')])
  assert.deepEqual(
    keys.filter((key) => key[0] === 'users'),
    [
      ['users', 'detail', 'a'],
      ['users', 'explanation', 'a'],
      ['users', 'count'],
    ],
  )
  assert.deepEqual(lists, ['journal', 'users', 'members'])
})

test('a user who joins a group changes the group’s page too', () => {
  const { keys, lists } = touchedBy([{ seq: 1, action: 'user.join_group', subjectKind: 'user', subjectId: 'a' }])
  assert.ok(keys.some((key) => key.join('/') === 'groups/detail'))
  assert.ok(lists.includes('groups'))
})

test('what a rule suggests refreshes the suggestions of its group, and a deleted user the groups that they were in', () => {
  const { keys } = touchedBy([{ seq: 1, action: 'group.suggest', subjectKind: 'group', subjectId: 'g' }])
  assert.ok(keys.some((key) => key.join('/') === 'groups/suggestions/g'))
  assert.ok(keys.some((key) => key.join('/') === 'groups/detail/g'))
  const deleted = touchedBy([{ seq: 1, action: 'user.delete', subjectKind: 'user', subjectId: 'a' }])
  assert.ok(deleted.keys.some((key) => key.join('/') === 'groups/detail'))
})

test('an agent belongs to the directories', () => {
  assert.ok(touchedBy([event('agent')]).keys.some((key) => key.join('/') === 'directories'))
})

test('a subject that is not known refreshes every open page', () => {
  const { keys, lists } = touchedBy([event('account')])
  assert.ok(keys.some((key) => key.join('/') === 'users/detail'))
  assert.deepEqual(lists, ['journal', 'users', 'groups', 'directories', 'plans', 'members', 'plan-items', 'problems'])
})

test('a held plan changes counts and open plans, and tells the list instead of moving its rows', () => {
  const { keys, lists } = touchedBy([{ seq: 1, action: 'plan.hold', subjectKind: 'plan', subjectId: 'p' }])
  assert.deepEqual(
    keys.filter((key) => key[0] === 'plans'),
    [
      ['plans', 'held'],
      ['plans', 'detail'],
    ],
  )
  assert.ok(lists.includes('plans') && lists.includes('plan-items'))
})

test('no events touch nothing', () => {
  assert.deepEqual(touchedBy([]), { keys: [], lists: [] })
})
