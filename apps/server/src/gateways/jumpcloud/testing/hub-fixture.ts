import type { Actor, Permission } from '@lockstep/contract/access'
import { permissions } from '@lockstep/contract/access'
import { sha256 } from '@lockstep/kernel/digest'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { systemClock } from '@lockstep/kernel/clock'
import { createIdempotencyService } from '../../../directory/access/idempotency.service.ts'
import { createBindingService } from '../../../directory/bindings/binding.service.ts'
import { createGroupService, type GroupService } from '../../../directory/groups/group.service.ts'
import { createGroupRules, type GroupRules } from '../../../directory/groups/rule-members.service.ts'
import { createInventory, type Inventory } from '../../../directory/inventory/inventory.service.ts'
import { createJournalService, type JournalService } from '../../../directory/journal/journal.service.ts'
import { createSshKeyService } from '../../../directory/users/ssh-keys.service.ts'
import { createUserSecurityService } from '../../../directory/users/user-security.service.ts'
import { createUserService, type UserService } from '../../../directory/users/user.service.ts'
import { createVault, type Vault } from '../../../platform/crypto/vault.ts'
import type { Route } from '../../../platform/http/route.ts'
import { createHttpServer, type HttpServer } from '../../../platform/http/server.ts'
import { silentLog } from '../../../platform/log/log.ts'
import { createAgentService } from '../../../processes/ad/agent.service.ts'
import { createDomainService, wireDomains } from '../../../processes/ad/domain.service.ts'
import { createTranslationService } from '../../../processes/ad/translation.service.ts'
import { createBulk, type Bulk } from '../../../processes/bulk/bulk.service.ts'
import { createPlanService } from '../../../processes/plans/plan.service.ts'
import { createJumpCloudGateway } from '../jumpcloud-gateway.ts'

type Database = Parameters<typeof createJournalService>[0]['database']

export const organizationId = '5f00000000000000000000aa'
export const apiKey = 'k'.repeat(40)

/** An answer, its body parsed. */
export interface Answer {
  readonly status: number
  readonly text: string
  readonly headers: Readonly<Record<string, unknown>>
  // oxlint-disable-next-line typescript/no-explicit-any -- tests look into bodies of every shape
  readonly body: any
}

export interface CallOptions {
  readonly body?: unknown
  readonly raw?: string
  readonly headers?: Readonly<Record<string, string>>
}

export interface HubFixture {
  readonly server: HttpServer
  readonly users: UserService
  readonly groups: GroupService
  readonly inventory: Inventory
  readonly actor: Actor
  readonly journal: JournalService
  readonly bulk: Bulk
  /** What the followers of the journal do for dynamic groups after a change of these users. */
  settleRules(userIds: readonly string[], signal?: AbortSignal): Promise<void>
  readonly rules: GroupRules
  /** What the follower of the journal does: makes accounts what the associations say. */
  settle(userIds: readonly string[]): Promise<void>
  /** Sends a request with the key of an administrator who may do everything. */
  call(method: Route['method'], url: string, options?: CallOptions): Promise<Answer>
  stop(): Promise<void>
}

/** Fast, for nobody guesses these. */
const hasher = {
  hashPassword: async (password: string) => sha256(password).toString('hex'),
  verifyPassword: async (hash: string, password: string) => hash === sha256(password).toString('hex'),
}

const activated = (): 'ACTIVATED' => 'ACTIVATED'

/** The gateway over the real directory and a real database. */
export async function hubFixture(
  database: Database,
  options: { readonly permissions?: readonly Permission[] } = {},
): Promise<HubFixture> {
  const announce = (): void => undefined
  const journal = createJournalService({ database, clock: systemClock })
  const users = createUserService({ database, clock: systemClock, announce, ...hasher, defaultState: activated })
  const security = { database, clock: systemClock, users, journal, announce, forgetFactors: async () => 0 }
  const userSecurity = createUserSecurityService(security)
  const sshKeys = createSshKeyService({ users, clock: systemClock })
  const { vault, forget } = await vaultOf(database)
  const bulk = createBulk({ database, clock: systemClock, log: silentLog, vault, journal, announce, users, ...hasher })
  const translations = createTranslationService({ database, clock: systemClock, journal, users })
  const idempotency = createIdempotencyService({ database, clock: systemClock, vault })
  const findUsers: UserService['findMany'] = (ids) => users.findMany(ids)
  const groups = createGroupService({ database, clock: systemClock, journal, findUsers, announce })
  const bindings = createBindingService({ database, clock: systemClock, journal, users, groups, announce })
  const rules = createGroupRules({ database, clock: systemClock, journal, findUsers, announce })
  const inventory = createInventory({ database, clock: systemClock, journal, announce })
  const plans = createPlanService({ database, clock: systemClock, journal, announce })
  const domains = wireDomains({
    domains: createDomainService({ database, clock: systemClock, journal, bindings, plans, announce }),
    agents: createAgentService({ database, clock: systemClock, journal, announce }),
  })
  const actor = administratorWith(options.permissions ?? permissions)
  const server = await createHttpServer({
    gateways: [
      createJumpCloudGateway({
        users,
        userSecurity,
        sshKeys,
        idempotency,
        ...bulk,
        translations,
        version: '0.0.0',
        defaultStateOf: async (source) => (source === 'csvImport' ? 'ACTIVATED' : 'STAGED'),
        groups,
        ...inventory,
        bindings,
        domains,
        organizationId,
        clock: systemClock,
      }),
    ],
    authenticators: {
      administrator: async ({ headers }) => (headers['x-api-key'] === apiKey ? actor : undefined),
      agent: async () => undefined,
      user: async () => undefined,
    },
    log: silentLog,
  })
  return {
    server,
    users,
    groups,
    inventory,
    actor,
    journal,
    bulk,
    rules,
    settleRules: (userIds, signal) => settleRules(rules, userIds, signal),
    settle: (userIds) => bindings.settle(database, userIds),
    call: (method, url, { body, raw, headers = {} } = {}) => send(server, { method, url, body, raw, headers }),
    async stop() {
      await server.stop()
      await users.close()
      await forget()
    },
  }
}

function administratorWith(allowed: readonly Permission[]): Actor {
  return {
    kind: 'administrator',
    id: '5f00000000000000000000ab',
    name: 'ada@example.com',
    permissions: new Set(allowed),
    via: 'api_key',
  }
}

async function settleRules(rules: GroupRules, userIds: readonly string[], signal?: AbortSignal): Promise<void> {
  await rules.settleChangedRules(signal)
  await rules.settleUsers(userIds, signal)
  signal?.throwIfAborted()
}

/** Every fixture of a database has the same master key, for the vault knows but one. */
async function vaultOf(database: Database): Promise<{ vault: Vault; forget: () => Promise<void> }> {
  const folder = await mkdtemp(join(tmpdir(), 'lockstep-gateway-'))
  const masterKeyFile = join(folder, 'master.key')
  await writeFile(masterKeyFile, Buffer.alloc(32, 1).toString('base64'), { mode: 0o600 })
  const vault = await createVault({ database, masterKeyFile })
  return { vault, forget: () => rm(folder, { recursive: true, force: true }) }
}

interface Sent {
  readonly method: Route['method']
  readonly url: string
  readonly body: unknown
  readonly raw: string | undefined
  readonly headers: Readonly<Record<string, string>>
}

async function send(server: HttpServer, { method, url, body, raw, headers }: Sent): Promise<Answer> {
  const payload = raw ?? (body === undefined ? undefined : JSON.stringify(body))
  const reply = await server.fastify.inject({
    method,
    url,
    headers: { 'x-api-key': apiKey, 'content-type': 'application/json', ...headers },
    ...(payload === undefined ? {} : { payload }),
  })
  const isJson = String(reply.headers['content-type']).startsWith('application/json')
  return {
    status: reply.statusCode,
    text: reply.body,
    headers: reply.headers,
    body: isJson ? (JSON.parse(reply.body) as unknown) : undefined,
  }
}
