import type { Group } from '../../directory/groups/group.rules.ts'

/** A user group as v2 answers it. */
export function renderGroup(group: Group): Readonly<Record<string, unknown>> {
  return {
    attributes: group.attributes,
    id: group.id,
    name: group.name,
    type: 'user_group',
    email: group.email,
    description: group.description,
    membershipMethod: group.membershipMethod,
    memberSuggestionsNotify: false,
    memberQueryExemptions: [],
    memberQueryErrorFlags: [],
    suggestionCounts: { add: 0, remove: 0, total: 0 },
  }
}
