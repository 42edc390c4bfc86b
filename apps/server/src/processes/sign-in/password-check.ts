// Who looks at a password, by the table of docs/sign-in.md: the user's domain, the hub's own hash, or nobody. Whom a domain validates is
// never looked up here, so that what the domain refuses cannot come in another way.
import type { UserSignInSource } from '../../directory/user-sessions/user-session.service.ts'
import type { UserCredentialService } from '../../directory/users/user-credentials.service.ts'
import type { User } from '../../directory/users/user.rules.ts'
import type { DelegationService, DomainValidation } from '../ad/delegation.service.ts'
import { type PasswordOutcome } from './sign-in-outcome.rules.ts'

export interface PasswordCheckOptions {
  readonly credentials: Pick<UserCredentialService, 'verify'>
  readonly delegation: Pick<DelegationService, 'validateByDomain' | 'validatorOf'>
}

/** Looks at a password where that is to be done; without a user the answer is `wrong` after the same work. */
export function createPasswordCheck({
  credentials,
  delegation,
}: PasswordCheckOptions): (
  user: User | undefined,
  password: string,
  source: UserSignInSource,
) => Promise<PasswordOutcome> {
  return async (user, password, source) => {
    const validator = user === undefined ? 'nobody' : await delegation.validatorOf(user)
    if (user !== undefined && validator === 'directory')
      return outcomeOf(await delegation.validateByDomain({ userId: user.id, password, source: source.ip }))
    const isRight = await credentials.verify(validator === 'hub' ? user?.id : undefined, password)
    return { kind: isRight ? 'right' : 'wrong' }
  }
}

/** What a domain says, for the person who signs in; Active Directory says most of it only once the password was right. */
export function outcomeOf(validation: DomainValidation): PasswordOutcome {
  switch (validation.outcome) {
    case 'valid':
      return { kind: 'right' }
    case 'password_expired':
      return {
        kind: 'elsewhere',
        text: 'Your password has expired in Active Directory. Change it there, then sign in.',
      }
    case 'must_change_password':
      return { kind: 'elsewhere', text: 'Active Directory asks for a new password. Change it there, then sign in.' }
    case 'disabled':
      return { kind: 'closed', text: 'Your account is disabled in Active Directory. Ask your help desk.' }
    case 'account_expired':
      return { kind: 'closed', text: 'Your account in Active Directory has expired. Ask your help desk.' }
    case 'not_permitted':
      return { kind: 'closed', text: 'Active Directory does not let you sign in at this time or place.' }
    case 'unreachable':
      return {
        kind: 'unavailable',
        text: 'Active Directory cannot be asked at the moment. Your password may well be right: try again later.',
      }
    // A lock is told to nobody who may be guessing.
    case 'locked':
    case 'unknown_user':
    case 'wrong_password':
      return { kind: 'wrong' }
  }
}
