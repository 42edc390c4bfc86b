// Builds every long-lived object once, in the order in which they need each other, and ends them in the opposite one.
import { fileURLToPath } from 'node:url'
import { createAdministration, createPolicies } from './administration.ts'
import type { AccessService } from './directory/access/access.service.ts'
import { createIdempotencyService } from './directory/access/idempotency.service.ts'
import { createBindingService } from './directory/bindings/binding.service.ts'
import { createDirectoryChanges } from './directory/changes/change-feed.service.ts'
import { createGroupRulesJob } from './directory/groups/group-rules.job.ts'
import { createGroupService, type GroupService } from './directory/groups/group.service.ts'
import { createGroupRules } from './directory/groups/rule-members.service.ts'
import { createInventory } from './directory/inventory/inventory.service.ts'
import { createInsightService } from './directory/journal/insight.service.ts'
import { createJournalChain } from './directory/journal/journal-chain.service.ts'
import { createJournalSealer } from './directory/journal/journal-sealer.job.ts'
import { createJournalSigner } from './directory/journal/journal-signer.service.ts'
import { createJournalService } from './directory/journal/journal.service.ts'
import { createSettingsService } from './directory/settings/settings.service.ts'
import { createSshKeyService } from './directory/users/ssh-keys.service.ts'
import { createUserSecurityService } from './directory/users/user-security.service.ts'
import { createUserService, type UserService } from './directory/users/user.service.ts'
import { administrationRoutes } from './gateways/jumpcloud/administration-routes.ts'
import { createOauthGateway } from './gateways/oauth/oauth-gateway.ts'
import { createAgentsGateway } from './gateways/agents/agents-gateway.ts'
import { createHubGateway } from './gateways/hub/hub-gateway.ts'
import { createInsightsGateway } from './gateways/insights/insights-gateway.ts'
import { createJumpCloudGateway } from './gateways/jumpcloud/jumpcloud-gateway.ts'
import { createOperationsGateway } from './gateways/operations/operations-gateway.ts'
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
import { createAgentService } from './processes/ad/agent.service.ts'
import { createDerivationJob } from './processes/ad/derivation.job.ts'
import { createDomainService, wireDomains } from './processes/ad/domain.service.ts'
import { createImportService } from './processes/ad/import.service.ts'
import { createReadService } from './processes/ad/read.service.ts'
import { createTranslationService } from './processes/ad/translation.service.ts'
import { createWorkService } from './processes/ad/work.service.ts'
import { createBulkActionService } from './processes/bulk/bulk-action.service.ts'
import { createBulkWorker } from './processes/bulk/bulk.job.ts'
import { createBulk } from './processes/bulk/bulk.service.ts'
import { createPlanService } from './processes/plans/plan.service.ts'
import { createProvisioning } from './processes/provisioning/provisioning.service.ts'
import type { Clock } from '@lockstep/kernel/clock'

export interface ContextOptions {
  readonly database: Database
  readonly log: Log
  readonly clock: Clock
  readonly masterKeyFile: string
  readonly version: string
  readonly servesTls: boolean
  readonly http: Pick<HttpServerOptions, 'tls' | 'trustedProxy'>
}

/** The running hub. */
export interface Context {
  readonly http: HttpServer
  readonly access: AccessService
  /** Begins the background work: followers, schedules, the sealer. */
  start(): Promise<void>
  /** Ends requests first, then background work, then what both need. */
  stop(): Promise<void>
}

const migrationsFolder = fileURLToPath(new URL('../migrations', import.meta.url))
const changes = 'changes'

export async function createContext(options: ContextOptions): Promise<Context> {
  const { database, log } = options
  await migrate({ database, folder: migrationsFolder })
  const wakeups = createWakeups({ database, log })
  const services = await createServices(options, wakeups)
  const http = await createHttp(options, services, wakeups)
  const background = createBackground(options, services)
  const { users, access, bulkActions } = services
  const forget = wakeups.subscribe(changes, (reason) => {
    if (reason === 'announced') users.forgetCounts()
  })
  return {
    http,
    access,
    start: () => background.start(),
    async stop() {
      forget()
      await http.stop()
      await bulkActions.close()
      await background.stop()
      await users.close()
      await access.close()
      await wakeups.close()
    },
  }
}

type Services = Awaited<ReturnType<typeof createServices>>

/** The directory and the processes, each with the few things that it uses. */
async function createServices({ database, log, clock, masterKeyFile }: ContextOptions, wakeups: Wakeups) {
  const announce = (): void => wakeups.announce(changes)
  const wait = (how: { timeoutMs: number; signal: AbortSignal }): Promise<unknown> => wakeups.wait(changes, how)
  const vault = await createVault({ database, masterKeyFile })
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
  const users: UserService = createUserService({ database, clock, announce, ...hasher, passwordPolicy, defaultState })
  const userSecurity = createUserSecurityService({ database, clock, users, journal, announce })
  const sshKeys = createSshKeyService({ users, clock })
  const idempotency = createIdempotencyService({ database, clock, vault })
  const bulkActions = createBulkActionService({ users, clock, log })
  const bulk = createBulk({ database, clock, log, vault, journal, announce, ...hasher, passwordPolicy })
  const groups: GroupService = createGroupService({
    database,
    clock,
    journal,
    announce,
    findUsers: (ids) => users.findMany(ids),
  })
  const rules = createGroupRules({ database, journal, announce, findUsers: (ids) => users.findMany(ids) })
  const inventory = createInventory({ database, clock, journal, announce })
  const directoryChanges = createDirectoryChanges({ database, clock, wait, users, groups, systems: inventory.systems })
  await directoryChanges.beginEpoch()
  const bindings = createBindingService({ database, clock, journal, users, groups, announce })
  const plans = createPlanService({ database, clock, journal, announce })
  const domains = createDomainService({ database, clock, journal, bindings, plans, announce })
  const agents = createAgentService({ database, clock, journal, announce })
  const importer = createImportService({ database, clock, journal, plans, announce })
  const reads = createReadService({ database, clock, importer })
  const translations = createTranslationService({ database, clock, journal, users })
  const work = createWorkService({ database, clock, journal, wait, announce })
  return {
    ...{ announce, wait, journal, chain },
    ...{ settings, organization, passwordPolicies, customEmails, access },
    users,
    userSecurity,
    sshKeys,
    idempotency,
    bulkActions,
    ...bulk,
    groups,
    rules,
    ...inventory,
    changes: directoryChanges,
    bindings,
    plans,
    domains,
    agents,
    importer,
    reads,
    translations,
    work,
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
  return createHttpServer({
    log,
    ...options.http,
    authenticators: {
      administrator: createAdministratorAuthenticator(access),
      agent: (request) => agents.authenticate(request),
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
        log,
        clock: options.clock,
        organizationId,
        version: options.version,
        defaultStateOf: (source) => services.organization.defaultState(source),
        extraRoutes: sessions.routes,
        subscribe: (listener) => wakeups.subscribe(changes, () => listener()),
      }),
      createInsightsGateway({ insights: createInsightService({ database, organizationId }), clock: options.clock }),
      sessions,
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
function groupTasks({ rules, systemGroups }: Pick<Services, 'rules' | 'systemGroups'>) {
  return {
    'groups.settle_rules': async (): Promise<void> => {
      await rules.settleChangedRules()
      await systemGroups.settleChangedRules()
    },
    'groups.verify_rules': (): Promise<void> => rules.settleAll(),
  }
}

/** What goes on without a request. */
function createBackground(
  { database, log }: ContextOptions,
  services: Services,
): { start(): Promise<void>; stop(): Promise<void> } {
  const { journal, access, idempotency, rules, bulkJobs, wait } = services
  const derivation = createDerivationJob({ database, log, ...services })
  const jobs = createJobs({
    database,
    log,
    tasks: {
      'access.remove_expired': async () => {
        await access.removeExpired()
        await idempotency.removeOld()
        await bulkJobs.removeOld()
      },
      'journal.make_partitions': () => journal.makePartitions(),
      ...groupTasks(services),
      ...derivation.tasks,
    },
    schedules: [
      { task: 'access.remove_expired', cron: '17 * * * *' },
      { task: 'journal.make_partitions', cron: '5 0 * * *' },
      { task: 'ad.derive', cron: '* * * * *' },
      { task: 'groups.settle_rules', cron: '* * * * *' },
      { task: 'groups.verify_rules', cron: '20 3 * * *' },
      { task: 'ad.verify', cron: '40 2 * * *' },
    ],
  })
  const running = [
    createProvisioning({ database, log, ...services }),
    createBulkWorker({ log, ...services }),
    createGroupRulesJob({ database, log, rules, wait }),
    derivation,
    createJournalSealer({ database, log, ...services }),
  ]
  return {
    async start() {
      await jobs.start()
      for (const each of running) each.start()
    },
    async stop() {
      await Promise.all([...running, jobs].map((each) => each.stop()))
    },
  }
}
