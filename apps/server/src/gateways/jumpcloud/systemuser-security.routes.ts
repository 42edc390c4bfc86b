// What is done to the ways in which a user signs in. JumpCloud answers these with the text "OK" or with nothing that clients read.
import { AppError } from '@lockstep/contract/app-error'
import { isJsonObject, type Json } from '@lockstep/kernel/json'
import type { Clock } from '@lockstep/kernel/clock'
import { parseId } from '@lockstep/kernel/ids'
import Type from 'typebox'
import type { EnrollmentPeriod, UserSecurityService } from '../../directory/users/user-security.service.ts'
import type { UserService } from '../../directory/users/user.service.ts'
import { defineRoute, type Route } from '../../platform/http/route.ts'
import { castUser } from './cast-user.ts'
import { originOf } from './change-origin.ts'
import { IdPath } from './object-id.ts'
import { withPasswordDetails, ValidationParameter } from './password-details.ts'

export interface SystemUserSecurityOptions {
  readonly users: UserService
  readonly userSecurity: UserSecurityService
  readonly clock: Clock
}

const Null = Type.Null()
/** Clients leave the body out where all of it is optional. */
const Nothing = Type.Undefined()
const AnyObject = Type.Object({}, { additionalProperties: Type.Unknown() })
const Flag = Type.Union([Type.Boolean(), Null])
const Text = Type.Union([Type.String(), Null])
const MfaBody = Type.Union([
  Type.Object({
    enable_user_portal_multifactor: Type.Optional(Flag),
    mfa: Type.Optional(Type.Union([AnyObject, Null])),
  }),
  Nothing,
])
const PeriodBody = Type.Union([
  Type.Object({
    exclusion: Type.Optional(Flag),
    exclusionUntil: Type.Optional(Text),
    exclusionDays: Type.Optional(Type.Union([Type.Number(), Type.String(), Null])),
  }),
  Nothing,
])
/** `email`: nothing or true for the user's own address, false for no mail, or another address. */
const MailBody = Type.Union([
  Type.Object({ email: Type.Optional(Type.Union([Type.Boolean(), Type.String(), Null])) }),
  Nothing,
])
const ModelsBody = Type.Object({
  isSelectAll: Type.Optional(Flag),
  models: Type.Optional(
    Type.Array(Type.Object({ _id: Type.Optional(Type.String()), id: Type.Optional(Type.String()) })),
  ),
})
const maxModels = 1000
const writing = { scheme: 'administrator', permission: 'users.write' } as const
const done = { body: 'OK' } as const

export function systemUserSecurityRoutes(options: SystemUserSecurityOptions): readonly Route[] {
  return [...passwordRoutes(options), ...mfaRoutes(options), ...stateRoutes(options), ...activationRoutes(options)]
}

function passwordRoutes({ userSecurity }: SystemUserSecurityOptions): readonly Route[] {
  return [
    defineRoute({
      method: 'POST',
      path: '/api/systemusers/:id/expire',
      summary: 'Expire the password of a user',
      access: writing,
      params: IdPath,
      async handle(request) {
        await userSecurity.expirePassword(originOf(request), request.params.id)
        return done
      },
    }),
    defineRoute({
      method: 'POST',
      path: '/api/systemusers/:id/password',
      summary: 'Set the password of a user',
      access: writing,
      params: IdPath,
      query: ValidationParameter,
      body: Type.Object({ password: Type.Optional(Text) }),
      handle: (request) =>
        withPasswordDetails(request.query, async () => {
          await userSecurity.setPassword(originOf(request), request.params.id, request.body.password ?? '')
          return done
        }),
    }),
    defineRoute({
      method: 'POST',
      path: '/api/systemusers/:id/unlock',
      summary: 'Unlock a user',
      access: writing,
      params: IdPath,
      async handle(request) {
        await userSecurity.unlock(originOf(request), request.params.id)
        return done
      },
    }),
  ]
}

function mfaRoutes({ users, userSecurity, clock }: SystemUserSecurityOptions): readonly Route[] {
  /** The words of a body for multi-factor enrolment, read beside what the user has. */
  const castMfa = async (id: string, mfa: Json): Promise<Json | undefined> => {
    const [present] = await users.findMany([parseId(id) ?? ''])
    return castUser({ mfa }, { now: clock.now(), ...(present ? { stored: present.attributes } : {}) })['mfa']
  }
  return [
    defineRoute({
      method: 'POST',
      path: '/api/systemusers/:id/mfa/enforce',
      summary: 'Require multi-factor authentication of a user, or no longer',
      access: writing,
      params: IdPath,
      body: MfaBody,
      async handle(request) {
        const { enable_user_portal_multifactor: isRequired, mfa } = request.body ?? {}
        const cast = isJsonObject(mfa) ? await castMfa(request.params.id, mfa) : undefined
        await userSecurity.enforceMfa(originOf(request), request.params.id, {
          ...(typeof isRequired === 'boolean' ? { isRequired } : {}),
          ...(isJsonObject(cast) ? { mfa: cast } : {}),
        })
        return done
      },
    }),
    defineRoute({
      method: 'POST',
      path: '/api/systemusers/:id/resetmfa',
      summary: 'Forget the enrolled factors of a user and begin a new period for enrolling',
      access: writing,
      params: IdPath,
      body: PeriodBody,
      async handle(request) {
        const period = request.body ?? {}
        const cast = castUser({ mfa: period }, { now: clock.now() })['mfa']
        await userSecurity.resetMfa(originOf(request), request.params.id, periodOf(period, cast))
        return done
      },
    }),
    defineRoute({
      method: 'POST',
      path: '/api/systemusers/:id/mfasync',
      summary: 'Derive the state of a user’s enrolment anew',
      access: writing,
      params: IdPath,
      async handle(request) {
        await userSecurity.syncMfa(originOf(request), request.params.id)
        return done
      },
    }),
    defineRoute({
      method: 'GET',
      path: '/api/systemusers/:id/totpinfo',
      summary: 'When a user enrolled a one-time password generator',
      access: { scheme: 'administrator', permission: 'users.read' },
      params: IdPath,
      handle: async ({ actor, params }) => ({
        body: { enrollmentDate: await userSecurity.totpEnrollment(actor, params.id) },
      }),
    }),
  ]
}

/** What a body says of the period; the cast fills in what it leaves unsaid. */
function periodOf(body: Readonly<Record<string, unknown>>, cast: Json | undefined): EnrollmentPeriod {
  if (!isJsonObject(cast)) return {}
  const { exclusion, exclusionUntil, exclusionDays } = cast
  return {
    ...(typeof body['exclusion'] === 'boolean' && typeof exclusion === 'boolean' ? { exclusion } : {}),
    ...(typeof exclusionUntil === 'string' ? { exclusionUntil } : {}),
    ...(typeof exclusionDays === 'number' ? { exclusionDays } : {}),
  }
}

/** The older paths without `state` are what clients of the first specifications call. */
function stateRoutes({ users, userSecurity }: SystemUserSecurityOptions): readonly Route[] {
  const access = { scheme: 'administrator', permission: 'users.suspend' } as const
  return [
    ...['state/activate', 'activate'].map((path) =>
      defineRoute({
        method: 'POST',
        path: `/api/systemusers/:id/${path}`,
        summary: 'Activate a user',
        access,
        params: IdPath,
        body: MailBody,
        async handle(request) {
          const address = addressOf(request.body?.email)
          const { id } = request.params
          await users.change(originOf(request), id, { input: { state: 'ACTIVATED' } })
          if (address !== false) await userSecurity.requestActivation(originOf(request), [id], address)
          return done
        },
      }),
    ),
    ...['state/suspend', 'suspend'].map((path) =>
      defineRoute({
        method: 'POST',
        path: `/api/systemusers/:id/${path}`,
        summary: 'Suspend a user',
        access,
        params: IdPath,
        async handle(request) {
          await users.change(originOf(request), request.params.id, { input: { state: 'SUSPENDED' } })
          return done
        },
      }),
    ),
  ]
}

function activationRoutes({ userSecurity }: SystemUserSecurityOptions): readonly Route[] {
  return [
    defineRoute({
      method: 'POST',
      path: '/api/systemusers/:id/reactivate',
      summary: 'Ask for the activation mail of a user once more',
      access: writing,
      params: IdPath,
      body: MailBody,
      async handle(request) {
        const address = addressOf(request.body?.email)
        if (address !== false) await userSecurity.requestActivation(originOf(request), [request.params.id], address)
        return done
      },
    }),
    defineRoute({
      method: 'POST',
      path: '/api/systemusers/reactivate',
      summary: 'Ask for the activation mails of several users once more',
      access: writing,
      body: ModelsBody,
      async handle(request) {
        if (request.body.isSelectAll === true) throw refuse('isSelectAll', 'name the users in models instead.')
        const ids = (request.body.models ?? []).map((model) => model._id ?? model.id ?? '')
        if (ids.length === 0) throw refuse('models', 'must name at least one user by _id.')
        if (ids.length > maxModels) throw refuse('models', `must name at most ${maxModels} users.`)
        await userSecurity.requestActivation(originOf(request), ids)
        return done
      },
    }),
  ]
}

/** The address that a mail goes to: undefined for the user's own, false for no mail. */
function addressOf(email: boolean | string | null | undefined): string | false | undefined {
  if (email === false || email === 'false') return false
  if (email === null || email === undefined || email === true || email === '' || email === 'true') return undefined
  if (!/^[^\s@]{1,255}@[^\s@]{1,255}$/.test(email)) throw refuse('email', 'must be true, false or an e-mail address.')
  return email
}

function refuse(field: string, detail: string): AppError {
  return new AppError('invalid_request', { field, detail: `${field}: ${detail}` })
}
