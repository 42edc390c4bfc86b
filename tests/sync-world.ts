// A sync agent between a scripted hub and a Samba domain with a company in it, and work for it.
import assert from 'node:assert/strict'
import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { UserOutcome, UserWork, WorkItem, WorkReport } from '@lockstep/contract/agents/protocol'
import { type Company, makeCompany } from '../dev/src/company/company.ts'
import { type DomainController, startDomainController } from '../dev/src/samba/domain-controller.ts'
import { directoryPackages, installPrerequisites } from '../dev/src/samba/prerequisites.ts'
import { connectDirectory, type DirectoryClient, type DirectoryOptions } from '@lockstep/ldap/directory-client'
import { guid } from '@lockstep/ldap/guid'
import { runSync } from '../apps/ad-agent/src/sync/run-sync.ts'
import { type AgentRun, startAgent } from '../apps/ad-agent/src/testing/agent-run.ts'
import { FakeHub } from '../apps/ad-agent/src/testing/fake-hub.ts'

type Outcome = WorkReport['outcomes'][number]

/** An account that the agent made. */
interface MadeAccount {
  readonly name: string
  readonly guid: string
  readonly dn: string
}

export interface SyncWorld extends AsyncDisposable {
  readonly company: Company
  readonly domain: DomainController
  /** Bound as the domain's administrator. */
  readonly admin: DirectoryClient
  readonly hub: FakeHub
  readonly agent: AgentRun
  optionsFor(bindDn: string, password: string): Promise<DirectoryOptions>
  /** The GUID of the object with that account name; empty when there is none. */
  findGuid(name: string): Promise<string>
  newName(): string
  /** Work that makes an account of that name. */
  userWork(name: string, rest?: Partial<UserWork>): UserWork
  /** Gives work to the agent and waits for what came of it. */
  perform<Kind extends Outcome>(item: WorkItem): Promise<Kind>
  performUser(item: UserWork): Promise<UserOutcome>
  created(rest?: Partial<UserWork>): Promise<MadeAccount>
}

const since = new Date().toISOString()

/** Starts all of it; an agent that is to be asked for work runs when this resolves. */
export async function startSyncWorld(people: number): Promise<SyncWorld> {
  assert.equal(await installPrerequisites(directoryPackages, () => undefined), undefined)
  const company = makeCompany({ people, seed: 1 })
  await using stack = new AsyncDisposableStack()
  const root = await mkdtemp(join(tmpdir(), 'lockstep-sync-'))
  stack.defer(() => rm(root, { recursive: true, force: true }))
  const folders = { folder: join(root, 'dc'), cacheFolder: join(root, 'cache') }
  const domain = stack.use(await startDomainController({ ...folders, company, log: () => undefined }))
  const optionsFor: SyncWorld['optionsFor'] = async (bindDn, password) => {
    const ca = await readFile(domain.caFile, 'utf8')
    return { url: domain.url, ca, servername: domain.servername, bindDn, password, timeoutMs: 5000 }
  }
  const { administrator, syncAccount } = domain
  const admin = await connectDirectory(await optionsFor(administrator.bindName, administrator.password))
  stack.defer(() => admin.close())
  const hub = stack.use(new FakeHub({ ...hubSettings, ...placesOf(domain) }))
  await hub.start()
  const agent = stack.use(startAgent(runSync, hub, await optionsFor(syncAccount.dn, syncAccount.password)))
  await agent.running
  const resources = stack.move()
  return {
    ...{ company, domain, admin, hub, agent, optionsFor },
    async findGuid(name) {
      const query = { base: domain.baseDn, scope: 'subtree', attributes: ['objectGUID'] } as const
      for await (const [entry] of admin.search({ ...query, filter: `(sAMAccountName=${name})` }))
        return (entry && guid(entry)) ?? ''
      return ''
    },
    ...workOf(hub),
    [Symbol.asyncDispose]: () => resources.disposeAsync(),
  }
}

const hubSettings = { domainId: 'domain', upnSuffix: 'lockstep.example' } as const

const placesOf = ({ baseDn, usersDn: rootDn, integrationGroupDn, peopleDn, groupsDn }: DomainController) => ({
  ...{ baseDn, rootDn, integrationGroupDn },
  ...{ userContainerDn: peopleDn, groupContainerDn: groupsDn },
})

function workOf(hub: FakeHub): Pick<SyncWorld, 'newName' | 'userWork' | 'perform' | 'performUser' | 'created'> {
  let counter = 0
  const newName = (): string => {
    counter += 1
    return `starter${counter}`
  }
  const userWork: SyncWorld['userWork'] = (name, rest = {}) => ({
    ...{
      kind: 'user',
      accountId: 'a'.repeat(24),
      revision: counter,
      wanted: true,
      creatingSince: since,
      takeover: false,
    },
    ...{ samAccountName: name, userPrincipalName: name === '' ? '' : `${name}@${hubSettings.upnSuffix}` },
    ...{ commonName: `Star Ter ${name}`, attributes: {}, enabled: 'enable' },
    ...rest,
  })
  const perform = async <Kind extends Outcome>(item: WorkItem): Promise<Kind> => {
    const from = hub.outcomes.length
    hub.give(item)
    return (await hub.until(() => hub.outcomes[from])) as Kind
  }
  const performUser: SyncWorld['performUser'] = (item) => perform<UserOutcome>(item)
  return {
    ...{ newName, userWork, perform, performUser },
    async created(rest) {
      const name = newName()
      const outcome = await performUser(userWork(name, rest))
      assert.equal(outcome.failure, undefined)
      return { name, guid: outcome.guid ?? '', dn: outcome.dn ?? '' }
    },
  }
}
