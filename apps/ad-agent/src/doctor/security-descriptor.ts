// Reads who may do what from an object's security descriptor (MS-DTYP 2.4.6, 2.4.5, 2.4.4), as far as the doctor asks for it.
import { guidOfBytes } from '@lockstep/ldap/guid'
import { sidOfBytes } from '@lockstep/ldap/sid'

/** One entry of the list that allows or denies. */
export interface AccessEntry {
  readonly allows: boolean
  readonly mask: number
  readonly sid: string
  /** Attribute, class or extended right that the entry is about; all when absent. */
  readonly objectType: string | undefined
  /** Class of the children that inherit it; all when absent. */
  readonly inheritedType: string | undefined
  readonly reachesChildren: boolean
  readonly reachesObject: boolean
}

/** Bits of an access mask (MS-ADTS 5.1.3.2). */
export const rights = {
  createChild: 0x1,
  readProperty: 0x10,
  writeProperty: 0x20,
  extended: 0x100,
  all: 0xf01ff,
} as const

const genericAll = 0x1000_0000
const aceFlags = { containerInherit: 0x2, inheritOnly: 0x8 } as const
const entryTypes: ReadonlyMap<number, { readonly allows: boolean; readonly hasTypes: boolean }> = new Map([
  [0, { allows: true, hasTypes: false }],
  [1, { allows: false, hasTypes: false }],
  [5, { allows: true, hasTypes: true }],
  [6, { allows: false, hasTypes: true }],
])

/** The entries in their order; undefined when the bytes are no descriptor or have no list. */
export function accessEntries(descriptor: Buffer): readonly AccessEntry[] | undefined {
  try {
    const start = descriptor.readUInt32LE(16)
    if (start === 0) return undefined
    const entries: AccessEntry[] = []
    let offset = start + 8
    for (let left = descriptor.readUInt16LE(start + 4); left > 0; left -= 1) {
      const size = descriptor.readUInt16LE(offset + 2)
      if (offset + size > descriptor.length) return undefined
      const entry = entryOf(descriptor.subarray(offset, offset + size))
      if (entry !== undefined) entries.push(entry)
      offset += size
    }
    return entries
  } catch (error) {
    if (error instanceof RangeError) return undefined
    throw error
  }
}

function entryOf(bytes: Buffer): AccessEntry | undefined {
  const type = entryTypes.get(bytes.readUInt8(0))
  // Entries for auditing, and of kinds that do not decide.
  if (type === undefined) return undefined
  const flags = bytes.readUInt8(1)
  let offset = 8
  const present = type.hasTypes ? bytes.readUInt32LE(offset) : 0
  if (type.hasTypes) offset += 4
  const takeGuid = (isPresent: boolean): string | undefined => {
    if (!isPresent) return undefined
    offset += 16
    return guidOfBytes(bytes.subarray(offset - 16, offset))
  }
  const objectType = takeGuid((present & 1) !== 0)
  const inheritedType = takeGuid((present & 2) !== 0)
  const sidLength = 8 + bytes.readUInt8(offset + 1) * 4
  return {
    allows: type.allows,
    mask: bytes.readUInt32LE(4),
    sid: sidOfBytes(bytes.subarray(offset, offset + sidLength)) ?? '',
    objectType,
    inheritedType,
    reachesChildren: (flags & aceFlags.containerInherit) !== 0,
    reachesObject: (flags & aceFlags.inheritOnly) === 0,
  }
}

/** What is asked of a list: a right of somebody with these identities, on the object or on children of a class below it. */
export interface AccessQuestion {
  readonly sids: ReadonlySet<string>
  readonly right: number
  readonly objectType?: string
  /** Asks for children of this class instead of the object. */
  readonly childClass?: string
}

/** Whether the right is allowed; the first entry that speaks of it decides, as Windows does with a list in its usual order. */
export function isAllowed(entries: readonly AccessEntry[], question: AccessQuestion): boolean {
  return entries.find((entry) => speaksOf(entry, question))?.allows ?? false
}

function speaksOf(entry: AccessEntry, { sids, right, objectType, childClass }: AccessQuestion): boolean {
  if (!sids.has(entry.sid)) return false
  if ((entry.mask & right) === 0 && (entry.mask & genericAll) === 0) return false
  if (entry.objectType !== undefined && entry.objectType !== objectType) return false
  if (childClass === undefined) return entry.reachesObject
  return entry.reachesChildren && (entry.inheritedType === undefined || entry.inheritedType === childClass)
}
