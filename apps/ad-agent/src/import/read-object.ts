import { isUtf8 } from 'node:buffer'
import type { ReadObject } from '@lockstep/contract/agents/protocol'
import type { DirSyncEntry } from '@lockstep/ldap/dir-sync-entry'
import { type LinkValue, parseLinkValue } from '@lockstep/ldap/link-value'
import { sidOfBytes } from '@lockstep/ldap/sid'
import { texts } from '@lockstep/ldap/text'
import { readListOf } from './read-attributes.ts'

/** Finds the GUID of a link whose value did not carry it; undefined when nobody is there. */
export type LinkResolver = (link: LinkValue) => string | undefined

/** How an entry was read. */
export interface ReadMode {
  /** True when absence means that the object does not have the attribute. */
  readonly isComplete: boolean
  readonly resolve: LinkResolver
  /** The attributes that are sent as text; those that are read by default where absent. */
  readonly sent?: ReadonlyMap<string, string>
}

const sentByDefault = readListOf(undefined).sent

const valueLimit = 10_000

/** One entry as it goes to the hub. Pure: links that carry no GUID must have been looked up before. */
export function readObjectOf(
  entry: DirSyncEntry,
  { isComplete, resolve, sent: names = sentByDefault }: ReadMode,
): ReadObject {
  const attributes: Record<string, string[]> = {}
  const unreadable: string[] = []
  for (const [lowerName, values] of entry.attributes) {
    const name = names.get(lowerName)
    // Of a complete object an attribute without values is one that it does not have.
    if (name === undefined || (isComplete && values.length === 0)) continue
    const sent = name === 'manager' ? guidsOf(values, resolve) : textsOf(name, values)
    if (sent === undefined) unreadable.push(name)
    else attributes[name] = sent
  }
  const kind = kindOf(texts(entry, 'objectClass'))
  const members = membersOf(entry, { isComplete, isGroup: kind === 'group', resolve })
  return {
    guid: entry.guid,
    kind,
    deleted: entry.isDeleted,
    dn: entry.dn.slice(0, 4000),
    ...(entry.parentGuid === undefined ? {} : { parentGuid: entry.parentGuid }),
    complete: isComplete,
    attributes,
    ...(unreadable.length === 0 ? {} : { unreadable }),
    ...(members === undefined ? {} : { members }),
  }
}

/** The kind by all classes of an object: computers and managed service accounts are users to the schema, not to us. */
export function kindOf(objectClasses: readonly string[]): ReadObject['kind'] {
  if (objectClasses.length === 0) return 'unchanged'
  const classes = new Set(objectClasses.map((name) => name.toLowerCase()))
  if (classes.has('computer')) return 'other'
  if (classes.has('user')) return 'user'
  if (classes.has('group')) return 'group'
  return classes.has('organizationalunit') || classes.has('container') ? 'container' : 'other'
}

const noLinks: readonly LinkValue[] = []

/** The links of an entry that carry no GUID and have to be looked up by their DN. */
export function linksWithoutGuid(entry: DirSyncEntry): readonly LinkValue[] {
  const managers = entry.attributes.get('manager')?.map(parseLinkValue) ?? noLinks
  return [managers, entry.memberAdded, entry.memberRemoved, entry.member ?? noLinks].flatMap((links) =>
    links.length === 0 ? noLinks : links.filter((link) => link.guid === undefined),
  )
}

function textsOf(name: string, values: readonly Buffer[]): string[] | undefined {
  const found: string[] = []
  for (const value of values) {
    const text = name === 'objectSid' ? sidOfBytes(value) : isUtf8(value) ? value.toString('utf8') : undefined
    // PostgreSQL, where the hub keeps it, has no room for NUL.
    if (text === undefined || text.length > valueLimit || text.includes('\0')) return undefined
    found.push(text)
  }
  return found
}

function guidsOf(values: readonly Buffer[], resolve: LinkResolver): string[] {
  return linkGuids(values.map(parseLinkValue), resolve)
}

function linkGuids(links: readonly LinkValue[], resolve: LinkResolver): string[] {
  return links.flatMap((link) => link.guid ?? resolve(link) ?? [])
}

function membersOf(
  entry: DirSyncEntry,
  { isComplete, isGroup, resolve }: ReadMode & { readonly isGroup: boolean },
): ReadObject['members'] {
  if (entry.isDeleted) return undefined
  const { member, memberAdded, memberRemoved } = entry
  if (member !== undefined) return { complete: true, added: linkGuids(member, resolve), removed: [] }
  if (isComplete) return isGroup ? { complete: true, added: linkGuids(memberAdded, resolve), removed: [] } : undefined
  if (memberAdded.length + memberRemoved.length === 0) return undefined
  return { complete: false, added: linkGuids(memberAdded, resolve), removed: linkGuids(memberRemoved, resolve) }
}
