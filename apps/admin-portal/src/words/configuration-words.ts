import type { AgentPlace } from '@lockstep/contract/agents/sign-in-check'
import type {
  DirectoryConfiguration,
  DirectoryDelegation,
  FieldAuthority,
  UseCase,
} from '@lockstep/contract/hub/directory'
import type { Tone } from '@lockstep/ui/status-chip'

interface ConfigurationWords {
  readonly title: string
  /** Who decides, which agents, which direction: one sentence. */
  readonly sentence: string
  readonly agents: readonly DirectoryConfiguration['agentsWanted'][number][]
}

/** The three ways of managing a domain, in the order in which they are offered. */
export const configurationWords: Readonly<Record<UseCase, ConfigurationWords>> = {
  ADASAUTHORITY: {
    title: 'Manage users, groups and passwords in Active Directory',
    sentence:
      'The domain decides and this hub follows: an import agent reads the domain, and nothing is written to it.',
    agents: ['IMPORT'],
  },
  TWOWAYSYNC: {
    title: 'Manage users and passwords in either system, or both',
    sentence:
      'Whoever made a user decides, and changes flow both ways: an import agent reads the domain, a sync agent writes to it.',
    agents: ['IMPORT', 'SYNC'],
  },
  JCASAUTHORITY: {
    title: 'Manage users, groups and passwords in this hub',
    sentence: 'This hub decides and the domain follows: a sync agent writes to the domain, and nothing is imported.',
    agents: ['SYNC'],
  },
}

export const useCaseOrder: readonly UseCase[] = ['ADASAUTHORITY', 'TWOWAYSYNC', 'JCASAUTHORITY']

export const passwordAuthorities: Readonly<Record<DirectoryConfiguration['passwordAuthority'], string>> = {
  directory: 'Active Directory',
  hub: 'this hub',
}

export const delegatedAuthorities: Readonly<Record<DirectoryConfiguration['delegatedAuthority'], string>> = {
  directory: 'Active Directory validates passwords at sign-in',
  none: 'this hub validates passwords at sign-in',
}

/** The states of Delegated Password Validation. */
export const delegationStates: Readonly<
  Record<DirectoryDelegation['state'], { readonly label: string; readonly tone: Tone }>
> = {
  disabled: { label: 'Disabled', tone: 'grey' },
  pending: { label: 'Pending', tone: 'amber' },
  active: { label: 'Active', tone: 'green' },
}

export const agentPlaces: Readonly<Record<AgentPlace, string>> = {
  domain_controller: 'on a domain controller',
  member_server: 'on a member server',
}

export const fieldAuthorities: Readonly<Record<FieldAuthority, string>> = {
  directory: 'Active Directory',
  hub: 'this hub',
  both: 'whoever changed it last',
}
