// The steps of changing a domain's configuration, of disconnecting it and of leaving it for good, with what each means for whom. Pure.
import type { DirectoryPreview, DirectoryStep } from '@lockstep/contract/hub/directory-change'
import {
  authoritiesOf,
  configurationOf,
  describeConfiguration,
  fieldAuthority,
  importedFields,
} from './configuration.rules.ts'
import { agentHealth, type AgentFacts, type Domain } from './domain.rules.ts'
import { settingsEffect } from './domain-settings.rules.ts'
import { attributesToRead } from './import-fields.rules.ts'
import { type HomeUsers, previewSignIns } from './sign-in-problem.rules.ts'

/** Users and groups of a domain by whose they are. */
export interface OwnershipCounts {
  /** Users and groups whose home the domain is. */
  readonly homeUsers: number
  readonly homeGroups: number
  /** Of these, users whose account the hub made, and those suspended because of the domain. */
  readonly homeMadeByHub: number
  readonly suspendedByDomain: number
  /** Users of the hub with an account that is in the domain's scope, and of these those whose account the domain made. */
  readonly hubUsersInScope: number
  readonly hubUsersFromDomain: number
  readonly hubGroupsFromDomain: number
  readonly hubGroups: number
  readonly pending: number
  readonly failed: number
  /** Users with an account there who have no password here. */
  readonly withoutPassword: number
}

interface AgentRow extends Omit<AgentFacts, 'enrolled'> {
  readonly id: string
  readonly publicKey: string | null
  readonly hostname: string | null
}

export interface PreviewFacts {
  readonly before: Domain
  readonly after: Domain
  readonly removeAgents: boolean
  readonly agents: readonly AgentRow[]
  readonly counts: OwnershipCounts
  readonly home: HomeUsers
  /** Users whom something connects to the domain, and who have no account there. */
  readonly unmade: DirectoryPreview['newAccounts']
  readonly scope: { readonly users: number; readonly leaving: number; readonly entering: number }
  /** Why the change would be refused. */
  readonly refusal: string | undefined
}

const agentNames = { IMPORT: 'import agent', SYNC: 'sync agent' } as const

/** "1 user", "3 users". */
function count(number: number, noun: string): string {
  return `${number} ${noun}${number === 1 ? '' : 's'}`
}

/** What a change of settings would do. */
export function previewChange(facts: PreviewFacts): DirectoryPreview {
  const { before, after, agents, counts, scope } = facts
  const effect = settingsEffect(before, after)
  const moves = ownershipMoves(before, after, counts)
  const wanted = configurationOf(after.useCase).agentsWanted
  const fields = fieldMoves(before, after)
  const read = [before, after].map(({ behaviour, ruleAttributes }) => attributesToRead(behaviour, ruleAttributes))
  const [readBefore = [], readAfter = []] = read
  const preview: Omit<DirectoryPreview, 'steps'> = {
    before: describeConfiguration(before),
    after: describeConfiguration(after),
    users: {
      inScope: scope.users,
      leaving: configurationOf(after.useCase).isBrought ? scope.leaving : 0,
      entering: scope.entering,
      released: moves.releasedUsers,
      claimed: moves.claimedUsers,
      passwordAuthority: authoritiesOf(before).password === authoritiesOf(after).password ? 0 : counts.homeUsers,
      pending: counts.pending,
    },
    groups: { released: moves.releasedGroups, claimed: moves.claimedGroups },
    fields,
    signIn: previewSignIns(before, after, facts.home),
    newAccounts: writesAnew(before, after) ? facts.unmade : { count: 0, usernames: [] },
    agents: {
      add: wanted.filter((kind) => !agents.some((agent) => agent.kind === kind)),
      remove: agents
        .filter(({ kind }) => !wanted.includes(kind))
        .map(({ id, kind, hostname }) => ({ id, kind, ...(hostname === null ? {} : { hostname }) })),
    },
    attributes: {
      added: readAfter.filter((name) => !readBefore.includes(name)),
      removed: readBefore.filter((name) => !readAfter.includes(name)),
    },
    fullRead: effect.readAnew || effect.scopeChanged,
    warnings: warningsOf(facts),
  }
  return { ...preview, steps: stepsOf(facts, preview) }
}

/** Nothing was written to the domain, and it would be. */
function writesAnew(before: Domain, after: Domain): boolean {
  return !configurationOf(before.useCase).isWritten && configurationOf(after.useCase).isWritten
}

interface OwnershipMoves {
  readonly releasedUsers: number
  readonly claimedUsers: number
  readonly releasedGroups: number
  readonly claimedGroups: number
}

function ownershipMoves(before: Domain, after: Domain, counts: OwnershipCounts): OwnershipMoves {
  const nothing = { releasedUsers: 0, claimedUsers: 0, releasedGroups: 0, claimedGroups: 0 }
  const { home } = configurationOf(after.useCase)
  if (before.useCase === after.useCase) return nothing
  if (home === 'hub') return { ...nothing, releasedUsers: counts.homeUsers, releasedGroups: counts.homeGroups }
  if (home === 'directory') return { ...nothing, claimedUsers: counts.hubUsersInScope, claimedGroups: counts.hubGroups }
  return {
    ...nothing,
    releasedUsers: counts.homeMadeByHub,
    claimedUsers: counts.hubUsersFromDomain,
    claimedGroups: counts.hubGroupsFromDomain,
  }
}

function fieldMoves(before: Domain, after: Domain): DirectoryPreview['fields'] {
  const isOwned = (domain: Domain, field: string): boolean => fieldAuthority(domain, field) === 'directory'
  const fields = [...new Set([...importedFields(before.behaviour), ...importedFields(after.behaviour)])]
  return {
    becomeReadOnly: fields.filter((field) => !isOwned(before, field) && isOwned(after, field)),
    becomeWritable: fields.filter((field) => isOwned(before, field) && !isOwned(after, field)),
  }
}

function warningsOf({ before, after, counts, home, refusal, agents }: PreviewFacts): string[] {
  const [was, is] = [configurationOf(before.useCase), configurationOf(after.useCase)]
  const delegated = authoritiesOf(after)
  return [
    ...(refusal === undefined ? [] : [`The change would be refused. ${refusal}`]),
    ...(was.isWritten && !is.isWritten && counts.pending > 0
      ? [`${count(counts.pending, 'change')} of the hub not written yet will not be written.`]
      : []),
    ...(delegated.password === 'directory' && delegated.delegated === 'none'
      ? [
          'Passwords would be managed in Active Directory and not validated there: whoever has none here can sign in nowhere.',
        ]
      : []),
    ...signInWarning(before, after, home),
    ...(is.isBrought && !was.isBrought && !agents.some(({ kind }) => kind === 'IMPORT')
      ? ['Nothing is imported until an import agent runs.']
      : []),
  ]
}

/** Said when the switch is turned, or is what locks people out. */
function signInWarning(before: Domain, after: Domain, home: HomeUsers): string[] {
  const { lockedOut, before: was, after: is } = previewSignIns(before, after, home)
  if (lockedOut === 0 || (was === 'disabled') === (is === 'disabled')) return []
  const who = `${count(lockedOut, 'user')} could not sign in`
  if (is === 'pending') return [`${who} until an import agent is there that can ask the domain.`]
  return [`${who} with what the hub has: it has no password of theirs.`]
}

type Preview = Omit<DirectoryPreview, 'steps'>

function stepsOf(facts: PreviewFacts, preview: Preview): DirectoryStep[] {
  const { before, after } = facts
  const { users, groups, agents, fields } = preview
  const isConfiguration = before.useCase !== after.useCase
  const behaviour = after.behaviour.dissociation
  const fates = { suspend: 'suspended', remove: 'deleted', unbind: 'unbound' } as const
  return [
    ...(isConfiguration
      ? [hubStep('configuration', `${configurationOf(after.useCase).title}.`, 'Takes effect at once.')]
      : []),
    ...agentRemovals(facts, agents.remove),
    ...(users.released + groups.released > 0
      ? [
          hubStep(
            'release',
            'Users and groups become the hub’s own',
            `${count(users.released, 'user')} and ${count(groups.released, 'group')} keep everything that they have and are managed here.`,
          ),
        ]
      : []),
    ...(users.claimed + groups.claimed > 0
      ? [
          hubStep(
            'claim',
            'Users and groups become the domain’s',
            `${count(users.claimed, 'user')} and ${count(groups.claimed, 'group')} are managed in Active Directory, whose values count.`,
          ),
        ]
      : []),
    ...(fields.becomeReadOnly.length > 0
      ? [hubStep('read_only', 'Fields become read-only here', `${fields.becomeReadOnly.join(', ')}.`)]
      : []),
    ...(fields.becomeWritable.length > 0
      ? [hubStep('writable', 'Fields become writable here', `${fields.becomeWritable.join(', ')}.`)]
      : []),
    ...(users.passwordAuthority > 0
      ? [
          hubStep(
            'password_authority',
            `Password Authority becomes ${preview.after.passwordAuthority === 'directory' ? 'Active Directory' : 'the hub'}`,
            `${count(users.passwordAuthority, 'user')}, but for those for whom an administrator chose another one.`,
          ),
        ]
      : []),
    ...signInStep(preview.signIn, facts.home),
    ...(users.leaving > 0
      ? [
          hubStep(
            'leave',
            'Users leave the scope',
            `${count(users.leaving, 'user')} would be ${fates[behaviour]}; more than a few wait in a plan until somebody releases them.`,
          ),
        ]
      : []),
    ...(users.entering > 0
      ? [hubStep('enter', 'Users enter the scope', `${count(users.entering, 'user')} would be imported.`)]
      : []),
    ...newAccountsStep(preview.newAccounts),
    ...agents.add.map((kind) => ({
      key: `add_${kind.toLowerCase()}`,
      by: 'administrator' as const,
      title: `Add a${kind === 'IMPORT' ? 'n' : ''} ${agentNames[kind]}`,
      effect: `Make a connect key here and enrol the ${agentNames[kind]} on a server with it.`,
      done: false,
    })),
    ...(preview.fullRead
      ? [hubStep('full_read', 'The domain is read completely', 'It happens by itself as soon as an import agent runs.')]
      : []),
  ]
}

function newAccountsStep({ count: number, usernames }: Preview['newAccounts']): DirectoryStep[] {
  if (number === 0) return []
  const others = number - usernames.length
  const names = `${usernames.join(', ')}${others > 0 ? ` and ${count(others, 'other')}` : ''}`
  const effect = `${count(number, 'user')} of the hub, connected or in groups that are, as soon as a sync agent runs: ${names}.`
  return [hubStep('accounts', 'Accounts are made in the domain', effect)]
}

/** Who looks at passwords from then on, where the change turns the switch. */
function signInStep({ before, after }: Preview['signIn'], home: HomeUsers): DirectoryStep[] {
  if (before === after) return []
  const who = count(home.all.count, 'user')
  if (after === 'disabled')
    return [hubStep('sign_in', 'The hub looks at passwords', `${who} sign in with the password that the hub has.`)]
  const waits = after === 'pending' ? ' Until an import agent can ask it, none of them comes in.' : ''
  return [
    hubStep('sign_in', 'The domain validates passwords', `${who} sign in with their password of the domain.${waits}`),
  ]
}

function hubStep(key: string, title: string, effect: string): DirectoryStep {
  return { key, by: 'hub', title, effect }
}

function agentRemovals(
  { removeAgents }: Pick<PreviewFacts, 'removeAgents'>,
  removed: Preview['agents']['remove'],
): DirectoryStep[] {
  return removed.flatMap(({ kind, hostname = 'not enrolled' }): DirectoryStep[] => [
    {
      key: `remove_${kind.toLowerCase()}`,
      by: removeAgents ? 'hub' : 'administrator',
      title: `Delete the ${agentNames[kind]} (${hostname})`,
      effect: 'It is refused from then on. Nothing of it is needed any more.',
    },
    {
      key: `uninstall_${kind.toLowerCase()}`,
      by: 'administrator',
      title: `Remove the ${agentNames[kind]}’s service from ${hostname}`,
      effect: 'Deleting an agent here stops and uninstalls nothing there.',
    },
  ])
}

/** What disconnecting a domain means: nobody is lost, and nothing in the domain changes. */
export function disconnectionSteps(
  domain: Domain,
  counts: OwnershipCounts,
  agents: readonly AgentRow[],
): DirectoryStep[] {
  return [
    ...(counts.pending > 0
      ? [
          {
            key: 'pending',
            by: 'administrator' as const,
            title: 'Wait until what is pending was written',
            effect: `${count(counts.pending, 'account')} would stay in ${domain.name} as they are now.`,
            done: false,
          },
        ]
      : []),
    hubStep(
      'release',
      'Users and groups become the hub’s own',
      `${count(counts.homeUsers, 'user')} and ${count(counts.homeGroups, 'group')} stay, with the groups and access that they have.`,
    ),
    ...(counts.suspendedByDomain > 0
      ? [
          hubStep(
            'suspended',
            'Suspended users stay suspended',
            `${count(counts.suspendedByDomain, 'user')}; the hub can activate them from then on.`,
          ),
        ]
      : []),
    hubStep(
      'agents',
      'Agents are deleted',
      `${count(agents.length, 'agent')}; their services are to be removed from their servers.`,
    ),
    hubStep('domain', `Nothing in ${domain.name} changes`, 'Accounts, groups and memberships stay there as they are.'),
  ]
}

/** The way from a domain to the hub alone. Each step says whether it is done. */
export function migrationSteps(
  domain: Domain,
  facts: {
    readonly counts: OwnershipCounts
    readonly agents: readonly AgentRow[]
    readonly problemCount: number
    readonly now: Date
  },
): DirectoryStep[] {
  const { counts, agents, problemCount, now } = facts
  const isHubsOwn = domain.useCase === 'JCASAUTHORITY'
  const isWorking = agents.some(
    (agent) =>
      agent.kind === 'SYNC' && agentHealth({ ...agent, enrolled: agent.publicKey !== null }, now).light === 'green',
  )
  const step = (
    key: string,
    done: boolean,
    texts: { readonly title: string; readonly effect: string },
  ): DirectoryStep => ({
    ...{ key, by: 'administrator', done },
    ...texts,
  })
  return [
    step('import', problemCount === 0 && domain.lastFullReadAt !== null, {
      title: 'Import everybody who is to stay',
      effect: `${count(counts.homeUsers, 'user')} came from the domain; ${count(problemCount, 'problem')} left to solve.`,
    }),
    step('sync_agent', isWorking, {
      title: 'Let a sync agent run',
      effect: 'Until the end the domain is kept as the hub says, so that whatever still depends on it works.',
    }),
    step('in_step', counts.pending === 0 && counts.failed === 0, {
      title: 'Get both sides in step',
      effect: `${count(counts.pending, 'account')} to be written, ${counts.failed} refused by the domain.`,
    }),
    step('configuration', isHubsOwn, {
      title: 'Manage users, groups and passwords in the hub',
      effect: 'Users become the hub’s own; their fields become writable here. It can be changed back.',
    }),
    step('passwords', counts.withoutPassword === 0, {
      title: 'Let everybody set a password here',
      effect: `${count(counts.withoutPassword, 'user')} have none in the hub yet.`,
    }),
    step('disconnect', false, {
      title: 'Disconnect the domain',
      effect: 'Everybody stays, and nothing in the domain changes.',
    }),
  ]
}
