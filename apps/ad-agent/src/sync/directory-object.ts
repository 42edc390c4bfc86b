import type { DomainSettings } from '@lockstep/contract/agents/protocol'
import { extendedDn } from '@lockstep/ldap/control'
import type { DirectoryClient } from '@lockstep/ldap/directory-client'
import { isBelow, isSameDn } from '@lockstep/ldap/distinguished-name'
import { guid, guidBase } from '@lockstep/ldap/guid'
import { links, parseLinkValue } from '@lockstep/ldap/link-value'
import { flag, integer } from '@lockstep/ldap/number'
import type { RawEntry } from '@lockstep/ldap/raw-entry'
import { sid } from '@lockstep/ldap/sid'
import { texts } from '@lockstep/ldap/text'
import { WorkRefusal } from './work-failure.ts'

/** An object as the sync agent sees it before it writes: plain DN, GUID, and everything that was read. */
export interface DirectoryObject {
  readonly guid: string
  readonly dn: string
  readonly classes: ReadonlySet<string>
  readonly isProtected: boolean
  readonly entry: RawEntry
}

const alwaysRead = ['objectGUID', 'objectClass', 'objectSid', 'adminCount', 'isCriticalSystemObject', 'memberOf']
/** Below this, identifiers of a domain belong to accounts and groups that Windows made (MS-ADTS 3.1.1.1.9.1). */
const firstOwnRid = 1000

/** Reads an object by GUID or DN with the given attributes; undefined when it is not there. */
export async function readObject(
  client: DirectoryClient,
  base: string,
  attributes: readonly string[],
): Promise<DirectoryObject | undefined> {
  const entry = await client.read(base, [...alwaysRead, ...attributes], [extendedDn])
  return entry === undefined ? undefined : objectOf(entry)
}

/** Reads an object by GUID; throws the refusal `object_missing`. */
export async function readByGuid(
  client: DirectoryClient,
  id: string,
  attributes: readonly string[],
): Promise<DirectoryObject> {
  const object = await readObject(client, guidBase(id), attributes)
  if (object === undefined) throw new WorkRefusal('object_missing')
  return object
}

/** All objects of the domain that the filter finds. */
export async function findObjects(
  client: DirectoryClient,
  query: { readonly baseDn: string; readonly filter: string; readonly attributes: readonly string[] },
): Promise<readonly DirectoryObject[]> {
  const { baseDn: base, filter, attributes } = query
  const controls = [extendedDn]
  const found: DirectoryObject[] = []
  const search = { base, scope: 'subtree', filter, attributes: [...alwaysRead, ...attributes], controls } as const
  for await (const page of client.search(search)) {
    for (const entry of page) {
      const object = objectOf(entry)
      if (object !== undefined) found.push(object)
    }
  }
  return found
}

/** Whether an object is a member of a group itself, not through other groups. */
export function isMemberOf(object: DirectoryObject, groupDn: string): boolean {
  return links(object.entry, 'memberOf').some(({ dn }) => isSameDn(dn, groupDn))
}

/** Whether a place lies below a root container, so that something may be written there. */
export function isManaged(dn: string, { rootDn, furtherRootDns = [] }: DomainSettings): boolean {
  return [rootDn, ...furtherRootDns].some((root) => isBelow(dn, root))
}

/** Throws the refusal `outside_root` unless the object lies below a root container. */
export function requireManaged(object: DirectoryObject, settings: DomainSettings): void {
  if (!isManaged(object.dn, settings)) throw new WorkRefusal('outside_root')
}

function objectOf(entry: RawEntry): DirectoryObject | undefined {
  const id = guid(entry)
  if (id === undefined) return undefined
  return {
    guid: id,
    dn: parseLinkValue(Buffer.from(entry.dn)).dn,
    classes: new Set(texts(entry, 'objectClass').map((name) => name.toLowerCase())),
    isProtected: isProtected(entry),
    entry,
  }
}

function isProtected(entry: RawEntry): boolean {
  const parts = sid(entry)?.split('-') ?? []
  const isBuiltIn = parts[3] === '32'
  const isWellKnown = parts[3] === '21' && Number(parts.at(-1)) < firstOwnRid
  return (
    integer(entry, 'adminCount') === 1 || flag(entry, 'isCriticalSystemObject') === true || isBuiltIn || isWellKnown
  )
}
