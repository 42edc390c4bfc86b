import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { note } from './report.ts'

const folder = join(import.meta.dirname, 'peers')

/** A server of somebody else, beside the hub. */
export interface Peer extends AsyncDisposable {
  readonly name: string
  readonly port: number
  readonly pid: number
}

/** Installs what the peers are made of, as their lock says; once. */
export async function installPeers(): Promise<void> {
  if (existsSync(join(folder, 'node_modules', '.package-lock.json'))) return
  note('installing the peers …')
  const child = spawn('npm', ['ci', '--ignore-scripts'], { cwd: folder, stdio: ['ignore', 'ignore', 'inherit'] })
  const [code] = (await once(child, 'close')) as [number | null]
  if (code !== 0) throw new Error(`npm ci ended with ${code}`)
}

/** Starts a peer's program; resolves once it has printed its port. */
export async function startPeer(name: string, program: string, values: readonly string[]): Promise<Peer> {
  const child = spawn(process.execPath, [join(folder, program), ...values], { stdio: ['ignore', 'pipe', 'inherit'] })
  const gone = once(child, 'exit')
  const port = await new Promise<number>((resolve, reject) => {
    child.stdout.once('data', (chunk: Buffer) => resolve(Number(chunk.toString())))
    child.once('exit', (code) => reject(new Error(`${name} ended with ${code} before it was ready`)))
  })
  return {
    name,
    port,
    pid: child.pid ?? 0,
    async [Symbol.asyncDispose]() {
      child.kill()
      await gone
    },
  }
}
