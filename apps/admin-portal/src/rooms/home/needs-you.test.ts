import type { DirectoryRow } from '@lockstep/contract/hub/directory'
import type { PlanRow } from '@lockstep/contract/hub/plan'
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { firstStepsOf, needsOf } from './needs-you.ts'

const directory = (facts: Partial<DirectoryRow>): DirectoryRow => ({
  id: '1',
  name: 'corp.example',
  kind: 'active_directory',
  useCase: 'TWOWAYSYNC',
  health: { light: 'green', reason: 'Fine.' },
  userCount: 0,
  groupCount: 0,
  problemCount: 0,
  pendingCount: 0,
  failedCount: 0,
  heldCount: 0,
  ...facts,
})

test('a hub in which all is well needs nobody', () => {
  assert.deepEqual(needsOf([], [directory({ pendingCount: 4 })]), [])
})

test('what does not work comes before what is held, failed and left out', () => {
  const plan = { id: 'p', sourceName: 'corp.example', reason: '14 users.', itemCount: 14 } as PlanRow
  const broken = directory({ health: { light: 'red', reason: 'No contact.' }, failedCount: 1, problemCount: 2 })
  const needs = needsOf([plan], [broken])
  assert.deepEqual(
    needs.map((need) => need.label),
    ['Does not work', 'Held', 'Failed', 'Left out'],
  )
  assert.equal(needs[1]?.link.text, 'Review 14 changes')
  assert.equal(needs[2]?.text, '1 account in corp.example could not be written.')
})

test('the first steps end when users are there and the domain was reached', () => {
  assert.deepEqual(
    firstStepsOf(0, [])?.map((step) => step.done),
    [false, false, false],
  )
  assert.deepEqual(
    firstStepsOf(3, [directory({})])?.map((step) => step.done),
    [true, false, true],
  )
  assert.equal(firstStepsOf(3, [directory({ lastReadAt: '2026-11-21T10:00:00Z' })]), undefined)
  assert.equal(firstStepsOf(3, []), undefined, 'a hub without a domain is a hub too')
})
