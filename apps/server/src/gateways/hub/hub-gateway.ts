import Type from 'typebox'
import type { BindingService } from '../../directory/bindings/binding.service.ts'
import type { DirectoryChanges } from '../../directory/changes/change-feed.service.ts'
import type { GroupService } from '../../directory/groups/group.service.ts'
import type { GroupRules } from '../../directory/groups/rule-members.service.ts'
import type { RecordService } from '../../directory/inventory/record.service.ts'
import type { JournalService } from '../../directory/journal/journal.service.ts'
import type { UserSecurityService } from '../../directory/users/user-security.service.ts'
import type { UserService } from '../../directory/users/user.service.ts'
import { openApiDocument } from '../../platform/http/openapi.ts'
import { renderProblem } from '../../platform/http/problem-reply.ts'
import { defineRoute, type Gateway, type Route } from '../../platform/http/route.ts'
import type { NoticeService } from '../../processes/notices/notice.service.ts'
import { bindingRoutes } from './bindings.routes.ts'
import { type BulkJobRouteOptions, type BulkJobs, bulkJobRoutes } from './bulk-jobs.routes.ts'
import { type BulkActions, bulkActionRoutes } from './bulk-actions.routes.ts'
import type { ChangeFeedOptions } from './change-feed.ts'
import { changeRoutes } from './changes.routes.ts'
import { type Comparisons, comparisonRoutes } from './comparisons.routes.ts'
import { type CustomSchemaRouteOptions, customSchemaRoutes } from './custom-schemas.routes.ts'
import { declaredValueRoutes, type DeclaredValueRouteOptions } from './declared-values.routes.ts'
import { type Domains, directoryRoutes } from './directories.routes.ts'
import { type DirectoryChanges as DirectoryPaths, directoryChangeRoutes } from './directory-changes.routes.ts'
import { type Conflicts, directoryConflictRoutes } from './directory-conflicts.routes.ts'
import { type DirectoryAgentOptions, directoryAgentRoutes } from './directory-agents.routes.ts'
import { eventRoutes } from './events.routes.ts'
import { groupMemberRoutes } from './group-members.routes.ts'
import { groupRuleRoutes } from './group-rules.routes.ts'
import { groupRoutes } from './groups.routes.ts'
import { integrationRequestRoutes, type IntegrationRequestRouteOptions } from './integration-requests.routes.ts'
import { type IntegrationRouteOptions, integrationRoutes } from './integrations.routes.ts'
import { type JournalRouteOptions, journalRoutes } from './journal.routes.ts'
import { noticeRoutes } from './notices.routes.ts'
import { type Plans, planRoutes } from './plans.routes.ts'
import { type ScheduledStates, scheduledStateRoutes } from './scheduled-states.routes.ts'
import { secondFactorRoutes, type SecondFactorRouteOptions } from './second-factors.routes.ts'
import { type SettingsRouteOptions, settingsRoutes } from './settings.routes.ts'
import { systemRoutes } from './systems.routes.ts'
import { type UserRouteOptions, userRoutes } from './users.routes.ts'
import { userStateRoutes } from './user-states.routes.ts'

export interface HubGatewayOptions
  extends
    UserRouteOptions,
    JournalRouteOptions,
    ChangeFeedOptions,
    SettingsRouteOptions,
    DirectoryAgentOptions,
    Pick<SecondFactorRouteOptions, 'factors' | 'passkeys'>,
    IntegrationRouteOptions,
    IntegrationRequestRouteOptions,
    CustomSchemaRouteOptions,
    DeclaredValueRouteOptions {
  readonly provisioning: IntegrationRouteOptions['provisioning'] & IntegrationRequestRouteOptions['provisioning']
  readonly integrations: IntegrationRouteOptions['integrations']
  readonly users: UserService
  readonly groups: GroupService
  readonly rules: Pick<GroupRules, 'preview' | 'previewLeaving' | 'listValues'>
  readonly userSecurity: UserSecurityService
  readonly systems: RecordService
  readonly bindings: BindingService
  readonly domains: Domains & UserRouteOptions['domains']
  readonly directoryPaths: DirectoryPaths
  readonly conflicts: Conflicts
  readonly comparisons: Comparisons
  readonly plans: Plans
  readonly notices: NoticeService
  readonly bulkActions: BulkActions
  readonly changes: DirectoryChanges
  readonly bulkJobs: BulkJobs
  readonly scheduledStates: ScheduledStates
  readonly defaultStateOf: BulkJobRouteOptions['defaultStateOf']
  readonly journal: Pick<JournalService, 'list' | 'explain' | 'readFeed' | 'feedEnd'>
  /** The product's version, for the OpenAPI document. */
  readonly version: string
  /** Routes of other gateways under `/hub/v1`, which the OpenAPI document describes too. */
  readonly extraRoutes: readonly Route[]
}

/** Our own API, `/hub/v1`: what it does not know it refuses. Sessions, administrators and API keys have a gateway of their own. */
export function createHubGateway(options: HubGatewayOptions): Gateway {
  const routes = [
    ...userRoutes(options),
    ...userStateRoutes(options),
    ...secondFactorRoutes(options),
    ...scheduledStateRoutes(options),
    ...bulkActionRoutes(options.bulkActions),
    ...bulkJobRoutes(options),
    ...bindingRoutes(options.bindings),
    ...groupRoutes(options),
    ...groupRuleRoutes(options),
    ...groupMemberRoutes(options.groups),
    ...systemRoutes(options.systems),
    ...directoryRoutes(options.domains),
    ...directoryChangeRoutes(options.directoryPaths),
    ...directoryConflictRoutes(options.conflicts),
    ...directoryAgentRoutes(options),
    ...comparisonRoutes(options.comparisons),
    ...planRoutes(options.plans),
    ...noticeRoutes(options.notices),
    ...journalRoutes(options),
    ...settingsRoutes(options),
    ...integrationRoutes(options),
    ...integrationRequestRoutes(options),
    ...customSchemaRoutes(options),
    ...declaredValueRoutes(options),
    ...eventRoutes(options),
    ...changeRoutes(options),
  ]
  const gateway: Gateway = { name: 'hub', tolerant: false, routes, prefixes: ['/hub/v1'], renderError: renderProblem }
  return { ...gateway, routes: [...routes, openApiRoute(gateway, options)] }
}

function openApiRoute(gateway: Gateway, { extraRoutes, version }: HubGatewayOptions): Route {
  const facts = { title: 'Lockstep', version }
  const route: Route = defineRoute({
    method: 'GET',
    path: '/hub/v1/openapi.json',
    summary: 'This document',
    access: { scheme: 'public' },
    reply: { status: 200, schema: Type.Object({}) },
    handle: async () => ({ body: document }),
  })
  const document = openApiDocument({ ...gateway, routes: [...extraRoutes, ...gateway.routes, route] }, facts)
  return route
}
