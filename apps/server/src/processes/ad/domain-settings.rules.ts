// The settings of a domain: what a request makes of them, and what follows from that. Pure.
import type { Refusal } from '@lockstep/contract/app-error'
import type { DirectoryCreate, DirectoryUpdate } from '@lockstep/contract/hub/directory'
import type { Json } from '@lockstep/kernel/json'
import { newId } from '@lockstep/kernel/ids'
import { configurationOf } from './configuration.rules.ts'
import { behaviourPresets, defaultBehaviour, type Domain, isWithin } from './domain.rules.ts'
import { attributesToRead, isWider } from './import-fields.rules.ts'

/** A domain of which nothing was read yet. */
export function newDomain(
  input: DirectoryCreate,
  { name, baseDn, now }: { readonly name: string; readonly baseDn: string; readonly now: Date },
): Domain {
  const rootDn = input.rootDn ?? baseDn
  const users = rootDn === baseDn ? `CN=Users,${baseDn}` : rootDn
  return {
    id: newId(now.getTime()),
    name,
    baseDn,
    useCase: input.useCase ?? 'TWOWAYSYNC',
    rootDn,
    furtherRoots: furtherRoots(input.furtherRootDns ?? []),
    integrationGroupDn: input.integrationGroupDn ?? `CN=Lockstep,${users}`,
    userContainerDn: input.userContainerDn ?? users,
    groupContainerDn: input.groupContainerDn ?? users,
    upnSuffix: input.upnSuffix ?? name,
    ...{ containerRules: [], movesAccounts: false },
    behaviour: defaultBehaviour,
    ...{ rootGuid: null, integrationGroupGuid: null, adminGroupGuid: null },
    ...{ ruleAttributes: [], entraSigns: null },
    ...{ cookie: null, invocationId: null, highestUsn: null },
    ...{ fullReadWanted: true, awaitsFullRead: false, openReadId: null, openReadFull: false },
    ...{ lastReadAt: null, lastFullReadAt: null, readAttributes: null, lastWriteAt: null },
    ...{ importEpoch: 0, importAgentId: null, importLeaseUntil: null },
    ...{ syncEpoch: 0, syncAgentId: null, syncLeaseUntil: null },
    updated: now,
    ...{ canValidate: false, hasControllerAgent: false },
  }
}

function furtherRoots(dns: readonly string[], known: Domain['furtherRoots'] = []): Domain['furtherRoots'] {
  const seen = new Set<string>()
  return dns.flatMap((dn) => {
    const key = dn.toLowerCase()
    if (seen.has(key)) return []
    seen.add(key)
    return [known.find((root) => root.dn.toLowerCase() === key) ?? { dn, guid: null }]
  })
}

/** The domain with what a request sets. */
export function changedDomain(
  domain: Domain,
  { behaviour, preset, furtherRootDns, removeAgents: _removeAgents, ...settings }: DirectoryUpdate,
  now: Date,
): Domain {
  return {
    ...domain,
    ...settings,
    ...(furtherRootDns === undefined ? {} : { furtherRoots: furtherRoots(furtherRootDns, domain.furtherRoots) }),
    behaviour: { ...domain.behaviour, ...(preset === undefined ? {} : behaviourPresets[preset]), ...behaviour },
    updated: now,
  }
}

const settings = [
  ...(['useCase', 'rootDn', 'integrationGroupDn', 'userContainerDn', 'groupContainerDn', 'upnSuffix'] as const),
  ...(['containerRules', 'movesAccounts', 'behaviour'] as const),
] as const

/** What differs, as the journal shows it. */
export function settingChanges(before: Domain, after: Domain): Record<string, { before: Json; after: Json }> {
  const further = ({ furtherRoots: roots }: Domain): Json => roots.map(({ dn }) => dn)
  const pairs = [
    ...settings.map((name) => [name, before[name], after[name]] as const),
    ['furtherRootDns', further(before), further(after)] as const,
  ]
  return Object.fromEntries(
    pairs
      .filter(([, was, is]) => JSON.stringify(was) !== JSON.stringify(is))
      .map(([name, was, is]) => [name, { before: was, after: is }]),
  )
}

/** What of a domain must be looked at anew when its settings change. */
export interface SettingsChange {
  /** Another container or integration group: found anew by its name. */
  readonly scopeChanged: boolean
  /** What is known is not enough any more: everything is to be read before anything is derived again. */
  readonly readAnew: boolean
  readonly adminGroupChanged: boolean
  /** A read that has begun is begun anew, or keeps nothing waiting where it may never end. */
  readonly forgetOpenRead: boolean
}

/** What follows from a change beside the settings themselves. */
export interface SettingsEffect extends SettingsChange {
  /** The users of the domain are the hub's own from now on. */
  readonly releases: boolean
  /** Everybody is looked at by the new settings. */
  readonly looksAgain: boolean
  /** Accounts that exist may have to be moved. */
  readonly moves: boolean
}

/** What follows from a change of settings. */
export function settingsEffect(before: Domain, after: Domain): SettingsEffect {
  const changes = settingChanges(before, after)
  const isBrought = configurationOf(after.useCase).isBrought
  const wasBrought = configurationOf(before.useCase).isBrought
  const isWidened = isWider(
    attributesToRead(before.behaviour, before.ruleAttributes),
    attributesToRead(after.behaviour, after.ruleAttributes),
  )
  // What was read while the hub alone decided may be older than what the hub wrote.
  const readAnew = isWidened || (isBrought && !wasBrought)
  const scopeChanged = 'rootDn' in changes || 'integrationGroupDn' in changes || 'furtherRootDns' in changes
  return {
    scopeChanged,
    readAnew,
    adminGroupChanged: before.behaviour.adminGroup !== after.behaviour.adminGroup,
    forgetOpenRead: readAnew || scopeChanged || (wasBrought && !isBrought),
    releases: wasBrought && !isBrought,
    moves:
      after.movesAccounts && ['containerRules', 'movesAccounts', 'userContainerDn'].some((name) => name in changes),
    looksAgain: 'behaviour' in changes || 'useCase' in changes || 'furtherRootDns' in changes,
  }
}

/** Refuses places that cannot be: outside the domain, or new accounts outside what is managed. */
export function refusePlaces(domain: Domain, named: readonly string[]): Refusal | undefined {
  const roots = [domain.rootDn, ...domain.furtherRoots.map(({ dn }) => dn)]
  const all = [
    ['rootDn', domain.rootDn],
    ['integrationGroupDn', domain.integrationGroupDn],
    ['userContainerDn', domain.userContainerDn],
    ['groupContainerDn', domain.groupContainerDn],
    ...domain.furtherRoots.map(({ dn }, index) => [`furtherRootDns.${index}`, dn] as const),
    ...domain.containerRules.map((rule, index) => [`containerRules.${index}.containerDn`, rule.containerDn] as const),
  ] as const
  const places = all.filter(([field]) => named.includes(field.split('.')[0] ?? ''))
  for (const [field, dn] of places)
    if (!isWithin(dn, domain.baseDn))
      return refuse(field, `must lie below the domain ${domain.baseDn}, such as OU=Company,${domain.baseDn}.`)
  for (const [field, dn] of places)
    if (/containerDn$/i.test(field) && !roots.some((root) => isWithin(dn, root)))
      return refuse(field, 'must lie below a root container: nothing is written elsewhere.')
  return undefined
}

export function refuse(field: string, detail: string): Refusal {
  return { ok: false, code: 'invalid_request', field, detail: `${field}: ${detail}` }
}
