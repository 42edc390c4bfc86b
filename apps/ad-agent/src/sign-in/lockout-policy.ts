import type { LockoutPolicy } from '@lockstep/contract/agents/sign-in-check'
import { assumedLockout, strictestLockout } from '@lockstep/contract/agents/strictest-lockout'
import type { DirectoryClient } from '@lockstep/ldap/directory-client'
import { DirectoryError } from '@lockstep/ldap/directory-error'
import { bigInteger, integer } from '@lockstep/ldap/number'
import type { RawEntry } from '@lockstep/ldap/raw-entry'
import { text } from '@lockstep/ldap/text'

/** When the domain locks accounts, as far as the service account may read that. */
export interface LockoutPolicies {
  /** Of all that were read, the strictest; undefined when not even the domain's may be. */
  readonly strictest?: LockoutPolicy
  /** Of accounts without a password settings object. */
  readonly domain?: LockoutPolicy
}

/** The password settings object (MS-ADTS 3.1.1.4.5.36) that holds for an account; no right of its own is needed to see that there is one. */
export const resultantPolicyAttribute = 'msDS-ResultantPSO'
/** Negative numbers of 100 nanoseconds (MS-ADTS 2.2.19, LARGE_INTEGER durations). */
const ticksPerMs = 10_000n
const domainAttributes = ['lockoutThreshold', 'lockOutObservationWindow'] as const
const policyAttributes = ['msDS-LockoutThreshold', 'msDS-LockoutObservationWindow'] as const
/** One that may not be read: it may lock after the first wrong password, and nobody knows for how long it counts. */
const unreadable: LockoutPolicy = { threshold: 1, windowMs: 24 * 60 * 60_000 }

export async function readLockoutPolicies(client: DirectoryClient, baseDn: string): Promise<LockoutPolicies> {
  const entry = await client.read(baseDn, domainAttributes)
  const own = entry === undefined ? undefined : policyOf(entry, domainAttributes)
  if (own === undefined) return {}
  const others = await readOthers(client, baseDn)
  const strictest = strictestLockout([own, ...(others ?? [])])
  // Where others cannot be seen at all, an account may have one nevertheless.
  const domain = others === undefined ? strictestLockout([own, assumedLockout]) : own
  return { ...(strictest === undefined ? {} : { strictest }), ...(domain === undefined ? {} : { domain }) }
}

/** The policy of one account, read with `resultantPolicyAttribute`. Rejects with a DirectoryError. */
export async function lockoutOf(
  client: DirectoryClient,
  account: RawEntry,
  { domain }: LockoutPolicies,
): Promise<LockoutPolicy | undefined> {
  const dn = text(account, resultantPolicyAttribute)
  if (dn === undefined) return domain
  try {
    const policy = await client.read(dn, policyAttributes)
    return (policy && policyOf(policy, policyAttributes)) ?? unreadable
  } catch (error) {
    if (error instanceof DirectoryError && error.kind === 'access_denied') return unreadable
    throw error
  }
}

/** The password settings objects that can be read; undefined where even their container is hidden, as it is from ordinary accounts on Windows. */
async function readOthers(client: DirectoryClient, baseDn: string): Promise<readonly LockoutPolicy[] | undefined> {
  const base = `CN=Password Settings Container,CN=System,${baseDn}`
  if ((await client.read(base, ['cn'])) === undefined) return undefined
  const policies: LockoutPolicy[] = []
  const query = { base, scope: 'one', filter: '(objectClass=msDS-PasswordSettings)' } as const
  for await (const page of client.search({ ...query, attributes: policyAttributes }))
    policies.push(...page.flatMap((entry) => policyOf(entry, policyAttributes) ?? []))
  return policies
}

function policyOf(entry: RawEntry, [thresholdName, windowName]: readonly [string, string]): LockoutPolicy | undefined {
  const threshold = integer(entry, thresholdName)
  const window = bigInteger(entry, windowName)
  if (threshold === undefined) return undefined
  const ticks = window === undefined ? 0n : window < 0n ? -window : window
  // The lowest number stands for ever.
  const windowMs = Number(ticks / ticksPerMs)
  return { threshold: Math.min(65_535, Math.max(0, threshold)), windowMs: Math.min(windowMs, Number.MAX_SAFE_INTEGER) }
}
