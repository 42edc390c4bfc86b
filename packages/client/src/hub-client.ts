import type { ChangePage, ChangeQuery } from '@lockstep/contract/hub/change'
import type {
  Comparison,
  ComparisonApply,
  ComparisonList,
  ComparisonSchedule,
  DifferenceQuery,
  DifferenceRow,
} from '@lockstep/contract/hub/comparison'
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
import type { ContainerPreview, ContainerPreviewRequest } from '@lockstep/contract/hub/directory-container'
import type { JournalPage, JournalQuery, JournalVerification } from '@lockstep/contract/hub/journal'
import type {
  MailRoom,
  MailSettingsUpdate,
  Notice,
  NoticeListQuery,
  NoticePreferences,
  NoticePreferencesUpdate,
  TestMail,
} from '@lockstep/contract/hub/notice'
import type { OrganizationSettings, OrganizationSettingsUpdate } from '@lockstep/contract/hub/organization'
import type { Page } from '@lockstep/contract/hub/page'
import type { PlanDecision, PlanItem, PlanItemQuery, PlanListQuery, PlanRow } from '@lockstep/contract/hub/plan'
import type { RoleCreate, RoleRow, RoleUpdate, ScopeGroup } from '@lockstep/contract/hub/role'
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
import { createHubRequest, type HubRequest, type HubRequestOptions } from './hub-request.ts'
import { at, type Items, type Signal } from './hub-path.ts'
import { integrationCalls } from './integration-calls.ts'
import { bulkActionCalls, bulkJobCalls, groupCalls, userCalls } from './people-calls.ts'

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
    previewContainers: (id: string, body: ContainerPreviewRequest, signal?: Signal) =>
      request<ContainerPreview>('POST', `${at('directories', id)}/containers/preview`, { body, signal }),
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
    integrations: integrationCalls(request),
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
