import { HubError } from '@lockstep/client/hub-error'
import { AgentClient } from '@lockstep/client/agent-client'
import type { AgentKind, DomainSettings } from '@lockstep/contract/agents/protocol'
import type { SealingKeys } from '@lockstep/contract/agents/sealed-password'
import { splitDn } from '@lockstep/ldap/distinguished-name'
import { DirectoryError } from '@lockstep/ldap/directory-error'
import { AgentFileError, type CaptureSources, readAgentFile } from './agent-file.ts'
import { DirectoryLink } from './directory-link.ts'
import { watchAccount } from './account-watch.ts'
import { changeCredentials } from './credentials.ts'
import { enrol } from './enrol.ts'
import { LogTail } from './log-tail.ts'
import { type AgentLog, createLog, failureFields } from './log.ts'
import {
  type CheckPasswordCommand,
  type DoctorCommand,
  parseCommand,
  type RunCommand,
  UsageError,
  usageOf,
} from './options.ts'
import { publishSealingKey, sealingKeysOf } from './sealing-keys.ts'
import { serviceText } from './service-text.ts'
import { agentTiming, type Timing } from './timing.ts'
import { agentVersion } from './version.ts'

/** What a running agent works with. */
export interface AgentContext {
  readonly hub: AgentClient
  /** The domain that the agent was enrolled for, and the keys that open what is sealed for it. */
  readonly domainId: string
  readonly sealing: SealingKeys
  readonly directory: DirectoryLink
  /** Where passwords are captured; absent where they are not. */
  readonly capture?: CaptureSources
  readonly hostname: string
  readonly log: AgentLog
  /** The last lines of it. */
  readonly logTail: LogTail
  readonly timing: Timing
  /** Aborts when the agent is to finish what it is doing. */
  readonly stop: AbortSignal
  /** Aborts a little later, when the agent has to end anyhow. */
  readonly deadline: AbortSignal
  /** Called once hub and domain controller have answered. */
  readonly onRunning: (settings: DomainSettings) => void
}

/** What the entry file gives: the outside world. */
export interface ProgramOptions {
  readonly kind: AgentKind
  readonly args: readonly string[]
  /** Of the service account, from the environment. */
  readonly password: string | undefined
  /** From the environment. */
  readonly connectKey: string | undefined
  readonly hostname: string
  /** The file that was started. */
  readonly program: string
  readonly print: (line: string) => void
  readonly printError: (line: string) => void
  readonly run: (context: AgentContext) => Promise<void>
  /** Says whether the password on standard input follows the rules; gives the exit code. */
  readonly checkPassword: (command: CheckPasswordCommand, printError: (line: string) => void) => Promise<number>
  /** Says what is wrong around the agent; gives the exit code. */
  readonly examine: (
    command: DoctorCommand,
    surroundings: {
      readonly kind: AgentKind
      readonly password: string | undefined
      readonly print: (line: string) => void
    },
  ) => Promise<number>
}

const words = { IMPORT: 'Import agent', SYNC: 'Sync agent' } as const
const programs = { IMPORT: 'import-agent', SYNC: 'sync-agent' } as const
/** From the signal to the end, so that a service supervisor never has to kill. */
const stopLimitMs = 900
const requestTimeoutMs = 120_000
const connectTimeoutMs = 5000

/** Runs one of the two agents and gives its exit code: 0, 1 for a failure, 2 for wrong options. */
export async function runProgram(options: ProgramOptions): Promise<number> {
  const { kind, args, password, connectKey, hostname, print, printError } = options
  try {
    const command = parseCommand(args, { hasPassword: isGiven(password), hasConnectKey: isGiven(connectKey) })
    switch (command.name) {
      case 'enrol':
        await enrol(command, { kind, hostname, password, connectKey })
        print(`${words[kind]} is enrolled; its keys are in ${command.configFile}\n`)
        return 0
      case 'credentials':
        await changeCredentials(command, { kind, password: isGiven(password) ? password : undefined })
        print(
          `The service account works and stands in ${command.configFile}; a running agent takes it within seconds\n`,
        )
        return 0
      case 'service':
        print(
          serviceText(command, {
            ...{ kind, node: process.execPath, program: options.program },
            capture: await captureOf(command.configFile, kind),
          }),
        )
        return 0
      case 'doctor':
        return await options.examine(command, { kind, print, password: isGiven(password) ? password : undefined })
      case 'check-password':
        return await options.checkPassword(command, printError)
      case 'run':
        await serve(options, command)
        return 0
    }
  } catch (error) {
    if (error instanceof UsageError) {
      printError(`${error.message}\n${usageOf(programs[kind])}\n`)
      return 2
    }
    printError(`${explain(error)}\n`)
    return 1
  }
}

/** An empty variable counts as absent. */
function isGiven(variable: string | undefined): boolean {
  return variable !== undefined && variable !== ''
}

async function serve(options: ProgramOptions, { configFile, ...given }: RunCommand): Promise<void> {
  const { kind, hostname, print, printError } = options
  const file = await readAgentFile(configFile, kind)
  const hub = new AgentClient(file.hub, { agentId: file.agentId, privateKey: file.keys.privateKey })
  await using logTail = new LogTail({
    send: (report, signal) => hub.sendLog(report, { signal }),
    gatherMs: agentTiming.logGatherMs,
    askMs: agentTiming.logAskMs,
  })
  let secret = file.directory.password
  const log = createLog({
    agent: programs[kind],
    write: printError,
    keep: (level, message, fields) => logTail.add(level, message, fields),
    secrets: () => [secret],
  })
  const timeouts = { timeoutMs: connectTimeoutMs, requestTimeoutMs }
  const directory = new DirectoryLink({ ...file.directory, ...timeouts }, agentTiming)
  const { stop, deadline } = stopSignals(log)
  let isAnnounced = false
  const onRunning = (settings: DomainSettings): void => {
    if (isAnnounced) return
    isAnnounced = true
    print(`${words[kind]} is running for ${domainName(settings.baseDn)}\n`)
  }
  const onReplaced = ({ password }: typeof file.directory): void => {
    secret = password
  }
  const watching = watchAccount({ configFile, file, directory, timeouts, log, timing: agentTiming, stop, onReplaced })
  try {
    log.info('The agent starts', { version: agentVersion, node: process.version })
    const sealing = await sealingKeysOf(configFile, file, log)
    const publishing = publishSealingKey(hub, sealing, { log, timing: agentTiming, stop })
    const capture = given.capture ?? file.capture
    const place = { hub, domainId: file.domainId, sealing, directory, hostname, log, logTail }
    await options.run({
      ...place,
      ...(capture === undefined ? {} : { capture }),
      ...{ timing: agentTiming, stop, deadline, onRunning },
    })
    await Promise.all([publishing, watching])
  } catch (error) {
    log.error('The agent ends', failureFields(error))
    throw error
  } finally {
    hub.close()
    await directory.close()
  }
}

function stopSignals(log: AgentLog): { readonly stop: AbortSignal; readonly deadline: AbortSignal } {
  const stop = new AbortController()
  const deadline = new AbortController()
  for (const name of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
    process.on(name, () => {
      if (stop.signal.aborted) return
      log.info('Stopping', { signal: name })
      stop.abort()
      setTimeout(() => deadline.abort(), stopLimitMs).unref()
      // A domain controller that does not answer must not keep a stopped agent alive.
      setTimeout(() => process.exit(0), stopLimitMs + 50).unref()
    })
  }
  return { stop: stop.signal, deadline: deadline.signal }
}

/** What the file says of capturing; undefined where there is none yet, or this account may not read it. */
async function captureOf(configFile: string, kind: AgentKind): Promise<CaptureSources | undefined> {
  try {
    return (await readAgentFile(configFile, kind)).capture
  } catch (error) {
    if (error instanceof AgentFileError) return undefined
    throw error
  }
}

/** `DC=lockstep,DC=example` as `lockstep.example`. */
function domainName(baseDn: string): string {
  return splitDn(baseDn)
    .map((rdn) => rdn.replace(/^DC=/i, ''))
    .join('.')
}

function explain(error: unknown): string {
  if (error instanceof DirectoryError) return `${error.message}. ${error.remedy}`
  if (error instanceof HubError) return error.detail
  if (error instanceof AgentFileError) return error.message
  return error instanceof Error ? `Something went wrong here: ${error.message}` : 'Something went wrong here.'
}
