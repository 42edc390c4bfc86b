// How long a sign-in lasts, and how guessing is slowed down: every attempt is counted before its password is looked at, so that
// a hundred guesses at the same moment count as a hundred; an attempt that succeeds takes its count back.

const secondMs = 1000
const minuteMs = 60 * secondMs
const hourMs = 60 * minuteMs

export const sessionLifetimeMs = 12 * hourMs
export const sessionIdleMs = hourMs
/** How exact `last_seen` and `last_used` are; a write for every request would cost more than the request. */
export const lastUseGrainMs = minuteMs
export const setUpLinkLifetimeMs = 24 * hourMs

/** What is counted: at the `limit`-th failure waiting begins, and a failure is forgotten when none followed it for so long. */
export interface FailureLimit {
  readonly limit: number
  readonly forgetAfterMs: number
}

export const addressLimit: FailureLimit = { limit: 5, forgetAfterMs: 24 * hourMs }
/** Many people may stand behind one source. */
export const sourceLimit: FailureLimit = { limit: 30, forgetAfterMs: hourMs }

/** The waits after the failure that reaches the limit, the next one and so on; the last holds for all after it. */
export const waitsMs: readonly number[] = [1, 2, 4, 8, 15].map((minutes) => minutes * minuteMs)

/** Whole seconds until a time, at least one. */
export function secondsUntil(time: Date, now: Date): number {
  return Math.max(1, Math.ceil((time.getTime() - now.getTime()) / secondMs))
}

/** The source that failures are counted by: an IPv4 address, or the /64 network of an IPv6 address, as one host has a whole one. */
export function sourceOf(ip: string): string {
  const mapped = /^::ffff:(\d+\.\d+\.\d+\.\d+)$/i.exec(ip)?.[1]
  if (mapped !== undefined) return mapped
  if (!ip.includes(':')) return ip
  const [head = '', tail] = ip.toLowerCase().split('%', 1).join('').split('::')
  const groups = head === '' ? [] : head.split(':')
  const after = tail === undefined || tail === '' ? [] : tail.split(':')
  const filled = tail === undefined ? groups : [...groups, ...zeros(8 - groups.length - after.length), ...after]
  return `${filled
    .slice(0, 4)
    .map((group) => group.replace(/^0+(?=.)/, ''))
    .join(':')}::/64`
}

function zeros(count: number): readonly string[] {
  return Array.from({ length: Math.max(0, count) }, () => '0')
}

export interface SessionTimes {
  readonly expires: Date
  readonly lastSeen: Date
}

export function isSessionOver({ expires, lastSeen }: SessionTimes, now: Date): boolean {
  return now >= expires || now.getTime() >= lastSeen.getTime() + sessionIdleMs
}
