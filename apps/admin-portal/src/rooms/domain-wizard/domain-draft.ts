// What is filled in of a domain before the hub knows it. It is kept in this browser, so that who leaves can go on later; nothing of it is secret.
import type { BehaviourPreset, DirectoryCreate, UseCase } from '@lockstep/contract/hub/directory'
import { baseDnOf, dnParts, isWithinDn, type Place } from './dn.ts'

export interface DomainDraft {
  readonly useCase: UseCase
  readonly domain: string
  readonly rootDn: string
  /** One a line. */
  readonly furtherRootDns: string
  readonly integrationGroupDn: string
  readonly userContainerDn: string
  readonly groupContainerDn: string
  readonly preset: BehaviourPreset
}

export const emptyDraft: DomainDraft = {
  useCase: 'TWOWAYSYNC',
  domain: '',
  rootDn: '',
  furtherRootDns: '',
  integrationGroupDn: '',
  userContainerDn: '',
  groupContainerDn: '',
  preset: 'safe',
}

/** Reads a kept draft; what is not understood is an empty one. */
export function parseDraft(kept: string | null): DomainDraft {
  if (kept === null) return emptyDraft
  try {
    const value: unknown = JSON.parse(kept)
    if (typeof value !== 'object' || value === null) return emptyDraft
    const known = Object.entries(value).filter(([name, text]) => name in emptyDraft && typeof text === 'string')
    return { ...emptyDraft, ...(Object.fromEntries(known) as Partial<DomainDraft>) }
  } catch {
    // Kept by another version, or by hand: starting anew loses a few words.
    return emptyDraft
  }
}

export function linesOf(text: string): readonly string[] {
  return text
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line !== '')
}

/** Every place with what the hub takes for those that are left empty. */
export function draftPlaces(draft: DomainDraft): {
  readonly baseDn: string
  readonly roots: readonly string[]
  readonly users: string
  readonly groups: string
  readonly integrationGroup: string
} {
  const baseDn = baseDnOf(draft.domain) ?? ''
  const rootDn = draft.rootDn.trim() || baseDn
  const standard = rootDn.toLowerCase() === baseDn.toLowerCase() ? `CN=Users,${baseDn}` : rootDn
  return {
    baseDn,
    roots: [rootDn, ...linesOf(draft.furtherRootDns)],
    users: draft.userContainerDn.trim() || standard,
    groups: draft.groupContainerDn.trim() || standard,
    integrationGroup: draft.integrationGroupDn.trim() || `CN=Lockstep,${standard}`,
  }
}

/** The places by what they are for. */
export function namedPlaces(places: ReturnType<typeof draftPlaces>): readonly Place[] {
  return [
    { label: 'Domain', dn: places.baseDn },
    ...places.roots.map((dn) => ({ label: 'Root container', dn })),
    { label: 'New users', dn: places.users },
    { label: 'New groups', dn: places.groups },
    { label: 'Integration group', dn: places.integrationGroup },
  ]
}

/** A rule: a distinguished name below the domain. */
export function placeFault(dn: string, baseDn: string): string | undefined {
  const text = dn.trim()
  if (text === '' || baseDn === '') return undefined
  if (dnParts(text) === undefined) return `Write the whole name, for instance OU=Company,${baseDn}.`
  return isWithinDn(text, baseDn) ? undefined : `It must lie in the domain and end with ${baseDn}.`
}

/** A rule: a place for new objects lies below a root container. */
export function containerFault(
  dn: string,
  places: Pick<ReturnType<typeof draftPlaces>, 'baseDn' | 'roots'>,
): string | undefined {
  const fault = placeFault(dn, places.baseDn)
  if (fault !== undefined || dn.trim() === '') return fault
  return places.roots.some((root) => isWithinDn(dn, root))
    ? undefined
    : 'It must lie in a root container: nothing is written elsewhere.'
}

/** A rule: several places, one a line. */
export function placesFault(text: string, baseDn: string): string | undefined {
  for (const line of linesOf(text)) {
    const fault = placeFault(line, baseDn)
    if (fault !== undefined) return `${line}: ${fault}`
  }
  return undefined
}

/** The request for a new directory; empty places are left to the hub. */
export function directoryCreateOf(draft: DomainDraft): DirectoryCreate {
  const further = linesOf(draft.furtherRootDns)
  const places = ['rootDn', 'integrationGroupDn', 'userContainerDn', 'groupContainerDn'] as const
  const given = places.flatMap((field) => (draft[field].trim() === '' ? [] : [[field, draft[field].trim()] as const]))
  return {
    domain: draft.domain.trim(),
    useCase: draft.useCase,
    ...Object.fromEntries(given),
    ...(further.length === 0 ? {} : { furtherRootDns: [...further] }),
  }
}
