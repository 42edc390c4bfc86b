// Starts the real hub as a program of its own, with its own data folder, on a free port.
import { type ChildProcess, spawn } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { mkdtemp, rm } from 'node:fs/promises'
import { createServer, type AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'

const main = fileURLToPath(new URL('../apps/server/src/main.ts', import.meta.url))

/** A running hub. */
export interface Hub {
  readonly url: string
  readonly port: number
  readonly dataFolder: string
  readonly administrator: { readonly email: string; readonly password: string }
  readonly apiKey: string
  readonly pid: number
  /** False from when it has ended, by itself or not, until `restart`. */
  readonly isRunning: boolean
  /** What it printed on standard output. */
  readonly output: () => string
  /** What it wrote into its log since it was last started. */
  readonly log: () => string
  /** Ends it as Ctrl-C does and removes its data. */
  stop(): Promise<void>
  /** Ends it as Ctrl-C does; the data stays for `restart`. */
  halt(): Promise<void>
  /** Ends it without warning; the data stays for `restart`. */
  kill(): Promise<void>
  /** Starts it again on the same data and port. */
  restart(): Promise<void>
}

export interface HubOptions {
  readonly env?: Readonly<Record<string, string>>
  readonly dataFolder?: string
  readonly port?: number
}

/** Finds a port that is free now. */
export async function freePort(): Promise<number> {
  const server = createServer()
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo
  await new Promise((resolve) => server.close(resolve))
  return port
}

/** Starts a hub with an administrator and an API key; resolves when it is ready. */
export async function startHub(options: HubOptions = {}): Promise<Hub> {
  const dataFolder = options.dataFolder ?? (await mkdtemp(join(tmpdir(), 'lockstep-hub-')))
  const port = options.port ?? (await freePort())
  const administrator = { email: 'admin@example.com', password: `pass-${randomBytes(12).toString('hex')}` }
  const apiKey = randomBytes(24).toString('hex')
  const env = {
    PATH: process.env['PATH'] ?? '',
    LOCKSTEP_DATA: dataFolder,
    LOCKSTEP_PORT: String(port),
    LOCKSTEP_ADMIN_EMAIL: administrator.email,
    LOCKSTEP_ADMIN_PASSWORD: administrator.password,
    LOCKSTEP_API_KEY: apiKey,
    LOCKSTEP_LOG_LEVEL: 'warn',
    ...options.env,
  }
  let child = await launch(env)
  return {
    url: `http://127.0.0.1:${port}`,
    port,
    dataFolder,
    administrator,
    apiKey,
    get pid() {
      return child.process.pid ?? 0
    },
    get isRunning() {
      return isRunning(child.process)
    },
    output: () => child.output(),
    log: () => child.log(),
    async stop() {
      await end(child.process, 'SIGINT')
      if (options.dataFolder === undefined) await rm(dataFolder, { recursive: true, force: true })
    },
    halt: () => end(child.process, 'SIGINT'),
    kill: () => end(child.process, 'SIGKILL'),
    async restart() {
      child = await launch(env)
    },
  }
}

interface Launched {
  readonly process: ChildProcess
  readonly output: () => string
  readonly log: () => string
}

function launch(env: Readonly<Record<string, string>>): Promise<Launched> {
  const child = spawn(process.execPath, [main], { env, stdio: ['ignore', 'pipe', 'pipe'] })
  let output = ''
  let errors = ''
  child.stderr.on('data', (chunk: Buffer) => {
    errors += chunk.toString()
  })
  return new Promise((resolve, reject) => {
    child.stdout.on('data', (chunk: Buffer) => {
      output += chunk.toString()
      if (output.includes('Lockstep is ready')) resolve({ process: child, output: () => output, log: () => errors })
    })
    child.once('exit', (code) =>
      reject(new Error(`the hub ended with ${code} before it was ready:\n${errors.slice(-2000)}`)),
    )
  })
}

async function end(child: ChildProcess, signal: NodeJS.Signals): Promise<void> {
  if (!isRunning(child)) return
  const gone = new Promise((resolve) => child.once('exit', resolve))
  child.kill(signal)
  await gone
}

function isRunning(child: ChildProcess): boolean {
  return child.exitCode === null && child.signalCode === null
}
