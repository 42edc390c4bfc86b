import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { toCondition } from './filter-condition.ts'
import { type Filter, parseFilter } from './filter.ts'
import { ScimRefusal } from './scim-refusal.ts'
import { fieldMappings, userColumns } from './user-fields.ts'
import { userType } from './user-schemas.ts'

const read = (text: string, barewords = false): Filter => parseFilter(text, { barewords })

/** Either the work's answer, or the refusal's keyword; anything else is a fault. */
function outcome<T>(work: () => T): T | string {
  try {
    return work()
  } catch (error) {
    assert.ok(error instanceof ScimRefusal, String(error))
    return error.scimType ?? 'none'
  }
}

describe('the grammar', () => {
  test('not binds more than and, and more than or, and parentheses more than all', () => {
    const [a, b, c] = ['a', 'b', 'c'].map((path) => ({ path, operator: 'pr' }))
    assert.deepEqual(read('a pr or b pr and c pr'), { or: [a, { and: [b, c] }] })
    assert.deepEqual(read('(a pr or b pr) and not (c pr)'), { and: [{ or: [a, b] }, { not: c }] })
    assert.deepEqual(read('a pr AND b PR And c pr'), { and: [a, b, c] })
  })

  test('values are of JSON, operators of any letter case', () => {
    const values = ['a eq "x \\" \\u0041"', 'a EQ true', 'a eq null', 'a gt -1.5e2'].map((text) => read(text))
    assert.deepEqual(
      values.map((filter) => ('operator' in filter ? [filter.operator, filter.value] : filter)),
      [
        ['eq', 'x " A'],
        ['eq', true],
        ['eq', null],
        ['gt', -150],
      ],
    )
  })

  test('brackets hold a filter of the elements, and may be followed by a sub-attribute', () => {
    const where = { path: 'type', operator: 'eq', value: 'work' }
    assert.deepEqual(read('emails[type eq "work"]'), { path: 'emails', where })
    const value = { path: 'value', operator: 'co', value: 'x' }
    assert.deepEqual(read('emails[type eq "work"].value co "x"'), { path: 'emails', where: { and: [where, value] } })
  })

  test('what is no filter is refused as such', () => {
    for (const text of [
      '',
      'a',
      'a eq',
      'a is "x"',
      'a eq "x',
      '(a pr',
      'a pr)',
      'a[b pr',
      'a pr b pr',
      'a eq x',
      'and',
      '1a pr',
      `${'('.repeat(99)}a pr`,
      `a eq "${'x'.repeat(9000)}"`,
      'a eq "\\u0000"',
    ])
      assert.equal(
        outcome(() => read(text)),
        'invalidFilter',
        text,
      )
    assert.deepEqual(read('a eq x', true), { path: 'a', operator: 'eq', value: 'x' })
  })
})

test('a list is null as long as nothing in it has a value', () => {
  const columns = userColumns({ id: 'i', usernameRule: 'as_sent', direct: fieldMappings })
  const condition = (text: string) => toCondition(read(text), { type: userType, columns, coerces: false })
  assert.deepEqual(condition('roles eq null'), { not: condition('roles pr') })
  assert.deepEqual(condition('roles.type eq null'), { not: condition('roles.type pr') })
  assert.deepEqual(condition('roles ne null'), condition('roles pr'))
})
