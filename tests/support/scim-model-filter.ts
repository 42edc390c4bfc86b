// Filters as trees with their text and with what they mean, written from RFC 7644, section 3.4.2.2, without the hub's own parser.
import { enterprise, userUrn } from './scim-client.ts'

export type Operator = 'eq' | 'ne' | 'co' | 'sw' | 'ew' | 'gt' | 'ge' | 'lt' | 'le'

/** A comparison of a path's value; within a list, of an element's. */
interface Term {
  readonly path: string
  readonly operator: Operator | 'pr'
  readonly value?: string | boolean | null
}

export type Condition =
  | Term
  | { readonly list: string; readonly where: Condition }
  | { readonly all: readonly Condition[] }
  | { readonly any: readonly Condition[] }
  | { readonly not: Condition }

interface Shape {
  readonly [name: string]: unknown
}

/** The filter as it is sent. */
export function filterText(condition: Condition): string {
  if ('all' in condition) return condition.all.map((part) => `(${filterText(part)})`).join(' and ')
  if ('any' in condition) return condition.any.map((part) => `(${filterText(part)})`).join(' or ')
  if ('not' in condition) return `not (${filterText(condition.not)})`
  if ('list' in condition) return `${condition.list}[${filterText(condition.where)}]`
  const { path, operator, value } = condition
  return operator === 'pr' ? `${path} pr` : `${path} ${operator} ${JSON.stringify(value)}`
}

/** Whether a resource, as its client sees it, holds the condition. */
export function holds(resource: unknown, condition: Condition): boolean {
  if ('all' in condition) return condition.all.every((part) => holds(resource, part))
  if ('any' in condition) return condition.any.some((part) => holds(resource, part))
  if ('not' in condition) return !holds(resource, condition.not)
  if ('list' in condition) return elementsAt(resource, condition.list).some((one) => holds(one, condition.where))
  const { path, operator, value } = condition
  const values = valuesAt(resource, path)
  if (!lists.has(path.split('.', 1)[0] ?? '')) return compares(values[0], condition)
  // A list is null when nothing in it has a value; otherwise one element is enough.
  if (value === null && operator === 'eq') return !values.some((one) => compares(one, { path, operator: 'pr' }))
  return values.some((one) => compares(one, condition))
}

const lists = new Set(['emails', 'roles', 'phoneNumbers', 'groups', 'members'])

function member(resource: unknown, name: string): unknown {
  return (resource as Shape | undefined)?.[name]
}

function elementsAt(resource: unknown, name: string): readonly unknown[] {
  const value = member(resource, name)
  return Array.isArray(value) ? (value as readonly unknown[]) : []
}

/** The values that a path leads to; of a list without a sub-attribute, those called value. */
export function valuesAt(resource: unknown, path: string): readonly unknown[] {
  const [schema, rest] = path.startsWith(`${enterprise}:`)
    ? [member(resource, enterprise), path.slice(enterprise.length + 1)]
    : [resource, path.startsWith(`${userUrn}:`) ? path.slice(userUrn.length + 1) : path]
  const [head = '', sub] = rest.split('.')
  const value = member(schema, head)
  const inside = (one: unknown): unknown =>
    typeof one === 'object' && one !== null ? (one as Shape)[sub ?? 'value'] : one
  return Array.isArray(value) ? value.map(inside) : value === undefined ? [] : [inside(value)]
}

function fold(value: unknown): unknown {
  return typeof value === 'string' ? value.toLowerCase() : value
}

const exact = new Set(['id', 'externalId', 'members.value', 'groups.value'])

function compares(value: unknown, { path, operator, value: wanted }: Term): boolean {
  const isThere = value !== undefined && value !== ''
  if (operator === 'pr' || (wanted === null && operator === 'ne')) return isThere
  if (wanted === null) return !isThere
  const isExact = exact.has(path)
  const [left, right] = isExact ? [value, wanted] : [fold(value), fold(wanted)]
  if (operator === 'ne') return left !== right
  if (!isThere) return false
  if (operator === 'eq') return left === right
  const [text, part] = [String(left), String(right)]
  if (operator === 'co') return text.includes(part)
  if (operator === 'sw') return text.startsWith(part)
  if (operator === 'ew') return text.endsWith(part)
  if (operator === 'gt') return text > part
  if (operator === 'ge') return text >= part
  return operator === 'lt' ? text < part : text <= part
}
