import { readdir, readFile } from 'node:fs/promises'

/** A process, told apart from a later one with the same number by when it began. */
export interface ProcessIdentity {
  readonly pid: number
  readonly parent: number
  readonly began: string
  readonly name: string
}

/** Everything that a process has started, and what those have started. */
export async function descendantsOf(pid: number): Promise<readonly ProcessIdentity[]> {
  const all = await listProcesses()
  const found: ProcessIdentity[] = []
  const visit = (parent: number): void => {
    for (const each of all.filter((candidate) => candidate.parent === parent)) {
      found.push(each)
      visit(each.pid)
    }
  }
  visit(pid)
  return found
}

/** Those of the processes that still run. */
export async function stillRunning(processes: readonly ProcessIdentity[]): Promise<readonly ProcessIdentity[]> {
  const all = await listProcesses()
  return processes.filter(({ pid, began }) => all.some((each) => each.pid === pid && each.began === began))
}

async function listProcesses(): Promise<readonly ProcessIdentity[]> {
  const names = (await readdir('/proc')).filter((name) => /^\d+$/.test(name))
  const processes = await Promise.all(names.map((name) => identify(Number(name))))
  return processes.filter((each) => each !== undefined)
}

/** The name of a program may hold spaces and brackets; the fields after the last bracket are numbers (proc(5)). */
async function identify(pid: number): Promise<ProcessIdentity | undefined> {
  const stat = await readFile(`/proc/${pid}/stat`, 'latin1').catch(() => '')
  const end = stat.lastIndexOf(')')
  if (end === -1) return undefined
  const fields = stat.slice(end + 2).split(' ')
  const name = stat.slice(stat.indexOf('(') + 1, end)
  return fields[0] === 'Z' ? undefined : { pid, parent: Number(fields[1]), began: fields[19] ?? '', name }
}
