// Builds every long-lived object once, in the order in which they need each other, and ends them in the opposite one.
import { fileURLToPath } from 'node:url'
import { createAdministration, createPolicies } from './administration.ts'
import type { AccessService } from './directory/access/access.service.ts'
import { createIdempotencyService } from './directory/access/idempotency.service.ts'
import type { CustomSchemaService } from './directory/custom-schemas/custom-schema.service.ts'
import { createBindingService } from './directory/bindings/binding.service.ts'
import { createDirectoryChanges } from './directory/changes/change-feed.service.ts'
import { createNestedMembersJob } from './directory/groups/nested-members.job.ts'
import { createGroupRulesJob } from './directory/groups/group-rules.job.ts'
import { createInventory } from './directory/inventory/inventory.service.ts'
import { createInsightService } from './directory/journal/insight.service.ts'
import { createJournalChain } from './directory/journal/journal-chain.service.ts'
import { createJournalSealer } from './directory/journal/journal-sealer.job.ts'
import { createJournalSigner } from './directory/journal/journal-signer.service.ts'
import { createJournalService } from './directory/journal/journal.service.ts'
import { createSettingsService } from './directory/settings/settings.service.ts'
import { administrationRoutes } from './gateways/jumpcloud/administration-routes.ts'
import { createOauthGateway } from './gateways/oauth/oauth-gateway.ts'
import { createAgentsGateway } from './gateways/agents/agents-gateway.ts'
import { createHubGateway } from './gateways/hub/hub-gateway.ts'
import { createInsightsGateway } from './gateways/insights/insights-gateway.ts'
import { createJumpCloudGateway } from './gateways/jumpcloud/jumpcloud-gateway.ts'
import { createOperationsGateway } from './gateways/operations/operations-gateway.ts'
import { createPortalGateway } from './gateways/portal/portal-gateway.ts'
import { createUserAuthenticator } from './gateways/portal/user-authenticator.ts'
import { createDeclaredValueTools } from './gateways/scim/declared-value-tools.ts'
import { createScimEndpoint } from './gateways/scim/scim-gateway.ts'
import { createAdministratorAuthenticator } from './gateways/sessions/administrator-authenticator.ts'
import { createSessionsGateway } from './gateways/sessions/sessions-gateway.ts'
import { createPasswordHasher } from './platform/crypto/password-hash.ts'
import { createVault } from './platform/crypto/vault.ts'
import type { Database } from './platform/db/database.ts'
import { migrate } from './platform/db/migrate.ts'
import { createWakeups, type Wakeups } from './platform/db/wakeups.ts'
import { createHttpServer, type HttpServer, type HttpServerOptions } from './platform/http/server.ts'
import { createJobs } from './platform/jobs/jobs.ts'
import type { Log } from './platform/log/log.ts'
import { createMetrics } from './platform/log/metrics.ts'
import { createAgentSurroundings } from './processes/ad/create-agent-surroundings.ts'
import { createAgentService } from './processes/ad/agent.service.ts'
import { createCaptureService } from './processes/ad/capture.service.ts'
import { createComparisonJob } from './processes/ad/comparison.job.ts'
import { createComparisonService } from './processes/ad/comparison.service.ts'
import { createComparisonWork } from './processes/ad/comparison-work.ts'
import { createConflictService } from './processes/ad/conflict.service.ts'
import { createDelegation } from './processes/ad/create-delegation.ts'
import { createContainerService } from './processes/ad/container.service.ts'
import { createDerivationJob } from './processes/ad/derivation.job.ts'
import { createDirectoryChangeService } from './processes/ad/directory-change.service.ts'
import { createDomainService, wireDomains } from './processes/ad/domain.service.ts'
import { createImportService } from './processes/ad/import.service.ts'
import { createReadService } from './processes/ad/read.service.ts'
import { createTranslationService } from './processes/ad/translation.service.ts'
import { createWorkService } from './processes/ad/work.service.ts'
import { createBulkWorker } from './processes/bulk/bulk.job.ts'
import { createIntegrationJob } from './processes/integrations/integration.job.ts'
import { createNoticeJob } from './processes/notices/notice.job.ts'
import { createNotices, type NoticeOptions } from './processes/notices/notice.service.ts'
import { createPlanService } from './processes/plans/plan.service.ts'
import { createProvisioning } from './processes/provisioning/provisioning.service.ts'
import { createPeople } from './people.ts'
import { createUserPortal } from './user-portal.ts'
import { createProvisioningClients } from './provisioning-clients.ts'
import type { Clock } from '@lockstep/kernel/clock'

export interface ContextOptions {
  readonly database: Database
  readonly log: Log
  readonly clock: Clock
  readonly masterKeyFile: string
  readonly version: string
  /** The address of links in mails. */
  readonly publicUrl: string
  readonly mail?: NoticeOptions['mail']
  /** How often users' sign-ins from one address may fail within an hour before everybody there has to wait. */
  readonly portalFailuresPerAddress: number
  readonly servesTls: boolean
  readonly http: Pick<HttpServerOptions, 'tls' | 'trustedProxy'>
}

/** The running hub. */
export interface Context {
  readonly http: HttpServer
  readonly access: AccessService
  readonly customSchemas: Pick<CustomSchemaService, 'applyFile'>
  /** Begins the background work: followers, schedules, the sealer. */
  start(): Promise<void>
  /** Ends requests first, then background work, then what both need. */
  stop(): Promise<void>
}

const migrationsFolder = fileURLToPath(new URL('../migrations', import.meta.url))
const bundlesFolder = fileURLToPath(new URL('../../ad-agent/dist', import.meta.url))
const changes = 'changes'

export async function createContext(options: ContextOptions): Promise<Context> {
  const { database, log } = options
  await migrate({ database, folder: migrationsFolder })
  const wakeups = createWakeups({ database, log })
  const services = await createServices(options, wakeups)
  const http = await createHttp(options, services, wakeups)
  const background = createBackground(options, services)
  const { users, access, customSchemas } = services
  await customSchemas.verifyIndexes()
  const forget = wakeups.subscribe(changes, (reason) => {
    if (reason === 'announced') users.forgetCounts()
  })
  return {
    http,
    access,
    customSchemas,
    start: () => background.start(),
    async stop() {
      forget()
      services.forgetIntegrations()
      services.forgetSignInChecks()
      await http.stop()
      await background.stop()
      await services.requestLog.close()
      await users.close()
      await access.close()
      await wakeups.close()
    },
  }
}

type Services = Awaited<ReturnType<typeof createServices>>

/** The directory and the processes, each with the few things that it uses. */
async function createServices(options: ContextOptions, wakeups: Wakeups) {
  const { database, log, clock, masterKeyFile } = options
  const announce = (): void => wakeups.announce(changes)
  const wait = (how: { timeoutMs: number; signal: AbortSignal }): Promise<unknown> => wakeups.wait(changes, how)
  const vault = await createVault({ database, masterKeyFile, clock })
  const hasher = createPasswordHasher()
  const settings = createSettingsService({ database, clock })
  const journal = createJournalService({ database, clock })
  await journal.makePartitions()
  const chain = createJournalChain({ database, signer: await createJournalSigner({ settings, vault }) })
  const { organization, access, customEmails } = createAdministration({
    ...{ database, clock, log, hasher, journal, vault, settings, changed: announce },
    announce: (channel) => wakeups.announce(channel),
    subscribe: (channel, listener) => wakeups.subscribe(channel, listener),
  })
  const organizationId = await settings.organizationId()
  const { passwordPolicies, passwordPolicy } = createPolicies({
    ...{ database, clock, journal, settings, organization, organizationId },
    directory: () => ({ users, groups }),
  })
  const defaultState = (): Promise<'ACTIVATED' | 'STAGED'> => organization.defaultState('manualEntry')
  const people = createPeople({
    ...{ database, clock, log, journal, announce, vault, hasher, passwordPolicy, defaultState },
  })
  const { users, groups, passwordDeliveries, credentials } = people
  const inventory = createInventory({ database, clock, journal, announce })
  const directoryChanges = createDirectoryChanges({ database, clock, wait, users, groups, systems: inventory.systems })
  await directoryChanges.beginEpoch()
  const bindings = createBindingService({ database, clock, journal, users, groups, announce })
  const plans = createPlanService({ database, clock, journal, announce })
  const ad = createDomainServices(
    { database, clock, journal, announce, wait, bindings, plans, users, defaultState },
    wakeups,
  )
  const delegation = createDelegation({ database, clock, log, journal, hasher, announce, wakeups })
  const captures = createCaptureService({
    ...{ database, clock, log, announce, settings, vault, passwordPolicy, hashPassword: hasher.hashPassword },
    deliverPassword: passwordDeliveries.deliver,
    isPresentPassword: credentials.verify,
  })
  const userPortal = createUserPortal({
    ...{ database, clock, log, vault, hasher, journal, organization, bindings, passwordPolicy },
    ...{ ...people, ...delegation, links: people.userLinks },
    failuresPerAddress: options.portalFailuresPerAddress,
  })
  const notices = createNotices({
    ...{ database, log, clock, vault, settings, journal, organization, access, customEmails, users, groups, announce },
    ...{ ...people, bindings, publicUrl: options.publicUrl, mail: options.mail },
  })
  return {
    ...{ announce, wait, journal, chain, vault },
    ...{ settings, organization, passwordPolicies, customEmails, access },
    ...people,
    idempotency: createIdempotencyService({ database, clock, vault }),
    ...inventory,
    changes: directoryChanges,
    bindings,
    plans,
    ...createProvisioningClients({ database, clock, log, journal, announce, users, groups, plans, vault }, wakeups),
    ...ad,
    ...delegation,
    captures,
    notices,
    userPortal,
  }
}

type DomainServiceNeeds = Parameters<typeof createDomainService>[0] &
  Parameters<typeof createImportService>[0] &
  Parameters<typeof createTranslationService>[0] &
  Parameters<typeof createWorkService>[0]

/** Active Directory domains in step with the hub. */
function createDomainServices(needs: DomainServiceNeeds, wakeups: Wakeups) {
  const importer = createImportService(needs)
  return {
    domains: createDomainService(needs),
    agents: createAgentService(needs),
    ...createAgentSurroundings(needs, wakeups, bundlesFolder),
    importer,
    directoryPaths: createDirectoryChangeService(needs),
    comparisons: createComparisonService(needs),
    comparisonWork: createComparisonWork({ ...needs, importer }),
    conflicts: createConflictService(needs),
    reads: createReadService({ ...needs, importer }),
    translations: createTranslationService(needs),
    work: createWorkService(needs),
  }
}

/** The one port with every gateway. */
async function createHttp(options: ContextOptions, services: Services, wakeups: Wakeups): Promise<HttpServer> {
  const { database, log } = options
  const { access, agents, domains, settings } = services
  const metrics = createMetrics()
  const requests = metrics.histogram({
    name: 'lockstep_request_seconds',
    help: 'How long requests took, by route and status.',
    labels: ['method', 'route', 'status'],
  })
  const sessions = createSessionsGateway({ access, servesTls: options.servesTls, clock: options.clock })
  const organizationId = await settings.organizationId()
  const scim = createScimEndpoint({ ...services, clock: options.clock, publicUrl: options.publicUrl })
  return createHttpServer({
    log,
    ...options.http,
    authenticators: {
      administrator: createAdministratorAuthenticator(access, services.integrations),
      agent: (request) => agents.authenticate(request),
      user: createUserAuthenticator(services.userPortal.signIn),
    },
    observe: ({ method, route, status, seconds }) =>
      requests.observe({ method, route, status: String(status) }, seconds),
    gateways: [
      createJumpCloudGateway({
        ...services,
        domains: wireDomains({ domains, agents }),
        administration: administrationRoutes({ ...services, organizationId, clock: options.clock }),
        organizationId,
        clock: options.clock,
        version: options.version,
        defaultStateOf: (source) => services.organization.defaultState(source),
      }),
      createOauthGateway(access),
      createHubGateway({
        ...services,
        provisioning: scim.tools,
        declaredValues: createDeclaredValueTools(services),
        log,
        clock: options.clock,
        organizationId,
        version: options.version,
        defaultStateOf: (source) => services.organization.defaultState(source),
        extraRoutes: sessions.routes,
        subscribe: (listener) => wakeups.subscribe(changes, () => listener()),
      }),
      scim.gateway,
      createInsightsGateway({ insights: createInsightService({ database, organizationId }), clock: options.clock }),
      sessions,
      createPortalGateway({ ...services.userPortal, servesTls: options.servesTls }),
      createAgentsGateway(services),
      createOperationsGateway({
        checkReady: async () => void (await database.query({ text: 'select 1' })),
        printMetrics: async () => {
          const { contentType, text } = await metrics.print()
          return { contentType, content: text }
        },
      }),
    ],
  })
}

/** Dynamic groups are settled by followers of the journal; these make up for what they missed. */
function groupTasks({
  rules,
  systemGroups,
  nestedMembers,
}: Pick<Services, 'rules' | 'systemGroups' | 'nestedMembers'>) {
  return {
    'groups.settle_rules': async (): Promise<void> => {
      await rules.settleChangedRules()
      await systemGroups.settleChangedRules()
    },
    'groups.verify_rules': async (): Promise<void> => {
      await rules.settleAll()
      await nestedMembers.settleAll()
    },
  }
}

/** What agents do not do, because they are away. */
function agentTasks({ agentWatch, agentLogs, delegation }: Pick<Services, 'agentWatch' | 'agentLogs' | 'delegation'>) {
  return {
    'agents.remove_old_checks': (): Promise<void> => delegation.removeOld(),
    'agents.watch': (): Promise<void> => agentWatch.look(),
    'agents.remove_old_log': (): Promise<void> => agentLogs.removeOld(),
  }
}

/** What goes on without a request. */
function createBackground(
  { database, log, clock, mail }: ContextOptions,
  services: Services,
): { start(): Promise<void>; stop(): Promise<void> } {
  const { journal, access, idempotency, rules, bulkJobs, notices, userPortal, userLinks, wait } = services
  const derivation = createDerivationJob({ database, log, clock, ...services })
  const comparison = createComparisonJob({ database, log, ...services })
  const jobs = createJobs({
    database,
    log,
    tasks: {
      'access.remove_expired': async () => {
        await access.removeExpired()
        await userPortal.sessions.removeOver()
        await userLinks.removeOver()
        await idempotency.removeOld()
        await bulkJobs.removeOld()
        await notices.work.removeOld()
        await services.requestLog.removeOld()
        await services.integrations.removeRevoked()
      },
      'notices.remind_of_expiry': () => notices.work.remindOfExpiry(),
      'notices.tell_asked_by_groups': () => notices.work.tellAskedByGroups(),
      'journal.make_partitions': () => journal.makePartitions(),
      ...groupTasks(services),
      ...agentTasks(services),
      ...derivation.tasks,
      ...comparison.tasks,
    },
    schedules: [
      { task: 'access.remove_expired', cron: '17 * * * *' },
      { task: 'notices.remind_of_expiry', cron: '27 * * * *' },
      { task: 'notices.tell_asked_by_groups', cron: '* * * * *' },
      { task: 'journal.make_partitions', cron: '5 0 * * *' },
      { task: 'ad.derive', cron: '* * * * *' },
      { task: 'ad.compare', cron: '*/5 * * * *' },
      { task: 'agents.watch', cron: '* * * * *' },
      { task: 'agents.remove_old_log', cron: '*/10 * * * *' },
      { task: 'agents.remove_old_checks', cron: '* * * * *' },
      { task: 'groups.settle_rules', cron: '* * * * *' },
      { task: 'groups.verify_rules', cron: '20 3 * * *' },
      { task: 'ad.verify', cron: '40 2 * * *' },
    ],
  })
  const running = [
    createProvisioning({ database, log, ...services, ...createContainerService({ database, clock }) }),
    createBulkWorker({ log, ...services }),
    createGroupRulesJob({ database, log, rules, wait }),
    createNestedMembersJob({ database, log, ...services }),
    createIntegrationJob({ database, log, ...services }),
    createNoticeJob({ database, log, work: notices.work, wait }),
    derivation,
    comparison,
    createJournalSealer({ database, log, ...services }),
  ]
  return {
    async start() {
      await jobs.start()
      for (const each of running) each.start()
    },
    async stop() {
      await Promise.all([...running, jobs].map((each) => each.stop()))
      mail?.sender.close()
    },
  }
}
