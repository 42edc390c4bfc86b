import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import fc from 'fast-check'
import { compileAttributeCondition } from '../../platform/db/attribute-condition.ts'
import { compose } from '../../platform/db/compose.ts'
import { sql } from 'kysely'
import { toCondition } from './filter-condition.ts'
import { type Filter, parseFilter } from './filter.ts'
import { groupType } from './group-schemas.ts'
import { ScimRefusal } from './scim-refusal.ts'
import { fieldMappings, userColumns } from './user-fields.ts'
import { userType } from './user-schemas.ts'

const runs = Number(process.env['LOCKSTEP_FUZZ_RUNS'] ?? '3000')
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

const names = [
  'userName',
  'emails',
  'emails.value',
  'name',
  'name.givenName',
  'active',
  'meta.created',
  'id',
  'externalId',
  'groups.value',
  'password',
  'manager',
  'roles',
  'x509Certificates.value',
  'addresses.country',
  'schemas',
  'meta.resourceType',
  'bogus',
  'urn:ietf:params:scim:schemas:extension:enterprise:2.0:User:department',
  'members.value',
  'displayName',
]
const words = fc.constantFrom(
  ...names,
  'eq',
  'ne',
  'co',
  'gt',
  'le',
  'pr',
  'and',
  'or',
  'not',
  '(',
  ')',
  '[',
  ']',
  '"x"',
  'true',
  '12',
  'null',
  '.value',
  '"2020-01-01T00:00:00Z"',
  '"\\"',
  "'",
  ';--',
  '$1',
  '%',
)
const soup = fc.array(words, { maxLength: 14 }).map((list) => list.join(' '))
const value = fc.oneof(
  fc.string().map((text) => JSON.stringify(text.replaceAll('\u0000', '').toWellFormed())),
  fc.constantFrom('true', 'false', '1', 'null', '"2020-01-01T00:00:00Z"'),
)
const term = fc
  .tuple(fc.constantFrom(...names), fc.constantFrom('eq', 'ne', 'co', 'sw', 'ew', 'gt', 'ge', 'lt', 'le'), value)
  .map((parts) => parts.join(' '))
const wellFormed = fc.letrec<{ any: string }>((tie) => ({
  any: fc.oneof(
    { maxDepth: 4 },
    term,
    fc.constantFrom(...names).map((name) => `${name} pr`),
    fc
      .tuple(tie('any'), fc.constantFrom('and', 'or'), tie('any'))
      .map(([left, word, right]) => `(${left}) ${word} (${right})`),
    tie('any').map((inner) => `not (${inner})`),
    fc
      .tuple(
        fc.constantFrom('emails', 'roles', 'groups', 'addresses', 'name'),
        fc.constantFrom('type', 'value', 'primary', 'display', 'country'),
        value,
      )
      .map(([list, sub, given]) => `${list}[${sub} eq ${given}]`),
  ),
})).any

/** Columns that show what was asked of them, so that the statement can be looked at. */
const source = {
  column: () => sql`column_of_it`,
  rows: () => ({
    holds: (condition: ReturnType<typeof sql>) => sql`exists (rows where ${condition})`,
    field: () => sql`row_field`,
  }),
}
const shape = /^[a-z_$0-9 ().,:<>=']*$/

test('whatever is sent as a filter is refused as one or becomes a statement of known words, with every value apart', () => {
  const text = fc.oneof(soup, wellFormed, fc.string())
  fc.assert(
    fc.property(text, fc.boolean(), fc.constantFrom(userType, groupType), (filter, coerces, type) => {
      const columns = userColumns({ id: 'i', usernameRule: 'as_sent', direct: fieldMappings })
      const condition = outcome(() =>
        toCondition(parseFilter(filter, { barewords: coerces }), { type, columns, coerces }),
      )
      if (typeof condition === 'string') return assert.equal(condition, 'invalidFilter')
      const { text: statement } = compose(sql`select ${compileAttributeCondition(condition, source)}`)
      assert.match(statement, shape)
    }),
    { numRuns: runs },
  )
})

test('well-formed filters are read, however deep', () => {
  fc.assert(
    fc.property(wellFormed, (filter) => {
      const parsed = outcome(() => read(filter))
      assert.ok(typeof parsed !== 'string' || filter.length > 200, filter)
    }),
    { numRuns: runs },
  )
})
