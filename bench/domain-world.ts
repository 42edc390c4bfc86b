// A domain controller, a hub and the two agents as programs of their own, as they run in production but on one machine.
import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { createHubClient, type HubClient } from '@lockstep/client/hub-client'
import { connectDirectory, type DirectoryClient, type DirectoryOptions } from '@lockstep/ldap/directory-client'
import { pause } from '@lockstep/kernel/retry'
import type { Company } from '../dev/src/company/company.ts'
import { Program } from '../dev/src/demo/program.ts'
import { type DomainController, startDomainController } from '../dev/src/samba/domain-controller.ts'
import { runCommand } from '../dev/src/samba/run-command.ts'
import { type Hub, startHub } from '../tests/hub.ts'
import { bundle } from './bundle.ts'

type AgentName = 'import-agent' | 'sync-agent'

/** Everything that a benchmark of directories needs. */
export interface DomainWorld extends AsyncDisposable {
  readonly domain: DomainController
  readonly hub: Hub
  readonly client: HubClient
  readonly directoryId: string
  /** Signed in as the domain's administrator. */
  readonly administrator: DirectoryClient
  /** How the import agent signs in. */
  readonly importSignIn: DirectoryOptions
  /** Goes with everything else. */
  readonly folder: string
  /** Starts an enrolled agent, with these options beside those that it is always run with. */
  startAgent(name: AgentName, runOptions?: readonly string[]): void
}

/** Samba's sockets lie deep below the folder, and their paths are short. */
const temporary = Buffer.byteLength(tmpdir()) <= 40 ? tmpdir() : '/tmp'
const kinds = { 'import-agent': 'IMPORT', 'sync-agent': 'SYNC' } as const
const patienceMs = 300_000

/** Starts domain and hub and enrols the agents without running them; `prepare` fills the domain before. */
export async function startDomainWorld(options: {
  readonly company?: Company
  readonly prepare?: (domain: DomainController) => Promise<void>
  /** One that runs already and is not ours to stop. */
  readonly hub?: Hub
}): Promise<DomainWorld> {
  const folder = await mkdtemp(join(temporary, 'lockstep-bench-'))
  const stack = new AsyncDisposableStack()
  stack.defer(() => rm(folder, { recursive: true, force: true, maxRetries: 10, retryDelay: 100 }))
  try {
    const place = { folder: join(folder, 'dc'), cacheFolder: join(temporary, 'lockstep-bench-domains') }
    const domain = stack.use(await startDomainController({ ...place, company: options.company, log: () => undefined }))
    await options.prepare?.(domain)
    const hub = options.hub ?? (await startHub())
    if (options.hub === undefined) stack.defer(() => hub.stop())
    const client = createHubClient({ baseUrl: hub.url, apiKey: hub.apiKey })
    const directory = await client.directories.create({
      domain: domain.realm.toLowerCase(),
      useCase: 'TWOWAYSYNC',
      rootDn: domain.usersDn,
      integrationGroupDn: domain.integrationGroupDn,
      userContainerDn: domain.peopleDn,
      groupContainerDn: domain.groupsDn,
      upnSuffix: domain.realm.toLowerCase(),
    })
    for (const name of ['import-agent', 'sync-agent'] as const) {
      await bundle(fileURLToPath(new URL(`../apps/ad-agent/src/${name}.ts`, import.meta.url)), folder)
      await enrol(name, { folder, hub, client, domain, directoryId: directory.id })
    }
    const address = {
      url: domain.url,
      servername: domain.servername,
      ca: await readFile(domain.caFile, 'utf8'),
      timeoutMs: 10_000,
    }
    const { bindName, password } = domain.administrator
    const administrator = await connectDirectory({ ...address, bindDn: bindName, password })
    stack.defer(() => administrator.close())
    const resources = stack.move()
    return {
      domain,
      hub,
      client,
      directoryId: directory.id,
      administrator,
      folder,
      importSignIn: { ...address, bindDn: domain.importAccount.dn, password: domain.importAccount.password },
      startAgent(name, runOptions = []) {
        const program = new Program({
          name,
          script: scriptOf(name, folder),
          args: ['run', '--config', join(folder, `${name}.json`), ...runOptions],
          environment: { PATH: process.env['PATH'] ?? '' },
          logFile: join(folder, `${name}.log`),
          print: () => undefined,
          onRestart: () => undefined,
        })
        resources.defer(() => program.stop())
      },
      [Symbol.asyncDispose]: () => resources.disposeAsync(),
    }
  } catch (error) {
    await stack.disposeAsync()
    throw error
  }
}

function scriptOf(name: AgentName, folder: string): string {
  return join(folder, `${name}.mjs`)
}

interface Enrolment {
  readonly folder: string
  readonly hub: Hub
  readonly client: HubClient
  readonly domain: DomainController
  readonly directoryId: string
}

async function enrol(name: AgentName, { folder, hub, client, domain, directoryId }: Enrolment): Promise<void> {
  const { connectKey } = await client.directories.addAgent(directoryId, { kind: kinds[name] })
  const account = name === 'import-agent' ? domain.importAccount : domain.syncAccount
  const options = {
    hub: hub.url,
    ldap: domain.url,
    'ldap-ca': domain.caFile,
    'ldap-server-name': domain.servername,
    'bind-dn': account.dn,
    config: join(folder, `${name}.json`),
  }
  const args = Object.entries(options).flatMap(([option, value]) => [`--${option}`, value])
  await runCommand(process.execPath, [scriptOf(name, folder), 'enrol', ...args], {
    environment: { LOCKSTEP_AGENT_BIND_PASSWORD: account.password, LOCKSTEP_AGENT_CONNECT_KEY: connectKey },
  })
}

/** Looks again and again until the answer is there; `pollMs` bounds what the looking adds to a measured time. */
export async function until<T>(look: () => Promise<T | undefined>, pollMs: number): Promise<T> {
  const deadline = performance.now() + patienceMs
  for (;;) {
    const found = await look()
    if (found !== undefined) return found
    if (performance.now() > deadline) throw new Error('what was waited for did not come')
    await pause(pollMs)
  }
}
