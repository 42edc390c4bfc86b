import { type ChildProcess, spawn } from 'node:child_process'
import { closeSync, openSync } from 'node:fs'
import { readFile } from 'node:fs/promises'
import { backoffMs } from '@lockstep/kernel/retry'

export interface ProgramOptions {
  /** As in "The import agent ended". */
  readonly name: string
  readonly script: string
  readonly args: readonly string[]
  readonly environment: Readonly<Record<string, string>>
  readonly logFile: string
  readonly print: (line: string) => void
  /** After each new start, when the process number is another one. */
  readonly onRestart: () => void
}

const stopLimitMs = 15_000
const restartDelay = { baseMs: 250, limitMs: 10_000 }
/** A program that ran for so long is started again without delay. */
const healthyMs = 30_000

// The death signal is set by `setpriv` after the fork; should the demo have died in between, nobody would send it. The
// shell in the middle compares its parent with the one it was told, and goes when they differ.
const startUnlessOrphaned = '[ "$PPID" = "$0" ] && exec "$@"'

/** One of our programs, as a process of its own that ends with the demo however the demo ends. */
export class Program {
  readonly #options: ProgramOptions
  #child: ChildProcess
  #startedMs = performance.now()
  #attempts = 0
  #isKeptRunning = false
  #isStopping = false
  #timer: NodeJS.Timeout | undefined

  constructor(options: ProgramOptions) {
    this.#options = options
    this.#child = this.#spawn()
  }

  get pid(): number | undefined {
    return this.hasEnded ? undefined : this.#child.pid
  }

  get hasEnded(): boolean {
    return this.#child.pid === undefined || this.#child.exitCode !== null || this.#child.signalCode !== null
  }

  /** From now on the program is started again whenever it ends by itself. */
  keepRunning(): void {
    this.#isKeptRunning = true
    if (this.hasEnded) this.#startLater()
  }

  /** The last lines of its log, for an error message. */
  async lastLines(count: number): Promise<string> {
    const text = await readFile(this.#options.logFile, 'utf8').catch(() => '')
    return text.trimEnd().split('\n').slice(-count).join('\n')
  }

  /** Asks the program to end and makes it after a while; may be called twice. */
  async stop(): Promise<void> {
    this.#isStopping = true
    clearTimeout(this.#timer)
    if (this.hasEnded) return
    const child = this.#child
    const ended = new Promise((resolve) => {
      child.once('exit', resolve)
    })
    const timer = setTimeout(() => child.kill('SIGKILL'), stopLimitMs)
    child.kill('SIGTERM')
    await ended
    clearTimeout(timer)
  }

  #spawn(): ChildProcess {
    const { script, args, environment, logFile } = this.#options
    const log = openSync(logFile, 'a', 0o600)
    const guard = ['/bin/sh', '-c', startUnlessOrphaned, String(process.pid)]
    // Detached, so that Ctrl-C in the terminal reaches the demo alone, which ends its programs in order.
    const child = spawn('setpriv', ['--pdeathsig=TERM', '--', ...guard, process.execPath, script, ...args], {
      detached: true,
      env: environment,
      stdio: ['ignore', log, log],
    })
    closeSync(log)
    child.once('error', (error) => this.#ended(child, error.message))
    child.once('exit', (code, signal) => this.#ended(child, signal ?? `exit code ${code}`))
    this.#startedMs = performance.now()
    return child
  }

  #ended(child: ChildProcess, how: string): void {
    if (child !== this.#child || this.#isStopping || !this.#isKeptRunning) return
    const { name, print } = this.#options
    print(`The ${name} ended (${how}) and is started again.`)
    this.#startLater()
  }

  #startLater(): void {
    if (performance.now() - this.#startedMs > healthyMs) this.#attempts = 0
    const delayMs = this.#attempts === 0 ? 0 : backoffMs(this.#attempts, restartDelay)
    this.#attempts += 1
    this.#timer = setTimeout(() => {
      this.#child = this.#spawn()
      this.#options.onRestart()
    }, delayMs)
  }
}
