import assert from 'node:assert/strict'
import { test } from 'node:test'
import { askedOf, asking, conditionFault, emptyRule, movedRule, ruleWords } from './container-draft.ts'

const rule = (containerDn: string) => ({ ...emptyRule, containerDn })

test('rules change places with their neighbours, and stay at the ends', () => {
  const rules = [rule('a'), rule('b'), rule('c')]
  const dns = (index: number, by: -1 | 1) => movedRule(rules, { index, by }).map((each) => each.containerDn)
  assert.deepEqual(dns(2, -1), ['a', 'c', 'b'])
  assert.deepEqual(dns(0, -1), ['a', 'b', 'c'])
})

test('a condition lacks its value until it has one', () => {
  assert.equal(conditionFault(asking('group')), 'Choose a group.')
  assert.equal(conditionFault(asking('location')), 'Enter a value.')
  assert.equal(conditionFault({ field: 'location', values: ['Berlin'] }), undefined)
  assert.equal(askedOf(asking('group')), 'group')
})

test('a rule reads as one line', () => {
  const conditions = [{ field: 'department' as const, values: ['Sales', 'Law'] }, { groupId: 'g' }]
  assert.match(
    ruleWords({ conditions, containerDn: 'OU=X' }, () => 'Berlin'),
    /^Department is Sales or Law and in Berlin → OU=X$/,
  )
})
