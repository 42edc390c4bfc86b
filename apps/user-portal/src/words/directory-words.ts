import type { DirectoryPasswordState, MyDirectory } from '@lockstep/contract/portal/directory'

interface Worded {
  readonly label: string
  readonly tone: 'green' | 'amber' | 'red' | 'blue' | 'grey'
  /** Something is under way and ends by itself. */
  readonly waiting?: boolean
}

export const accountStates: Readonly<Record<MyDirectory['state'], Worded>> = {
  active: { label: 'Active', tone: 'green' },
  disabled: { label: 'Disabled', tone: 'grey' },
  waiting: { label: 'Being brought into step', tone: 'blue', waiting: true },
  failed: { label: 'Did not work', tone: 'red' },
}

/** What a person can do about a password that does not hold in a directory. */
export type PasswordRemedy = 'sign-in-anew' | 'change-password'

interface PasswordAdvice {
  readonly text: string
  readonly remedy?: PasswordRemedy
}

const advice: Readonly<Record<DirectoryPasswordState, PasswordAdvice>> = {
  'in-step': { text: 'The same password as here.' },
  'at-next-sign-in': {
    text: 'Your password reaches it when you sign in here the next time.',
    remedy: 'sign-in-anew',
  },
  'on-its-way': { text: 'Your password is on its way there.' },
  refused: { text: 'It did not accept your password.', remedy: 'change-password' },
  'managed-there': { text: 'Its password is set and changed there.' },
  unknown: { text: 'Whether your password holds there is not known yet.' },
}

/** What holds for the password in a directory, and what helps where something is to be done. */
export function directoryAdvice({ state, password }: Pick<MyDirectory, 'state' | 'password'>): PasswordAdvice {
  if (state === 'failed') return { text: 'Your help desk sees why, and what to do. You need not do anything.' }
  if (state === 'disabled') return { text: 'You cannot sign in there now. Ask your help desk if you need it.' }
  const known = advice[password.state]
  return password.text === undefined ? known : { ...known, text: `${known.text} ${password.text}` }
}
