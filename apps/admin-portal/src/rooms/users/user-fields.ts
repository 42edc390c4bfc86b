import type { UserCreate, UserDetail, UserUpdate } from '@lockstep/contract/hub/user'

/** The texts of the user form; the names are those of the hub. */
const textFields = [
  'username',
  'email',
  'firstname',
  'middlename',
  'lastname',
  'displayname',
  'jobTitle',
  'department',
  'company',
  'costCenter',
  'location',
  'employeeType',
  'employeeIdentifier',
  'description',
  'alternateEmail',
  'manager',
] as const

type TextField = (typeof textFields)[number]
type PairField = 'phoneNumbers' | 'attributes'
export type UserField = TextField | PairField
export type UserValues = Readonly<Record<UserField, string>>

/** The fields under their headings, in the form's and the page's order. */
export const fieldGroups: readonly { readonly title: string; readonly fields: readonly UserField[] }[] = [
  { title: 'Identity', fields: ['username', 'email', 'firstname', 'middlename', 'lastname', 'displayname'] },
  {
    title: 'Work',
    fields: [
      'jobTitle',
      'department',
      'company',
      'costCenter',
      'location',
      'manager',
      'employeeType',
      'employeeIdentifier',
    ],
  },
  { title: 'Contact and more', fields: ['alternateEmail', 'phoneNumbers', 'attributes', 'description'] },
]

export const emptyValues: UserValues = Object.fromEntries(
  [...textFields, 'phoneNumbers', 'attributes'].map((field) => [field, '']),
) as UserValues

const pairKeys = { phoneNumbers: ['type', 'number'], attributes: ['name', 'value'] } as const

const textOf = (value: unknown): string => (typeof value === 'string' ? value : '')

/** Pairs as lines of "name: value". */
function pairsText(value: unknown, field: PairField): string {
  if (!Array.isArray(value)) return ''
  const [left, right] = pairKeys[field]
  return value
    .map((pair: unknown) => (typeof pair === 'object' && pair !== null ? (pair as Record<string, unknown>) : {}))
    .map((pair) => `${textOf(pair[left])}: ${textOf(pair[right])}`)
    .join('\n')
}

function pairsOf(text: string): readonly (readonly [string, string])[] {
  return text
    .split('\n')
    .filter((line) => line.trim() !== '')
    .map((line) => {
      const colon = line.indexOf(':')
      return colon < 0 ? ['', line.trim()] : [line.slice(0, colon).trim(), line.slice(colon + 1).trim()]
    })
}

/** A rule: every line reads "kind: number". */
export function phoneLines(text: string): string | undefined {
  const wrong = pairsOf(text).find(([type, number]) => type === '' || number === '')
  return wrong === undefined ? undefined : 'Write each number on its own line, for instance “work: +49 30 1234”.'
}

/** A rule: every line reads "name: value", the name in letters and digits. */
export function attributeLines(text: string): string | undefined {
  const wrong = pairsOf(text).find(([name]) => !/^[A-Za-z0-9]{1,32}$/u.test(name))
  return wrong === undefined
    ? undefined
    : 'Write each attribute as “name: value”; names have up to 32 letters and digits.'
}

/** The form's texts for a user. */
export function valuesOf(user: UserDetail): UserValues {
  const entries = textFields.map((field) => {
    return [field, textOf(user.fields[field])]
  })
  return {
    ...(Object.fromEntries(entries) as Record<TextField, string>),
    phoneNumbers: pairsText(user.fields['phoneNumbers'], 'phoneNumbers'),
    attributes: pairsText(user.fields['attributes'], 'attributes'),
  }
}

/** A field's text as the hub takes it. */
function wire(field: UserField, text: string): unknown {
  if (field === 'phoneNumbers') return pairsOf(text).map(([type, number]) => ({ type, number }))
  if (field === 'attributes') return pairsOf(text).map(([name, value]) => ({ name, value }))
  const trimmed = text.trim()
  return trimmed === '' && (field === 'manager' || field === 'employeeIdentifier') ? null : trimmed
}

/** What to send for a new user: the filled fields. */
export function userCreateOf(values: UserValues, state: 'STAGED' | 'ACTIVATED'): UserCreate {
  const filled = (Object.keys(values) as UserField[]).filter((field) => values[field].trim() !== '')
  return { ...Object.fromEntries(filled.map((field) => [field, wire(field, values[field])])), state } as UserCreate
}

/** What to send for a changed user: the changed fields and the revision they were based on. */
export function userUpdateOf(changed: Partial<UserValues>, revision: number): UserUpdate {
  const entries = Object.entries(changed).map(([field, text]) => [field, wire(field as UserField, text)])
  return { ...Object.fromEntries(entries), revision } as UserUpdate
}
