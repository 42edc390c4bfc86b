import type { Actor } from '@lockstep/contract/access'
import { AppError } from '@lockstep/contract/app-error'
import type { RecoveryCodes, SecondFactor, SecondFactorSecret } from '@lockstep/contract/hub/second-factor'
import type { Clock } from '@lockstep/kernel/clock'
import { newOneTimeSecret, otpauthUrl, toBase32 } from '../../platform/crypto/one-time-password.ts'
import type { PasswordHasher } from '../../platform/crypto/password-hash.ts'
import type { Vault } from '../../platform/crypto/vault.ts'
import type { Database, Transaction } from '../../platform/db/database.ts'
import type { ChangeOrigin, JournalDraft } from '../journal/journal.rules.ts'
import type { JournalService } from '../journal/journal.service.ts'
import { requirePermission, requireRoleWithin, systemActor } from './access.rules.ts'
import * as administrators from './administrator.store.ts'
import { countAttempt } from './count-attempt.ts'
import { withinCapacity } from './hashing-capacity.ts'
import { newRecoveryCodes } from './recovery-codes.ts'
import { countProofAttempt, type Proof, provesFactor, secretPurpose } from './second-factor-proof.ts'
import * as store from './second-factor.store.ts'
import * as sessions from './session.store.ts'
import * as failures from './sign-in-failure.store.ts'
import { addressLimit } from './sign-in.rules.ts'

/** The second factor of administrators: a one-time password generator (RFC 6238) and recovery codes. */
export interface SecondFactorService {
  describe(actor: Actor): Promise<SecondFactor>
  /** Begins an enrolment, or begins it anew; refuses with `second_factor_enrolled` when one is complete. */
  enrol(origin: ChangeOrigin, password: string): Promise<SecondFactorSecret>
  /** Completes the enrolment; the recovery codes are in this answer and nowhere else. */
  confirm(origin: ChangeOrigin, code: string): Promise<RecoveryCodes>
  turnOff(origin: ChangeOrigin, proof: Proof): Promise<void>
  /** New recovery codes instead of those that are left. */
  renewRecoveryCodes(origin: ChangeOrigin, proof: Proof): Promise<RecoveryCodes>
  /** Takes the factor from an administrator who lost it, and ends their sessions. */
  reset(origin: ChangeOrigin, administratorId: string): Promise<void>
  /** The same for whoever runs the hub's machine; false when there is nobody with this address or no factor. */
  resetFromMachine(email: string): Promise<boolean>
}

export interface SecondFactorDependencies {
  readonly database: Database
  readonly clock: Clock
  readonly hasher: PasswordHasher
  readonly vault: Pick<Vault, 'seal' | 'open'>
  readonly journal: Pick<JournalService, 'record'>
  /** Whether every administrator needs one. */
  readonly requiresSecondFactor: () => Promise<boolean>
  /** Called after the commit of what takes access away or changes it. */
  readonly accessChanged: () => void
}

const issuer = 'Lockstep'

export function createSecondFactorService(dependencies: SecondFactorDependencies): SecondFactorService {
  const { database, requiresSecondFactor } = dependencies
  return {
    async describe(actor) {
      if (actor.kind !== 'administrator') throw new AppError('session_needed')
      const row = await administrators.find(database, actor.id)
      if (row === undefined) throw new AppError('unauthenticated')
      const required = row.secondFactorRequired || (await requiresSecondFactor())
      const recoveryCodesLeft = await store.countRecoveryCodes(database, actor.id)
      if (row.secondFactorSince === null) return { enrolled: false, required, recoveryCodesLeft }
      return { enrolled: true, required, enrolledAt: row.secondFactorSince.toISOString(), recoveryCodesLeft }
    },

    enrol: (origin, password) => enrol(dependencies, origin, password),

    confirm: (origin, code) =>
      proven(dependencies, origin, { proof: { code }, confirmed: false }, async (transaction, row) => {
        const now = dependencies.clock.now()
        await store.updateConfirmed(transaction, row.id, now)
        const codes = await replaceCodes(transaction, row.id)
        await record(transaction, dependencies, origin, drafted('administrator.second_factor_enrol', row))
        return codes
      }),

    turnOff: (origin, proof) =>
      proven(dependencies, origin, { proof, confirmed: true }, async (transaction, row) => {
        await store.remove(transaction, row.id)
        await record(transaction, dependencies, origin, drafted('administrator.second_factor_remove', row))
      }),

    renewRecoveryCodes: (origin, proof) =>
      proven(dependencies, origin, { proof, confirmed: true }, async (transaction, row) => {
        const codes = await replaceCodes(transaction, row.id)
        await record(transaction, dependencies, origin, drafted('administrator.recovery_codes_renew', row))
        return codes
      }),

    async reset(origin, administratorId) {
      requirePermission(origin.actor, 'administrators.write')
      await database.transaction(async (transaction) => {
        const row = await administrators.findHeld(transaction, administratorId)
        if (row === undefined) throw new AppError('not_found', { field: 'id' })
        requireRoleWithin(origin.actor, row)
        if (isOwnSession(origin.actor, row.id))
          throw new AppError('forbidden', { detail: 'Turn your own second factor off with one of its codes.' })
        await resetOf(transaction, dependencies, { origin, row })
      })
    },

    async resetFromMachine(email) {
      const found = await administrators.findForSignIn(database, email.trim())
      if (found === undefined || found.secondFactorSince === null) return false
      const origin = {
        actor: systemActor('hub'),
        cause: { kind: 'set_up', text: 'Asked for by the environment' },
      } as const
      await database.transaction((transaction) => resetOf(transaction, dependencies, { origin, row: found }))
      return true
    },
  }
}

function isOwnSession(actor: Actor, administratorId: string): boolean {
  return actor.id === administratorId && actor.via === 'session'
}

/** Forgets the factor, within a transaction; nothing to forget is nothing to do. */
export async function resetOf(
  transaction: Transaction,
  dependencies: Pick<SecondFactorDependencies, 'journal' | 'accessChanged'>,
  { origin, row }: { readonly origin: ChangeOrigin; readonly row: administrators.AdministratorRow },
): Promise<void> {
  if ((await store.remove(transaction, row.id)) === 0 || row.secondFactorSince === null) return
  await sessions.removeOf(transaction, row.id)
  await record(transaction, dependencies, origin, drafted('administrator.second_factor_reset', row))
}

/** The administrator whose session acts. */
function requireSession(actor: Actor): string {
  if (actor.kind !== 'administrator' || actor.via !== 'session') throw new AppError('session_needed')
  return actor.id
}

async function enrol(
  dependencies: SecondFactorDependencies,
  origin: ChangeOrigin,
  password: string,
): Promise<SecondFactorSecret> {
  const { database, clock, hasher, vault } = dependencies
  const id = requireSession(origin.actor)
  const target = `password:${id}`
  await countAttempt(dependencies, [{ target, rule: addressLimit }])
  const row = await administrators.findForSignIn(database, origin.actor.name)
  const hash = row?.id === id ? (row.passwordHash ?? undefined) : undefined
  if (!(await withinCapacity(() => hasher.verifyPassword(hash, password))))
    throw new AppError('invalid_request', { field: 'password', detail: 'password: is not right.' })
  await failures.remove(database, target)
  const secret = newOneTimeSecret()
  const secretSealed = await vault.seal(secretPurpose(id), secret)
  const begun = await store.begin(database, { administratorId: id, secretSealed, created: clock.now() })
  if (begun === 0) throw new AppError('second_factor_enrolled')
  return { secret: toBase32(secret), otpauthUrl: otpauthUrl(secret, { issuer, account: origin.actor.name }) }
}

interface Needed {
  readonly proof: Proof
  /** Whether the enrolment has to be complete, or must not be. */
  readonly confirmed: boolean
}

/** Does something with the session's own factor once it is proven. Refuses with `second_factor_missing`, `throttled` or `invalid_request`. */
async function proven<T>(
  dependencies: SecondFactorDependencies,
  origin: ChangeOrigin,
  { proof, confirmed }: Needed,
  work: (transaction: Transaction, row: administrators.AdministratorRow) => Promise<T>,
): Promise<T> {
  const { database, accessChanged } = dependencies
  const id = requireSession(origin.actor)
  await countProofAttempt(dependencies, id)
  return database.transaction(async (transaction) => {
    const row = await administrators.findHeld(transaction, id)
    if (row === undefined || row.suspended) throw new AppError('unauthenticated')
    const factor = await store.find(transaction, id)
    if (factor === undefined || (factor.confirmed === null) === confirmed) throw new AppError('second_factor_missing')
    if (!(await provesFactor(transaction, dependencies, { administratorId: id, proof })))
      // Not an answer of 401: the session is as good as before.
      throw new AppError('invalid_request', {
        field: 'code',
        detail: 'code: must be the one that the app shows now, and not used before.',
      })
    transaction.afterCommit(accessChanged)
    return work(transaction, row)
  })
}

async function replaceCodes(transaction: Transaction, administratorId: string): Promise<RecoveryCodes> {
  const { recoveryCodes, hashes } = newRecoveryCodes(administratorId)
  await store.replaceRecoveryCodes(transaction, administratorId, hashes)
  return { recoveryCodes }
}

function drafted(action: string, row: administrators.AdministratorRow): JournalDraft {
  return { action, subjectKind: 'administrator', subjectId: row.id, subject: row.email }
}

async function record(
  transaction: Transaction,
  { journal, accessChanged }: Pick<SecondFactorDependencies, 'journal' | 'accessChanged'>,
  origin: ChangeOrigin,
  draft: JournalDraft,
): Promise<void> {
  await journal.record(transaction, origin, [draft])
  transaction.afterCommit(accessChanged)
}
