import assert from 'node:assert/strict'
import { test } from 'node:test'
import { AppError } from '@lockstep/contract/app-error'
import type { Json } from '@lockstep/kernel/json'
import { parseSearchTerm } from './search-term.ts'

const eq = (field: string, ...values: string[]): object => ({ field, operator: 'eq', values })

function refusalOf(term: Json): string {
  try {
    parseSearchTerm(term)
  } catch (error) {
    assert.ok(error instanceof AppError, String(error))
    assert.equal(error.code, 'invalid_filter')
    return error.message
  }
  return assert.fail('was not refused')
}

test('and, or and not are what they say, also when they nest', () => {
  assert.deepEqual(parseSearchTerm({ and: [{ username: 'root' }, { client_ip: '1.2.3.4' }] }), {
    all: [{ all: [{ all: [eq('username', 'root')] }, { all: [eq('client_ip', '1.2.3.4')] }] }],
  })
  assert.deepEqual(parseSearchTerm({ or: [{ field: 'username', value: 'root' }] }), {
    all: [{ any: [eq('username', 'root')] }],
  })
  assert.deepEqual(parseSearchTerm({ and: [{ success: 'false' }, { or: [{ username: 'paul' }] }] }), {
    all: [{ all: [{ all: [eq('success', 'false')] }, { all: [{ any: [{ all: [eq('username', 'paul')] }] }] }] }],
  })
  assert.deepEqual(parseSearchTerm({ not: [{ field: 'username', value: 'root' }] }), {
    all: [{ not: { any: [eq('username', 'root')] } }],
  })
})

test('an object stands for a list of one, and an empty one asks for nothing', () => {
  assert.deepEqual(parseSearchTerm({ and: { username: 'root' } }), {
    all: [{ all: [{ all: [eq('username', 'root')] }] }],
  })
  assert.equal(parseSearchTerm({ and: {}, not: {}, or: {} }), undefined)
  assert.equal(parseSearchTerm({ or: [] }), undefined)
})

test('a list means any of its values, and none of them for the opposites', () => {
  const of = (operator: string | null, value: Json): unknown => {
    const parsed = parseSearchTerm({ and: [{ field: 'username', value, ...(operator === null ? {} : { operator }) }] })
    assert.ok(parsed !== undefined && 'all' in parsed)
    const [and] = parsed.all
    assert.ok(and !== undefined && 'all' in and)
    return and.all[0]
  }
  const values = ['a', 'b']
  assert.deepEqual(of(null, values), { field: 'username', operator: 'in', values })
  assert.deepEqual(of('eq', values), { field: 'username', operator: 'in', values })
  assert.deepEqual(of('ne', values), { field: 'username', operator: 'nin', values })
  assert.deepEqual(of('not_in', 'a'), { field: 'username', operator: 'nin', values: ['a'] })
  assert.deepEqual(of('contains', values), {
    any: values.map((value) => ({ field: 'username', operator: 'co', values: [value] })),
  })
})

test('booleans are taken in any letter case, and times without a zone are UTC', () => {
  const valuesOf = (field: string, value: Json): unknown =>
    JSON.stringify(parseSearchTerm({ and: [{ field, value }] })).match(/"values":(\[.*?\])/)?.[1]
  assert.equal(valuesOf('success', true), '["true"]')
  assert.equal(valuesOf('success', 'TRUE'), '["true"]')
  assert.equal(valuesOf('timestamp', '2026-05-01T00:00:00'), '["2026-05-01T00:00:00Z"]')
  assert.equal(valuesOf('timestamp', '2026-05-01T00:00:00+02:00'), '["2026-05-01T00:00:00+02:00"]')
  assert.equal(valuesOf('@version', 2), '["2"]')
})

test('an operator that is none of its field’s is refused with those that are', () => {
  assert.match(refusalOf({ and: [{ field: 'username', operator: 'gt', value: 'a' }] }), /one of eq, ne, contains/)
  assert.match(
    refusalOf({ and: [{ field: 'success', operator: 'contains', value: 'tr' }] }),
    /one of eq, ne, in, not_in/,
  )
  assert.match(refusalOf({ and: [{ field: 'doc_version', operator: 'startsWith', value: 2 }] }), /one of eq, ne, lt/)
  assert.match(refusalOf({ and: [{ field: 'timestamp', operator: 'endsWith', value: 'Z' }] }), /before, after/)
  assert.match(refusalOf({ and: [{ field: 'username', operator: 'constructor', value: 'a' }] }), /one of/)
})

test('what is no search term is refused by its place', () => {
  assert.match(refusalOf([]), /^search_term: must be an object/)
  assert.match(refusalOf({ xor: [] }), /^search_term\.xor: must be and, or or not/)
  assert.match(refusalOf({ and: ['a'] }), /^search_term\.and: must be a list of terms/)
  assert.match(refusalOf({ and: [{ username: null }] }), /^search_term\.and\.0: must be compared/)
  assert.match(refusalOf({ and: [{ username: [] }] }), /^search_term\.and\.0: must have 1 to 1000/)
  assert.match(refusalOf({ or: Array.from({ length: 201 }, () => ({ username: 'a' })) }), /at most 200 terms/)
  const many = Object.fromEntries(Array.from({ length: 201 }, (_, index) => [`username${index}`, 'a']))
  assert.match(refusalOf({ and: [many, { username: 'a' }] }), /at most 200 terms/)
  let deep: Json = { username: 'a' }
  for (let level = 0; level < 12; level += 1) deep = { and: [deep] }
  assert.match(refusalOf(deep), /nested deeper than 10/)
})
