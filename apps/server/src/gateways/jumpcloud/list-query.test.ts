import assert from 'node:assert/strict'
import test from 'node:test'
import { AppError } from '@lockstep/contract/app-error'
import { parseFields, parseListQuery, project, v2List } from './list-query.ts'

const refusal = (field: string) => (error: unknown) => error instanceof AppError && error.field === field

test('a list without parameters is its first ten rows', () => {
  assert.deepEqual(parseListQuery({}, 'v1'), { limit: 10, skip: 0, sort: [] })
  assert.deepEqual(parseListQuery({ limit: '', skip: '', sort: '', filter: '', search: ' ' }, 'v2'), {
    limit: 10,
    skip: 0,
    sort: [],
  })
})

test('a limit outside the range becomes its nearest end', () => {
  const limits = (version: 'v1' | 'v2'): number[] =>
    ['0', '-5', '7', '100', '101', '1000', '99999999999999999999'].map(
      (limit) => parseListQuery({ limit }, version).limit,
    )
  assert.deepEqual(limits('v1'), [1, 1, 7, 100, 101, 1000, 1000])
  assert.deepEqual(limits('v2'), [1, 1, 7, 100, 100, 100, 100])
})

test('what is no number is refused with its name', () => {
  assert.throws(() => parseListQuery({ limit: 'ten' }, 'v1'), refusal('limit'))
  assert.throws(() => parseListQuery({ limit: '1e2' }, 'v1'), refusal('limit'))
  assert.throws(() => parseListQuery({ skip: '1.5' }, 'v2'), refusal('skip'))
  assert.throws(() => parseListQuery({ skip: '-1' }, 'v1'), refusal('skip'))
})

test('sort fields are divided by blanks or commas and descend with a hyphen', () => {
  const expected = [
    { field: 'lastname', descending: true },
    { field: 'username', descending: false },
  ]
  for (const sort of ['-lastname username', '-lastname,username', ['-lastname', '+username']])
    assert.deepEqual(parseListQuery({ sort }, 'v1').sort, expected)
  assert.throws(() => parseListQuery({ sort: 'a '.repeat(11) }, 'v1'), refusal('sort'))
})

test('only version 1 searches in free text', () => {
  assert.equal(parseListQuery({ search: ' ada ' }, 'v1').search, 'ada')
  assert.equal(parseListQuery({ search: 'ada' }, 'v2').search, undefined)
})

test('fields may be divided by blanks or commas and always bring the ids', () => {
  for (const fields of ['username email', 'username,email', 'username, email', ['username', 'email']])
    assert.deepEqual(parseFields({ fields }), ['username', 'email'])
  assert.equal(parseFields({ fields: '' }), undefined)
  const row = { _id: '1', id: '1', username: 'ada', email: 'a@b', mfa: { exclusion: false } }
  assert.deepEqual(project(row, ['email', 'nothing', 'mfa.exclusion']), {
    _id: '1',
    id: '1',
    email: 'a@b',
    mfa: row.mfa,
  })
  assert.equal(project(row, undefined), row)
})

test('a list of version 2 tells its number in a header', () => {
  assert.deepEqual(v2List([], 3), { body: [], headers: { 'x-total-count': '3' } })
})
