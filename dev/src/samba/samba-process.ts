import { spawn } from 'node:child_process'
import type { ChildProcess } from 'node:child_process'
import { closeSync, openSync } from 'node:fs'
import { mkdir, readFile, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { pause } from '@lockstep/kernel/retry'
import { waitForFreePorts } from './address-lease.ts'
import { DomainControllerError } from './domain-controller-error.ts'
import { domainPaths } from './provision-domain.ts'
import { bindResult, simpleBind } from './simple-bind.ts'

/** What a running server is started on and asked with whether it is ready. */
export type SambaProcessOptions = {
  readonly folder: string
  readonly address: string
  readonly servername: string
  readonly bindName: string
  readonly bindPassword: string
  readonly environment: Readonly<Record<string, string>>
}

const startTimeoutMs = 30_000
const stopTimeoutMs = 10_000

// The death signal is set by `setpriv` after the fork; should the parent have died in between, nobody would send it. The
// shell in the middle compares its parent with the one it was told, and goes when they differ.
const startUnlessOrphaned = '[ "$PPID" = "$0" ] && exec "$@"'

/** One running `samba`; it ends with its parent, however the parent ends. */
export class SambaProcess {
  readonly pid: number
  readonly #child: ChildProcess
  readonly #exited: Promise<void>

  private constructor(child: ChildProcess, pid: number) {
    this.#child = child
    this.pid = pid
    this.#exited = new Promise((resolve) => {
      child.once('exit', () => resolve())
    })
  }

  /** Starts the server and resolves once a bind over LDAPS, certificate checked, succeeds; throws `start-failed`. */
  static async start(options: SambaProcessOptions): Promise<SambaProcess> {
    await waitForFreePorts(options.address)
    const { folder } = options
    await rm(join(folder, 'run'), { recursive: true, force: true })
    for (const name of ['cache', 'log', 'run/ncalrpc', 'run/winbindd']) {
      await mkdir(join(folder, name), { recursive: true, mode: 0o755 })
    }
    const server = SambaProcess.#spawn(folder, options.environment)
    try {
      await server.#waitUntilReady(options)
      return server
    } catch (error) {
      await server.kill()
      throw error
    }
  }

  static #spawn(folder: string, environment: Readonly<Record<string, string>>): SambaProcess {
    const { configuration } = domainPaths(folder)
    const log = openSync(join(folder, 'log', 'console.log'), 'a')
    const samba = ['/usr/sbin/samba', '-F', '--no-process-group', '-M', 'single', '-l', join(folder, 'log')]
    const guard = ['/bin/sh', '-c', startUnlessOrphaned, String(process.pid)]
    const child = spawn('setpriv', ['--pdeathsig=TERM', '--', ...guard, ...samba, '-s', configuration], {
      cwd: '/',
      detached: true,
      env: { PATH: '/usr/sbin:/usr/bin:/sbin:/bin', LC_ALL: 'C.UTF-8', ...environment },
      stdio: ['ignore', log, log],
    })
    closeSync(log)
    if (child.pid === undefined) throw new DomainControllerError('start-failed', 'The program setpriv cannot be run.')
    return new SambaProcess(child, child.pid)
  }

  get hasExited(): boolean {
    return this.#child.exitCode !== null || this.#child.signalCode !== null
  }

  /** Asks the server to end, and makes it after ten seconds. */
  async stop(): Promise<void> {
    if (this.hasExited) return
    const timer = setTimeout(() => this.#signal('SIGKILL'), stopTimeoutMs)
    this.#signal('SIGTERM')
    await this.#exited
    clearTimeout(timer)
  }

  /** Ends the server and all it started at once, as a power cut would. */
  async kill(): Promise<void> {
    if (this.hasExited) return
    this.#signal('SIGKILL')
    await this.#exited
  }

  /** Signals the whole process group, of which the server is the leader. */
  #signal(signal: NodeJS.Signals): void {
    try {
      process.kill(-this.pid, signal)
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error
    }
  }

  async #waitUntilReady(options: SambaProcessOptions): Promise<void> {
    const { folder, address, servername, bindName: name, bindPassword: password } = options
    const tls = { ca: await readFile(join(folder, 'tls', 'ca.pem'), 'utf8'), servername }
    const deadline = performance.now() + startTimeoutMs
    let last = 'no attempt was made'
    while (performance.now() < deadline) {
      if (this.hasExited) throw await startFailure(folder, 'it ended at once')
      try {
        const code = await simpleBind({ address, port: 636, tls, name, password })
        if (code === bindResult.success) return
        last = `binding gives the result code ${code}`
      } catch (error) {
        last = error instanceof Error ? error.message : String(error)
      }
      await pause(20)
    }
    throw await startFailure(folder, last)
  }
}

async function startFailure(folder: string, reason: string): Promise<DomainControllerError> {
  const texts = await Promise.all(
    ['log.samba', 'console.log'].map((name) => readFile(join(folder, 'log', name), 'utf8').catch(() => '')),
  )
  const tail = texts.map((text) => text.trim().slice(-1500)).join('\n')
  return new DomainControllerError('start-failed', `Samba does not start, ${reason}. The end of its log:\n${tail}`)
}
