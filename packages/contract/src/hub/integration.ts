import Type, { type Static } from 'typebox'

const strict = { additionalProperties: false } as const
const Name = Type.String({ minLength: 1, maxLength: 100 })

/** How a client speaks: what of its ways is tolerated. */
const IntegrationProfile = Type.Union([
  Type.Literal('lenient'),
  Type.Literal('strict'),
  Type.Literal('entra'),
  Type.Literal('okta'),
  Type.Literal('jumpcloud'),
  Type.Literal('google'),
])
const OnDelete = Type.Union([Type.Literal('delete'), Type.Literal('suspend')])
const OnDeactivate = Type.Union([Type.Literal('suspend'), Type.Literal('ignore')])
const DefaultState = Type.Union([Type.Literal('ACTIVATED'), Type.Literal('STAGED')])
const UsernameRule = Type.Union([Type.Literal('as_sent'), Type.Literal('before_at')])

/** A token of an integration; the token itself is never shown again. */
export const IntegrationToken = Type.Object({
  id: Type.String(),
  prefix: Type.String(),
  created: Type.String(),
  expires: Type.Optional(Type.String()),
  expired: Type.Boolean(),
  lastUsed: Type.Optional(Type.String()),
})
export type IntegrationToken = Static<typeof IntegrationToken>

/** A client that provisions users and groups into the hub. */
export const IntegrationRow = Type.Object({
  id: Type.String(),
  name: Type.String(),
  /** Serves the API keys of administrators; it has no tokens of its own. */
  builtIn: Type.Boolean(),
  profile: IntegrationProfile,
  enabled: Type.Boolean(),
  mayCreate: Type.Boolean(),
  mayUpdate: Type.Boolean(),
  mayDelete: Type.Boolean(),
  /** What the deletion of a user does. */
  onDelete: OnDelete,
  /** What it does when a user is made inactive. */
  onDeactivate: OnDeactivate,
  /** The state of users that are created active. */
  defaultState: DefaultState,
  /** `before_at`: of a username that is an e-mail address, what stands before the @. */
  usernameRule: UsernameRule,
  created: Type.String(),
  updated: Type.String(),
  tokens: Type.Array(IntegrationToken),
})
export type IntegrationRow = Static<typeof IntegrationRow>

const settings = {
  profile: Type.Optional(IntegrationProfile),
  enabled: Type.Optional(Type.Boolean()),
  mayCreate: Type.Optional(Type.Boolean()),
  mayUpdate: Type.Optional(Type.Boolean()),
  mayDelete: Type.Optional(Type.Boolean()),
  onDelete: Type.Optional(OnDelete),
  onDeactivate: Type.Optional(OnDeactivate),
  defaultState: Type.Optional(DefaultState),
  usernameRule: Type.Optional(UsernameRule),
}

export const IntegrationCreate = Type.Object({ name: Name, ...settings }, strict)
export type IntegrationCreate = Static<typeof IntegrationCreate>

export const IntegrationUpdate = Type.Object({ name: Type.Optional(Name), ...settings }, strict)
export type IntegrationUpdate = Static<typeof IntegrationUpdate>

export const IntegrationTokenCreate = Type.Object(
  {
    /** A token without it never expires. */
    lifetimeDays: Type.Optional(Type.Integer({ minimum: 1, maximum: 3650 })),
  },
  strict,
)
export type IntegrationTokenCreate = Static<typeof IntegrationTokenCreate>

/** The new token with its secret, shown this once. */
export const IntegrationTokenCreated = Type.Object({ token: IntegrationToken, secret: Type.String() })
export type IntegrationTokenCreated = Static<typeof IntegrationTokenCreated>
