import type { Actor } from '@lockstep/contract/access'
import { IdParams } from '@lockstep/contract/hub/page'
import {
  SecondFactorDemand,
  SecondFactorOfGroup,
  SecondFactorOfUser,
  SecondFactorReset,
} from '@lockstep/contract/hub/user-second-factor'
import type { Clock } from '@lockstep/kernel/clock'
import { isJsonObject } from '@lockstep/kernel/json'
import type { GroupService } from '../../directory/groups/group.service.ts'
import type { PasskeyService } from '../../directory/user-factors/passkey.service.ts'
import type { UserFactorService } from '../../directory/user-factors/user-factor.service.ts'
import type { UserSecurityService } from '../../directory/users/user-security.service.ts'
import type { UserService } from '../../directory/users/user.service.ts'
import { defineRoute, type Route } from '../../platform/http/route.ts'
import { originOf } from './change-origin.ts'

export interface SecondFactorRouteOptions {
  readonly clock: Clock
  readonly users: Pick<UserService, 'get'>
  readonly groups: Pick<GroupService, 'get'>
  readonly factors: UserFactorService
  readonly passkeys: Pick<PasskeyService, 'list'>
  readonly userSecurity: Pick<UserSecurityService, 'enforceMfa' | 'resetMfa'>
}

const dayMs = 86_400_000
const defaultGraceDays = 7
const ofUser = '/hub/v1/users/:id/second-factor'
const ofGroup = '/hub/v1/groups/:id/second-factor'
const read = { scheme: 'administrator', permission: 'users.read' } as const
const write = { scheme: 'administrator', permission: 'users.write' } as const

/** Second factors as administrators see them: asked of users and groups, and taken from who lost theirs. */
export function secondFactorRoutes(options: SecondFactorRouteOptions): readonly Route[] {
  return [...userRoutes(options), ...groupRoutes(options)]
}

function userRoutes(options: SecondFactorRouteOptions): readonly Route[] {
  const { clock, userSecurity } = options
  const reply = { status: 200, schema: SecondFactorOfUser } as const
  return [
    defineRoute({
      ...{ method: 'GET', path: ofUser, access: read, params: IdParams, reply },
      summary: 'Tell which second factors a user has, and from when on one is needed',
      handle: async ({ actor, params }) => ({ body: await describe(options, actor, params.id) }),
    }),
    defineRoute({
      ...{ method: 'PUT', path: ofUser, access: write, params: IdParams, body: SecondFactorDemand, reply },
      summary: 'Ask a user for a second factor, or not any more',
      async handle(request) {
        const { required, graceDays = defaultGraceDays } = request.body
        const { mfa } = (await options.users.get(request.actor, request.params.id)).attributes
        const period = required ? periodOf(clock.now(), graceDays) : { exclusion: false }
        await userSecurity.enforceMfa(originOf(request), request.params.id, {
          isRequired: required,
          mfa: { ...(isJsonObject(mfa) ? mfa : {}), ...period },
        })
        return { body: await describe(options, request.actor, request.params.id) }
      },
    }),
    defineRoute({
      ...{ method: 'POST', path: `${ofUser}/reset`, access: write, params: IdParams, body: SecondFactorReset, reply },
      summary: 'Take every second factor from a user who lost theirs',
      async handle(request) {
        const { graceDays = defaultGraceDays } = request.body
        await userSecurity.resetMfa(originOf(request), request.params.id, periodOf(clock.now(), graceDays))
        return { body: await describe(options, request.actor, request.params.id) }
      },
    }),
  ]
}

function periodOf(now: Date, graceDays: number): { readonly exclusion: boolean; readonly exclusionUntil: string } {
  return { exclusion: graceDays > 0, exclusionUntil: new Date(now.getTime() + graceDays * dayMs).toISOString() }
}

async function describe(
  { users, factors, passkeys }: SecondFactorRouteOptions,
  actor: Actor,
  id: string,
): Promise<SecondFactorOfUser> {
  const user = await users.get(actor, id)
  const [standing, rows] = await Promise.all([factors.standing(user), passkeys.list(user.id)])
  const { requiredFrom: from, authenticator } = standing
  return {
    required: user.attributes['enable_user_portal_multifactor'] === true,
    ...(from === null ? {} : { requiredFrom: from.toISOString() }),
    ...(authenticator === null ? {} : { authenticator: { enrolled: authenticator.toISOString() } }),
    passkeys: rows.map(({ name, created, lastUsed }) => ({
      ...{ name, created: created.toISOString() },
      ...(lastUsed === null ? {} : { lastUsed: lastUsed.toISOString() }),
    })),
    recoveryCodesLeft: standing.recoveryCodes,
  }
}

function groupRoutes({ groups, factors }: SecondFactorRouteOptions): readonly Route[] {
  const reply = { status: 200, schema: SecondFactorOfGroup } as const
  return [
    defineRoute({
      ...{ method: 'GET', path: ofGroup, params: IdParams, reply },
      access: { scheme: 'administrator', permission: 'groups.read' },
      summary: 'Tell whether a group asks its members for a second factor',
      async handle({ actor, params }) {
        const group = await groups.get(actor, params.id)
        return { body: { graceDays: await factors.groupGraceDays(group.id) } }
      },
    }),
    defineRoute({
      ...{ method: 'PUT', path: ofGroup, params: IdParams, body: SecondFactorOfGroup, reply },
      access: { scheme: 'administrator', permission: 'groups.write' },
      summary: 'Ask the members of a group for a second factor, or not any more',
      async handle(request) {
        const { id } = request.params
        const group = await groups.get(request.actor, id)
        await factors.askGroup(originOf(request), group.id, request.body.graceDays)
        return { body: { graceDays: await factors.groupGraceDays(group.id) } }
      },
    }),
  ]
}
