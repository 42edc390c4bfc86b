import type { GroupDetail, GroupUpdate } from '@lockstep/contract/hub/group'
import { emptyRule, missingIn, readRule, type RuleDraft, writeRule, type WrittenRule } from './rule-conditions.ts'

/** A rule being edited: in rows, or as text when it is nested deeper than rows can show. */
export type EditedRule =
  | { readonly kind: 'rows'; readonly draft: RuleDraft }
  | { readonly kind: 'text'; readonly text: string }

/** What the form of a group's membership holds. */
export interface MembershipValues {
  readonly method: 'STATIC' | 'DYNAMIC_AUTOMATED' | 'DYNAMIC_REVIEW_REQUIRED'
  readonly rule: EditedRule
  readonly exemptions: readonly string[]
}

export function startingValues(group: GroupDetail): MembershipValues {
  const { membershipMethod, memberQuery, memberQueryExemptions } = group
  return {
    method: membershipMethod === 'NOTSET' ? 'STATIC' : membershipMethod,
    rule: memberQuery === null ? { kind: 'rows', draft: emptyRule } : editedRule(memberQuery),
    exemptions: memberQueryExemptions,
  }
}

function editedRule(query: NonNullable<GroupDetail['memberQuery']>): EditedRule {
  const { filters, queryType } = query as { readonly filters?: unknown; readonly queryType?: unknown }
  if (filters === undefined || (Array.isArray(filters) && filters.length === 0)) {
    const language = queryType === undefined ? 'v2' : 'v1'
    return { kind: 'rows', draft: { ...emptyRule, language } }
  }
  const draft = readRule(query)
  return draft ? { kind: 'rows', draft } : { kind: 'text', text: JSON.stringify(query, undefined, 2) }
}

/** The rule as the hub takes it, or what it lacks. */
export function ruleOf({ rule }: MembershipValues): {
  readonly rule: WrittenRule | undefined
  readonly fault: string | undefined
} {
  if (rule.kind === 'text') return readText(rule.text)
  const fault = rule.draft.terms.map(missingIn).find((one) => one !== undefined)
  return fault === undefined ? { rule: writeRule(rule.draft), fault } : { rule: undefined, fault }
}

function readText(text: string): ReturnType<typeof ruleOf> {
  try {
    const value: unknown = JSON.parse(text)
    if (typeof value === 'object' && value !== null && Array.isArray((value as { filters?: unknown }).filters))
      return { rule: value as WrittenRule, fault: undefined }
    return { rule: undefined, fault: 'The rule needs a list of filters.' }
  } catch (error) {
    return { rule: undefined, fault: `This is no JSON: ${error instanceof Error ? error.message : String(error)}` }
  }
}

/** What to send. A group by hand keeps its rule, so that it can come back to it. */
export function membershipInput(values: MembershipValues): GroupUpdate {
  const { method, exemptions } = values
  if (method === 'STATIC') return { membershipMethod: method }
  const { rule } = ruleOf(values)
  return {
    membershipMethod: method,
    memberQueryExemptions: [...exemptions],
    ...(rule === undefined ? {} : { memberQuery: rule }),
  }
}
