import { mkdir, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import type { HubClient } from '@lockstep/client/hub-client'
import type { DomainController } from '../samba/domain-controller.ts'
import { DomainControllerError } from '../samba/domain-controller-error.ts'
import { runCommand } from '../samba/run-command.ts'
import { DemoError } from './demo-error.ts'
import type { DemoHub } from './hub-program.ts'
import { Program } from './program.ts'
import type { DemoSurroundings } from './surroundings.ts'

type AgentKind = 'IMPORT' | 'SYNC'

/** The agents that have been started. */
export type DemoAgents = Partial<Record<AgentKind, Program>>

const names = { IMPORT: 'import agent', SYNC: 'sync agent' } as const
const scripts = {
  IMPORT: fileURLToPath(new URL('../../../apps/ad-agent/src/import-agent.ts', import.meta.url)),
  SYNC: fileURLToPath(new URL('../../../apps/ad-agent/src/sync-agent.ts', import.meta.url)),
}

/** Makes two agents in the hub and gives their connect keys; those of an earlier start are removed. */
export async function addAgents(hub: HubClient, directoryId: string): Promise<Readonly<Record<AgentKind, string>>> {
  for (const { id } of (await hub.directories.get(directoryId)).agents)
    await hub.directories.removeAgent(directoryId, id)
  const add = async (kind: AgentKind): Promise<string> =>
    (await hub.directories.addAgent(directoryId, { kind })).connectKey
  return { IMPORT: await add('IMPORT'), SYNC: await add('SYNC') }
}

export interface AgentsStart {
  readonly hub: DemoHub
  readonly domain: DomainController
  readonly connectKeys: Readonly<Record<AgentKind, string>>
  /** Filled as they start, so that they can be ended when a later step fails. */
  readonly agents: DemoAgents
}

/** Enrols both agents with their service accounts and starts them. */
export async function startAgents(
  surroundings: DemoSurroundings,
  { hub, domain, connectKeys, agents }: AgentsStart,
): Promise<void> {
  const folder = join(surroundings.folder.path, 'agents')
  await mkdir(folder, { recursive: true, mode: 0o700 })
  const start = async (kind: AgentKind): Promise<void> => {
    const configFile = join(folder, `${kind.toLowerCase()}.json`)
    await rm(configFile, { force: true })
    await enrol({ kind, configFile, hub, domain, connectKey: connectKeys[kind] })
    const program = new Program({
      name: names[kind],
      script: scripts[kind],
      args: ['run', '--config', configFile],
      environment: surroundings.environment,
      logFile: join(surroundings.folder.logs, `${names[kind].replace(' ', '-')}.log`),
      print: surroundings.print,
      onRestart: surroundings.onRestart,
    })
    agents[kind] = program
    program.keepRunning()
  }
  // Both are waited for even when one fails: nothing may start any more once the others are being ended.
  const results = await Promise.allSettled([start('IMPORT'), start('SYNC')])
  for (const result of results) if (result.status === 'rejected') throw result.reason
}

interface Enrolment {
  readonly kind: AgentKind
  readonly configFile: string
  readonly hub: DemoHub
  readonly domain: DomainController
  readonly connectKey: string
}

async function enrol({ kind, configFile, hub, domain, connectKey }: Enrolment): Promise<void> {
  const account = kind === 'IMPORT' ? domain.importAccount : domain.syncAccount
  const options = {
    hub: hub.url,
    ldap: domain.url,
    'ldap-ca': domain.caFile,
    'ldap-server-name': domain.servername,
    'bind-dn': account.dn,
    config: configFile,
  }
  const args = Object.entries(options).flatMap(([name, value]) => [`--${name}`, value])
  try {
    await runCommand(process.execPath, [scripts[kind], 'enrol', ...args], {
      environment: { LOCKSTEP_AGENT_BIND_PASSWORD: account.password, LOCKSTEP_AGENT_CONNECT_KEY: connectKey },
    })
  } catch (error) {
    if (!(error instanceof DomainControllerError)) throw error
    throw new DemoError(`The ${names[kind]} cannot be enrolled: ${error.message}`, { cause: error })
  }
}
