import { addressParts, addressTypes, phoneTypes } from './contact-words.ts'

/** A row of a user's phone numbers or addresses, as the form holds it: every field a text, absent ones empty. */
export type RowValues = Readonly<Record<string, string>>
export type RowsField = 'phoneNumbers' | 'addresses'

export interface RowColumn {
  readonly name: string
  readonly label: string
  /** The values to choose from with their words; what a directory brought beside them stays. */
  readonly options?: Readonly<Record<string, string>>
  readonly autoComplete?: string
}

interface RowKind {
  /** All of them: "Phone numbers". */
  readonly title: string
  /** One row, for buttons and messages: "phone number". */
  readonly noun: string
  readonly columns: readonly RowColumn[]
  /** What a new row begins with. */
  readonly fresh: RowValues
  readonly faultsOf: (row: RowValues) => Readonly<Record<string, string>>
}

export const rowKinds: Readonly<Record<RowsField, RowKind>> = {
  phoneNumbers: {
    title: 'Phone numbers',
    noun: 'phone number',
    columns: [
      { name: 'type', label: 'Type', options: phoneTypes },
      { name: 'number', label: 'Number' },
    ],
    fresh: { type: 'work', number: '' },
    faultsOf: ({ number = '' }) => {
      if (number.trim() === '') return { number: 'Enter the number, or remove the row.' }
      return /\d.*\d/u.test(number) ? {} : { number: 'Write it with its digits, for instance +49 30 1234.' }
    },
  },
  addresses: {
    title: 'Addresses',
    noun: 'address',
    columns: [{ name: 'type', label: 'Type', options: addressTypes }, ...addressParts],
    fresh: { type: 'work' },
    faultsOf: (row) =>
      addressParts.every(({ name }) => (row[name] ?? '').trim() === '')
        ? { streetAddress: 'Fill in a part of the address, or remove it.' }
        : {},
  },
}

/** The hub's rows as the form's text: only what the form shows, in a fixed order, so that equal rows are equal texts. */
export function rowsText(field: RowsField, value: unknown): string {
  if (!Array.isArray(value)) return '[]'
  return writeRows(
    value.map((row: unknown) => {
      const given = typeof row === 'object' && row !== null ? (row as Readonly<Record<string, unknown>>) : {}
      return Object.fromEntries(
        rowKinds[field].columns.flatMap(({ name }) => {
          const text = given[name]
          return typeof text === 'string' && text !== '' ? [[name, text] as const] : []
        }),
      )
    }),
  )
}

/** Rows as the text that a form holds; `readRows` takes it back. */
export function writeRows(rows: readonly RowValues[]): string {
  return JSON.stringify(rows)
}

/** The rows of a text that `rowsText` or `writeRows` made. */
export function readRows(text: string): readonly RowValues[] {
  return text === '' ? [] : (JSON.parse(text) as readonly RowValues[])
}

/** The rows as the hub takes them: trimmed, without empty parts. */
export function wireRows(text: string): readonly RowValues[] {
  return readRows(text).map((row) =>
    Object.fromEntries(
      Object.entries(row)
        .map(([name, value]) => [name, value.trim()] as const)
        .filter(([, value]) => value !== ''),
    ),
  )
}

/** A rule of the form: every row is complete. The message names the first fault; the rows show each beside its field. */
export function completeRows(field: RowsField): (text: string) => string | undefined {
  return (text) => {
    for (const [index, row] of readRows(text).entries()) {
      const [fault] = Object.values(rowKinds[field].faultsOf(row))
      if (fault !== undefined) return `${rowName(field, index)}: ${fault}`
    }
    return undefined
  }
}

/** "Phone number 2". */
export function rowName(field: RowsField, index: number): string {
  const { noun } = rowKinds[field]
  return `${noun.charAt(0).toUpperCase()}${noun.slice(1)} ${index + 1}`
}
