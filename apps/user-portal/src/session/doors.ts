import type { PortalSession } from '@lockstep/contract/portal/session'
import { insidePath } from '@lockstep/ui/door/inside-path'

/** Where each step of signing in is done. */
export const doors = {
  password: '/sign-in',
  'second-factor': '/second-factor',
  'enrol-second-factor': '/enrol',
  'change-password': '/new-password',
} as const satisfies Readonly<Record<NonNullable<PortalSession['next']>, string>>

export type Door = (typeof doors)[keyof typeof doors]

/** Where somebody has to go before the portal is open to them; undefined once it is. */
export function doorOf(session: Pick<PortalSession, 'signedIn' | 'next'>): Door | undefined {
  if (session.next !== undefined) return doors[session.next]
  return session.signedIn ? undefined : doors.password
}

/** Where somebody wanted to go who had to sign in first: a path of this portal, and none that only those outside need. */
export function targetOf(to: unknown): string {
  return insidePath(to, [...Object.values(doors), '/activate', '/password-link', '/forgotten-password'])
}
