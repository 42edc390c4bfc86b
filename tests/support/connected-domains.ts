// A hub with any number of small Samba domains, each with both of its agents as programs of their own.
import { mkdir, mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createHubClient, type HubClient } from '@lockstep/client/hub-client'
import type { GroupMember } from '@lockstep/contract/hub/group'
import { pause } from '@lockstep/kernel/retry'
import { changeMembers } from '@lockstep/ldap/change-members'
import { connectDirectory, type DirectoryClient } from '@lockstep/ldap/directory-client'
import { escapeFilterValue } from '@lockstep/ldap/escape'
import type { RawEntry } from '@lockstep/ldap/raw-entry'
import { type DomainController, startDomainController } from '../../dev/src/samba/domain-controller.ts'
import { type Hub, startHub } from '../hub.ts'
import { enrolAgent, type KillableAgent } from './kill-agents.ts'

/** A domain that is connected to the hub, with nobody in it at first. */
export interface ConnectedDomain {
  readonly controller: DomainController
  readonly directoryId: string
  readonly agents: readonly KillableAgent[]
  /** The domain's administrator; made anew after the domain controller was down. */
  admin(): Promise<DirectoryClient>
  /** Adds an enabled user to the container of the people; answers its DN. */
  addUser(name: string, attributes?: Readonly<Record<string, string>>): Promise<string>
  /** Adds a group with members, all by DN; answers its DN. */
  addGroup(name: string, members: readonly string[]): Promise<string>
  change(
    groupDn: string,
    members: { readonly add?: readonly string[]; readonly remove?: readonly string[] },
  ): Promise<void>
  /** The object with that account name. */
  find(name: string, attributes: readonly string[]): Promise<RawEntry | undefined>
}

/** As a member of the group itself, or of one in it only. */
export type Belonging = 'direct' | 'derived'

export interface ConnectedHub extends AsyncDisposable {
  readonly server: Hub
  readonly hub: HubClient
  readonly domains: readonly ConnectedDomain[]
  /** How each member belongs to a group, by username; undefined while there is no such group. */
  membersOf(group: string): Promise<Readonly<Record<string, Belonging>> | undefined>
  /** Waits until the look gives something; fails when it never does. */
  until<Found>(what: string, look: () => Promise<Found | undefined | false>): Promise<Found>
}

/** Longer than anything takes on a busy machine; its only purpose is that a failure is told. */
const patienceMs = 240_000
const pollMs = 100
const pageRows = 200
/** Samba's sockets lie deep below the folder, and their paths are short. */
const temporary = Buffer.byteLength(tmpdir()) <= 40 ? tmpdir() : '/tmp'

/** Starts a hub and a domain for each realm, and connects them; `prepare` fills a domain before its agents run. */
export async function connectDomains(
  realms: readonly string[],
  prepare: (domain: Omit<ConnectedDomain, 'directoryId' | 'agents'>) => Promise<void> = async () => undefined,
): Promise<ConnectedHub> {
  const folder = await mkdtemp(join(temporary, 'lockstep-domains-'))
  await using stack = new AsyncDisposableStack()
  stack.defer(() => rm(folder, { recursive: true, force: true, maxRetries: 10, retryDelay: 100 }))
  const server = await startHub()
  stack.defer(() => server.stop())
  const hub = createHubClient({ baseUrl: server.url, apiKey: server.apiKey })
  const domains: ConnectedDomain[] = []
  for (const [number, realm] of realms.entries()) {
    const place = join(folder, String(number))
    await mkdir(place)
    const options = { folder: join(place, 'dc'), cacheFolder: join(folder, 'cache'), realm, log: () => undefined }
    const controller = stack.use(await startDomainController(options))
    const reached = administration(controller)
    stack.defer(() => reached.close())
    await prepare(reached)
    const { directoryId, agents } = await enrolBoth({ server, hub, controller, place })
    for (const agent of agents) stack.use(agent)
    domains.push({ ...reached, directoryId, agents })
  }
  const resources = stack.move()
  return {
    server,
    hub,
    domains,
    membersOf: (name) => membersOf(hub, name),
    until,
    [Symbol.asyncDispose]: () => resources.disposeAsync(),
  }
}

type Administration = Omit<ConnectedDomain, 'directoryId' | 'agents'> & { close(): Promise<void> }

function administration(controller: DomainController): Administration {
  const { url, servername, caFile, baseDn, peopleDn, groupsDn, realm } = controller
  let client: DirectoryClient | undefined
  const admin = async (): Promise<DirectoryClient> => {
    if (client?.isOpen === true) return client
    await client?.close()
    const { bindName: bindDn, password } = controller.administrator
    const ca = await readFile(caFile, 'utf8')
    client = await connectDirectory({ url, servername, ca, bindDn, password, timeoutMs: 20_000 })
    return client
  }
  const change: ConnectedDomain['change'] = async (groupDn, { add = [], remove = [] }) =>
    changeMembers(await admin(), groupDn, { add, remove })
  return {
    controller,
    admin,
    change,
    async addUser(name, attributes = {}) {
      const dn = `CN=${name},${peopleDn}`
      const principal = `${name}@${realm.toLowerCase()}`
      await (
        await admin()
      ).add(dn, {
        ...{ objectClass: 'user', sAMAccountName: name, userPrincipalName: principal, userAccountControl: '544' },
        ...{ givenName: name, sn: 'Tester', mail: principal },
        ...attributes,
      })
      return dn
    },
    async addGroup(name, members) {
      const dn = `CN=${name},${groupsDn}`
      await (await admin()).add(dn, { objectClass: 'group', sAMAccountName: name })
      await change(dn, { add: members })
      return dn
    },
    async find(name, attributes) {
      const filter = `(sAMAccountName=${escapeFilterValue(name)})`
      for await (const page of (await admin()).search({ base: baseDn, scope: 'subtree', filter, attributes }))
        for (const entry of page) return entry
      return undefined
    },
    close: async () => client?.close(),
  }
}

interface Enrolment {
  readonly server: Hub
  readonly hub: HubClient
  readonly controller: DomainController
  readonly place: string
}

async function enrolBoth({
  server,
  hub,
  controller,
  place,
}: Enrolment): Promise<Pick<ConnectedDomain, 'directoryId' | 'agents'>> {
  const { id: directoryId } = await hub.directories.create({
    domain: controller.realm.toLowerCase(),
    rootDn: controller.usersDn,
    integrationGroupDn: controller.integrationGroupDn,
    userContainerDn: controller.peopleDn,
    groupContainerDn: controller.groupsDn,
    upnSuffix: controller.realm.toLowerCase(),
  })
  const agents: KillableAgent[] = []
  for (const [part, kind] of [
    ['import agent', 'IMPORT'],
    ['sync agent', 'SYNC'],
  ] as const) {
    const { connectKey } = await hub.directories.addAgent(directoryId, { kind })
    const agent = await enrolAgent({ part, folder: place, hub: server, domain: controller, connectKey })
    agent.start()
    agents.push(agent)
  }
  return { directoryId, agents }
}

async function membersOf(hub: HubClient, name: string): Promise<Readonly<Record<string, Belonging>> | undefined> {
  const group = (await hub.groups.list({ search: name })).items.find((each) => each.name === name)
  if (group === undefined) return undefined
  const members: GroupMember[] = []
  for (let after: string | undefined, isFirst = true; isFirst || after !== undefined; isFirst = false) {
    const page = await hub.groups.members(group.id, { limit: pageRows, ...(after === undefined ? {} : { after }) })
    members.push(...page.items)
    after = page.next
  }
  return Object.fromEntries(
    members.map(({ username, origins }) => [
      username,
      origins.every((origin) => origin === 'nested') ? 'derived' : 'direct',
    ]),
  )
}

async function until<Found>(what: string, look: () => Promise<Found | undefined | false>): Promise<Found> {
  const deadline = performance.now() + patienceMs
  for (;;) {
    const found = await look()
    if (found !== undefined && found !== false) return found
    if (performance.now() > deadline) throw new Error(`in vain: ${what}`)
    await pause(pollMs)
  }
}
