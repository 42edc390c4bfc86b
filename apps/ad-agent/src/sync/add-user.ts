import type { UserWork } from '@lockstep/contract/agents/protocol'
import { DirectoryError } from '@lockstep/ldap/directory-error'
import { escapeRdnValue } from '@lockstep/ldap/escape'
import { newAccountControl } from './account-control.ts'
import { type DirectoryObject, isManaged, readObject } from './directory-object.ts'
import { attributesToRead, wantedTexts } from './user-difference.ts'
import { WorkRefusal } from './work-failure.ts'
import type { WorkPlace } from './work-place.ts'

/** Common names of Active Directory have at most 64 characters. */
const commonNameLimit = 64

/**
 * Adds a disabled account without password to the user container, under its common name or, when another object of the
 * container has that, with the username behind it. Rejects with a DirectoryError or a WorkRefusal.
 */
export async function addUser(place: WorkPlace, work: UserWork): Promise<DirectoryObject> {
  const { client, settings } = place
  const texts = [...wantedTexts(work)].filter(([, value]) => value !== '')
  const attributes = {
    objectClass: 'user',
    userAccountControl: newAccountControl.toString(),
    ...Object.fromEntries(texts),
  }
  for (const commonName of commonNames(work)) {
    const dn = `CN=${escapeRdnValue(commonName)},${work.containerDn ?? settings.userContainerDn}`
    if (!isManaged(dn, settings)) throw new WorkRefusal('outside_root')
    try {
      await client.add(dn, attributes)
    } catch (error) {
      if (error instanceof DirectoryError && error.kind === 'already_exists') continue
      if (error instanceof DirectoryError && error.kind === 'no_such_object')
        throw new WorkRefusal('container_missing', error)
      throw error
    }
    const user = await readObject(client, dn, attributesToRead(work))
    if (user === undefined) throw new WorkRefusal('made_unread')
    return user
  }
  throw new WorkRefusal('name_collision')
}

/** The names to try, in order. */
export function commonNames({ commonName: given, samAccountName }: UserWork): readonly string[] {
  const commonName = given.trim() === '' ? samAccountName : given.trim()
  const suffix = ` (${samAccountName})`
  return [cut(commonName, commonNameLimit), cut(commonName, commonNameLimit - suffix.length) + suffix]
}

/** Cuts between characters, never inside one. */
function cut(text: string, limit: number): string {
  if (text.length <= limit) return text
  const end = /[\uD800-\uDBFF]/.test(text.charAt(limit - 1)) ? limit - 1 : limit
  return text.slice(0, end).trimEnd()
}
