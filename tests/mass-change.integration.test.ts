// What looks like an accident in a domain: nobody in the hub is touched, a plan waits with the reason, and whoever leaves in an ordinary
// way at the same time leaves. First with reads made by hand, then in a real domain with real agents.
import assert from 'node:assert/strict'
import { join } from 'node:path'
import { test } from 'node:test'
import type { ReadObject } from '@lockstep/contract/agents/protocol'
import { changeMembers } from '@lockstep/ldap/change-members'
import type { DirectoryClient } from '@lockstep/ldap/directory-client'
import { rdnOf } from '@lockstep/ldap/distinguished-name'
import { escapeFilterValue } from '@lockstep/ldap/escape'
import { sid } from '@lockstep/ldap/sid'
import { texts } from '@lockstep/ldap/text'
import { pause } from '@lockstep/kernel/retry'
import { runCommand } from '../dev/src/samba/run-command.ts'
import { change, domainFixture, type DomainFixture, groupObject, origin, userObject } from './domain-fixture.ts'
import { connectDomains } from './support/connected-domains.ts'
import { type KillWorld, startKillWorld } from './support/kill-world.ts'

const lockstep = (members: readonly string[]): ReadObject => groupObject('Lockstep', { members })
const people = (count: number): readonly string[] => Array.from({ length: count }, (_, index) => `user${index}`)
const disabling = (name: string): ReadObject => change(name, { attributes: { userAccountControl: '514' } })

async function imported(domain: DomainFixture, count: number): Promise<readonly string[]> {
  const names = people(count)
  await domain.full([...names.map((name) => userObject(name)), lockstep(names)])
  return names
}

async function activeIn(domain: DomainFixture): Promise<readonly string[]> {
  const rows = await domain.users.list(origin.actor, {
    state: 'ACTIVATED',
    sort: [{ field: 'username', descending: false }],
    limit: 1000,
  })
  return rows.map((user) => user.username)
}

async function heldIn(domain: DomainFixture): Promise<readonly string[]> {
  const { items } = await domain.plans.list(origin.actor, { state: 'quarantined' })
  return items.map((plan) => `${plan.itemCount}: ${plan.reason}`)
}

const without = (names: readonly string[], ...gone: readonly string[]): readonly string[] =>
  names.filter((name) => !gone.includes(name)).toSorted()

test('a leaver leaves although the integration group is emptied in the same read, before it, or after it', async () => {
  for (const when of ['before', 'together', 'after'] as const) {
    await using domain = await domainFixture()
    const names = await imported(domain, 60)
    const emptying = change('Lockstep', { removed: names })
    if (when === 'together') await domain.changes([emptying, disabling('user7')])
    else {
      const [first, second] = when === 'before' ? [disabling('user7'), emptying] : [emptying, disabling('user7')]
      await domain.changes([first])
      await domain.changes([second])
    }
    assert.deepEqual(await activeIn(domain), without(names, 'user7'), when)
    const [plan, ...more] = await heldIn(domain)
    assert.match(plan ?? '', /^(59|60): .* users would be affected.*; the limit is half of them\.$/, when)
    assert.deepEqual(more, [], when)
  }
})

test('a deleted integration group takes nobody away', async () => {
  await using domain = await domainFixture()
  const names = await imported(domain, 60)
  await domain.changes([change('Lockstep', { deleted: true }), disabling('user7')])
  assert.deepEqual(await activeIn(domain), without(names, 'user7'))
  assert.match((await heldIn(domain)).join(), /^60: /)
})

test('the members of a deleted group are out of the groups above it', async () => {
  await using domain = await domainFixture()
  const names = people(6)
  const group = (name: string, members: readonly string[]): ReadObject => groupObject(name, { members })
  const objects = [group('Upper', ['Inner']), group('Inner', ['user0']), ...names.map((name) => userObject(name))]
  await domain.full([...objects, lockstep(['Upper', ...names])])
  assert.deepEqual(await domain.membersOf('Upper'), { user0: ['nested'] })
  await domain.changes([change('Inner', { deleted: true })])
  assert.deepEqual(await domain.membersOf('Upper'), {})
  assert.deepEqual(await activeIn(domain), names)
})

test('a complete read with half of the users takes nobody away', async () => {
  await using domain = await domainFixture()
  const names = await imported(domain, 60)
  const half = names.slice(0, 30)
  const seen = half.map((name) =>
    userObject(name, name === 'user7' ? { attributes: { userAccountControl: '514' } } : {}),
  )
  await domain.full([...seen, lockstep(half)])
  assert.deepEqual(await activeIn(domain), without(names, 'user7'))
  assert.match((await heldIn(domain)).join(), /^30: /)
})

test('half of a domain of eight users waits, and one of them goes', async () => {
  await using domain = await domainFixture()
  const names = await imported(domain, 8)
  await domain.changes([change('Lockstep', { removed: names.slice(0, 4) }), disabling('user7')])
  assert.deepEqual(await activeIn(domain), without(names, 'user7'))
  assert.match((await heldIn(domain)).join(), /^4: /)
})

const patienceMs = 120_000

async function until<T>(what: string, look: () => Promise<T | undefined>): Promise<T> {
  const deadline = performance.now() + patienceMs
  for (;;) {
    const found = await look()
    if (found !== undefined) return found
    if (performance.now() > deadline) throw new Error(`waited in vain: ${what}`)
    await pause(100)
  }
}

async function activeUsers({ hub }: KillWorld): Promise<ReadonlySet<string>> {
  const names = new Set<string>()
  let after: string | undefined
  do {
    const page = await hub.users.list({ limit: 200, ...(after === undefined ? {} : { after }) })
    for (const user of page.items) if (user.state === 'ACTIVATED') names.add(user.username)
    after = page.next
  } while (after !== undefined)
  return names
}

/** Disables an account, and waits until the hub has suspended its user: by then everything that happened before is worked on too. */
async function leave(world: KillWorld, username: string): Promise<void> {
  await world.onDomain(async (directory) => {
    const [entry] = await find(directory, world.domain.baseDn, username)
    await directory.modify(entry ?? '', [{ operation: 'replace', attribute: 'userAccountControl', values: ['514'] }])
  })
  await until(`${username} is suspended`, async () => ((await activeUsers(world)).has(username) ? undefined : true))
}

async function find(directory: DirectoryClient, base: string, username: string): Promise<readonly string[]> {
  const found: string[] = []
  const filter = `(sAMAccountName=${escapeFilterValue(username)})`
  for await (const page of directory.search({ base, scope: 'subtree', filter, attributes: ['objectGUID'] }))
    found.push(...page.map((entry) => entry.dn))
  return found
}

test('in a real domain every accident leaves everybody as they were, and an ordinary leaver leaves', async (t) => {
  await using world = await startKillWorld()
  const { domain, hub, directoryId } = world
  await until('everybody is there', async () => ((await activeUsers(world)).size > 180 ? true : undefined))
  const leavers = [...(await activeUsers(world))].filter((name) => !name.includes('admin')).slice(20, 40)
  const nextLeaver = async (): Promise<void> => {
    const name = leavers.shift() ?? ''
    await leave(world, name)
    expected.delete(name)
  }
  const expected = new Set(await activeUsers(world))
  await nextLeaver()
  const held = async () => (await hub.plans.list({ state: 'quarantined' })).items
  const untouched = async (): Promise<void> => assert.deepEqual([...(await activeUsers(world))], [...expected])
  const waitingPlan = async (): Promise<void> => {
    const [plan] = await until('a plan waits', async () => ((await held()).length > 0 ? await held() : undefined))
    assert.match(plan?.reason ?? '', /users would be affected/)
  }
  const nothingWaits = () =>
    until('nothing waits any more', async () => ((await held()).length === 0 ? true : undefined))
  const groupName = rdnOf(domain.integrationGroupDn)

  await t.test('the integration group is renamed', async () => {
    const renamed = domain.integrationGroupDn.replace(groupName, 'CN=Renamed by mistake')
    await world.onDomain((directory) => directory.rename(domain.integrationGroupDn, rdnOf(renamed)))
    await nextLeaver()
    await untouched()
    assert.deepEqual(await held(), [])
    await world.onDomain((directory) => directory.rename(renamed, groupName))
  })

  await t.test('the root container is renamed', async () => {
    const name = rdnOf(domain.usersDn)
    const renamed = domain.usersDn.replace(name, 'OU=Renamed by mistake')
    await world.onDomain((directory) => directory.rename(domain.usersDn, rdnOf(renamed)))
    await nextLeaver()
    await untouched()
    assert.deepEqual(await held(), [])
    await world.onDomain((directory) => directory.rename(renamed, name))
    await nextLeaver()
    await untouched()
  })

  await t.test('the integration group is emptied', async () => {
    const members = await world.onDomain(async (directory) => {
      const entry = await directory.read(domain.integrationGroupDn, ['member'])
      return entry === undefined ? [] : texts(entry, 'member')
    })
    await world.onDomain((directory) =>
      changeMembers(directory, domain.integrationGroupDn, { add: [], remove: members }),
    )
    await waitingPlan()
    await nextLeaver()
    await untouched()
    await world.onDomain((directory) =>
      changeMembers(directory, domain.integrationGroupDn, { add: members, remove: [] }),
    )
    await nothingWaits()
    await untouched()
  })

  await t.test('the service account may not read the people any more', async () => {
    const trustee = await world.onDomain((directory) => directory.read(domain.importAccount.dn, ['objectSid']))
    const rights = await world.onDomain((directory) => directory.read(domain.peopleDn, ['nTSecurityDescriptor']))
    const place = join(world.folder, 'dc')
    const files = ['-H', join(place, 'private', 'sam.ldb'), '-s', join(place, 'etc', 'smb.conf')]
    const denial = `--sddl=(D;CI;GR;;;${(trustee && sid(trustee)) ?? ''})`
    await runCommand('samba-tool', ['dsacl', 'set', `--objectdn=${domain.peopleDn}`, denial, ...files])
    await hub.directories.readEverything(directoryId)
    await waitingPlan()
    await untouched()
    await world.onDomain((directory) =>
      directory.modify(domain.peopleDn, [
        {
          operation: 'replace',
          attribute: 'nTSecurityDescriptor',
          values: [...(rights?.attributes.get('ntsecuritydescriptor') ?? [])],
        },
      ]),
    )
    await hub.directories.readEverything(directoryId)
    await nothingWaits()
    await nextLeaver()
    await untouched()
  })

  await t.test('the integration group is deleted', async () => {
    await world.onDomain((directory) => directory.remove(domain.integrationGroupDn))
    await waitingPlan()
    await nextLeaver()
    await untouched()
  })
})

test('in a real domain of eight, four who leave and four whom the domain controller keeps to itself wait, and leavers leave', async (t) => {
  await using world = await connectDomains(['EIGHT.EXAMPLE'])
  const [domain] = world.domains
  assert.ok(domain !== undefined)
  const { hub } = world
  const { controller, directoryId } = domain
  const names = Array.from({ length: 8 }, (_, index) => `eight${index}`)
  const dns: string[] = []
  for (const name of names) dns.push(await domain.addUser(name))
  await domain.change(controller.integrationGroupDn, { add: dns })
  const active = async (): Promise<readonly string[]> => {
    const { items } = await hub.users.list({})
    return items.flatMap(({ username, state }) => (state === 'ACTIVATED' ? [username] : [])).toSorted()
  }
  const held = async () => (await hub.plans.list({ state: 'quarantined' })).items
  const waits = (): Promise<string | undefined> => world.until('a plan waits', async () => (await held())[0]?.reason)
  const nothingWaits = () => world.until('nothing waits', async () => (await held()).length === 0)
  const gone = (name: string) => world.until(`${name} left`, async () => !(await active()).includes(name))
  const disable = async (index: number): Promise<void> =>
    (await domain.admin()).modify(dns[index] ?? '', [
      { operation: 'replace', attribute: 'userAccountControl', values: ['546'] },
    ])
  await world.until('all eight', async () => (await active()).length === 8)

  await t.test('four of eight are taken out of the integration group', async () => {
    await domain.change(controller.integrationGroupDn, { remove: dns.slice(0, 4) })
    assert.match((await waits()) ?? '', /4 of 8 users would be affected/)
    await disable(7)
    await gone('eight7')
    assert.deepEqual(await active(), names.slice(0, 7))
    await domain.change(controller.integrationGroupDn, { add: dns.slice(0, 4) })
    await nothingWaits()
    assert.deepEqual(await active(), names.slice(0, 7))
  })

  await t.test('the domain controller answers with half of the users', async () => {
    const admin = await domain.admin()
    const trustee = await admin.read(controller.importAccount.dn, ['objectSid'])
    const hidden = dns.slice(0, 4)
    const rights = await Promise.all(hidden.map((dn) => admin.read(dn, ['nTSecurityDescriptor'])))
    for (const dn of hidden)
      await controller.sambaTool([
        ...['dsacl', 'set', `--objectdn=${dn}`, `--sddl=(D;;GR;;;${(trustee && sid(trustee)) ?? ''})`],
      ])
    await hub.directories.readEverything(directoryId)
    assert.match((await waits()) ?? '', /users would be affected/)
    await disable(6)
    await gone('eight6')
    assert.deepEqual(await active(), names.slice(0, 6))
    for (const [index, dn] of hidden.entries())
      await admin.modify(dn, [
        {
          operation: 'replace',
          attribute: 'nTSecurityDescriptor',
          values: [...(rights[index]?.attributes.get('ntsecuritydescriptor') ?? [])],
        },
      ])
    await hub.directories.readEverything(directoryId)
    await nothingWaits()
    assert.deepEqual(await active(), names.slice(0, 6))
  })
})
