import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import type { GroupOutcome, GroupWork, MemberOutcome, UserOutcome, UserWork } from '@lockstep/contract/agents/protocol'
import type { DomainController } from '@lockstep/dev/samba/domain-controller'
import { changeMembers } from '@lockstep/ldap/change-members'
import type { DirectoryClient } from '@lockstep/ldap/directory-client'
import { guid, guidBase } from '@lockstep/ldap/guid'
import { integer } from '@lockstep/ldap/number'
import type { RawEntry } from '@lockstep/ldap/raw-entry'
import { text, texts } from '@lockstep/ldap/text'
import { testSealing } from '../testing/agent-run.ts'
import type { FakeHub } from '../testing/fake-hub.ts'
import { startSyncWorld, type SyncWorld } from '../../../../tests/sync-world.ts'
import { applyUser } from './apply-user.ts'

const since = new Date().toISOString()

describe('the sync agent on a Samba domain', () => {
  let world: SyncWorld
  let domain: DomainController
  let admin: DirectoryClient
  let hub: FakeHub
  let protectedPerson: string

  const attributes = [
    'objectGUID',
    'sAMAccountName',
    'userPrincipalName',
    'userAccountControl',
    'pwdLastSet',
    'displayName',
    'title',
    'description',
    'manager',
    'memberOf',
    'member',
    'uSNChanged',
  ]
  const read = async (base: string): Promise<RawEntry> => {
    const entry = await admin.read(base, attributes)
    assert.ok(entry, `${base} is there`)
    return entry
  }
  const guidOf = async (dn: string): Promise<string> => guid(await read(dn)) ?? ''
  const clerk = { givenName: 'Star', sn: 'Ter', displayName: 'Star Ter', title: 'Clerk', description: '' }
  const userWork = (name: string, rest: Partial<UserWork> = {}): UserWork =>
    world.userWork(name, { attributes: clerk, ...rest })
  const created = (rest: Partial<UserWork> = {}): ReturnType<SyncWorld['created']> =>
    world.created({ attributes: clerk, ...rest })
  const isIntegrated = (entry: RawEntry): boolean => texts(entry, 'memberOf').includes(domain.integrationGroupDn)

  before(async () => {
    world = await startSyncWorld(200)
    ;({ domain, admin, hub } = world)
    protectedPerson = world.company.people.find((person) => person.isProtected)?.username ?? ''
  })
  after(() => world[Symbol.asyncDispose]())

  test('an account is made, enabled with a password nobody knows, and put into the integration group', async () => {
    const name = world.newName()
    const chief = await world.findGuid(world.company.people[0]?.username ?? '')
    const work = userWork(name)
    const outcome = await world.performUser({ ...work, attributes: { ...work.attributes, manager: chief } })
    assert.deepEqual([outcome.failure, outcome.created, outcome.enabled], [undefined, true, true])
    assert.equal(outcome.dn, `CN=Star Ter ${name},${domain.peopleDn}`)
    const entry = await read(guidBase(outcome.guid ?? ''))
    assert.equal(integer(entry, 'userAccountControl'), 512)
    assert.notEqual(text(entry, 'pwdLastSet'), '0')
    assert.deepEqual([text(entry, 'title'), text(entry, 'userPrincipalName')], ['Clerk', `${name}@lockstep.example`])
    assert.equal(await guidOf(text(entry, 'manager') ?? ''), chief)
    assert.ok(isIntegrated(entry))
  })

  test('an account is made in the container of its work, and one that is there is moved where the right is given', async () => {
    const ou = `OU=Sales,${domain.peopleDn}`
    await admin.add(ou, { objectClass: 'organizationalUnit' })
    const { name, guid: id, dn } = await created({ containerDn: ou })
    assert.equal(dn, `CN=Star Ter ${name},${ou}`)
    const attributes = { title: 'Chief' }
    const names = { samAccountName: '', userPrincipalName: '', commonName: '' }
    const move = userWork(name, { guid: id, ...names, attributes, containerDn: domain.peopleDn })
    const refused = await world.performUser(move)
    assert.deepEqual([refused.failure?.kind, refused.written, refused.dn], ['move_right', ['title'], dn])
    const place = { client: admin, settings: hub.state.settings, domainId: 'domain', sealing: testSealing }
    const moved = await applyUser(place, move)
    assert.deepEqual([moved.failure, moved.dn], [undefined, `CN=Star Ter ${name},${domain.peopleDn}`])
    assert.equal((await read(guidBase(id))).dn, moved.dn)
    assert.deepEqual((await applyUser(place, move)).failure, undefined, 'whoever is there already stays')
    const missing = await world.performUser(userWork(world.newName(), { containerDn: `OU=Nowhere,${domain.peopleDn}` }))
    assert.equal(missing.failure?.kind, 'container_missing')
  })

  test('the same work again changes nothing, with and without the GUID', async () => {
    const { name, guid: id } = await created()
    const usn = text(await read(guidBase(id)), 'uSNChanged')
    for (const known of [{}, { guid: id }]) {
      const outcome = await world.performUser(userWork(name, known))
      assert.deepEqual([outcome.failure, outcome.guid, outcome.written], [undefined, id, []])
    }
    assert.equal(text(await read(guidBase(id)), 'uSNChanged'), usn)
  })

  test('an account made disabled stays disabled and can be enabled later', async () => {
    const { name, guid: id } = await created({ enabled: 'disable' })
    assert.equal(integer(await read(guidBase(id)), 'userAccountControl'), 514)
    const outcome = await world.performUser(userWork(name, { guid: id }))
    assert.equal(outcome.enabled, true)
    assert.equal(integer(await read(guidBase(id)), 'userAccountControl'), 512)
  })

  test('an account that a crash left without password is finished by the same work', async () => {
    for (const isIntegratedAlready of [false, true]) {
      const name = world.newName()
      const dn = `CN=Left ${name},${domain.peopleDn}`
      await admin.add(dn, { objectClass: 'user', sAMAccountName: name, userAccountControl: '514' })
      if (isIntegratedAlready) await changeMembers(admin, domain.integrationGroupDn, { add: [dn], remove: [] })
      const outcome = await world.performUser(userWork(name))
      assert.deepEqual([outcome.failure, outcome.created, outcome.enabled, outcome.dn], [undefined, true, true, dn])
      const entry = await read(dn)
      assert.notEqual(text(entry, 'pwdLastSet'), '0')
      assert.deepEqual([text(entry, 'title'), isIntegrated(entry)], ['Clerk', true])
    }
  })

  test('only differences are written, an empty text removes, and other bits of the account stay', async () => {
    const { name, guid: id } = await created()
    await admin.modify(guidBase(id), [{ operation: 'replace', attribute: 'userAccountControl', values: ['66048'] }])
    const attributesWanted = { title: '', displayName: 'Star Ter', sn: 'Térrible' }
    const work = userWork(name, { guid: id, attributes: attributesWanted, enabled: 'disable' })
    const outcome = await world.performUser({ ...work, userPrincipalName: `${name}.new@lockstep.example` })
    assert.deepEqual(outcome.written?.toSorted(), ['sn', 'title', 'userAccountControl', 'userPrincipalName'])
    const entry = await read(guidBase(id))
    assert.equal(integer(entry, 'userAccountControl'), 66050)
    assert.equal(text(entry, 'title'), undefined)
    const kept = await world.performUser(userWork(name, { guid: id, enabled: 'keep' }))
    assert.equal(kept.enabled, false)
    assert.equal((await world.performUser(userWork(name, { guid: id }))).enabled, true)
    assert.equal(integer(await read(guidBase(id)), 'userAccountControl'), 66048)
  })

  test('an account that is not wanted any more is disabled and otherwise left alone', async () => {
    const { name, guid: id } = await created()
    const work = { guid: id, wanted: false, enabled: 'disable', attributes: { title: 'Changed' } } as const
    const outcome = await world.performUser(userWork(name, work))
    assert.deepEqual([outcome.enabled, outcome.written], [false, ['userAccountControl']])
    assert.equal(text(await read(guidBase(id)), 'title'), 'Clerk')
  })

  test('an existing account is left alone unless its takeover is allowed', async () => {
    const name = world.newName()
    const dn = `CN=Old ${name},${domain.peopleDn}`
    await admin.add(dn, { objectClass: 'user', sAMAccountName: name, userAccountControl: '512', title: 'Old' })
    const refused = await world.performUser(userWork(name))
    assert.deepEqual([refused.failure?.kind, refused.failure?.retryable], ['name_collision', false])
    assert.equal(text(await read(dn), 'title'), 'Old')
    const taken = await world.performUser(userWork(name, { takeover: true, enabled: 'keep' }))
    assert.deepEqual([taken.failure, taken.takenOver, taken.created], [undefined, true, undefined])
    const entry = await read(dn)
    assert.deepEqual([text(entry, 'title'), text(entry, 'pwdLastSet'), isIntegrated(entry)], ['Clerk', '0', true])
  })

  test('protected accounts and accounts outside the root container are never taken over or written', async () => {
    const takeover = { takeover: true } as const
    const outsider = world.company.people.find((person) => person.place === 'contractors')?.username ?? ''
    assert.equal((await world.performUser(userWork(protectedPerson, takeover))).failure?.kind, 'takeover_protected')
    const outside = (await world.performUser(userWork(outsider, takeover))).failure
    assert.equal(outside?.kind, 'takeover_outside_root')
    assert.match(outside?.remedy ?? '', /Move that account .* or choose another username/)
    assert.equal((await world.performUser(userWork('DC1$', takeover))).failure?.kind, 'name_collision')
    const id = await world.findGuid(protectedPerson)
    assert.equal((await world.performUser(userWork(protectedPerson, { guid: id }))).failure?.kind, 'protected_account')
  })

  test('namesakes get their username behind their common name', async () => {
    const first = await created({ commonName: 'Same Name' })
    const second = await created({ commonName: 'Same Name' })
    assert.equal(first.dn, `CN=Same Name,${domain.peopleDn}`)
    assert.equal(second.dn, `CN=Same Name (${second.name}),${domain.peopleDn}`)
  })

  test('a refusal of Active Directory carries its code, and a deleted object is told', async () => {
    const other = await created()
    const { name, guid: id } = await created()
    const work = userWork(name, { guid: id })
    const { failure } = await world.performUser({ ...work, samAccountName: other.name })
    assert.deepEqual([failure?.kind, failure?.code, failure?.retryable], ['already_exists', '00002071', false])
    await admin.remove(guidBase(id))
    assert.equal((await world.performUser(work)).failure?.kind, 'object_missing')
  })

  test('a manager who is gone does not keep the rest from being written', async () => {
    const { name, guid: id } = await created()
    const manager = '11111111-2222-3333-4444-555555555555'
    const outcome = await world.performUser(userWork(name, { guid: id, attributes: { title: 'Chief', manager } }))
    assert.deepEqual([outcome.failure?.kind, outcome.written], ['manager_missing', ['title']])
    assert.equal(text(await read(guidBase(id)), 'title'), 'Chief')
  })

  const performGroup = (name: string, rest: Partial<GroupWork> = {}): Promise<GroupOutcome> =>
    world.perform<GroupOutcome>({
      kind: 'group',
      groupId: 'b'.repeat(24),
      revision: 1,
      name,
      description: 'Made by the hub',
      ...rest,
    })

  test('a group is made, found again, described anew and renamed', async () => {
    const made = await performGroup('Fresh, Group')
    assert.deepEqual([made.failure, made.dn], [undefined, `CN=Fresh\\, Group,${domain.groupsDn}`])
    const id = made.guid ?? ''
    const entry = await read(guidBase(id))
    assert.deepEqual([text(entry, 'sAMAccountName'), isIntegrated(entry)], ['Fresh_ Group', true])
    assert.equal((await performGroup('Fresh, Group')).guid, id)
    await performGroup('Fresh, Group', { guid: id, description: '' })
    assert.equal(text(await read(guidBase(id)), 'description'), undefined)
    const renamed = await performGroup('Stale Group', { guid: id })
    assert.deepEqual([renamed.failure, renamed.dn], [undefined, `CN=Stale Group,${domain.groupsDn}`])
    assert.equal(text(await read(renamed.dn ?? ''), 'sAMAccountName'), 'Stale Group')
  })

  test('a group whose making was interrupted before it was in the integration group is completed by its GUID', async () => {
    const dn = `CN=Left Group,${domain.groupsDn}`
    await admin.add(dn, { objectClass: 'group', groupType: '-2147483646', sAMAccountName: 'Left Group' })
    const id = await guidOf(dn)
    assert.equal((await performGroup('Left Group', { guid: id })).failure, undefined)
    assert.ok(!isIntegrated(await read(dn)))
    assert.equal((await performGroup('Left Group', { guid: id, creatingSince: since })).failure, undefined)
    assert.ok(isIntegrated(await read(dn)))
  })

  test('an existing group below the root container is tied without coming into scope, others are refused', async () => {
    const tied = await performGroup('All Staff')
    assert.deepEqual([tied.failure, tied.dn], [undefined, `CN=All Staff,${domain.groupsDn}`])
    assert.equal(isIntegrated(await read(tied.dn ?? '')), false)
    for (const name of ['Domain Admins', 'Administrators', 'Lockstep']) {
      assert.equal((await performGroup(name)).failure?.kind, 'group_collision', name)
    }
    const id = await world.findGuid('Domain Admins')
    assert.equal((await performGroup('Other', { guid: id })).failure?.kind, 'protected_group')
  })

  test('members are added and removed, again without effect, and those who are gone are told apart', async () => {
    const groupGuid = (await performGroup('Crew')).guid ?? ''
    const people = [await created(), await created(), await created()]
    const members = people.map(({ guid: id }, index) => ({ userId: String(index).repeat(24), guid: id }))
    const [first, second, third] = members
    assert.ok(first && second && third)
    const ghost = { userId: 'f'.repeat(24), guid: '11111111-2222-3333-4444-555555555555' }
    const change = (add: typeof members, remove: typeof members): Promise<MemberOutcome> =>
      world.perform<MemberOutcome>({ kind: 'members', groupId: 'c'.repeat(24), groupGuid, add, remove })
    for (let repetition = 0; repetition < 2; repetition += 1) {
      const outcome = await change([first, second], [third])
      assert.deepEqual([outcome.failure, outcome.added.length, outcome.removed.length], [undefined, 2, 1])
    }
    const mixed = await change([third, ghost], [first, ghost])
    assert.deepEqual([mixed.added, mixed.removed], [[third.userId], [first.userId, ghost.userId]])
    assert.deepEqual([mixed.failure?.kind, mixed.failure?.retryable], ['member_missing', true])
    const present = await Promise.all(texts(await read(guidBase(groupGuid)), 'member').map(guidOf))
    assert.deepEqual(new Set(present), new Set([second.guid, third.guid]))
  })

  test('members of protected groups and of groups outside the root container are refused', async () => {
    const { guid: id } = await created()
    const groupGuid = await world.findGuid('Domain Admins')
    const add = [{ userId: 'd'.repeat(24), guid: id }]
    const outcome = await world.perform<MemberOutcome>({
      kind: 'members',
      groupId: 'c'.repeat(24),
      groupGuid,
      add,
      remove: [],
    })
    assert.deepEqual([outcome.failure?.kind, outcome.added], ['protected_group', []])
  })

  test('work is reported in order while the hub is away for a while', async () => {
    const names = Array.from({ length: 30 }, () => world.newName())
    let refusals = 3
    hub.state.refuse = (path) => {
      if (path !== '/agents/v1/work/report' || refusals === 0) return undefined
      refusals -= 1
      return { status: 503, code: 'database_unavailable' }
    }
    const from = hub.outcomes.length
    hub.give(...names.map((name, index) => userWork(name, { revision: index })))
    await hub.until(() => hub.outcomes.length === from + names.length)
    hub.state.refuse = () => undefined
    const outcomes = hub.outcomes.slice(from) as readonly UserOutcome[]
    assert.deepEqual(
      outcomes.map(({ revision, failure }) => [revision, failure]),
      names.map((_, index) => [index, undefined]),
    )
  })

  test('work given while the domain controller is away fails for now and succeeds when it is back', async () => {
    await domain.kill()
    const name = world.newName()
    const outcome = await world.performUser(userWork(name))
    assert.deepEqual([outcome.failure?.kind, outcome.failure?.retryable], ['connection', true])
    await domain.restart()
    const before = hub.workRequests.length
    await hub.until(() => hub.workRequests.slice(before).some(({ directory }) => directory.reachable))
    assert.equal((await world.performUser(userWork(name))).created, true)
  })
})
