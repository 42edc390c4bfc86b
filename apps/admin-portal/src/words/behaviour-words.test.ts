import { DirectoryBehaviour } from '@lockstep/contract/hub/directory'
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { behaviourQuestions } from './behaviour-words.ts'
import { importQuestions } from './import-words.ts'

test('every value that the hub accepts has an answer, and no other', () => {
  for (const { field, choices } of behaviourQuestions) {
    const accepted = DirectoryBehaviour.properties[field].anyOf.map((literal) => literal.const)
    assert.deepEqual(choices.map((choice) => choice.value).toSorted(), [...accepted].toSorted(), field)
  }
})

test('every question about an import has an answer for each value that the hub accepts', () => {
  for (const { field, choices } of importQuestions) {
    const accepted = DirectoryBehaviour.properties[field].anyOf.map((literal) => literal.const)
    assert.deepEqual(choices.map((choice) => choice.value).toSorted(), [...accepted].toSorted(), field)
  }
})
