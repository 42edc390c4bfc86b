import { readFileSync } from 'node:fs'

/** What a process holds in memory now and held at most, in MB (proc(5), VmRSS and VmHWM). */
export function memoryMb(pid: number): { readonly resident: number; readonly highest: number } {
  const status = readFileSync(`/proc/${pid}/status`, 'latin1')
  const read = (name: string): number => Number(new RegExp(`^${name}:\\s+(\\d+) kB`, 'm').exec(status)?.[1]) / 1024
  return { resident: read('VmRSS'), highest: read('VmHWM') }
}
