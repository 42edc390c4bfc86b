// The administrators of v1, whom it calls users: they are not the users of the directory.
import { AppError } from '@lockstep/contract/app-error'
import type { Actor } from '@lockstep/contract/access'
import { parseId } from '@lockstep/kernel/ids'
import Type, { type Static } from 'typebox'
import type { AccessService } from '../../directory/access/access.service.ts'
import type { AdministratorChange } from '../../directory/access/administrator.service.ts'
import type { AdministratorDetail } from '../../directory/access/administrator-detail.service.ts'
import { builtInRoles } from '../../directory/access/role.rules.ts'
import { defineRoute, type Route, type RouteReply } from '../../platform/http/route.ts'
import { originOf } from './change-origin.ts'
import { FieldsParameter, ListParameters, parseFields, project } from './list-query.ts'
import { IdPath } from './object-id.ts'
import { renderAdministrator } from './render-administrator.ts'
import { listRowsV1 } from './row-list.ts'

export type AdministratorAccess = Pick<
  AccessService,
  'administrators' | 'administratorDetails' | 'apiKeys' | 'passwordLinks' | 'roles' | 'secondFactors'
>

export interface AdministratorRouteOptions {
  readonly access: AdministratorAccess
  readonly organizationId: string
}

const Flag = Type.Union([Type.Boolean(), Type.Null()])
const Text = Type.Union([Type.String({ maxLength: 1024 }), Type.Null()])
const AdministratorBody = Type.Object({
  email: Type.Optional(Text),
  firstname: Type.Optional(Text),
  lastname: Type.Optional(Text),
  roleName: Type.Optional(
    Type.Union([Type.String({ maxLength: 100, examples: ['Read Only', 'Help Desk'] }), Type.Null()]),
  ),
  role: Type.Optional(
    Type.Union([Type.Null(), Type.String({ maxLength: 100, examples: [builtInRoles[4]?.id ?? ''] })]),
  ),
  roles: Type.Optional(
    Type.Union([Type.Null(), Type.Array(Type.String({ maxLength: 100, examples: [builtInRoles[4]?.id ?? ''] }))]),
  ),
  enableMultiFactor: Type.Optional(Flag),
  apiKeyAllowed: Type.Optional(Flag),
  suspended: Type.Optional(Flag),
})
type AdministratorBody = Static<typeof AdministratorBody>

const filterFields = [
  ...['_id', 'id', 'email', 'firstname', 'lastname', 'role', 'roleName', 'suspended', 'created', 'apiKeyAllowed'],
  ...['apiKeySet', 'enableMultiFactor', 'totpEnrolled', 'organization', 'sessionCount'],
]
const reading = { scheme: 'administrator', permission: 'administrators.read' } as const
const writing = { scheme: 'administrator', permission: 'administrators.write' } as const
const anybody = { scheme: 'administrator' } as const

export function administratorRoutes(options: AdministratorRouteOptions): readonly Route[] {
  return [...readingRoutes(options), ...ownRoutes(options), ...writingRoutes(options), ...recoveryRoutes(options)]
}

function readingRoutes({ access, organizationId }: AdministratorRouteOptions): readonly Route[] {
  return [
    defineRoute({
      method: 'GET',
      path: '/api/users',
      summary: 'List administrators',
      access: reading,
      query: ListParameters,
      async handle({ actor, query }) {
        const details = await access.administratorDetails.list(actor)
        const rows = details.toSorted((a, b) => (a.id < b.id ? -1 : 1))
        return listRowsV1(
          rows.map((detail) => renderAdministrator(detail, organizationId)),
          query,
          filterFields,
        )
      },
    }),
    defineRoute({
      method: 'GET',
      path: '/api/users/:id',
      summary: 'Read an administrator',
      access: reading,
      params: IdPath,
      query: FieldsParameter,
      async handle({ actor, params, query }) {
        const detail = await access.administratorDetails.get(actor, params.id.toLowerCase())
        return { body: project(renderAdministrator(detail, organizationId), parseFields(query)) }
      },
    }),
  ]
}

function ownRoutes({ access, organizationId }: AdministratorRouteOptions): readonly Route[] {
  const own = async (actor: Actor): Promise<Readonly<Record<string, unknown>>> =>
    actor.kind === 'service_account'
      ? renderService(actor, organizationId)
      : renderAdministrator(await access.administratorDetails.own(actor), organizationId)
  return [
    defineRoute({
      method: 'GET',
      path: '/api/users/getSelf',
      summary: 'Read who asks',
      access: anybody,
      query: FieldsParameter,
      handle: async ({ actor, query }) => ({ body: project(await own(actor), parseFields(query)) }),
    }),
    defineRoute({
      method: 'PUT',
      path: '/api/users/putSelf',
      summary: 'Change your own name',
      access: anybody,
      body: Type.Object({ firstname: Type.Optional(Text), lastname: Type.Optional(Text) }),
      async handle(request) {
        await access.administrators.renameOwn(originOf(request), namesOf(request.body))
        return { body: await own(request.actor) }
      },
    }),
    defineRoute({
      method: 'POST',
      path: '/api/users/generateApiKey',
      summary: 'Make yourself an API key, shown this once; the one that was generated before stops working',
      access: anybody,
      async handle(request) {
        const { apiKey, secret } = await access.apiKeys.generate(originOf(request))
        const { prefix, created, expires } = apiKey
        return {
          body: {
            apiKey: secret,
            apiKeyHash: { createdAt: created, ...(expires ? { expireAt: expires } : {}), prefix },
          },
        }
      },
    }),
  ]
}

function writingRoutes({ access, organizationId }: AdministratorRouteOptions): readonly Route[] {
  const { administrators, administratorDetails } = access
  const shown = async (actor: Actor, id: string): Promise<RouteReply> => ({
    body: renderAdministrator(await administratorDetails.get(actor, id), organizationId),
  })
  return [
    defineRoute({
      method: 'POST',
      path: '/api/users',
      summary: 'Make an administrator, who chooses a password through a link; without a role, one that reads',
      access: writing,
      body: Type.Object({ ...AdministratorBody.properties, password: Type.Optional(Text) }),
      async handle(request) {
        const { body, actor } = request
        const origin = originOf(request)
        const role = (await roleOf(access, body)) ?? builtInRoles.at(-1)?.id
        const made = await administrators.create(origin, {
          ...namesOf(body),
          email: body.email ?? '',
          customRoleId: role,
          ...(body.password ? { password: body.password } : {}),
          apiKeysAllowed: body.apiKeyAllowed ?? true,
          secondFactorRequired: body.enableMultiFactor ?? false,
        })
        if (made.passwordMissing) await administrators.requestActivation(origin, made.id)
        return shown(actor, made.id)
      },
    }),
    defineRoute({
      method: 'PUT',
      path: '/api/users/:id',
      summary: 'Change the named fields of an administrator',
      access: writing,
      params: IdPath,
      body: AdministratorBody,
      async handle(request) {
        const { body, actor } = request
        const present = await administratorDetails.get(actor, idOf(request.params.id))
        const role = await roleOf(access, body)
        await administrators.update(originOf(request), present.id, {
          ...namesOf(body),
          ...(body.email ? { email: body.email } : {}),
          ...(role === undefined ? {} : { customRoleId: role }),
          ...(typeof body.apiKeyAllowed === 'boolean' ? { apiKeysAllowed: body.apiKeyAllowed } : {}),
          ...(typeof body.suspended === 'boolean' ? { suspended: body.suspended } : {}),
          ...factorChange(present, body.enableMultiFactor),
        })
        return shown(actor, present.id)
      },
    }),
    defineRoute({
      method: 'DELETE',
      path: '/api/users/:id',
      summary: 'Remove an administrator and answer them as they were',
      access: writing,
      params: IdPath,
      async handle(request) {
        const reply = await shown(request.actor, idOf(request.params.id))
        await administrators.remove(originOf(request), idOf(request.params.id))
        return reply
      },
    }),
  ]
}

function recoveryRoutes({ access }: AdministratorRouteOptions): readonly Route[] {
  return [
    defineRoute({
      method: 'GET',
      path: '/api/users/reactivate/:id',
      summary: 'Ask for the mail with which an administrator chooses a password',
      access: writing,
      params: IdPath,
      async handle(request) {
        await access.administrators.requestActivation(originOf(request), idOf(request.params.id))
        return { body: 'OK' }
      },
    }),
    defineRoute({
      method: 'POST',
      path: '/api/users/resetPassword',
      summary:
        'Ask for the mail with which you choose another password; answers alike whether or not the address is known',
      access: { scheme: 'public' },
      body: Type.Object({ email: Type.String({ minLength: 1, maxLength: 1024, examples: ['ada@example.com'] }) }),
      async handle({ body, ip, requestId }) {
        await access.passwordLinks.request(body.email, { ip, requestId })
        return { body: 'OK' }
      },
    }),
    defineRoute({
      method: 'POST',
      path: '/api/users/resettotp/:id',
      summary: 'Take the second factor from an administrator who lost it',
      access: writing,
      params: IdPath,
      async handle(request) {
        const detail = await access.administratorDetails.get(request.actor, idOf(request.params.id))
        if (detail.secondFactorSince === null) throw new AppError('second_factor_missing')
        await access.secondFactors.reset(originOf(request), detail.id)
        return { body: 'OK' }
      },
    }),
  ]
}

/** What is no id is nobody's. */
function idOf(text: string): string {
  const id = parseId(text)
  if (id === undefined) throw new AppError('not_found', { field: 'id' })
  return id
}

function namesOf({ firstname, lastname }: Pick<AdministratorBody, 'firstname' | 'lastname'>) {
  return {
    ...(firstname === undefined ? {} : { firstname: firstname ?? '' }),
    ...(lastname === undefined ? {} : { lastname: lastname ?? '' }),
  }
}

/** The id of the role that a body names, by its name before its id; undefined when it names none. */
async function roleOf(
  { roles }: AdministratorAccess,
  { roleName, role, roles: several }: AdministratorBody,
): Promise<string | undefined> {
  const named = [
    ['roleName', roleName],
    ['role', role],
    ['roles', several?.[0]],
  ] as const
  if ((several?.length ?? 0) > 1)
    throw new AppError('invalid_request', { field: 'roles', detail: 'roles: name one role.' })
  for (const [field, text] of named) {
    if (text === undefined || text === null || text === '') continue
    const found = await roles.find(text)
    if (found === undefined)
      throw new AppError('invalid_request', { field, detail: `${field}: there is no role "${text.slice(0, 100)}".` })
    return found.id
  }
  return undefined
}

/** Turning multi-factor authentication off forgets an enrolled factor, for otherwise its code would still be asked for. */
function factorChange(present: AdministratorDetail, wanted: boolean | null | undefined): AdministratorChange {
  if (typeof wanted !== 'boolean' || wanted === present.usesSecondFactor) return {}
  if (wanted) return { secondFactorRequired: true }
  if (present.isForAll)
    throw new AppError('invalid_request', {
      field: 'enableMultiFactor',
      detail: 'enableMultiFactor: the organization requires a second factor of every administrator.',
    })
  return { secondFactorRequired: false, turnsSecondFactorOff: true }
}

function renderService({ id, name }: Actor, organizationId: string) {
  return {
    _id: id,
    email: '',
    firstname: name,
    id,
    lastname: '',
    organization: organizationId,
    provider: null,
    suspended: false,
    totpEnrolled: false,
  }
}
