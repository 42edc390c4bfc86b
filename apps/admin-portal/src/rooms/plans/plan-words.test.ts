import assert from 'node:assert/strict'
import { test } from 'node:test'
import { countsText, decisionEffect } from './plan-words.ts'

test('a plan is told by its counted verbs, the most severe first', () => {
  assert.equal(countsText({ suspend: 1_200, delete: 1, clear_field: 0 }), 'Delete 1 user, suspend 1,200 users')
  assert.equal(countsText({}), 'Nothing left to do')
})

test('the effect of a release names what will be done', () => {
  assert.match(
    decisionEffect('release', { remove_member: 2 }, 'corp.example'),
    /^The hub will end 2 memberships, as corp\.example asks\./u,
  )
  assert.match(decisionEffect('dismiss', { suspend: 2 }, 'corp.example'), /^Nothing of this plan is done/u)
})
