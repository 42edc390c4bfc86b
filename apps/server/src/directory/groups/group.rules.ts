import type { Decision, Refusal } from '@lockstep/contract/app-error'
import type { MembershipOrigin } from '@lockstep/contract/hub/user'
import type { Id } from '@lockstep/kernel/ids'
import { canonicalJson, type Json, type JsonObject } from '@lockstep/kernel/json'
import type { FieldChanges } from '../journal/journal.rules.ts'
import { readMemberQuery, type RuleCondition, type RuleVocabulary } from './member-query.rules.ts'
import { userVocabulary } from './user-rule-fields.rules.ts'

export interface Group {
  readonly id: Id
  readonly name: string
  readonly description: string
  readonly email: string
  readonly membershipMethod: MembershipMethod
  /** The rule as it was sent; it decides while the method is a dynamic one. */
  readonly memberQuery: JsonObject | null
  /** Users whom the rule does not decide about. */
  readonly memberQueryExemptions: readonly string[]
  readonly memberSuggestionsNotify: boolean
  /** Raised with every change of what the rule decides; 0 for a group that never had one. */
  readonly ruleRevision: number
  readonly attributes: JsonObject | null
  /** What outside clients keep with the group beyond these fields. */
  readonly further?: JsonObject | null
  /** The directory that owns name and membership. */
  readonly homeDirectoryId: string | null
  /** True while the group has a counterpart in a directory. */
  readonly outside: boolean
  readonly revision: number
  readonly created: Date
  readonly updated: Date
}

export interface GroupInput {
  readonly name?: string
  readonly description?: string
  readonly email?: string
  readonly attributes?: JsonObject | null
  readonly further?: JsonObject | null
  readonly membershipMethod?: MembershipMethod
  readonly memberQuery?: JsonObject | null
  readonly memberQueryExemptions?: readonly string[]
  readonly memberSuggestionsNotify?: boolean
}

/** How a group gets its members; both dynamic ones follow from a rule. */
export type MembershipMethod = 'NOTSET' | 'STATIC' | 'DYNAMIC_REVIEW_REQUIRED' | 'DYNAMIC_AUTOMATED'

/** True when a rule decides, or suggests. */
export function isDynamic(method: MembershipMethod): boolean {
  return method === 'DYNAMIC_AUTOMATED' || method === 'DYNAMIC_REVIEW_REQUIRED'
}

/** The rule of a group as a condition; a rule that is not understood any more matches nobody. */
export function ruleOf(group: Pick<Group, 'memberQuery'>, vocabulary: RuleVocabulary = userVocabulary): RuleCondition {
  const read = group.memberQuery === null ? undefined : readMemberQuery(group.memberQuery, vocabulary)
  return read?.ok === true ? read.value : { any: [] }
}

/** Decides on a new group. */
export function createGroup(
  input: GroupInput,
  facts: {
    readonly id: Id
    readonly now: Date
    readonly homeDirectoryId?: string
    /** What its rule may name; default: the fields of users. */
    readonly vocabulary?: RuleVocabulary
  },
): Decision<Group> {
  const blank: Group = {
    id: facts.id,
    name: '',
    description: '',
    email: '',
    membershipMethod: 'STATIC',
    memberQuery: null,
    memberQueryExemptions: [],
    memberSuggestionsNotify: false,
    ruleRevision: 0,
    attributes: null,
    homeDirectoryId: facts.homeDirectoryId ?? null,
    outside: facts.homeDirectoryId !== undefined,
    revision: 1,
    created: facts.now,
    updated: facts.now,
  }
  if (input.name === undefined)
    return { ok: false, code: 'invalid_request', field: 'name', detail: 'name: is required.' }
  const rights = facts.homeDirectoryId === undefined ? {} : { directoryId: facts.homeDirectoryId }
  const { now, vocabulary = userVocabulary } = facts
  const changed = changeGroup(blank, input, { now, vocabulary, ...rights })
  return changed.ok ? { ok: true, value: { ...changed.value.group, revision: 1 } } : changed
}

export interface GroupChange {
  readonly group: Group
  readonly changes: FieldChanges
}

const fields = [
  'name',
  'description',
  'email',
  'attributes',
  'further',
  'membershipMethod',
  'memberQuery',
  'memberQueryExemptions',
  'memberSuggestionsNotify',
] as const
const ruleFields = ['membershipMethod', 'memberQuery', 'memberQueryExemptions'] as const
const maxExemptions = 10_000
const managedFields = new Set<string>(['name', 'description'])

/** Decides on a change; what a directory owns changes only on that directory's behalf. */
export function changeGroup(
  group: Group,
  input: GroupInput,
  facts: { readonly now: Date; readonly directoryId?: string; readonly vocabulary?: RuleVocabulary },
): Decision<GroupChange> {
  const name = input.name?.trim()
  if (name !== undefined && (name === '' || name.length > 256))
    return { ok: false, code: 'invalid_request', field: 'name', detail: 'name: must have 1 to 256 characters.' }
  if ((input.description?.length ?? 0) > 1024)
    return {
      ok: false,
      code: 'invalid_request',
      field: 'description',
      detail: 'description: must be at most 1,024 characters.',
    }
  const next: Group = {
    ...group,
    ...input,
    ...(name === undefined ? {} : { name }),
    ...(input.memberQueryExemptions === undefined
      ? {}
      : { memberQueryExemptions: [...new Set(input.memberQueryExemptions)] }),
  }
  const refusal = refuseRule(next, input, facts.vocabulary ?? userVocabulary)
  if (refusal !== undefined) return refusal
  const changes: Record<string, { before?: Json; after?: Json }> = {}
  for (const field of fields) {
    const [before, after] = [group[field] ?? null, next[field] ?? null]
    if (canonicalJson(before) === canonicalJson(after)) continue
    if (managedFields.has(field) && group.homeDirectoryId !== null && group.homeDirectoryId !== facts.directoryId)
      return {
        ok: false,
        code: 'field_managed_elsewhere',
        field,
        detail: `${field}: is managed by Active Directory (${group.homeDirectoryId}). Change it there.`,
      }
    changes[field] = {
      ...(before === '' || before === null ? {} : { before }),
      after,
    }
  }
  if (Object.keys(changes).length === 0) return { ok: true, value: { group, changes } }
  const isRuleTouched =
    (isDynamic(group.membershipMethod) || isDynamic(next.membershipMethod)) &&
    ruleFields.some((field) => changes[field] !== undefined)
  const ruleRevision = group.ruleRevision + (isRuleTouched ? 1 : 0)
  return {
    ok: true,
    value: { group: { ...next, ruleRevision, revision: group.revision + 1, updated: facts.now }, changes },
  }
}

/** A rule that is sent has to be understood, and a dynamic group has to have one. */
function refuseRule(next: Group, input: GroupInput, vocabulary: RuleVocabulary): Refusal | undefined {
  if (input.memberQuery !== undefined && input.memberQuery !== null) {
    const read = readMemberQuery(input.memberQuery, vocabulary)
    if (!read.ok) return read
  }
  if (isDynamic(next.membershipMethod) && next.memberQuery === null)
    return {
      ok: false,
      code: 'invalid_request',
      field: 'memberQuery',
      detail: 'memberQuery: is required for a dynamic group.',
    }
  if (next.memberQueryExemptions.length > maxExemptions)
    return {
      ok: false,
      code: 'invalid_request',
      field: 'memberQueryExemptions',
      detail: `memberQueryExemptions: must name at most ${maxExemptions} users.`,
    }
  return undefined
}

/** A member with every way in which it belongs to the group. */
export interface Member {
  readonly userId: string
  readonly username: string
  readonly email: string
  readonly displayName: string
  readonly name: string
  readonly state: 'STAGED' | 'ACTIVATED' | 'SUSPENDED'
  readonly origins: readonly MembershipOrigin[]
  readonly pending: boolean
}
