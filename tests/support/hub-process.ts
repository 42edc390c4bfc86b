// The program as an administrator starts it, right or wrong: what it prints, and with what code it ends.
import { type ChildProcess, spawn } from 'node:child_process'
import { readdirSync, readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'

const main = fileURLToPath(new URL('../../apps/server/src/main.ts', import.meta.url))

export interface HubProcess {
  readonly child: ChildProcess
  readonly output: () => string
  readonly errors: () => string
  /** Resolves with true at the ready line, with false when the program ends before it. */
  readonly ready: Promise<boolean>
  readonly ended: Promise<{ readonly code: number | null; readonly signal: NodeJS.Signals | null }>
}

/** Starts the program with exactly these variables and a PATH. */
export function spawnHub(variables: Readonly<Record<string, string>>): HubProcess {
  const env = { PATH: process.env['PATH'] ?? '', LOCKSTEP_LOG_LEVEL: 'error', ...variables }
  const child = spawn(process.execPath, [main], { env, stdio: ['ignore', 'pipe', 'pipe'] })
  let output = ''
  let errors = ''
  const ready = Promise.withResolvers<boolean>()
  const ended = Promise.withResolvers<Awaited<HubProcess['ended']>>()
  child.stdout.on('data', (chunk: Buffer) => {
    output += chunk.toString()
    if (/^Lockstep is ready at /m.test(output)) ready.resolve(true)
  })
  child.stderr.on('data', (chunk: Buffer) => {
    errors += chunk.toString()
  })
  child.once('close', (code, signal) => {
    ready.resolve(false)
    ended.resolve({ code, signal })
  })
  return { child, output: () => output, errors: () => errors, ready: ready.promise, ended: ended.promise }
}

/** The processes whose command line names the folder: PostgreSQL on a data folder. */
export function processesOn(folder: string): readonly string[] {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .filter((name) => {
      try {
        return readFileSync(`/proc/${name}/cmdline`, 'utf8')
          .split('\0')
          .some((part) => part.startsWith(folder))
      } catch {
        return false
      }
    })
}
