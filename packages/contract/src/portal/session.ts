import Type, { type Static } from 'typebox'
import { PasskeyAssertion, PasskeyRequestOptions } from './passkey.ts'

const strict = { additionalProperties: false } as const

/**
 * What the sign-in asks for next; absent once nothing is open. `password`: nobody is signed in. `second-factor`: send it to
 * `session/second-factor`. `enrol-second-factor` and `change-password`: the session serves for that alone until it is done.
 */
export const SignInStep = Type.Union([
  Type.Literal('password'),
  Type.Literal('second-factor'),
  Type.Literal('enrol-second-factor'),
  Type.Literal('change-password'),
])
export type SignInStep = Static<typeof SignInStep>

/** With what a second factor may be answered. */
export const SecondFactorMethod = Type.Union([
  Type.Literal('code'),
  Type.Literal('recovery-code'),
  Type.Literal('passkey'),
])
export type SecondFactorMethod = Static<typeof SecondFactorMethod>

/** Who is signed in to the portal of users, and what is asked next; `csrfToken` goes into the header `x-csrf-token` of every writing request. */
export const PortalSession = Type.Object({
  /** True once nothing but `change-password` or `enrol-second-factor` can be open. */
  signedIn: Type.Boolean(),
  next: Type.Optional(SignInStep),
  csrfToken: Type.Optional(Type.String()),
  /** From the step `second-factor` on. */
  user: Type.Optional(
    Type.Object({ id: Type.String(), username: Type.String(), email: Type.String(), name: Type.String() }),
  ),
  /** With the step `second-factor`: what the user has enrolled. */
  methods: Type.Optional(Type.Array(SecondFactorMethod)),
  /** With the step `second-factor` where a passkey is enrolled: for `PublicKeyCredential.parseRequestOptionsFromJSON`. */
  passkeyOptions: Type.Optional(PasskeyRequestOptions),
  /** Until when a second factor may still be missing; enrolling it can wait so long. */
  enrolSecondFactorUntil: Type.Optional(Type.String()),
  organization: Type.Object({ name: Type.String() }),
})
export type PortalSession = Static<typeof PortalSession>

/** `name`: the username or the e-mail address, in any letter case. */
export const PortalSignIn = Type.Object(
  {
    name: Type.String({ minLength: 1, maxLength: 1024 }),
    password: Type.String({ minLength: 1, maxLength: 1024 }),
  },
  strict,
)
export type PortalSignIn = Static<typeof PortalSignIn>

/** One of the three: six digits of the authenticator, a recovery code (works once), or a passkey's assertion. */
export const SecondFactorAnswer = Type.Object(
  {
    code: Type.Optional(Type.String({ minLength: 6, maxLength: 20 })),
    recoveryCode: Type.Optional(Type.String({ minLength: 16, maxLength: 40 })),
    passkey: Type.Optional(PasskeyAssertion),
  },
  strict,
)
export type SecondFactorAnswer = Static<typeof SecondFactorAnswer>

/** One of the sessions of who is signed in. */
export const PortalSessionRow = Type.Object({
  id: Type.String(),
  /** The one that asks. */
  current: Type.Boolean(),
  created: Type.String(),
  /** Exact to a minute. */
  lastSeen: Type.String(),
  expires: Type.String(),
  sourceIp: Type.String(),
  /** Browser and system in words, such as "Firefox on Windows"; empty when they cannot be told. */
  browser: Type.String(),
})
export type PortalSessionRow = Static<typeof PortalSessionRow>

export const PortalSessionList = Type.Object({ items: Type.Array(PortalSessionRow) })
export type PortalSessionList = Static<typeof PortalSessionList>
