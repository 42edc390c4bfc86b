import type { UserService } from '../../directory/users/user.service.ts'

/** A condition on rows as the services take it. */
export type Condition = NonNullable<Parameters<UserService['list']>[1]['condition']>

/** A single comparison. */
export type Comparison = Extract<Condition, { readonly field: string }>

/** Renames the fields of a condition, or replaces a comparison by another condition. */
export function mapComparisons(condition: Condition, change: (comparison: Comparison) => Condition): Condition {
  if ('all' in condition) return { all: condition.all.map((part) => mapComparisons(part, change)) }
  if ('any' in condition) return { any: condition.any.map((part) => mapComparisons(part, change)) }
  return change(condition)
}

/** Conditions that hold always and never. */
export const always: Condition = { all: [] }
export const never: Condition = { any: [] }
