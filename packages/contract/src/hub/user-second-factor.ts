import Type, { type Static } from 'typebox'

const strict = { additionalProperties: false } as const
/** Days within which a factor is to be enrolled. */
const GraceDays = Type.Integer({ minimum: 0, maximum: 365 })

/** The second factors with which a user signs in to their portal. */
export const SecondFactorOfUser = Type.Object({
  /** Asked of this user by themselves; groups may ask besides. */
  required: Type.Boolean(),
  /** From when on nobody comes in without one, whoever asks; absent when nobody does. */
  requiredFrom: Type.Optional(Type.String()),
  authenticator: Type.Optional(Type.Object({ enrolled: Type.String() })),
  passkeys: Type.Array(
    Type.Object({ name: Type.String(), created: Type.String(), lastUsed: Type.Optional(Type.String()) }),
  ),
  recoveryCodesLeft: Type.Integer(),
})
export type SecondFactorOfUser = Static<typeof SecondFactorOfUser>

/** Asks a user for a second factor, or not any more; `graceDays` is 7 unless given. */
export const SecondFactorDemand = Type.Object({ required: Type.Boolean(), graceDays: Type.Optional(GraceDays) }, strict)
export type SecondFactorDemand = Static<typeof SecondFactorDemand>

/** Takes every factor from a user who lost theirs; without `graceDays` they have 7 days for another one where one is asked for. */
export const SecondFactorReset = Type.Object({ graceDays: Type.Optional(GraceDays) }, strict)
export type SecondFactorReset = Static<typeof SecondFactorReset>

/** What a group asks of its members: a second factor so many days after they came in or it began to ask; null: nothing. */
export const SecondFactorOfGroup = Type.Object({ graceDays: Type.Union([GraceDays, Type.Null()]) }, strict)
export type SecondFactorOfGroup = Static<typeof SecondFactorOfGroup>
