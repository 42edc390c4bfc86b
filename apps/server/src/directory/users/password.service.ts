// Passwords of users: the policy is asked before anything is hashed, earlier passwords are compared, and what is stored is a hash alone.
import { AppError } from '@lockstep/contract/app-error'
import type { Clock } from '@lockstep/kernel/clock'
import type { Json } from '@lockstep/kernel/json'
import type { Database, Queryable } from '../../platform/db/database.ts'
import { withinCapacity } from '../access/hashing-capacity.ts'
import { isLeakedPassword } from './leaked-passwords.ts'
import {
  defaultPasswordPolicy,
  passwordExpiration,
  type PasswordPolicy,
  type PasswordViolation,
  passwordViolations,
} from './password-policy.rules.ts'
import { PasswordRefusal } from './password-refusal.ts'
import * as store from './password.store.ts'
import type { UserInput } from './user.rules.ts'

/** Everything that a password lacks but for being new; whether it leaked is told of one that meets every other rule. */
export async function judgePassword(
  password: string,
  policy: PasswordPolicy,
  username: string,
): Promise<readonly PasswordViolation[]> {
  const violations = passwordViolations(password, policy, username)
  const isLeaked = violations.length === 0 && policy.refusesCommon && (await isLeakedPassword(password))
  return isLeaked ? ['common'] : violations
}

/** A password that may be set, and what setting it makes of the user's fields. */
export interface PreparedPassword {
  readonly hash: string
  readonly fields: UserInput
  readonly keptHashes: number
  /** Carries the password on to where else it is wanted, inside the transaction that saves it. Nothing else holds the clear text. */
  readonly deliver?: (db: Queryable, saved: SavedPassword) => Promise<void>
}

/** A password that was just saved; `revision` counts those of the user. */
export interface SavedPassword {
  readonly userId: string
  readonly revision: number
}

/** What carries passwords on: called inside the transaction that saves one, after it was saved. */
export type DeliverPassword = (db: Queryable, saved: SavedPassword & NewPassword) => Promise<void>

/** `despiteAuthority`: it holds also where a directory has authority over the user's password. */
interface NewPassword {
  readonly password: string
  readonly despiteAuthority: boolean
}

/** Whose password it is; an `id` only once the user exists. */
export interface PasswordOwner {
  readonly id?: string
  readonly username: string
  readonly neverExpires: boolean
  readonly despiteAuthority?: boolean
}

export interface PasswordService {
  /** Checks a password against the policy and the earlier ones, and hashes it. Refuses with `PasswordRefusal`. */
  prepare(password: Json, owner: PasswordOwner): Promise<PreparedPassword>
  save(db: Queryable, password: PreparedPassword, row: { userId: string; changed: Date }): Promise<void>
  /** When the present password expires under today's policy; null: never. */
  expiration(setAt: Date, neverExpires: boolean, userId?: string): Promise<Date | null>
  /** Counts a failed sign-in; answers what the failures have come to, or undefined when the user has no password. */
  countFailure(userId: string): Promise<store.FailedAttempts | undefined>
  findFailures(userId: string): Promise<store.FailedAttempts | undefined>
  clearFailures(userId: string): Promise<void>
}

export interface PasswordServiceOptions {
  readonly database: Database
  readonly clock: Clock
  readonly hashPassword: (password: string) => Promise<string>
  /** Without it no earlier password can be recognised. */
  readonly verifyPassword?: (hash: string, password: string) => Promise<boolean>
  /** The policy of a user, who is unknown while they are being made. */
  readonly passwordPolicy?: (userId?: string) => Promise<PasswordPolicy>
  readonly deliverPassword?: DeliverPassword
}

/** A lock without an end: nobody is forgotten about, an administrator unlocks. */
const endOfTime = new Date('9999-12-31T00:00:00Z')

export function createPasswordService(options: PasswordServiceOptions): PasswordService {
  const { database, clock, hashPassword, verifyPassword, deliverPassword } = options
  const policyNow = options.passwordPolicy ?? (async () => defaultPasswordPolicy)

  const wasUsed = async (password: string, userId: string, depth: number): Promise<boolean> => {
    if (depth === 0 || verifyPassword === undefined) return false
    for (const hash of await store.listHashes(database, userId, depth))
      if (await withinCapacity(() => verifyPassword(hash, password))) return true
    return false
  }

  return {
    async prepare(password, owner) {
      if (typeof password !== 'string')
        throw new AppError('invalid_request', { field: 'password', detail: 'password: must be text.' })
      const policy = await policyNow(owner.id)
      const violations = await judgePassword(password, policy, owner.username)
      if (violations.length > 0) throw new PasswordRefusal(violations, policy)
      if (owner.id !== undefined && (await wasUsed(password, owner.id, policy.maxHistory)))
        throw new PasswordRefusal(['history'], policy)
      const now = clock.now()
      const expires = passwordExpiration(now, policy, owner.neverExpires)
      return {
        hash: await withinCapacity(() => hashPassword(password)),
        fields: {
          activated: true,
          password_date: now.toISOString(),
          password_expired: false,
          password_expiration_date: expires?.toISOString() ?? null,
        },
        keptHashes: Math.max(0, policy.maxHistory - 1),
        ...(deliverPassword === undefined
          ? {}
          : {
              deliver: (db, saved) =>
                deliverPassword(db, { ...saved, password, despiteAuthority: owner.despiteAuthority === true }),
            }),
      }
    },
    async save(db, { hash, keptHashes, deliver }, row) {
      const revision = await store.setPassword(db, { ...row, hash, keptHashes })
      await deliver?.(db, { userId: row.userId, revision })
    },
    expiration: async (setAt, neverExpires, userId) => passwordExpiration(setAt, await policyNow(userId), neverExpires),
    async countFailure(userId) {
      const policy = await policyNow(userId)
      const at = clock.now()
      const lockedUntil =
        policy.lockoutSeconds === undefined ? endOfTime : new Date(at.getTime() + policy.lockoutSeconds * 1000)
      return store.countFailure(database, { userId, at, maxAttempts: policy.maxAttempts, lockedUntil })
    },
    findFailures: (userId) => store.findFailures(database, userId),
    clearFailures: (userId) => store.clearFailures(database, userId),
  }
}
