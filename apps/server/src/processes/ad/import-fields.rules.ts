// Which attributes of a domain are which fields of users, and what is therefore read.
import type { DirectoryBehaviour } from '@lockstep/contract/hub/directory'

/** Additional fields that are one text, with the attribute of each. */
export const additionalAttributes: readonly (readonly [field: string, attribute: string])[] = [
  ['displayname', 'displayName'],
  ['description', 'description'],
  ['jobTitle', 'title'],
  ['department', 'department'],
  ['company', 'company'],
  ['location', 'physicalDeliveryOfficeName'],
  ['employeeType', 'employeeType'],
]

/** The fields that the hub writes to a domain, with the attribute each becomes. */
export const writtenAttributes: Readonly<Record<string, string>> = {
  firstname: 'givenName',
  lastname: 'sn',
  email: 'mail',
  displayname: 'displayName',
  jobTitle: 'title',
  department: 'department',
  company: 'company',
  location: 'physicalDeliveryOfficeName',
  description: 'description',
  employeeType: 'employeeType',
}

/** Telephone numbers by their kind. */
export const phoneAttributes = [
  ['work', 'telephoneNumber'],
  ['mobile', 'mobile'],
  ['home', 'homePhone'],
] as const

/** What is read of every object, whatever the settings are: identity, place, state, and what tells privileged objects. */
const alwaysRead: readonly string[] = [
  ...['objectClass', 'objectGUID', 'name', 'parentGUID', 'isDeleted', 'member'],
  ...['sAMAccountName', 'userPrincipalName', 'givenName', 'sn', 'mail', 'description'],
  ...['userAccountControl', 'accountExpires', 'pwdLastSet', 'lockoutTime', 'whenCreated'],
  ...['adminCount', 'primaryGroupID', 'groupType', 'objectSid', 'mS-DS-ConsistencyGuid'],
]

const readFor: Readonly<Record<string, readonly string[]>> = {
  ...Object.fromEntries(additionalAttributes.map(([field, attribute]) => [field, [attribute]])),
  phoneNumbers: phoneAttributes.map(([, attribute]) => attribute),
  addresses: ['streetAddress', 'l', 'st', 'postalCode', 'c'],
  manager: ['manager'],
}

/** LDAP names that the wire between agent and hub has no room for. */
const longestName = 100

/** What agents are told to read, by LDAP name; an object is read again when one of these changed. */
export function attributesToRead(behaviour: DirectoryBehaviour, ruleAttributes: readonly string[]): readonly string[] {
  const excluded: ReadonlySet<string> = new Set(behaviour.excludedFields)
  const fields = behaviour.additionalAttributes ? Object.keys(readFor).filter((field) => !excluded.has(field)) : []
  const names = new Map<string, string>()
  for (const name of [...alwaysRead, ...fields.flatMap((field) => readFor[field] ?? []), ...ruleAttributes])
    if (name.length <= longestName && !names.has(name.toLowerCase())) names.set(name.toLowerCase(), name)
  return [...names.values()]
}

/** True when something is read now that was not read before: what is known does not have it. */
export function isWider(before: readonly string[], after: readonly string[]): boolean {
  const known = new Set(before.map((name) => name.toLowerCase()))
  return after.some((name) => !known.has(name.toLowerCase()))
}
