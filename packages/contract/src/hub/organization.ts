import Type, { type Static } from 'typebox'

const strict = { additionalProperties: false } as const
const State = Type.Union([Type.Literal('ACTIVATED'), Type.Literal('STAGED')])
const Null = Type.Null()

const policyFields = {
  minLength: Type.Integer({ minimum: 8, maximum: 64 }),
  needsLowercase: Type.Boolean(),
  needsUppercase: Type.Boolean(),
  needsNumeric: Type.Boolean(),
  needsSymbolic: Type.Boolean(),
  allowUsernameSubstring: Type.Boolean(),
  /** Passwords that leaked elsewhere and are tried first are refused. */
  refuseCommon: Type.Boolean(),
  /** How many of the latest passwords may not be used again; null: any may. */
  maxHistory: Type.Union([Type.Integer({ minimum: 1, maximum: 24 }), Null]),
  /** Days until a password expires; null: never. */
  expirationDays: Type.Union([Type.Integer({ minimum: 1, maximum: 36_500 }), Null]),
  /** Failed sign-ins that lock an account; null: none does. */
  maxLoginAttempts: Type.Union([Type.Integer({ minimum: 1, maximum: 1000 }), Null]),
  /** How long such a lock lasts; null: until somebody unlocks. */
  lockoutSeconds: Type.Union([Type.Integer({ minimum: 300, maximum: 5400 }), Null]),
}
const stateFields = { manual: State, csv: State, application: State }

/** What users' passwords must be. */
export const PasswordPolicySettings = Type.Object(policyFields)
export type PasswordPolicySettings = Static<typeof PasswordPolicySettings>

export const OrganizationSettings = Type.Object({
  id: Type.String(),
  name: Type.String(),
  contactName: Type.String(),
  contactEmail: Type.String(),
  /** Every administrator needs a second factor. */
  requireSecondFactor: Type.Boolean(),
  /** The state of new users by where they come from, unless the request says another. */
  newUserStates: Type.Object(stateFields),
  passwordPolicy: PasswordPolicySettings,
})
export type OrganizationSettings = Static<typeof OrganizationSettings>

/** What is not named stays. */
export const OrganizationSettingsUpdate = Type.Object(
  {
    name: Type.Optional(Type.String({ minLength: 1, maxLength: 200 })),
    contactName: Type.Optional(Type.String({ maxLength: 200 })),
    contactEmail: Type.Optional(Type.String({ maxLength: 320 })),
    requireSecondFactor: Type.Optional(Type.Boolean()),
    newUserStates: Type.Optional(Type.Partial(Type.Object(stateFields), strict)),
    passwordPolicy: Type.Optional(Type.Partial(Type.Object(policyFields), strict)),
  },
  strict,
)
export type OrganizationSettingsUpdate = Static<typeof OrganizationSettingsUpdate>
