// What administrators do to the ways in which a user signs in: passwords, locks, multi-factor enrolment, and the mails of activation.
import { accept, AppError } from '@lockstep/contract/app-error'
import type { Actor } from '@lockstep/contract/access'
import type { Clock } from '@lockstep/kernel/clock'
import { parseId } from '@lockstep/kernel/ids'
import type { Json, JsonObject } from '@lockstep/kernel/json'
import type { Database, Queryable } from '../../platform/db/database.ts'
import { requirePermission } from '../access/access.rules.ts'
import type { ChangeOrigin, JournalDraft } from '../journal/journal.rules.ts'
import type { JournalService } from '../journal/journal.service.ts'
import { enrollmentFields } from './mfa-enrollment.rules.ts'
import { isDelegated, passwordAuthority } from './password-authority.rules.ts'
import { passwordStatus, type PasswordStatus } from './password-status.rules.ts'
import { changeUser, type User } from './user.rules.ts'
import type { UserService } from './user.service.ts'

/** A new period in which a user may enrol. */
export interface EnrollmentPeriod {
  readonly exclusion?: boolean
  readonly exclusionUntil?: string
  readonly exclusionDays?: number
}

/** Refusals are AppErrors; all but the reading ones are changes and journalled as such. */
export interface UserSecurityService {
  /** The user must choose another password at the next sign-in. */
  expirePassword(origin: ChangeOrigin, id: string): Promise<User>
  /** `despiteAuthority`: also where a directory has authority over it, as the link of an expiry notice does. */
  setPassword(
    origin: ChangeOrigin,
    id: string,
    password: string,
    options?: { readonly despiteAuthority?: boolean },
  ): Promise<User>
  unlock(origin: ChangeOrigin, id: string): Promise<User>
  enforceMfa(origin: ChangeOrigin, id: string, wanted: { isRequired?: boolean; mfa?: JsonObject }): Promise<User>
  /** Forgets the enrolled factors and begins a new period for enrolling. */
  resetMfa(origin: ChangeOrigin, id: string, period: EnrollmentPeriod): Promise<User>
  /** Derives the enrolment's status anew, for periods that ended meanwhile. */
  syncMfa(origin: ChangeOrigin, id: string): Promise<User>
  /** When a one-time password generator was enrolled; refuses with `not_found` when none is. */
  totpEnrollment(actor: Actor, id: string): Promise<string>
  /**
   * Notes in the journal that the user is to get the mail that leads to a password: the welcome mail to the first one, a link to another.
   * Refuses with `user_not_active`, and `password_change_elsewhere` where the hub has no say in it.
   */
  requestPasswordMail(origin: ChangeOrigin, id: string): Promise<void>
  /** Notes in the journal that a mail with the way in is to be sent; `email` instead of the user's own address. */
  requestActivation(origin: ChangeOrigin, ids: readonly string[], email?: string): Promise<void>
  passwordStatus(actor: Actor, id: string): Promise<PasswordStatus>
}

export interface UserSecurityOptions {
  readonly database: Database
  readonly clock: Clock
  readonly users: Pick<UserService, 'change' | 'findMany'>
  readonly journal: Pick<JournalService, 'record' | 'explain'>
  readonly announce: () => void
  /** Takes every second factor from a user; `also` is called in its transaction when there was one. */
  readonly forgetFactors: (userId: string, also: (db: Queryable) => Promise<void>) => Promise<unknown>
}

const attempts = 20
const defaultEnrollmentDays = 7

export function createUserSecurityService(options: UserSecurityOptions): UserSecurityService {
  return { ...passwordCases(options), ...factorCases(options), ...mailCases(options) }
}

async function findUser({ users }: UserSecurityOptions, id: string): Promise<User> {
  const [user] = await users.findMany([parseId(id) ?? ''])
  if (user === undefined) throw new AppError('not_found', { field: 'id' })
  return user
}

type PasswordCase = 'expirePassword' | 'setPassword' | 'unlock' | 'passwordStatus'

function passwordCases(options: UserSecurityOptions): Pick<UserSecurityService, PasswordCase> {
  const { clock, users } = options
  return {
    expirePassword: (origin, id) =>
      users.change(origin, id, {
        input: {},
        set: { password_expired: true, password_expiration_date: clock.now().toISOString() },
      }),
    setPassword: (origin, id, password, { despiteAuthority = false } = {}) =>
      users.change(origin, id, { input: { password }, despiteAuthority }),
    unlock: (origin, id) =>
      users.change(origin, id, { input: { account_locked: false }, set: { badLoginAttempts: 0 } }),
    async passwordStatus(actor, id) {
      requirePermission(actor, 'users.read')
      return passwordStatus(await findUser(options, id), clock.now())
    },
  }
}

function mailCases(
  options: UserSecurityOptions,
): Pick<UserSecurityService, 'requestPasswordMail' | 'requestActivation'> {
  const { database, journal, announce } = options
  return {
    async requestPasswordMail(origin, id) {
      requirePermission(origin.actor, 'users.write')
      const user = await findUser(options, id)
      if (user.state !== 'ACTIVATED') throw new AppError('user_not_active')
      if (passwordAuthority(user) !== undefined || (!user.activated && isDelegated(user)))
        throw new AppError('password_change_elsewhere')
      if (!user.activated) return requestActivation(options, { origin, ids: [user.id], email: undefined })
      await journal.record(database, origin, [about('user.request_password_link', user)])
      announce()
    },
    requestActivation: (origin, ids, email) => requestActivation(options, { origin, ids, email }),
  }
}

type FactorCase = 'enforceMfa' | 'resetMfa' | 'syncMfa' | 'totpEnrollment'

function factorCases(options: UserSecurityOptions): Pick<UserSecurityService, FactorCase> {
  const { clock, users, journal } = options
  /** A change that depends on what the user is; decided anew when somebody else was faster. */
  const changeFrom = async (
    origin: ChangeOrigin,
    id: string,
    decide: (user: User) => Parameters<UserService['change']>[2],
  ): Promise<User> => {
    requirePermission(origin.actor, 'users.write')
    for (let attempt = 1; ; attempt += 1) {
      const user = await findUser(options, id)
      try {
        return await users.change(origin, id, { revision: user.revision, ...decide(user) })
      } catch (error) {
        if (!(error instanceof AppError) || error.code !== 'revision_changed' || attempt >= attempts) throw error
      }
    }
  }
  return {
    enforceMfa: (origin, id, { isRequired, mfa }) =>
      changeFrom(origin, id, (user) => {
        const input = {
          ...(isRequired === undefined ? {} : { enable_user_portal_multifactor: isRequired }),
          ...(mfa === undefined ? {} : { mfa }),
        }
        const isNew = isRequired === true && user.attributes['enable_user_portal_multifactor'] !== true
        return {
          input,
          set: statusAfter(user, input, clock.now()),
          ...(isNew ? { within: (db) => journal.record(db, origin, [about('user.require_second_factor', user)]) } : {}),
        }
      }),
    async resetMfa(origin, id, period) {
      requirePermission(origin.actor, 'users.write')
      const present = await findUser(options, id)
      await options.forgetFactors(present.id, (db) =>
        journal.record(db, origin, [about('user.reset_second_factor', present)]),
      )
      return changeFrom(origin, id, (user) => {
        const now = clock.now()
        const input = { mfa: { configured: false, ...enrollmentPeriod(period, user) } }
        const set = { totp_enabled: false }
        const reset = { ...user, attributes: { ...user.attributes, ...set, mfaEnrollment: {} } }
        return { input, set: { ...set, ...statusAfter(reset, input, now) } }
      })
    },
    syncMfa: (origin, id) =>
      changeFrom(origin, id, (user) => ({ input: {}, set: enrollmentFields(user, clock.now()) })),
    async totpEnrollment(actor, id) {
      requirePermission(actor, 'users.read')
      const user = await findUser(options, id)
      if (user.attributes['totp_enabled'] !== true)
        throw new AppError('not_found', { field: 'id', detail: 'Not Found: the user has not enrolled.' })
      const { fields } = await journal.explain(user.id)
      return fields['totp_enabled']?.at ?? user.updated.toISOString()
    },
  }
}

function about(action: string, { id, username }: User): JournalDraft {
  return { action, subjectKind: 'user', subjectId: id, subject: username }
}

/** The enrolment's status once the input holds. */
function statusAfter(
  user: User,
  input: Readonly<Record<string, Json>>,
  now: Date,
): ReturnType<typeof enrollmentFields> {
  return enrollmentFields(accept(changeUser(user, input, { now, rights: {} })).user, now)
}

function enrollmentPeriod({ exclusion, exclusionUntil, exclusionDays }: EnrollmentPeriod, user: User): JsonObject {
  const isGranted = exclusion ?? (exclusionUntil !== undefined || exclusionDays !== undefined)
  if (!isGranted) return { exclusion: false }
  if (exclusionUntil !== undefined && user.state !== 'STAGED') return { exclusion: true, exclusionUntil }
  return { exclusion: true, exclusionDays: exclusionDays ?? defaultEnrollmentDays }
}

interface ActivationRequest {
  readonly origin: ChangeOrigin
  readonly ids: readonly string[]
  readonly email: string | undefined
}

async function requestActivation(
  { database, users, journal, announce }: UserSecurityOptions,
  { origin, ids, email }: ActivationRequest,
): Promise<void> {
  requirePermission(origin.actor, 'users.write')
  const wanted = [...new Set(ids.map((id) => parseId(id) ?? ''))]
  const found = await users.findMany(wanted)
  if (found.length < wanted.length) throw new AppError('not_found', { field: 'id' })
  await database.transaction((transaction) =>
    journal.record(
      transaction,
      origin,
      found.map((user) => ({
        ...about('user.request_activation', user),
        changes: { activationEmail: { after: email ?? user.email } },
      })),
    ),
  )
  announce()
}
