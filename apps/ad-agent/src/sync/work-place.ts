import type { DomainSettings } from '@lockstep/contract/agents/protocol'
import type { DirectoryClient } from '@lockstep/ldap/directory-client'

/** Where work is done. */
export interface WorkPlace {
  readonly client: DirectoryClient
  readonly settings: DomainSettings
}
