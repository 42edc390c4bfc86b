import { hub } from '../hub/hub.ts'
import { targetOf } from './doors.ts'

/**
 * Goes to the sign-in as a newly loaded page, so that nothing of the person before stays in memory; `to` is where they come back to,
 * `ended` says that it was not they who left.
 */
export function showSignIn(to?: string, ended = false): void {
  const target = targetOf(to)
  const search = new URLSearchParams({ ...(target === '/' ? {} : { to: target }), ...(ended ? { ended: 'true' } : {}) })
  location.replace(`${import.meta.env.BASE_URL}sign-in${search.size === 0 ? '' : `?${search.toString()}`}`)
}

/** Ends the session. */
export async function signOut(): Promise<void> {
  await hub.session.signOut()
  showSignIn()
}
