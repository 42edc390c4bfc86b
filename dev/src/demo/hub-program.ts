import { readFile, writeFile } from 'node:fs/promises'
import { randomBytes } from 'node:crypto'
import { createServer, type AddressInfo } from 'node:net'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { createHubClient, type HubClient } from '@lockstep/client/hub-client'
import { pause } from '@lockstep/kernel/retry'
import { DemoError } from './demo-error.ts'
import type { DemoSurroundings } from './surroundings.ts'
import { Program } from './program.ts'

/** The hub's administrator and API key; a kept demo remembers them. */
export interface HubCredentials {
  readonly adminEmail: string
  readonly adminPassword: string
  readonly apiKey: string
}

/** A running hub and a client that may do everything. */
export interface DemoHub extends HubCredentials {
  readonly url: string
  /** For people: a name, because browsers make no passkeys for an address in digits. */
  readonly publicUrl: string
  readonly client: HubClient
  readonly program: Program
}

const script = fileURLToPath(new URL('../../../apps/server/src/main.ts', import.meta.url))
const adminEmail = 'admin@lockstep.example'
const readyLimitMs = 120_000
const pollMs = 25

/** Starts the hub on its own data folder; `ready` resolves when it answers. */
export async function launchHub(
  surroundings: DemoSurroundings,
  { port, smtpUrl }: { readonly port: number | undefined; readonly smtpUrl: string },
): Promise<DemoHub> {
  const { folder } = surroundings
  const credentials = await readOrMakeCredentials(join(folder.path, 'credentials.json'))
  const chosen = port ?? (await freePort())
  if (port !== undefined && !(await isFree(port))) {
    throw new DemoError(`Port ${port} is taken. Stop the program that uses it, or give another one with --port.`)
  }
  const url = `http://127.0.0.1:${chosen}`
  const publicUrl = `http://localhost:${chosen}`
  const program = new Program({
    name: 'hub',
    script,
    args: [],
    environment: {
      ...surroundings.environment,
      LOCKSTEP_DATA: join(folder.path, 'hub'),
      LOCKSTEP_PORT: String(chosen),
      LOCKSTEP_PUBLIC_URL: publicUrl,
      LOCKSTEP_ADMIN_EMAIL: credentials.adminEmail,
      LOCKSTEP_ADMIN_PASSWORD: credentials.adminPassword,
      LOCKSTEP_API_KEY: credentials.apiKey,
      SMTP_URL: smtpUrl,
    },
    logFile: join(folder.logs, 'hub.log'),
    print: surroundings.print,
    onRestart: surroundings.onRestart,
  })
  return {
    ...credentials,
    url,
    publicUrl,
    program,
    client: createHubClient({ baseUrl: url, apiKey: credentials.apiKey }),
  }
}

/** Waits until the hub serves; throws a DemoError with what it said when it ended instead. */
export async function waitForHub({ url, program }: DemoHub, stop: AbortSignal): Promise<void> {
  const deadline = performance.now() + readyLimitMs
  while (!stop.aborted) {
    if (program.hasEnded) throw new DemoError(`The hub does not start:\n${await program.lastLines(5)}`)
    if (await answers(`${url}/readyz`)) return program.keepRunning()
    if (performance.now() > deadline) {
      throw new DemoError(`The hub takes too long to start:\n${await program.lastLines(5)}`)
    }
    await pause(pollMs, stop)
  }
}

async function answers(url: string): Promise<boolean> {
  try {
    return (await fetch(url, { signal: AbortSignal.timeout(5000) })).ok
  } catch {
    // It does not listen yet.
    return false
  }
}

async function readOrMakeCredentials(file: string): Promise<HubCredentials> {
  try {
    return JSON.parse(await readFile(file, 'utf8')) as HubCredentials
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error
  }
  const adminPassword = randomBytes(15).toString('base64url')
  const made = { adminEmail, adminPassword, apiKey: randomBytes(24).toString('hex') }
  await writeFile(file, JSON.stringify(made), { mode: 0o600 })
  return made
}

async function freePort(): Promise<number> {
  const server = createServer()
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject)
    server.listen(0, '127.0.0.1', resolve)
  })
  const { port } = server.address() as AddressInfo
  await new Promise((resolve) => {
    server.close(resolve)
  })
  return port
}

function isFree(port: number): Promise<boolean> {
  const server = createServer()
  return new Promise((resolve) => {
    server.once('error', () => resolve(false))
    server.listen(port, '127.0.0.1', () => {
      server.close(() => resolve(true))
    })
  })
}
