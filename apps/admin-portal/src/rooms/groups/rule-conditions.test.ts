import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { faultyTerm, missingIn, readRule, type RuleTerm, withOperator, writeRule } from './rule-conditions.ts'
import { ruleFields } from './rule-fields.ts'

const text = fc.string({ minLength: 1, maxLength: 12, unit: 'grapheme' })
const field = fc.constantFrom(...ruleFields.map(({ name }) => name), 'attributes.badge')
const single = fc.record(
  {
    field,
    operator: fc.constantFrom('is', 'is_not', 'contains', 'not_contains', 'starts', 'ends' as const),
    values: fc.tuple(text),
    exact: fc.boolean(),
  },
  { noNullPrototype: true },
)
const listed = fc.record(
  {
    field,
    operator: fc.constantFrom('one_of', 'none_of' as const),
    values: fc.array(text, { minLength: 1, maxLength: 4 }),
    exact: fc.boolean(),
  },
  { noNullPrototype: true },
)
const bare = fc.record(
  {
    field,
    operator: fc.constantFrom('empty', 'not_empty' as const),
    values: fc.constant([]),
    exact: fc.constant(false),
  },
  { noNullPrototype: true },
)
const term: fc.Arbitrary<RuleTerm> = fc.oneof(single, listed, bare)
const terms = fc.array(term, { minLength: 1, maxLength: 5 })

test('what the rows say is read back as the same rows, in both languages', () => {
  fc.assert(
    fc.property(terms, fc.constantFrom('all', 'any' as const), (rows, match) => {
      const draft = { language: 'v2', match, terms: rows } as const
      assert.deepEqual(readRule({ ...writeRule(draft) }), draft)
    }),
  )
  fc.assert(
    fc.property(terms, (rows) => {
      const draft = { language: 'v1', match: 'all', terms: rows.map((row) => ({ ...row, exact: true })) } as const
      assert.deepEqual(readRule({ ...writeRule(draft) }), draft)
    }),
  )
})

test('a rule in the first language keeps its letter case when any may match', () => {
  const draft = readRule({ queryType: 'FilterQuery', filters: [{ field: 'department', operator: 'eq', value: 'Law' }] })
  assert.ok(draft)
  assert.deepEqual(writeRule({ ...draft, match: 'any' }), {
    filters: [
      { operation: 'or', filters: [{ field: 'department', operation: 'equals_case_sensitive', value: 'Law' }] },
    ],
  })
})

test('other spellings are understood, and lists in one text are divided', () => {
  const old = { queryType: 'Filter', filters: [{ field: 'user.job_title', operator: '$in', value: 'a|b\\|c' }] }
  assert.deepEqual(readRule(old)?.terms, [{ field: 'jobTitle', operator: 'one_of', values: ['a', 'b|c'], exact: true }])
  const newer = { filters: [{ field: 'customAttributes.badge', operation: 'not_in_with_null', value: ['x'] }] }
  assert.deepEqual(readRule(newer)?.terms, [
    { field: 'attributes.badge', operator: 'none_of', values: ['x'], exact: false },
  ])
})

test('a nested rule has no rows', () => {
  const deep = { operation: 'and', filters: [{ field: 'department', operation: 'equals', value: 'Law' }] }
  assert.equal(readRule({ filters: [deep, deep] }), undefined)
  assert.equal(readRule({ filters: [] }), undefined)
  assert.equal(readRule({ filters: [{ field: 'department', operation: 'resembles', value: 'Law' }] }), undefined)
})

test('a fault is told beside its row', () => {
  assert.equal(faultyTerm('memberQuery.filters.2.value'), 2)
  assert.equal(faultyTerm('memberQuery.filters.0.filters.3.field'), 3)
  assert.equal(faultyTerm('memberQuery'), undefined)
})

test('a row says what it lacks', () => {
  const row = { field: 'department', operator: 'is', values: [], exact: false } as const
  assert.equal(missingIn(row), 'Enter a value.')
  assert.equal(missingIn(withOperator(row, 'empty')), undefined)
  assert.deepEqual(withOperator({ ...row, operator: 'one_of', values: ['a', 'b'] }, 'is').values, ['a'])
})
