// A hub, a Samba domain and both agents as programs of their own, each of which can be killed and started again.
import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { createHubClient, type HubClient } from '@lockstep/client/hub-client'
import { HubError } from '@lockstep/client/hub-error'
import { pause } from '@lockstep/kernel/retry'
import { connectDirectory, type DirectoryClient } from '@lockstep/ldap/directory-client'
import { DirectoryError } from '@lockstep/ldap/directory-error'
import { type Company, makeCompany } from '../../dev/src/company/company.ts'
import { Program } from '../../dev/src/demo/program.ts'
import { type DomainController, startDomainController } from '../../dev/src/samba/domain-controller.ts'
import { runCommand } from '../../dev/src/samba/run-command.ts'
import { type Hub, startHub } from '../hub.ts'

export const parts = ['hub', 'import agent', 'sync agent', 'domain controller'] as const
/** What is killed. */
export type Part = (typeof parts)[number]
type AgentPart = 'import agent' | 'sync agent'

export interface KillWorld extends AsyncDisposable {
  readonly company: Company
  readonly domain: DomainController
  readonly hub: HubClient
  readonly directoryId: string
  /** Where the logs of the agents are. */
  readonly folder: string
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
const agents = {
  'import agent': { kind: 'IMPORT', script: 'import-agent.ts' },
  'sync agent': { kind: 'SYNC', script: 'sync-agent.ts' },
} as const

/** Starts everything with a company of 200 people in the domain; resolves when both agents have been started. */
export async function startKillWorld(): Promise<KillWorld> {
  const folder = await mkdtemp(join(temporary, 'lockstep-kill-'))
  const company = makeCompany({ people: 200, seed: 1 })
  const running: Running = { agents: {} }
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
  readonly agents: Partial<Record<AgentPart, Program>>
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
  const startAgent = (part: AgentPart): void => {
    running.agents[part] = new Program({
      name: part,
      script: scriptOf(part),
      args: ['run', '--config', configOf(folder, part)],
      environment: { PATH: process.env['PATH'] ?? '' },
      logFile: join(folder, `${part.replace(' ', '-')}.log`),
      print: () => undefined,
      onRestart: () => undefined,
    })
  }
  for (const part of ['import agent', 'sync agent'] as const) {
    const { connectKey } = await client.directories.addAgent(directoryId, { kind: agents[part].kind })
    await enrol({ part, folder, hub, domain, connectKey })
    startAgent(part)
  }
  const ca = await readFile(domain.caFile, 'utf8')
  return {
    company,
    domain,
    hub: client,
    directoryId,
    folder,
    onHub: (call) => persist((isRepeated) => call(client, isRepeated), isHubAway),
    onDomain: (call) =>
      persist(async (isRepeated) => call(await administrator(running, domain, ca), isRepeated), isDomainAway),
    async kill(part) {
      if (part === 'hub') await hub.kill()
      else if (part === 'domain controller') await domain.kill()
      else await killProgram(running.agents[part])
    },
    async restart(part) {
      if (part === 'hub') await hub.restart()
      else if (part === 'domain controller') await domain.restart()
      else startAgent(part)
    },
    [Symbol.asyncDispose]: () => end(running, folder),
  }
}

function scriptOf(part: AgentPart): string {
  return fileURLToPath(new URL(`../../apps/ad-agent/src/${agents[part].script}`, import.meta.url))
}

function configOf(folder: string, part: AgentPart): string {
  return join(folder, `${agents[part].kind.toLowerCase()}.json`)
}

interface Enrolment {
  readonly part: AgentPart
  readonly folder: string
  readonly hub: Hub
  readonly domain: DomainController
  readonly connectKey: string
}

async function enrol({ part, folder, hub, domain, connectKey }: Enrolment): Promise<void> {
  const account = part === 'import agent' ? domain.importAccount : domain.syncAccount
  const options = {
    hub: hub.url,
    'connect-key': connectKey,
    ldap: domain.url,
    'ldap-ca': domain.caFile,
    'ldap-server-name': domain.servername,
    'bind-dn': account.dn,
    config: configOf(folder, part),
  }
  const args = Object.entries(options).flatMap(([name, value]) => [`--${name}`, value])
  await runCommand(process.execPath, [scriptOf(part), 'enrol', ...args], {
    environment: { LOCKSTEP_AGENT_BIND_PASSWORD: account.password },
  })
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

async function killProgram(program: Program | undefined): Promise<void> {
  if (program?.pid === undefined) throw new Error('an agent ended by itself')
  process.kill(program.pid, 'SIGKILL')
  while (!program.hasEnded) await pause(5)
}

async function end({ agents: programs, hub, domain, client }: Running, folder: string): Promise<void> {
  await Promise.all(Object.values(programs).map((program) => program.stop()))
  await (await client?.catch(() => undefined))?.close()
  await Promise.all([hub?.stop(), domain?.stop()])
  await rm(folder, { recursive: true, force: true, maxRetries: 10, retryDelay: 100 })
}
