// Whether somebody holds the second factor: the code of now, each once, or a recovery code, which is used up. Guesses are counted by
// administrator before they are looked at, apart from those of passwords, so that neither count can take the other back.
import type { SecondFactorProof } from '@lockstep/contract/hub/second-factor'
import type { Clock } from '@lockstep/kernel/clock'
import { matchingStep } from '../../platform/crypto/one-time-password.ts'
import type { Vault } from '../../platform/crypto/vault.ts'
import type { Database, Transaction } from '../../platform/db/database.ts'
import { countAttempt } from './count-attempt.ts'
import { recoveryCodeHash } from './recovery-codes.ts'
import * as store from './second-factor.store.ts'
import * as failures from './sign-in-failure.store.ts'
import { addressLimit } from './sign-in.rules.ts'

export interface ProofDependencies {
  readonly database: Database
  readonly clock: Clock
  readonly vault: Pick<Vault, 'seal' | 'open'>
}

export type Proof =
  | SecondFactorProof
  | { readonly code?: string | undefined; readonly recoveryCode?: string | undefined }

/** What the secret of an administrator is sealed for. */
export function secretPurpose(administratorId: string): string {
  return `administrators/${administratorId}/second-factor`
}

export function hasProof({ code, recoveryCode }: Proof): boolean {
  return code !== undefined || recoveryCode !== undefined
}

/** Call before `provesFactor`, outside its transaction. Refuses with `throttled`. */
export async function countProofAttempt(dependencies: ProofDependencies, administratorId: string): Promise<void> {
  await countAttempt(dependencies, [{ target: targetOf(administratorId), rule: addressLimit }])
}

/** True for the code of a factor, confirmed or being enrolled, or a recovery code; what proves once is used up with the transaction. */
export async function provesFactor(
  transaction: Transaction,
  { clock, vault }: ProofDependencies,
  { administratorId, proof }: { readonly administratorId: string; readonly proof: Proof },
): Promise<boolean> {
  const factor = await store.findHeld(transaction, administratorId)
  if (factor === undefined) return false
  if (proof.code === undefined) {
    if (proof.recoveryCode === undefined) return false
    const hash = recoveryCodeHash(administratorId, proof.recoveryCode)
    if ((await store.useRecoveryCode(transaction, administratorId, hash)) === 0) return false
  } else {
    const secret = await vault.open(secretPurpose(administratorId), factor.secretSealed)
    const code = proof.code.replaceAll(/\s/g, '')
    const step = matchingStep(secret, code, { now: clock.now(), lastStep: factor.lastStep })
    if (step === undefined) return false
    await store.updateLastStep(transaction, administratorId, step)
  }
  await failures.remove(transaction, targetOf(administratorId))
  return true
}

function targetOf(administratorId: string): string {
  return `second-factor:${administratorId}`
}
