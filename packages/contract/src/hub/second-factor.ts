import Type, { type Static } from 'typebox'

const strict = { additionalProperties: false } as const
const Password = Type.String({ minLength: 1, maxLength: 1024 })
/** Six digits, blanks between them allowed. */
const Code = Type.String({ minLength: 6, maxLength: 20 })
const RecoveryCode = Type.String({ minLength: 16, maxLength: 40 })

/** What proves the second factor: a code of the authenticator, or a recovery code, which works once. */
export const SecondFactorProof = Type.Object(
  { code: Type.Optional(Code), recoveryCode: Type.Optional(RecoveryCode) },
  strict,
)
export type SecondFactorProof = Static<typeof SecondFactorProof>

/** The second factor of who is signed in. `required`: without one, nothing else is allowed. */
export const SecondFactor = Type.Object({
  enrolled: Type.Boolean(),
  required: Type.Boolean(),
  enrolledAt: Type.Optional(Type.String()),
  recoveryCodesLeft: Type.Integer(),
})
export type SecondFactor = Static<typeof SecondFactor>

export const SecondFactorEnrolment = Type.Object({ password: Password }, strict)
export type SecondFactorEnrolment = Static<typeof SecondFactorEnrolment>

/** The secret for the authenticator, shown until it is confirmed: as text to type, and as an address for a QR code. */
export const SecondFactorSecret = Type.Object({ secret: Type.String(), otpauthUrl: Type.String() })
export type SecondFactorSecret = Static<typeof SecondFactorSecret>

export const SecondFactorConfirmation = Type.Object({ code: Code }, strict)
export type SecondFactorConfirmation = Static<typeof SecondFactorConfirmation>

/** Ten codes, shown this once. */
export const RecoveryCodes = Type.Object({ recoveryCodes: Type.Array(Type.String()) })
export type RecoveryCodes = Static<typeof RecoveryCodes>

/** A link with which an administrator chooses a password, shown this once. */
export const PasswordLink = Type.Object({ token: Type.String(), expires: Type.String() })
export type PasswordLink = Static<typeof PasswordLink>

/** The token of such a link, to see whether it can still be used. */
export const PasswordLinkToken = Type.Object({ token: Type.String({ minLength: 1, maxLength: 200 }) }, strict)
export type PasswordLinkToken = Static<typeof PasswordLinkToken>

/** Whose password such a link sets, and until when. */
export const PasswordLinkFacts = Type.Object({ email: Type.String(), expires: Type.String() })
export type PasswordLinkFacts = Static<typeof PasswordLinkFacts>

export const PasswordChoice = Type.Object(
  { token: Type.String({ minLength: 1, maxLength: 200 }), password: Type.String({ minLength: 12, maxLength: 1024 }) },
  strict,
)
export type PasswordChoice = Static<typeof PasswordChoice>

/** Whoever forgot their password. */
export const PasswordRequest = Type.Object({ email: Type.String({ minLength: 1, maxLength: 1024 }) }, strict)
export type PasswordRequest = Static<typeof PasswordRequest>
