// The second factors of users: a one-time password generator (RFC 6238), recovery codes, and how many passkeys there are. What is proven
// once is used up. Whoever calls has seen to it that the user may.
import { AppError } from '@lockstep/contract/app-error'
import type { Clock } from '@lockstep/kernel/clock'
import { matchingStep, newOneTimeSecret, otpauthUrl, toBase32 } from '../../platform/crypto/one-time-password.ts'
import type { Vault } from '../../platform/crypto/vault.ts'
import type { Database, Queryable, Transaction } from '../../platform/db/database.ts'
import { requirePermission } from '../access/access.rules.ts'
import { newRecoveryCodes, recoveryCodeHash } from '../access/recovery-codes.ts'
import type { GroupService } from '../groups/group.service.ts'
import type { ChangeOrigin } from '../journal/journal.rules.ts'
import type { JournalService } from '../journal/journal.service.ts'
import type { User } from '../users/user.rules.ts'
import { requiredFrom } from './user-factor.rules.ts'
import * as store from './user-factor.store.ts'

/** What else belongs to a change, in its transaction. */
type Also<T> = (db: Queryable, recoveryCodes: string[]) => Promise<T>

export interface FactorStanding extends store.FactorCounts {
  readonly requiredFrom: Date | null
}

export interface UserFactorService {
  counts(userId: string): Promise<store.FactorCounts>
  /** What the user has enrolled, and from when on they need a factor; null when nobody asks. */
  standing(user: Pick<User, 'id' | 'attributes' | 'created'>): Promise<FactorStanding>
  /** Begins to enrol, or begins anew. Refuses with `second_factor_enrolled` when one is complete. */
  beginAuthenticator(
    user: Pick<User, 'id' | 'username'>,
    issuer: string,
  ): Promise<{ readonly secret: string; readonly otpauthUrl: string }>
  /** Completes the enrolment, with new recovery codes. Refuses with `second_factor_missing` and `invalid_request`. */
  confirmAuthenticator<T>(userId: string, code: string, also: Also<T>): Promise<T>
  /** Refuses with `second_factor_missing` when there is none. */
  removeAuthenticator<T>(userId: string, also: (db: Queryable) => Promise<T>): Promise<T>
  renewRecoveryCodes<T>(userId: string, also: Also<T>): Promise<T>
  /** New recovery codes where there are none yet, such as with the first passkey; undefined where there are. */
  firstRecoveryCodes(db: Queryable, userId: string): Promise<string[] | undefined>
  /** Recovery codes without a factor that they stand in for are of no use. */
  dropIdleRecoveryCodes(db: Queryable, userId: string): Promise<void>
  provesCode(userId: string, code: string): Promise<boolean>
  provesRecoveryCode(userId: string, code: string): Promise<boolean>
  /** Takes every factor from a user who lost theirs; `also` is called where there was one. */
  removeAll(userId: string, also: (db: Queryable) => Promise<void>): Promise<void>
  /** Days that a group gives its members for enrolling a factor; null when it does not ask for one. */
  groupGraceDays(groupId: string): Promise<number | null>
  /** Asks the members of a group for a second factor after so many days, or with null not any more. */
  askGroup(origin: ChangeOrigin, groupId: string, graceDays: number | null): Promise<void>
}

export interface UserFactorOptions {
  readonly database: Database
  readonly clock: Clock
  readonly vault: Pick<Vault, 'seal' | 'open'>
  readonly groups: Pick<GroupService, 'get'>
  readonly journal: Pick<JournalService, 'record'>
}

export function createUserFactorService(options: UserFactorOptions): UserFactorService {
  const { database, clock, vault } = options
  return {
    counts: (userId) => store.countFactors(database, userId),
    async standing(user) {
      const { groups, ...counts } = await store.findStanding(database, user.id)
      return { ...counts, requiredFrom: requiredFrom(user, groups) }
    },
    async beginAuthenticator(user, issuer) {
      const secret = newOneTimeSecret()
      const secretSealed = await vault.seal(secretPurpose(user.id), secret)
      const begun = await store.beginAuthenticator(database, { userId: user.id, secretSealed, created: clock.now() })
      if (begun === 0) throw new AppError('second_factor_enrolled')
      return { secret: toBase32(secret), otpauthUrl: otpauthUrl(secret, { issuer, account: user.username }) }
    },
    confirmAuthenticator: (userId, code, also) =>
      database.transaction(async (transaction) => {
        const row = await store.findAuthenticatorHeld(transaction, userId)
        if (row === undefined || row.confirmed !== null) throw new AppError('second_factor_missing')
        if (!(await usesCode(options, transaction, { userId, code, row })))
          throw new AppError('invalid_request', {
            field: 'code',
            detail: 'code: must be the one that the app shows now, and not used before.',
          })
        await store.updateConfirmed(transaction, userId, clock.now())
        return also(transaction, await replaceCodes(transaction, userId))
      }),
    removeAuthenticator: (userId, also) =>
      database.transaction(async (transaction) => {
        if ((await store.removeAuthenticator(transaction, userId)) === 0) throw new AppError('second_factor_missing')
        await dropIdleRecoveryCodes(transaction, userId)
        return also(transaction)
      }),
    renewRecoveryCodes: (userId, also) =>
      database.transaction(async (transaction) => {
        const { authenticator, passkeys } = await store.countFactors(transaction, userId)
        if (authenticator === null && passkeys === 0) throw new AppError('second_factor_missing')
        return also(transaction, await replaceCodes(transaction, userId))
      }),
    async firstRecoveryCodes(db, userId) {
      const { recoveryCodes } = await store.countFactors(db, userId)
      return recoveryCodes > 0 ? undefined : replaceCodes(db, userId)
    },
    dropIdleRecoveryCodes,
    provesCode: (userId, code) =>
      database.transaction(async (transaction) => {
        const row = await store.findAuthenticatorHeld(transaction, userId)
        return row !== undefined && row.confirmed !== null && usesCode(options, transaction, { userId, code, row })
      }),
    provesRecoveryCode: async (userId, code) =>
      (await store.useRecoveryCode(database, userId, recoveryCodeHash(userId, code))) > 0,
    removeAll: (userId, also) =>
      database.transaction(async (transaction) => {
        if ((await store.removeAll(transaction, userId)) > 0) await also(transaction)
      }),
    groupGraceDays: async (groupId) => (await store.findGroupDemand(database, groupId))?.graceDays ?? null,
    askGroup: (origin, groupId, graceDays) => askGroup(options, origin, { groupId, graceDays }),
  }
}

function secretPurpose(userId: string): string {
  return `users/${userId}/second-factor`
}

async function usesCode(
  { clock, vault }: UserFactorOptions,
  transaction: Transaction,
  { userId, code, row }: { readonly userId: string; readonly code: string; readonly row: store.AuthenticatorRow },
): Promise<boolean> {
  const secret = await vault.open(secretPurpose(userId), row.secretSealed)
  const step = matchingStep(secret, code.replaceAll(/\s/g, ''), { now: clock.now(), lastStep: row.lastStep })
  if (step === undefined) return false
  await store.updateLastStep(transaction, userId, step)
  return true
}

async function replaceCodes(db: Queryable, userId: string): Promise<string[]> {
  const { recoveryCodes, hashes } = newRecoveryCodes(userId)
  await store.replaceRecoveryCodes(db, userId, hashes)
  return recoveryCodes
}

async function dropIdleRecoveryCodes(db: Queryable, userId: string): Promise<void> {
  const { authenticator, passkeys } = await store.countFactors(db, userId)
  if (authenticator === null && passkeys === 0) await store.replaceRecoveryCodes(db, userId, [])
}

async function askGroup(
  { database, clock, groups, journal }: UserFactorOptions,
  origin: ChangeOrigin,
  { groupId, graceDays }: { readonly groupId: string; readonly graceDays: number | null },
): Promise<void> {
  requirePermission(origin.actor, 'groups.write')
  const group = await groups.get(origin.actor, groupId)
  await database.transaction(async (transaction) => {
    const before = (await store.findGroupDemand(transaction, group.id))?.graceDays ?? null
    if (before === graceDays) return
    if (graceDays === null) await store.removeGroupDemand(transaction, group.id)
    else await store.putGroupDemand(transaction, { groupId: group.id, since: clock.now(), graceDays })
    await journal.record(transaction, origin, [
      {
        ...{ action: 'group.ask_second_factor', subjectKind: 'group', subjectId: group.id, subject: group.name },
        changes: { secondFactorGraceDays: { before, after: graceDays } },
      },
    ])
  })
}
