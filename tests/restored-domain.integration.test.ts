// A domain controller that goes back to an old copy, with another identity as a restored backup has and with the same as a virtual machine
// that is set back: it is noticed, nobody is lost, and accounts that the hub made and the copy lacks are made anew, once.
import assert from 'node:assert/strict'
import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, describe, test } from 'node:test'
import type { UserDetail } from '@lockstep/contract/hub/user'
import { connectDirectory } from '@lockstep/ldap/directory-client'
import { guid } from '@lockstep/ldap/guid'
import { integer } from '@lockstep/ldap/number'
import { text, texts } from '@lockstep/ldap/text'
import { directoryPackages, installPrerequisites } from '../dev/src/samba/prerequisites.ts'
import { type ConnectedDomain, type ConnectedHub, connectDomains } from './support/connected-domains.ts'
import { createCaller } from './support/http-call.ts'

const people = Array.from({ length: 8 }, (_, index) => `person${index}`)
const disabled = 2

describe('a domain controller that goes back to an old copy', () => {
  let world: ConnectedHub
  let domain: ConnectedDomain
  let copies: string
  const ids = new Map<string, string>()

  before(async () => {
    assert.equal(await installPrerequisites(directoryPackages, () => undefined), undefined)
    copies = await mkdtemp(join(tmpdir(), 'lockstep-copies-'))
    world = await connectDomains(['RESTORED.EXAMPLE'], async ({ controller, addUser, change }) => {
      const members: string[] = []
      for (const name of people) members.push(await addUser(name, { title: 'Before' }))
      await change(controller.integrationGroupDn, { add: members })
    })
    domain = world.domains[0] as ConnectedDomain
  })
  after(async () => {
    await world[Symbol.asyncDispose]()
    await rm(copies, { recursive: true, force: true })
  })

  const imported = async (username: string): Promise<UserDetail | undefined> => {
    const { items } = await world.hub.users.list({ search: username })
    const found = items.find((user) => user.username === username)
    return found === undefined ? undefined : world.hub.users.get(found.id)
  }
  const idOf = (username: string): string => ids.get(username) ?? ''

  /** A user of the hub with a whole account in the domain. */
  async function connected(username: string): Promise<void> {
    const names = { firstname: 'Given', lastname: 'Hubson' }
    const { id } = await world.hub.users.create({ username, email: `${username}@hub.example`, ...names })
    ids.set(username, id)
    await world.hub.users.bind(id, domain.directoryId)
    await settled(username)
  }

  /** Waits until the account of a user of the hub is there and the import has seen it. */
  async function settled(username: string): Promise<string> {
    return world.until(`${username} has an account`, async () => {
      const [account] = (await world.hub.users.get(idOf(username))).accounts
      const { pendingCount } = await world.hub.directories.get(domain.directoryId)
      const entry = await domain.find(username, ['objectGUID', 'userAccountControl'])
      if (entry === undefined || account?.inStep !== true || pendingCount > 0) return undefined
      const isEnabled = ((integer(entry, 'userAccountControl') ?? disabled) & disabled) === 0
      return isEnabled && guid(entry) === account.externalId ? account.externalId : undefined
    })
  }

  const isLost = async (username: string): Promise<boolean> => {
    const { accounts, state } = await world.hub.users.get(idOf(username))
    assert.equal(state, 'ACTIVATED', `${username} loses nothing here`)
    return accounts[0]?.error?.message.includes('is not in restored.example any more') === true
  }

  /** How many objects of the domain have a common name that begins so. */
  async function countOf(filter: string): Promise<number> {
    let count = 0
    const query = { base: domain.controller.baseDn, scope: 'subtree', filter, attributes: ['cn'] } as const
    for await (const page of (await domain.admin()).search(query)) count += page.length
    return count
  }

  test('another identity with higher numbers is noticed, everything is read, and nobody is lost', async () => {
    await world.until('everybody', async () => (await imported('person7'))?.fields['jobTitle'] === 'Before')
    await connected('keeper')
    const group = await world.hub.groups.create({ name: 'Restored' })
    await world.hub.groups.bind(group.id, domain.directoryId)
    await world.until('the group is made, and nothing waits', async () => {
      const { pendingCount } = await world.hub.directories.get(domain.directoryId)
      return pendingCount === 0 && (await domain.find('Restored', ['cn'])) !== undefined
    })
    await domain.controller.keepCopy(join(copies, 'first'))
    await connected('lora')
    for (const username of ['lora', 'keeper']) await world.hub.groups.addMember(group.id, idOf(username))
    await (
      await domain.admin()
    ).modify(`CN=person1,${domain.controller.peopleDn}`, [
      { operation: 'replace', attribute: 'title', values: ['After'] },
    ])
    await domain.change(domain.controller.integrationGroupDn, { add: [await domain.addUser('newcomer')] })
    await world.until('what came after the copy', async () => {
      const [person, newcomer] = [await imported('person1'), await imported('newcomer')]
      const { pendingCount } = await world.hub.directories.get(domain.directoryId)
      return person?.fields['jobTitle'] === 'After' && newcomer?.state === 'ACTIVATED' && pendingCount === 0
    })
    const { invocationId, highestCommittedUsn: beyondUsn } = await (await domain.admin()).readRootDse()

    await domain.controller.putBack(join(copies, 'first'), { beyondUsn })
    const restored = await (await domain.admin()).readRootDse()
    assert.notEqual(restored.invocationId, invocationId)
    assert.ok(restored.highestCommittedUsn > beyondUsn, 'the numbers alone do not tell')

    await world.until('the copy counts', async () => (await imported('person1'))?.fields['jobTitle'] === 'Before')
    const log = await readFile(domain.agents[0]?.logFile ?? '', 'utf8')
    assert.match(log, /the domain controller's database is another one/)
    await world.until('the account that the copy lacks is told', () => isLost('lora'))
    assert.equal((await imported('newcomer'))?.state, 'SUSPENDED', 'who was made there since has left')
    for (const name of people) assert.equal((await imported(name))?.state, 'ACTIVATED', name)
    await settled('keeper')
    const { items } = await world.hub.plans.list({ state: 'quarantined' })
    assert.deepEqual(items, [])
  })

  test('an account that the copy lacks is made anew by one click, once, with its groups and the next password', async () => {
    const [before] = (await world.hub.users.get(idOf('lora'))).accounts
    await world.hub.users.retry(idOf('lora'), domain.directoryId)
    const anew = await settled('lora')
    assert.notEqual(anew, before?.externalId)
    assert.equal(await countOf('(|(sAMAccountName=lora*)(userPrincipalName=lora@*)(mail=lora@hub.example))'), 1)
    await world.until('she is in her group again', async () => {
      const [group, entry] = [await domain.find('Restored', ['member']), await domain.find('lora', ['cn'])]
      return group !== undefined && texts(group, 'member').includes(entry?.dn ?? '')
    })
    const entry = await domain.find('lora', ['userPrincipalName', 'memberOf'])
    assert.ok(entry !== undefined)
    assert.equal(text(entry, 'userPrincipalName'), 'lora@restored.example')
    assert.ok(texts(entry, 'memberOf').includes(domain.controller.integrationGroupDn))
    const password = 'Correct-Horse-9-Battery'
    const caller = createCaller(world.server.port)
    const { status } = await caller.call({
      method: 'PUT',
      path: `/api/systemusers/${idOf('lora')}`,
      headers: { 'x-api-key': world.server.apiKey, 'content-type': 'application/json' },
      body: JSON.stringify({ password }),
    })
    caller.close()
    assert.equal(status, 200)
    await world.until('the password is there', async () => {
      const [account] = (await world.hub.users.get(idOf('lora'))).accounts
      return account?.password.state === 'in_step'
    })
    const { url, servername, caFile } = domain.controller
    const ca = await readFile(caFile, 'utf8')
    const bindDn = 'lora@restored.example'
    const own = await connectDirectory({ url, servername, ca, bindDn, password, timeoutMs: 20_000 })
    await own.close()
  })

  test('where the hub is the authority it is made anew by itself', async () => {
    await world.hub.directories.update(domain.directoryId, { useCase: 'JCASAUTHORITY' })
    await domain.controller.keepCopy(join(copies, 'second'))
    await connected('moss')
    const [before] = (await world.hub.users.get(idOf('moss'))).accounts
    for (let number = 0; number < 50; number += 1)
      await (
        await domain.admin()
      ).modify(`CN=person2,${domain.controller.peopleDn}`, [
        { operation: 'replace', attribute: 'info', values: [`Change ${number}`] },
      ])
    // What the import agent has read, it sees to be gone.
    const { lastFullReadAt } = await world.hub.directories.get(domain.directoryId)
    await world.hub.directories.readEverything(domain.directoryId)
    await world.until('everything was read', async () => {
      return (await world.hub.directories.get(domain.directoryId)).lastFullReadAt !== lastFullReadAt
    })
    await domain.controller.putBack(join(copies, 'second'))
    const anew = await world.until('the account is there again', async () => {
      const entry = await domain.find('moss', ['objectGUID'])
      return entry === undefined ? undefined : guid(entry)
    })
    assert.notEqual(anew, before?.externalId)
    assert.equal(await settled('moss'), anew)
    assert.equal(await countOf('(|(sAMAccountName=moss*)(userPrincipalName=moss@*))'), 1)
    await settled('keeper')
  })
})
