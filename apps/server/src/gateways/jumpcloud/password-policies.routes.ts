import { isJsonObject } from '@lockstep/kernel/json'
import Type, { type Static } from 'typebox'
import type {
  NamedPolicy,
  PasswordPolicyService,
  PolicyInput,
} from '../../directory/organization/password-policy.service.ts'
import { defineRoute, type Route } from '../../platform/http/route.ts'
import { originOf } from './change-origin.ts'
import { requireObjectId } from './object-id.ts'

const reading = { scheme: 'administrator', permission: 'settings.read' } as const
const writing = { scheme: 'administrator', permission: 'settings.write' } as const
/** Names the one organization, if any. */
const OrganizationQuery = Type.Object({ organizationObjectId: Type.Optional(Type.String()) })
const PolicyPath = Type.Object({ policy_id: Type.String() })
const PolicyBody = Type.Object({
  groupIds: Type.Optional(Type.Union([Type.Array(Type.String(), { maxItems: 1000 }), Type.Null()])),
  organizationObjectId: Type.Optional(Type.Union([Type.String(), Type.Null()])),
  policy: Type.Object(
    {
      name: Type.Optional(Type.String()),
      description: Type.Optional(Type.Union([Type.String(), Type.Null()])),
      minLength: Type.Optional(Type.Integer({ minimum: 8, maximum: 64 })),
    },
    { additionalProperties: Type.Unknown() },
  ),
})
const RemovalBody = Type.Object({
  objectIds: Type.Optional(Type.Array(Type.String(), { maxItems: 100 })),
  organizationObjectId: Type.Optional(Type.Union([Type.String(), Type.Null()])),
})
const PrecedenceBody = Type.Array(
  Type.Object({ objectId: Type.String(), precedence: Type.Integer({ minimum: 0, maximum: 1_000_000 }) }),
  { maxItems: 100 },
)
const path = '/api/v2/passwordpolicies'

/** Password policies of groups; the organization's own stands under the organization's id. */
export function passwordPolicyRoutes(policies: PasswordPolicyService): readonly Route[] {
  return [...readingRoutes(policies), ...writingRoutes(policies), ...listRoutes(policies)]
}

function readingRoutes(policies: PasswordPolicyService): readonly Route[] {
  return [
    defineRoute({
      method: 'GET',
      path: `${path}/:policy_id`,
      summary: 'Read a password policy',
      access: reading,
      params: PolicyPath,
      query: OrganizationQuery,
      handle: async ({ actor, params }) => ({ body: render(await policies.get(actor, idOf(params))) }),
    }),
    defineRoute({
      method: 'GET',
      path: `${path}/user/:systemUserId`,
      summary: 'Read the password policy that holds for a user',
      access: reading,
      params: Type.Object({ systemUserId: Type.String() }),
      query: OrganizationQuery,
      async handle({ actor, params }) {
        return { body: render(await policies.ofUser(actor, requireObjectId(params.systemUserId, 'systemUserId'))) }
      },
    }),
    defineRoute({
      method: 'GET',
      path: `${path}/usergroup/:userGroupId`,
      summary: 'Read the password policy of a group',
      access: reading,
      params: Type.Object({ userGroupId: Type.String() }),
      query: OrganizationQuery,
      async handle({ actor, params }) {
        return { body: render(await policies.ofGroup(actor, requireObjectId(params.userGroupId, 'userGroupId'))) }
      },
    }),
  ]
}

function writingRoutes(policies: PasswordPolicyService): readonly Route[] {
  return [
    defineRoute({
      method: 'POST',
      path,
      summary: 'Make a password policy for groups',
      access: writing,
      body: PolicyBody,
      handle: async (request) => ({ body: render(await policies.create(originOf(request), inputOf(request.body))) }),
    }),
    defineRoute({
      method: 'PUT',
      path: `${path}/:policy_id`,
      summary: 'Change a password policy',
      access: writing,
      params: PolicyPath,
      body: PolicyBody,
      async handle(request) {
        const policy = await policies.change(originOf(request), idOf(request.params), inputOf(request.body))
        return { body: render(policy) }
      },
    }),
    defineRoute({
      method: 'DELETE',
      path: `${path}/:policy_id`,
      summary: 'Delete a password policy',
      access: writing,
      params: PolicyPath,
      query: OrganizationQuery,
      async handle(request) {
        await policies.remove(originOf(request), [idOf(request.params)])
        return { body: {} }
      },
    }),
  ]
}

function listRoutes(policies: PasswordPolicyService): readonly Route[] {
  return [
    defineRoute({
      method: 'DELETE',
      path,
      summary: 'Delete several password policies',
      access: writing,
      body: RemovalBody,
      async handle(request) {
        const ids = (request.body.objectIds ?? []).map((id) => requireObjectId(id, 'objectIds'))
        await policies.remove(originOf(request), ids)
        return { body: {} }
      },
    }),
    defineRoute({
      method: 'PUT',
      path: `${path}/precedence/set`,
      summary: 'Say which password policy comes first',
      access: writing,
      query: OrganizationQuery,
      body: PrecedenceBody,
      async handle(request) {
        const wanted = request.body.map(({ objectId, precedence }) => ({
          id: requireObjectId(objectId, 'objectId'),
          precedence,
        }))
        await policies.setPrecedence(originOf(request), wanted)
        return { body: {} }
      },
    }),
  ]
}

function idOf({ policy_id: objectId }: Static<typeof PolicyPath>): string {
  return requireObjectId(objectId, 'objectId')
}

function inputOf({ groupIds, policy }: Static<typeof PolicyBody>): PolicyInput {
  const { name, description, ...values } = policy
  return {
    ...(name === undefined ? {} : { name }),
    ...(description === undefined ? {} : { description: description ?? '' }),
    policy: isJsonObject(values) ? values : {},
    ...(groupIds === undefined || groupIds === null
      ? {}
      : { groupIds: groupIds.map((id) => requireObjectId(id, 'groupIds')) }),
  }
}

function render({ id, name, description, policy, isDefault, groups }: NamedPolicy) {
  return { objectId: id, policy: { ...policy, name, description, default: isDefault }, groups, cached: false }
}
