import type { UserCreate, UserDetail, UserUpdate } from '@lockstep/contract/hub/user'
import { type RowsField, rowsText, wireRows } from '@lockstep/ui/contact/contact-rows'
import { type UserTextField, userTextFields } from '../../words/user-text-fields.ts'

export type UserField = UserTextField | RowsField | 'attributes'
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
  { title: 'Contact', fields: ['alternateEmail', 'phoneNumbers', 'addresses'] },
  { title: 'More', fields: ['attributes', 'description'] },
]

export const emptyValues: UserValues = {
  ...(Object.fromEntries(userTextFields.map((field) => [field, ''])) as Record<UserTextField, string>),
  phoneNumbers: '[]',
  addresses: '[]',
  attributes: '',
}

const textOf = (value: unknown): string => (typeof value === 'string' ? value : '')

/** True for the fields that are lists of rows. */
export function isRowsField(field: UserField): field is RowsField {
  return field === 'phoneNumbers' || field === 'addresses'
}

/** Custom attributes as lines of "name: value". */
function attributesText(value: unknown): string {
  if (!Array.isArray(value)) return ''
  return value
    .map((pair: unknown) => (typeof pair === 'object' && pair !== null ? (pair as Record<string, unknown>) : {}))
    .map((pair) => `${textOf(pair['name'])}: ${textOf(pair['value'])}`)
    .join('\n')
}

function attributesOf(text: string): readonly { readonly name: string; readonly value: string }[] {
  return text
    .split('\n')
    .filter((line) => line.trim() !== '')
    .map((line) => {
      const colon = line.indexOf(':')
      if (colon < 0) return { name: '', value: line.trim() }
      return { name: line.slice(0, colon).trim(), value: line.slice(colon + 1).trim() }
    })
}

/** A rule: every line reads "name: value", the name in letters and digits. */
export function attributeLines(text: string): string | undefined {
  const wrong = attributesOf(text).find(({ name }) => !/^[A-Za-z0-9]{1,32}$/u.test(name))
  return wrong === undefined
    ? undefined
    : 'Write each attribute as “name: value”; names have up to 32 letters and digits.'
}

/** The form's texts for a user. */
export function valuesOf({ fields }: Pick<UserDetail, 'fields'>): UserValues {
  const texts = userTextFields.map((field) => [field, textOf(fields[field])])
  return {
    ...(Object.fromEntries(texts) as Record<UserTextField, string>),
    phoneNumbers: rowsText('phoneNumbers', fields['phoneNumbers']),
    addresses: rowsText('addresses', fields['addresses']),
    attributes: attributesText(fields['attributes']),
  }
}

/** A field's text as the hub takes it. */
function wire(field: UserField, text: string): unknown {
  if (isRowsField(field)) return wireRows(text)
  if (field === 'attributes') return attributesOf(text)
  const trimmed = text.trim()
  return trimmed === '' && (field === 'manager' || field === 'employeeIdentifier') ? null : trimmed
}

/** What to send for a new user: the filled fields. */
export function userCreateOf(values: UserValues, state: 'STAGED' | 'ACTIVATED'): UserCreate {
  const filled = (Object.keys(values) as UserField[]).filter((field) => values[field].trim() !== emptyValues[field])
  return { ...Object.fromEntries(filled.map((field) => [field, wire(field, values[field])])), state } as UserCreate
}

/** What to send for a changed user: the changed fields and the revision they were based on. */
export function userUpdateOf(changed: Partial<UserValues>, revision: number): UserUpdate {
  const entries = Object.entries(changed).map(([field, text]) => [field, wire(field as UserField, text)])
  return { ...Object.fromEntries(entries), revision } as UserUpdate
}
