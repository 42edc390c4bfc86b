// What the routes about administrators and the organization answer, by method and path. A list with `fields` answers a part of its rows,
// so the properties of rows are optional.
import Type, { type TProperties, type TSchema } from 'typebox'
import { customEmailTypes } from '../../directory/organization/custom-email.rules.ts'
import type { Route } from '../../platform/http/route.ts'

const text = Type.String()
const flag = Type.Boolean()
const integer = Type.Integer()
const texts = Type.Array(text)
const AnyObject = Type.Object({}, { additionalProperties: Type.Unknown() })
const textOrNull = Type.Union([text, Type.Null()])
const row = (properties: TProperties): TSchema =>
  Type.Partial(Type.Object(properties), { additionalProperties: Type.Unknown() })
const listOf = (schema: TSchema): TSchema =>
  Type.Object({ totalCount: integer, results: Type.Array(schema) }, { additionalProperties: false })
const enumOf = (values: readonly string[]): TSchema => Type.Union(values.map((value) => Type.Literal(value)))

const OrganizationRow = row({ _id: text, id: text, displayName: text, logoUrl: textOrNull, created: text })
const Organization = row({
  ...{ _id: text, id: text, displayName: text, logoUrl: textOrNull, created: text },
  ...{ accountType: text, accessRestriction: text, customEmailSettings: row({ enabled: flag }), settings: AnyObject },
  ...{ hasCreditCard: flag, hasStripeCustomerId: flag, provider: textOrNull },
})
const administratorProperties: TProperties = {
  ...{ apiKeyAllowed: flag, apiKeySet: flag, email: text, enableMultiFactor: flag, firstname: text, id: text },
  apiKeyHash: row({ createdAt: text, expireAt: text, prefix: text }),
  ...{ lastname: text, role: text, roleName: text, roleNames: texts, roles: texts, suspended: flag },
}
const Administrator = row({
  ...administratorProperties,
  ...{ _id: text, apiKeyUpdatedAt: text, created: text, disableIntroduction: flag, isEnterprise: flag },
  ...{ organization: text, passwordUpdatedAt: text, provider: textOrNull, sessionCount: integer },
  ...{ totpEnrolled: flag, totpUpdatedAt: text },
})
const AdministratorV2 = row({ ...administratorProperties, registered: flag, organizationAccessTotal: Type.Number() })
const Link = Type.Object({ administrator: text, organization: text })
const Role = row({
  ...{ id: text, name: text, scopes: texts, organizationIds: texts, description: text, isCustom: flag },
  ...{ createdBy: text, lastUpdatedBy: text },
})
const Scope = row({
  ...{ key: text, label: text, displayToUsers: flag, description: text, allowsNoAccess: flag },
  permissionType: enumOf(['granular', 'access_level', 'actions']),
  permissions: Type.Array(row({ key: text, values: texts })),
})
const ScopeGroup = row({
  ...{ id: text, groupName: text, groupKey: text, fullAccessScopes: texts, displayToUsers: flag },
  ...{ groupDescription: text, scopes: Type.Array(Scope), createdAt: text, updatedAt: text },
})
const status = enumOf(['ACTIVE', 'EXPIRED', 'EXPIRING'])
const authType = enumOf(['AUTH_TYPE_UNSPECIFIED', 'CLIENT_SECRET', 'API_KEY'])
const credentialProperties: TProperties = {
  ...{ objectId: text, createdAt: text, expiresAt: text, lifetime: text, status },
  createdBy: row({ id: text, name: text, type: enumOf(['ADMIN', 'SERVICE_ACCOUNT']) }),
}
const AuthConfig = row({
  authType,
  apiKeyConfig: row({ ...credentialProperties, apiKey: text, apiKeyPrefix: text }),
  clientSecretConfig: row({ ...credentialProperties, clientId: text, clientSecret: text }),
})
const ServiceAccount = row({
  ...{ objectId: text, name: text, orgId: text, orgCount: integer, roleId: text, roleName: text, authType },
  ...{ createdAt: text, expiresAt: text, status, authConfigList: Type.Array(AuthConfig) },
})
const Policy = row({
  ...{ objectId: text, cached: flag, groups: Type.Array(row({ groupId: text, name: text })) },
  policy: AnyObject,
})
const emailType = enumOf(customEmailTypes)
const Email = row({
  ...{ id: text, type: emailType, subject: text, title: text, header: text, body: text, button: text },
  nextStepContactInfo: text,
})
const Template = row({
  ...{ type: emailType, displayName: text, description: text, messageType: text },
  fields: Type.Array(row({ field: text, displayName: text, defaultValue: text, multiline: flag })),
})
const FeatureSetting = row({ name: text, value: Type.Unknown() })
const Feature = row({ name: text, category: text, settings: Type.Array(FeatureSetting) })
const Subscription = row({
  ...{ annualPrice: Type.Number(), displayName: text, features: Type.Array(AnyObject), listPrice: Type.Number() },
  ...{ productCode: text, upgradeRecommendation: text },
})
const Nothing = Type.Object({})

const table: Readonly<Record<string, TSchema>> = {
  'GET /api/organizations': listOf(OrganizationRow),
  'POST /api/search/organizations': listOf(OrganizationRow),
  'GET /api/organizations/:id': Organization,
  'PUT /api/organizations/:id': Organization,
  'GET /api/settings': Type.Object({ SETTINGS: AnyObject }),
  'GET /api/users': listOf(Administrator),
  'GET /api/users/:id': Administrator,
  'GET /api/users/getSelf': Administrator,
  'PUT /api/users/putSelf': Administrator,
  'POST /api/users': Administrator,
  'PUT /api/users/:id': Administrator,
  'DELETE /api/users/:id': Administrator,
  'POST /api/users/generateApiKey': Type.Object({
    apiKey: text,
    apiKeyHash: row({ createdAt: text, expireAt: text, prefix: text }),
  }),
  'POST /api/users/resetPassword': text,
  'GET /api/users/reactivate/:id': text,
  'POST /api/users/resettotp/:id': text,
  'GET /api/v2/administrators': Type.Array(AdministratorV2),
  'GET /api/v2/administrators/:id': AdministratorV2,
  'GET /api/v2/administrators/:id/organizationlinks': Type.Array(row({ administrator: text, organization: text })),
  'GET /api/v2/organizations/:id/administratorlinks': Type.Array(row({ administrator: text, organization: text })),
  'POST /api/v2/administrators/:id/organizationlinks': Link,
  'GET /api/v2/roles': listOf(Role),
  'GET /api/v2/roles/:role_id': Role,
  'POST /api/v2/roles': Role,
  'PUT /api/v2/roles/:role_id': Role,
  'GET /api/v2/scope-groups': listOf(ScopeGroup),
  'GET /api/v2/service-accounts': listOf(ServiceAccount),
  'GET /api/v2/service-accounts/:service_account_id': ServiceAccount,
  'POST /api/v2/service-accounts': Type.Object({ serviceAccount: ServiceAccount }),
  'DELETE /api/v2/service-accounts/:service_account_id': Nothing,
  'POST /api/v2/service-accounts/:service_account_id/auth-config': Type.Object({ authConfig: AuthConfig }),
  'DELETE /api/v2/service-accounts/:service_account_id/auth-config/:auth_config_id': Nothing,
  'GET /api/v2/passwordpolicies/:policy_id': Policy,
  'GET /api/v2/passwordpolicies/user/:systemUserId': Policy,
  'GET /api/v2/passwordpolicies/usergroup/:userGroupId': Policy,
  'POST /api/v2/passwordpolicies': Policy,
  'PUT /api/v2/passwordpolicies/:policy_id': Policy,
  'DELETE /api/v2/passwordpolicies/:policy_id': Nothing,
  'DELETE /api/v2/passwordpolicies': Nothing,
  'PUT /api/v2/passwordpolicies/precedence/set': Nothing,
  'GET /api/v2/feature-settings': Type.Object({ features: Type.Array(Feature) }),
  'PUT /api/v2/feature-settings/:feature_name/:setting_name': FeatureSetting,
  'GET /api/v2/subscriptions': Type.Array(Subscription),
  'GET /api/v2/customemail/templates': Type.Array(Template),
  'POST /api/v2/customemails': Email,
  'GET /api/v2/customemails/:custom_email_type': Email,
  'PUT /api/v2/customemails/:custom_email_type': Email,
}

/** The route with the schema of its answer. */
export function withReply(route: Route): Route {
  const schema = table[`${route.method} ${route.path}`]
  return schema === undefined ? route : { ...route, reply: { status: route.reply?.status ?? 200, schema } }
}
