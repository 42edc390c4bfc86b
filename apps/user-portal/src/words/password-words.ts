import type { PasswordFacts, PasswordStatusName } from '@lockstep/contract/portal/password'

type Tone = 'green' | 'amber' | 'red' | 'blue' | 'grey'

interface Worded {
  readonly label: string
  readonly tone: Tone
}

export const passwordStates: Readonly<Record<PasswordStatusName, Worded>> = {
  none: { label: 'Not chosen yet', tone: 'amber' },
  active: { label: 'Active', tone: 'green' },
  expiring: { label: 'Expires soon', tone: 'amber' },
  expired: { label: 'Expired', tone: 'red' },
  locked: { label: 'Locked', tone: 'red' },
  delegated: { label: 'Checked by your domain', tone: 'blue' },
}

/** What the state of a password means for the person, where that is not plain from its name. */
export function passwordAdvice({ status, mayChange }: PasswordFacts): string | undefined {
  if (status === 'locked') return 'Too many wrong tries. Wait, or ask your help desk to unlock it.'
  if (mayChange && status === 'expiring') return 'Change it before then, so that you are not held up.'
  if (mayChange && status === 'expired') return 'Change it now to keep your access.'
  return undefined
}
