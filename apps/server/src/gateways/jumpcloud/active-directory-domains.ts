import type { Actor } from '@lockstep/contract/access'
import type { DirectoryAgent, DirectoryCreate } from '@lockstep/contract/hub/directory'
import type { ChangeOrigin } from '../../directory/journal/journal.rules.ts'
import type { WireDomain, WireSettings } from '../../processes/ad/domain.service.ts'

/** What this gateway needs of Active Directory domains and their agents. What is not there is refused as `not_found`. */
export interface ActiveDirectoryDomains {
  list(actor: Actor): Promise<readonly WireDomain[]>
  get(actor: Actor, id: string): Promise<WireDomain>
  create(origin: ChangeOrigin, input: DirectoryCreate): Promise<WireDomain>
  change(origin: ChangeOrigin, id: string, input: WireSettings): Promise<WireDomain>
  /** Answers the domain as it was. */
  remove(origin: ChangeOrigin, id: string): Promise<WireDomain>
  listAgents(actor: Actor, domainId: string): Promise<readonly DirectoryAgent[]>
  createAgent(
    origin: ChangeOrigin,
    domainId: string,
    kind: DirectoryAgent['kind'],
  ): Promise<{ readonly agent: DirectoryAgent; readonly connectKey: string }>
  removeAgent(origin: ChangeOrigin, domainId: string, agentId: string): Promise<void>
}
