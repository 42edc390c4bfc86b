import Type, { type Static } from 'typebox'
import { PasskeyAttestation, PasskeyCreationOptions } from './passkey.ts'

const strict = { additionalProperties: false } as const
const Password = Type.String({ minLength: 1, maxLength: 1024 })
const PasskeyName = Type.String({ minLength: 1, maxLength: 100 })

export const Passkey = Type.Object({
  id: Type.String(),
  name: Type.String(),
  created: Type.String(),
  lastUsed: Type.Optional(Type.String()),
  /** It may be copied to other devices of the person. */
  synced: Type.Boolean(),
})
export type Passkey = Static<typeof Passkey>

/** The second factors of who is signed in: `GET second-factor`. */
export const UserSecondFactor = Type.Object({
  /** Without one, nothing else is allowed, or will be from `requiredFrom` on. */
  required: Type.Boolean(),
  requiredFrom: Type.Optional(Type.String()),
  authenticator: Type.Optional(Type.Object({ enrolled: Type.String() })),
  passkeys: Type.Array(Passkey),
  recoveryCodesLeft: Type.Integer(),
})
export type UserSecondFactor = Static<typeof UserSecondFactor>

/**
 * Beginning to enrol (`POST second-factor/authenticator`, `POST second-factor/passkeys/options`), taking away (`POST
 * second-factor/authenticator/removal`, `POST second-factor/passkeys/:id/removal`) and new recovery codes (`POST
 * second-factor/recovery-codes`) ask for the present password.
 */
export const PresentPassword = Type.Object({ password: Password }, strict)
export type PresentPassword = Static<typeof PresentPassword>

/** The secret for the authenticator, shown until it is confirmed: as text to type, and as an address for a QR code. */
export const AuthenticatorSecret = Type.Object({ secret: Type.String(), otpauthUrl: Type.String() })
export type AuthenticatorSecret = Static<typeof AuthenticatorSecret>

/** `PUT second-factor/authenticator`. */
export const AuthenticatorConfirmation = Type.Object({ code: Type.String({ minLength: 6, maxLength: 20 }) }, strict)
export type AuthenticatorConfirmation = Static<typeof AuthenticatorConfirmation>

/** Ten codes, shown this once; with the first factor that is enrolled, and when they are asked for anew. */
export const UserRecoveryCodes = Type.Object({ recoveryCodes: Type.Array(Type.String()) })
export type UserRecoveryCodes = Static<typeof UserRecoveryCodes>

/** For `PublicKeyCredential.parseCreationOptionsFromJSON`; good for some minutes. */
export const PasskeyOptions = Type.Object({ options: PasskeyCreationOptions })
export type PasskeyOptions = Static<typeof PasskeyOptions>

/** `POST second-factor/passkeys`. */
export const PasskeyRegistration = Type.Object({ name: PasskeyName, credential: PasskeyAttestation }, strict)
export type PasskeyRegistration = Static<typeof PasskeyRegistration>

/** The new passkey, and recovery codes where it is the user's first factor. */
export const PasskeyRegistered = Type.Object({
  passkey: Passkey,
  recoveryCodes: Type.Optional(Type.Array(Type.String())),
})
export type PasskeyRegistered = Static<typeof PasskeyRegistered>

/** `PATCH second-factor/passkeys/:id`. */
export const PasskeyRename = Type.Object({ name: PasskeyName }, strict)
export type PasskeyRename = Static<typeof PasskeyRename>
