import assert from 'node:assert/strict'
import { test } from 'node:test'
import { toldChanges } from './told-changes.ts'

test('of settings only those that changed are told', () => {
  const before = { disable: 'suspend', expire: 'expire' }
  assert.deepEqual(
    toldChanges({
      action: 'directory.update',
      changes: { behaviour: { before, after: { ...before, disable: 'nothing' } } },
    }),
    { 'behaviour.disable': { before: 'suspend', after: 'nothing' } },
  )
})

test('a new thing is told without its empty fields, a changed one with them', () => {
  const changes = {
    name: { before: null, after: 'A' },
    company: { before: 'B', after: '' },
    phones: { before: null, after: [] },
  }
  assert.deepEqual(Object.keys(toldChanges({ action: 'user.create', changes })), ['name'])
  assert.deepEqual(Object.keys(toldChanges({ action: 'user.update', changes })), ['name', 'company', 'phones'])
})
