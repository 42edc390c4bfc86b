// How users look after their second factor in the portal, and how it is asked for at the door. The record of the user says what is enrolled;
// it follows each change of the factors, which alone decide.
import type { Actor } from '@lockstep/contract/access'
import { AppError } from '@lockstep/contract/app-error'
import type { SecondFactorAnswer } from '@lockstep/contract/portal/session'
import type {
  AuthenticatorSecret,
  Passkey,
  PasskeyOptions,
  PasskeyRegistered,
  PasskeyRegistration,
  UserRecoveryCodes,
  UserSecondFactor,
} from '@lockstep/contract/portal/second-factor'
import { countAttempt, forgetAttempts } from '../../directory/access/count-attempt.ts'
import { addressLimit } from '../../directory/access/sign-in.rules.ts'
import type { PasskeyRow, PasskeyService } from '../../directory/user-factors/passkey.service.ts'
import { factorFields } from '../../directory/user-factors/user-factor.rules.ts'
import type { UserFactorService } from '../../directory/user-factors/user-factor.service.ts'
import type { UserSignInSource } from '../../directory/user-sessions/user-session.service.ts'
import { nameOfUser } from '../../directory/users/user-name.rules.ts'
import type { User } from '../../directory/users/user.rules.ts'
import type { UserService } from '../../directory/users/user.service.ts'
import { about, placeOf } from './sign-in-journal.ts'
import type { SecondFactorDemand, SecondFactorStep } from './sign-in-outcome.rules.ts'
import { ownChange } from './user-origin.ts'
import type { UserSignInOptions } from './user-sign-in.service.ts'

/** A request of a user about their own factors. */
export interface FactorRequest {
  readonly actor: Actor
  readonly source: UserSignInSource
}

/** What changes a factor asks for the present password; refuses with `present_password_wrong`, `throttled`, `directory_unreachable`. */
export interface UserSecondFactorService extends SecondFactorStep<User, SecondFactorAnswer> {
  describe(actor: Actor): Promise<UserSecondFactor>
  beginAuthenticator(request: FactorRequest, password: string): Promise<AuthenticatorSecret>
  confirmAuthenticator(request: FactorRequest, code: string): Promise<UserRecoveryCodes>
  removeAuthenticator(request: FactorRequest, password: string): Promise<void>
  renewRecoveryCodes(request: FactorRequest, password: string): Promise<UserRecoveryCodes>
  /** `origin`: of the page that asks. */
  passkeyCreation(request: FactorRequest & { readonly origin: string }, password: string): Promise<PasskeyOptions>
  registerPasskey(request: FactorRequest, registration: PasskeyRegistration): Promise<PasskeyRegistered>
  renamePasskey(request: FactorRequest, passkey: { readonly id: string; readonly name: string }): Promise<Passkey>
  removePasskey(request: FactorRequest, passkey: { readonly id: string; readonly password: string }): Promise<void>
}

export interface UserSecondFactorOptions extends Pick<
  UserSignInOptions,
  'database' | 'clock' | 'journal' | 'organization' | 'checkPassword'
> {
  readonly users: Pick<UserService, 'findMany' | 'change'>
  readonly factors: UserFactorService
  readonly passkeys: PasskeyService
}

export function createUserSecondFactorService(options: UserSecondFactorOptions): UserSecondFactorService {
  return { ...createStep(options), ...authenticatorCases(options), ...passkeyCases(options) }
}

type AuthenticatorCase =
  | 'describe'
  | 'beginAuthenticator'
  | 'confirmAuthenticator'
  | 'removeAuthenticator'
  | 'renewRecoveryCodes'

function authenticatorCases(options: UserSecondFactorOptions): Pick<UserSecondFactorService, AuthenticatorCase> {
  const { factors, passkeys } = options
  return {
    async describe(actor) {
      const user = await ownUser(options, actor)
      const [standing, rows] = await Promise.all([factors.standing(user), passkeys.list(user.id)])
      const { requiredFrom: from } = standing
      const isDue = from !== null && from <= options.clock.now()
      return {
        required: isDue,
        ...(from === null || isDue ? {} : { requiredFrom: from.toISOString() }),
        ...(standing.authenticator === null
          ? {}
          : { authenticator: { enrolled: standing.authenticator.toISOString() } }),
        passkeys: rows.map(renderPasskey),
        recoveryCodesLeft: standing.recoveryCodes,
      }
    },
    async beginAuthenticator(request, password) {
      const user = await provenUser(options, request, password)
      return factors.beginAuthenticator(user, await issuerOf(options))
    },
    async confirmAuthenticator(request, code) {
      const user = await ownUser(options, request.actor)
      const target = `user-factor-confirmation:${user.id}`
      await countAttempt(options, [{ target, rule: addressLimit }])
      const codes = await factors.confirmAuthenticator(user.id, code, async (transaction, recoveryCodes) => {
        await forgetAttempts(transaction, target)
        await record(options, transaction, {
          request,
          user,
          action: 'user.enrol_second_factor',
          factor: 'authenticator',
        })
        return { recoveryCodes }
      })
      await tellRecord(options, request, user)
      return codes
    },
    async removeAuthenticator(request, password) {
      const user = await provenUser(options, request, password)
      await factors.removeAuthenticator(user.id, (transaction) =>
        record(options, transaction, { request, user, action: 'user.remove_second_factor', factor: 'authenticator' }),
      )
      await tellRecord(options, request, user)
    },
    async renewRecoveryCodes(request, password) {
      const user = await provenUser(options, request, password)
      return factors.renewRecoveryCodes(user.id, async (transaction, recoveryCodes) => {
        await record(options, transaction, { request, user, action: 'user.renew_recovery_codes' })
        return { recoveryCodes }
      })
    },
  }
}

type PasskeyCase = 'passkeyCreation' | 'registerPasskey' | 'renamePasskey' | 'removePasskey'

function passkeyCases(options: UserSecondFactorOptions): Pick<UserSecondFactorService, PasskeyCase> {
  const { database, factors, passkeys } = options
  return {
    async passkeyCreation(request, password) {
      const user = await provenUser(options, request, password)
      const { origin } = request
      const owner = { id: user.id, username: user.username, name: nameOfUser(user) }
      return {
        options: await passkeys.creationOptions(owner, {
          sessionId: sessionOf(request),
          origin,
          issuer: await issuerOf(options),
        }),
      }
    },
    async registerPasskey(request, { name, credential }) {
      const user = await ownUser(options, request.actor)
      const registration = {
        userId: user.id,
        sessionId: sessionOf(request),
        name: name.trim() || 'Passkey',
        credential,
      }
      const registered = await passkeys.register(registration, async (transaction, row) => {
        const recoveryCodes = await factors.firstRecoveryCodes(transaction, user.id)
        const factor = `passkey ${row.name}`
        await record(options, transaction, { request, user, action: 'user.enrol_second_factor', factor })
        return { passkey: renderPasskey(row), ...(recoveryCodes === undefined ? {} : { recoveryCodes }) }
      })
      await tellRecord(options, request, user)
      return registered
    },
    async renamePasskey(request, { id, name }) {
      const user = await ownUser(options, request.actor)
      return database.transaction(async (transaction) => {
        const row = await passkeys.rename(transaction, { userId: user.id, id, name: name.trim() || 'Passkey' })
        await record(options, transaction, {
          request,
          user,
          action: 'user.rename_passkey',
          factor: `passkey ${row.name}`,
        })
        return renderPasskey(row)
      })
    },
    async removePasskey(request, { id, password }) {
      const user = await provenUser(options, request, password)
      await database.transaction(async (transaction) => {
        const factor = `passkey ${await passkeys.remove(transaction, { userId: user.id, id })}`
        await factors.dropIdleRecoveryCodes(transaction, user.id)
        await record(options, transaction, { request, user, action: 'user.remove_second_factor', factor })
      })
      await tellRecord(options, request, user)
    },
  }
}

/** What the door asks. */
function createStep(options: UserSecondFactorOptions): SecondFactorStep<User, SecondFactorAnswer> {
  const { clock, factors, passkeys } = options
  return {
    async demandOf(user): Promise<SecondFactorDemand> {
      const { authenticator, passkeys: keys, recoveryCodes, requiredFrom: from } = await factors.standing(user)
      if (authenticator !== null || keys > 0)
        return {
          kind: 'answer',
          methods: [
            ...(keys > 0 ? (['passkey'] as const) : []),
            ...(authenticator === null ? [] : (['code'] as const)),
            ...(recoveryCodes > 0 ? (['recovery-code'] as const) : []),
          ],
        }
      if (from === null) return { kind: 'none' }
      return from <= clock.now() ? { kind: 'enrol' } : { kind: 'none', enrolUntil: from.toISOString() }
    },
    passkeyOptions: (user, sessionId) => passkeys.requestOptions(user.id, sessionId),
    async proves(user, { code, recoveryCode, passkey }, sessionId) {
      if (passkey !== undefined) return passkeys.proves(user.id, passkey, sessionId)
      if (code !== undefined) return factors.provesCode(user.id, code)
      return recoveryCode !== undefined && factors.provesRecoveryCode(user.id, recoveryCode)
    },
  }
}

async function ownUser({ users }: UserSecondFactorOptions, actor: Actor): Promise<User> {
  const [user] = await users.findMany([actor.id])
  if (user === undefined) throw new AppError('unauthenticated')
  return user
}

/** Who is signed in, once more with the present password: a session that was left open is not enough. */
async function provenUser(options: UserSecondFactorOptions, request: FactorRequest, password: string): Promise<User> {
  const user = await ownUser(options, request.actor)
  const target = `present-password:${user.id}`
  await countAttempt(options, [{ target, rule: addressLimit }])
  const { kind } = await options.checkPassword(user, password, request.source)
  if (kind === 'unavailable') throw new AppError('directory_unreachable')
  if (kind === 'wrong') throw new AppError('present_password_wrong', { field: 'password' })
  await forgetAttempts(options.database, target)
  return user
}

/** The session that a passkey's challenge belongs to. */
function sessionOf({ actor }: FactorRequest): string {
  if (actor.sessionId === undefined) throw new AppError('unauthenticated')
  return actor.sessionId
}

/** The name under which authenticators and browsers show what they keep. */
async function issuerOf({ organization }: UserSecondFactorOptions): Promise<string> {
  const { settings } = await organization.recent()
  return typeof settings['name'] === 'string' && settings['name'] !== '' ? settings['name'] : 'Lockstep'
}

function renderPasskey({ id, name, created, lastUsed, synced }: PasskeyRow): Passkey {
  return {
    ...{ id, name, created: created.toISOString(), synced },
    ...(lastUsed === null ? {} : { lastUsed: lastUsed.toISOString() }),
  }
}

interface FactorChange {
  readonly request: FactorRequest
  readonly user: User
  readonly action: string
  readonly factor?: string
}

async function record(
  { journal }: UserSecondFactorOptions,
  db: Parameters<UserSecondFactorOptions['journal']['record']>[0],
  { request: { source }, user, action, factor }: FactorChange,
): Promise<void> {
  await journal.record(db, ownChange(user, source), [
    about(action, user, { ...placeOf(source), ...(factor === undefined ? {} : { factor: { after: factor } }) }),
  ])
}

async function tellRecord(options: UserSecondFactorOptions, { source }: FactorRequest, { id }: User): Promise<void> {
  const { users, factors, clock } = options
  const [user] = await users.findMany([id])
  if (user === undefined) return
  const { authenticator, passkeys } = await factors.counts(id)
  const told = factorFields(user, { authenticator: authenticator !== null, passkeys }, clock.now())
  if (told !== undefined) await users.change(ownChange(user, { ...source, text: 'Second factor' }), id, told)
}
