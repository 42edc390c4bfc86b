// How long a user stays signed in. A session begins when the password was right; where a second factor is to come it serves for nothing
// else until that is there, and then another one takes its place. It ends with its time, after a while without a request, with the
// password that it was opened with, and with the user's activation.

const minuteMs = 60_000
const hourMs = 60 * minuteMs

/** How long the second factor may take. */
export const secondFactorTimeMs = 10 * minuteMs
const shortestLifetimeMs = 12 * hourMs

/** How long a session lasts in any case: a working day, or as long as it may lie idle where that is longer. */
export function userSessionLifetimeMs(idleMs: number): number {
  return Math.max(shortestLifetimeMs, idleMs)
}

/** What of a session and its user decides whether it still serves. */
export interface UserSessionTimes {
  readonly created: Date
  readonly expires: Date
  readonly lastSeen: Date
  readonly idleSeconds: number
  /** When the user's present password was set; null: there is none here. */
  readonly passwordChanged: Date | null
  readonly isActive: boolean
}

/** Whether a session is over. */
export function isUserSessionOver(session: UserSessionTimes, now: Date): boolean {
  if (!session.isActive || now >= session.expires) return true
  if (session.passwordChanged !== null && session.passwordChanged > session.created) return true
  return now.getTime() >= session.lastSeen.getTime() + session.idleSeconds * 1000
}

const browsers: readonly (readonly [RegExp, string])[] = [
  [/\bEdg(?:e|A|iOS)?\//, 'Edge'],
  [/\bOPR\/|\bOpera\b/, 'Opera'],
  [/\bFirefox\/|\bFxiOS\//, 'Firefox'],
  [/(?:\b|Headless)Chrome\/|\bCriOS\/|\bChromium\//, 'Chrome'],
  [/\bSafari\//, 'Safari'],
  [/^curl\//, 'curl'],
]
const systems: readonly (readonly [RegExp, string])[] = [
  [/\bAndroid\b/, 'Android'],
  [/\biPhone\b|\biPad\b/, 'iOS'],
  [/\bWindows\b/, 'Windows'],
  [/\bMac OS X\b|\bMacintosh\b/, 'macOS'],
  [/\bCrOS\b/, 'ChromeOS'],
  [/\bLinux\b|\bX11\b/, 'Linux'],
]

/** The browser and system of a User-Agent header in words, such as "Firefox on Windows"; empty when they cannot be told. */
export function browserOf(userAgent: string): string {
  const nameIn = (list: typeof browsers): string => list.find(([pattern]) => pattern.test(userAgent))?.[1] ?? ''
  return [nameIn(browsers), nameIn(systems)].filter((name) => name !== '').join(' on ')
}
