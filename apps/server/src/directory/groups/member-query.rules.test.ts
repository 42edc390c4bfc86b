import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { JsonObject } from '@lockstep/kernel/json'
import { languageOf, readMemberQuery, requireLanguage } from './member-query.rules.ts'
import { userVocabulary } from './user-rule-fields.rules.ts'

const read = (query: JsonObject) => readMemberQuery(query, userVocabulary)
const v1 = (field: string, operator: string, value: JsonObject[string]): JsonObject => ({
  queryType: 'FilterQuery',
  filters: [{ field, operator, value }],
})
const faultOf = (query: JsonObject): string | undefined => {
  const decision = read(query)
  return decision.ok ? undefined : decision.field
}

test('filters of the first language must all hold, and mind letter case', () => {
  const filters = [
    { field: 'department', operator: 'eq', value: 'Sales' },
    { field: 'costCenter', operator: 'in', value: '1|2' },
  ]
  assert.deepEqual(read({ queryType: 'FilterQuery', filters }), {
    ok: true,
    value: {
      all: [
        { field: 'department', operator: 'eq', values: ['Sales'] },
        { field: 'costCenter', operator: 'in', values: ['1', '2'] },
      ],
    },
  })
  assert.deepEqual(read({ queryType: 'Filter', filters: ['jobTitle:$ne:Boss: big'] }), {
    ok: true,
    value: { all: [{ field: 'jobTitle', operator: 'ne', values: ['Boss: big'] }] },
  })
})

test('the second language folds letter case, nests, and knows other names of fields', () => {
  const filters = [
    {
      operation: 'OR',
      filters: [
        { field: 'user.user_department', operation: 'equals', value: 'Sales' },
        { field: 'User.Job_Title', operation: 'starts_with_case_sensitive', value: 'Boss' },
        { field: 'user.company', operation: 'is_empty', value: false },
        { field: 'user.state', operation: 'equals', value: 'Active' },
      ],
    },
  ]
  assert.deepEqual(read({ filters }), {
    ok: true,
    value: {
      all: [
        {
          any: [
            { field: 'fold:department', operator: 'eq', values: ['Sales'] },
            { field: 'jobTitle', operator: 'sw', values: ['Boss'] },
            { field: 'company', operator: 'ne', values: [''] },
            { field: 'fold:userState', operator: 'eq', values: ['ACTIVATED'] },
          ],
        },
      ],
    },
  })
})

test('no filter names nobody', () => {
  assert.deepEqual(read({ filters: [] }), { ok: true, value: { any: [] } })
  assert.deepEqual(read({ queryType: 'Search' }), { ok: true, value: { any: [] } })
})

test('what is not understood is named', () => {
  assert.equal(faultOf(v1('toString', 'eq', 'x')), 'memberQuery.filters.0.field')
  assert.equal(faultOf(v1('company', 'toString', 'x')), 'memberQuery.filters.0.operator')
  assert.equal(faultOf(v1('company', 'eq', null)), 'memberQuery.filters.0.value')
  assert.equal(faultOf(v1('company', 'in', [])), 'memberQuery.filters.0.value')
  assert.equal(faultOf(v1('company', 'eq', ['a', 'b'])), 'memberQuery.filters.0.value')
  assert.equal(faultOf(v1('company', 'eq', 'a\u0000')), 'memberQuery.filters.0.value')
  assert.equal(faultOf(v1('activated', 'eq', 'perhaps')), 'memberQuery.filters.0.value')
  assert.equal(faultOf(v1('activated', 'co', 'true')), 'memberQuery.filters.0.operator')
  assert.equal(faultOf(v1('created', 'gt', 'yesterday')), 'memberQuery.filters.0.value')
  assert.equal(faultOf(v1('userState', 'sw', 'act')), 'memberQuery.filters.0.operator')
  assert.equal(faultOf({ filters: 'all' }), 'memberQuery.filters')
  assert.equal(faultOf({ filters: [{ operation: 'and', filters: [] }] }), 'memberQuery.filters.0.filters')
  let deep: JsonObject = { field: 'user.company', operation: 'equals', value: 'x' }
  for (let level = 0; level < 6; level += 1) deep = { operation: 'and', filters: [deep] }
  assert.match(faultOf({ filters: [deep] }) ?? '', /^memberQuery\.filters\.0\.filters/)
  const many = Array.from({ length: 101 }, () => ({ field: 'company', operator: 'eq', value: 'x' }))
  assert.equal(faultOf({ queryType: 'FilterQuery', filters: many }), 'memberQuery.filters')
})

test('a rule says its language by its type, and has to be in the announced one', () => {
  assert.equal(languageOf({ queryType: 'FilterQuery' }), 'v1')
  assert.equal(languageOf({ queryType: null }), 'v2')
  assert.equal(requireLanguage({ queryType: 'FilterQuery' }, 'v1'), undefined)
  assert.match(requireLanguage({}, 'v1')?.detail ?? '', /^memberQuery\.queryType is required/)
  assert.match(requireLanguage({ queryType: 'FilterQuery' }, 'v2')?.detail ?? '', /must be left out/)
})
