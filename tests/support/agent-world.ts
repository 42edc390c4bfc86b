// A hub, a Samba domain and any number of agents, downloaded from the hub and run as programs of their own.
import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createHubClient, type HubClient } from '@lockstep/client/hub-client'
import type { DirectoryAgent } from '@lockstep/contract/hub/directory'
import { assert } from '@lockstep/kernel/assert'
import { pause } from '@lockstep/kernel/retry'
import { connectDirectory, type DirectoryClient } from '@lockstep/ldap/directory-client'
import { makeCompany } from '../../dev/src/company/company.ts'
import { Program } from '../../dev/src/demo/program.ts'
import {
  type DomainController,
  type DomainControllerOptions,
  startDomainController,
} from '../../dev/src/samba/domain-controller.ts'
import { runCommand } from '../../dev/src/samba/run-command.ts'
import { type Hub, type HubOptions, startHub } from '../hub.ts'

type AgentKind = DirectoryAgent['kind']

/** An enrolled agent that runs. */
export interface RunningAgent {
  readonly id: string
  readonly kind: AgentKind
  readonly configFile: string
  readonly script: string
  /** Ends it without warning. */
  kill(): Promise<void>
  /** Holds it where it is, or lets it go on. */
  hold(): void
  release(): void
  restart(): void
  log(): Promise<string>
}

export interface AgentWorld extends AsyncDisposable {
  readonly folder: string
  readonly hubUrl: string
  /** Where the hub keeps its files. */
  readonly dataFolder: string
  readonly apiKey: string
  readonly administrator: Hub['administrator']
  readonly hub: HubClient
  /** The program itself, to be killed and started again. */
  readonly hubProgram: Hub
  readonly domain: DomainController
  readonly admin: DirectoryClient
  readonly directoryId: string
  /** Ends every connection to the domain controller. */
  restartDomain(): Promise<void>
  /** `runOptions`: beside those that every agent runs with. */
  addAgent(kind: AgentKind, runOptions?: readonly string[]): Promise<RunningAgent>
  /** The agents as the hub has them. */
  agents(): Promise<readonly DirectoryAgent[]>
  /** Waits until the look gives something; fails after two minutes. */
  until<Found>(what: string, look: () => Promise<Found | undefined | false>): Promise<Found>
}

const programs = { IMPORT: 'import-agent', SYNC: 'sync-agent' } as const
/** Longer than anything takes on a busy machine; its only purpose is that a failure is told. */
const patienceMs = 120_000
const pollMs = 50
/** Samba's sockets lie deep below the folder, and their paths are short. */
const temporary = Buffer.byteLength(tmpdir()) <= 40 ? tmpdir() : '/tmp'

/** Starts hub and domain, and connects them; no agent yet. */
export async function startAgentWorld({
  extras,
  ...options
}: Pick<HubOptions, 'env'> & Pick<DomainControllerOptions, 'extras'> = {}): Promise<AgentWorld> {
  const folder = await mkdtemp(join(temporary, 'lockstep-agents-'))
  const started: Started = { folder, running: [] }
  try {
    const company = makeCompany({ people: 80, seed: 1 })
    const folders = { folder: join(folder, 'dc'), cacheFolder: join(folder, 'cache') }
    const differing = extras === undefined ? {} : { extras }
    started.domain = await startDomainController({ ...folders, ...differing, company, log: () => undefined })
    started.hub = await startHub(options)
    started.admin = await administratorOf(started.domain)
    return await connect(started, started.domain, started.hub)
  } catch (error) {
    await end(started)
    throw error
  }
}

interface Started {
  readonly folder: string
  readonly running: Program[]
  domain?: DomainController
  hub?: Hub
  admin?: DirectoryClient
}

async function administratorOf({ url, servername, administrator, caFile }: DomainController): Promise<DirectoryClient> {
  const { bindName: bindDn, password } = administrator
  const ca = await readFile(caFile, 'utf8')
  return connectDirectory({ url, servername, ca, bindDn, password, timeoutMs: 5000 })
}

async function connect(started: Started, domain: DomainController, hubProgram: Hub): Promise<AgentWorld> {
  const { url: hubUrl, dataFolder, apiKey, administrator } = hubProgram
  const { folder } = started
  const hub = createHubClient({ baseUrl: hubUrl, apiKey })
  const { id: directoryId } = await hub.directories.create({
    domain: domain.realm.toLowerCase(),
    rootDn: domain.usersDn,
    integrationGroupDn: domain.integrationGroupDn,
    userContainerDn: domain.peopleDn,
    groupContainerDn: domain.groupsDn,
  })
  return {
    ...{ folder, hubUrl, dataFolder, apiKey, administrator, hub, hubProgram, domain, directoryId },
    get admin() {
      assert(started.admin !== undefined, 'the domain has been started')
      return started.admin
    },
    async restartDomain() {
      await started.admin?.close()
      await domain.restart()
      started.admin = await administratorOf(domain)
    },
    async addAgent(kind, runOptions = []) {
      const { agent, connectKey } = await hub.directories.addAgent(directoryId, { kind })
      const script = join(folder, `${agent.id}.mjs`)
      await download({ hubUrl, connectKey, name: `${programs[kind]}.mjs`, file: script })
      const configFile = join(folder, `${agent.id}.json`)
      await enrol({ script, configFile, hubUrl, connectKey, domain, kind })
      return runAgent(started, { id: agent.id, kind, configFile, script, runOptions })
    },
    agents: async () => (await hub.directories.get(directoryId)).agents,
    async until(what, look) {
      const deadline = performance.now() + patienceMs
      for (;;) {
        const found = await look()
        if (found !== undefined && found !== false) return found
        if (performance.now() > deadline) throw new Error(`in vain: ${what}`)
        await pause(pollMs)
      }
    },
    [Symbol.asyncDispose]: () => end(started),
  }
}

interface Download {
  readonly hubUrl: string
  readonly connectKey: string
  readonly name: string
  readonly file: string
}

/** As the portal tells: with curl, and the key on its standard input, where nobody else sees it. */
export async function download({ hubUrl, connectKey, name, file }: Download): Promise<string> {
  const fetch = `printf 'x-lockstep-connect-key: %s' "$KEY" | curl -fsS -H @- -o "$FILE" "$URL"`
  return runCommand('/bin/sh', ['-c', fetch], {
    environment: {
      KEY: connectKey,
      FILE: file,
      URL: `${hubUrl}/agents/v1/bundles/${name}`,
      PATH: process.env['PATH'] ?? '',
    },
  })
}

interface Enrolment {
  readonly script: string
  readonly configFile: string
  readonly hubUrl: string
  readonly connectKey: string
  readonly domain: DomainController
  readonly kind: AgentKind
}

export async function enrol({ script, configFile, hubUrl, connectKey, domain, kind }: Enrolment): Promise<void> {
  const account = kind === 'IMPORT' ? domain.importAccount : domain.syncAccount
  const options = {
    hub: hubUrl,
    ldap: domain.url,
    'ldap-ca': domain.caFile,
    'ldap-server-name': domain.servername,
    'bind-dn': account.dn,
    config: configFile,
  }
  const args = Object.entries(options).flatMap(([name, value]) => [`--${name}`, value])
  await runCommand(process.execPath, [script, 'enrol', ...args], {
    environment: { LOCKSTEP_AGENT_BIND_PASSWORD: account.password, LOCKSTEP_AGENT_CONNECT_KEY: connectKey },
  })
}

function runAgent(
  { running, folder }: Started,
  agent: Pick<RunningAgent, 'id' | 'kind' | 'configFile' | 'script'> & { readonly runOptions: readonly string[] },
): RunningAgent {
  const logFile = join(folder, `${agent.id}.log`)
  const start = (): Program => {
    const program = new Program({
      name: programs[agent.kind],
      script: agent.script,
      args: ['run', '--config', agent.configFile, ...agent.runOptions],
      environment: { PATH: process.env['PATH'] ?? '' },
      logFile,
      print: () => undefined,
      onRestart: () => undefined,
    })
    running.push(program)
    return program
  }
  let program = start()
  return {
    ...agent,
    async kill() {
      if (program.pid !== undefined) process.kill(program.pid, 'SIGKILL')
      while (!program.hasEnded) await pause(5)
    },
    hold: () => void process.kill(pidOf(program), 'SIGSTOP'),
    release: () => void process.kill(pidOf(program), 'SIGCONT'),
    restart() {
      program = start()
    },
    log: () => readFile(logFile, 'utf8'),
  }
}

/** Never 0, which would be this process and all its own. */
function pidOf({ pid }: Program): number {
  assert(pid !== undefined && pid > 1, 'the agent runs')
  return pid
}

async function end({ running, hub, domain, admin, folder }: Started): Promise<void> {
  await Promise.all(running.map((program) => program.stop()))
  await admin?.close()
  await Promise.all([hub?.stop(), domain?.stop()])
  await rm(folder, { recursive: true, force: true, maxRetries: 10, retryDelay: 100 })
}
