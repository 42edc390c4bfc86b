import assert from 'node:assert/strict'
import { test } from 'node:test'
import { countsText, decisionEffect } from './plan-words.ts'

test('a plan is told by its counted verbs, the most severe first', () => {
  assert.equal(countsText({ suspend: 1_200, delete: 1, clear_field: 0 }), 'Delete 1 user, suspend 1,200 users')
  assert.equal(countsText({}), 'Nothing left to do')
})

const from = { sourceName: 'corp.example', sourceKind: 'directory' } as const

test('the effect of a release names what will be done', () => {
  assert.match(
    decisionEffect('release', { counts: { remove_member: 2 }, ...from }),
    /^The hub will end 2 memberships, as corp\.example asks\./u,
  )
  assert.match(decisionEffect('dismiss', { counts: { suspend: 2 }, ...from }), /^Nothing of this plan is done/u)
})

test('an integration whose plan is dismissed goes on taking it for done', () => {
  const plan = { counts: { suspend: 12 }, sourceName: 'Entra ID', sourceKind: 'integration' } as const
  assert.match(decisionEffect('release', plan), /^The hub will suspend 12 users, as Entra ID asks\./u)
  assert.match(decisionEffect('dismiss', plan), /Entra ID goes on taking it for done/u)
})

test('what a comparison would take away in the domain is not called a suspension here', () => {
  assert.equal(
    countsText({ suspend: 1, clear_field: 2 }, 'comparison'),
    'Disable 1 account in the domain, clear 2 values in the domain',
  )
  const effect = decisionEffect('release', {
    counts: { suspend: 1 },
    sourceName: 'corp.example',
    sourceKind: 'comparison',
  })
  assert.match(effect, /^The hub’s values are written to corp\.example/u)
})
