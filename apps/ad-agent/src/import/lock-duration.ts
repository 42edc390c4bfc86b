import type { DirectoryClient } from '@lockstep/ldap/directory-client'
import { DirectoryError } from '@lockstep/ldap/directory-error'
import { guidBase } from '@lockstep/ldap/guid'
import { text } from '@lockstep/ldap/text'

/** When wrong passwords locked an account; 0 once it was unlocked. It stays after the lock's time. */
export const lockAttribute = 'lockoutTime'
/** An attribute of policies, told of the accounts that a lock was noted of: as a negative number of 100 ns steps, the lowest one without end. */
export const lockDurationAttribute = 'lockoutDuration'

/** How long the domain's policies keep accounts locked; each policy is read once, when somebody is found locked. */
export class LockDurations {
  readonly #client: DirectoryClient
  readonly #baseDn: string
  readonly #ofPolicies = new Map<string, string | undefined>()

  constructor(client: DirectoryClient, baseDn: string) {
    this.#client = client
    this.#baseDn = baseDn
  }

  /** By the policy of the account's own, as far as it may be seen, or else the domain's. */
  async of(guid: string): Promise<string | undefined> {
    const account = await this.#client.read(guidBase(guid), ['msDS-ResultantPSO'])
    const policy = account && text(account, 'msDS-ResultantPSO')
    const own = policy === undefined ? undefined : await this.#read(policy, 'msDS-LockoutDuration')
    return own ?? this.#read(this.#baseDn, lockDurationAttribute)
  }

  async #read(dn: string, attribute: string): Promise<string | undefined> {
    if (this.#ofPolicies.has(dn)) return this.#ofPolicies.get(dn)
    const duration = await this.#ask(dn, attribute)
    this.#ofPolicies.set(dn, duration)
    return duration
  }

  async #ask(dn: string, attribute: string): Promise<string | undefined> {
    try {
      const policy = await this.#client.read(dn, [attribute])
      return policy && text(policy, attribute)
    } catch (error) {
      // Ordinary accounts may not see the policies of others.
      if (error instanceof DirectoryError && error.kind === 'access_denied') return undefined
      throw error
    }
  }
}
