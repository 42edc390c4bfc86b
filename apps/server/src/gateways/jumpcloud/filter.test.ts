import assert from 'node:assert/strict'
import test from 'node:test'
import { AppError } from '@lockstep/contract/app-error'
import { parseTerm, parseV1Filter, parseV2Filter } from './filter.ts'

const refusal = (pattern: RegExp) => (error: unknown) =>
  error instanceof AppError &&
  error.code === 'invalid_filter' &&
  error.field === 'filter' &&
  pattern.test(error.message)

test('a term means the same with and without the dollar sign, and without an operator', () => {
  const expected = { field: 'username', operator: 'eq', values: ['ada'] }
  for (const term of ['username:$eq:ada', 'username:eq:ada', 'username:ada', 'username:EQ:ada', ' username:ada'])
    assert.deepEqual(parseTerm(term), expected, term)
})

test('a value keeps its colons, blanks and dollar signs', () => {
  assert.deepEqual(parseTerm('created:$gt:2026-01-31T09:00:00Z'), {
    field: 'created',
    operator: 'gt',
    values: ['2026-01-31T09:00:00Z'],
  })
  assert.deepEqual(parseTerm('created:2026-01-31T09:00:00Z'), {
    field: 'created',
    operator: 'eq',
    values: ['2026-01-31T09:00:00Z'],
  })
  assert.deepEqual(parseTerm('company:$eq: Money $ink '), {
    field: 'company',
    operator: 'eq',
    values: [' Money $ink '],
  })
  assert.deepEqual(parseTerm('company:$eq:'), { field: 'company', operator: 'eq', values: [''] })
})

test('the values of in are divided by bars, escaped bars belong to a value', () => {
  assert.deepEqual(parseTerm(String.raw`department:$in:Sales|R\|D|`), {
    field: 'department',
    operator: 'in',
    values: ['Sales', 'R|D', ''],
  })
  assert.deepEqual(parseTerm(String.raw`department:$eq:R\|D`), { field: 'department', operator: 'eq', values: ['R|D'] })
  assert.deepEqual(parseTerm('department:$sw:Sa|Ma'), {
    any: [
      { field: 'department', operator: 'sw', values: ['Sa'] },
      { field: 'department', operator: 'sw', values: ['Ma'] },
    ],
  })
  assert.deepEqual(parseTerm('department:$nco:a|b'), {
    all: [
      { field: 'department', operator: 'nco', values: ['a'] },
      { field: 'department', operator: 'nco', values: ['b'] },
    ],
  })
})

test('numbered filters must all hold, those under or must hold in part', () => {
  assert.deepEqual(parseV1Filter({ 'filter[0]': 'a:1', 'filter[1]': 'b:$ne:2', limit: '3' }), {
    all: [
      { field: 'a', operator: 'eq', values: ['1'] },
      { field: 'b', operator: 'ne', values: ['2'] },
    ],
  })
  assert.deepEqual(parseV1Filter({ 'filter[or][0]': 'a:1', 'filter[or][1]': 'b:2' }), {
    any: [
      { field: 'a', operator: 'eq', values: ['1'] },
      { field: 'b', operator: 'eq', values: ['2'] },
    ],
  })
  assert.deepEqual(parseV1Filter({ filter: ['a:1', 'b:2'], 'filter[or][]': 'c:3' }), {
    all: [
      { field: 'a', operator: 'eq', values: ['1'] },
      { field: 'b', operator: 'eq', values: ['2'] },
      { any: [{ field: 'c', operator: 'eq', values: ['3'] }] },
    ],
  })
})

test('an empty filter is none', () => {
  assert.equal(parseV1Filter({ filter: '' }), undefined)
  assert.equal(parseV1Filter({}), undefined)
  assert.equal(parseV2Filter({ filter: ['', ' '] }), undefined)
})

test('what is not understood is refused with the term', () => {
  assert.throws(() => parseTerm('username:$like:x'), refusal(/"username:\$like:x".*"like"/))
  assert.throws(() => parseTerm('username:like:x'), refusal(/"like"/))
  assert.throws(() => parseTerm('username'), refusal(/"username"/))
  assert.throws(() => parseTerm(':$eq:x'), refusal(/":\$eq:x"/))
  assert.throws(() => parseTerm('username:$eq'), refusal(/has no value/))
  assert.throws(() => parseV1Filter({ 'filter[nor][0]': 'a:1' }), refusal(/filter\[nor\]\[0\]/))
  assert.throws(() => parseV1Filter({ filter: Array.from({ length: 101 }, () => 'a:1') }), refusal(/100 terms/))
  assert.throws(() => parseTerm(`a:$in:${'x|'.repeat(1000)}`), refusal(/1000 values/))
})

test('terms of version 2 are divided by commas, except commas inside a value', () => {
  assert.deepEqual(parseV2Filter({ filter: 'name:eq:Sales, EMEA,type:eq:user_group' }), {
    all: [
      { field: 'name', operator: 'eq', values: ['Sales, EMEA'] },
      { field: 'type', operator: 'eq', values: ['user_group'] },
    ],
  })
  assert.deepEqual(parseV2Filter({ filter: ['a:$le:1', 'b:ge:2'] }), {
    all: [
      { field: 'a', operator: 'lte', values: ['1'] },
      { field: 'b', operator: 'gte', values: ['2'] },
    ],
  })
})

test('version 2 knows between, search and asterisks at the ends of a value', () => {
  assert.deepEqual(parseV2Filter({ filter: 'n:between:1|5' }), {
    all: [
      { field: 'n', operator: 'gte', values: ['1'] },
      { field: 'n', operator: 'lte', values: ['5'] },
    ],
  })
  assert.throws(() => parseV2Filter({ filter: 'n:between:1' }), refusal(/two values/))
  const operatorOf = (filter: string): unknown => parseV2Filter({ filter })
  assert.deepEqual(operatorOf('name:search:ale'), { field: 'name', operator: 'co', values: ['ale'] })
  assert.deepEqual(operatorOf('name:eq:Sal*'), { field: 'name', operator: 'sw', values: ['Sal'] })
  assert.deepEqual(operatorOf('name:eq:*les'), { field: 'name', operator: 'ew', values: ['les'] })
  assert.deepEqual(operatorOf('name:eq:*al*'), { field: 'name', operator: 'co', values: ['al'] })
})
