import type {
  BulkAction,
  BulkActionCreate,
  BulkActionRow,
  BulkActionRowQuery,
} from '@lockstep/contract/hub/bulk-action'
import type {
  BulkJob,
  BulkJobCreate,
  BulkJobListQuery,
  BulkJobRow,
  BulkJobRowQuery,
} from '@lockstep/contract/hub/bulk-job'
import type { DeclaredValues, DeclaredValuesUpdate } from '@lockstep/contract/hub/declared-values'
import type { UserDrift } from '@lockstep/contract/hub/comparison'
import type {
  GroupCreate,
  GroupDetail,
  GroupListQuery,
  GroupMember,
  GroupRow,
  GroupUpdate,
  MemberListQuery,
  MemberSuggestion,
  RulePreview,
  RulePreviewRequest,
  RuleValueQuery,
  RuleValues,
  SuggestionListQuery,
  SuggestionsApplied,
  SuggestionsApply,
} from '@lockstep/contract/hub/group'
import type { Page } from '@lockstep/contract/hub/page'
import type { ScheduledState, ScheduledStateCreate } from '@lockstep/contract/hub/scheduled-state'
import type {
  BulkResult,
  BulkUserAction,
  UserCreate,
  UserDeleteQuery,
  UserDetail,
  UserExplanation,
  UserListQuery,
  UserRow,
  UserUpdate,
} from '@lockstep/contract/hub/user'
import type {
  SecondFactorDemand,
  SecondFactorOfGroup,
  SecondFactorOfUser,
  SecondFactorReset,
} from '@lockstep/contract/hub/user-second-factor'
import type { HubRequest } from './hub-request.ts'
import { at, type Items, type Signal } from './hub-path.ts'

/** Users, their accounts, and changes of theirs that are to come; each call throws HubError. */
export function userCalls(request: HubRequest) {
  const account = (id: string, directoryId: string): string => `${at('users', id)}/directories/${directoryId}`
  return {
    list: (query?: UserListQuery, signal?: Signal) => request<Page<UserRow>>('GET', at('users'), { query, signal }),
    create: (body: UserCreate) => request<UserDetail>('POST', at('users'), { body }),
    get: (id: string, signal?: Signal) => request<UserDetail>('GET', at('users', id), { signal }),
    update: (id: string, body: UserUpdate) => request<UserDetail>('PATCH', at('users', id), { body }),
    declaredValues: (id: string, signal?: Signal) =>
      request<DeclaredValues>('GET', `${at('users', id)}/declared-values`, { signal }),
    setDeclaredValues: (id: string, body: DeclaredValuesUpdate) =>
      request<DeclaredValues>('PATCH', `${at('users', id)}/declared-values`, { body }),
    remove: (id: string, query?: UserDeleteQuery) => request<void>('DELETE', at('users', id), { query }),
    suspend: (id: string, body: { reason?: string } = {}) =>
      request<UserDetail>('POST', `${at('users', id)}/suspend`, { body }),
    activate: (id: string, body: { reason?: string } = {}) =>
      request<UserDetail>('POST', `${at('users', id)}/activate`, { body }),
    unlock: (id: string, body: { reason?: string } = {}) =>
      request<UserDetail>('POST', `${at('users', id)}/unlock`, { body }),
    /** The welcome mail to who has no password yet, else a link to another one. */
    mailPassword: (id: string) => request<void>('POST', `${at('users', id)}/password-mail`),
    bulk: (body: BulkUserAction) => request<BulkResult>('POST', at('users/bulk'), { body }),
    explain: (id: string, signal?: Signal) =>
      request<UserExplanation>('GET', `${at('users', id)}/explanation`, { signal }),
    bind: (id: string, directoryId: string) => request<void>('PUT', account(id, directoryId)),
    unbind: (id: string, directoryId: string) => request<void>('DELETE', account(id, directoryId)),
    drift: (id: string, signal?: Signal) => request<UserDrift>('GET', `${at('users', id)}/drift`, { signal }),
    secondFactor: (id: string, signal?: Signal) =>
      request<SecondFactorOfUser>('GET', `${at('users', id)}/second-factor`, { signal }),
    demandSecondFactor: (id: string, body: SecondFactorDemand) =>
      request<SecondFactorOfUser>('PUT', `${at('users', id)}/second-factor`, { body }),
    resetSecondFactor: (id: string, body: SecondFactorReset = {}) =>
      request<SecondFactorOfUser>('POST', `${at('users', id)}/second-factor/reset`, { body }),
    scheduledStates: (id: string, signal?: Signal) =>
      request<Items<ScheduledState>>('GET', `${at('users', id)}/scheduled-states`, { signal }),
    scheduleState: (id: string, body: ScheduledStateCreate) =>
      request<ScheduledState>('POST', `${at('users', id)}/scheduled-states`, { body }),
    cancelScheduledState: (id: string) => request<void>('DELETE', at('scheduled-states', id)),
    retry: (id: string, directoryId: string) => request<void>('POST', `${account(id, directoryId)}/retry`),
  }
}

/** Users created or changed row by row; each call throws HubError. */
export function bulkJobCalls(request: HubRequest) {
  return {
    list: (query?: BulkJobListQuery, signal?: Signal) =>
      request<Page<BulkJob>>('GET', at('bulk-jobs'), { query, signal }),
    start: (body: BulkJobCreate) => request<BulkJob>('POST', at('bulk-jobs'), { body }),
    get: (id: string, signal?: Signal) => request<BulkJob>('GET', at('bulk-jobs', id), { signal }),
    results: (id: string, query?: BulkJobRowQuery, signal?: Signal) =>
      request<Page<BulkJobRow>>('GET', `${at('bulk-jobs', id)}/results`, { query, signal }),
    cancel: (id: string) => request<BulkJob>('POST', `${at('bulk-jobs', id)}/cancel`),
    /** Where the results are as a file; a link of the same origin brings the session's cookie by itself. */
    resultsFile: (id: string) => `${at('bulk-jobs', id)}/results.csv`,
  }
}

/** One change of many users; each call throws HubError. */
export function bulkActionCalls(request: HubRequest) {
  return {
    list: (signal?: Signal) => request<Items<BulkAction>>('GET', at('bulk-actions'), { signal }),
    start: (body: BulkActionCreate) => request<BulkAction>('POST', at('bulk-actions'), { body }),
    get: (id: string, signal?: Signal) => request<BulkAction>('GET', at('bulk-actions', id), { signal }),
    results: (id: string, query?: BulkActionRowQuery, signal?: Signal) =>
      request<Page<BulkActionRow>>('GET', `${at('bulk-actions', id)}/results`, { query, signal }),
    cancel: (id: string) => request<BulkAction>('POST', `${at('bulk-actions', id)}/cancel`),
    undo: (id: string) => request<BulkAction>('POST', `${at('bulk-actions', id)}/undo`),
  }
}

/** Groups, their members and rules; each call throws HubError. */
export function groupCalls(request: HubRequest) {
  const member = (id: string, userId: string): string => `${at('groups', id)}/members/${userId}`
  const directory = (id: string, directoryId: string): string => `${at('groups', id)}/directories/${directoryId}`
  return {
    list: (query?: GroupListQuery, signal?: Signal) => request<Page<GroupRow>>('GET', at('groups'), { query, signal }),
    create: (body: GroupCreate) => request<GroupDetail>('POST', at('groups'), { body }),
    get: (id: string, signal?: Signal) => request<GroupDetail>('GET', at('groups', id), { signal }),
    update: (id: string, body: GroupUpdate) => request<GroupDetail>('PATCH', at('groups', id), { body }),
    declaredValues: (id: string, signal?: Signal) =>
      request<DeclaredValues>('GET', `${at('groups', id)}/declared-values`, { signal }),
    setDeclaredValues: (id: string, body: DeclaredValuesUpdate) =>
      request<DeclaredValues>('PATCH', `${at('groups', id)}/declared-values`, { body }),
    remove: (id: string) => request<void>('DELETE', at('groups', id)),
    secondFactor: (id: string, signal?: Signal) =>
      request<SecondFactorOfGroup>('GET', `${at('groups', id)}/second-factor`, { signal }),
    demandSecondFactor: (id: string, body: SecondFactorOfGroup) =>
      request<SecondFactorOfGroup>('PUT', `${at('groups', id)}/second-factor`, { body }),
    members: (id: string, query?: MemberListQuery, signal?: Signal) =>
      request<Page<GroupMember>>('GET', `${at('groups', id)}/members`, { query, signal }),
    addMember: (id: string, userId: string) => request<void>('PUT', member(id, userId)),
    removeMember: (id: string, userId: string) => request<void>('DELETE', member(id, userId)),
    bind: (id: string, directoryId: string) => request<void>('PUT', directory(id, directoryId)),
    unbind: (id: string, directoryId: string) => request<void>('DELETE', directory(id, directoryId)),
    retry: (id: string, directoryId: string) => request<void>('POST', `${directory(id, directoryId)}/retry`),
    preview: (body: RulePreviewRequest, signal?: Signal) =>
      request<RulePreview>('POST', at('groups/preview'), { body, signal }),
    ruleValues: (query: RuleValueQuery, signal?: Signal) =>
      request<RuleValues>('GET', at('groups/rule-values'), { query, signal }),
    suggestions: (id: string, query?: SuggestionListQuery, signal?: Signal) =>
      request<Page<MemberSuggestion>>('GET', `${at('groups', id)}/suggestions`, { query, signal }),
    applySuggestions: (id: string, body: SuggestionsApply) =>
      request<SuggestionsApplied>('POST', `${at('groups', id)}/suggestions`, { body }),
  }
}
