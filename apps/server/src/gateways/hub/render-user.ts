import type { IntegrationOwner } from '@lockstep/contract/hub/integration'
import type { Page } from '@lockstep/contract/hub/page'
import type { AccountPassword, UserAccount, UserDetail, UserMembership, UserRow } from '@lockstep/contract/hub/user'
import type { BindingService } from '../../directory/bindings/binding.service.ts'
import { passwordAuthority } from '../../directory/users/password-authority.rules.ts'
import { passwordStatus } from '../../directory/users/password-status.rules.ts'
import { nameOfUser } from '../../directory/users/user-name.rules.ts'
import { comparableFields, restrictedFields, type User } from '../../directory/users/user.rules.ts'

type Account = Awaited<ReturnType<BindingService['accountsOfUser']>>[number]
type AccountSummaries = Awaited<ReturnType<BindingService['accountSummaries']>>
type AccountCounts = Pick<UserRow, 'accountCount' | 'failedAccountCount' | 'directoryIds'>

/** What a user's page shows beside the user. */
export interface UserSurroundings {
  /** The integration that owns the user; undefined when none does, or for those who may not see integrations. */
  readonly owner: IntegrationOwner | undefined
  readonly accounts: readonly Account[]
  readonly passwords: ReadonlyMap<string, AccountPassword>
  /** The directories that the user is bound to explicitly. */
  readonly boundDirectoryIds: ReadonlySet<string>
  readonly directoryNames: ReadonlyMap<string, string>
  readonly groups: readonly UserMembership[]
  readonly manager: User | undefined
  readonly signIn: UserDetail['signIn']
  readonly now: Date
}

export function renderUserPage(
  users: readonly User[],
  summaries: AccountSummaries,
  { now, ...page }: { readonly now: Date; readonly next?: string; readonly total: number },
): Page<UserRow> {
  const items = users.map((user) => {
    const { accountCount = 0, failedAccountCount = 0, directoryIds = [] } = summaries.get(user.id) ?? {}
    return renderRow(user, { accountCount, failedAccountCount, directoryIds: [...directoryIds] }, now)
  })
  return { ...page, items }
}

export function renderUserDetail(user: User, surroundings: UserSurroundings): UserDetail {
  const { accounts, manager, groups, owner } = surroundings
  const counts = {
    accountCount: accounts.filter((account) => account.wanted).length,
    failedAccountCount: accounts.filter((account) => account.error !== null).length,
    directoryIds: accounts.filter((account) => account.wanted).map((account) => account.directoryId),
  }
  return {
    ...renderRow(user, counts, surroundings.now),
    revision: user.revision,
    activated: user.activated,
    accountLocked: user.accountLocked,
    ...(user.suspendedBy === null ? {} : { suspendedBy: user.suspendedBy }),
    ...(manager === undefined ? {} : { managerName: nameOfUser(manager) }),
    fields: comparableFields(user),
    restrictedFields: restrictedFields(user).map(({ field, id, type }) => {
      const name = id === owner?.id ? owner.name : surroundings.directoryNames.get(id)
      return { field, directoryId: id, kind: type, ...(name === undefined ? {} : { name }) }
    }),
    ...(owner === undefined ? {} : { owner }),
    signIn: surroundings.signIn,
    accounts: accounts.map((account) => renderAccount(account, user, surroundings)),
    groups: [...groups],
  }
}

function renderRow(user: User, counts: AccountCounts, now: Date): UserRow {
  const authority = passwordAuthority(user)
  return {
    id: user.id,
    username: user.username,
    email: user.email,
    displayName: user.displayname,
    name: nameOfUser(user),
    state: user.state,
    passwordStatus: passwordStatus(user, now),
    ...(authority === undefined ? {} : { passwordAuthorityId: authority.id }),
    department: textOf(user.attributes['department']),
    jobTitle: textOf(user.attributes['jobTitle']),
    ...(user.homeDirectoryId === null ? {} : { homeDirectoryId: user.homeDirectoryId }),
    ...counts,
    created: user.created.toISOString(),
    updated: user.updated.toISOString(),
  }
}

function textOf(value: unknown): string {
  return typeof value === 'string' ? value : ''
}

function renderAccount(account: Account, user: User, surroundings: UserSurroundings): UserAccount {
  const { error, retryAt } = account
  return {
    id: account.id,
    directoryId: account.directoryId,
    directoryName: surroundings.directoryNames.get(account.directoryId) ?? account.directoryId,
    ...(account.externalId === null ? {} : { externalId: account.externalId }),
    ...(account.externalName === null ? {} : { externalName: account.externalName }),
    tie: tieOf(account, user, surroundings),
    inStep: account.appliedRevision >= account.desiredRevision && error === null,
    ...(account.enabled === null ? {} : { enabled: account.enabled }),
    password: surroundings.passwords.get(account.id) ?? { state: 'none' },
    ...(error === null
      ? {}
      : {
          error: {
            message: error.message,
            remedy: error.remedy,
            at: error.at,
            ...(retryAt === null ? {} : { retryAt: retryAt.toISOString() }),
          },
        }),
  }
}

function tieOf(account: Account, user: User, { boundDirectoryIds }: UserSurroundings): UserAccount['tie'] {
  if (user.homeDirectoryId === account.directoryId) return 'imported'
  if (boundDirectoryIds.has(account.directoryId)) return 'bound'
  if (!account.wanted) return 'released'
  // What the directory brought and no binding wants belongs to that directory, though it is not the user's home.
  return account.madeBy === 'directory' ? 'imported' : 'group'
}
