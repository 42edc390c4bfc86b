import type { UserDetail } from '@lockstep/contract/hub/user'
import { fieldOwner } from './field-owner.ts'

/** The mail that leads a user to a password, in words. */
interface PasswordMail {
  readonly action: string
  readonly noun: string
  readonly effect: string
  /** Why there is none to send. */
  readonly denied: string | undefined
}

/** Which mail the hub sends a user who is to choose a password: the welcome mail to the first one, a link to another one. */
export function passwordMailOf(
  user: Pick<UserDetail, 'activated' | 'state' | 'passwordStatus' | 'restrictedFields'>,
): PasswordMail {
  const denied = denialOf(user)
  if (user.activated)
    return {
      action: 'Send password link',
      noun: 'Password link',
      effect: 'The link works once, for an hour. The present password stays until another one is chosen.',
      denied,
    }
  return {
    action: 'Send welcome mail',
    noun: 'Welcome mail',
    effect: 'With its link they choose their first password. A link that was sent before does not work any more.',
    denied,
  }
}

function denialOf(user: Parameters<typeof passwordMailOf>[0]): string | undefined {
  if (user.state !== 'ACTIVATED') return 'The user is not active. Activate them first.'
  const owner = fieldOwner(user, 'password')
  if (owner !== undefined) return `The password is managed in ${owner.name} and changed there.`
  if (!user.activated && user.passwordStatus === 'delegated') return 'A domain validates the password of this user.'
  return undefined
}
