// Conditions on users as SQL. Beside what a term says stands, where there is one, something that it implies and that an index answers: the
// lower-case name, a piece of the searched text, a facet, or the second of creation with which every id begins.
import { sql, type RawBuilder } from 'kysely'
import { parseId } from '@lockstep/kernel/ids'
import {
  compileCondition,
  type Condition,
  ConditionError,
  type FieldColumn,
  likePattern,
} from '../../platform/db/compose.ts'
import { literalPattern, readSearchPattern, type PatternReading } from './search-pattern.rules.ts'
import { initialValue } from './stored-attributes.rules.ts'
import { isStoredField, storedFields } from './user-fields.rules.ts'

type Term = Extract<Condition, { readonly field: string }>
type Sql = RawBuilder<unknown>

const typedColumns: Readonly<Record<string, FieldColumn>> = {
  _id: { expression: sql`users.id`, type: 'text' },
  id: { expression: sql`users.id`, type: 'text' },
  username: { expression: sql`users.username`, type: 'text' },
  email: { expression: sql`users.email`, type: 'text' },
  employeeIdentifier: { expression: sql`users.employee_id`, type: 'text' },
  displayname: { expression: sql`users.display_name`, type: 'text' },
  displayName: { expression: sql`users.display_name`, type: 'text' },
  state: { expression: sql`users.state`, type: 'text' },
  suspended: { expression: sql`(users.state = 'SUSPENDED')`, type: 'boolean' },
  activated: { expression: sql`users.activated`, type: 'boolean' },
  account_locked: { expression: sql`users.account_locked`, type: 'boolean' },
  manager: { expression: sql`users.manager_id`, type: 'text' },
  unix_uid: { expression: sql`users.unix_uid`, type: 'integer' },
  unix_guid: { expression: sql`users.unix_gid`, type: 'integer' },
  created: { expression: sql`users.created`, type: 'timestamp' },
}

/** Times that are kept as ISO 8601 texts, which sort as the times do once all have milliseconds. */
const timeFields = new Set(['account_locked_date', 'password_date', 'password_expiration_date', 'mfa.exclusionUntil'])
const searchedFields = new Set(['username', 'email', 'displayname', 'displayName', 'firstname', 'lastname'])
const facetFields = new Set(['department', 'company', 'costCenter', 'jobTitle', 'location', 'employeeType'])
const rowKeys: Readonly<Record<string, readonly string[]>> = {
  addresses: ['type', 'poBox', 'extendedAddress', 'streetAddress', 'locality', 'region', 'postalCode', 'country'],
  attributes: ['name', 'value'],
  phoneNumbers: ['type', 'number'],
  relationships: ['type', 'value'],
  restrictedFields: ['field', 'type'],
  ssh_keys: ['name', 'public_key', 'create_date'],
}
const positiveOf = { ne: 'eq', nin: 'in', nco: 'co' } as const
/** A trigram index knows nothing shorter. */
export const leastSearched = 3

/** The column of a field by its wire name; dotted names reach into objects. */
export function columnOf(field: string): FieldColumn | undefined {
  if (Object.hasOwn(typedColumns, field)) return typedColumns[field]
  const [head = '', ...path] = field.split('.')
  if (!isStoredField(head)) return undefined
  const { type } = storedFields[head]
  const value =
    path.length > 0 ? sql`users.attributes #>> ${[head, ...path]}::text[]` : sql`users.attributes ->> ${sql.lit(head)}`
  // What is as for every new user is not kept.
  const initial = initialValue(head, path)
  const expression = initial === undefined ? value : sql`coalesce(${value}, ${sql.lit(String(initial))})`
  if (path.length > 0) return { expression, type: 'text' }
  if (type === 'boolean') return { expression: sql`(${expression})::boolean`, type: 'boolean' }
  if (type === 'integer') return { expression: sql`(${expression})::bigint`, type: 'integer' }
  return { expression, type: 'text' }
}

/** Translates a condition on users; an unknown field or an unreadable value throws ConditionError. */
export function compileUserCondition(condition: Condition): Sql {
  if ('all' in condition) return joined(condition.all, 'and')
  if ('any' in condition) return joined(condition.any, 'or')
  const term = readable(condition)
  if (term.field === 'memberof') return memberOf(term)
  const rows = compileRowTerm(term)
  if (rows) return rows
  const implied = impliedBy(condition)
  const exact = isFacet(term) ? sameText(term) : compileCondition(term, columnOf)
  return implied === undefined ? exact : sql`(${implied} and ${exact})`
}

/** True when a condition holds a pattern, whose time to match only a clock bounds. */
export function hasPattern(condition: Condition | undefined): boolean {
  if (condition === undefined) return false
  if ('all' in condition) return condition.all.some(hasPattern)
  if ('any' in condition) return condition.any.some(hasPattern)
  return condition.operator === 'regex'
}

const byValue = new Set(['eq', 'in'])
const byOrder = new Set(['eq', 'in', 'lt', 'lte', 'gt', 'gte'])
const ownIndexes: Readonly<Record<string, ReadonlySet<string>>> = {
  _id: byOrder,
  id: byOrder,
  employeeIdentifier: byValue,
  manager: byValue,
  memberof: byValue,
  displayname: byOrder,
  displayName: byOrder,
  // Those of them that many have are found all along the primary key.
  state: byValue,
  suspended: byValue,
  activated: byValue,
  account_locked: byValue,
}

/** The fields for which a condition has to look at every user; none when an index answers enough of it. */
export function unindexedFields(condition: Condition): readonly string[] {
  if ('any' in condition) return condition.any.flatMap(unindexedFields)
  if ('all' in condition) {
    const parts = condition.all.map(unindexedFields)
    return parts.some((fields) => fields.length === 0) ? [] : parts.flat()
  }
  const { field, operator } = condition
  const hasOwn = Object.hasOwn(ownIndexes, field) && ownIndexes[field]?.has(operator) === true
  return hasOwn || impliedBy(condition) !== undefined ? [] : [field]
}

function joined(parts: readonly Condition[], operator: 'and' | 'or'): Sql {
  if (parts.length === 0) return operator === 'and' ? sql`true` : sql`false`
  return sql`(${sql.join(parts.map(compileUserCondition), operator === 'and' ? sql` and ` : sql` or `)})`
}

/** The term with its values as they are stored: patterns in PostgreSQL's words, times with milliseconds. */
function readable(term: Term): Term {
  const { field, operator, values } = term
  if (operator === 'regex') {
    const reading = readPattern(values)
    if (!reading.ok) throw new ConditionError(field, `The pattern "${(values[0] ?? '').slice(0, 50)}" ${reading.why}.`)
    return { ...term, values: [reading.value.pattern] }
  }
  if (!timeFields.has(field) || !['eq', 'ne', 'lt', 'lte', 'gt', 'gte', 'in', 'nin'].includes(operator)) return term
  return { ...term, values: values.map((value) => (value === '' ? value : storedTime(field, value))) }
}

/** A pattern with its options, or a text to be found in any letter case when the options say `literal`. */
function readPattern([text = '', options]: readonly string[]): PatternReading {
  if (options !== 'literal') return readSearchPattern(text, options)
  const pattern = literalPattern(text)
  return { ok: true, value: { pattern: `(?i)${pattern}`, anywhere: pattern } }
}

function storedTime(field: string, value: string): string {
  const time = Date.parse(value)
  if (Number.isNaN(time))
    throw new ConditionError(
      field,
      `"${field}" is compared with a date such as 2026-01-31T09:00:00Z, not "${value.slice(0, 50)}".`,
    )
  return new Date(time).toISOString()
}

/** A term on rows holds when one row holds it; a negative one when no row does. Custom attributes are reached by their names too. */
function compileRowTerm(term: Term): Sql | undefined {
  const [head = '', key, ...more] = term.field.split('.')
  const isRows = Object.hasOwn(rowKeys, head)
  if ((!isRows && head !== 'tags') || more.length > 0 || (key !== undefined && /^\d+$/.test(key))) return undefined
  if (isRows && key === undefined) return undefined
  const { operator } = term
  const isNegative = operator === 'ne' || operator === 'nin' || operator === 'nco'
  const isNamed = head === 'attributes' && key !== undefined && !rowKeys['attributes']?.includes(key)
  if (isRows && !isNamed && !rowKeys[head]?.includes(key ?? ''))
    throw new ConditionError(term.field, `The field "${term.field.slice(0, 50)}" cannot be filtered by.`)
  const expression = head === 'tags' ? sql`item #>> '{}'` : sql`item ->> ${sql.lit(isNamed ? 'value' : (key ?? ''))}`
  const positive = isNegative ? { ...term, operator: positiveOf[operator] } : term
  const named = isNamed ? sql`lower(item ->> 'name') = lower(${key}) and` : sql``
  const found = sql`exists (select from jsonb_path_query(users.attributes -> ${sql.lit(head)}, '$[*]') as item
    where ${named} ${compileCondition(positive, () => ({ expression, type: 'text' }))})`
  return isNegative ? sql`not ${found}` : found
}

function memberOf({ field, operator, values }: Term): Sql {
  const isNegative = operator === 'ne' || operator === 'nin'
  if (!isNegative && operator !== 'eq' && operator !== 'in')
    throw new ConditionError(field, '"memberof" is compared with ids of groups by eq, in, ne or nin.')
  const ids = values.map((value) => parseId(value) ?? '')
  const found = sql`users.id in (select member.user_id from group_members as member
    where member.group_id = any(${ids}::text[]) and not member.removing)`
  return isNegative ? sql`not ${found}` : found
}

/** Something that every user has for whom the term holds, and that an index finds. */
function impliedBy(term: Term): Sql | undefined {
  const { field, operator, values } = term
  if (field === 'created') return impliedByCreation(term)
  if (operator === 'regex') {
    const reading = searchedFields.has(field) ? readPattern(values) : undefined
    const anywhere = reading?.ok === true ? reading.value.anywhere : undefined
    return anywhere === undefined ? undefined : sql`users.search ~* ${anywhere}`
  }
  if (operator === 'eq' || operator === 'in') {
    if (field === 'username' || field === 'email') return namedAny(field, values)
    const facets = facetsOf(field, values)
    if (facets !== undefined) return facets
  }
  if (operator === 'sw' && (field === 'username' || field === 'email'))
    return sql`lower(users.${sql.ref(field)}) like lower(${likePattern(values[0] ?? '').slice(1)}::text)`
  const isPart = operator === 'eq' || operator === 'in' || operator === 'sw' || operator === 'ew' || operator === 'co'
  return isPart && searchedFields.has(field) ? searchedAny(values) : undefined
}

function namedAny(field: 'username' | 'email', values: readonly string[]): Sql | undefined {
  if (values.length === 0) return undefined
  const column = sql`lower(users.${sql.ref(field)})`
  if (values.length === 1) return sql`${column} = lower(${values[0]}::text)`
  return sql`${column} in (${sql.join(values.map((value) => sql`lower(${value}::text)`))})`
}

/** The final sigma is another letter in lower case than within a word, so that a piece need not look like the whole. */
function searchedAny(values: readonly string[]): Sql | undefined {
  if (values.length === 0 || values.some((value) => value.length < leastSearched || /[Σσς]/.test(value)))
    return undefined
  const parts = values.map((value) => sql`users.search like lower(${likePattern(value)}::text)`)
  return parts.length === 1 ? parts[0] : sql`(${sql.join(parts, sql` or `)})`
}

const stateFacets: Readonly<Record<string, number>> = {
  'state=STAGED': 1,
  'state=SUSPENDED': 2,
  'suspended=true': 2,
  'account_locked=true': 3,
  'activated=false': 4,
}

/** The facets that the migration of `users.facets` writes. */
function facetsOf(field: string, values: readonly string[]): Sql | undefined {
  if (values.length === 0 || values.includes('')) return undefined
  const hashes = values.map((value) => {
    if (facetFields.has(field)) return sql`hashtext(${`${field}=${value}`}::text collate "C")`
    const facet = stateFacets[`${field}=${value}`]
    return facet === undefined ? undefined : sql`${sql.lit(facet)}`
  })
  const known = hashes.filter((hash) => hash !== undefined)
  return known.length < values.length ? undefined : sql`users.facets && array[${sql.join(known)}]`
}

function isFacet({ field, operator }: Term): boolean {
  return facetFields.has(field) && (operator === 'eq' || operator === 'in')
}

/**
 * The text behind a facet, compared by the function and not the operator: of an operator on JSON PostgreSQL guesses that it leaves one row
 * in two hundred, and of what a facet leaves that is far too few; of a function, one in three.
 */
function sameText({ field, values }: Term): Sql {
  const text = sql`users.attributes ->> ${sql.lit(field)}`
  const parts = values.map((value) => sql`texteq(${text}, ${value}::text)`)
  return parts.length === 0 ? sql`false` : sql`(${sql.join(parts, sql` or `)})`
}

const lowestId = '0'.repeat(24)
const highestId = 'f'.repeat(24)

function impliedByCreation({ operator, values }: Term): Sql | undefined {
  const time = Date.parse(values[0] ?? '')
  if (Number.isNaN(time)) return undefined
  const seconds = Math.floor(time / 1000)
  const edge = (isEnd: boolean): string => {
    if (seconds < 0) return lowestId
    if (seconds > 0xff_ff_ff_ff) return highestId
    return seconds.toString(16).padStart(8, '0') + (isEnd ? 'f' : '0').repeat(16)
  }
  if (operator === 'gt' || operator === 'gte') return sql`users.id >= ${edge(false)}`
  if (operator === 'lt' || operator === 'lte') return sql`users.id <= ${edge(true)}`
  if (operator === 'eq') return sql`users.id between ${edge(false)} and ${edge(true)}`
  return undefined
}
