import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import { bundle } from './bundle.ts'
import { type DomainWorld, startDomainWorld, until } from './domain-world.ts'
import { median } from './load-result.ts'
import { memoryMb } from './process-memory.ts'
import { note, report } from './report.ts'

const users = 10_000
const reads = 3
/** Seldom, because every look has to count the users anew while they come. */
const pollMs = 100
const restMs = 10_000
/** Samba says nothing for most of a read and everything at its end, so that little can be done meanwhile. */
const mostRatio = 2
const mostMemoryMb = 200

/** (d) The first import of 10,000 users against the bare read, both from the start of their process; then (e) the hub's memory. */
export async function benchImport(): Promise<void> {
  await using world = await startDomainWorld({
    prepare: async (domain) => {
      note(`adding ${users} users to the domain …`)
      await domain.addUsersOffline(users)
    },
  })
  const reader = await bundle(join(import.meta.dirname, 'read-load.ts'), world.folder)
  const times = [await bareRead(world, reader)]
  const importMs = await firstImport(world)
  const peak = memoryMb(world.hub.pid)
  while (times.length < reads) times.push(await bareRead(world, reader))
  const readMs = median(times)
  note(`bare reads ${times.map((ms) => ms.toFixed(0)).join(', ')} ms; import ${importMs.toFixed(0)} ms`)
  report({
    bench: 'import',
    metric: `first import of ${users} users`,
    value: importMs / 1000,
    unit: 's',
    ratio: importMs / readMs,
    peer: `bare DirSync read, ${(readMs / 1000).toFixed(2)} s`,
    target: `ratio <= ${mostRatio}`,
    ok: importMs / readMs <= mostRatio,
  })
  await new Promise((resolve) => setTimeout(resolve, restMs))
  const rested = memoryMb(world.hub.pid)
  const target = `< ${mostMemoryMb} MB`
  report({
    bench: 'memory',
    metric: `hub with ${users} users after the import`,
    value: rested.resident,
    unit: 'MB',
    target,
    ok: rested.resident < mostMemoryMb,
  })
  report({ bench: 'memory', metric: 'highest during the import', value: peak.highest, unit: 'MB' })
}

async function bareRead({ importSignIn, domain }: DomainWorld, script: string): Promise<number> {
  const began = performance.now()
  const job = JSON.stringify({ signIn: importSignIn, base: domain.baseDn })
  const child = spawn(process.execPath, [script, job], {
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  let output = ''
  child.stdout.on('data', (chunk: Buffer) => {
    output += chunk.toString()
  })
  const [code] = (await once(child, 'close')) as [number | null]
  const { objects } = JSON.parse(output || '{"objects":0}') as { objects: number }
  if (code !== 0 || objects < users) throw new Error(`the bare read ended with ${code} after ${objects} objects`)
  return performance.now() - began
}

async function firstImport({ client, directoryId, hub, startAgent }: DomainWorld): Promise<number> {
  const began = performance.now()
  startAgent('import-agent')
  await until(async () => ((await countUsers(hub)) >= users ? true : undefined), pollMs)
  const tookMs = performance.now() - began
  const { lastFullReadAt } = await client.directories.get(directoryId)
  if (lastFullReadAt === undefined) throw new Error('the hub has the users and says that it read nothing')
  return tookMs
}

async function countUsers({ url, apiKey }: DomainWorld['hub']): Promise<number> {
  const answer = await fetch(`${url}/api/systemusers?limit=1`, { headers: { 'x-api-key': apiKey } })
  return ((await answer.json()) as { totalCount: number }).totalCount
}
