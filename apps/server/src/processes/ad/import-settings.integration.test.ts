import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { ReadObject } from '@lockstep/contract/agents/protocol'
import type { DirectoryUpdate } from '@lockstep/contract/hub/directory'
import { createImportService } from './import.service.ts'
import {
  change,
  type DomainFixture,
  domainFixture,
  groupObject,
  guidOf,
  origin,
  userObject,
} from '../../../../../tests/domain-fixture.ts'
import { systemClock } from '@lockstep/kernel/clock'
import { createJournalService } from '../../directory/journal/journal.service.ts'

const lockstep = (members: readonly string[]) => groupObject('Lockstep', { members })
const set = (domain: DomainFixture, input: DirectoryUpdate) => domain.domains.change(origin, domain.domain.id, input)
const derive = (domain: DomainFixture) => domain.importer.derive(domain.domain.id, origin.actor)
const field = async (domain: DomainFixture, username: string, name: string) =>
  (await domain.user(username))?.attributes[name]

const refusedField = (wanted: string) => (error: unknown) => (error as { field?: string }).field === wanted

test('additional attributes come as a whole, one by one or not at all; those that do not come stay the hub’s', async () => {
  await using domain = await domainFixture()
  const ann = userObject('ann', {
    attributes: {
      title: 'Engineer',
      department: 'R&D',
      physicalDeliveryOfficeName: 'Oslo',
      telephoneNumber: '1',
      l: 'Oslo',
    },
  })
  await set(domain, { behaviour: { excludedFields: ['department', 'phoneNumbers'] } })
  await domain.full([ann, lockstep(['ann'])])
  const user = await domain.user('ann')
  assert.deepEqual(
    ['jobTitle', 'location', 'department', 'phoneNumbers'].map((name) => user?.attributes[name]),
    ['Engineer', 'Oslo', '', []],
  )
  assert.equal((user?.attributes['addresses'] as readonly unknown[]).length, 1)
  const id = user?.id ?? ''
  assert.equal(
    (await domain.users.change(origin, id, { input: { department: 'Own' } })).attributes['department'],
    'Own',
  )
  await assert.rejects(domain.users.change(origin, id, { input: { jobTitle: 'Own' } }), refusedField('jobTitle'))
  await set(domain, { behaviour: { additionalAttributes: false } })
  await derive(domain)
  const settings = (await domain.agents.importLease(domain.importAgent)).settings
  assert.ok(settings.attributes?.includes('givenName') && !settings.attributes.includes('title'))
  assert.equal((await domain.users.change(origin, id, { input: { jobTitle: 'Own' } })).attributes['jobTitle'], 'Own')
  assert.equal(await field(domain, 'ann', 'firstname'), 'Given')
})

test('when more is to be read nothing is derived until a complete read that asked for it has ended', async () => {
  await using domain = await domainFixture()
  await set(domain, { behaviour: { additionalAttributes: false } })
  await domain.full([userObject('ann'), lockstep(['ann'])])
  const id = (await domain.user('ann'))?.id ?? ''
  await domain.users.change(origin, id, { input: { jobTitle: 'Typed here' } })
  const narrow = (await domain.agents.importLease(domain.importAgent)).settings.attributes ?? []
  await set(domain, { behaviour: { additionalAttributes: true } })
  const lease = await domain.agents.importLease(domain.importAgent)
  assert.deepEqual([lease.fullReadWanted, lease.settings.attributes?.includes('title')], [true, true])
  assert.ok(
    (await domain.domains.get(origin.actor, domain.domain.id)).warnings.some(({ code }) => code === 'awaits_full_read'),
  )
  await derive(domain)
  assert.equal(await field(domain, 'ann', 'jobTitle'), 'Typed here', 'what was not read says nothing')
  const read = (attributes: readonly string[], objects: readonly ReadObject[]) =>
    domain.reads.accept(
      { domainId: domain.domain.id, agentId: domain.importAgent.id, agentName: 'dc1' },
      {
        ...{ epoch: domain.epoch, kind: 'full', readId: domain.readId(), first: true, objects: [...objects] },
        end: { objectCount: objects.length, attributes: [...attributes] },
      },
    )
  const objects = [domain.root, userObject('ann', { attributes: { title: 'Engineer' } }), lockstep(['ann'])]
  await read(narrow, [domain.root, userObject('ann'), lockstep(['ann'])])
  assert.equal(await field(domain, 'ann', 'jobTitle'), 'Typed here', 'that read had begun before')
  assert.equal((await domain.agents.importLease(domain.importAgent)).fullReadWanted, true)
  await read(lease.settings.attributes ?? [], objects)
  assert.equal(await field(domain, 'ann', 'jobTitle'), 'Engineer')
  assert.equal((await domain.agents.importLease(domain.importAgent)).fullReadWanted, false)
})

test('an agent that reads more than the last one that read everything is to read it all once more, and one that reads less is not', async () => {
  await using domain = await domainFixture()
  const read = (kind: 'full' | 'changes', attributes?: readonly string[]) => {
    const objects = kind === 'full' ? [domain.root, userObject('ann'), lockstep(['ann'])] : []
    return domain.reads.accept(
      { domainId: domain.domain.id, agentId: domain.importAgent.id, agentName: 'dc1' },
      {
        ...{ epoch: domain.epoch, kind, readId: domain.readId(), first: true, objects },
        end: {
          cookie: 'AA==',
          objectCount: objects.length,
          ...(attributes === undefined ? {} : { attributes: [...attributes] }),
        },
      },
    )
  }
  const lease = () => domain.agents.importLease(domain.importAgent)
  const wanted = (await lease()).settings.attributes ?? []
  const more = [...wanted, 'msDS-UserPasswordExpiryTimeComputed']
  await read('full')
  await read('changes')
  assert.equal((await lease()).fullReadWanted, false, 'an agent that does not tell what it reads')
  await read('changes', wanted)
  assert.equal((await lease()).fullReadWanted, true, 'what was read before is not known')
  await read('full', wanted)
  await read('changes', wanted)
  assert.equal((await lease()).fullReadWanted, false)
  await read('changes', more)
  assert.equal((await lease()).fullReadWanted, true)
  await read('full', more)
  for (const attributes of [more, wanted]) await read('changes', attributes)
  assert.equal((await lease()).fullReadWanted, false)
})

test('translation rules are applied to who is imported, when the user is made, when the object changes, or both', async () => {
  await using domain = await domainFixture()
  await domain.full([userObject('eve'), lockstep(['eve'])])
  await domain.translations.apply(origin, domain.domain.id, {
    inserts: [
      { direction: 'IMPORT', source: 'extensionAttribute1', destination: 'costCenter' },
      { direction: 'IMPORT', source: 'pager', destination: 'badge' },
      { direction: 'IMPORT', source: 'employeeNumber', destination: 'employeeIdentifier' },
      {
        direction: 'IMPORT',
        sourceType: 'CONSTANT',
        source: 'imported',
        destination: 'alternateEmail',
        appliedOn: ['CREATE'],
      },
    ],
    updates: [],
    removals: [],
  })
  const { settings, fullReadWanted } = await domain.agents.importLease(domain.importAgent)
  assert.deepEqual([fullReadWanted, settings.attributes?.includes('extensionAttribute1')], [true, true])
  const ann = userObject('ann', { attributes: { extensionattribute1: '4711', pager: 'B1', employeeNumber: '7' } })
  await domain.full([ann, userObject('eve', { attributes: { employeeNumber: '7' } }), lockstep(['ann', 'eve'])])
  const user = await domain.user('ann')
  assert.deepEqual(
    [user?.attributes['costCenter'], user?.employeeIdentifier, user?.attributes['alternateEmail']],
    ['4711', '7', 'imported'],
  )
  const custom = user?.attributes['attributes'] as readonly { name: string; value: string }[]
  assert.deepEqual(
    custom.map(({ name, value }) => [name, value]),
    [['badge', 'B1']],
  )
  const { items } = await domain.domains.problems(origin.actor, domain.domain.id, {})
  assert.deepEqual(
    items.map(({ name, code }) => [name, code]),
    [['eve', 'employee_id_taken']],
  )
  await domain.changes([change('eve', { attributes: { employeeNumber: '8' } })])
  assert.deepEqual(
    [(await domain.user('eve'))?.employeeIdentifier, await field(domain, 'eve', 'alternateEmail')],
    ['8', ''],
  )
  await assert.rejects(
    domain.users.change(origin, user?.id ?? '', { input: { costCenter: '1' } }),
    refusedField('costCenter'),
  )
  await domain.changes([change('ann', { attributes: { pager: '', extensionAttribute1: '4712' } })])
  assert.deepEqual(await field(domain, 'ann', 'attributes'), [])
})

test('imported users get the state that the domain or the organization says', async () => {
  await using domain = await domainFixture()
  await set(domain, { behaviour: { defaultState: 'STAGED' } })
  await domain.full([
    userObject('ann'),
    userObject('off', { attributes: { userAccountControl: '514' } }),
    lockstep(['ann', 'off']),
  ])
  assert.deepEqual([(await domain.user('ann'))?.state, (await domain.user('off'))?.state], ['STAGED', 'SUSPENDED'])
  await set(domain, { behaviour: { defaultState: 'organization' } })
  const { database, plans } = domain
  const importer = createImportService({
    ...{ database, plans, clock: systemClock, announce: () => undefined },
    journal: createJournalService({ database, clock: systemClock }),
    defaultState: async () => 'STAGED',
  })
  await domain.full([...['ann', 'off'].map((name) => userObject(name)), lockstep(['ann', 'off', 'bob'])])
  await domain.database.execute({
    text: `insert into ad_objects (domain_id, guid, kind, parent_guid, dn, attributes, dirty)
      select domain_id, $1, 'user', parent_guid, 'CN=bob', attributes || '{"sAMAccountName":"bob","mail":"bob@corp.example"}', true
      from ad_objects where guid = $2`,
    values: [guidOf('bob'), guidOf('ann')],
  })
  await importer.derive(domain.domain.id, origin.actor)
  assert.equal((await domain.user('bob'))?.state, 'STAGED')
})

test('users of several root containers are in scope, and a container taken off the list lets its users leave', async () => {
  await using domain = await domainFixture()
  const objects = [
    ...['ann', 'bob', 'cho', 'dev', 'eve'].map((name) => userObject(name)),
    userObject('far', { parent: 'elsewhere' }),
    lockstep(['ann', 'bob', 'cho', 'dev', 'eve', 'far']),
  ]
  await domain.full(objects)
  assert.ok(!(await domain.usernames()).includes('far'))
  const preview = await domain.paths.preview(origin.actor, domain.domain.id, {
    furtherRootDns: ['OU=Elsewhere,DC=corp,DC=example'],
  })
  assert.deepEqual([preview.users.inScope, preview.users.entering, preview.users.leaving], [5, 1, 0])
  await set(domain, { furtherRootDns: ['OU=Elsewhere,DC=corp,DC=example', 'ou=elsewhere,dc=corp,dc=example'] })
  await domain.full(objects)
  assert.ok((await domain.usernames()).includes('far'))
  const { settings } = await domain.agents.importLease(domain.importAgent)
  assert.deepEqual(settings.furtherRootDns, ['OU=Elsewhere,DC=corp,DC=example'])
  await set(domain, { furtherRootDns: [] })
  await domain.full(objects)
  assert.equal((await domain.user('far'))?.state, 'SUSPENDED')
  assert.equal((await domain.user('ann'))?.state, 'ACTIVATED')
})

test('the integration group may be outside the root containers, but who and what is in it is imported from inside alone', async () => {
  await using domain = await domainFixture()
  const integrationGroupDn = 'CN=Lockstep,OU=Elsewhere,DC=corp,DC=example'
  await domain.domains.change(origin, domain.domain.id, { integrationGroupDn })
  const members = ['ann', 'far', 'Near', 'Far']
  await domain.full([
    ...['ann', 'bob', 'cho'].map((name) => userObject(name)),
    userObject('far', { parent: 'elsewhere' }),
    { ...groupObject('Lockstep', { parent: 'elsewhere', members }), dn: integrationGroupDn },
    groupObject('Near', { members: ['bob'] }),
    groupObject('Far', { parent: 'elsewhere', members: ['cho'] }),
  ])
  assert.deepEqual(await domain.usernames(), ['ann', 'bob', 'cho'])
  assert.deepEqual(await domain.membersOf('Near'), { bob: ['directory'] })
  assert.equal(await domain.membersOf('Far'), undefined)
})

test('a place that is not there, not in the domain or not managed is refused', async () => {
  await using domain = await domainFixture()
  await domain.full([userObject('ann'), lockstep(['ann'])])
  await assert.rejects(set(domain, { rootDn: 'OU=Nowhere,DC=corp,DC=example' }), refusedField('rootDn'))
  await assert.rejects(set(domain, { rootDn: 'OU=Lockstep,DC=other,DC=example' }), refusedField('rootDn'))
  await assert.rejects(set(domain, { furtherRootDns: ['OU=No,DC=corp,DC=example'] }), refusedField('furtherRootDns.0'))
  await assert.rejects(
    set(domain, { userContainerDn: 'OU=Elsewhere,DC=corp,DC=example' }),
    refusedField('userContainerDn'),
  )
  const preview = await domain.paths.preview(origin.actor, domain.domain.id, {
    rootDn: 'OU=Nowhere,DC=corp,DC=example',
  })
  assert.match(preview.warnings.join(), /would be refused/)
  const moved = await domain.paths.preview(origin.actor, domain.domain.id, {
    rootDn: 'OU=Elsewhere,DC=corp,DC=example',
  })
  assert.deepEqual([moved.users.inScope, moved.users.leaving, moved.fullRead], [1, 1, true])
})

test('members of the group of administrators, direct or nested, have sudo, and lose it with the membership or the group', async () => {
  await using domain = await domainFixture()
  const admins = groupObject('JumpCloud Admins', { members: ['ann', 'Inner'] })
  await domain.full([
    ...['ann', 'bob', 'cho'].map((name) => userObject(name)),
    lockstep(['ann', 'bob', 'cho', 'JumpCloud Admins']),
    admins,
    groupObject('Inner', { members: ['bob'] }),
  ])
  const sudo = async () => Promise.all(['ann', 'bob', 'cho'].map((name) => field(domain, name, 'sudo')))
  assert.deepEqual(await sudo(), [true, true, false])
  assert.equal(await domain.membersOf('JumpCloud Admins'), undefined, 'the group itself is not brought')
  const cho = await domain.user('cho')
  await assert.rejects(domain.users.change(origin, cho?.id ?? '', { input: { sudo: true } }), refusedField('sudo'))
  await domain.changes([change('Inner', { removed: ['bob'] })])
  assert.deepEqual(await sudo(), [true, false, false])
  await domain.changes([change('JumpCloud Admins', { deleted: true })])
  assert.deepEqual(await sudo(), [false, false, false])
  await set(domain, { behaviour: { adminGroup: '' } })
  await derive(domain)
  assert.equal((await domain.users.change(origin, cho?.id ?? '', { input: { sudo: true } })).attributes['sudo'], true)
})

test('a group of administrators outside the root containers gives nobody sudo', async () => {
  await using domain = await domainFixture()
  await domain.full([
    userObject('ann'),
    lockstep(['ann']),
    groupObject('JumpCloud Admins', { members: ['ann'], parent: 'elsewhere' }),
  ])
  assert.equal(await field(domain, 'ann', 'sudo'), false)
})

test('presets set the four behaviours together, and what is named beside them counts more', async () => {
  await using domain = await domainFixture()
  const { behaviour } = await set(domain, { preset: 'as_jumpcloud', behaviour: { dissociation: 'unbind' } })
  const four = ({ dissociation, takeover, disable, expire }: typeof behaviour) => [
    dissociation,
    takeover,
    disable,
    expire,
  ]
  assert.deepEqual(four(behaviour), ['unbind', 'deactivate', 'suspend', 'expire'])
  assert.deepEqual(four((await set(domain, { preset: 'safe' })).behaviour), ['suspend', 'retain', 'suspend', 'expire'])
})

test('username and e-mail address come from where the domain is set', async () => {
  await using domain = await domainFixture()
  await set(domain, { behaviour: { usernameFrom: 'userPrincipalName' } })
  await domain.full([
    userObject('ann', { attributes: { userPrincipalName: 'ann.upn@corp.example', mail: '' } }),
    userObject('bob', { attributes: { userPrincipalName: 'bob.upn@corp.example', mail: 'bob@mail.example' } }),
    lockstep(['ann', 'bob']),
  ])
  assert.deepEqual(await domain.usernames(), ['ann.upn@corp.example', 'bob.upn@corp.example'])
  assert.equal((await domain.user('ann.upn@corp.example'))?.email, 'ann.upn@corp.example')
  assert.equal((await domain.user('bob.upn@corp.example'))?.email, 'bob@mail.example')
})

test('settings that would take many users away are taken at once, and what they take away waits for a release', async () => {
  await using domain = await domainFixture()
  const { id } = domain.domain
  const names = Array.from({ length: 30 }, (_, index) => `user${index}`)
  const disabled = { attributes: { userAccountControl: '514' } }
  await domain.domains.change(origin, id, { behaviour: { disable: 'nothing' } })
  await domain.full([
    ...names.map((name, index) => userObject(name, index < 20 ? disabled : {})),
    groupObject('Lockstep', { members: names }),
  ])
  const active = async (): Promise<number> =>
    (await domain.users.list(origin.actor, { state: 'ACTIVATED', sort: [], limit: 1000 })).length
  assert.equal(await active(), 30)
  const changed = await domain.domains.change(origin, id, { behaviour: { disable: 'remove' } })
  assert.equal(changed.behaviour.disable, 'remove')
  await domain.importer.derive(id, origin.actor)
  assert.equal(await active(), 30)
  const [plan] = (await domain.plans.list(origin.actor, { state: 'quarantined' })).items
  assert.equal((plan?.counts['delete'] ?? 0) + (plan?.counts['suspend'] ?? 0), 20)
})
