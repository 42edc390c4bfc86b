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
import type { Clock } from '@lockstep/kernel/clock'
import { newId, parseId } from '@lockstep/kernel/ids'
import type { Json } from '@lockstep/kernel/json'
import { requirePermission } from '../../directory/access/access.rules.ts'
import { directories } from '../../directory/bindings/account-import.service.ts'
import type { BindingService } from '../../directory/bindings/binding.service.ts'
import type { ChangeOrigin, JournalDraft } from '../../directory/journal/journal.rules.ts'
import type { JournalService } from '../../directory/journal/journal.service.ts'
import type { Database, Queryable } from '../../platform/db/database.ts'
import { isUniqueViolation } from '../../platform/db/database-error.ts'
import type { PlanService } from '../plans/plan.service.ts'
import type { AgentService } from './agent.service.ts'
import * as agentStore from './agent.store.ts'
import { agentView, domainDetail, domainRow } from './domain-view.ts'
import { defaultBehaviour, type Domain, parseDomain } from './domain.rules.ts'
import * as store from './domain.store.ts'
import * as mirror from './mirror.store.ts'
import * as problems from './problem.store.ts'

type Actor = ChangeOrigin['actor']

const defaultPageRows = 50
/** Of the journal, written in one statement. */
const rowsPerStatement = 1000

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

function noDirectory(): AppError {
  return new AppError('not_found', { field: 'id', detail: 'There is no such directory.' })
}

export function createDomainService(options: DomainServiceOptions): DomainService {
  const { database } = options
  const load: Load = async (id) => {
    const domain = await store.find(database, parseId(id) ?? '')
    if (domain === undefined) throw noDirectory()
    return domain
  }
  return { ...reading(options, load), ...writing(options, load), listDomains: () => store.list(database) }
}

async function detailOf(options: DomainServiceOptions, domain: Domain): Promise<DirectoryDetail> {
  const [row] = await rows(options, [domain])
  const agents = await agentStore.list(options.database, domain.id)
  if (row === undefined) throw new AppError('not_found', { field: 'id' })
  return domainDetail(
    row,
    domain,
    agents.map((agent) => agentView(agent, domain, options.clock.now())),
  )
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
      return (await agentStore.list(database, domain.id)).map((agent) => agentView(agent, domain, clock.now()))
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
      const domain = newDomain(input, clock.now())
      const { id, name, updated } = domain
      await database
        .transaction(async (transaction) => {
          await directories.insert(transaction, { id, kind: 'active_directory', name, created: updated })
          await store.insert(transaction, domain)
          await journal.record(transaction, origin, [draft('directory.create', domain, { name: { after: name } })])
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
      if (Object.keys(changes).length === 0) return detailOf(options, before)
      await database.transaction(async (transaction) => {
        const scopeChanged = 'rootDn' in changes || 'integrationGroupDn' in changes
        await store.updateSettings(transaction, after, { scopeChanged })
        if ('behaviour' in changes) await mirror.markAll(transaction, after.id)
        await journal.record(transaction, origin, [draft('directory.update', after, changes)])
      })
      announce()
      return detailOf(options, await load(id))
    },
    async remove(origin, id) {
      requirePermission(origin.actor, 'directories.write')
      const domain = await load(id)
      const last = await detailOf(options, domain)
      await database.transaction(async (transaction) => {
        // What the directory owned belongs to the hub again.
        const released = await store.releaseHome(transaction, domain.id)
        for (let start = 0; start < released.length; start += rowsPerStatement)
          await journal.record(
            transaction,
            origin,
            released.slice(start, start + rowsPerStatement).map((row) => releaseDraft(row, domain.id)),
          )
        if (!(await directories.remove(transaction, domain.id))) throw noDirectory()
        await journal.record(transaction, origin, [
          draft('directory.delete', domain, { name: { before: domain.name } }),
        ])
      })
      announce()
      return last
    },
    async requestFullRead(origin, id) {
      requirePermission(origin.actor, 'directories.write')
      const domain = await load(id)
      await database.transaction(async (transaction) => {
        await store.requestFullRead(transaction, domain.id)
        await journal.record(transaction, origin, [draft('directory.read_all', domain, {})])
      })
      announce()
    },
  }
}

/** The journal's words for a user or group that is the hub's own again. */
function releaseDraft({ kind, id, name, wasHome, hadSuspended }: store.Released, directoryId: string): JournalDraft {
  return {
    action: `${kind}.update`,
    subjectKind: kind,
    subjectId: id,
    subject: name,
    changes: {
      ...(wasHome ? { homeDirectoryId: { before: directoryId } } : {}),
      ...(hadSuspended ? { suspendedBy: { before: directoryId, after: 'hub' } } : {}),
    },
  }
}

function draft(action: string, domain: Domain, changes: NonNullable<JournalDraft['changes']>): JournalDraft {
  return { action, subjectKind: 'directory', subjectId: domain.id, subject: domain.name, changes }
}

function newDomain(input: DirectoryCreate, now: Date): Domain {
  const { name, baseDn } = accept(parseDomain(input.domain))
  const rootDn = input.rootDn ?? baseDn
  const users = rootDn === baseDn ? `CN=Users,${baseDn}` : rootDn
  return {
    id: newId(now.getTime()),
    name,
    baseDn,
    useCase: input.useCase ?? 'TWOWAYSYNC',
    rootDn,
    integrationGroupDn: input.integrationGroupDn ?? `CN=Lockstep,${users}`,
    userContainerDn: input.userContainerDn ?? users,
    groupContainerDn: input.groupContainerDn ?? users,
    upnSuffix: input.upnSuffix ?? name,
    behaviour: defaultBehaviour,
    rootGuid: null,
    integrationGroupGuid: null,
    cookie: null,
    invocationId: null,
    highestUsn: null,
    fullReadWanted: true,
    openReadId: null,
    openReadFull: false,
    lastReadAt: null,
    lastFullReadAt: null,
    lastWriteAt: null,
    importEpoch: 0,
    importAgentId: null,
    importLeaseUntil: null,
    syncEpoch: 0,
    syncAgentId: null,
    syncLeaseUntil: null,
    updated: now,
  }
}

function changedDomain(domain: Domain, { behaviour, ...settings }: DirectoryUpdate, now: Date): Domain {
  return { ...domain, ...settings, behaviour: { ...domain.behaviour, ...behaviour }, updated: now }
}

const settings = [
  'useCase',
  'rootDn',
  'integrationGroupDn',
  'userContainerDn',
  'groupContainerDn',
  'upnSuffix',
  'behaviour',
] as const

function settingChanges(before: Domain, after: Domain): Record<string, { before: Json; after: Json }> {
  return Object.fromEntries(
    settings
      .filter((name) => JSON.stringify(before[name]) !== JSON.stringify(after[name]))
      .map((name) => [name, { before: before[name], after: after[name] }]),
  )
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
  readonly importAgentId: string | null
  readonly syncAgentId: string | null
  readonly updated: Date
}

/** Domains and their agents for gateways that speak of them in other shapes. */
export function wireDomains({ domains, agents }: { domains: DomainService; agents: AgentService }): {
  list(actor: Actor): Promise<readonly WireDomain[]>
  get(actor: Actor, id: string): Promise<WireDomain>
  create(origin: ChangeOrigin, input: DirectoryCreate): Promise<WireDomain>
  change(origin: ChangeOrigin, id: string, input: { readonly useCase?: Domain['useCase'] }): Promise<WireDomain>
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
