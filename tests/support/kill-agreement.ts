// Compares what the domain has with what the hub has, exactly, and both with what was acknowledged.
import type { GroupDetail, GroupMember } from '@lockstep/contract/hub/group'
import type { JournalEntry, JournalPage } from '@lockstep/contract/hub/journal'
import type { UserDetail } from '@lockstep/contract/hub/user'
import { isBelow } from '@lockstep/ldap/distinguished-name'
import { guid } from '@lockstep/ldap/guid'
import { bigInteger, integer } from '@lockstep/ldap/number'
import type { RawEntry } from '@lockstep/ldap/raw-entry'
import { text, texts } from '@lockstep/ldap/text'
import type { AskedMembership, Ledger } from './kill-ledger.ts'
import type { KillWorld } from './kill-world.ts'

/** A user or group of the domain. */
interface DomainObject {
  readonly guid: string
  readonly dn: string
  readonly name: string
  readonly entry: RawEntry
  readonly isGroup: boolean
  /** GUIDs of direct members. */
  readonly members: ReadonlySet<string>
}

interface DomainPicture {
  readonly objects: ReadonlyMap<string, DomainObject>
  /** Users whom the hub has to know. */
  readonly scope: ReadonlyMap<string, DomainObject>
}

interface HubGroup {
  readonly detail: GroupDetail
  readonly members: readonly GroupMember[]
}

interface HubPicture {
  readonly users: readonly UserDetail[]
  readonly byGuid: ReadonlyMap<string, UserDetail>
  readonly groups: readonly HubGroup[]
}

const disabled = 0x2
const pageRows = 200
const callsAtOnce = 6
const attributes = [
  'objectClass',
  'objectGUID',
  'sAMAccountName',
  'userPrincipalName',
  'givenName',
  'sn',
  'mail',
  'title',
  'department',
  'userAccountControl',
  'pwdLastSet',
  'adminCount',
  'member',
]

/** The attributes that both sides have, by their hub names. */
const compared = {
  firstname: 'givenName',
  lastname: 'sn',
  email: 'mail',
  jobTitle: 'title',
  department: 'department',
} as const

/** What is not as it has to be, in words; nothing when both sides agree. A cheap look comes first. */
export async function disagreements(world: KillWorld, ledger: Ledger): Promise<readonly string[]> {
  const { hub, directoryId } = world
  const { pendingCount, failedCount, heldCount } = await hub.directories.get(directoryId)
  if (pendingCount > 0)
    return [`${pendingCount} changes wait for the domain, ${failedCount} failed, ${heldCount} are held`]
  const [domain, picture] = [await readDomain(world), await readHub(world)]
  return [
    ...(failedCount + heldCount > 0 ? [`${failedCount} failed, ${heldCount} are held`] : []),
    ...scopeFaults(domain, picture),
    ...leaverFaults(domain, picture, ledger),
    ...hubBornFaults(world, domain, picture, ledger),
    ...groupFaults(domain, picture),
    ...bornGroupFaults(domain, picture, ledger),
    ...ledger.memberships.flatMap((row) => membershipFaults(domain, picture, row)),
  ]
}

async function readDomain({ domain, onDomain }: KillWorld): Promise<DomainPicture> {
  const filter = '(|(&(objectClass=user)(!(objectClass=computer)))(objectClass=group))'
  const entries = await onDomain(async (directory) => {
    const found: RawEntry[] = []
    for await (const page of directory.search({ base: domain.baseDn, scope: 'subtree', filter, attributes }))
      found.push(...page)
    return found
  })
  const guidOf = new Map(entries.map((entry) => [entry.dn.toLowerCase(), guid(entry) ?? '']))
  const objects = new Map(
    entries.map((entry): [string, DomainObject] => [
      guid(entry) ?? '',
      {
        guid: guid(entry) ?? '',
        dn: entry.dn,
        name: text(entry, 'sAMAccountName') ?? '',
        entry,
        isGroup: texts(entry, 'objectClass').includes('group'),
        members: new Set(texts(entry, 'member').map((dn) => guidOf.get(dn.toLowerCase()) ?? dn)),
      },
    ]),
  )
  const reached = closureOf(objects, guidOf.get(domain.integrationGroupDn.toLowerCase()) ?? '')
  const inScope = [...objects.values()].filter(
    (object) => reached.has(object.guid) && isImported(object, domain.usersDn),
  )
  return { objects, scope: new Map(inScope.map((object) => [object.guid, object])) }
}

/** Everything below a group; a set being walked also yields what is added meanwhile, so cycles end by themselves. */
function closureOf(objects: ReadonlyMap<string, DomainObject>, group: string): ReadonlySet<string> {
  const reached = new Set(objects.get(group)?.members)
  for (const id of reached) for (const member of objects.get(id)?.members ?? []) reached.add(member)
  return reached
}

function isImported({ isGroup, dn, entry }: DomainObject, rootDn: string): boolean {
  if (isGroup || !isBelow(dn, rootDn) || text(entry, 'adminCount') === '1') return false
  return text(entry, 'givenName') !== undefined && text(entry, 'sn') !== undefined
}

async function readHub({ hub, directoryId }: KillWorld): Promise<HubPicture> {
  const rows = await all((after) => hub.users.list({ limit: pageRows, ...after }))
  const users = await each(rows, (row) => hub.users.get(row.id))
  const groups = await each(await all((after) => hub.groups.list({ limit: pageRows, ...after })), async (row) => ({
    detail: await hub.groups.get(row.id),
    members: await all((after) => hub.groups.members(row.id, { limit: pageRows, ...after })),
  }))
  const byGuid = new Map(
    users.flatMap((user) =>
      user.accounts
        .filter((account) => account.directoryId === directoryId && account.externalId !== undefined)
        .map((account): [string, UserDetail] => [account.externalId ?? '', user]),
    ),
  )
  return { users, byGuid, groups }
}

async function all<T>(
  list: (after: { after?: string }) => Promise<{ readonly items: readonly T[]; readonly next?: string }>,
): Promise<readonly T[]> {
  const items: T[] = []
  for (let after: { after?: string } | undefined = {}; after !== undefined;) {
    const page: Awaited<ReturnType<typeof list>> = await list(after)
    items.push(...page.items)
    after = page.next === undefined ? undefined : { after: page.next }
  }
  return items
}

async function each<T, U>(items: readonly T[], read: (item: T) => Promise<U>): Promise<readonly U[]> {
  const results: U[] = []
  let next = 0
  const worker = async (): Promise<void> => {
    for (let index = next++; index < items.length; index = next++) results[index] = await read(items[index] as T)
  }
  await Promise.all(Array.from({ length: callsAtOnce }, worker))
  return results
}

const isEnabled = ({ entry }: DomainObject): boolean =>
  ((integer(entry, 'userAccountControl') ?? disabled) & disabled) === 0

/** Everybody in scope has exactly one user, who is the same. */
function scopeFaults({ scope }: DomainPicture, { users, byGuid }: HubPicture): string[] {
  const faults: string[] = []
  const names = users.map((user) => user.username.toLowerCase())
  if (new Set(names).size !== names.length) faults.push('a username is there twice')
  const tied = users.flatMap((user) => user.accounts.flatMap(({ externalId }) => externalId ?? []))
  if (new Set(tied).size !== tied.length) faults.push('an account belongs to two users')
  for (const object of scope.values()) {
    const user = byGuid.get(object.guid)
    if (user === undefined) {
      faults.push(`${object.name} of the domain is not in the hub`)
      continue
    }
    if (user.username !== object.name) faults.push(`${object.name} is called ${user.username} in the hub`)
    for (const [field, attribute] of Object.entries(compared)) {
      const [here, there] = [user.fields[field] ?? '', text(object.entry, attribute) ?? '']
      if (here !== there)
        faults.push(`${object.name} has ${field} ${JSON.stringify(here)} in the hub, "${there}" in the domain`)
    }
    if ((user.state === 'ACTIVATED') !== isEnabled(object))
      faults.push(
        `${object.name} is ${user.state} (by ${user.suspendedBy}) in the hub, enabled: ${isEnabled(object)} in the domain`,
      )
  }
  return faults
}

/** Whoever has left the scope is suspended; nobody else is in the hub without being in scope. */
function leaverFaults(
  { scope }: DomainPicture,
  { users, byGuid }: HubPicture,
  { domainBorn, hubBorn, withoutAccount }: Ledger,
): string[] {
  const left = domainBorn.filter((user) => user.hasLeft)
  const expected = scope.size + left.length + withoutAccount.length
  const faults = left.flatMap((user) => {
    const state = byGuid.get(user.guid)?.state
    return state === 'SUSPENDED' ? [] : [`${user.username} has left the domain's scope and is ${state} in the hub`]
  })
  for (const { id, fields } of withoutAccount) {
    const state = users.find((user) => user.id === id)?.state
    if (state !== 'ACTIVATED') faults.push(`${fields['username']} lost the account in the domain and is ${state}`)
  }
  const known = new Set([
    ...[...hubBorn, ...withoutAccount].map(({ id }) => id),
    ...[...scope.keys(), ...left.map((user) => user.guid)].map((id) => byGuid.get(id)?.id),
  ])
  const strangers = users
    .filter((user) => !known.has(user.id))
    .map((user) => `nobody knows where ${user.username} is from`)
  return [
    ...faults,
    ...strangers,
    ...(users.length === expected ? [] : [`the hub has ${users.length} users instead of ${expected}`]),
  ]
}

/** Whoever was made in the hub has one complete account and the values that were acknowledged last. */
function hubBornFaults(
  world: KillWorld,
  { scope, objects }: DomainPicture,
  { users }: HubPicture,
  ledger: Ledger,
): string[] {
  const userOf = new Map(users.map((user) => [user.id, user]))
  const expected = new Set([
    ...ledger.hubBorn.map(({ fields }) => fields['username']),
    ...ledger.domainBorn.map(({ username }) => username),
  ])
  const strays = [...objects.values()].filter(
    ({ name, isGroup }) => !isGroup && /^k[hd]\d/.test(name) && !expected.has(name),
  )
  return [
    ...strays.map(({ name }) => `nobody asked for the account ${name}`),
    ...ledger.hubBorn.flatMap(({ id, fields, suspended }) => {
      const user = userOf.get(id)
      const name = fields['username'] ?? ''
      if (user === undefined) return [`${name} was acknowledged and is lost`]
      const object = scope.get(user.accounts[0]?.externalId ?? '')
      if (object === undefined) return [`${name} has no account in the domain's scope`]
      const faults = Object.entries(fields)
        .filter(([field, value]) => user.fields[field] !== value)
        .map(([field, value]) => `${name} should have ${field} "${value}", not ${JSON.stringify(user.fields[field])}`)
      if (isEnabled(object) === suspended)
        faults.push(`${name} is suspended: ${suspended}, enabled in the domain: ${isEnabled(object)}`)
      if ((bigInteger(object.entry, 'pwdLastSet') ?? 0n) === 0n)
        faults.push(`the account of ${name} is half made: it has no password`)
      const principal = `${name}@${world.domain.realm.toLowerCase()}`
      if (text(object.entry, 'userPrincipalName') !== principal)
        faults.push(`${name} has not the principal name ${principal}`)
      return faults
    }),
  ]
}

/** Groups that both sides have: direct members on both sides, and everybody below. */
function groupFaults({ objects, scope }: DomainPicture, { byGuid, groups }: HubPicture): string[] {
  return groups.flatMap(({ detail, members }) => {
    const object = objects.get(detail.directories[0]?.externalId ?? '')
    if (object === undefined) return [`the group ${detail.name} has no counterpart in the domain`]
    const idsOf = (guids: Iterable<string>): readonly (string | undefined)[] =>
      [...guids].filter((id) => scope.has(id)).map((id) => byGuid.get(id)?.username)
    const direct = members.filter(({ origins }) => origins.some((from) => from === 'hub' || from === 'directory'))
    const faults = [
      ...setFaults(
        `direct members of ${detail.name}`,
        direct.map((row) => row.username),
        idsOf(object.members),
      ),
      ...setFaults(
        `members of ${detail.name}`,
        members.map((row) => row.username),
        idsOf(closureOf(objects, object.guid)),
      ),
    ]
    if (members.some((row) => row.pending)) faults.push(`a membership of ${detail.name} waits`)
    return faults
  })
}

/** Each group that was asked for is there once, under its last name, on both sides. */
function bornGroupFaults({ objects }: DomainPicture, { groups }: HubPicture, ledger: Ledger): string[] {
  const isOurs = (name: string): boolean => name.startsWith('Kill Group ')
  const asked = ledger.groups.map(({ name }) => name)
  const here = groups.map(({ detail }) => detail.name).filter(isOurs)
  const there = [...objects.values()].filter(({ isGroup, name }) => isGroup && isOurs(name)).map(({ name }) => name)
  const inHub = new Map(groups.map(({ detail }) => [detail.id, detail]))
  const misnamed = ledger.groups.filter(({ id, name }) => {
    const detail = inHub.get(id)
    return detail?.name !== name || objects.get(detail.directories[0]?.externalId ?? '')?.name !== name
  })
  return [
    ...setFaults('groups', here, there),
    ...setFaults('groups that were asked for', asked, there),
    ...(here.length === asked.length && there.length === asked.length
      ? []
      : [`${asked.length} groups were asked for; the hub has ${here.length}, the domain ${there.length}`]),
    ...misnamed.map(({ name }) => `the group ${name} has another name or counterpart`),
  ]
}

function setFaults(
  what: string,
  here: readonly (string | undefined)[],
  there: readonly (string | undefined)[],
): string[] {
  const [inHub, inDomain] = [new Set(here), new Set(there)]
  const [more, less] = [
    [...inHub].filter((name) => !inDomain.has(name)),
    [...inDomain].filter((name) => !inHub.has(name)),
  ]
  return more.length + less.length === 0
    ? []
    : [`${what} only in the hub: ${more.join(', ')}; only in the domain: ${less.join(', ')}`]
}

function membershipFaults(
  { objects }: DomainPicture,
  { users, groups, byGuid }: HubPicture,
  row: AskedMembership,
): string[] {
  const user = row.guid === undefined ? users.find(({ id }) => id === row.userId) : byGuid.get(row.guid)
  const group = groups.find(({ detail }) => detail.name === row.group)
  const object = objects.get(group?.detail.directories[0]?.externalId ?? '')
  const account = user?.accounts[0]?.externalId ?? ''
  const isPresent = object?.members.has(account) === true
  return isPresent === row.present
    ? []
    : [`${row.username()} should ${row.present ? '' : 'not '}be in ${row.group} of the domain`]
}

/** Who was deleted, or suspended, be it for a moment, though nobody wanted it. */
export async function wrongLosses({ hub }: KillWorld, ledger: Ledger): Promise<readonly string[]> {
  const wanted = new Set(ledger.suspended)
  const suspensions = await journalRows(hub, 'user.suspend')
  const deletions = await journalRows(hub, 'user.delete')
  const guids = await each(
    suspensions,
    async (row) => (await hub.users.get(row.subjectId)).accounts[0]?.externalId ?? '',
  )
  const unwanted = suspensions.filter((row, index) => !wanted.has(row.subjectId) && !wanted.has(guids[index] ?? ''))
  return [...unwanted, ...deletions].map(
    (row) => `${row.action} of ${row.subject} at ${row.at} by ${row.actor}: ${row.reason}`,
  )
}

async function journalRows(hub: KillWorld['hub'], action: string): Promise<readonly JournalEntry[]> {
  const rows: JournalEntry[] = []
  for (let before: { before?: number } | undefined = {}; before !== undefined;) {
    const page: JournalPage = await hub.journal.list({ action, limit: pageRows, ...before })
    rows.push(...page.items)
    before = page.next === undefined ? undefined : { before: page.next }
  }
  return rows
}
