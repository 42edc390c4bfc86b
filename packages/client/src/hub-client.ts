import type {
  Comparison,
  ComparisonApply,
  ComparisonList,
  ComparisonSchedule,
  DifferenceQuery,
  DifferenceRow,
  UserDrift,
} from '@lockstep/contract/hub/comparison'
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
import type { ChangePage, ChangeQuery } from '@lockstep/contract/hub/change'
import type {
  AgentCreate,
  AgentCreated,
  AgentUpdate,
  DirectoryAgent,
  DirectoryCreate,
  DirectoryDetail,
  DirectoryProblem,
  DirectoryRow,
  DirectoryUpdate,
} from '@lockstep/contract/hub/directory'
import type { AgentBundles, AgentLog, AgentLogQuery } from '@lockstep/contract/hub/directory-agent'
import type {
  DirectoryPath,
  DirectoryPreview,
  DirectoryResolution,
  ResolutionCreate,
  ResolutionQuery,
} from '@lockstep/contract/hub/directory-change'
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
import type { JournalPage, JournalQuery, JournalVerification } from '@lockstep/contract/hub/journal'
import type { OrganizationSettings, OrganizationSettingsUpdate } from '@lockstep/contract/hub/organization'
import type {
  MailRoom,
  MailSettingsUpdate,
  Notice,
  NoticeListQuery,
  NoticePreferences,
  NoticePreferencesUpdate,
  TestMail,
} from '@lockstep/contract/hub/notice'
import type { Page } from '@lockstep/contract/hub/page'
import type { PlanDecision, PlanItem, PlanItemQuery, PlanListQuery, PlanRow } from '@lockstep/contract/hub/plan'
import type { RoleCreate, RoleRow, RoleUpdate, ScopeGroup } from '@lockstep/contract/hub/role'
import type { ScheduledState, ScheduledStateCreate } from '@lockstep/contract/hub/scheduled-state'
import type {
  PasswordChoice,
  PasswordLink,
  PasswordLinkFacts,
  PasswordLinkToken,
  PasswordRequest,
  RecoveryCodes,
  SecondFactor,
  SecondFactorConfirmation,
  SecondFactorEnrolment,
  SecondFactorProof,
  SecondFactorSecret,
} from '@lockstep/contract/hub/second-factor'
import type {
  ServiceAccountCreate,
  ServiceAccountRow,
  ServiceAccountUpdate,
  ServiceCredentialCreate,
  ServiceCredentialCreated,
} from '@lockstep/contract/hub/service-account'
import type {
  Administrator,
  AdministratorCreate,
  AdministratorUpdate,
  ApiKey,
  ApiKeyCreate,
  ApiKeyCreated,
  SessionReply,
  SetUpRequest,
  SignInRequest,
} from '@lockstep/contract/hub/session'
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
import { createHubRequest, type HubRequest, type HubRequestOptions } from './hub-request.ts'

type Signal = AbortSignal | undefined
interface Items<T> {
  readonly items: readonly T[]
}

const at = (path: string, ...ids: string[]): string =>
  `/hub/v1/${path}${ids.map((id) => `/${encodeURIComponent(id)}`).join('')}`

function sessionCalls(request: HubRequest) {
  return {
    get: (signal?: Signal) => request<SessionReply>('GET', at('session'), { signal }),
    signIn: (body: SignInRequest) => request<SessionReply>('POST', at('session'), { body }),
    signOut: () => request<void>('DELETE', at('session')),
    setUp: (body: SetUpRequest) => request<SessionReply>('POST', at('set-up'), { body }),
    readPasswordLink: (body: PasswordLinkToken, signal?: Signal) =>
      request<PasswordLinkFacts>('POST', at('session/password-link'), { body, signal }),
    requestPasswordLink: (body: PasswordRequest) => request<void>('POST', at('session/password-request'), { body }),
    choosePassword: (body: PasswordChoice) => request<void>('POST', at('session/password'), { body }),
    secondFactor: secondFactorCalls(request),
  }
}

function userCalls(request: HubRequest) {
  const account = (id: string, directoryId: string): string => `${at('users', id)}/directories/${directoryId}`
  return {
    list: (query?: UserListQuery, signal?: Signal) => request<Page<UserRow>>('GET', at('users'), { query, signal }),
    create: (body: UserCreate) => request<UserDetail>('POST', at('users'), { body }),
    get: (id: string, signal?: Signal) => request<UserDetail>('GET', at('users', id), { signal }),
    update: (id: string, body: UserUpdate) => request<UserDetail>('PATCH', at('users', id), { body }),
    remove: (id: string, query?: UserDeleteQuery) => request<void>('DELETE', at('users', id), { query }),
    suspend: (id: string, body: { reason?: string } = {}) =>
      request<UserDetail>('POST', `${at('users', id)}/suspend`, { body }),
    activate: (id: string, body: { reason?: string } = {}) =>
      request<UserDetail>('POST', `${at('users', id)}/activate`, { body }),
    bulk: (body: BulkUserAction) => request<BulkResult>('POST', at('users/bulk'), { body }),
    explain: (id: string, signal?: Signal) =>
      request<UserExplanation>('GET', `${at('users', id)}/explanation`, { signal }),
    bind: (id: string, directoryId: string) => request<void>('PUT', account(id, directoryId)),
    unbind: (id: string, directoryId: string) => request<void>('DELETE', account(id, directoryId)),
    drift: (id: string, signal?: Signal) => request<UserDrift>('GET', `${at('users', id)}/drift`, { signal }),
    scheduledStates: (id: string, signal?: Signal) =>
      request<Items<ScheduledState>>('GET', `${at('users', id)}/scheduled-states`, { signal }),
    scheduleState: (id: string, body: ScheduledStateCreate) =>
      request<ScheduledState>('POST', `${at('users', id)}/scheduled-states`, { body }),
    cancelScheduledState: (id: string) => request<void>('DELETE', at('scheduled-states', id)),
    retry: (id: string, directoryId: string) => request<void>('POST', `${account(id, directoryId)}/retry`),
  }
}

function bulkJobCalls(request: HubRequest) {
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

function bulkActionCalls(request: HubRequest) {
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

function groupCalls(request: HubRequest) {
  const member = (id: string, userId: string): string => `${at('groups', id)}/members/${userId}`
  const directory = (id: string, directoryId: string): string => `${at('groups', id)}/directories/${directoryId}`
  return {
    list: (query?: GroupListQuery, signal?: Signal) => request<Page<GroupRow>>('GET', at('groups'), { query, signal }),
    create: (body: GroupCreate) => request<GroupDetail>('POST', at('groups'), { body }),
    get: (id: string, signal?: Signal) => request<GroupDetail>('GET', at('groups', id), { signal }),
    update: (id: string, body: GroupUpdate) => request<GroupDetail>('PATCH', at('groups', id), { body }),
    remove: (id: string) => request<void>('DELETE', at('groups', id)),
    members: (id: string, query?: MemberListQuery, signal?: Signal) =>
      request<Page<GroupMember>>('GET', `${at('groups', id)}/members`, { query, signal }),
    addMember: (id: string, userId: string) => request<void>('PUT', member(id, userId)),
    removeMember: (id: string, userId: string) => request<void>('DELETE', member(id, userId)),
    bind: (id: string, directoryId: string) => request<void>('PUT', directory(id, directoryId)),
    unbind: (id: string, directoryId: string) => request<void>('DELETE', directory(id, directoryId)),
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

interface ProblemQuery {
  readonly limit?: number
  readonly after?: string
  readonly search?: string
}

function directoryCalls(request: HubRequest) {
  const agents = (id: string): string => `${at('directories', id)}/agents`
  return {
    list: (signal?: Signal) => request<Items<DirectoryRow>>('GET', at('directories'), { signal }),
    create: (body: DirectoryCreate) => request<DirectoryDetail>('POST', at('directories'), { body }),
    get: (id: string, signal?: Signal) => request<DirectoryDetail>('GET', at('directories', id), { signal }),
    update: (id: string, body: DirectoryUpdate) => request<DirectoryDetail>('PATCH', at('directories', id), { body }),
    remove: (id: string) => request<void>('DELETE', at('directories', id)),
    problems: (id: string, query?: ProblemQuery, signal?: Signal) =>
      request<Page<DirectoryProblem>>('GET', `${at('directories', id)}/problems`, { query, signal }),
    comparisons: (id: string, signal?: Signal) =>
      request<ComparisonList>('GET', `${at('directories', id)}/comparison`, { signal }),
    compare: (id: string) => request<Comparison>('POST', `${at('directories', id)}/comparison`),
    comparison: (id: string, comparisonId: string, signal?: Signal) =>
      request<Comparison>('GET', `${at('directories', id)}/comparison/${comparisonId}`, { signal }),
    differences: (
      { id, comparisonId }: { readonly id: string; readonly comparisonId: string },
      query?: DifferenceQuery,
      signal?: Signal,
    ) =>
      request<Page<DifferenceRow>>('GET', `${at('directories', id)}/comparison/${comparisonId}/differences`, {
        query,
        signal,
      }),
    applyDifferences: (id: string, comparisonId: string, body: ComparisonApply) =>
      request<Comparison>('POST', `${at('directories', id)}/comparison/${comparisonId}/apply`, { body }),
    cancelComparison: (id: string, comparisonId: string) =>
      request<Comparison>('POST', `${at('directories', id)}/comparison/${comparisonId}/cancel`),
    setComparisonSchedule: (id: string, body: ComparisonSchedule) =>
      request<ComparisonSchedule>('PUT', `${at('directories', id)}/comparison/schedule`, { body }),
    preview: (id: string, body: DirectoryUpdate, signal?: Signal) =>
      request<DirectoryPreview>('POST', `${at('directories', id)}/preview`, { body, signal }),
    disconnection: (id: string, signal?: Signal) =>
      request<DirectoryPath>('GET', `${at('directories', id)}/disconnection`, { signal }),
    migration: (id: string, signal?: Signal) =>
      request<DirectoryPath>('GET', `${at('directories', id)}/migration`, { signal }),
    resolve: (id: string, guid: string, body: ResolutionCreate) =>
      request<DirectoryResolution>('POST', `${at('directories', id)}/problems/${guid}/resolution`, { body }),
    resolutions: (id: string, query?: ResolutionQuery, signal?: Signal) =>
      request<Page<DirectoryResolution>>('GET', `${at('directories', id)}/resolutions`, { query, signal }),
    removeResolution: (id: string, guid: string) =>
      request<void>('DELETE', `${at('directories', id)}/resolutions/${guid}`),
    addAgent: (id: string, body: AgentCreate) => request<AgentCreated>('POST', agents(id), { body }),
    updateAgent: (id: string, agentId: string, body: AgentUpdate) =>
      request<DirectoryAgent>('PATCH', `${agents(id)}/${agentId}`, { body }),
    removeAgent: (id: string, agentId: string) => request<void>('DELETE', `${agents(id)}/${agentId}`),
    agentLog: (id: string, agentId: string, query?: AgentLogQuery, signal?: Signal) =>
      request<AgentLog>('GET', `${agents(id)}/${agentId}/log`, { query, signal }),
    agentBundles: (signal?: Signal) => request<AgentBundles>('GET', at('agent-bundles'), { signal }),
    /** Where an agent's file is; a link of the same origin brings the session's cookie by itself. */
    agentBundleFile: (name: string) => at('agent-bundles', name),
    readEverything: (id: string) => request<void>('POST', `${at('directories', id)}/full-read`),
  }
}

function planCalls(request: HubRequest) {
  return {
    list: (query?: PlanListQuery, signal?: Signal) => request<Page<PlanRow>>('GET', at('plans'), { query, signal }),
    get: (id: string, signal?: Signal) => request<PlanRow>('GET', at('plans', id), { signal }),
    items: (id: string, query?: PlanItemQuery, signal?: Signal) =>
      request<Page<PlanItem>>('GET', `${at('plans', id)}/items`, { query, signal }),
    release: (id: string, body: PlanDecision) => request<PlanRow>('POST', `${at('plans', id)}/release`, { body }),
    dismiss: (id: string, body: PlanDecision) => request<PlanRow>('POST', `${at('plans', id)}/dismiss`, { body }),
  }
}

function settingCalls(request: HubRequest) {
  return {
    administrators: {
      list: (signal?: Signal) => request<Items<Administrator>>('GET', at('administrators'), { signal }),
      create: (body: AdministratorCreate) => request<Administrator>('POST', at('administrators'), { body }),
      update: (id: string, body: AdministratorUpdate) =>
        request<Administrator>('PATCH', at('administrators', id), { body }),
      remove: (id: string) => request<void>('DELETE', at('administrators', id)),
      resetSecondFactor: (id: string) => request<void>('DELETE', `${at('administrators', id)}/second-factor`),
      makePasswordLink: (id: string) => request<PasswordLink>('POST', `${at('administrators', id)}/password-link`),
      mailPasswordLink: (id: string) => request<void>('POST', `${at('administrators', id)}/password-mail`),
    },
    apiKeys: {
      list: (signal?: Signal) => request<Items<ApiKey>>('GET', at('api-keys'), { signal }),
      create: (body: ApiKeyCreate) => request<ApiKeyCreated>('POST', at('api-keys'), { body }),
      remove: (id: string) => request<void>('DELETE', at('api-keys', id)),
    },
    settings: {
      get: (signal?: Signal) => request<OrganizationSettings>('GET', at('settings'), { signal }),
      update: (body: OrganizationSettingsUpdate) => request<OrganizationSettings>('PATCH', at('settings'), { body }),
    },
    mail: mailCalls(request),
    ...accessCalls(request),
  }
}

function mailCalls(request: HubRequest) {
  return {
    room: (signal?: Signal) => request<MailRoom>('GET', at('mail'), { signal }),
    update: (body: MailSettingsUpdate) => request<MailRoom>('PATCH', at('mail'), { body }),
    sendTest: (body: TestMail) => request<Notice>('POST', at('mail/test'), { body }),
    list: (query?: NoticeListQuery, signal?: Signal) => request<Page<Notice>>('GET', at('notices'), { query, signal }),
    retry: (id: string) => request<Notice>('POST', `${at('notices', id)}/retry`),
    preferences: (signal?: Signal) => request<NoticePreferences>('GET', at('notice-preferences'), { signal }),
    choosePreferences: (body: NoticePreferencesUpdate) =>
      request<NoticePreferences>('PATCH', at('notice-preferences'), { body }),
  }
}

interface RoleList extends Items<RoleRow> {
  readonly scopeGroups: readonly ScopeGroup[]
}

function accessCalls(request: HubRequest) {
  const credentials = (id: string): string => `${at('service-accounts', id)}/credentials`
  return {
    roles: {
      list: (signal?: Signal) => request<RoleList>('GET', at('roles'), { signal }),
      create: (body: RoleCreate) => request<RoleRow>('POST', at('roles'), { body }),
      update: (id: string, body: RoleUpdate) => request<RoleRow>('PATCH', at('roles', id), { body }),
      remove: (id: string) => request<void>('DELETE', at('roles', id)),
    },
    serviceAccounts: {
      list: (signal?: Signal) => request<Items<ServiceAccountRow>>('GET', at('service-accounts'), { signal }),
      create: (body: ServiceAccountCreate) => request<ServiceAccountRow>('POST', at('service-accounts'), { body }),
      update: (id: string, body: ServiceAccountUpdate) =>
        request<ServiceAccountRow>('PATCH', at('service-accounts', id), { body }),
      disable: (id: string) => request<ServiceAccountRow>('POST', `${at('service-accounts', id)}/disable`),
      enable: (id: string) => request<ServiceAccountRow>('POST', `${at('service-accounts', id)}/enable`),
      remove: (id: string) => request<void>('DELETE', at('service-accounts', id)),
      addCredential: (id: string, body: ServiceCredentialCreate) =>
        request<ServiceCredentialCreated>('POST', credentials(id), { body }),
      removeCredential: (id: string, credentialId: string) =>
        request<void>('DELETE', `${credentials(id)}/${encodeURIComponent(credentialId)}`),
    },
  }
}

function secondFactorCalls(request: HubRequest) {
  const path = at('session/second-factor')
  return {
    get: (signal?: Signal) => request<SecondFactor>('GET', path, { signal }),
    enrol: (body: SecondFactorEnrolment) => request<SecondFactorSecret>('POST', path, { body }),
    confirm: (body: SecondFactorConfirmation) => request<RecoveryCodes>('PUT', path, { body }),
    turnOff: (body: SecondFactorProof) => request<void>('POST', `${path}/removal`, { body }),
    renewRecoveryCodes: (body: SecondFactorProof) => request<RecoveryCodes>('POST', `${path}/recovery-codes`, { body }),
  }
}

/** The typed calls of `/hub/v1`, for browsers and Node; every call rejects with HubError when the hub refuses. */
export function createHubClient(options: HubRequestOptions) {
  const request = createHubRequest(options)
  return {
    session: sessionCalls(request),
    users: userCalls(request),
    bulkActions: bulkActionCalls(request),
    bulkJobs: bulkJobCalls(request),
    groups: groupCalls(request),
    directories: directoryCalls(request),
    plans: planCalls(request),
    journal: {
      list: (query?: JournalQuery, signal?: Signal) => request<JournalPage>('GET', at('journal'), { query, signal }),
      verify: () => request<JournalVerification>('POST', at('journal/verify')),
    },
    changes: {
      list: (query?: ChangeQuery, signal?: Signal) => request<ChangePage>('GET', at('changes'), { query, signal }),
    },
    ...settingCalls(request),
    /** Where the server-sent events are; an EventSource of the same origin brings the session's cookie by itself. */
    eventsUrl: `${options.baseUrl}${at('events')}`,
  }
}

/** The typed calls of `/hub/v1`. */
export type HubClient = ReturnType<typeof createHubClient>
