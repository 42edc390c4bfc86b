import type { Group } from '../../directory/groups/group.rules.ts'

type Row = Readonly<Record<string, unknown>>

/** What is shown beside a group. */
export interface GroupSurroundings {
  readonly organizationId: string
  readonly suggestions?: { readonly add: number; readonly remove: number } | undefined
}

/** A user group as v2 answers it. */
export function renderGroup(group: Group, { organizationId, suggestions }: GroupSurroundings): Row {
  const { add, remove } = suggestions ?? { add: 0, remove: 0 }
  return {
    attributes: group.attributes,
    id: group.id,
    name: group.name,
    type: 'user_group',
    email: group.email,
    description: group.description,
    membershipMethod: group.membershipMethod,
    memberQuery: group.memberQuery,
    memberSuggestionsNotify: group.memberSuggestionsNotify,
    memberQueryExemptions: group.memberQueryExemptions.map((id) => ({ id, organizationId, type: 'USER' })),
    memberQueryErrorFlags: [],
    suggestionCounts: { add, remove, total: add + remove },
    organizationObjectId: organizationId,
  }
}
