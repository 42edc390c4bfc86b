// An agent as a program of its own that can be killed and started again, reaches hub and domain by ways that can be cut, and has a clock
// that can be set and a disk that can be full.
import { rename, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { pause } from '@lockstep/kernel/retry'
import { Program } from '../../dev/src/demo/program.ts'
import type { DomainController } from '../../dev/src/samba/domain-controller.ts'
import { runCommand } from '../../dev/src/samba/run-command.ts'
import type { Hub } from '../hub.ts'
import { type FaultyWay, openFaultyWay } from './faulty-way.ts'

export const agentParts = ['import agent', 'sync agent'] as const
export type AgentPart = (typeof agentParts)[number]
/** Where a way of an agent leads. */
export type WayEnd = 'hub' | 'domain'

export interface KillableAgent extends AsyncDisposable {
  readonly ways: Readonly<Record<WayEnd, FaultyWay>>
  /** The program and its file, to run another of its commands. */
  readonly script: string
  readonly configFile: string
  readonly logFile: string
  readonly password: string
  start(): void
  kill(): Promise<void>
  /** Sets its clock, which goes on from there. */
  setClock(aheadMs: number): Promise<void>
  /** Makes every write to its disk fail, or lets them succeed again; one that is started meanwhile writes anyway. */
  fillDisk(): Promise<void>
  emptyDisk(): Promise<void>
}

interface AgentPlace {
  readonly part: AgentPart
  readonly folder: string
  readonly hub: Hub
  readonly domain: DomainController
  readonly connectKey: string
}

const scripts = { 'import agent': 'import-agent.ts', 'sync agent': 'sync-agent.ts' } as const
const skewedClock = new URL('skewed-clock.ts', import.meta.url).href

/** Enrols an agent by its ways; it is not started yet. */
export async function enrolAgent({ part, folder, hub, domain, connectKey }: AgentPlace): Promise<KillableAgent> {
  const name = part.replace(' ', '-')
  const account = part === 'import agent' ? domain.importAccount : domain.syncAccount
  const script = fileURLToPath(new URL(`../../apps/ad-agent/src/${scripts[part]}`, import.meta.url))
  const [configFile, logFile, clockFile] = ['json', 'log', 'clock'].map((end) => join(folder, `${name}.${end}`))
  if (configFile === undefined || logFile === undefined || clockFile === undefined) throw new Error('three names')
  const ways = {
    hub: await openFaultyWay({ host: '127.0.0.1', port: hub.port }),
    domain: await openFaultyWay({ host: domain.address, port: 636 }),
  }
  const options = {
    hub: `http://127.0.0.1:${ways.hub.port}`,
    ldap: `ldaps://127.0.0.1:${ways.domain.port}`,
    'ldap-ca': domain.caFile,
    'ldap-server-name': domain.servername,
    'bind-dn': account.dn,
    config: configFile,
  }
  const args = Object.entries(options).flatMap(([option, value]) => [`--${option}`, value])
  await runCommand(process.execPath, [script, 'enrol', ...args], {
    environment: { LOCKSTEP_AGENT_BIND_PASSWORD: account.password, LOCKSTEP_AGENT_CONNECT_KEY: connectKey },
  })
  await writeFile(clockFile, '0')
  const environment = {
    PATH: process.env['PATH'] ?? '',
    NODE_OPTIONS: `--import=${skewedClock}`,
    LOCKSTEP_TEST_CLOCK_FILE: clockFile,
  }
  return running({ name, script, configFile, logFile, clockFile, password: account.password, ways, environment })
}

interface AgentFacts extends Pick<KillableAgent, 'script' | 'configFile' | 'logFile' | 'password' | 'ways'> {
  readonly name: string
  readonly clockFile: string
  readonly environment: Readonly<Record<string, string>>
}

function running(facts: AgentFacts): KillableAgent {
  const { name, script, configFile, logFile, clockFile, environment, ways } = facts
  let program: Program | undefined
  const limitFiles = async (limit: string): Promise<void> => {
    if (program?.pid !== undefined) await runCommand('prlimit', ['--pid', String(program.pid), `--fsize=${limit}:`])
  }
  return {
    ...facts,
    start() {
      program = new Program({
        ...{ name, script, args: ['run', '--config', configFile], environment, logFile },
        print: () => undefined,
        onRestart: () => undefined,
      })
    },
    async kill() {
      if (program?.pid === undefined) throw new Error(`the ${name} ended by itself`)
      process.kill(program.pid, 'SIGKILL')
      while (!program.hasEnded) await pause(5)
    },
    async setClock(aheadMs) {
      // The program looks at any time: it finds the one number or the other.
      await writeFile(`${clockFile}.new`, String(aheadMs))
      await rename(`${clockFile}.new`, clockFile)
    },
    // The kernel refuses what would make a file longer, as it does on a full disk, but with EFBIG (setrlimit(2)).
    fillDisk: () => limitFiles('0'),
    emptyDisk: () => limitFiles('unlimited'),
    async [Symbol.asyncDispose]() {
      await program?.stop()
      await Promise.all([ways.hub.close(), ways.domain.close()])
    },
  }
}
