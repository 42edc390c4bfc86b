// What a column of a file can become: a field of the user, the manager by a name, a phone number, a part of an address or an attribute.
import { addressParts, addressTypes, phoneTypes } from '@lockstep/ui/contact/contact-words'
import { userTextFields } from '../../words/user-text-fields.ts'
import { fieldName } from '../../words/words.ts'

/** Begins what a column of custom attributes is matched to. */
export const attributePrefix = 'attributes.'

/** Which field names the user who is changed, or the manager. */
export type ImportKey = 'username' | 'email' | 'employeeIdentifier'
export const importKeys: readonly ImportKey[] = ['username', 'email', 'employeeIdentifier']

/** The fields that a cell fills as it is. */
const plainFields = [...userTextFields.filter((field) => field !== 'manager'), 'state'] as const
export type PlainField = (typeof plainFields)[number]

export interface TargetGroup {
  readonly group: string
  readonly items: readonly { readonly value: string; readonly label: string }[]
}

const managerTargets = importKeys.map((key) => ({
  value: `manager.${key}`,
  label: `Manager by ${fieldName(key).toLowerCase()}`,
}))
const phoneTargets = Object.entries(phoneTypes).map(([type, name]) => ({
  value: `phone.${type}`,
  label: `${name} phone`,
}))
const addressTargets = Object.entries(addressTypes).map(([type, name]) => ({
  group: `${name} address`,
  items: addressParts.map((part) => ({
    value: `address.${type}.${part.name}`,
    label: `${name} address: ${part.label.toLowerCase()}`,
  })),
}))

/** Everything but the attributes, whose names only the file knows. */
export const targetGroups: readonly TargetGroup[] = [
  { group: 'Fields', items: plainFields.map((field) => ({ value: field, label: fieldName(field) })) },
  { group: 'Manager', items: managerTargets },
  { group: 'Phone numbers', items: phoneTargets },
  ...addressTargets,
]

const labels = new Map(targetGroups.flatMap(({ items }) => items.map(({ value, label }) => [value, label] as const)))

/** A target as people call it. */
export function targetName(target: string): string {
  return target.startsWith(attributePrefix) ? target.slice(attributePrefix.length) : (labels.get(target) ?? target)
}

type Row = Record<string, unknown>

/** The place of a target within a row as the hub takes it. */
function pathOf(target: string): readonly string[] {
  const [kind = '', first = '', second = ''] = target.split('.')
  if (kind === 'manager') return ['managerNamed', first]
  if (kind === 'phone') return ['phoneNumbersByType', first]
  if (kind === 'address') return ['addressesByType', first, second]
  return target.startsWith(attributePrefix) ? ['attributesByName', target.slice(attributePrefix.length)] : [target]
}

/** Writes a cell into a row; null takes away what the user has there. */
export function writeTarget(row: Row, target: string, value: string | null): void {
  if (value === null && target.startsWith('manager.')) row['manager'] = null
  else {
    const path = pathOf(target)
    let place = row
    for (const step of path.slice(0, -1)) place = (place[step] ??= {}) as Row
    place[path.at(-1) ?? ''] = value
  }
}

/** What a row has for a target; undefined for nothing, null for what is taken away. */
export function readTarget(row: Readonly<Row>, target: string): unknown {
  if (target.startsWith('manager.') && row['manager'] === null) return null
  return pathOf(target).reduce<unknown>((place, step) => (place as Readonly<Row> | undefined)?.[step], row)
}
