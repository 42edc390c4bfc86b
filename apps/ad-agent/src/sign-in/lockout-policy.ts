import type { LockoutPolicy } from '@lockstep/contract/agents/sign-in-check'
import { strictestLockout } from '@lockstep/contract/agents/strictest-lockout'
import type { DirectoryClient } from '@lockstep/ldap/directory-client'
import { bigInteger, integer } from '@lockstep/ldap/number'
import type { RawEntry } from '@lockstep/ldap/raw-entry'

/** Negative numbers of 100 nanoseconds (MS-ADTS 2.2.19, LARGE_INTEGER durations). */
const ticksPerMs = 10_000n
const domainAttributes = ['lockoutThreshold', 'lockOutObservationWindow'] as const
const policyAttributes = ['msDS-LockoutThreshold', 'msDS-LockoutObservationWindow'] as const

/**
 * When the domain locks an account: the strictest of the domain's policy and of the password settings objects that may be read, which
 * ordinary accounts may not. Undefined when not even the domain's may be.
 */
export async function readLockoutPolicy(client: DirectoryClient, baseDn: string): Promise<LockoutPolicy | undefined> {
  const domain = await client.read(baseDn, domainAttributes)
  const own = domain === undefined ? undefined : policyOf(domain, domainAttributes)
  if (own === undefined) return undefined
  const filter = '(objectClass=msDS-PasswordSettings)'
  const policies = [own]
  const base = `CN=Password Settings Container,CN=System,${baseDn}`
  if ((await client.read(base, ['cn'])) !== undefined)
    for await (const page of client.search({ base, scope: 'one', filter, attributes: policyAttributes }))
      policies.push(...page.flatMap((entry) => policyOf(entry, policyAttributes) ?? []))
  return strictestLockout(policies)
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
