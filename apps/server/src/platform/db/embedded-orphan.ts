import { readFile, readdir, readlink, rm } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { pause } from '@lockstep/kernel/retry'
import type { Log } from '../log/log.ts'
import { EmbeddedPostgresError } from './embedded-error.ts'

const politeMs = 20_000
/** Whoever has no postmaster any more ends by itself, once the statement or the write that it is at is done. */
const leftoverMs = 5_000
/** What is killed ends when the disk answers. */
const killedMs = 60_000
const pollMs = 20

interface OrphanOptions {
  readonly cluster: string
  readonly socketFolder: string
  readonly log: Log
}

/**
 * Makes the cluster startable after a hub died without stopping its PostgreSQL. Call it only under the lock of the data
 * folder: then whatever still runs on the cluster has no hub any more.
 *
 * A postmaster that is alive and works in this cluster is asked to stop (and not adopted: its log and settings belong
 * to the hub that died). A pid file, of the cluster or of its socket, whose process is gone, is a zombie that nobody
 * reaps (a container without an init), or is another program with a reused number, is deleted once no process works in
 * the cluster any more; PostgreSQL itself would refuse to start over the last two. What still works there without a
 * postmaster and does not end, such as a session that hangs, is killed: nothing it does counts any more, and the next
 * postmaster recovers what was committed.
 */
export async function endOrphan({ cluster, socketFolder, log }: OrphanOptions): Promise<void> {
  const pidFile = join(cluster, 'postmaster.pid')
  const pid = await readPid(pidFile)
  if (pid !== undefined && (await worksIn(pid, cluster))) {
    log.warn({ pid }, 'a PostgreSQL of a hub that died still runs on the data folder; stopping it')
    signal(pid, 'SIGINT')
    await until(async () => !(await worksIn(pid, cluster)), politeMs)
    if (await worksIn(pid, cluster)) signal(pid, 'SIGQUIT')
  }
  const isIdle = async (): Promise<boolean> => (await processesIn(cluster)).length === 0
  if (!(await until(isIdle, leftoverMs))) {
    const pids = await processesIn(cluster)
    log.warn({ pids }, 'processes of a PostgreSQL that ended still run on the data folder; killing them')
    for (const each of pids) signal(each, 'SIGKILL')
  }
  if (!(await until(isIdle, killedMs))) {
    throw new EmbeddedPostgresError(
      'inUse',
      `PostgreSQL still works in ${cluster} (processes ${(await processesIn(cluster)).join(', ')}) and does not stop; end it, then start Lockstep again.`,
    )
  }
  for (const file of [pidFile, join(socketFolder, '.s.PGSQL.5432'), join(socketFolder, '.s.PGSQL.5432.lock')]) {
    await rm(file, { force: true })
  }
}

async function readPid(file: string): Promise<number | undefined> {
  const text = await readFile(file, 'utf8').catch(() => '')
  const pid = Number.parseInt(text, 10)
  return Number.isSafeInteger(pid) && pid > 1 ? pid : undefined
}

/**
 * A zombie has no working folder and no open files any more, so it never counts. Before it enters the cluster, a server
 * that is being started is known by the open folder that it is handed.
 */
async function worksIn(pid: number, cluster: string): Promise<boolean> {
  const [name, folder, handed] = await Promise.all([
    readFile(`/proc/${pid}/comm`, 'utf8').catch(() => ''),
    readlink(`/proc/${pid}/cwd`).catch(() => ''),
    readlink(`/proc/${pid}/fd/3`).catch(() => ''),
  ])
  if (folder === cluster) return name.trim() === 'postgres'
  return handed === dirname(cluster) && ['setpriv', 'postgres'].includes(name.trim())
}

async function processesIn(cluster: string): Promise<readonly number[]> {
  const pids = (await readdir('/proc')).filter((name) => /^\d+$/.test(name)).map(Number)
  const working = await Promise.all(pids.map((pid) => worksIn(pid, cluster)))
  return pids.filter((_, index) => working[index])
}

function signal(pid: number, name: NodeJS.Signals): void {
  try {
    process.kill(pid, name)
  } catch (error) {
    // It ended between the look and the signal, which is what was wanted.
    if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error
  }
}

async function until(condition: () => Promise<boolean>, limitMs: number): Promise<boolean> {
  const deadline = performance.now() + limitMs
  for (;;) {
    if (await condition()) return true
    if (performance.now() > deadline) return false
    await pause(pollMs)
  }
}
