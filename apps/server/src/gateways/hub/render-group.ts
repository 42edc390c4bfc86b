import type { GroupDetail, GroupRow } from '@lockstep/contract/hub/group'
import type { IntegrationOwner } from '@lockstep/contract/hub/integration'
import type { BindingService } from '../../directory/bindings/binding.service.ts'
import type { Group } from '../../directory/groups/group.rules.ts'

type GroupAccount = Awaited<ReturnType<BindingService['accountsOfGroup']>>[number]

interface GroupSurroundings {
  readonly memberCount: number
  readonly directoryIds: readonly string[]
}

export function renderGroupRow(group: Group, { memberCount, directoryIds }: GroupSurroundings): GroupRow {
  return {
    id: group.id,
    name: group.name,
    description: group.description,
    memberCount,
    membershipMethod: group.membershipMethod,
    ...(group.homeDirectoryId === null ? {} : { homeDirectoryId: group.homeDirectoryId }),
    directoryIds: [...directoryIds],
    created: group.created.toISOString(),
    updated: group.updated.toISOString(),
  }
}

export function renderGroupDetail(
  group: Group,
  surroundings: {
    readonly owner: IntegrationOwner | undefined
    readonly settling: boolean
    readonly memberCount: number
    readonly memberGroups: readonly { readonly id: string; readonly name: string }[]
    readonly suggestions?: { readonly add: number; readonly remove: number } | undefined
    readonly accounts: readonly GroupAccount[]
    readonly directoryNames: ReadonlyMap<string, string>
  },
): GroupDetail {
  const { settling, memberCount, suggestions, accounts, directoryNames } = surroundings
  return {
    ...renderGroupRow(group, {
      memberCount,
      directoryIds: accounts.flatMap((each) => (each.bound ? [each.directoryId] : [])),
    }),
    email: group.email,
    ...(surroundings.owner === undefined ? {} : { owner: surroundings.owner }),
    memberGroups: [...surroundings.memberGroups],
    revision: group.revision,
    memberQuery: group.memberQuery,
    memberQueryExemptions: [...group.memberQueryExemptions],
    memberSuggestionsNotify: group.memberSuggestionsNotify,
    settling,
    suggestionCounts: { add: suggestions?.add ?? 0, remove: suggestions?.remove ?? 0 },
    directories: accounts.map((account) => ({
      directoryId: account.directoryId,
      directoryName: directoryNames.get(account.directoryId) ?? account.directoryId,
      ...(account.externalId === null ? {} : { externalId: account.externalId }),
      ...(account.externalName === null ? {} : { externalName: account.externalName }),
      bound: account.bound,
      ...stateOf(account),
    })),
  }
}

/** A membership that was refused counts as the group's trouble: nobody else shows it. */
function stateOf({ appliedRevision, desiredRevision, error, memberError }: GroupAccount) {
  const fault = error ?? memberError
  return {
    inStep: appliedRevision >= desiredRevision && fault === null,
    ...(fault === null ? {} : { error: { message: fault.message, remedy: fault.remedy } }),
  }
}
