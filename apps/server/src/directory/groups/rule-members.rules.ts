// What becomes of a user's place in a group, by the group's rule. In an automated group whoever the rule names is a member and nobody
// else, but for the exempted, who stay as they are. Where review is required the same differences are suggestions. A group that has
// become static keeps its members.
import type { MembershipMethod } from './group.rules.ts'

/** What is stored of a user and a group, and what the rule says. */
export interface RuleFacts {
  readonly groupId: string
  readonly userId: string
  readonly username: string
  /** The rule names the user. */
  readonly wanted: boolean
  readonly exempt: boolean
  /** Memberships by their origin, those that are leaving left out. */
  readonly rule: boolean
  readonly hub: boolean
  readonly directory: boolean
  readonly nested: boolean
  readonly suggestion: 'add' | 'remove' | null
}

/** What of a group decides. */
export interface RuledGroup {
  readonly id: string
  readonly name: string
  readonly membershipMethod: MembershipMethod
  readonly homeDirectoryId: string | null
}

/** The rows to write for one user and group. */
export interface RuleActions {
  /** Becomes a member by the rule, besides what else makes a member. */
  readonly join?: true
  /** Ceases to be a member, of what the hub made or of everything that is not derived. */
  readonly leave?: 'own' | 'all'
  /** A membership by the rule becomes one that stays. */
  readonly keep?: true
  readonly suggest?: 'add' | 'remove' | null
  /** Whether the user was a member before and is one after. */
  readonly before: boolean
  readonly after: boolean
}

/** Decides; undefined: nothing is to be done. */
export function decideMembership(group: RuledGroup, facts: RuleFacts): RuleActions | undefined {
  const isMember = facts.rule || facts.hub || facts.directory || facts.nested
  const unchanged = { before: isMember, after: isMember }
  if (group.membershipMethod !== 'DYNAMIC_AUTOMATED') {
    const suggest = suggestionOf(group, facts, isMember)
    if (!facts.rule && suggest === facts.suggestion) return undefined
    return { ...unchanged, ...(facts.rule ? { keep: true } : {}), ...(suggest === facts.suggestion ? {} : { suggest }) }
  }
  const forget = facts.suggestion === null ? {} : ({ suggest: null } as const)
  if (facts.exempt) {
    if (!facts.rule && facts.suggestion === null) return undefined
    return { ...unchanged, ...(facts.rule ? { keep: true } : {}), ...forget }
  }
  if (facts.wanted) {
    if (facts.rule) return facts.suggestion === null ? undefined : { ...unchanged, ...forget }
    return { join: true, ...forget, before: isMember, after: true }
  }
  // In a group that a directory owns, the directory's own members are its own.
  const leave = facts.directory && group.homeDirectoryId !== null ? 'own' : 'all'
  const endsSomething = facts.rule || facts.hub || (leave === 'all' && facts.directory)
  if (!endsSomething) return facts.suggestion === null ? undefined : { ...unchanged, ...forget }
  return { leave, ...forget, before: isMember, after: facts.nested || leave === 'own' }
}

function suggestionOf(group: RuledGroup, facts: RuleFacts, isMember: boolean): RuleFacts['suggestion'] {
  if (group.membershipMethod !== 'DYNAMIC_REVIEW_REQUIRED' || facts.exempt) return null
  if (facts.wanted) return isMember ? null : 'add'
  // What a nested group gives, only the directory takes away.
  return facts.rule || facts.hub || facts.directory ? 'remove' : null
}
