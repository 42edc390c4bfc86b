import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import type { HttpJob } from './http-load.ts'
import type { InsertJob } from './insert-load.ts'
import type { LoadResult } from './load-result.ts'
import type { ScimJob } from './scim-load.ts'

/** Runs a load process to its end; rejects when it failed or any request was refused. */
async function runLoad(program: string, job: object): Promise<LoadResult> {
  const child = spawn(process.execPath, [join(import.meta.dirname, program), JSON.stringify(job)], {
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  let output = ''
  child.stdout.on('data', (chunk: Buffer) => {
    output += chunk.toString()
  })
  const [code] = (await once(child, 'close')) as [number | null]
  if (code !== 0) throw new Error(`${program} ended with ${code}`)
  const result = JSON.parse(output) as LoadResult
  if (result.failures > 0) throw new Error(`${result.failures} of ${result.count} requests were refused`)
  return result
}

/** Requests to the hub. */
export function loadHttp(job: HttpJob): Promise<LoadResult> {
  return runLoad('http-load.ts', job)
}

/** Requests of SCIM, to the hub or a peer. */
export function loadScim(job: ScimJob): Promise<LoadResult> {
  return runLoad('scim-load.ts', job)
}

/** Bare inserts into the database. */
export function loadInserts(job: InsertJob): Promise<LoadResult> {
  return runLoad('insert-load.ts', job)
}
