// How users choose their passwords: the first one with the link of their welcome mail, another one with the link of a mail that they asked
// for or that told of its expiry, or signed in, with the present one. Whatever was known by the old password ends with it.
import type { Actor } from '@lockstep/contract/access'
import { AppError } from '@lockstep/contract/app-error'
import type {
  LinkPassword,
  PasswordCandidate,
  PasswordChange,
  PasswordDemands,
  PasswordFacts,
  PasswordLinkFacts,
  PasswordVerdict,
} from '@lockstep/contract/portal/password'
import { sha256 } from '@lockstep/kernel/digest'
import { systemActor } from '../../directory/access/access.rules.ts'
import { countAttempt, forgetAttempts } from '../../directory/access/count-attempt.ts'
import { addressLimit, type FailureLimit, sourceOf } from '../../directory/access/sign-in.rules.ts'
import type { LinkPurpose, UserLinkService } from '../../directory/user-sessions/user-link.service.ts'
import type { OpenedUserSession, UserSignInSource } from '../../directory/user-sessions/user-session.service.ts'
import { passwordAuthority } from '../../directory/users/password-authority.rules.ts'
import {
  describeViolation,
  type PasswordPolicy,
  type PasswordViolation,
} from '../../directory/users/password-policy.rules.ts'
import { judgePassword, type PasswordService } from '../../directory/users/password.service.ts'
import { passwordStatus } from '../../directory/users/password-status.rules.ts'
import { nameOfUser } from '../../directory/users/user-name.rules.ts'
import type { User } from '../../directory/users/user.rules.ts'
import type { RequestedChange, UserService } from '../../directory/users/user.service.ts'
import type { AuthorityNames } from './authority-names.ts'
import { about, placeOf } from './sign-in-journal.ts'
import { ownChange } from './user-origin.ts'
import type { SignedIn, UserSignInOptions, UserSignInService } from './user-sign-in.service.ts'

export interface UserPasswordService {
  /** Whose first password the link sets, without using it up. Refuses with `password_link_invalid`. */
  lookAtActivation(token: string): Promise<PasswordLinkFacts>
  /** Sets the first password and signs in. Refuses with `password_link_invalid` and `password_policy`. */
  activate(input: LinkPassword, source: UserSignInSource): Promise<SignedIn>
  /** Notes that somebody forgot their password; answers alike for a name that nobody has. Refuses with `throttled`. */
  forgotten(name: string, source: UserSignInSource): Promise<void>
  lookAtLink(token: string): Promise<PasswordLinkFacts>
  /** Sets the password and ends all sessions. Refuses with `password_link_invalid` and `password_policy`. */
  setByLink(input: LinkPassword, source: UserSignInSource): Promise<void>
  facts(actor: Actor): Promise<PasswordFacts>
  /** Ends all other sessions. Refuses with `present_password_wrong`, `password_policy`, `password_change_elsewhere` and `throttled`. */
  change(actor: Actor, input: PasswordChange, source: UserSignInSource): Promise<SignedIn>
  /** Judges a candidate for who is signed in, else for whom the link is for. Refuses with `throttled`. */
  check(input: PasswordCandidate, actor: Actor | undefined): Promise<PasswordVerdict>
}

export interface UserPasswordOptions extends Pick<
  UserSignInOptions,
  'database' | 'clock' | 'journal' | 'organization' | 'credentials' | 'checkPassword'
> {
  readonly users: Pick<UserService, 'findMany' | 'change'>
  readonly links: UserLinkService
  readonly signIn: Pick<UserSignInService, 'prepare' | 'open' | 'describeOpened'>
  readonly passwords: Pick<PasswordService, 'findFailures'>
  readonly passwordPolicy: (userId: string) => Promise<PasswordPolicy>
  readonly authorityNames: AuthorityNames
}

/** What is typed is judged as it is typed, some times a second. */
const checkLimit: FailureLimit = { limit: 300, forgetAfterMs: 60_000 }
/** A whole company may stand behind one source. */
const sourceLimit: FailureLimit = { limit: 100, forgetAfterMs: 3_600_000 }
const reader = systemActor('sign-in')
const linkPurposes: readonly LinkPurpose[] = ['password', 'expiry']

export function createUserPasswordService(options: UserPasswordOptions): UserPasswordService {
  const { links, signIn } = options
  return {
    lookAtActivation: (token) => look(options, token, ['activation']),
    async activate(input, source) {
      const user = await linkedUser(options, input.token, ['activation'])
      const prepared = await signIn.prepare(user)
      const opened: OpenedUserSession[] = []
      await options.users.change(
        ownChange(user, { ...source, text: 'Chosen with the link of the welcome mail' }),
        user.id,
        {
          input: { password: input.password },
          async within(transaction) {
            await links.use(transaction, input.token)
            await options.journal.record(transaction, ownChange(user, source), [
              about('user.choose_first_password', user, placeOf(source)),
            ])
            opened.push(await signIn.open(transaction, prepared, source))
          },
        },
      )
      // A transaction that was tried again opened the last one.
      return signIn.describeOpened(opened.at(-1) as OpenedUserSession)
    },
    forgotten: (name, source) => forgotten(options, name, source),
    lookAtLink: (token) => look(options, token, linkPurposes),
    setByLink: (input, source) => setByLink(options, input, source),
    facts: async (actor) => facts(options, await ownUser(options, actor)),
    change: (actor, input, source) => change(options, { actor, input, source }),
    check: (input, actor) => check(options, input, actor),
  }
}

async function ownUser({ users }: Pick<UserPasswordOptions, 'users'>, actor: Actor): Promise<User> {
  const [user] = await users.findMany([actor.id])
  if (user === undefined) throw new AppError('unauthenticated')
  return user
}

/** The user of a link that can be used now. */
async function linkedUser(
  { users, links }: UserPasswordOptions,
  token: string,
  purposes: readonly LinkPurpose[],
): Promise<User> {
  const { userId } = await links.read(token, purposes)
  const [user] = await users.findMany([userId])
  if (user?.state !== 'ACTIVATED')
    throw new AppError('password_link_invalid', {
      field: 'token',
      detail: 'The account is not active. Ask your help desk.',
    })
  return user
}

async function look(
  options: UserPasswordOptions,
  token: string,
  purposes: readonly LinkPurpose[],
): Promise<PasswordLinkFacts> {
  const user = await linkedUser(options, token, purposes)
  const { expires } = await options.links.read(token, purposes)
  const { settings } = await options.organization.recent()
  const name = settings['name']
  return {
    user: { username: user.username, email: user.email, name: nameOfUser(user) },
    organization: { name: typeof name === 'string' ? name : '' },
    expires: expires.toISOString(),
    policy: demandsOf(await options.passwordPolicy(user.id)),
  }
}

async function forgotten(options: UserPasswordOptions, typed: string, source: UserSignInSource): Promise<void> {
  const { database, journal, credentials } = options
  const name = typed.trim()
  await countAttempt(options, [
    { target: `portal-reset-source:${sourceOf(source.ip)}`, rule: sourceLimit },
    // A digest: people type their password into the wrong field.
    { target: `portal-reset-name:${sha256(name.toLowerCase()).toString('hex')}`, rule: addressLimit },
  ])
  const user = await credentials.findByName(name)
  if (user?.state !== 'ACTIVATED') return
  const origin = { ...ownChange(user, { ...source, text: 'A password was forgotten' }), actor: reader }
  const action =
    user.activated || passwordAuthority(user) !== undefined ? 'user.forget_password' : 'user.request_activation'
  await journal.record(database, origin, [
    about(
      action,
      user,
      action === 'user.forget_password' ? placeOf(source) : { activationEmail: { after: user.email } },
    ),
  ])
}

async function setByLink(options: UserPasswordOptions, input: LinkPassword, source: UserSignInSource): Promise<void> {
  const { links, users, journal } = options
  const user = await linkedUser(options, input.token, linkPurposes)
  const { purpose } = await links.read(input.token, linkPurposes)
  await setPassword(options, user, {
    password: input.password,
    source,
    text: purpose === 'expiry' ? 'Chosen with the link of an expiry notice' : 'Chosen with a link',
    // The link of an expiry notice opens the hub to whose password a directory has authority over.
    overridesAuthority: purpose === 'expiry',
    users,
    async within(transaction) {
      await links.use(transaction, input.token)
      await journal.record(transaction, ownChange(user, source), [
        about('user.choose_password', user, { ...placeOf(source), with: { after: 'link' } }),
      ])
    },
  })
}

interface NewPassword extends Pick<RequestedChange, 'within'> {
  readonly password: string
  readonly source: UserSignInSource
  readonly text: string
  readonly overridesAuthority?: boolean
  readonly users: Pick<UserService, 'change'>
}

/** A lock that guessing made ends with the password that was guessed at; one that an administrator made stays. */
async function setPassword(options: UserPasswordOptions, user: User, wanted: NewPassword): Promise<void> {
  const { password, source, text, overridesAuthority = false, users, within } = wanted
  const { lockedUntil = null } = user.accountLocked ? ((await options.passwords.findFailures(user.id)) ?? {}) : {}
  await users.change(ownChange(user, { ...source, text }), user.id, {
    input: { password, ...(lockedUntil === null ? {} : { account_locked: false }) },
    ...(overridesAuthority ? { despiteAuthority: true } : {}),
    ...(within === undefined ? {} : { within }),
  })
}

async function change(
  options: UserPasswordOptions,
  {
    actor,
    input,
    source,
  }: { readonly actor: Actor; readonly input: PasswordChange; readonly source: UserSignInSource },
): Promise<SignedIn> {
  const { database, journal, checkPassword, signIn, users } = options
  const user = await ownUser(options, actor)
  const { changeElsewhere } = await facts(options, user)
  if (changeElsewhere !== undefined) throw new AppError('password_change_elsewhere', { detail: changeElsewhere })
  const target = `present-password:${user.id}`
  await countAttempt(options, [{ target, rule: addressLimit }])
  const { kind } = await checkPassword(user, input.presentPassword, source)
  if (kind === 'unavailable') throw new AppError('directory_unreachable')
  if (kind === 'wrong') throw new AppError('present_password_wrong', { field: 'presentPassword' })
  await forgetAttempts(database, target)
  const prepared = await signIn.prepare(user)
  const opened: OpenedUserSession[] = []
  await setPassword(options, user, {
    ...{ password: input.password, source, users },
    text: 'Changed in the portal',
    async within(transaction) {
      await journal.record(transaction, ownChange(user, source), [
        about('user.choose_password', user, { ...placeOf(source), with: { after: 'present password' } }),
      ])
      opened.push(await signIn.open(transaction, prepared, source))
    },
  })
  return signIn.describeOpened(opened.at(-1) as OpenedUserSession)
}

async function facts(options: UserPasswordOptions, user: User): Promise<PasswordFacts> {
  const { clock, passwordPolicy, authorityNames } = options
  const { password_date: changed, password_expiration_date: expires } = user.attributes
  const authority = passwordAuthority(user)
  const name = authority === undefined ? '' : await authorityNames.of(authority)
  return {
    status: passwordStatus(user, clock.now()),
    ...(typeof changed === 'string' ? { changed } : {}),
    ...(typeof expires === 'string' ? { expires } : {}),
    ...(authority === undefined ? {} : { authority: { id: authority.id, name } }),
    mayChange: authority === undefined,
    ...(authority === undefined
      ? {}
      : { changeElsewhere: `Your password is managed in ${name}. Change it there; it holds here as well.` }),
    policy: demandsOf(await passwordPolicy(user.id)),
  }
}

async function check(
  options: UserPasswordOptions,
  { password, token }: PasswordCandidate,
  actor: Actor | undefined,
): Promise<PasswordVerdict> {
  const user =
    token === undefined
      ? actor && (await ownUser(options, actor))
      : await linkedUser(options, token, ['activation', ...linkPurposes])
  if (user === undefined)
    throw new AppError('password_link_invalid', { field: 'token', detail: 'Sign in, or send the token of a link.' })
  await countAttempt(options, [{ target: `password-check:${user.id}`, rule: checkLimit }])
  const policy = await options.passwordPolicy(user.id)
  const violations = await judgePassword(password, policy, user.username)
  return {
    accepted: violations.length === 0,
    violations: violations.map((violation) => ({ name: violation, text: describeViolation(violation, policy) })),
  }
}

/** What a policy demands, in the order in which people read it. */
function demandsOf(policy: PasswordPolicy): PasswordDemands {
  const demanded: readonly (readonly [PasswordViolation, boolean])[] = [
    ['minLength', true],
    ['lowercase', policy.needsLowercase],
    ['uppercase', policy.needsUppercase],
    ['number', policy.needsNumeric],
    ['specialCharacter', policy.needsSymbolic],
    ['username', !policy.allowUsernameSubstring],
    ['common', policy.refusesCommon],
    ['history', policy.maxHistory > 0],
  ]
  return {
    minLength: policy.minLength,
    rules: demanded
      .filter(([, isDemanded]) => isDemanded)
      .map(([name]) => ({ name, text: describeViolation(name, policy) })),
  }
}
