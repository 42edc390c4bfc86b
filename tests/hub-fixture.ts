// Our own API over a real database, for tests: every service, no processes. Keys are the names of roles.
import { createHash } from 'node:crypto'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type Role, roles } from '@lockstep/contract/access'
import type { Problem } from '@lockstep/contract/problem'
import { assert } from '@lockstep/kernel/assert'
import { systemClock } from '@lockstep/kernel/clock'
import { actorOf } from '../apps/server/src/directory/access/access.rules.ts'
import { createAccessService } from '../apps/server/src/directory/access/access.service.ts'
import { createBindingService } from '../apps/server/src/directory/bindings/binding.service.ts'
import { createDirectoryChanges } from '../apps/server/src/directory/changes/change-feed.service.ts'
import { createGroupService } from '../apps/server/src/directory/groups/group.service.ts'
import { createGroupRules } from '../apps/server/src/directory/groups/rule-members.service.ts'
import { createInventory } from '../apps/server/src/directory/inventory/inventory.service.ts'
import { createInsightService } from '../apps/server/src/directory/journal/insight.service.ts'
import { createJournalChain } from '../apps/server/src/directory/journal/journal-chain.service.ts'
import { createProvisioningClients } from '../apps/server/src/provisioning-clients.ts'
import { createScimEndpoint } from '../apps/server/src/gateways/scim/scim-gateway.ts'
import { createJournalService } from '../apps/server/src/directory/journal/journal.service.ts'
import { createCustomEmailService } from '../apps/server/src/directory/organization/custom-email.service.ts'
import { createOrganizationService } from '../apps/server/src/directory/organization/organization.service.ts'
import { createSettingsService } from '../apps/server/src/directory/settings/settings.service.ts'
import { createUserLinkService } from '../apps/server/src/directory/user-sessions/user-link.service.ts'
import { createPasskeyService } from '../apps/server/src/directory/user-factors/passkey.service.ts'
import { createUserFactorService } from '../apps/server/src/directory/user-factors/user-factor.service.ts'
import { createUserSecurityService } from '../apps/server/src/directory/users/user-security.service.ts'
import { createUserService } from '../apps/server/src/directory/users/user.service.ts'
import { createInsightsGateway } from '../apps/server/src/gateways/insights/insights-gateway.ts'
import { createDeclaredValueTools } from '../apps/server/src/gateways/scim/declared-value-tools.ts'
import { createHubGateway } from '../apps/server/src/gateways/hub/hub-gateway.ts'
import { createHttpServer, type HttpServer } from '../apps/server/src/platform/http/server.ts'
import type { Database } from '../apps/server/src/platform/db/database.ts'
import { createPasswordHasher } from '../apps/server/src/platform/crypto/password-hash.ts'
import { createVault } from '../apps/server/src/platform/crypto/vault.ts'
import { silentLog } from '../apps/server/src/platform/log/log.ts'
import { createAgentBundleService } from '../apps/server/src/processes/ad/agent-bundle.service.ts'
import { createAgentLogService } from '../apps/server/src/processes/ad/agent-log.service.ts'
import { createAgentService } from '../apps/server/src/processes/ad/agent.service.ts'
import { createComparisonService } from '../apps/server/src/processes/ad/comparison.service.ts'
import { createConflictService } from '../apps/server/src/processes/ad/conflict.service.ts'
import { createDirectoryChangeService } from '../apps/server/src/processes/ad/directory-change.service.ts'
import { createDomainService } from '../apps/server/src/processes/ad/domain.service.ts'
import { createPasswordDeliveries } from '../apps/server/src/processes/ad/password-delivery.service.ts'
import { createBulk } from '../apps/server/src/processes/bulk/bulk.service.ts'
import { createNotices } from '../apps/server/src/processes/notices/notice.service.ts'
import { createPlanService } from '../apps/server/src/processes/plans/plan.service.ts'
import { testDatabase } from './database.ts'

export type HubFixture = Awaited<ReturnType<typeof hubFixture>>

interface Call {
  readonly body?: unknown
  /** The role that asks; an administrator unless said otherwise. */
  readonly as?: Role | 'nobody'
}

const organizationId = 'a'.repeat(24)

/** A hub on a database of its own; `close` drops it. */
export async function hubFixture() {
  const { database, drop } = await testDatabase()
  const listeners = new Set<() => void>()
  const subscribe = (listener: () => void) => {
    listeners.add(listener)
    return () => void listeners.delete(listener)
  }
  const folder = await mkdtemp(join(tmpdir(), 'lockstep-hub-'))
  const services = await createServices(database, folder, {
    announce: () => listeners.forEach((listener) => listener()),
    subscribe,
  })
  const gateway = createHubGateway({
    ...services,
    declaredValues: createDeclaredValueTools(services),
    subscribe,
    clock: systemClock,
    log: silentLog,
    version: '0.0.0',
    organizationId,
    defaultStateOf: async () => 'ACTIVATED',
    extraRoutes: [],
  })
  const server = await createHttpServer({
    gateways: [
      gateway,
      createInsightsGateway({ insights: createInsightService({ database, organizationId }), clock: systemClock }),
    ],
    authenticators: {
      administrator: async ({ headers }) => {
        const role = roles.find((each) => each === headers['x-api-key'])
        return role && actorOf({ id: 'f'.repeat(24), email: `${role}@example.com`, name: role, role }, 'api_key')
      },
      agent: async () => undefined,
      user: async () => undefined,
    },
    log: silentLog,
  })
  const close = async () => {
    await server.stop()
    await services.users.close()
    await drop()
    await rm(folder, { recursive: true, force: true })
  }
  return { ...services, database, gateway, server, call: callOf(server), listeners, close }
}

interface Announcements {
  readonly announce: () => void
  readonly subscribe: (listener: () => void) => () => void
}

async function createServices(database: Database, folder: string, { announce, subscribe }: Announcements) {
  const clock = systemClock
  const journal = createJournalService({ database, clock })
  await journal.makePartitions()
  const options = { database, clock, journal, announce }
  const hashPassword = async (password: string) => createHash('sha256').update(password).digest('hex')
  const verifyPassword = async (hash: string, password: string) => hash === (await hashPassword(password))
  const passwordDeliveries = createPasswordDeliveries({ ...options, verifyPassword })
  const users = createUserService({
    ...options,
    hashPassword,
    deliverPassword: passwordDeliveries.deliver,
    defaultState: () => 'ACTIVATED',
  })
  const vault = await createVault({ database, masterKeyFile: join(folder, 'master.key') })
  const bulk = createBulk({ ...options, log: silentLog, vault, users, hashPassword })
  const groups = createGroupService({ ...options, findUsers: (ids) => users.findMany(ids) })
  const rules = createGroupRules({ ...options, findUsers: (ids) => users.findMany(ids) })
  const { systems } = createInventory(options)
  const changes = createDirectoryChanges({ ...options, users, groups, systems, wait: waitOf(subscribe) })
  const bindings = createBindingService({ ...options, users, groups })
  const plans = createPlanService(options)
  const domains = createDomainService({ ...options, bindings, plans })
  const agents = createAgentService(options)
  const waitForLines = waitOf(subscribe)
  const agentLogs = createAgentLogService({ ...options, announceLines: announce, waitForLines })
  const agentBundles = createAgentBundleService({ ...options, folder: join(folder, 'agents') })
  const sign = (hash: Buffer) => createHash('sha256').update('test key').update(hash).digest()
  const signer = {
    sign: async (hash: Buffer) => sign(hash),
    verify: async (hash: Buffer, signature: Buffer) => sign(hash).equals(signature),
  }
  const chain = createJournalChain({ database, signer })
  const settings = createSettingsService({ database, clock })
  const organization = createOrganizationService({ database, clock, journal, settings, changed: announce })
  const common = { ...options, log: silentLog, vault, settings }
  const factors = createUserFactorService({ ...common, groups })
  const userSecurity = createUserSecurityService({
    ...{ ...options, users },
    forgetFactors: factors.removeAll,
  })
  const wakeups = { announce: () => undefined, subscribe: () => () => undefined }
  const clients = createProvisioningClients({ ...common, users, groups, plans }, wakeups)
  const notices = createNotices({
    ...{
      ...common,
      organization,
      users,
      userSecurity,
      groups,
      factors,
      mail: undefined,
      publicUrl: 'http://hub.example',
    },
    customEmails: createCustomEmailService(options),
    bindings,
    userLinks: createUserLinkService(options),
    access: createAccessService({
      ...common,
      hasher: createPasswordHasher(),
      requiresSecondFactor: async () => false,
      subscribe: () => () => undefined,
    }),
  })
  return {
    notices,
    organization,
    users,
    passwordDeliveries,
    factors,
    passkeys: createPasskeyService(options),
    userSecurity,
    ...bulk,
    groups,
    rules,
    systems,
    changes,
    bindings,
    plans,
    domains,
    agents,
    directoryPaths: createDirectoryChangeService({ database, clock }),
    conflicts: createConflictService(options),
    comparisons: createComparisonService({ ...options, plans }),
    agentLogs,
    agentBundles,
    folder,
    journal,
    ...clients,
    provisioning: createScimEndpoint({ ...common, ...clients, users, groups, publicUrl: 'http://hub.example' }).tools,
    chain,
  }
}

/** Waits for the next announcement as the hub's processes do. */
function waitOf(subscribe: Announcements['subscribe']) {
  return ({ timeoutMs, signal }: { readonly timeoutMs: number; readonly signal: AbortSignal }): Promise<void> =>
    new Promise((resolve) => {
      const end = (): void => {
        clearTimeout(timer)
        signal.removeEventListener('abort', end)
        unsubscribe()
        resolve()
      }
      const timer = setTimeout(end, timeoutMs)
      const unsubscribe = subscribe(end)
      if (signal.aborted) end()
      else signal.addEventListener('abort', end, { once: true })
    })
}

function callOf({ fastify }: HttpServer) {
  return async <Body = Problem>(address: string, { body, as = 'administrator' }: Call = {}) => {
    const [method, path] = address.split(' ')
    assert(method !== undefined && path !== undefined, 'an address is a method and a path')
    const reply = await fastify.inject({
      method: method as 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE',
      url: `/hub/v1/${path}`,
      headers: { 'x-api-key': as, ...(body === undefined ? {} : { 'content-type': 'application/json' }) },
      ...(body === undefined ? {} : { payload: typeof body === 'string' ? body : JSON.stringify(body) }),
    })
    const parsed = (reply.body === '' ? undefined : JSON.parse(reply.body)) as Body
    return { status: reply.statusCode, body: parsed }
  }
}

/** A refusal in short: status, code and the field at fault. */
export function refusalOf({ status, body }: { readonly status: number; readonly body: Problem }): string {
  return `${status} ${body.code} ${body.field ?? ''}`.trimEnd()
}
