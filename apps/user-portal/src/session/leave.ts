import { hub } from '../hub/hub.ts'
import { targetOf } from './doors.ts'

/** Goes to the sign-in as a newly loaded page, so that nothing of the person before stays in memory; `to` is where they come back to. */
export function showSignIn(to?: string): void {
  const target = targetOf(to)
  const search = target === '/' ? '' : `?to=${encodeURIComponent(target)}`
  location.replace(`${import.meta.env.BASE_URL}sign-in${search}`)
}

/** Ends the session. */
export async function signOut(): Promise<void> {
  await hub.session.signOut()
  showSignIn()
}
