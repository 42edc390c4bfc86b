import assert from 'node:assert/strict'
import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, describe, test } from 'node:test'
import type { ReadBatch, ReadObject } from '@lockstep/contract/agents/protocol'
import { makeCompany } from '@lockstep/dev/company/company'
import { type DomainController, startDomainController } from '@lockstep/dev/samba/domain-controller'
import { directoryPackages, installPrerequisites } from '@lockstep/dev/samba/prerequisites'
import { changeMembers } from '@lockstep/ldap/change-members'
import { connectDirectory, type DirectoryClient, type DirectoryOptions } from '@lockstep/ldap/directory-client'
import { guid } from '@lockstep/ldap/guid'
import { text } from '@lockstep/ldap/text'
import { startAgent } from '../testing/agent-run.ts'
import { FakeHub } from '../testing/fake-hub.ts'
import { runImport } from './run-import.ts'

const company = makeCompany({ people: 200, seed: 1 })

describe('the import agent on a Samba domain', () => {
  let root = ''
  let domain: DomainController
  let admin: DirectoryClient
  let hub: FakeHub
  let importOptions: DirectoryOptions
  let counter = 0

  const settings = (): FakeHub['state']['settings'] => ({
    domainId: 'domain',
    baseDn: domain.baseDn,
    rootDn: domain.usersDn,
    integrationGroupDn: domain.integrationGroupDn,
    userContainerDn: domain.peopleDn,
    groupContainerDn: domain.groupsDn,
    upnSuffix: 'lockstep.example',
  })
  const optionsFor = async (bindDn: string, password: string): Promise<DirectoryOptions> => {
    const ca = await readFile(domain.caFile, 'utf8')
    return { url: domain.url, ca, servername: domain.servername, bindDn, password, timeoutMs: 5000 }
  }
  const guidOf = async (dn: string): Promise<string> => {
    const entry = await admin.read(dn, ['objectGUID'])
    return (entry && guid(entry)) ?? ''
  }
  const addUser = async (place: string): Promise<{ dn: string; guid: string; name: string }> => {
    counter += 1
    const name = `newcomer${counter}`
    const dn = `CN=${name},${place}`
    const attributes = { sAMAccountName: name, userAccountControl: '514', givenName: 'Neu', sn: 'Ling' }
    await admin.add(dn, { objectClass: 'user', ...attributes })
    return { dn, guid: await guidOf(dn), name }
  }
  /** The first object with this GUID that was sent after `from` batches and fits. */
  const sent = (id: string, from: number, fits: (object: ReadObject) => boolean = () => true): Promise<ReadObject> =>
    hub.until(() =>
      hub.batches
        .slice(from)
        .flatMap((batch) => batch.objects)
        .find((object) => object.guid === id && fits(object)),
    )
  const replace = (dn: string, attribute: string, ...values: readonly (string | Buffer)[]): Promise<void> =>
    admin.modify(dn, [{ operation: 'replace', attribute, values }])

  before(async () => {
    assert.equal(await installPrerequisites(directoryPackages, () => undefined), undefined)
    root = await mkdtemp(join(tmpdir(), 'lockstep-import-'))
    const folders = { folder: join(root, 'dc'), cacheFolder: join(root, 'cache') }
    domain = await startDomainController({ ...folders, company, log: () => undefined })
    admin = await connectDirectory(await optionsFor(domain.administrator.bindName, domain.administrator.password))
    importOptions = await optionsFor(domain.importAccount.dn, domain.importAccount.password)
    hub = new FakeHub(settings())
    await hub.start()
  })

  after(async () => {
    await hub[Symbol.asyncDispose]()
    await admin.close()
    await domain.stop()
    await rm(root, { recursive: true, force: true })
  })

  test('everything is read once and each object is sent whole, with its place, manager and members', async () => {
    await using _agent = startAgent(runImport, hub, importOptions)
    const last = await hub.until(() => hub.batches.find((batch) => batch.end !== undefined))
    const { batches, objects } = hub
    assert.equal(last.kind, 'full')
    assert.equal(last.end?.objectCount, objects.length)
    assert.deepEqual(
      batches.map((batch) => [batch.first, batch.readId === last.readId, batch.end !== undefined]),
      batches.map((_, index) => [index === 0, true, index === batches.length - 1]),
    )
    assert.ok(objects.every((object) => object.complete && object.kind !== 'unchanged'))
    assert.equal(new Set(objects.map((object) => object.guid)).size, objects.length)
    const byName = new Map(objects.map((object) => [object.attributes['sAMAccountName']?.[0], object]))
    for (const person of company.people) {
      const user = byName.get(person.username)
      assert.equal(user?.kind, 'user', person.username)
      const manager = person.managerUsername === undefined ? undefined : byName.get(person.managerUsername)?.guid
      assert.equal(user.attributes['manager']?.[0], manager)
      assert.deepEqual(user.attributes['givenName'], person.givenName === undefined ? undefined : [person.givenName])
      assert.match(user.attributes['objectSid']?.[0] ?? '', /^S-1-5-21-/)
    }
    for (const group of company.groups) {
      const members = [...group.usernames, ...group.groupNames].map((name) => byName.get(name)?.guid)
      const found = byName.get(group.name)
      assert.equal(found?.members?.complete, true)
      assert.deepEqual(new Set(found.members.added), new Set(members), group.name)
    }
    assert.equal(byName.get('DC1$')?.kind, 'other')
    const people = objects.find((object) => object.dn === domain.peopleDn)
    assert.equal(people?.kind, 'container')
    assert.equal(byName.get(company.people[0]?.username)?.parentGuid, people.guid)
  })

  test('an agent that starts again reads only what changed since the position that the hub has', async () => {
    const from = hub.batches.length
    const { guid: id, name } = await addUser(domain.peopleDn)
    await using _agent = startAgent(runImport, hub, importOptions)
    const user = await sent(id, from)
    assert.deepEqual([user.kind, user.complete, user.deleted], ['user', false, false])
    assert.equal(user.parentGuid, await guidOf(domain.peopleDn))
    assert.deepEqual(user.attributes['sAMAccountName'], [name])
    assert.deepEqual(user.attributes['userAccountControl'], ['514'])
    assert.ok(hub.batches.slice(from).every((batch) => batch.kind === 'changes'))
    assert.equal(hub.batches.slice(from).flatMap((batch) => batch.objects).length, 1)
  })

  test('each kind of change is sent as what changed and nothing more', async () => {
    await using agent = startAgent(runImport, hub, importOptions)
    await agent.running
    const { dn, guid: id, name } = await addUser(domain.peopleDn)
    const people = await guidOf(domain.peopleDn)
    await sent(id, 0)
    let from = hub.batches.length
    const change = async (act: () => Promise<void>, object = id): Promise<ReadObject> => {
      from = hub.batches.length
      await act()
      return sent(object, from)
    }
    const titled = await change(() => replace(dn, 'title', 'Clerk'))
    assert.deepEqual([titled.kind, titled.complete, titled.attributes], ['unchanged', false, { title: ['Clerk'] }])
    assert.equal(titled.parentGuid, undefined)
    assert.deepEqual((await change(() => replace(dn, 'title'))).attributes, { title: [] })
    const chief = await guidOf(domain.syncAccount.dn)
    const managed = await change(() => replace(dn, 'manager', domain.syncAccount.dn))
    assert.deepEqual(managed.attributes, { manager: [chief] })
    assert.deepEqual((await change(() => replace(dn, 'manager'))).attributes, { manager: [] })

    const renamed = await change(() => admin.rename(dn, `CN=${name} x`))
    assert.deepEqual([renamed.dn, renamed.parentGuid], [`CN=${name} x,${domain.peopleDn}`, people])
    const moved = await change(() => admin.rename(renamed.dn, `CN=${name} x`, domain.leaversDn))
    assert.deepEqual([moved.dn, moved.parentGuid], [`CN=${name} x,${domain.leaversDn}`, await guidOf(domain.leaversDn)])

    const group = await guidOf(domain.integrationGroupDn)
    const members = (changes: { add?: readonly string[]; remove?: readonly string[] }): Promise<ReadObject> =>
      change(() => changeMembers(admin, domain.integrationGroupDn, { add: [], remove: [], ...changes }), group)
    assert.deepEqual((await members({ add: [moved.dn] })).members, { complete: false, added: [id], removed: [] })
    assert.deepEqual((await members({ remove: [moved.dn] })).members, { complete: false, added: [], removed: [id] })

    const deleted = await change(() => admin.remove(moved.dn))
    assert.deepEqual([deleted.deleted, deleted.members], [true, undefined])
  })

  test('a group inside a group, a renamed container and an account that came and went are seen', async () => {
    await using agent = startAgent(runImport, hub, importOptions)
    await agent.running
    const from = hub.batches.length
    const groupDn = `CN=Nested,${domain.groupsDn}`
    await admin.add(groupDn, { objectClass: 'group', sAMAccountName: 'Nested', member: [domain.integrationGroupDn] })
    const group = await sent(await guidOf(groupDn), from, (object) => object.members !== undefined)
    assert.deepEqual([group.kind, group.members?.added], ['group', [await guidOf(domain.integrationGroupDn)]])
    const placeDn = `OU=Place,${domain.usersDn}`
    await admin.add(placeDn, { objectClass: 'organizationalUnit' })
    const place = await guidOf(placeDn)
    await sent(place, from)
    await admin.rename(placeDn, 'OU=Place 2')
    const renamed = await sent(place, from, (object) => object.dn.startsWith('OU=Place 2,'))
    assert.equal(renamed.parentGuid, await guidOf(domain.usersDn))
    const { dn, guid: id } = await addUser(domain.peopleDn)
    await admin.remove(dn)
    assert.equal((await sent(id, from, (object) => object.deleted)).deleted, true)
  })

  test('objects that the hub asks for are sent whole, and those that are gone are named', async () => {
    await using agent = startAgent(runImport, hub, importOptions)
    await agent.running
    const from = hub.batches.length
    const gone = '11111111-2222-3333-4444-555555555555'
    const group = await guidOf(domain.integrationGroupDn)
    hub.state.wantedNext = [group, gone]
    const { guid: id } = await addUser(domain.peopleDn)
    const batch = await hub.until(() => hub.batches.slice(from).find(({ kind }) => kind === 'objects'))
    assert.deepEqual([batch.missingGuids, batch.first, batch.end], [[gone], true, { objectCount: 1 }])
    const [object] = batch.objects
    assert.deepEqual([object?.guid, object?.complete, object?.kind], [group, true, 'group'])
    assert.equal(object?.members?.complete, true)
    assert.equal(
      object?.members?.added.length,
      company.integration.usernames.length + company.integration.groupNames.length,
    )
    assert.equal(object?.parentGuid, await guidOf(domain.groupsDn))
    hub.state.wantedGuids = [id]
    const whole = await sent(id, from, (each) => each.complete)
    assert.deepEqual(whole.attributes['sn'], ['Ling'])
  })

  test('the position is refreshed while nothing changes', async () => {
    await using _agent = startAgent(runImport, hub, importOptions, { refreshMs: 100 })
    const from = hub.batches.length
    const batch = await hub.until((): ReadBatch | undefined => hub.batches[from])
    assert.deepEqual([batch.kind, batch.objects, batch.end?.objectCount], ['changes', [], 0])
    assert.equal(batch.end?.cookie, hub.state.cookie)
  })

  test('an agent that starts posts at once though nothing changed, so that the hub goes on with what it has', async () => {
    const from = hub.batches.length
    await using _agent = startAgent(runImport, hub, importOptions)
    const batch = await hub.until((): ReadBatch | undefined => hub.batches[from])
    assert.deepEqual([batch.kind, batch.first, batch.objects, batch.end?.objectCount], ['changes', true, [], 0])
  })

  test('another database or a restored one is read anew', async () => {
    for (const pretended of [{ invocationId: '11111111-2222-3333-4444-555555555555' }, { highestUsn: '999999999' }]) {
      const from = hub.batches.length
      Object.assign(hub.state, pretended)
      await using _agent = startAgent(runImport, hub, importOptions)
      const batch = await hub.until(() => hub.batches.slice(from).find(({ end }) => end !== undefined))
      assert.equal(batch.kind, 'full')
    }
  })

  test('the hub can ask for everything while the agent reads changes', async () => {
    hub.state.leaseMs = 150
    await using agent = startAgent(runImport, hub, importOptions)
    await agent.running
    const from = hub.batches.length
    hub.state.fullReadWanted = true
    const batch = await hub.until(() =>
      hub.batches.slice(from).find(({ kind, end }) => kind === 'full' && end !== undefined),
    )
    assert.equal(batch.end?.cookie, hub.state.cookie)
    hub.state.leaseMs = 3000
  })

  test('wrong passwords that lock somebody are sent with how long that lasts, in changes and in everything', async () => {
    await using agent = startAgent(runImport, hub, importOptions)
    await agent.running
    const { dn, guid: id } = await addUser(domain.peopleDn)
    await replace(dn, 'unicodePwd', Buffer.from('"Weit-Geheimnis-1"', 'utf16le'))
    await replace(dn, 'userAccountControl', '512')
    await replace(domain.baseDn, 'lockoutThreshold', '2')
    const from = hub.batches.length
    const wrong = await optionsFor(dn, 'not the password')
    for (let guess = 0; guess < 2; guess += 1) await assert.rejects(connectDirectory(wrong))
    const isLocked = ({ attributes }: ReadObject): boolean => Number(attributes['lockoutTime']?.[0] ?? 0) > 0
    const lockedFor = (object: ReadObject): string | undefined => object.attributes['lockoutDuration']?.[0]
    const policy = await admin.read(domain.baseDn, ['lockoutDuration'])
    const duration = policy && text(policy, 'lockoutDuration')
    assert.match(duration ?? '', /^-[0-9]+$/)
    assert.equal(lockedFor(await sent(id, from, isLocked)), duration)
    hub.state.wantedNext = [id]
    await replace(dn, 'title', 'Clerk')
    assert.equal(lockedFor(await sent(id, from, (object) => object.complete && isLocked(object))), duration)
    const before = hub.batches.length
    await replace(dn, 'lockoutTime', '0')
    const unlocked = await sent(id, before, ({ attributes }) => attributes['lockoutTime']?.[0] === '0')
    assert.equal(lockedFor(unlocked), undefined)
    await replace(domain.baseDn, 'lockoutThreshold', '0')
  })

  test('what the hub wants to be read is read, and nothing else, from the next read on', async () => {
    hub.state.leaseMs = 300
    await using agent = startAgent(runImport, hub, importOptions)
    await agent.running
    const user = await addUser(domain.peopleDn)
    await replace(user.dn, 'pager', 'B7')
    const from = hub.batches.length
    hub.state.settings = { ...settings(), attributes: ['sAMAccountName', 'pager'] }
    hub.state.fullReadWanted = true
    const object = await sent(user.guid, from, ({ complete }) => complete)
    assert.deepEqual([object.attributes['pager'], object.attributes['givenName']], [['B7'], undefined])
    const batch = await hub.until(() =>
      hub.batches.slice(from).find(({ kind, end }) => kind === 'full' && end !== undefined),
    )
    assert.ok(batch.end?.attributes?.includes('pager') && batch.end.attributes.includes('member'))
    await replace(user.dn, 'pager', 'B8')
    const changed = await sent(user.guid, from, ({ attributes }) => attributes['pager']?.[0] === 'B8')
    assert.equal(changed.kind, 'unchanged')
    hub.state.settings = settings()
    hub.state.leaseMs = 3000
  })

  test('a domain controller that dies is read on from the hub’s position when it is back', async () => {
    await using agent = startAgent(runImport, hub, importOptions)
    await agent.running
    await addUser(domain.peopleDn)
    const from = hub.batches.length
    await domain.kill()
    const before = hub.leaseRequests.length
    const request = await hub.until(() => hub.leaseRequests.slice(before).find((each) => !each.directory.reachable))
    assert.match(request.directory.error ?? '', /^could not/)
    await domain.restart()
    admin = await connectDirectory(await optionsFor(domain.administrator.bindName, domain.administrator.password))
    const { guid: id } = await addUser(domain.peopleDn)
    assert.equal((await sent(id, from)).kind, 'user')
  })
})
