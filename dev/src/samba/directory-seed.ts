import { assert } from '@lockstep/kernel/assert'
import type { Company } from '../company/company.ts'
import type { Person, Place } from '../company/person.ts'
import { importGrants, syncGrants } from './delegated-rights.ts'
import type { Grant } from './delegated-rights.ts'
import { importAccountName, integrationGroupName, syncAccountName } from './domain-plan.ts'
import type { DomainPlan } from './domain-plan.ts'

/** An object to add; attributes hold texts only, a password goes apart. */
export type SeedObject = {
  readonly dn: string
  readonly attributes: Readonly<Record<string, string | readonly string[]>>
  readonly password?: string
  /** Gets the access list of protected accounts, as Active Directory gives it to those with adminCount=1. */
  readonly isProtected?: boolean
}

/** Everything that goes into a fresh domain, in the order in which it goes in. */
export type DirectorySeed = {
  readonly administratorPassword: string
  readonly containers: readonly SeedObject[]
  readonly accounts: readonly SeedObject[]
  readonly grants: readonly Grant[]
  readonly people: readonly SeedObject[]
  readonly groups: readonly SeedObject[]
  /** Members are added when all objects exist, because groups may hold each other. */
  readonly members: readonly { readonly dn: string; readonly members: readonly string[] }[]
}

/** The secrets of a domain; `people` is keyed by username. */
export type DomainSecrets = {
  readonly administrator: string
  readonly importAccount: string
  readonly syncAccount: string
  readonly people: Readonly<Record<string, string>>
}

// userAccountControl (MS-ADTS, section 2.2.16)
const normalAccount = 0x200
const disabledAccount = normalAccount | 0x2
// A domain restored from a cache may be older than its own password age limit.
const neverExpiringAccount = normalAccount | 0x10000

/** Translates a company into directory objects: pure. */
export function directorySeed(plan: DomainPlan, secrets: DomainSecrets, company: Company | undefined): DirectorySeed {
  const people = company?.people ?? []
  const groups = company?.groups ?? []
  const dnOf = personDns(plan, people)
  const dnOfPerson = (username: string): string => {
    const dn = dnOf.get(username)
    assert(dn !== undefined, `the company has the person ${username}`)
    return dn
  }
  const groupDn = (name: string): string => `CN=${escapeDnValue(name)},${plan.groupsDn}`
  const membersOf = (group: {
    readonly usernames: readonly string[]
    readonly groupNames: readonly string[]
  }): string[] => [...group.usernames.map(dnOfPerson), ...group.groupNames.map(groupDn)]
  const integration = company ? [{ dn: plan.integrationGroupDn, members: membersOf(company.integration) }] : []
  const memberships = [
    ...groups.map((group) => ({ dn: groupDn(group.name), members: membersOf(group) })),
    ...integration,
  ]
  return {
    administratorPassword: secrets.administrator,
    containers: containers(plan),
    accounts: serviceAccounts(plan, secrets),
    grants: [...importGrants(plan, importAccountName), ...syncGrants(plan, syncAccountName)],
    people: people.map((person) =>
      personObject({ plan, companyName: company?.name ?? '', person, secrets, dnOf: dnOfPerson }),
    ),
    groups: [
      groupObject(plan.integrationGroupDn, integrationGroupName, 'Members are known to Lockstep'),
      ...groups.map((group) => groupObject(groupDn(group.name), group.name, group.description)),
    ],
    members: memberships.filter((each) => each.members.length > 0),
  }
}

function containers(plan: DomainPlan): readonly SeedObject[] {
  const dns = [plan.usersDn, plan.peopleDn, plan.groupsDn, plan.leaversDn, plan.contractorsDn, plan.serviceAccountsDn]
  return dns.map((dn) => ({ dn, attributes: { objectClass: 'organizationalUnit' } }))
}

function serviceAccounts(plan: DomainPlan, secrets: DomainSecrets): readonly SeedObject[] {
  const account = (dn: string, name: string, password: string): SeedObject => ({
    dn,
    attributes: {
      objectClass: 'user',
      sAMAccountName: name,
      userPrincipalName: `${name}@${plan.dnsDomain}`,
      userAccountControl: String(neverExpiringAccount),
    },
    password,
  })
  return [
    account(plan.importAccountDn, importAccountName, secrets.importAccount),
    account(plan.syncAccountDn, syncAccountName, secrets.syncAccount),
  ]
}

function groupObject(dn: string, name: string, description: string): SeedObject {
  return { dn, attributes: { objectClass: 'group', sAMAccountName: name, description } }
}

type PersonObjectOptions = {
  readonly plan: DomainPlan
  readonly companyName: string
  readonly person: Person
  readonly secrets: DomainSecrets
  readonly dnOf: (username: string) => string
}

function personObject({ plan, companyName, person, secrets, dnOf }: PersonObjectOptions): SeedObject {
  const password = secrets.people[person.username]
  const enabledControl = password === undefined ? normalAccount : neverExpiringAccount
  const attributes = {
    objectClass: 'user',
    sAMAccountName: person.username,
    userPrincipalName: `${person.username}@${plan.dnsDomain}`,
    userAccountControl: String(person.enabled ? enabledControl : disabledAccount),
    ...(person.givenName === undefined ? {} : { givenName: person.givenName }),
    ...(person.surname === undefined ? {} : { sn: person.surname }),
    displayName: person.displayName,
    mail: person.email,
    title: person.title,
    department: person.department,
    company: companyName,
    physicalDeliveryOfficeName: person.office,
    telephoneNumber: person.phone,
    employeeID: person.employeeId,
    ...(person.managerUsername === undefined ? {} : { manager: dnOf(person.managerUsername) }),
    ...(person.isProtected ? { adminCount: '1' } : {}),
  }
  return {
    dn: dnOf(person.username),
    attributes,
    ...(password === undefined ? {} : { password }),
    ...(person.isProtected ? { isProtected: true } : {}),
  }
}

/** Common names must be unique in their container; namesakes get their username as well. */
function personDns(plan: DomainPlan, people: readonly Person[]): ReadonlyMap<string, string> {
  const containerOf: Readonly<Record<Place, string>> = {
    people: plan.peopleDn,
    leavers: plan.leaversDn,
    contractors: plan.contractorsDn,
  }
  const counts = new Map<string, number>()
  for (const { displayName } of people) counts.set(displayName, (counts.get(displayName) ?? 0) + 1)
  return new Map(
    people.map((person) => {
      const isAlone = counts.get(person.displayName) === 1
      const name = isAlone ? person.displayName : `${person.displayName} (${person.username})`
      return [person.username, `CN=${escapeDnValue(name)},${containerOf[person.place]}`]
    }),
  )
}

/** Escapes a value for a distinguished name (RFC 4514, section 2.4). */
function escapeDnValue(value: string): string {
  return value.replace(/[,+"\\<>;=]|^[ #]| $/g, (character) => `\\${character}`)
}
