// What a row changes of a list without sending the list, and the manager by a name: decided beside the user and the directory as they
// are when the row is worked on.
import type { Refusal } from '@lockstep/contract/app-error'
import type { BulkRowParts, ManagerName } from '@lockstep/contract/hub/bulk-job'
import { isJsonObject, type Json, type JsonObject } from '@lockstep/kernel/json'
import { identifyRows, rowIdKeys } from '../../directory/users/row-identity.rules.ts'
import type { User, UserInput } from '../../directory/users/user.rules.ts'

type Rows = readonly JsonObject[]

/**
 * The lists that come of a row's parts. They start from the row's own lists where it has them, otherwise from the user's present ones; the
 * first entry of a type is the one that changes.
 */
export function listsOfParts(
  { phoneNumbersByType, addressesByType, attributesByName }: BulkRowParts,
  facts: { readonly input: UserInput; readonly present: JsonObject; readonly now: Date },
): UserInput {
  const { input, present, now } = facts
  const lists: Record<string, Json> = {}
  const change = (field: keyof typeof rowIdKeys, changed: (rows: Rows) => Rows): void => {
    const stored = changed(rowsOf(input[field] ?? present[field]))
    lists[field] = stored.map((row) => ('_id' in row || 'id' in row ? row : identified(field, row, now)))
  }
  if (phoneNumbersByType)
    change('phoneNumbers', (rows) => withSingles(rows, phoneNumbersByType, { key: 'type', value: 'number' }))
  if (attributesByName)
    change('attributes', (rows) => withSingles(rows, attributesByName, { key: 'name', value: 'value' }))
  if (addressesByType) change('addresses', (rows) => withAddresses(rows, addressesByType))
  return lists
}

function rowsOf(value: Json | undefined): Rows {
  return Array.isArray(value) ? (value as readonly Json[]).filter(isJsonObject) : []
}

function identified(field: keyof typeof rowIdKeys, values: JsonObject, now: Date): JsonObject {
  return identifyRows([{ values }], { now, present: [], idKeys: rowIdKeys[field] })[0] ?? values
}

/** Entries with one value each; null takes every entry of that key away. */
function withSingles(
  rows: Rows,
  wanted: Readonly<Record<string, string | null>>,
  { key, value }: { readonly key: string; readonly value: string },
): Rows {
  let next = rows
  for (const [name, text] of Object.entries(wanted)) {
    const place = next.findIndex((row) => row[key] === name)
    if (text === null || text === '') next = next.filter((row) => row[key] !== name)
    else if (place < 0) next = [...next, { [key]: name, [value]: text }]
    else next = next.with(place, { ...next[place], [value]: text })
  }
  return next
}

function withAddresses(rows: Rows, wanted: NonNullable<BulkRowParts['addressesByType']>): Rows {
  let next = rows
  for (const [type, parts] of Object.entries(wanted)) {
    const place = next.findIndex((row) => row['type'] === type)
    const address: Record<string, Json> = { ...(next[place] ?? { type }) }
    for (const [part, text] of Object.entries(parts))
      if (text === null || text === '') delete address[part]
      else if (text !== undefined) address[part] = text
    const isEmpty = Object.entries(address).every(([part, text]) => bareParts.has(part) || text === '')
    if (place < 0) next = isEmpty ? next : [...next, address]
    else next = isEmpty ? next.toSpliced(place, 1) : next.with(place, address)
  }
  return next
}

/** What an address without any part still has. */
const bareParts = new Set(['_id', 'id', 'type'])

/** Finds the user whom a name means. */
export function managerIn(users: readonly User[]): (name: ManagerName) => User | undefined {
  const byUsername = new Map(users.map((user) => [user.username.toLowerCase(), user]))
  const byEmail = new Map(users.map((user) => [user.email.toLowerCase(), user]))
  const byEmployeeId = new Map(users.map((user) => [user.employeeIdentifier, user]))
  return (name) => {
    if (name.username !== undefined) return byUsername.get(name.username.toLowerCase())
    if (name.email !== undefined) return byEmail.get(name.email.toLowerCase())
    return name.employeeIdentifier === undefined ? undefined : byEmployeeId.get(name.employeeIdentifier)
  }
}

const nouns = { username: 'username', email: 'e-mail address', employeeIdentifier: 'employee number' } as const

/** Why a row is done without its manager. */
export function managerMissing(name: ManagerName): Refusal {
  const [field, text] = Object.entries(name)[0] ?? ['username', '']
  const noun = nouns[field as keyof typeof nouns]
  return {
    ok: false,
    code: 'not_found',
    field: 'manager',
    detail: `manager: nobody has the ${noun} “${text}”. Everything else was done.`,
  }
}
