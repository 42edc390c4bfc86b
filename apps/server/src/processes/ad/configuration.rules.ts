// What the three ways of managing a domain mean, in the hub's own words; the wire calls them ADASAUTHORITY (everything is managed in the
// domain), TWOWAYSYNC (in either or both) and JCASAUTHORITY (everything in the hub). Pure.
import type {
  AdditionalField,
  DirectoryBehaviour,
  DirectoryConfiguration,
  FieldAuthority,
  SharedField,
  UseCase,
} from '@lockstep/contract/hub/directory'
import { additionalAttributes, writtenAttributes } from './import-fields.rules.ts'

export type AgentKind = 'IMPORT' | 'SYNC'

interface Configuration {
  /** How people call it. */
  readonly title: string
  readonly agentsWanted: readonly AgentKind[]
  /** Users and groups of the domain become users and groups of the hub, and what is changed there changes here. */
  readonly isBrought: boolean
  /** What is changed here is written there. */
  readonly isWritten: boolean
  /** Whose the users in scope are: the domain's, the hub's, or his who made their account. */
  readonly home: 'directory' | 'hub' | 'maker'
  readonly passwordAuthority: 'directory' | 'hub'
  readonly delegatedAuthority: 'directory' | 'none'
  /** Nothing but the domain can validate passwords. */
  readonly isDelegationFixed: boolean
}

const configurations: Readonly<Record<UseCase, Configuration>> = {
  ADASAUTHORITY: {
    title: 'Manage users, groups and passwords in Active Directory',
    agentsWanted: ['IMPORT'],
    isBrought: true,
    isWritten: false,
    home: 'directory',
    passwordAuthority: 'directory',
    delegatedAuthority: 'directory',
    isDelegationFixed: true,
  },
  TWOWAYSYNC: {
    title: 'Manage users and passwords in either, or both',
    agentsWanted: ['IMPORT', 'SYNC'],
    isBrought: true,
    isWritten: true,
    home: 'maker',
    passwordAuthority: 'hub',
    delegatedAuthority: 'none',
    isDelegationFixed: false,
  },
  JCASAUTHORITY: {
    title: 'Manage users, groups and passwords in the hub',
    agentsWanted: ['SYNC'],
    isBrought: false,
    isWritten: true,
    home: 'hub',
    passwordAuthority: 'hub',
    delegatedAuthority: 'none',
    isDelegationFixed: true,
  },
}

/** What a way of managing means. */
export function configurationOf(useCase: UseCase): Configuration {
  return configurations[useCase]
}

export interface ConfiguredDomain {
  readonly useCase: UseCase
  readonly behaviour: DirectoryBehaviour
}

/** Who has authority over the passwords of users who come from the domain. */
export function authoritiesOf({ useCase, behaviour }: ConfiguredDomain): {
  readonly password: 'directory' | 'hub'
  readonly delegated: 'directory' | 'none'
} {
  const { isBrought, passwordAuthority, delegatedAuthority, isDelegationFixed } = configurationOf(useCase)
  if (!isBrought) return { password: 'hub', delegated: 'none' }
  const chosen = behaviour.delegatedAuthority
  return {
    password: behaviour.passwordAuthority === 'configuration' ? passwordAuthority : behaviour.passwordAuthority,
    delegated: chosen === 'configuration' || isDelegationFixed ? delegatedAuthority : chosen,
  }
}

const baseFields = ['username', 'email', 'firstname', 'lastname'] as const

const importedBy = new WeakMap<DirectoryBehaviour, readonly string[]>()

/** The fields that an import sets on users; asked for every user, and made once for all of a transaction. */
export function importedFields(behaviour: DirectoryBehaviour): readonly string[] {
  const known = importedBy.get(behaviour)
  if (known !== undefined) return known
  const fields = listImported(behaviour)
  importedBy.set(behaviour, fields)
  return fields
}

function listImported({ additionalAttributes: on, excludedFields }: DirectoryBehaviour): readonly string[] {
  const excluded: ReadonlySet<string> = new Set<AdditionalField>(excludedFields)
  const additional = [...additionalAttributes.map(([field]) => field), 'phoneNumbers', 'addresses', 'manager']
  return [...baseFields, ...(on ? additional.filter((field) => !excluded.has(field)) : [])]
}

/** Who decides on a field of users whose home the domain is. Fields that are not imported are the hub's. */
export function fieldAuthority({ useCase, behaviour }: ConfiguredDomain, field: string): FieldAuthority {
  const { isBrought, isWritten } = configurationOf(useCase)
  if (!isBrought || !importedFields(behaviour).includes(field)) return 'hub'
  return isWritten ? (behaviour.fieldAuthority[field as SharedField] ?? 'directory') : 'directory'
}

/** Who decides on a field that is written, of a user: of the hub's own users both do, unless it is the hub's alone. */
export function sharedFieldAuthority(domain: ConfiguredDomain, field: string, isHome: boolean): FieldAuthority {
  if (isHome) return fieldAuthority(domain, field)
  const { isBrought } = configurationOf(domain.useCase)
  if (!isBrought) return 'hub'
  return domain.behaviour.fieldAuthority[field as SharedField] === 'hub' ? 'hub' : 'both'
}

/** The fields of a user that are written to the domain when they change here. */
export function writtenFieldsOf(domain: ConfiguredDomain, isHome: boolean): readonly string[] {
  const fields = ['username', ...Object.keys(writtenAttributes)]
  if (!isHome) return fields
  return fields.filter(
    (field) =>
      importedFields(domain.behaviour).includes(field) && sharedFieldAuthority(domain, field, true) !== 'directory',
  )
}

/** A configuration as it is shown. */
export function describeConfiguration(domain: ConfiguredDomain): DirectoryConfiguration {
  const { agentsWanted } = configurationOf(domain.useCase)
  const { password, delegated } = authoritiesOf(domain)
  return {
    useCase: domain.useCase,
    agentsWanted: [...agentsWanted],
    passwordAuthority: password,
    delegatedAuthority: delegated,
    fields: importedFields(domain.behaviour).map((field) => ({ field, authority: fieldAuthority(domain, field) })),
  }
}
