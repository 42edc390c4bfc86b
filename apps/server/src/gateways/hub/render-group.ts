import type { GroupDetail, GroupRow } from '@lockstep/contract/hub/group'
import type { BindingService } from '../../directory/bindings/binding.service.ts'
import type { Group } from '../../directory/groups/group.rules.ts'

type GroupAccount = Awaited<ReturnType<BindingService['accountsOfGroup']>>[number]

export function renderGroupRow(group: Group, memberCount: number): GroupRow {
  return {
    id: group.id,
    name: group.name,
    description: group.description,
    memberCount,
    membershipMethod: group.membershipMethod,
    ...(group.homeDirectoryId === null ? {} : { homeDirectoryId: group.homeDirectoryId }),
    created: group.created.toISOString(),
    updated: group.updated.toISOString(),
  }
}

export function renderGroupDetail(
  group: Group,
  surroundings: {
    readonly memberCount: number
    readonly suggestions?: { readonly add: number; readonly remove: number } | undefined
    readonly accounts: readonly GroupAccount[]
    readonly directoryNames: ReadonlyMap<string, string>
  },
): GroupDetail {
  const { memberCount, suggestions, accounts, directoryNames } = surroundings
  return {
    ...renderGroupRow(group, memberCount),
    email: group.email,
    revision: group.revision,
    memberQuery: group.memberQuery,
    memberQueryExemptions: [...group.memberQueryExemptions],
    memberSuggestionsNotify: group.memberSuggestionsNotify,
    suggestionCounts: { add: suggestions?.add ?? 0, remove: suggestions?.remove ?? 0 },
    directories: accounts.map((account) => ({
      directoryId: account.directoryId,
      directoryName: directoryNames.get(account.directoryId) ?? account.directoryId,
      ...(account.externalId === null ? {} : { externalId: account.externalId }),
      ...(account.externalName === null ? {} : { externalName: account.externalName }),
      bound: account.bound,
      inStep: account.appliedRevision >= account.desiredRevision && account.error === null,
      ...(account.error === null ? {} : { error: { message: account.error.message, remedy: account.error.remedy } }),
    })),
  }
}
