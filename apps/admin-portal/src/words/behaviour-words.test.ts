import { DirectoryBehaviour } from '@lockstep/contract/hub/directory'
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { behaviourQuestions, behaviourSentences } from './behaviour-words.ts'

test('every value that the hub accepts has an answer, and no other', () => {
  for (const { field, choices } of behaviourQuestions) {
    const accepted = DirectoryBehaviour.properties[field].anyOf.map((literal) => literal.const)
    assert.deepEqual(choices.map((choice) => choice.value).toSorted(), [...accepted].toSorted(), field)
  }
})

test('the settings read as sentences', () => {
  const sentences = behaviourSentences({
    dissociation: 'suspend',
    takeover: 'retain',
    disable: 'nothing',
    expire: 'expire',
    usernameFrom: 'sAMAccountName',
    additionalAttributes: false,
  })
  assert.ok(sentences.includes('When an account is disabled in Active Directory: do nothing.'))
  assert.equal(sentences.at(-1), 'Only the base attributes are read.')
})
