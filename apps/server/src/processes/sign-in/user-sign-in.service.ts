// How users come in. The name is looked for, the password is looked at by whoever has the authority to, and only then is anything said of
// the account: a stranger learns nothing but that it did not work. After a right password comes what is still open: the second factor, its
// enrolment, a password that expired. Until that is done the session serves for nothing else.
import type { Actor } from '@lockstep/contract/access'
import { AppError } from '@lockstep/contract/app-error'
import type { PortalSession, PortalSignIn, SecondFactorAnswer, SignInStep } from '@lockstep/contract/portal/session'
import type { Clock } from '@lockstep/kernel/clock'
import { isJsonObject, type Json, type JsonObject } from '@lockstep/kernel/json'
import { sha256 } from '@lockstep/kernel/digest'
import { countAttempt, forgetAttempts, takeBackAttempts } from '../../directory/access/count-attempt.ts'
import { addressLimit, type FailureLimit, sourceOf } from '../../directory/access/sign-in.rules.ts'
import type { ChangeOrigin } from '../../directory/journal/journal.rules.ts'
import type { JournalService } from '../../directory/journal/journal.service.ts'
import type { OrganizationService } from '../../directory/organization/organization.service.ts'
import type {
  OpenedUserSession,
  UserSession,
  UserSessionService,
  UserSignInSource,
} from '../../directory/user-sessions/user-session.service.ts'
import { isDelegated, passwordAuthority } from '../../directory/users/password-authority.rules.ts'
import { isLocked } from '../../directory/users/password-status.rules.ts'
import type { UserCredentialService } from '../../directory/users/user-credentials.service.ts'
import type { UserLockoutService } from '../../directory/users/user-lockout.service.ts'
import type { User } from '../../directory/users/user.rules.ts'
import type { UserService } from '../../directory/users/user.service.ts'
import type { Database, Queryable } from '../../platform/db/database.ts'
import type { Log } from '../../platform/log/log.ts'
import { describeSession, isPasswordOver, organizationOf, stepOf } from './describe-session.ts'
import type { KnownDevices } from './known-device.ts'
import { about, placeOf, recordFailedSignIn } from './sign-in-journal.ts'
import type { PasswordOutcome, SecondFactorDemand, SecondFactorStep } from './sign-in-outcome.rules.ts'
import { ownChange, userActor } from './user-origin.ts'

/** A session that has begun, and what the browser is told of it. */
export interface SignedIn {
  readonly opened: OpenedUserSession
  readonly session: PortalSession
  /** For the browser to keep once the sign-in is complete. */
  readonly deviceNote?: string
}

/** Who a request of the portal comes from. */
export interface AuthenticatedUser {
  readonly actor: Actor
  readonly csrfToken: string
  /** What has to be done before anything else. */
  readonly next?: SignInStep
}

export interface UserSignInService {
  /** Who is signed in with the session, and what is asked next. */
  describe(token: string): Promise<PortalSession>
  authenticate(token: string): Promise<AuthenticatedUser | undefined>
  /**
   * Refuses with `sign_in_failed`, the same for a wrong password, a name that nobody has and an account that is locked, or `throttled`;
   * once the password was right with `account_not_open` or `password_change_elsewhere`; with `directory_unreachable` when nobody can tell.
   */
  signIn(input: PortalSignIn, source: UserSignInSource): Promise<SignedIn>
  /** Refuses with `second_factor_failed`, `second_factor_missing` unless it is awaited, and `throttled`. */
  answerSecondFactor(answer: SecondFactorAnswer, token: string, source: UserSignInSource): Promise<SignedIn>
  signOut(token: string, source: UserSignInSource): Promise<void>
  sessionsOf(actor: Actor): Promise<readonly UserSession[]>
  /** Refuses with `not_found` for somebody else's. */
  endSession(origin: ChangeOrigin, id: string): Promise<void>
  endAllSessions(origin: ChangeOrigin): Promise<void>
  /** What a session for who proved themselves otherwise needs, looked up before the transaction that lets them in. */
  prepare(user: User): Promise<PreparedSession>
  /** Begins it within that transaction; `describeOpened` tells of it afterwards. */
  open(db: Queryable, prepared: PreparedSession, source: UserSignInSource): Promise<OpenedUserSession>
  describeOpened(opened: OpenedUserSession): Promise<SignedIn>
}

/** A user who may come in, and what is asked of them. */
interface PreparedSession {
  readonly user: User
  readonly demand: SecondFactorDemand
  readonly idleMs: number
}

export interface UserSignInOptions {
  readonly database: Database
  readonly clock: Clock
  readonly log: Log
  readonly journal: Pick<JournalService, 'record'>
  readonly organization: Pick<OrganizationService, 'recent'>
  readonly users: Pick<UserService, 'findMany'>
  readonly sessions: UserSessionService
  readonly credentials: UserCredentialService
  readonly lockout: UserLockoutService
  /** Looks at a password where that is to be done; without a user the answer is `wrong` after the same work. */
  readonly checkPassword: (
    user: User | undefined,
    password: string,
    source: UserSignInSource,
  ) => Promise<PasswordOutcome>
  readonly secondFactor: SecondFactorStep<User, SecondFactorAnswer>
  readonly devices: KnownDevices
  /** How often sign-ins from one source may fail within an hour; a whole company may stand behind one. */
  readonly failuresPerAddress: number
  /** Hands a password that was right to the directories that lack it. */
  readonly offerPassword: (userId: string, password: string) => Promise<void>
}

/** Laxer than for administrators: the account's own lock comes first, and then holds on every way in. */
const nameLimit: FailureLimit = { limit: 10, forgetAfterMs: 24 * 3_600_000 }
const sourceForgottenMs = 3_600_000
const defaultIdleMs = 3_600_000
const refusalText = 'The name or the password is not right, or the account is locked for now.'

export function createUserSignInService(options: UserSignInOptions): UserSignInService {
  const { database, journal, sessions, users } = options
  const userOf = async (session: UserSession): Promise<User | undefined> => (await users.findMany([session.userId]))[0]
  const describeOpened = async (opened: OpenedUserSession): Promise<SignedIn> =>
    signedIn(options, opened, await describe(options, opened.token))
  return {
    prepare: (user) => prepare(options, user),
    open: (db, prepared, source) => begin(options, db, { prepared, source }),
    describeOpened,
    describe: (token) => describe(options, token),
    async authenticate(token) {
      const session = await sessions.find(token)
      const user = session && (await userOf(session))
      if (session === undefined || user === undefined) return undefined
      const { next } = stepOf(options, session, { user, demand: await options.secondFactor.demandOf(user) })
      return {
        actor: { ...userActor(user), sessionId: session.id },
        csrfToken: session.csrfToken,
        ...(next === undefined ? {} : { next }),
      }
    },
    signIn: (input, source) => signIn(options, { input, source }),
    async answerSecondFactor(answer, token, source) {
      const session = await sessions.find(token)
      const user = session && (await userOf(session))
      if (session?.awaitsSecondFactor !== true || user === undefined) throw new AppError('second_factor_missing')
      return describeOpened(
        await answered(options, { answer, session, user, source: { ...source, replacedToken: token } }),
      )
    },
    async signOut(token, source) {
      const session = await sessions.find(token)
      if (session === undefined) return
      const user = { id: session.userId, username: session.username }
      await database.transaction(async (transaction) => {
        if ((await sessions.end(transaction, { userId: session.userId, id: session.id })) === 0) return
        await journal.record(transaction, ownChange(user, source), [about('user.sign_out', user)])
      })
    },
    sessionsOf: (actor) => sessions.listOf(actor.id),
    async endSession(origin, id) {
      await endSessions(options, origin, id)
    },
    endAllSessions: (origin) => endSessions(options, origin),
  }
}

async function endSessions(
  { database, sessions, journal }: UserSignInOptions,
  origin: ChangeOrigin,
  id?: string,
): Promise<void> {
  const { id: userId, name } = origin.actor
  await database.transaction(async (transaction) => {
    const count = await sessions.end(transaction, { userId, ...(id === undefined ? {} : { id }) })
    if (count === 0) throw new AppError('not_found', { field: 'id' })
    const user = { id: userId, username: name }
    await journal.record(transaction, origin, [about('user.end_sessions', user, { sessions: { after: count } })])
  })
}

interface Attempt {
  readonly input: PortalSignIn
  readonly source: UserSignInSource
}

async function signIn(options: UserSignInOptions, { input, source }: Attempt): Promise<SignedIn> {
  const { database, clock, credentials, lockout, checkPassword } = options
  const name = input.name.trim()
  // Digests: people type their password into the wrong field.
  const nameTarget = `portal-name:${sha256(name.toLowerCase()).toString('hex')}`
  const sourceTarget = `portal-source:${sourceOf(source.ip)}`
  const sourceLimit: FailureLimit = { limit: options.failuresPerAddress, forgetAfterMs: sourceForgottenMs }
  const found = await credentials.findByName(name)
  // Looked at for names that nobody has, too: how long it takes does not tell them apart.
  const isKnown = await options.devices.isOf(found?.id ?? 'nobody', source.deviceNote ?? '')
  const counted = [
    ...(isKnown ? [] : [{ target: sourceTarget, rule: sourceLimit }]),
    { target: nameTarget, rule: nameLimit },
  ]
  await countAttempt(options, counted)
  const fail = async (user: User | undefined, reason: string, lockedUntil: Date | null = null): Promise<never> => {
    await recordFailedSignIn(options, { user, name, source, reason, lockedUntil })
    throw new AppError('sign_in_failed', { detail: refusalText })
  }
  try {
    const user = found && (await lockout.endOverdueLock(ownChange(found, source), found))
    const startedAt = clock.now()
    const isShut = user !== undefined && isLocked(user, startedAt)
    const outcome = await checkPassword(isShut ? undefined : user, input.password, source)
    if (user === undefined) return await fail(user, 'nobody has this name')
    if (isShut)
      return await fail(user, user.accountLocked ? 'the account is locked' : 'the domain has locked the account')
    if (outcome.kind === 'wrong') {
      // Guesses at a domain's password are counted against the domain's own lock, where they are asked about.
      const until = isDelegated(user) ? null : await lockout.recordFailure(ownChange(user, source), user.id)
      return await fail(user, 'wrong password', until)
    }
    if (outcome.kind === 'unavailable') {
      await recordFailedSignIn(options, { user, name, source, reason: outcome.text })
      throw new AppError('directory_unreachable', { detail: outcome.text })
    }
    if (!isKnown) await takeBackAttempts(database, [sourceTarget])
    await forgetAttempts(database, nameTarget)
    await refuseUnlessOpen(options, { user, outcome, name, source })
    await lockout.recordSuccess(user.id)
    // A domain's password may be kept here for the first time while it is looked at, and would end a session that began before.
    const since = isDelegated(user) ? undefined : startedAt
    const prepared = await prepare(options, user)
    const opened = await admit(options, { prepared, source, since })
    await offer(options, user.id, input.password)
    const session = { ...opened, awaitsSecondFactor: prepared.demand.kind === 'answer' }
    return await signedIn(options, opened, await describeSession(options, session, prepared))
  } catch (error) {
    // Never decided: nobody guessed.
    if (isUndecided(error))
      await takeBackAttempts(
        database,
        counted.map(({ target }) => target),
      )
    throw error
  }
}

async function signedIn(
  { devices }: UserSignInOptions,
  opened: OpenedUserSession,
  session: PortalSession,
): Promise<SignedIn> {
  if (!session.signedIn || session.user === undefined) return { opened, session }
  return { opened, session, deviceNote: await devices.note(session.user.id) }
}

function isUndecided(error: unknown): boolean {
  return !(error instanceof AppError) || error.code === 'overloaded' || error.code === 'directory_unreachable'
}

interface Judged {
  readonly user: User
  readonly outcome: PasswordOutcome
  readonly name: string
  readonly source: UserSignInSource
}

/** The password was right, so whoever asks may know why the account lets nobody in. */
async function refuseUnlessOpen(options: UserSignInOptions, { user, outcome, name, source }: Judged): Promise<void> {
  const refuse = async (error: AppError): Promise<never> => {
    await recordFailedSignIn(options, { user, name, source, reason: error.message })
    throw error
  }
  if (user.state === 'SUSPENDED')
    await refuse(new AppError('account_not_open', { detail: 'Your account is suspended. Ask your help desk.' }))
  if (user.state === 'STAGED')
    await refuse(
      new AppError('account_not_open', {
        detail: 'Your account is being prepared. You will be told when it is ready.',
      }),
    )
  if (outcome.kind === 'closed') await refuse(new AppError('account_not_open', { detail: outcome.text }))
  if (outcome.kind === 'elsewhere') await refuse(new AppError('password_change_elsewhere', { detail: outcome.text }))
  if (isPasswordOver(user, options.clock.now()) && passwordAuthority(user) !== undefined)
    await refuse(
      new AppError('password_change_elsewhere', {
        detail: 'Your password has expired. Change it where it is managed, then sign in with the new one.',
      }),
    )
}

async function prepare(options: UserSignInOptions, user: User): Promise<PreparedSession> {
  const demand = await options.secondFactor.demandOf(user)
  const { settings } = await options.organization.recent()
  return { user, demand, idleMs: idleMsOf(settings['userPortal']) }
}

interface Beginning {
  readonly prepared: PreparedSession
  readonly source: UserSignInSource
  readonly since?: Date | undefined
}

function begin(
  { sessions }: UserSignInOptions,
  db: Queryable,
  { prepared: { user, demand, idleMs }, source, since }: Beginning,
): Promise<OpenedUserSession> {
  return sessions.open(db, {
    ...{ userId: user.id, source, idleMs, awaitsSecondFactor: demand.kind === 'answer' },
    ...(since === undefined ? {} : { since }),
  })
}

async function admit(options: UserSignInOptions, beginning: Beginning): Promise<OpenedUserSession> {
  const { source, prepared } = beginning
  return options.database.transaction(async (transaction) => {
    const opened = await begin(options, transaction, beginning)
    await options.journal.record(transaction, ownChange(prepared.user, source), [
      about('user.sign_in', prepared.user, placeOf(source)),
    ])
    return opened
  })
}

/** Directories that lack the password get it when they can; the sign-in does not depend on it. */
async function offer({ offerPassword, log }: UserSignInOptions, userId: string, password: string): Promise<void> {
  try {
    await offerPassword(userId, password)
  } catch (error) {
    log.warn({ err: error, userId }, 'a password was not handed on; the next sign-in tries again')
  }
}

interface SecondFactorAttempt {
  readonly answer: SecondFactorAnswer
  readonly session: UserSession
  readonly user: User
  readonly source: UserSignInSource
}

async function answered(
  options: UserSignInOptions,
  { answer, session, user, source }: SecondFactorAttempt,
): Promise<OpenedUserSession> {
  const { database, journal, organization, secondFactor, sessions } = options
  const target = `user-second-factor:${user.id}`
  await countAttempt(options, [{ target, rule: addressLimit }])
  if (!(await secondFactor.proves(user, answer, session.id))) {
    await recordFailedSignIn(options, {
      ...{ user, name: user.username, source, reason: 'wrong second factor' },
      action: 'user.second_factor_failed',
    })
    throw new AppError('second_factor_failed', { field: 'code' })
  }
  await forgetAttempts(database, target)
  const { settings } = await organization.recent()
  const idleMs = idleMsOf(settings['userPortal'])
  const method = answer.passkey ? 'passkey' : answer.code ? 'code' : 'recovery code'
  return database.transaction(async (transaction) => {
    // As old as the password that it began with.
    const opening = { userId: user.id, source, idleMs, awaitsSecondFactor: false, since: session.created }
    const opened = await sessions.open(transaction, opening)
    await journal.record(transaction, ownChange(user, source), [
      about('user.second_factor', user, { ...placeOf(source), method: { after: method } }),
    ])
    return opened
  })
}

async function describe(options: UserSignInOptions, token: string): Promise<PortalSession> {
  const { sessions, users, secondFactor } = options
  const session = await sessions.find(token)
  const user = session && (await users.findMany([session.userId]))[0]
  if (session === undefined || user === undefined)
    return { signedIn: false, next: 'password', ...organizationOf(await options.organization.recent()) }
  return describeSession(options, session, { user, demand: await secondFactor.demandOf(user) })
}

function idleMsOf(userPortal: Json | undefined): number {
  const minutes = isJsonObject(userPortal ?? null)
    ? (userPortal as JsonObject)['idleSessionDurationMinutes']
    : undefined
  return typeof minutes === 'number' && minutes > 0 ? minutes * 60_000 : defaultIdleMs
}
