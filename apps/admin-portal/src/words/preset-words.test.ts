import assert from 'node:assert/strict'
import { test } from 'node:test'
import { behaviourPresets, presetChanges, presetOf } from './preset-words.ts'

test('a preset is known by its answers, and a mixture is none', () => {
  const { safe, as_jumpcloud: asJumpCloud } = behaviourPresets
  assert.equal(presetOf(safe.answers), 'safe')
  assert.equal(presetOf(asJumpCloud.answers), 'as_jumpcloud')
  assert.equal(presetOf({ ...safe.answers, disable: 'nothing' }), undefined)
})

test('what a preset changes is told with what was before and what it does to people', () => {
  const changes = presetChanges(behaviourPresets.safe.answers, 'as_jumpcloud')
  assert.deepEqual(
    changes.map(({ before, after }) => [before, after]),
    [
      ['Suspend the user', 'Delete the user'],
      ['Keep the user’s state and password', 'Deactivate the user until a new password is set'],
    ],
  )
  assert.equal(
    changes.every(({ effect }) => effect !== ''),
    true,
  )
  assert.deepEqual(presetChanges(behaviourPresets.safe.answers, 'safe'), [])
})
