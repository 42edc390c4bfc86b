// How a domain validates a sign-in. POST /agents/v1/sign-in-checks is a long poll of its own, beside the import's: each import agent holds
// one open and takes the checks that it has room for. POST /agents/v1/sign-in-checks/answers gives what the domain said.
//
// The password is sealed to every agent that may take the check (`use: 'prove'`, the check's id as revision), so whoever takes it can open
// it and nobody else. The nonce is made when a check is taken: only who took it can answer it. A check that is not answered within a second
// is offered to another agent, and what comes too late counts no more.
import Type, { type Static } from 'typebox'
import { SealedPassword } from './sealed-password.ts'

const strict = { additionalProperties: false } as const
const Id = Type.String({ pattern: '^[0-9a-f]{24}$' })
const Guid = Type.String({ pattern: '^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$' })
const Nonce = Type.String({ pattern: '^[A-Za-z0-9-]{16,64}$' })

/** Where an agent runs: on the very domain controller that it asks, or on another server. */
export const AgentPlace = Type.Union([Type.Literal('domain_controller'), Type.Literal('member_server')])
export type AgentPlace = Static<typeof AgentPlace>

/** When the domain locks an account: the strictest of its password policies that the agent may read; threshold 0 never locks. */
export const LockoutPolicy = Type.Object(
  {
    threshold: Type.Integer({ minimum: 0, maximum: 65_535 }),
    windowMs: Type.Integer({ minimum: 0, maximum: 9_007_199_254_740_991 }),
  },
  strict,
)
export type LockoutPolicy = Static<typeof LockoutPolicy>

export const SignInCheckRequest = Type.Object(
  {
    waitMs: Type.Integer({ minimum: 0, maximum: 30_000 }),
    maxItems: Type.Integer({ minimum: 1, maximum: 50 }),
    /** Whether the domain controller answered when it was last asked. */
    reachable: Type.Boolean(),
    place: Type.Optional(AgentPlace),
    lockout: Type.Optional(LockoutPolicy),
  },
  strict,
)
export type SignInCheckRequest = Static<typeof SignInCheckRequest>

export const SignInCheck = Type.Object({
  checkId: Id,
  nonce: Nonce,
  userId: Id,
  objectGuid: Guid,
  sealed: SealedPassword,
  /** How long an answer still counts; after it the password is not to be tried any more. */
  leftMs: Type.Integer({ minimum: 0 }),
})
export type SignInCheck = Static<typeof SignInCheck>

export const SignInCheckReply = Type.Object({ items: Type.Array(SignInCheck) })
export type SignInCheckReply = Static<typeof SignInCheckReply>

/**
 * What the domain says of an account and the password that was tried. `unreachable`: nothing was tried; `no_answer`: it was tried, and the
 * domain controller did not say.
 */
export const SignInOutcome = Type.Union([
  Type.Literal('valid'),
  Type.Literal('wrong_password'),
  Type.Literal('password_expired'),
  Type.Literal('must_change_password'),
  Type.Literal('locked'),
  Type.Literal('disabled'),
  Type.Literal('account_expired'),
  Type.Literal('not_permitted'),
  Type.Literal('unknown_user'),
  Type.Literal('unreachable'),
  Type.Literal('no_answer'),
])
export type SignInOutcome = Static<typeof SignInOutcome>

export const SignInAnswers = Type.Object(
  {
    answers: Type.Array(
      Type.Object(
        {
          checkId: Id,
          nonce: Nonce,
          outcome: SignInOutcome,
          /** By what policy the domain locks this very account, as far as the agent knows. */
          lockout: Type.Optional(LockoutPolicy),
        },
        strict,
      ),
      { minItems: 1, maxItems: 50 },
    ),
  },
  strict,
)
export type SignInAnswers = Static<typeof SignInAnswers>
