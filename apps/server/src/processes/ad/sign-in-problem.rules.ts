// Why users cannot sign in, in words: for a domain as a whole, for one user, and before a setting is changed. Pure.
import type { DirectoryDelegation, DirectoryWarning } from '@lockstep/contract/hub/directory'
import type { DirectoryPreview } from '@lockstep/contract/hub/directory-change'
import type { UserSignIn } from '@lockstep/contract/hub/user'
import type { User } from '../../directory/users/user.rules.ts'
import { authoritiesOf, configurationOf, type ConfiguredDomain } from './configuration.rules.ts'
import { type DelegationState, delegationState } from './delegation.rules.ts'
import { authorityDirectories, signInAuthority, signInFacts } from './sign-in-authority.rules.ts'

/** What counts of a domain at sign-ins. */
export interface SignInDomain extends ConfiguredDomain {
  readonly id: string
  readonly name: string
  readonly canValidate: boolean
  readonly hasControllerAgent: boolean
}

const reasons: Readonly<Record<DelegationState, string>> = {
  disabled: 'The hub validates passwords of the domain’s users, unless they are delegated one by one.',
  pending: 'Waits for an import agent that can ask the domain. Until then nobody delegated to it can sign in.',
  active: 'The domain validates passwords at every sign-in, through its import agents.',
}

/** Delegated Password Validation as it is shown. */
export function describeDelegation(domain: SignInDomain): DirectoryDelegation {
  const state = delegationState(domain)
  return { state, fixed: configurationOf(domain.useCase).isDelegationFixed, reason: reasons[state] }
}

/** Users with an account in the domain, by who validates their password. */
export interface SignInCounts {
  /** Delegated to the domain. */
  readonly delegated: number
  /** The domain has authority over the password, and nobody is delegated to. */
  readonly undelegated: number
}

/** What administrators are to know of sign-ins of a domain's users. */
export function signInWarnings(domain: SignInDomain, { delegated, undelegated }: SignInCounts): DirectoryWarning[] {
  const state = delegationState(domain)
  const warnings: DirectoryWarning[] = []
  if (undelegated > 0 && !domain.hasControllerAgent)
    warnings.push({
      code: 'sign_in_trap',
      detail: `${users(undelegated)} can sign in nowhere: Password Authority is Active Directory, Delegated Authority is none, and no import agent runs on a domain controller that passwords could come from.`,
      remedy: trapRemedy,
    })
  if (delegated > 0 && state === 'pending')
    warnings.push({
      code: 'delegation_pending',
      detail: `${users(delegated)} cannot sign in: no import agent is there that could ask the domain.`,
      remedy: 'Start an import agent, resume a paused one, or update those of an earlier version.',
    })
  if (delegated > 0 && state === 'disabled')
    warnings.push({
      code: 'delegation_disabled',
      detail: `${users(delegated)} cannot sign in: they are delegated to the domain, and its Delegated Password Validation is disabled.`,
      remedy: 'Enable it, or set Delegated Authority of these users to none.',
    })
  return warnings
}

const trapRemedy =
  'Enable Delegated Password Validation, set Password Authority to the hub, or install the import agent on domain controllers.'

/** Who validates a user's password, and why nobody can. */
export function describeSignIn(user: Pick<User, 'attributes'>, domains: readonly SignInDomain[]): UserSignIn {
  const controllers = new Set(domains.filter((domain) => domain.hasControllerAgent).map(({ id }) => id))
  const { validator, storedFrom, changedIn } = signInAuthority(signInFacts(user, controllers))
  const { delegatedTo, passwordOf } = authorityDirectories(user)
  const directoryId = delegatedTo ?? passwordOf
  const problem = userProblem(
    validator,
    domains.find(({ id }) => id === directoryId),
  )
  return {
    ...{ validator, changedIn },
    storedFrom: [...storedFrom],
    ...(directoryId === null ? {} : { directoryId }),
    ...(problem === undefined ? {} : { problem }),
  }
}

function userProblem(validator: UserSignIn['validator'], domain: SignInDomain | undefined): UserSignIn['problem'] {
  if (validator === 'hub') return undefined
  const name = domain?.name ?? 'a domain that is not connected'
  if (validator === 'nobody')
    return {
      code: 'sign_in_trap',
      detail: `Nobody can validate the password: it is managed in ${name}, which validates no sign-ins and has no import agent on a domain controller.`,
      remedy: trapRemedy,
    }
  const state = domain === undefined ? 'disabled' : delegationState(domain)
  if (state === 'active') return undefined
  return state === 'pending'
    ? {
        code: 'delegation_pending',
        detail: `No import agent is there that could ask ${name} about the password.`,
        remedy: 'Start an import agent, resume a paused one, or update those of an earlier version.',
      }
    : {
        code: 'delegation_disabled',
        detail: `The user is delegated to ${name}, whose Delegated Password Validation is disabled.`,
        remedy: 'Enable it, or set Delegated Authority of the user to none.',
      }
}

/** Users whose home the domain is, and those among them without a password in the hub. */
export interface HomeUsers {
  readonly all: { readonly count: number; readonly usernames: readonly string[] }
  readonly withoutPassword: { readonly count: number; readonly usernames: readonly string[] }
}

/** Who could not sign in right after a change, but for users for whom an administrator chose other authorities. */
export function previewSignIns(before: SignInDomain, after: SignInDomain, home: HomeUsers): DirectoryPreview['signIn'] {
  const states = { before: delegationState(before), after: delegationState(after) }
  const { password } = authoritiesOf(after)
  const isTrap = states.after === 'disabled' && password === 'directory' && !after.hasControllerAgent
  const { count, usernames } =
    states.after === 'active'
      ? { count: 0, usernames: [] }
      : states.after === 'pending' || isTrap
        ? home.all
        : home.withoutPassword
  return { ...states, lockedOut: count, usernames: [...usernames] }
}

function users(count: number): string {
  return `${count} user${count === 1 ? '' : 's'}`
}
