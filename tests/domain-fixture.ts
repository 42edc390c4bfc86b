// A domain with its import and sync side wired up on a real database, and reads made by hand, as an agent would post them.
import { createHash } from 'node:crypto'
import type { ReadBatch, ReadObject, ReadReply, WorkReply } from '@lockstep/contract/agents/protocol'
import { type Clock, systemClock } from '@lockstep/kernel/clock'
import { newId } from '@lockstep/kernel/ids'
import { testDatabase } from './database.ts'
import { systemActor } from '../apps/server/src/directory/access/access.rules.ts'
import { createBindingService } from '../apps/server/src/directory/bindings/binding.service.ts'
import { createGroupService } from '../apps/server/src/directory/groups/group.service.ts'
import type { ChangeOrigin } from '../apps/server/src/directory/journal/journal.rules.ts'
import { createJournalService } from '../apps/server/src/directory/journal/journal.service.ts'
import { createUserService } from '../apps/server/src/directory/users/user.service.ts'
import { createPlanService } from '../apps/server/src/processes/plans/plan.service.ts'
import { createAgentService } from '../apps/server/src/processes/ad/agent.service.ts'
import type { Agent } from '../apps/server/src/processes/ad/agent.store.ts'
import { createConflictService } from '../apps/server/src/processes/ad/conflict.service.ts'
import { createDirectoryChangeService } from '../apps/server/src/processes/ad/directory-change.service.ts'
import { createDomainService } from '../apps/server/src/processes/ad/domain.service.ts'
import { createImportService } from '../apps/server/src/processes/ad/import.service.ts'
import {
  createPasswordDeliveries,
  type PasswordDeliveries,
} from '../apps/server/src/processes/ad/password-delivery.service.ts'
import { createReadService } from '../apps/server/src/processes/ad/read.service.ts'
import { createTranslationService } from '../apps/server/src/processes/ad/translation.service.ts'
import { createWorkService } from '../apps/server/src/processes/ad/work.service.ts'

const baseDn = 'DC=corp,DC=example'
const rootDn = `OU=Lockstep,${baseDn}`

/** A GUID made from a name, so that tests can speak of objects by name. */
export function guidOf(name: string): string {
  const hex = createHash('sha256').update(name).digest('hex')
  return [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20, 32)].join('-')
}

interface ObjectOptions {
  readonly attributes?: Readonly<Record<string, string>>
  readonly parent?: string
  readonly members?: readonly string[]
}

/** A user object as a complete read has it. */
export function userObject(name: string, { attributes = {}, parent = 'root' }: ObjectOptions = {}): ReadObject {
  return {
    guid: guidOf(name),
    kind: 'user',
    deleted: false,
    dn: `CN=${name},${rootDn}`,
    parentGuid: guidOf(parent),
    complete: true,
    attributes: Object.fromEntries(
      Object.entries({
        sAMAccountName: name,
        givenName: 'Given',
        sn: 'Surname',
        mail: `${name}@corp.example`,
        userAccountControl: '512',
        ...attributes,
      }).map(([key, value]) => [key, value === '' ? [] : [value]]),
    ),
  }
}

/** A group object with its whole membership. */
export function groupObject(
  name: string,
  { attributes = {}, parent = 'root', members = [] }: ObjectOptions = {},
): ReadObject {
  return {
    guid: guidOf(name),
    kind: 'group',
    deleted: false,
    dn: `CN=${name},${rootDn}`,
    parentGuid: guidOf(parent),
    complete: true,
    attributes: Object.fromEntries(
      Object.entries({ sAMAccountName: name, groupType: '-2147483646', ...attributes }).map(([key, value]) => [
        key,
        [value],
      ]),
    ),
    members: { complete: true, added: members.map(guidOf), removed: [] },
  }
}

/** The containers that every read has. */
const rootObject: ReadObject = {
  guid: guidOf('root'),
  kind: 'container',
  deleted: false,
  dn: rootDn,
  complete: true,
  attributes: {},
}
const containers: readonly ReadObject[] = [
  rootObject,
  {
    guid: guidOf('elsewhere'),
    kind: 'container',
    deleted: false,
    dn: `OU=Elsewhere,${baseDn}`,
    complete: true,
    attributes: {},
  },
]

/** A change of an object as DirSync reports it: what did not change is absent. */
export function change(
  name: string,
  options: {
    readonly attributes?: Readonly<Record<string, string>>
    readonly added?: readonly string[]
    readonly removed?: readonly string[]
    readonly parent?: string
    readonly dn?: string
    readonly deleted?: boolean
  },
): ReadObject {
  const { attributes = {}, added = [], removed = [], parent, dn = `CN=${name},${rootDn}`, deleted = false } = options
  return {
    guid: guidOf(name),
    kind: 'unchanged',
    deleted,
    dn,
    complete: false,
    ...(parent === undefined ? {} : { parentGuid: guidOf(parent) }),
    attributes: Object.fromEntries(
      Object.entries(attributes).map(([key, value]) => [key, value === '' ? [] : [value]]),
    ),
    ...(added.length + removed.length === 0
      ? {}
      : { members: { complete: false, added: added.map(guidOf), removed: removed.map(guidOf) } }),
  }
}

/** Fast, for nobody guesses these. */
const hasher = {
  hashPassword: async (password: string) => createHash('sha256').update(password).digest('hex'),
  verifyPassword: async (hash: string, password: string) => hash === (await hasher.hashPassword(password)),
}

export const origin: ChangeOrigin = { actor: systemActor('test'), cause: { kind: 'request' } }

/** Everything a test of the domain's processes needs; `await using` drops the database. */
export async function domainFixture(): Promise<DomainFixture> {
  const { database, drop } = await testDatabase()
  let aheadMs = 0
  const clock: Clock = { now: () => new Date(systemClock.now().getTime() + aheadMs) }
  const announce = (): void => {}
  const journal = createJournalService({ database, clock })
  const passwords = createPasswordDeliveries({ database, clock, announce, ...hasher })
  const users = createUserService({
    database,
    clock,
    announce,
    ...hasher,
    deliverPassword: passwords.deliver,
    defaultState: () => 'ACTIVATED',
  })
  const groups = createGroupService({ database, clock, journal, announce, findUsers: (ids) => users.findMany(ids) })
  const bindings = createBindingService({ database, clock, journal, users, groups, announce })
  const plans = createPlanService({ database, clock, journal, announce })
  const domains = createDomainService({ database, clock, journal, bindings, plans, announce })
  const agents = createAgentService({ database, clock, journal, announce })
  const importer = createImportService({ database, clock, journal, plans, announce })
  const reads = createReadService({ database, clock, importer })
  const work = createWorkService({ database, clock, journal, announce, wait: async () => undefined })
  const domain = await domains.create(origin, {
    domain: 'corp.example',
    rootDn,
    integrationGroupDn: `CN=Lockstep,${rootDn}`,
    userContainerDn: rootDn,
    groupContainerDn: rootDn,
  })
  const make = async (kind: 'IMPORT' | 'SYNC'): Promise<Agent> => {
    const { agent } = await agents.create(origin, domain.id, kind)
    return { ...agent, domainId: domain.id, paused: false, hostname: 'dc1', publicKey: 'x' } as unknown as Agent
  }
  const importAgent = await make('IMPORT')
  const syncAgent = await make('SYNC')
  const { epoch } = await agents.importLease(importAgent)
  const readId = (): string => newId(Date.now())
  const post = async (kind: ReadBatch['kind'], objects: readonly ReadObject[]): Promise<ReadReply> =>
    reads.accept(
      { domainId: domain.id, agentId: importAgent.id, agentName: 'dc1' },
      {
        epoch,
        kind,
        readId: readId(),
        first: true,
        objects: [...objects],
        end: { cookie: 'AA==', objectCount: objects.length },
      },
    )
  return {
    database,
    passwords,
    users,
    groups,
    bindings,
    plans,
    domains,
    agents,
    importer,
    reads,
    work,
    paths: createDirectoryChangeService({ database, clock }),
    conflicts: createConflictService({ database, clock, journal, announce }),
    translations: createTranslationService({ database, clock, journal, users }),
    domain,
    importAgent,
    syncAgent,
    epoch,
    readId,
    root: rootObject,
    full: (objects) => post('full', [...containers, ...objects]),
    changes: (objects) => post('changes', objects),
    objects: (objects) => post('objects', objects),
    nextWork: () =>
      work.next(
        syncAgent,
        { hostname: 'dc1', version: '1', waitMs: 0, maxItems: 50, directory: { reachable: true } },
        new AbortController().signal,
      ),
    passTime(ms) {
      aheadMs += ms
    },
    async usernames() {
      const rows = await users.list(origin.actor, { sort: [{ field: 'username', descending: false }], limit: 1000 })
      return rows.map((user) => user.username)
    },
    async user(username) {
      const [row] = await users.list(origin.actor, {
        condition: { field: 'username', operator: 'eq', values: [username] },
        sort: [],
        limit: 1,
      })
      if (row === undefined) return undefined
      return (await users.findMany([row.id]))[0]
    },
    async membersOf(name) {
      const [group] = await groups.list(origin.actor, {
        condition: { field: 'name', operator: 'eq', values: [name] },
        sort: [],
        limit: 1,
      })
      if (group === undefined) return undefined
      const members = await groups.listMembers(origin.actor, { groupId: group.id, limit: 1000 })
      return Object.fromEntries(members.map((member) => [member.username, member.origins]))
    },
    async [Symbol.asyncDispose]() {
      await users.close()
      await drop()
    },
  }
}

type UserOf = Awaited<ReturnType<ReturnType<typeof createUserService>['findMany']>>[number]

export interface DomainFixture extends AsyncDisposable {
  readonly database: Awaited<ReturnType<typeof testDatabase>>['database']
  readonly passwords: PasswordDeliveries
  readonly users: ReturnType<typeof createUserService>
  readonly groups: ReturnType<typeof createGroupService>
  readonly bindings: ReturnType<typeof createBindingService>
  readonly plans: ReturnType<typeof createPlanService>
  readonly domains: ReturnType<typeof createDomainService>
  readonly agents: ReturnType<typeof createAgentService>
  readonly importer: ReturnType<typeof createImportService>
  readonly reads: ReturnType<typeof createReadService>
  readonly work: ReturnType<typeof createWorkService>
  readonly paths: ReturnType<typeof createDirectoryChangeService>
  readonly conflicts: ReturnType<typeof createConflictService>
  readonly translations: ReturnType<typeof createTranslationService>
  readonly domain: { readonly id: string; readonly name: string }
  readonly importAgent: Agent
  readonly syncAgent: Agent
  readonly epoch: number
  readId(): string
  /** The root container. */
  readonly root: ReadObject
  full(objects: readonly ReadObject[]): Promise<ReadReply>
  changes(objects: readonly ReadObject[]): Promise<ReadReply>
  objects(objects: readonly ReadObject[]): Promise<ReadReply>
  nextWork(): Promise<WorkReply>
  /** The clock of everything here goes forward by so much at once. */
  passTime(ms: number): void
  usernames(): Promise<readonly string[]>
  user(username: string): Promise<UserOf | undefined>
  membersOf(name: string): Promise<Record<string, readonly string[]> | undefined>
}
