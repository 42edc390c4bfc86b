import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { decideMembership, type RuleFacts, type RuledGroup } from './rule-members.rules.ts'

const automated: RuledGroup = { id: 'g', name: 'G', membershipMethod: 'DYNAMIC_AUTOMATED', homeDirectoryId: null }
const reviewed: RuledGroup = { ...automated, membershipMethod: 'DYNAMIC_REVIEW_REQUIRED' }
const stranger: RuleFacts = {
  groupId: 'g',
  userId: 'u',
  username: 'u',
  wanted: false,
  exempt: false,
  rule: false,
  hub: false,
  directory: false,
  nested: false,
  suggestion: null,
}

test('whom the rule names joins, and whom it does not name any more leaves', () => {
  assert.deepEqual(decideMembership(automated, { ...stranger, wanted: true }), {
    join: true,
    before: false,
    after: true,
  })
  assert.deepEqual(decideMembership(automated, { ...stranger, rule: true }), {
    leave: 'all',
    before: true,
    after: false,
  })
  assert.deepEqual(decideMembership(automated, { ...stranger, hub: true }), {
    leave: 'all',
    before: true,
    after: false,
  })
  assert.equal(decideMembership(automated, { ...stranger, wanted: true, rule: true }), undefined)
  assert.equal(decideMembership(automated, stranger), undefined)
})

test('a static member whom the rule names becomes one in both ways, which is not told', () => {
  const actions = decideMembership(automated, { ...stranger, wanted: true, hub: true })
  assert.deepEqual(actions, { join: true, before: true, after: true })
})

test('nothing is done to the exempted, but what the rule made becomes their own', () => {
  assert.equal(decideMembership(automated, { ...stranger, exempt: true, wanted: true }), undefined)
  assert.equal(decideMembership(automated, { ...stranger, exempt: true, hub: true }), undefined)
  const kept = decideMembership(automated, { ...stranger, exempt: true, rule: true })
  assert.deepEqual(kept, { keep: true, before: true, after: true })
})

test('a directory keeps its own members of a group that it owns, and derived members anywhere', () => {
  const owned = { ...automated, homeDirectoryId: 'd' }
  assert.equal(decideMembership(owned, { ...stranger, directory: true }), undefined)
  const both = decideMembership(owned, { ...stranger, directory: true, rule: true })
  assert.deepEqual(both, { leave: 'own', before: true, after: true })
  assert.equal(decideMembership(automated, { ...stranger, nested: true }), undefined)
  const nested = decideMembership(automated, { ...stranger, nested: true, rule: true })
  assert.deepEqual(nested, { leave: 'all', before: true, after: true })
})

test('review only suggests', () => {
  assert.equal(decideMembership(reviewed, { ...stranger, wanted: true })?.suggest, 'add')
  assert.equal(decideMembership(reviewed, { ...stranger, hub: true })?.suggest, 'remove')
  assert.equal(decideMembership(reviewed, { ...stranger, wanted: true, hub: true, suggestion: 'add' })?.suggest, null)
  assert.equal(decideMembership(reviewed, { ...stranger, wanted: true, suggestion: 'add' }), undefined)
  assert.equal(decideMembership(reviewed, { ...stranger, nested: true }), undefined)
})

test('a group that becomes static keeps the members that the rule gave it', () => {
  const group = { ...automated, membershipMethod: 'STATIC' } as const
  assert.deepEqual(decideMembership(group, { ...stranger, rule: true }), { keep: true, before: true, after: true })
  assert.equal(decideMembership(group, { ...stranger, suggestion: 'add' })?.suggest, null)
})

/** What is stored after the actions were written. */
function after(facts: RuleFacts, actions: ReturnType<typeof decideMembership>): RuleFacts {
  if (actions === undefined) return facts
  return {
    ...facts,
    rule: actions.join === true || (facts.rule && actions.leave === undefined && actions.keep === undefined),
    hub: (facts.hub && actions.leave === undefined) || actions.keep === true,
    directory: facts.directory && actions.leave !== 'all',
    suggestion: actions.suggest === undefined ? facts.suggestion : actions.suggest,
  }
}

test('whatever is stored, what is decided once is decided for good, and says what it did', () => {
  const facts = fc.record({
    groupId: fc.constant('g'),
    userId: fc.constant('u'),
    username: fc.constant('u'),
    ...Object.fromEntries(
      ['wanted', 'exempt', 'rule', 'hub', 'directory', 'nested'].map((name) => [name, fc.boolean()]),
    ),
    suggestion: fc.constantFrom('add', 'remove', null),
  }) as fc.Arbitrary<RuleFacts>
  const group = fc.record({
    id: fc.constant('g'),
    name: fc.constant('G'),
    membershipMethod: fc.constantFrom('STATIC', 'NOTSET', 'DYNAMIC_AUTOMATED', 'DYNAMIC_REVIEW_REQUIRED'),
    homeDirectoryId: fc.constantFrom('d', null),
  }) as fc.Arbitrary<RuledGroup>
  const isMember = ({ rule, hub, directory, nested }: RuleFacts): boolean => rule || hub || directory || nested
  fc.assert(
    fc.property(group, facts, (one, given) => {
      const actions = decideMembership(one, given)
      const then = after(given, actions)
      assert.equal(decideMembership(one, then), undefined)
      if (actions !== undefined) assert.deepEqual([actions.before, actions.after], [isMember(given), isMember(then)])
      if (
        one.membershipMethod === 'DYNAMIC_AUTOMATED' &&
        !given.exempt &&
        one.homeDirectoryId === null &&
        !given.nested
      )
        assert.equal(isMember(then), given.wanted)
    }),
  )
})
