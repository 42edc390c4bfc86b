// What the portal is told of a session, and what its user still owes before anything else.
import type { PortalSession, SignInStep } from '@lockstep/contract/portal/session'
import type { Clock } from '@lockstep/kernel/clock'
import type { OrganizationState } from '../../directory/organization/organization.rules.ts'
import type { OrganizationService } from '../../directory/organization/organization.service.ts'
import type { UserSession } from '../../directory/user-sessions/user-session.service.ts'
import { isDelegated, passwordAuthority } from '../../directory/users/password-authority.rules.ts'
import { isPasswordExpired } from '../../directory/users/password-status.rules.ts'
import { nameOfUser } from '../../directory/users/user-name.rules.ts'
import type { User } from '../../directory/users/user.rules.ts'
import type { SecondFactorDemand, SecondFactorStep } from './sign-in-outcome.rules.ts'

interface DescribeOptions<Answer> {
  readonly clock: Clock
  readonly organization: Pick<OrganizationService, 'recent'>
  readonly secondFactor: Pick<SecondFactorStep<User, Answer>, 'passkeyOptions'>
}

type DescribedSession = Pick<UserSession, 'id' | 'csrfToken' | 'awaitsSecondFactor'>

interface Subject {
  readonly user: User
  readonly demand: SecondFactorDemand
}

interface Step {
  readonly next?: SignInStep
  readonly enrolUntil?: string
  readonly methods?: PortalSession['methods']
}

/** What a session and its user still owe. */
export function stepOf(
  { clock }: { readonly clock: Clock },
  { awaitsSecondFactor }: Pick<UserSession, 'awaitsSecondFactor'>,
  { user, demand }: Subject,
): Step {
  if (awaitsSecondFactor) return { next: 'second-factor', methods: demand.kind === 'answer' ? [...demand.methods] : [] }
  if (isPasswordOver(user, clock.now()) && passwordAuthority(user) === undefined) return { next: 'change-password' }
  if (demand.kind === 'enrol') return { next: 'enrol-second-factor' }
  return demand.kind === 'none' && demand.enrolUntil !== undefined ? { enrolUntil: demand.enrolUntil } : {}
}

/** For the browser that holds it. */
export async function describeSession<Answer>(
  options: DescribeOptions<Answer>,
  session: DescribedSession,
  subject: Subject,
): Promise<PortalSession> {
  const { user } = subject
  const { next, methods, enrolUntil } = stepOf(options, session, subject)
  const passkeyOptions =
    next === 'second-factor' ? await options.secondFactor.passkeyOptions(user, session.id) : undefined
  return {
    signedIn: next !== 'second-factor',
    ...(next === undefined ? {} : { next }),
    csrfToken: session.csrfToken,
    user: { id: user.id, username: user.username, email: user.email, name: nameOfUser(user) },
    ...(methods === undefined ? {} : { methods }),
    ...(passkeyOptions === undefined ? {} : { passkeyOptions }),
    ...(enrolUntil === undefined ? {} : { enrolSecondFactorUntil: enrolUntil }),
    ...organizationOf(await options.organization.recent()),
  }
}

export function organizationOf({ settings: { name } }: OrganizationState): Pick<PortalSession, 'organization'> {
  return { organization: { name: typeof name === 'string' ? name : '' } }
}

/** A domain that validates the password knows by itself when it expires. */
export function isPasswordOver(user: User, now: Date): boolean {
  return !isDelegated(user) && isPasswordExpired(user, now)
}
