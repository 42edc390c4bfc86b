// Passwords that come sealed with the work of accounts, on a real domain.
import assert from 'node:assert/strict'
import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, describe, test } from 'node:test'
import type { UserOutcome, UserWork, WorkPassword } from '@lockstep/contract/agents/protocol'
import { createSealingKeys, type PasswordPurpose, sealPassword } from '@lockstep/contract/agents/sealed-password'
import { makeCompany } from '@lockstep/dev/company/company'
import { type DomainController, startDomainController } from '@lockstep/dev/samba/domain-controller'
import { directoryPackages, installPrerequisites } from '@lockstep/dev/samba/prerequisites'
import { connectDirectory, type DirectoryClient, type DirectoryOptions } from '@lockstep/ldap/directory-client'
import { fileTimeToDate } from '@lockstep/ldap/file-time'
import { guid, guidBase } from '@lockstep/ldap/guid'
import { bigInteger, integer } from '@lockstep/ldap/number'
import { verifyPassword } from '@lockstep/ldap/verify-password'
import { type AgentRun, startAgent, testSealing } from '../testing/agent-run.ts'
import { FakeHub } from '../testing/fake-hub.ts'
import { runSync } from './run-sync.ts'

const company = makeCompany({ people: 80, seed: 1 })
const protectedPerson = company.people.find((person) => person.isProtected)?.username ?? ''
const userId = 'b'.repeat(24)
const since = new Date().toISOString()

describe('passwords for a Samba domain', () => {
  let root = ''
  let domain: DomainController
  let admin: DirectoryClient
  let hub: FakeHub
  let agent: AgentRun
  let counter = 0

  const optionsFor = async (bindDn: string, password: string): Promise<DirectoryOptions> => {
    const ca = await readFile(domain.caFile, 'utf8')
    return { url: domain.url, ca, servername: domain.servername, bindDn, password, timeoutMs: 5000 }
  }
  const lastSetOf = async (id: string): Promise<bigint | undefined> => {
    const entry = await admin.read(guidBase(id), ['pwdLastSet'])
    return entry && bigInteger(entry, 'pwdLastSet')
  }
  const controlOf = async (id: string): Promise<number | undefined> => {
    const entry = await admin.read(guidBase(id), ['userAccountControl'])
    return entry && integer(entry, 'userAccountControl')
  }
  const findGuid = async (name: string): Promise<string> => {
    const search = { base: domain.baseDn, scope: 'subtree', attributes: ['objectGUID'] } as const
    for await (const [entry] of admin.search({ ...search, filter: `(sAMAccountName=${name})` }))
      return (entry && guid(entry)) ?? ''
    return ''
  }
  const newName = (): string => {
    counter += 1
    return `starter${counter}`
  }
  const userWork = (name: string, rest: Partial<UserWork> = {}): UserWork => ({
    kind: 'user',
    accountId: 'a'.repeat(24),
    revision: counter,
    wanted: true,
    creatingSince: since,
    takeover: false,
    samAccountName: name,
    userPrincipalName: name === '' ? '' : `${name}@lockstep.example`,
    commonName: `Star Ter ${name}`,
    attributes: {},
    enabled: 'enable',
    ...rest,
  })
  const performUser = async (item: UserWork): Promise<UserOutcome> => {
    const from = hub.outcomes.length
    hub.give(item)
    return (await hub.until(() => hub.outcomes[from])) as UserOutcome
  }
  const created = async (): Promise<{ name: string; guid: string }> => {
    const name = newName()
    const outcome = await performUser(userWork(name))
    assert.equal(outcome.failure, undefined)
    return { name, guid: outcome.guid ?? '' }
  }

  before(async () => {
    assert.equal(await installPrerequisites(directoryPackages, () => undefined), undefined)
    root = await mkdtemp(join(tmpdir(), 'lockstep-passwords-'))
    const folders = { folder: join(root, 'dc'), cacheFolder: join(root, 'cache') }
    domain = await startDomainController({ ...folders, company, log: () => undefined })
    admin = await connectDirectory(await optionsFor(domain.administrator.bindName, domain.administrator.password))
    hub = new FakeHub({
      domainId: 'domain',
      baseDn: domain.baseDn,
      rootDn: domain.usersDn,
      integrationGroupDn: domain.integrationGroupDn,
      userContainerDn: domain.peopleDn,
      groupContainerDn: domain.groupsDn,
      upnSuffix: 'lockstep.example',
    })
    await hub.start()
    agent = startAgent(runSync, hub, await optionsFor(domain.syncAccount.dn, domain.syncAccount.password))
    await agent.running
  })

  after(async () => {
    await agent[Symbol.asyncDispose]()
    await hub[Symbol.asyncDispose]()
    await admin.close()
    await domain.stop()
    await rm(root, { recursive: true, force: true })
  })

  const sealedFor = async (
    password: string,
    parts: Partial<PasswordPurpose> & { readonly publicKey?: string } = {},
  ): Promise<WorkPassword['sealed']> => {
    const { publicKey = testSealing.publicKey, ...rest } = parts
    const purpose = { use: 'set', domainId: 'domain', userId, objectGuid: '', revision: '1', ...rest } as const
    return sealPassword(publicKey, password, purpose)
  }
  const bound = async (name: string, password: string): Promise<string> =>
    verifyPassword(await optionsFor(`${name}@lockstep.example`, password))

  test('a new account gets the password that came for it, and one made before gets the next, with the time told', async () => {
    const name = newName()
    const password = { userId, revision: 1, madeSince: since, sealed: await sealedFor('First-horse-7') }
    const made = await performUser(userWork(name, { password }))
    assert.deepEqual([made.failure, made.password?.failure, made.created], [undefined, undefined, true])
    assert.equal(await bound(name, 'First-horse-7'), 'accepted')
    const objectGuid = made.guid ?? ''
    const sealed = await sealedFor('Second-horse-7', { objectGuid, revision: '2' })
    const { creatingSince: _, ...known } = userWork(name, { guid: objectGuid })
    for (let repetition = 0; repetition < 2; repetition += 1) {
      const next = await performUser({ ...known, password: { ...password, objectGuid, revision: 2, sealed } })
      assert.deepEqual([next.failure, next.written, next.password?.revision], [undefined, [], 2])
      const lastSet = fileTimeToDate((await lastSetOf(objectGuid)) ?? 0n)
      assert.equal(next.password?.lastSet, lastSet?.toISOString())
    }
    assert.deepEqual(
      [await bound(name, 'First-horse-7'), await bound(name, 'Second-horse-7')],
      ['wrong_password', 'accepted'],
    )
    assert.ok(!agent.lines.join('').includes('horse'))
  })

  test('a password that the domain refuses is told in words; a new account is completed all the same, and an old one keeps its own', async () => {
    const name = newName()
    const password = { userId, revision: 1, madeSince: since, sealed: await sealedFor('short') }
    const made = await performUser(userWork(name, { password }))
    assert.deepEqual([made.failure, made.enabled, made.password?.failure?.kind], [undefined, true, 'password_policy'])
    assert.match(made.password?.failure?.message ?? '', /password policy of the domain/)
    assert.equal(made.password?.failure?.retryable, false)
    assert.equal(await controlOf(made.guid ?? ''), 512)
    const right = { ...password, sealed: await sealedFor('Third-horse-7') }
    assert.equal(
      (await performUser(userWork(name, { guid: made.guid ?? '', password: right }))).password?.failure,
      undefined,
    )
    const again = await performUser(userWork(name, { guid: made.guid ?? '', password }))
    assert.equal(again.password?.failure?.kind, 'password_policy')
    assert.equal(await bound(name, 'Third-horse-7'), 'accepted')
  })

  test('what was sealed for another agent, user, domain, account or revision is refused, and nothing is set', async () => {
    const { name, guid: objectGuid } = await created()
    const other = await created()
    const password = { userId, revision: 3, madeSince: since, objectGuid }
    const foreign = {
      agent: await sealedFor('Fourth-horse-7', {
        objectGuid,
        revision: '3',
        publicKey: (await createSealingKeys()).publicKey,
      }),
      user: await sealedFor('Fourth-horse-7', { objectGuid, revision: '3', userId: 'e'.repeat(24) }),
      domain: await sealedFor('Fourth-horse-7', { objectGuid, revision: '3', domainId: 'elsewhere' }),
      account: await sealedFor('Fourth-horse-7', { objectGuid: other.guid, revision: '3' }),
      revision: await sealedFor('Fourth-horse-7', { objectGuid, revision: '2' }),
      use: await sealedFor('Fourth-horse-7', { objectGuid, revision: '3', use: 'prove' }),
    }
    const before = await lastSetOf(objectGuid)
    for (const [what, sealed] of Object.entries(foreign)) {
      const outcome = await performUser(userWork(name, { guid: objectGuid, password: { ...password, sealed } }))
      assert.deepEqual([outcome.failure, outcome.password?.failure?.kind], [undefined, 'password_sealed'], what)
    }
    // One for an account to come is for none that was there before.
    const old = await findGuid(company.people[1]?.username ?? '')
    const coming = { userId, revision: 3, madeSince: new Date(Date.now() + 3_600_000).toISOString() }
    const sealed = await sealedFor('Fourth-horse-7', { revision: '3' })
    for (const id of [old, objectGuid]) {
      const outcome = await performUser(userWork('', { guid: id, password: { ...coming, sealed } }))
      assert.equal(outcome.password?.failure?.kind, 'password_sealed')
    }
    assert.equal(await lastSetOf(objectGuid), before)
  })

  test('a protected account gets no password, and says so', async () => {
    const objectGuid = await findGuid(protectedPerson)
    const sealed = await sealedFor('Fifth-horse-7', { objectGuid })
    const password = { userId, revision: 1, madeSince: since, objectGuid, sealed }
    const outcome = await performUser(userWork('', { guid: objectGuid, enabled: 'keep', password }))
    assert.equal(outcome.password?.failure?.kind, 'protected_account')
  })
})
