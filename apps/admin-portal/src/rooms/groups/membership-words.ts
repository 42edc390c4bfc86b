import type { GroupDetail } from '@lockstep/contract/hub/group'
import { counted } from '../../words/words.ts'
import { readRule, type RuleTerm } from './rule-conditions.ts'
import { operatorText, ruleFieldOf } from './rule-fields.ts'

type MembershipMethod = GroupDetail['membershipMethod']

export const methodWords: Readonly<Record<MembershipMethod, { readonly label: string; readonly detail: string }>> = {
  NOTSET: { label: 'By hand', detail: 'People add and remove members, here or in the directory.' },
  STATIC: { label: 'By hand', detail: 'People add and remove members, here or in the directory.' },
  DYNAMIC_AUTOMATED: {
    label: 'By a rule',
    detail: 'Whoever matches the rule is a member, and nobody else. Changes of users move them in and out.',
  },
  DYNAMIC_REVIEW_REQUIRED: {
    label: 'By a rule, after review',
    detail: 'The rule suggests whom to add and remove; a person applies it.',
  },
}

/** A condition as people say it: "Department is one of Law, Sales". */
function termText({ field, operator, values }: RuleTerm): string {
  const { label, kind, options } = ruleFieldOf(field)
  const shown = values.map((value) => {
    if (kind === 'switch') return value === 'true' ? 'yes' : 'no'
    if (kind === 'day') return value.replace('T00:00:00Z', '')
    return options?.find((option) => option.value === value.toLowerCase())?.label ?? value
  })
  return [label, operatorText(operator, kind), shown.join(', ')].filter((part) => part !== '').join(' ')
}

/** A rule as lines; undefined for one that is shown as text. */
export function ruleLines(query: NonNullable<GroupDetail['memberQuery']>): readonly string[] | undefined {
  const draft = readRule(query)
  if (draft === undefined) return undefined
  const joint = draft.match === 'all' ? 'and ' : 'or '
  return draft.terms.map((term, index) => (index === 0 ? '' : joint) + termText(term))
}

/** "2 to add, 1 to remove". */
export function suggestionText({ add, remove }: GroupDetail['suggestionCounts']): string {
  return [
    ...(add > 0 ? [`${counted(add, 'user')} to add`] : []),
    ...(remove > 0 ? [`${counted(remove, 'member')} to remove`] : []),
  ].join(', ')
}
