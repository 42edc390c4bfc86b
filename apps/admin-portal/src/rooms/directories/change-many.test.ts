import { HubError } from '@lockstep/client/hub-error'
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { changeMany } from './change-many.ts'

test('one refusal is told by name and does not stop the others', async () => {
  const subjects = Array.from({ length: 9 }, (_, index) => ({ id: String(index), name: `n${index}` }))
  const changed: string[] = []
  const refused = await changeMany(subjects, async (id) => {
    if (id === '3') throw new HubError({ status: 409, code: 'refused', detail: 'Not this one.' })
    changed.push(id)
  })
  assert.deepEqual(refused, [{ name: 'n3', reason: 'Not this one.' }])
  assert.deepEqual(changed.toSorted(), ['0', '1', '2', '4', '5', '6', '7', '8'])
})
