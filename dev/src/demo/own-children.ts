import { readFile } from 'node:fs/promises'
import { pause } from '@lockstep/kernel/retry'

const pollMs = 50

/**
 * Kills the processes that this one has started and that run now, as a start that is given up leaves them; those of the
 * named program may finish.
 */
export async function endChildren(options: { readonly except: string }): Promise<void> {
  const list = await readFile(`/proc/self/task/${process.pid}/children`, 'utf8').catch(() => '')
  for (const child of list.trim().split(' ').filter(Boolean)) {
    const name = await readFile(`/proc/${child}/comm`, 'utf8').catch(() => '')
    if (name.trim() !== options.except) kill(Number(child))
  }
  await pause(pollMs)
}

function kill(pid: number): void {
  try {
    process.kill(pid, 'SIGKILL')
  } catch (error) {
    // It has just ended by itself.
    if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error
  }
}
