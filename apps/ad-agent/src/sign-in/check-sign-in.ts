import type { LockoutPolicy, SignInCheck, SignInOutcome } from '@lockstep/contract/agents/sign-in-check'
import { openPassword, type SealingKeys } from '@lockstep/contract/agents/sealed-password'
import type { DirectoryClient } from '@lockstep/ldap/directory-client'
import { guidBase } from '@lockstep/ldap/guid'
import { type AgentLog, failureFields } from '../agent/log.ts'
import type { BindPool } from './bind-pool.ts'
import { lockoutOf, type LockoutPolicies, resultantPolicyAttribute } from './lockout-policy.ts'
import { outcomeOfBind, outcomeOfFailedBind } from './sign-in-outcome.ts'

/** What a sign-in is checked with. */
export interface CheckPlace {
  readonly domainId: string
  readonly sealing: SealingKeys
  /** Signed in as the service account, to find the account; it tries no passwords. */
  readonly openDirectory: () => Promise<DirectoryClient>
  readonly pool: BindPool
  readonly policies: LockoutPolicies
  readonly log: AgentLog
}

/** One password is tried for no longer than this. */
const tryMs = 5000

/** What the domain controller said, and by what policy it locks the account where that is known. */
interface SignInFindings {
  readonly outcome: SignInOutcome
  readonly lockout?: LockoutPolicy
}

/** Asks the domain controller about one password; never rejects. `deadline` is in the time of performance.now. */
export async function checkSignIn(place: CheckPlace, check: SignInCheck, deadline: number): Promise<SignInFindings> {
  const { domainId, sealing, openDirectory, pool, policies, log } = place
  const { checkId, userId, objectGuid } = check
  let isTried = false
  try {
    const purpose = { use: 'prove', domainId, userId, objectGuid, revision: checkId } as const
    const password = await openPassword(sealing.privateKey, check.sealed, purpose)
    // Found by its GUID, which no renaming and no move changes.
    const directory = await openDirectory()
    const entry = await directory.read(guidBase(objectGuid), ['objectGUID', resultantPolicyAttribute])
    if (entry === undefined) return { outcome: 'unknown_user' }
    const lockout = await lockoutOf(directory, entry, policies)
    const trial = await pool.open()
    const leftMs = deadline - performance.now()
    if (leftMs <= 0) {
      await trial.unused()
      return { outcome: 'unreachable' }
    }
    isTried = true
    const outcome = outcomeOfBind(await trial.tryPassword(entry.dn, password, Math.min(leftMs, tryMs)))
    return { outcome, ...(lockout === undefined ? {} : { lockout }) }
  } catch (error) {
    log.warn('A sign-in could not be checked', { checkId, ...failureFields(error) })
    return { outcome: isTried ? outcomeOfFailedBind(error) : 'unreachable' }
  }
}
