// What browsers and authenticators say to each other (WebAuthn level 3, sections 5.1.8 to 5.1.10), in its JSON form: made and read by the
// browser's own functions, so that only its outline is described here.
import Type, { type Static } from 'typebox'

const strict = { additionalProperties: false } as const
const Base64url = Type.String({ minLength: 1, maxLength: 20_000, pattern: '^[A-Za-z0-9_-]+$' })

/** PublicKeyCredentialRequestOptionsJSON. */
export const PasskeyRequestOptions = Type.Object({
  challenge: Type.String(),
  rpId: Type.Optional(Type.String()),
  timeout: Type.Optional(Type.Integer()),
  userVerification: Type.Optional(Type.String()),
  allowCredentials: Type.Optional(
    Type.Array(
      Type.Object({ id: Type.String(), type: Type.String(), transports: Type.Optional(Type.Array(Type.String())) }),
    ),
  ),
})
export type PasskeyRequestOptions = Static<typeof PasskeyRequestOptions>

/** PublicKeyCredentialCreationOptionsJSON. */
export const PasskeyCreationOptions = Type.Object({
  challenge: Type.String(),
  rp: Type.Object({ name: Type.String(), id: Type.Optional(Type.String()) }),
  user: Type.Object({ id: Type.String(), name: Type.String(), displayName: Type.String() }),
  pubKeyCredParams: Type.Array(Type.Object({ type: Type.String(), alg: Type.Integer() })),
  timeout: Type.Optional(Type.Integer()),
  attestation: Type.Optional(Type.String()),
  authenticatorSelection: Type.Optional(Type.Record(Type.String(), Type.Unknown())),
  excludeCredentials: Type.Optional(
    Type.Array(
      Type.Object({ id: Type.String(), type: Type.String(), transports: Type.Optional(Type.Array(Type.String())) }),
    ),
  ),
})
export type PasskeyCreationOptions = Static<typeof PasskeyCreationOptions>

const credential = {
  id: Base64url,
  rawId: Base64url,
  type: Type.Literal('public-key'),
  authenticatorAttachment: Type.Optional(Type.Union([Type.String({ maxLength: 40 }), Type.Null()])),
  clientExtensionResults: Type.Optional(Type.Record(Type.String({ maxLength: 100 }), Type.Unknown())),
}

/** AuthenticationResponseJSON: what `credential.toJSON()` gives after `navigator.credentials.get`. */
export const PasskeyAssertion = Type.Object(
  {
    ...credential,
    response: Type.Object(
      {
        clientDataJSON: Base64url,
        authenticatorData: Base64url,
        signature: Base64url,
        userHandle: Type.Optional(Type.Union([Type.String({ maxLength: 1024 }), Type.Null()])),
      },
      strict,
    ),
  },
  strict,
)
export type PasskeyAssertion = Static<typeof PasskeyAssertion>

/** RegistrationResponseJSON: what `credential.toJSON()` gives after `navigator.credentials.create`. */
export const PasskeyAttestation = Type.Object(
  {
    ...credential,
    response: Type.Object(
      {
        clientDataJSON: Base64url,
        attestationObject: Base64url,
        authenticatorData: Type.Optional(Base64url),
        transports: Type.Optional(Type.Array(Type.String({ maxLength: 40 }), { maxItems: 10 })),
        publicKeyAlgorithm: Type.Optional(Type.Integer()),
        publicKey: Type.Optional(Type.Union([Base64url, Type.Null()])),
      },
      strict,
    ),
  },
  strict,
)
export type PasskeyAttestation = Static<typeof PasskeyAttestation>
