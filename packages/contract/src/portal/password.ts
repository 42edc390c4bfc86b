import Type, { type Static } from 'typebox'

const strict = { additionalProperties: false } as const
const Password = Type.String({ minLength: 1, maxLength: 1024 })
const Token = Type.String({ minLength: 1, maxLength: 200 })

/** What a password may lack; the refusal `password_policy` names the same in its `violations`. */
export const passwordFaults = [
  'minLength',
  'maxLength',
  'lowercase',
  'uppercase',
  'number',
  'specialCharacter',
  'username',
  'common',
  'history',
] as const

/** `rules`: what the policy demands, each with words that follow "must". `common` and `history` only the hub can look at. */
export const PasswordDemands = Type.Object({
  minLength: Type.Integer(),
  rules: Type.Array(Type.Object({ name: Type.String(), text: Type.String() })),
})
export type PasswordDemands = Static<typeof PasswordDemands>

/** The token of a link, in the body so that no log of addresses ever has it. */
export const LinkToken = Type.Object({ token: Token }, strict)
export type LinkToken = Static<typeof LinkToken>

/** Whose password a link sets, and until when. */
export const PasswordLinkFacts = Type.Object({
  user: Type.Object({ username: Type.String(), email: Type.String(), name: Type.String() }),
  organization: Type.Object({ name: Type.String() }),
  expires: Type.String(),
  policy: PasswordDemands,
})
export type PasswordLinkFacts = Static<typeof PasswordLinkFacts>

/** The password that is chosen with a link. */
export const LinkPassword = Type.Object({ token: Token, password: Password }, strict)
export type LinkPassword = Static<typeof LinkPassword>

/** Whoever forgot their password: username or e-mail address. */
export const ForgottenPassword = Type.Object({ name: Type.String({ minLength: 1, maxLength: 1024 }) }, strict)
export type ForgottenPassword = Static<typeof ForgottenPassword>

/** `none`: not chosen yet. `delegated`: a domain checks it. */
export const PasswordStatusName = Type.Union([
  Type.Literal('none'),
  Type.Literal('active'),
  Type.Literal('expiring'),
  Type.Literal('expired'),
  Type.Literal('locked'),
  Type.Literal('delegated'),
])
export type PasswordStatusName = Static<typeof PasswordStatusName>

/** The password of who is signed in: `GET password`. */
export const PasswordFacts = Type.Object({
  status: PasswordStatusName,
  changed: Type.Optional(Type.String()),
  /** Absent: never, or a domain knows. */
  expires: Type.Optional(Type.String()),
  /** The directory that alone may set it; absent where it is set here. */
  authority: Type.Optional(Type.Object({ id: Type.String(), name: Type.String() })),
  mayChange: Type.Boolean(),
  /** Where it is changed instead, in a sentence; present when it may not be changed here. */
  changeElsewhere: Type.Optional(Type.String()),
  policy: PasswordDemands,
})
export type PasswordFacts = Static<typeof PasswordFacts>

/** `PUT password`: the present one proves who asks. Every other session ends. */
export const PasswordChange = Type.Object({ presentPassword: Password, password: Password }, strict)
export type PasswordChange = Static<typeof PasswordChange>

/** `POST password/check`: looked at, and kept nowhere. `token`: of a link, for who is not signed in. */
export const PasswordCandidate = Type.Object({ password: Password, token: Type.Optional(Token) }, strict)
export type PasswordCandidate = Static<typeof PasswordCandidate>

/** What the candidate lacks; nothing of it is said of earlier passwords. */
export const PasswordVerdict = Type.Object({
  accepted: Type.Boolean(),
  violations: Type.Array(Type.Object({ name: Type.String(), text: Type.String() })),
})
export type PasswordVerdict = Static<typeof PasswordVerdict>
