import type { ContainerCondition, ContainerField, ContainerRule } from '@lockstep/contract/hub/directory-container'
import { fieldName } from '../../words/words.ts'

/** As many as the hub takes. */
export const conditionsLimit = 5

/** The fields that rules may ask about. */
export const containerFields: readonly ContainerField[] = [
  'department',
  'location',
  'company',
  'jobTitle',
  'employeeType',
  'costCenter',
]

/** What a condition asks about: a field, or a group. */
export type Asked = ContainerField | 'group'

export const emptyRule: ContainerRule = { conditions: [{ field: 'department', values: [] }], containerDn: '' }

export function askedOf(condition: ContainerCondition): Asked {
  return 'groupId' in condition ? 'group' : condition.field
}

/** A condition about something else; values of one field are none of another. */
export function asking(asked: Asked): ContainerCondition {
  return asked === 'group' ? { groupId: '' } : { field: asked, values: [] }
}

/** What a condition lacks. */
export function conditionFault(condition: ContainerCondition): string | undefined {
  if ('groupId' in condition) return condition.groupId === '' ? 'Choose a group.' : undefined
  return condition.values.length === 0 ? 'Enter a value.' : undefined
}

/** The rule with its neighbour in its place; unchanged at the ends. */
export function movedRule(
  rules: readonly ContainerRule[],
  { index, by }: { readonly index: number; readonly by: -1 | 1 },
): readonly ContainerRule[] {
  const [one, other] = [rules[index], rules[index + by]]
  if (one === undefined || other === undefined) return rules
  return rules.map((rule, at) => (at === index ? other : at === index + by ? one : rule))
}

/** A rule in one line. */
export function ruleWords({ conditions, containerDn }: ContainerRule, groupName: (id: string) => string): string {
  const parts = conditions.map((each) =>
    'groupId' in each ? `in ${groupName(each.groupId)}` : `${fieldName(each.field)} is ${each.values.join(' or ')}`,
  )
  return `${parts.join(' and ')} → ${containerDn}`
}
