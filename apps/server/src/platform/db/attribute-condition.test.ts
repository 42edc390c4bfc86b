import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { sql } from 'kysely'
import {
  type AttributeCondition,
  type AttributeSource,
  compileAttributeCondition,
  jsonRows,
  orderedBy,
} from './attribute-condition.ts'
import { compose, ConditionError } from './compose.ts'

const source: AttributeSource = {
  column: (field) => (field === 'name' ? sql`things.name` : field === 'made' ? sql`things.made` : undefined),
  rows: (field) => (field === 'marks' ? jsonRows(sql`things.marks`) : undefined),
  implied: ({ operator, value }) => (operator === 'eq' ? sql`things.key = ${String(value)}` : undefined),
}

function compiled(condition: AttributeCondition): readonly [string, readonly unknown[]] {
  const { text, values = [] } = compose(sql`${compileAttributeCondition(condition, source)}`)
  return [text.replaceAll(/\s+/g, ' '), values]
}

describe('a condition on attributes', () => {
  test('compares by type, and says beside it what an index answers', () => {
    const name = { field: 'name', as: 'folded' } as const
    assert.deepEqual(compiled({ ...name, operator: 'eq', value: 'Ada' }), [
      '(things.key = $1 and lower((things.name)::text) = lower($2::text))',
      ['Ada', 'Ada'],
    ])
    assert.deepEqual(
      compiled({ ...name, operator: 'co', value: '%' })[0],
      "strpos(nullif(lower((things.name)::text), ''), lower($1::text)) > 0",
    )
    assert.deepEqual(
      compiled({ ...name, operator: 'lt', value: 'b' })[0],
      "nullif(lower((things.name)::text), '') < lower($1::text)",
    )
    assert.deepEqual(
      compiled({ field: 'made', as: 'time', operator: 'ge', value: '2026-01-01T00:00:00.000Z' })[0],
      '(things.made)::timestamptz >= $1::timestamptz',
    )
    assert.deepEqual(compiled({ ...name, operator: 'pr' }), ["(coalesce((things.name)::text, '') <> '')", []])
  })

  test('holds of rows when it holds of one, and is denied also where nothing is known', () => {
    const where = { all: [{ field: 'type', as: 'text', operator: 'eq', value: 'a' }] } as const
    assert.deepEqual(
      compiled({ not: { rows: 'marks', where } })[0],
      "(not coalesce(exists (select from jsonb_path_query(things.marks, '$[*]') as item where (((item #>> $1::text[]))::text = $2::text)), false))",
    )
  })

  test('of nothing is always so, or never', () => {
    assert.deepEqual([compiled({ all: [] })[0], compiled({ any: [] })[0]], ['true', 'false'])
  })

  test('names what it does not know', () => {
    assert.throws(() => compiled({ field: 'size', as: 'number', operator: 'pr' }), ConditionError)
    assert.throws(() => compiled({ rows: 'name', where: { all: [] } }), /"name" cannot be filtered by/)
  })
})

test('a page begins behind a row, with what has no value at the end or the beginning', () => {
  const order = (descending: boolean, value: string | null) => {
    const by = { expression: sql`things.name`, as: 'folded', descending } as const
    const { ordering, beyond } = orderedBy(sql`things.id`, by, { value, id: 'i' })
    return [ordering, beyond].map((part) => compose(part).text)
  }
  const sorted = "nullif(lower((things.name)::text), '')"
  assert.deepEqual(order(false, 'a'), [
    `(${sorted} is null) asc, ${sorted} asc, things.id asc`,
    `((${sorted}, things.id) > ($1::text, $2) or ${sorted} is null)`,
  ])
  assert.equal(order(true, 'a')[1], `(${sorted}, things.id) < ($1::text, $2)`)
  assert.equal(order(false, null)[1], `(${sorted} is null and things.id > $1)`)
  assert.equal(order(true, null)[1], `((${sorted} is null and things.id < $1) or ${sorted} is not null)`)
})
