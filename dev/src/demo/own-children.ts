import { readFile } from 'node:fs/promises'
import { pause } from '@lockstep/kernel/retry'

const pollMs = 50

/** Kills the processes that this one has started and that run now, as a start that is given up leaves them. */
export async function endChildren(): Promise<void> {
  const { pid } = process
  const list = await readFile(`/proc/self/task/${pid}/children`, 'utf8').catch(() => '')
  for (const child of list.trim().split(' ').filter(Boolean)) {
    try {
      process.kill(Number(child), 'SIGKILL')
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error
    }
  }
  await pause(pollMs)
}
