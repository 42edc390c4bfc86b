import { systemClock } from '@lockstep/kernel/clock'
import { Tooltip } from '@mantine/core'
import { type ReactElement, useSyncExternalStore } from 'react'
import { exactTime, relativeTime } from './relative-time.ts'

const tickMs = 20_000
const listeners = new Set<() => void>()
let nowMs = systemClock.now().getTime()
let timer: ReturnType<typeof setInterval> | undefined

/** One clock for all times on the page, running only while one is shown. */
function subscribe(listener: () => void): () => void {
  listeners.add(listener)
  timer ??= setInterval(() => {
    nowMs = systemClock.now().getTime()
    for (const each of listeners) each()
  }, tickMs)
  return () => {
    listeners.delete(listener)
    if (listeners.size > 0) return
    clearInterval(timer)
    timer = undefined
  }
}

/** A time as "3 minutes ago"; hovering shows it exactly with its zone. */
export function Time({ at, exact = false }: { readonly at: string; readonly exact?: boolean }): ReactElement {
  const now = useSyncExternalStore(subscribe, () => nowMs)
  const atMs = Date.parse(at)
  if (Number.isNaN(atMs)) return <span>{at}</span>
  // A server slightly ahead of this machine's clock would otherwise speak of the future.
  const words = relativeTime(atMs, atMs > now && atMs - now < 2 * tickMs ? atMs : now)
  return (
    <Tooltip label={exact ? words : exactTime(atMs)}>
      <time dateTime={at} className="ls-time">
        {exact ? exactTime(atMs) : words}
      </time>
    </Tooltip>
  )
}
