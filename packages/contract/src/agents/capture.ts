// How passwords that change in a domain reach the hub. POST /agents/v1/captures/orders names objects that changed and asks which of them
// are wanted, and how; the answer names others that are wanted too, because what the hub knows of them is older than what it read. POST
// /agents/v1/captures hands in what was captured.
//
// Clear text is sealed to the hub's capture key (`use: 'captured'`, the revision as below). Where only an NT hash can be had, argon2id is
// computed over it at the agent and that alone is sent. Agents keep nothing: what was not handed in is wanted again.
import Type, { type Static } from 'typebox'
import { PasswordRules } from '../password-rules.ts'
import { SealedPassword } from './sealed-password.ts'

const strict = { additionalProperties: false } as const
const Guid = Type.String({ pattern: '^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$' })
/** 100 ns steps since 1601 (MS-DTYP 2.3.3); 0 where the password must be changed at the next sign-in. */
const FileTime = Type.String({ pattern: '^(0|[1-9][0-9]{0,18})$' })

/**
 * By what a password may be captured: a filter that tells it as it is chosen, the reversible form that a Samba domain controller keeps for
 * its holder of the key, or the NT hash.
 */
export const CaptureWay = Type.Union([Type.Literal('filter'), Type.Literal('reversible'), Type.Literal('nt_hash')])
export type CaptureWay = Static<typeof CaptureWay>

const Sha256 = Type.String({ pattern: '^[0-9a-f]{64}$' })

export const CaptureQuestion = Type.Object(
  {
    guids: Type.Array(Guid, { maxItems: 500 }),
    /** Of the list of leaked passwords that the agent has for the check of new ones; empty without one, absent where it needs none. */
    leakedList: Type.Optional(Type.Union([Sha256, Type.Literal('')])),
  },
  strict,
)
export type CaptureQuestion = Static<typeof CaptureQuestion>

export const CaptureOrders = Type.Object({
  /** X25519, raw 32 bytes in base64url: what captured passwords are sealed with. */
  publicKey: Type.String(),
  /** Empty where nothing is captured. */
  ways: Type.Array(CaptureWay),
  rules: PasswordRules,
  /** Where the policy refuses leaked passwords, for who asked with one: the list's SHA-256, and its text where the agent has another. */
  leakedList: Type.Optional(Type.Object({ sha256: Sha256, text: Type.Optional(Type.String()) })),
  /** To be read and handed in now. */
  wantedGuids: Type.Array(Guid),
  /** Of those asked for: a password of the hub is on its way to them, so they are to be asked for again. */
  heldGuids: Type.Array(Guid),
})
export type CaptureOrders = Static<typeof CaptureOrders>

/** Of one account. Neither `sealed` nor `hash`: nothing of its password can be captured by the ways that are allowed. */
export const CapturedPassword = Type.Object(
  {
    guid: Guid,
    pwdLastSet: FileTime,
    /** When the password was set, as FileTime: the same as pwdLastSet, unless that is 0. */
    revision: Type.String({ pattern: '^[1-9][0-9]{0,18}$' }),
    sealed: Type.Optional(SealedPassword),
    /** `$nt+argon2id$v=19$m=19456,t=2,p=1$SALT$TAG`, of which the password is the NT hash. */
    hash: Type.Optional(Type.String({ maxLength: 200 })),
  },
  strict,
)
export type CapturedPassword = Static<typeof CapturedPassword>

export const CaptureReport = Type.Object(
  { captures: Type.Array(CapturedPassword, { minItems: 1, maxItems: 50 }) },
  strict,
)
export type CaptureReport = Static<typeof CaptureReport>

/** `own`: the hub put it there itself; `held`: hand it in again; `unwanted`: not in scope, or the hub alone has authority over it. */
export const CaptureOutcome = Type.Union([
  Type.Literal('taken'),
  Type.Literal('known'),
  Type.Literal('own'),
  Type.Literal('held'),
  Type.Literal('unwanted'),
  Type.Literal('refused'),
])
export type CaptureOutcome = Static<typeof CaptureOutcome>

export const CaptureReply = Type.Object({ outcomes: Type.Array(Type.Object({ guid: Guid, outcome: CaptureOutcome })) })
export type CaptureReply = Static<typeof CaptureReply>
