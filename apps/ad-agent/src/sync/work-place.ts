import type { DomainSettings } from '@lockstep/contract/agents/protocol'
import type { SealingKeys } from '@lockstep/contract/agents/sealed-password'
import type { DirectoryClient } from '@lockstep/ldap/directory-client'

/** Where work is done. */
export interface WorkPlace {
  readonly client: DirectoryClient
  readonly settings: DomainSettings
  /** The domain that the agent was enrolled for, and what opens the passwords that are sealed for it. */
  readonly domainId: string
  readonly sealing: SealingKeys
}
