import { guid } from './guid.ts'
import { type LinkValue, parseLink, parseLinkValue } from './link-value.ts'
import { flag } from './number.ts'
import { parseRangedName } from './range.ts'
import type { RawEntry } from './raw-entry.ts'

/**
 * One changed object of a DirSync answer. In `attributes` no values means removed and absence unchanged. Linked attributes
 * other than member (manager, managedBy) stand there under their plain name whichever way the server sent them.
 */
export interface DirSyncEntry extends RawEntry {
  readonly guid: string
  readonly parentGuid?: string
  readonly isDeleted: boolean
  readonly memberAdded: readonly LinkValue[]
  readonly memberRemoved: readonly LinkValue[]
  /** All members, when the server sent the whole attribute instead of what was added and removed. */
  readonly member?: readonly LinkValue[]
}

const noLinks: readonly LinkValue[] = []

/** Reads a DirSync entry (MS-ADTS 3.1.1.3.4.1.3); undefined without objectGUID, which only a broken server leaves out. */
export function dirSyncEntryOf(raw: RawEntry, isIncremental: boolean): DirSyncEntry | undefined {
  const id = guid(raw)
  if (id === undefined) return undefined
  const parentGuid = guid(raw, 'parentGUID')
  let { attributes } = raw
  let memberAdded = noLinks
  let memberRemoved = noLinks
  if (isIncremental && hasRange(raw)) {
    memberAdded = rangeLinks(raw, 'member;range=1-1')
    memberRemoved = rangeLinks(raw, 'member;range=0-0')
    attributes = withoutRanges(raw)
  }
  const member = attributes.get('member')
  return {
    dn: plainDn(raw.dn),
    attributes,
    guid: id,
    ...(parentGuid === undefined ? {} : { parentGuid }),
    isDeleted: flag(raw, 'isDeleted') === true,
    memberAdded,
    memberRemoved,
    ...(member === undefined ? {} : { member: member.map(parseLinkValue) }),
  }
}

// With the extended-DN control the name of the entry itself carries GUID and SID too.
function plainDn(dn: string): string {
  return dn.startsWith('<') ? parseLink(dn).dn : dn
}

function hasRange(raw: RawEntry): boolean {
  for (const name of raw.attributes.keys()) if (name.includes(';range=')) return true
  return false
}

function rangeLinks(raw: RawEntry, name: string): readonly LinkValue[] {
  return raw.attributes.get(name)?.map(parseLinkValue) ?? noLinks
}

function withoutRanges(raw: RawEntry): ReadonlyMap<string, readonly Buffer[]> {
  const attributes = new Map<string, readonly Buffer[]>()
  for (const [name, values] of raw.attributes) {
    const ranged = parseRangedName(name)
    if (ranged === undefined) {
      if (!raw.attributes.has(`${name};range=1-1`) && !raw.attributes.has(`${name};range=0-0`))
        attributes.set(name, values)
    } else if (ranged.attribute !== 'member') {
      // A replaced single-valued link comes as one removed and one added value, in either order: the added one counts.
      const isAdded = ranged.lower === 1
      if (isAdded || !attributes.has(ranged.attribute)) attributes.set(ranged.attribute, isAdded ? values : [])
    }
  }
  return attributes
}
