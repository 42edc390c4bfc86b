import type { UserWork } from '@lockstep/contract/agents/protocol'
import { generalizedTime } from '@lockstep/ldap/generalized-time'
import { links } from '@lockstep/ldap/link-value'
import { bigInteger, integer } from '@lockstep/ldap/number'
import type { RawEntry } from '@lockstep/ldap/raw-entry'
import type { Change } from '@lockstep/ldap/request'
import { texts } from '@lockstep/ldap/text'
import { isEnabled } from './account-control.ts'

/** The clocks of hub and domain controller may differ by this much. */
const clockDifferenceMs = 300_000

/** What has to be read of a user before it can be compared with the work. */
export function attributesToRead(work: UserWork): readonly string[] {
  return [
    'sAMAccountName',
    'userPrincipalName',
    'userAccountControl',
    'pwdLastSet',
    'whenCreated',
    ...Object.keys(work.attributes),
  ]
}

/** The attributes as they should be, the two names of the account among them; manager is left out. */
export function wantedTexts(work: UserWork): ReadonlyMap<string, string> {
  const wanted = new Map(Object.entries(work.attributes).filter(([name]) => name !== 'manager'))
  if (work.samAccountName !== '') wanted.set('sAMAccountName', work.samAccountName)
  if (work.userPrincipalName !== '') wanted.set('userPrincipalName', work.userPrincipalName)
  return wanted
}

/** What must be written so that the texts are as wanted; an empty text removes the attribute. */
export function textChanges(entry: RawEntry, wanted: ReadonlyMap<string, string>): readonly Change[] {
  const changes: Change[] = []
  for (const [attribute, value] of wanted) {
    const present = entry.attributes.get(attribute.toLowerCase())?.length ?? 0
    const isRight = value === '' ? present === 0 : present === 1 && texts(entry, attribute)[0] === value
    if (!isRight) changes.push({ operation: 'replace', attribute, values: value === '' ? [] : [value] })
  }
  return changes
}

/** Whether the manager of an entry read with extended DNs is the wanted one; an empty GUID means none. */
export function hasManager(entry: RawEntry, managerGuid: string): boolean {
  const [manager] = links(entry, 'manager')
  return managerGuid === '' ? manager === undefined : manager?.guid === managerGuid
}

/** Whether an object was made since a time of the hub's clock. */
export function wasMadeSince(entry: RawEntry, time: string): boolean {
  const created = generalizedTime(entry, 'whenCreated')
  return created !== undefined && created.getTime() >= Date.parse(time) - clockDifferenceMs
}

/** How far the hub's own creation of an account came. */
export type CreationState = 'not_ours' | 'unfinished' | 'finished'

/**
 * Whether an account that the hub does not know yet was made by an earlier try of the same work. It was made since the hub
 * first asked for it, and either has never had a password, which only we leave behind, or is in the integration group, into
 * which we put an account before we enable it.
 */
export function creationState(
  entry: RawEntry,
  { creatingSince, isIntegrated }: { readonly creatingSince: string | undefined; readonly isIntegrated: boolean },
): CreationState {
  if (creatingSince === undefined || !wasMadeSince(entry, creatingSince)) return 'not_ours'
  const isDisabled = !isEnabled(integer(entry, 'userAccountControl') ?? 0)
  if (isDisabled && bigInteger(entry, 'pwdLastSet') === 0n) return 'unfinished'
  return isIntegrated ? 'finished' : 'not_ours'
}
