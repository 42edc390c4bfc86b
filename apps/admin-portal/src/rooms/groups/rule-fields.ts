import { fieldName } from '../../words/words.ts'
import type { TermOperator } from './term-operator.ts'

/** How a field of a rule is asked for. */
export type RuleFieldKind = 'text' | 'choice' | 'switch' | 'day' | 'person'

/** A field that a rule may name. */
export interface RuleField {
  readonly name: string
  readonly label: string
  readonly kind: RuleFieldKind
  /** For a choice: its values. */
  readonly options?: readonly { readonly value: string; readonly label: string }[]
}

/** Begins the names of custom attributes in a rule. */
export const customPrefix = 'attributes.'

const texts = [
  'department',
  'jobTitle',
  'location',
  'company',
  'costCenter',
  'employeeType',
  'employeeIdentifier',
  'username',
  'email',
  'displayname',
  'firstname',
  'middlename',
  'lastname',
  'description',
  'alternateEmail',
  'external_dn',
] as const

const ownLabels: Readonly<Record<string, string>> = {
  userState: 'State',
  activated: 'Has signed in',
  account_locked: 'Locked out',
  totp_enabled: 'Uses a second factor',
  password_never_expires: 'Password never expires',
  created: 'Created',
  managedAppleId: 'Managed Apple ID',
}
const labelOf = (name: string): string => ownLabels[name] ?? fieldName(name)

/** The fields in the order in which they are offered. */
export const ruleFields: readonly RuleField[] = [
  ...texts.map((name) => ({ name, label: labelOf(name), kind: 'text' }) as const),
  { name: 'manager', label: labelOf('manager'), kind: 'person' },
  {
    name: 'userState',
    label: labelOf('userState'),
    kind: 'choice',
    options: [
      { value: 'activated', label: 'Active' },
      { value: 'staged', label: 'Staged' },
      { value: 'suspended', label: 'Suspended' },
    ],
  },
  { name: 'created', label: labelOf('created'), kind: 'day' },
  ...['activated', 'account_locked', 'totp_enabled', 'password_never_expires'].map(
    (name) => ({ name, label: labelOf(name), kind: 'switch' }) as const,
  ),
]

const spelling = (name: string): string => name.toLowerCase().replaceAll('_', '')
const aliases: Readonly<Record<string, string>> = {
  state: 'userState',
  title: 'jobTitle',
  managerid: 'manager',
  employeeid: 'employeeIdentifier',
}
const bySpelling = new Map(ruleFields.map((field) => [spelling(field.name), field]))

/** The field that a rule means by a name, in any of the spellings that the hub reads; one of its own kind for what is not offered. */
export function ruleFieldOf(given: string): RuleField {
  const name = given.trim().replace(/^(?:user|systemuser)\./iu, '')
  const custom = /^(?:attributes|customattributes|custom_attributes)\.(.*)$/iu.exec(name)
  if (custom) return { name: `${customPrefix}${custom[1] ?? ''}`, label: `Attribute ${custom[1] ?? ''}`, kind: 'text' }
  const plain = spelling(name)
  const known = bySpelling.get(spelling(aliases[plain] ?? plain)) ?? bySpelling.get(plain.replace(/^user/u, ''))
  return known ?? { name: given, label: labelOf(name), kind: 'text' }
}

/** The comparisons that make sense for a kind of field, in the order in which they are offered. */
export const operatorsOf: Readonly<Record<RuleFieldKind, readonly TermOperator[]>> = {
  text: [
    'is',
    'is_not',
    'one_of',
    'none_of',
    'contains',
    'not_contains',
    'starts',
    'ends',
    'empty',
    'not_empty',
    'at_least',
    'more',
    'at_most',
    'less',
  ],
  choice: ['is', 'is_not', 'one_of', 'none_of'],
  switch: ['is'],
  day: ['at_least', 'less', 'more', 'at_most'],
  person: ['is', 'is_not', 'empty', 'not_empty'],
}

const operatorWords: Readonly<Record<TermOperator, string>> = {
  is: 'is',
  is_not: 'is not',
  one_of: 'is one of',
  none_of: 'is none of',
  contains: 'contains',
  not_contains: 'does not contain',
  starts: 'starts with',
  ends: 'ends with',
  empty: 'is empty',
  not_empty: 'is not empty',
  at_least: 'is at least',
  more: 'is after',
  at_most: 'is at most',
  less: 'is before',
}
const dayWords: Partial<Readonly<Record<TermOperator, string>>> = {
  at_least: 'on or after',
  less: 'before',
  more: 'after',
  at_most: 'until the start of',
}

/** A comparison as people say it. */
export function operatorText(operator: TermOperator, kind: RuleFieldKind): string {
  return (kind === 'day' ? dayWords[operator] : undefined) ?? operatorWords[operator]
}
