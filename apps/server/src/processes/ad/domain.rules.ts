import type { Decision } from '@lockstep/contract/app-error'
import type { BehaviourPreset, DirectoryBehaviour, Health, UseCase } from '@lockstep/contract/hub/directory'
import type { ContainerRule } from '@lockstep/contract/hub/directory-container'
import { configurationOf } from './configuration.rules.ts'

/** A root container beside the first one; known by its GUID once it was read. */
export interface FurtherRoot {
  readonly dn: string
  readonly guid: string | null
}

/** What tells that Microsoft Entra Connect synchronizes the domain too. */
export interface EntraSigns {
  /** Accounts that its set-up makes, by name. */
  readonly accounts: readonly string[]
  /** True when objects carry the anchor that it writes (mS-DS-ConsistencyGuid). */
  readonly anchors: boolean
}

/** An Active Directory domain as the hub manages it. */
export interface Domain {
  readonly id: string
  /** The DNS name. */
  readonly name: string
  readonly baseDn: string
  readonly useCase: UseCase
  readonly rootDn: string
  readonly furtherRoots: readonly FurtherRoot[]
  readonly integrationGroupDn: string
  readonly userContainerDn: string
  readonly groupContainerDn: string
  readonly upnSuffix: string
  readonly containerRules: readonly ContainerRule[]
  readonly movesAccounts: boolean
  readonly behaviour: DirectoryBehaviour
  readonly rootGuid: string | null
  readonly integrationGroupGuid: string | null
  readonly adminGroupGuid: string | null
  /** What translation rules read. */
  readonly ruleAttributes: readonly string[]
  readonly entraSigns: EntraSigns | null
  readonly cookie: string | null
  readonly invocationId: string | null
  readonly highestUsn: string | null
  readonly fullReadWanted: boolean
  /** What is known lacks something that is read from now on. */
  readonly awaitsFullRead: boolean
  readonly openReadId: string | null
  readonly openReadFull: boolean
  readonly lastReadAt: Date | null
  readonly lastFullReadAt: Date | null
  /** What was read of every object then, as its agent told; null where it did not. */
  readonly readAttributes: readonly string[] | null
  readonly lastWriteAt: Date | null
  readonly importEpoch: number
  readonly importAgentId: string | null
  readonly importLeaseUntil: Date | null
  readonly syncEpoch: number
  readonly syncAgentId: string | null
  readonly syncLeaseUntil: Date | null
  readonly updated: Date
  /** An import agent waits for sign-ins to validate. */
  readonly canValidate: boolean
  /** An import agent runs on a domain controller. */
  readonly hasControllerAgent: boolean
}

/** Sets of answers. `safe` deletes nobody because of what happens in a domain; `as_jumpcloud` is what JumpCloud's import agent does by default. */
export const behaviourPresets: Readonly<
  Record<BehaviourPreset, Pick<DirectoryBehaviour, 'dissociation' | 'takeover' | 'disable' | 'expire'>>
> = {
  safe: { dissociation: 'suspend', takeover: 'retain', disable: 'suspend', expire: 'expire' },
  as_jumpcloud: { dissociation: 'remove', takeover: 'deactivate', disable: 'suspend', expire: 'expire' },
}

export const defaultBehaviour: DirectoryBehaviour = {
  ...behaviourPresets.safe,
  usernameFrom: 'sAMAccountName',
  additionalAttributes: true,
  excludedFields: [],
  takeoverBy: 'username',
  defaultState: 'organization',
  passwordAuthority: 'configuration',
  delegatedAuthority: 'configuration',
  passwordCapture: [],
  adminGroup: 'JumpCloud Admins',
  fieldAuthority: {},
}

const label = /^[A-Za-z0-9]([A-Za-z0-9-]{0,61}[A-Za-z0-9])?$/

/** Reads a domain in any of its spellings: `DC=corp;DC=example`, `DC=corp,DC=example`, `corp.example`. */
export function parseDomain(text: string): Decision<{ readonly name: string; readonly baseDn: string }> {
  const labels = /^\s*dc=/i.test(text)
    ? text.split(/[;,]/).map((part) => part.trim().replace(/^dc=/i, ''))
    : text.trim().split('.')
  if (labels.length === 0 || labels.length > 20 || !labels.every((part) => label.test(part)))
    return {
      ok: false,
      code: 'invalid_request',
      field: 'domain',
      detail: 'domain: must be a domain such as DC=corp;DC=example or corp.example.',
    }
  return {
    ok: true,
    value: { name: labels.join('.').toLowerCase(), baseDn: labels.map((part) => `DC=${part}`).join(',') },
  }
}

/** A domain in JumpCloud's spelling. */
export function wireDomain(baseDn: string): string {
  return baseDn.split(',').join(';')
}

/** True when a DN is the ancestor itself or lies below it; both in their plain spelling. */
export function isWithin(dn: string, ancestor: string): boolean {
  const [inner, outer] = [dn.toLowerCase(), ancestor.toLowerCase()]
  return inner === outer || inner.endsWith(`,${outer}`)
}

export interface AgentFacts {
  readonly kind: 'IMPORT' | 'SYNC'
  readonly enrolled: boolean
  readonly paused: boolean
  readonly contactAt: Date | null
  readonly directoryReachable: boolean | null
  readonly directoryError: string | null
}

/** An agent that has not asked for this long is not there. */
export const agentSilenceMs = 45_000

/** How an agent is, with the reason in words. */
export function agentHealth(agent: AgentFacts, now: Date): Health {
  if (!agent.enrolled) return { light: 'amber', reason: 'Waits for its connect key to be used.' }
  if (agent.paused) return { light: 'amber', reason: 'Paused. Changes wait until it is resumed.' }
  if (agent.contactAt === null) return { light: 'amber', reason: 'Has not been started yet.' }
  // Refused since its last contact, so that nothing is known of its surroundings.
  if (agent.directoryReachable === null && agent.directoryError !== null)
    return { light: 'red', reason: agent.directoryError }
  if (now.getTime() - agent.contactAt.getTime() > agentSilenceMs)
    return { light: 'red', reason: 'Does not answer. Check that its service runs and reaches the hub.' }
  if (agent.directoryReachable === false)
    return { light: 'red', reason: `Cannot reach the domain controller: ${agent.directoryError ?? 'no answer'}` }
  return { light: 'green', reason: 'Answers and reaches the domain controller.' }
}

/** How a domain is: as good as its best agent of each kind that its use needs. */
export function domainHealth(useCase: UseCase, agents: readonly AgentFacts[], now: Date): Health {
  const worst = configurationOf(useCase)
    .agentsWanted.map((kind): Health => {
      const name = kind === 'IMPORT' ? 'import' : 'sync'
      const healths = agents.filter((agent) => agent.kind === kind).map((agent) => agentHealth(agent, now))
      if (healths.length === 0) return { light: 'red', reason: `There is no ${name} agent yet. Add one.` }
      if (healths.some((health) => health.light === 'green')) return { light: 'green', reason: 'All agents answer.' }
      const best = healths.find((health) => health.light === 'amber') ?? healths[0]
      return { light: best?.light ?? 'red', reason: `The ${name} agent: ${best?.reason ?? ''}` }
    })
    .toSorted((a, b) => order[a.light] - order[b.light])
  return worst[0] ?? { light: 'green', reason: 'All agents answer.' }
}

const order = { red: 0, amber: 1, green: 2 } as const
