import { accept, AppError } from '@lockstep/contract/app-error'
import type {
  DirectoryAgent,
  DirectoryCreate,
  DirectoryDetail,
  DirectoryProblem,
  DirectoryRow,
  DirectoryUpdate,
} from '@lockstep/contract/hub/directory'
import type { Page } from '@lockstep/contract/hub/page'
import type { UserSignIn } from '@lockstep/contract/hub/user'
import type { Clock } from '@lockstep/kernel/clock'
import { parseId } from '@lockstep/kernel/ids'
import { requirePermission } from '../../directory/access/access.rules.ts'
import { directories } from '../../directory/bindings/account-import.service.ts'
import type { BindingService } from '../../directory/bindings/binding.service.ts'
import type { ChangeOrigin } from '../../directory/journal/journal.rules.ts'
import type { JournalService } from '../../directory/journal/journal.service.ts'
import type { User } from '../../directory/users/user.rules.ts'
import type { Database, Queryable } from '../../platform/db/database.ts'
import { isUniqueViolation } from '../../platform/db/database-error.ts'
import type { PlanService } from '../plans/plan.service.ts'
import type { AgentService } from './agent.service.ts'
import * as agentStore from './agent.store.ts'
import { domainDraft, noDirectory, writeRemoval, writeSettings } from './change-domain.ts'
import { configurationOf } from './configuration.rules.ts'
import { findMisplaced } from './domain-places.ts'
import { changedDomain, newDomain, refusePlaces, settingChanges, settingsEffect } from './domain-settings.rules.ts'
import { agentView, domainDetail, domainRow } from './domain-view.ts'
import { type Domain, parseDomain } from './domain.rules.ts'
import * as store from './domain.store.ts'
import * as problems from './problem.store.ts'
import { countSignIns } from './sign-in-count.store.ts'
import { describeSignIn } from './sign-in-problem.rules.ts'

type Actor = ChangeOrigin['actor']

const defaultPageRows = 50

/** Active Directory domains: settings, health and what is wrong in them. */
export interface DomainService {
  list(actor: Actor): Promise<readonly DirectoryRow[]>
  get(actor: Actor, id: string): Promise<DirectoryDetail>
  create(origin: ChangeOrigin, input: DirectoryCreate): Promise<DirectoryDetail>
  change(origin: ChangeOrigin, id: string, input: DirectoryUpdate): Promise<DirectoryDetail>
  /** Forgets a domain with its mirror, agents, bindings and accounts; users and groups stay. */
  remove(origin: ChangeOrigin, id: string): Promise<DirectoryDetail>
  agents(actor: Actor, id: string): Promise<readonly DirectoryAgent[]>
  problems(
    actor: Actor,
    id: string,
    query: { readonly limit?: number; readonly after?: string; readonly search?: string },
  ): Promise<Page<DirectoryProblem>>
  requestFullRead(origin: ChangeOrigin, id: string): Promise<void>
  /** Raw domains for the processes. */
  listDomains(): Promise<readonly Domain[]>
  /** Who validates a user's password, and why nobody can; domains are named to those who may see them. */
  signInOf(actor: Actor, user: Pick<User, 'attributes'>): Promise<UserSignIn>
}

export interface DomainServiceOptions {
  readonly database: Database
  readonly clock: Clock
  readonly journal: JournalService
  readonly bindings: Pick<BindingService, 'counts'>
  readonly plans: Pick<PlanService, 'countHeld'>
  readonly announce: () => void
}

type Load = (id: string) => Promise<Domain>

export function createDomainService(options: DomainServiceOptions): DomainService {
  const { database } = options
  const load: Load = async (id) => {
    const domain = await store.find(database, parseId(id) ?? '')
    if (domain === undefined) throw noDirectory()
    return domain
  }
  return {
    ...reading(options, load),
    ...writing(options, load),
    listDomains: () => store.list(database),
    async signInOf(actor, user) {
      const domains = await store.list(database)
      if (actor.permissions.has('directories.read')) return describeSignIn(user, domains)
      return describeSignIn(
        user,
        domains.map((domain) => ({ ...domain, name: 'the domain' })),
      )
    },
  }
}

async function detailOf(options: DomainServiceOptions, domain: Domain): Promise<DirectoryDetail> {
  const [row] = await rows(options, [domain])
  const agents = await agentStore.list(options.database, domain.id)
  if (row === undefined) throw new AppError('not_found', { field: 'id' })
  return domainDetail(row, domain, {
    agents: agents.map((agent) => agentView(agent, domain, options.clock.now(), agents)),
    signIns: await countSignIns(options.database, domain.id),
  })
}

function reading(
  options: DomainServiceOptions,
  load: Load,
): Pick<DomainService, 'list' | 'get' | 'agents' | 'problems'> {
  const { database, clock } = options
  return {
    async list(actor) {
      requirePermission(actor, 'directories.read')
      return rows(options, await store.list(database))
    },
    async get(actor, id) {
      requirePermission(actor, 'directories.read')
      return detailOf(options, await load(id))
    },
    async agents(actor, id) {
      requirePermission(actor, 'directories.read')
      const domain = await load(id)
      const agents = await agentStore.list(database, domain.id)
      return agents.map((agent) => agentView(agent, domain, clock.now(), agents))
    },
    async problems(actor, id, query) {
      requirePermission(actor, 'directories.read')
      return listProblems(database, (await load(id)).id, query)
    },
  }
}

function writing(
  options: DomainServiceOptions,
  load: Load,
): Pick<DomainService, 'create' | 'change' | 'remove' | 'requestFullRead'> {
  const { database, clock, journal, announce } = options
  return {
    async create(origin, input) {
      requirePermission(origin.actor, 'directories.write')
      const domain = newDomain(input, { ...accept(parseDomain(input.domain)), now: clock.now() })
      const misplaced = refusePlaces(domain, Object.keys(input))
      if (misplaced) accept(misplaced)
      const { id, name, updated } = domain
      await database
        .transaction(async (transaction) => {
          const written = configurationOf(domain.useCase).isWritten
          await directories.insert(transaction, { id, kind: 'active_directory', name, created: updated, written })
          await store.insert(transaction, domain)
          await journal.record(transaction, origin, [
            domainDraft('directory.create', domain, { name: { after: name } }),
          ])
        })
        .catch((error: unknown) => {
          throw isUniqueViolation(error) ? new AppError('domain_taken', { field: 'domain' }) : error
        })
      announce()
      return detailOf(options, domain)
    },
    async change(origin, id, input) {
      requirePermission(origin.actor, 'directories.write')
      const before = await load(id)
      const after = changedDomain(before, input, clock.now())
      const changes = settingChanges(before, after)
      const removeAgents = input.removeAgents === true
      if (removeAgents) requirePermission(origin.actor, 'directories.agents')
      if (Object.keys(changes).length === 0 && !removeAgents) return detailOf(options, before)
      const misplaced = await findMisplaced(database, after, Object.keys(changes))
      if (misplaced) accept(misplaced)
      const effect = settingsEffect(before, after)
      await database.transaction((transaction) =>
        writeSettings(transaction, { journal, origin }, { before, after, effect, removeAgents }),
      )
      announce()
      return detailOf(options, await load(id))
    },
    async remove(origin, id) {
      requirePermission(origin.actor, 'directories.write')
      const domain = await load(id)
      const last = await detailOf(options, domain)
      await database.transaction((transaction) => writeRemoval(transaction, { journal, origin }, domain))
      announce()
      return last
    },
    async requestFullRead(origin, id) {
      requirePermission(origin.actor, 'directories.write')
      const domain = await load(id)
      await database.transaction(async (transaction) => {
        await store.requestFullRead(transaction, domain.id)
        await journal.record(transaction, origin, [domainDraft('directory.read_all', domain, {})])
      })
      announce()
    },
  }
}

async function rows(options: DomainServiceOptions, domains: readonly Domain[]): Promise<readonly DirectoryRow[]> {
  const { database, clock, bindings, plans } = options
  const counts = await bindings.counts()
  const problemCounts = await problems.countByDomain(database)
  const held = await plans.countHeld()
  return Promise.all(
    domains.map(async (domain) =>
      domainRow(domain, {
        agents: await agentStore.list(database, domain.id),
        counts: counts.get(domain.id),
        problemCount: problemCounts.get(domain.id) ?? 0,
        heldCount: held.get(domain.id) ?? 0,
        now: clock.now(),
      }),
    ),
  )
}

async function listProblems(
  db: Queryable,
  domainId: string,
  query: { readonly limit?: number; readonly after?: string; readonly search?: string },
): Promise<Page<DirectoryProblem>> {
  const limit = query.limit ?? defaultPageRows
  const search = query.search ?? ''
  // One more than asked for tells whether another page follows.
  const found = await problems.list(db, { domainId, afterKey: query.after ?? '', search, limit: limit + 1 })
  const total = await problems.count(db, { domainId, search })
  const listed = found.slice(0, limit)
  const last = listed.at(-1)
  return {
    total,
    items: listed.map(({ guid, code, name, detail, since, userId, groupId }) => {
      const [what = detail, ...rest] = detail.split(/(?<=\.) /)
      return {
        guid,
        code,
        name,
        detail: what,
        remedy: rest.join(' '),
        since: since.toISOString(),
        ...(userId === null ? {} : { userId }),
        ...(groupId === null ? {} : { groupId }),
      }
    }),
    ...(found.length > limit && last ? { next: last.key } : {}),
  }
}

/** A domain as JumpCloud's wire shows it. */
export interface WireDomain {
  readonly id: string
  readonly baseDn: string
  readonly useCase: Domain['useCase']
  readonly behaviour: Domain['behaviour']
  readonly canValidate: boolean
  readonly importAgentId: string | null
  readonly syncAgentId: string | null
  readonly updated: Date
}

/** What other wires may set of a domain. */
export type WireSettings = Pick<DirectoryUpdate, 'useCase' | 'behaviour'>

/** Domains and their agents for gateways that speak of them in other shapes. */
export function wireDomains({ domains, agents }: { domains: DomainService; agents: AgentService }): {
  list(actor: Actor): Promise<readonly WireDomain[]>
  get(actor: Actor, id: string): Promise<WireDomain>
  create(origin: ChangeOrigin, input: DirectoryCreate): Promise<WireDomain>
  change(origin: ChangeOrigin, id: string, input: WireSettings): Promise<WireDomain>
  remove(origin: ChangeOrigin, id: string): Promise<WireDomain>
  listAgents(actor: Actor, domainId: string): Promise<readonly DirectoryAgent[]>
  createAgent: AgentService['create']
  removeAgent(origin: ChangeOrigin, domainId: string, agentId: string): Promise<void>
} {
  const get = async (actor: Actor, id: string): Promise<WireDomain> => {
    const { id: found } = await domains.get(actor, id)
    const domain = (await domains.listDomains()).find((candidate) => candidate.id === found)
    if (domain === undefined) throw new AppError('not_found', { field: 'id' })
    return domain
  }
  return {
    get,
    async list(actor) {
      requirePermission(actor, 'directories.read')
      return domains.listDomains()
    },
    async create(origin, input) {
      return get(origin.actor, (await domains.create(origin, input)).id)
    },
    async change(origin, id, input) {
      return get(origin.actor, (await domains.change(origin, id, input)).id)
    },
    async remove(origin, id) {
      const domain = await get(origin.actor, id)
      await domains.remove(origin, id)
      return domain
    },
    listAgents: (actor, id) => domains.agents(actor, id),
    createAgent: agents.create,
    removeAgent: (origin, domainId, agentId) => agents.remove(origin, { domainId, agentId }),
  }
}
