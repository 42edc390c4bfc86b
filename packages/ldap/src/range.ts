import type { Connection } from './connection.ts'
import { DirectoryError, errorOfResult } from './directory-error.ts'
import { guid } from './guid.ts'
import type { Control } from './ldap-result.ts'
import type { RawEntry } from './raw-entry.ts'
import { searchRequest } from './request.ts'

/** An attribute description with a range option (MS-ADTS 3.1.1.3.1.3.3): `upper` is undefined for `*`, the last part. */
export interface RangedName {
  readonly attribute: string
  readonly lower: number
  readonly upper: number | undefined
}

// Active Directory gives 1,500 values at a time: fifteen million members.
const rangeLimit = 10_000

/** Takes `member;range=0-1499` apart; undefined for a name without range. */
export function parseRangedName(name: string): RangedName | undefined {
  if (!name.includes(';range=')) return undefined
  const match = /^(.+);range=(\d+)-(\d+|\*)$/.exec(name)
  if (match === null) return undefined
  const [, attribute = '', lower, upper] = match
  return { attribute, lower: Number(lower), upper: upper === '*' ? undefined : Number(upper) }
}

/** Whether some attribute of the entry came as a range. */
export function hasOpenRange(entry: RawEntry): boolean {
  for (const name of entry.attributes.keys()) if (parseRangedName(name) !== undefined) return true
  return false
}

/** The entry with every ranged attribute read to its end and put under its plain name; rejects with a DirectoryError. */
export async function completeRanges(
  connection: Connection,
  entry: RawEntry,
  controls: readonly Control[],
): Promise<RawEntry> {
  const attributes = new Map<string, readonly Buffer[]>()
  for (const [name, values] of entry.attributes) {
    const ranged = parseRangedName(name)
    if (ranged === undefined) {
      // Beside the range the plain name comes without values.
      if (!attributes.has(name)) attributes.set(name, values)
    } else {
      const rest = ranged.upper === undefined ? [] : await readRest(connection, entry, ranged, controls)
      attributes.set(ranged.attribute, [...values, ...rest])
    }
  }
  return { dn: entry.dn, attributes }
}

async function readRest(
  connection: Connection,
  entry: RawEntry,
  first: RangedName,
  controls: readonly Control[],
): Promise<readonly Buffer[]> {
  const operation = 'read all values of an attribute'
  const id = guid(entry)
  // The GUID stays the same when somebody renames the object in between.
  const base = id === undefined ? entry.dn : `<GUID=${id}>`
  const rest: Buffer[] = []
  let upper = first.upper
  for (let part = 0; part < rangeLimit && upper !== undefined; part += 1) {
    const attributes = [`${first.attribute};range=${upper + 1}-*`]
    const body = searchRequest({ base, scope: 'base', filter: '(objectClass=*)', attributes })
    const stream = connection.search({ operation, body, controls }, 1)
    const found: RawEntry[] = []
    for (let isLast = false; !isLast;) {
      const { entries, result } = await stream.next()
      found.push(...entries)
      if (result !== undefined && result.resultCode !== 0) throw errorOfResult(operation, result)
      isLast = result !== undefined
    }
    const next = nextRange(found[0], first.attribute, upper + 1)
    // No such range: values were removed meanwhile, and what was read is all there is.
    if (next === undefined) return rest
    rest.push(...next.values)
    upper = next.upper
  }
  if (upper !== undefined) throw new DirectoryError({ kind: 'protocol', operation })
  return rest
}

function nextRange(
  entry: RawEntry | undefined,
  attribute: string,
  lower: number,
): { readonly values: readonly Buffer[]; readonly upper: number | undefined } | undefined {
  for (const [name, values] of entry?.attributes ?? []) {
    const ranged = parseRangedName(name)
    if (ranged?.attribute === attribute && ranged.lower === lower) return { values, upper: ranged.upper }
  }
  return undefined
}
