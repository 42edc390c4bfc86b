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

test('attributes of extensions are told one by one, and what else clients keep together', () => {
  const urn = 'urn:example:badge:1.0:User'
  const before = { madeBy: 'a', values: { nickName: 'J', [urn]: { number: 1, grade: 'A' } } }
  const tell = (after: unknown) => toldChanges({ action: 'user.update', changes: { further: { before, after } } })
  assert.deepEqual(tell({ ...before, values: { nickName: 'J', [urn]: { number: 2, grade: 'A' } } }), {
    [`${urn}:number`]: { before: 1, after: 2 },
  })
  assert.deepEqual(tell({ madeBy: 'a', values: { nickName: 'K', [urn]: { number: 1, grade: 'A' } } }), {
    further: { before: { madeBy: 'a', values: { nickName: 'J' } }, after: { madeBy: 'a', values: { nickName: 'K' } } },
  })
  assert.deepEqual(Object.keys(tell(null)), [`${urn}:number`, `${urn}:grade`, 'further'])
})
