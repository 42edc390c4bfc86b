import type { AccountPassword, UserRow } from '@lockstep/contract/hub/user'

interface Worded {
  readonly label: string
  readonly tone: 'green' | 'amber' | 'red' | 'blue' | 'grey'
  readonly waiting?: boolean
}

export const passwordStatuses: Readonly<Record<UserRow['passwordStatus'], Worded>> = {
  none: { label: 'Password pending', tone: 'amber' },
  active: { label: 'Active', tone: 'green' },
  expiring: { label: 'Expires soon', tone: 'amber' },
  expired: { label: 'Expired', tone: 'red' },
  locked: { label: 'Locked', tone: 'red' },
  delegated: { label: 'Delegated', tone: 'blue' },
}

/** What is to be said of the password of an account; undefined where there is nothing to say. */
export const accountPasswords: Readonly<
  Record<AccountPassword['state'], (Worded & { readonly detail: string }) | undefined>
> = {
  none: undefined,
  managed_there: {
    ...{ label: 'Password managed there', tone: 'grey' },
    detail: 'The domain alone sets it; what is set here does not reach it.',
  },
  in_step: { label: 'Password in step', tone: 'green', detail: 'The domain has the password of this user.' },
  waits_for_delivery: {
    ...{ label: 'Password being delivered', tone: 'blue', waiting: true },
    detail: 'It is sealed for the sync agents and is set as soon as one asks for work.',
  },
  waits_for_sign_in: {
    ...{ label: 'Password waits for the next sign-in', tone: 'amber', waiting: true },
    detail:
      'The hub keeps no password that it could send: the domain gets it when the user signs in here, or when it is set anew.',
  },
  refused: {
    ...{ label: 'Password refused', tone: 'red' },
    detail: 'It is kept for a day, so that it can be tried again; the account keeps the password that it has.',
  },
}
