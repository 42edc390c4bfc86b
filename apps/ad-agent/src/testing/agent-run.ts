import { AgentClient } from '@lockstep/client/agent-client'
import { newAgentKeys } from '@lockstep/client/agent-keys'
import { createSealingKeys } from '@lockstep/contract/agents/sealed-password'
import type { DirectoryOptions } from '@lockstep/ldap/directory-client'
import { DirectoryLink } from '../agent/directory-link.ts'
import { createLog } from '../agent/log.ts'
import { LogTail } from '../agent/log-tail.ts'
import type { AgentContext } from '../agent/program.ts'
import { agentTiming, type Timing } from '../agent/timing.ts'
import type { FakeHub } from './fake-hub.ts'

/** The keys of every agent in the tests. */
export const testSealing = await createSealingKeys()

/** Waits that let a test see several of them. */
export const testTiming: Timing = {
  ...agentTiming,
  pollMs: 20,
  quietReadMs: 50,
  retryBaseMs: 20,
  retryLimitMs: 100,
  pausedMs: 50,
  refusedMs: 50,
  standbyMs: 50,
  logGatherMs: 10,
  logAskMs: 50,
}

/** One of the agents at work inside the test. */
export interface AgentRun extends AsyncDisposable {
  /** What it logged, oldest first. */
  readonly lines: readonly string[]
  /** Resolves when it has both hub and domain controller. */
  readonly running: Promise<void>
}

/** Starts an agent against a fake hub and a directory; leaving the block stops it and waits for its end. */
export function startAgent(
  run: (context: AgentContext) => Promise<void>,
  hub: FakeHub,
  directoryOptions: DirectoryOptions,
  timing: Partial<Timing> = {},
): AgentRun {
  const keys = newAgentKeys()
  hub.publicKey = keys.publicKey
  const client = new AgentClient({ url: hub.url }, { agentId: 'agent', privateKey: keys.privateKey })
  const waits = { ...testTiming, ...timing }
  const directory = new DirectoryLink(directoryOptions, waits)
  const stop = new AbortController()
  const deadline = new AbortController()
  const lines: string[] = []
  const { promise: running, resolve: onRunning } = Promise.withResolvers<void>()
  const logTail = new LogTail({
    send: (report, signal) => client.sendLog(report, { signal }),
    gatherMs: waits.logGatherMs,
    askMs: waits.logAskMs,
  })
  const ended = run({
    hub: client,
    domainId: 'domain',
    sealing: testSealing,
    directory,
    hostname: 'test',
    log: createLog({
      agent: 'test',
      write: (line) => lines.push(line),
      keep: (level, message, fields) => logTail.add(level, message, fields),
    }),
    logTail,
    timing: waits,
    stop: stop.signal,
    deadline: deadline.signal,
    onRunning: () => onRunning(),
  })
  return {
    lines,
    running,
    [Symbol.asyncDispose]: async () => {
      stop.abort()
      const timer = setTimeout(() => deadline.abort(), 900)
      await ended
      clearTimeout(timer)
      await logTail[Symbol.asyncDispose]()
      client.close()
      await directory.close()
    },
  }
}
