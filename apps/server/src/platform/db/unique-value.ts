// Values within kept objects of which each may stand once: an index sees to that, and answers who has one. The expression is the index's, letter
// by letter, or PostgreSQL would not use it.
import { assert } from '@lockstep/kernel/assert'
import { type RawBuilder, sql } from 'kysely'
import type { AttributeComparison } from './attribute-condition.ts'
import { isUniqueViolation } from './database-error.ts'

/** The name of every such index begins with it. */
export const uniqueValuePrefix = 'custom_unique_'

/** The way to such a value begins with it, where a condition names one; no attribute is called so. */
export const uniqueMark = '(unique)'

/** True for a value that is taken. */
export function isUniqueValueViolation(error: unknown): boolean {
  return isUniqueViolation(error) && error.constraint?.startsWith(uniqueValuePrefix) === true
}

/** The value at a path of a column, as SQL. */
export function uniqueValueText(column: string, path: readonly string[], folded: boolean): string {
  assert(
    path.every((name) => /^[\w$:.-]+$/.test(name)),
    'names of attributes are plain',
  )
  const value = `(${column} #>> '{${path.map((name) => `"${name}"`).join(',')}}')`
  return folded ? `lower(${value})` : value
}

/** What follows from an equality with a unique value and is answered by its index; numbers as JavaScript and PostgreSQL print them alike. */
export function uniqueValueIs(
  column: string,
  path: readonly string[],
  { operator, as, value }: AttributeComparison,
): RawBuilder<unknown> | undefined {
  const text = String(value)
  if (operator !== 'eq' || (as === 'number' && !/^-?\d{1,15}(\.\d{1,6})?$/.test(text))) return undefined
  const expression = sql.raw(uniqueValueText(column, path, as === 'folded'))
  const given = as === 'folded' ? sql`lower(${text}::text)` : sql`${text}::text`
  return sql`(${expression} is not null and ${expression} = ${given})`
}
