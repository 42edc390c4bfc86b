import type { DirectoryOptions } from '@lockstep/ldap/directory-client'
import { stat } from 'node:fs/promises'
import { pause } from '@lockstep/kernel/retry'
import { type AgentFile, readAgentFile } from './agent-file.ts'
import type { DirectoryLink } from './directory-link.ts'
import { type AgentLog, failureFields } from './log.ts'
import type { Timing } from './timing.ts'

export interface AccountWatchOptions {
  readonly configFile: string
  /** As the agent was started. */
  readonly file: AgentFile
  readonly directory: Pick<DirectoryLink, 'replace'>
  readonly timeouts: Pick<DirectoryOptions, 'timeoutMs' | 'requestTimeoutMs'>
  readonly log: AgentLog
  readonly timing: Pick<Timing, 'fileLookMs' | 'accountRetryMs'>
  readonly stop: AbortSignal
  /** Called with what is in use from now on. */
  readonly onReplaced: (directory: AgentFile['directory']) => void
}

/**
 * Looks at the agent's file, and when it names another service account or domain controller, goes on with that once it has proven to
 * work. Until then the agent works as before. Resolves after `stop`.
 */
export async function watchAccount(options: AccountWatchOptions): Promise<void> {
  const { configFile, file, directory, timeouts, log, timing, stop } = options
  let used = file.directory
  // Looked at once in any case: it may have changed since the agent read it.
  let seen = ''
  let retryAt = Number.POSITIVE_INFINITY
  while (!stop.aborted) {
    await pause(timing.fileLookMs, stop)
    const mark = await markOf(configFile)
    if (stop.aborted || (mark === seen && performance.now() < retryAt)) continue
    seen = mark
    retryAt = Number.POSITIVE_INFINITY
    try {
      const { directory: wanted } = await readAgentFile(configFile, file.kind)
      if (isSame(wanted, used)) continue
      await directory.replace({ ...wanted, ...timeouts })
      used = wanted
      options.onReplaced(wanted)
      log.info('The service account or domain controller is another one from now on')
    } catch (error) {
      log.error('The file or the account in it does not work; the agent goes on as before', failureFields(error))
      retryAt = performance.now() + timing.accountRetryMs
    }
  }
}

function isSame(a: AgentFile['directory'], b: AgentFile['directory']): boolean {
  const fields = ['url', 'ca', 'servername', 'bindDn', 'password'] as const
  return fields.every((field) => a[field] === b[field])
}

/** Tells one state of a file from another; a file that cannot be looked at is a state too. */
async function markOf(path: string): Promise<string> {
  try {
    const { mtimeMs, ino, size } = await stat(path)
    return `${mtimeMs} ${ino} ${size}`
  } catch (error) {
    return `${(error as NodeJS.ErrnoException).code}`
  }
}
