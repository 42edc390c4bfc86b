// A hub with its PostgreSQL, a Samba domain and both agents as programs of their own, each of which can be killed and started again.
import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createHubClient, type HubClient } from '@lockstep/client/hub-client'
import { HubError } from '@lockstep/client/hub-error'
import { pause } from '@lockstep/kernel/retry'
import { connectDirectory, type DirectoryClient } from '@lockstep/ldap/directory-client'
import { DirectoryError } from '@lockstep/ldap/directory-error'
import { type Company, makeCompany } from '../../dev/src/company/company.ts'
import { type DomainController, startDomainController } from '../../dev/src/samba/domain-controller.ts'
import { type Hub, startHub } from '../hub.ts'
import { descendantsOf } from '../processes.ts'
import { type AgentPart, agentParts, enrolAgent, type KillableAgent } from './kill-agents.ts'

export const parts = ['hub', 'PostgreSQL', 'import agent', 'sync agent', 'domain controller'] as const
/** What is killed. */
export type Part = (typeof parts)[number]

export interface KillWorld extends AsyncDisposable {
  readonly company: Company
  readonly domain: DomainController
  readonly hub: HubClient
  readonly directoryId: string
  /** Where the logs of the agents are, and the domain's files in `dc`. */
  readonly folder: string
  readonly agents: Readonly<Record<AgentPart, KillableAgent>>
  /** What the hub said whenever it did not start, or ended by itself. */
  readonly hubFailures: readonly string[]
  /** Calls the hub for as long as it does not answer; `isRepeated` says that an earlier try may have been done. */
  onHub<T>(call: (hub: HubClient, isRepeated: boolean) => Promise<T>): Promise<T>
  /** The same with the domain controller, as its administrator. */
  onDomain<T>(call: (directory: DirectoryClient, isRepeated: boolean) => Promise<T>): Promise<T>
  kill(part: Part): Promise<void>
  restart(part: Part): Promise<void>
}

/** Longer than anything takes to come back on a busy machine; its only purpose is that a failure is told. */
const patienceMs = 120_000
const pollMs = 100
/** Samba's sockets lie deep below the folder, and their paths are short. */
const temporary = Buffer.byteLength(tmpdir()) <= 40 ? tmpdir() : '/tmp'
const kinds = { 'import agent': 'IMPORT', 'sync agent': 'SYNC' } as const

/** Starts everything with a company of 200 people in the domain; resolves when both agents have been started. */
export async function startKillWorld(): Promise<KillWorld> {
  const folder = await mkdtemp(join(temporary, 'lockstep-kill-'))
  const company = makeCompany({ people: 200, seed: 1 })
  const running: Running = { agents: [] }
  try {
    const log = (): void => undefined
    const options = { folder: join(folder, 'dc'), cacheFolder: join(folder, 'cache'), company, log }
    // Both are waited for even when one fails: nothing may go on once the folder is removed.
    const [domain, hub] = await Promise.allSettled([startDomainController(options), startHub()])
    if (domain.status === 'fulfilled') running.domain = domain.value
    if (hub.status === 'fulfilled') running.hub = hub.value
    if (domain.status === 'rejected') throw domain.reason
    if (hub.status === 'rejected') throw hub.reason
    return await connect({ folder, company, running, domain: domain.value, hub: hub.value })
  } catch (error) {
    await end(running, folder)
    throw error
  }
}

/** What has been started so far. */
interface Running {
  hub?: Hub
  domain?: DomainController
  readonly agents: KillableAgent[]
  client?: Promise<DirectoryClient> | undefined
}

interface Started {
  readonly folder: string
  readonly company: Company
  readonly running: Running
  readonly domain: DomainController
  readonly hub: Hub
}

async function connect({ folder, company, running, domain, hub }: Started): Promise<KillWorld> {
  const client = createHubClient({ baseUrl: hub.url, apiKey: hub.apiKey })
  const { id: directoryId } = await client.directories.create({
    domain: domain.realm.toLowerCase(),
    rootDn: domain.usersDn,
    integrationGroupDn: domain.integrationGroupDn,
    userContainerDn: domain.peopleDn,
    groupContainerDn: domain.groupsDn,
    upnSuffix: domain.realm.toLowerCase(),
  })
  const started: Partial<Record<AgentPart, KillableAgent>> = {}
  for (const part of agentParts) {
    const { connectKey } = await client.directories.addAgent(directoryId, { kind: kinds[part] })
    const agent = await enrolAgent({ part, folder, hub, domain, connectKey })
    running.agents.push(agent)
    started[part] = agent
    agent.start()
  }
  const agents = started as Record<AgentPart, KillableAgent>
  const ca = await readFile(domain.caFile, 'utf8')
  const hubFailures: string[] = []
  const onHub: KillWorld['onHub'] = async (call) => {
    try {
      return await persist((isRepeated) => call(client, isRepeated), isHubAway)
    } catch (error) {
      if (!isHubAway(error)) throw error
      throw new Error(`the hub, ${hub.isRunning ? 'which runs' : 'which has ended'}, did not answer:\n${lastOf(hub)}`, {
        cause: error,
      })
    }
  }
  return {
    ...{ company, domain, hub: client, directoryId, folder, agents, hubFailures, onHub },
    onDomain: (call) =>
      persist(async (isRepeated) => call(await administrator(running, domain, ca), isRepeated), isDomainAway),
    async kill(part) {
      if (part === 'hub') {
        if (!hub.isRunning) hubFailures.push(`the hub ended by itself:\n${lastOf(hub)}`)
        await hub.kill()
      }
      if (part === 'PostgreSQL') await killPostgres(hub)
      else if (part === 'domain controller') await domain.kill()
      else if (part !== 'hub') await agents[part].kill()
    },
    async restart(part) {
      if (part === 'hub') await startAgain(hub, hubFailures)
      // The hub starts it again by itself.
      else if (part === 'PostgreSQL') await onHub((each) => each.directories.get(directoryId))
      else if (part === 'domain controller') await domain.restart()
      else agents[part].start()
    },
    [Symbol.asyncDispose]: () => end(running, folder),
  }
}

/** As a service manager does: again and again until it runs. */
async function startAgain(hub: Hub, failures: string[]): Promise<void> {
  const deadline = performance.now() + patienceMs
  for (;;) {
    try {
      return await hub.restart()
    } catch (error) {
      failures.push(String(error))
      if (performance.now() > deadline) throw error
      await pause(pollMs)
    }
  }
}

const keptOfLog = 4000
const lastOf = (hub: Hub): string => hub.log().slice(-keptOfLog)

/** The postmaster; the hub that is asked for it runs. */
async function killPostgres(hub: Hub): Promise<void> {
  const deadline = performance.now() + patienceMs
  for (;;) {
    const children = await descendantsOf(hub.pid)
    const server = children.find(({ parent, name }) => parent === hub.pid && name === 'postgres')
    if (server !== undefined) return void process.kill(server.pid, 'SIGKILL')
    if (performance.now() > deadline) throw new Error('the hub has no PostgreSQL')
    await pause(pollMs)
  }
}

/** One connection for all, made anew when it is lost. */
async function administrator(running: Running, domain: DomainController, ca: string): Promise<DirectoryClient> {
  const present = await running.client?.catch(() => undefined)
  if (present?.isOpen === true) return present
  const { url, servername } = domain
  const { bindName: bindDn, password } = domain.administrator
  running.client = connectDirectory({ url, servername, ca, bindDn, password, timeoutMs: 5000 })
  return running.client
}

async function persist<T>(call: (isRepeated: boolean) => Promise<T>, isAway: (error: unknown) => boolean): Promise<T> {
  const deadline = performance.now() + patienceMs
  for (let isRepeated = false; ; isRepeated = true) {
    try {
      return await call(isRepeated)
    } catch (error) {
      if (!isAway(error) || performance.now() > deadline) throw error
      await pause(pollMs)
    }
  }
}

/** No answer, half an answer, or one of a hub that is starting or ending. */
function isHubAway(error: unknown): boolean {
  return error instanceof HubError ? error.status === 0 || error.status >= 500 : error instanceof TypeError
}

function isDomainAway(error: unknown): boolean {
  return error instanceof DirectoryError && error.retryable
}

async function end({ agents, hub, domain, client }: Running, folder: string): Promise<void> {
  await Promise.all(agents.map((agent) => agent[Symbol.asyncDispose]()))
  await (await client?.catch(() => undefined))?.close()
  await Promise.all([hub?.stop(), domain?.stop()])
  await rm(folder, { recursive: true, force: true, maxRetries: 10, retryDelay: 100 })
}
