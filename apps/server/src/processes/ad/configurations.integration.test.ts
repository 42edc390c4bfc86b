import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { DirectoryUpdate } from '@lockstep/contract/hub/directory'
import {
  change,
  type DomainFixture,
  domainFixture,
  groupObject,
  guidOf,
  origin,
  userObject,
} from '../../../../../tests/domain-fixture.ts'
import { isDelegated, passwordAuthority } from '../../directory/users/password-authority.rules.ts'

const lockstep = (members: readonly string[]) => groupObject('Lockstep', { members })

const set = (domain: DomainFixture, input: DirectoryUpdate) => domain.domains.change(origin, domain.domain.id, input)
const derive = (domain: DomainFixture) => domain.importer.derive(domain.domain.id, origin.actor)

const readOnly = async (domain: DomainFixture, username: string): Promise<readonly string[]> => {
  const rows = (await domain.user(username))?.attributes['restrictedFields']
  return ((rows ?? []) as readonly { readonly field: string }[]).map(({ field }) => field)
}

test('users imported where the domain manages everything have password and delegated authority there, elsewhere here', async () => {
  await using domain = await domainFixture()
  await set(domain, { useCase: 'ADASAUTHORITY' })
  await domain.full([userObject('ann'), lockstep(['ann'])])
  const ann = await domain.user('ann')
  assert.deepEqual(ann?.attributes['delegatedAuthority'], { id: domain.domain.id, name: 'ActiveDirectory' })
  assert.ok((await readOnly(domain, 'ann')).includes('password'))
  await set(domain, { useCase: 'TWOWAYSYNC' })
  await derive(domain)
  assert.equal((await domain.user('ann'))?.attributes['delegatedAuthority'], null)
  assert.ok(!(await readOnly(domain, 'ann')).includes('password'))
  assert.ok((await readOnly(domain, 'ann')).includes('firstname'), 'the fields stay the domain’s')
})

test('an authority that an administrator chose for one user outlives imports and other defaults', async () => {
  await using domain = await domainFixture()
  await set(domain, { useCase: 'ADASAUTHORITY' })
  await domain.full([userObject('ann'), userObject('bob'), lockstep(['ann', 'bob'])])
  const ann = await domain.user('ann')
  await domain.users.change(origin, ann?.id ?? '', { input: { restrictedFields: [], delegatedAuthority: null } })
  await domain.changes([change('ann', { attributes: { title: 'Chief' } })])
  assert.ok(!(await readOnly(domain, 'ann')).includes('password'))
  assert.ok(
    (await readOnly(domain, 'ann')).includes('firstname'),
    'only the password’s is for administrators to give up',
  )
  assert.equal((await domain.user('ann'))?.attributes['delegatedAuthority'], null)
  await set(domain, { behaviour: { passwordAuthority: 'hub' } })
  await derive(domain)
  assert.ok(!(await readOnly(domain, 'bob')).includes('password'))
  await set(domain, { behaviour: { passwordAuthority: 'configuration' } })
  await derive(domain)
  assert.ok((await readOnly(domain, 'bob')).includes('password'))
})

test('each change of configuration names the agents to add, to delete and to remove from their servers', async () => {
  await using domain = await domainFixture()
  const { id } = domain.domain
  const kinds = {
    ADASAUTHORITY: ['IMPORT'],
    TWOWAYSYNC: ['IMPORT', 'SYNC'],
    JCASAUTHORITY: ['SYNC'],
  } as const
  const wanted = [
    ['JCASAUTHORITY', 'ADASAUTHORITY', 'remove_sync uninstall_sync add_import'],
    ['JCASAUTHORITY', 'TWOWAYSYNC', 'add_import'],
    ['ADASAUTHORITY', 'TWOWAYSYNC', 'add_sync'],
    ['ADASAUTHORITY', 'JCASAUTHORITY', 'remove_import uninstall_import add_sync'],
    ['TWOWAYSYNC', 'JCASAUTHORITY', 'remove_import uninstall_import'],
    ['TWOWAYSYNC', 'ADASAUTHORITY', 'remove_sync uninstall_sync'],
  ] as const
  for (const [from, to, steps] of wanted) {
    await set(domain, { useCase: from })
    await domain.database.execute({ text: 'delete from ad_agents' })
    for (const kind of kinds[from]) await domain.agents.create(origin, id, kind)
    const { steps: said } = await domain.paths.preview(origin.actor, id, { useCase: to, removeAgents: true })
    const aboutAgents = said.filter(({ key }) => /^(add|remove|uninstall)_/.test(key))
    assert.equal(aboutAgents.map(({ key }) => key).join(' '), steps, `from ${from} to ${to}`)
    assert.deepEqual(
      aboutAgents.map(({ by }) => by),
      aboutAgents.map(({ key }) => (key.startsWith('remove_') ? 'hub' : 'administrator')),
    )
  }
})

test('a configuration is previewed with its steps and numbers, done in one go, and undone by changing back', async () => {
  await using domain = await domainFixture()
  await domain.full([
    ...['ann', 'bob', 'cho'].map((name) => userObject(name)),
    lockstep(['ann', 'bob', 'cho', 'Team']),
    groupObject('Team', { members: ['ann'] }),
  ])
  const change = { useCase: 'JCASAUTHORITY', removeAgents: true } as const
  const preview = await domain.paths.preview(origin.actor, domain.domain.id, change)
  assert.equal(preview.users.released, 3)
  assert.equal(preview.groups.released, 1)
  assert.deepEqual(
    preview.agents.remove.map(({ kind }) => kind),
    ['IMPORT'],
  )
  assert.ok(preview.fields.becomeWritable.includes('firstname'))
  assert.deepEqual(
    preview.steps.map(({ key, by }) => `${by} ${key}`),
    [...['hub configuration', 'hub remove_import', 'administrator uninstall_import', 'hub release'], 'hub writable'],
  )
  assert.equal((await domain.user('ann'))?.homeDirectoryId, domain.domain.id, 'a preview changes nothing')
  const done = await set(domain, change)
  assert.deepEqual(
    done.agents.map(({ kind }) => kind),
    ['SYNC'],
  )
  const ann = await domain.user('ann')
  assert.deepEqual([ann?.homeDirectoryId, ann?.state], [null, 'ACTIVATED'])
  assert.deepEqual(await readOnly(domain, 'ann'), [])
  await domain.users.change(origin, ann?.id ?? '', { input: { firstname: 'Anna' } })
  const { items } = await domain.nextWork()
  assert.deepEqual(
    items.flatMap((item) => (item.kind === 'user' && item.guid === guidOf('ann') ? [item.attributes] : [])),
    [{ givenName: 'Anna' }],
    'what changes here is written there',
  )
  assert.deepEqual(await domain.membersOf('Team'), { ann: ['directory'] })

  const back = await domain.paths.preview(origin.actor, domain.domain.id, { useCase: 'TWOWAYSYNC' })
  assert.deepEqual([back.users.claimed, back.groups.claimed, back.fullRead], [3, 1, true])
  assert.deepEqual(back.agents.add, ['IMPORT'])
  await set(domain, { useCase: 'TWOWAYSYNC' })
  await derive(domain)
  assert.equal((await domain.user('ann'))?.attributes['firstname'], 'Anna', 'what was read before says nothing')
  const again = await domain.agents.create(origin, domain.domain.id, 'IMPORT')
  const { epoch } = await domain.agents.importLease({ ...domain.importAgent, id: again.agent.id })
  const objects = [
    ...[userObject('ann', { attributes: { givenName: 'Anna' } }), userObject('bob'), userObject('cho')],
    ...[lockstep(['ann', 'bob', 'cho', 'Team']), groupObject('Team', { members: ['ann'] })],
    domain.root,
  ]
  await domain.reads.accept(
    { domainId: domain.domain.id, agentId: again.agent.id, agentName: 'dc2' },
    { epoch, kind: 'full', readId: domain.readId(), first: true, objects, end: { objectCount: objects.length } },
  )
  assert.equal((await domain.user('ann'))?.homeDirectoryId, domain.domain.id)
  assert.ok((await readOnly(domain, 'ann')).includes('firstname'))
})

test('turning delegated validation on or off is a step that says whom it concerns', async () => {
  await using domain = await domainFixture()
  await domain.full([...['ann', 'bob'].map((name) => userObject(name)), lockstep(['ann', 'bob'])])
  const effectOf = async (delegatedAuthority: 'directory' | 'none'): Promise<string | undefined> => {
    const { steps } = await domain.paths.preview(origin.actor, domain.domain.id, { behaviour: { delegatedAuthority } })
    return steps.find(({ key }) => key === 'sign_in')?.effect
  }
  assert.match((await effectOf('directory')) ?? '', /^2 users sign in with their password of the domain\./)
  assert.equal(await effectOf('none'), undefined, 'it is off')
  await set(domain, { behaviour: { delegatedAuthority: 'directory' } })
  assert.equal(await effectOf('none'), '2 users sign in with the password that the hub has.')
})

test('users of the hub are the domain’s while it manages everything, and the hub’s again afterwards', async () => {
  await using domain = await domainFixture()
  const hal = await domain.users.create(origin, {
    username: 'hal',
    email: 'hal@corp.example',
    firstname: 'H',
    lastname: 'L',
  })
  await domain.bindings.bind(origin, { directoryId: domain.domain.id, subjectKind: 'user', subjectId: hal.id })
  await domain.full([userObject('hal'), lockstep(['hal'])])
  assert.equal((await domain.user('hal'))?.homeDirectoryId, null)
  const preview = await domain.paths.preview(origin.actor, domain.domain.id, { useCase: 'ADASAUTHORITY' })
  assert.equal(preview.users.claimed, 1)
  await set(domain, { useCase: 'ADASAUTHORITY' })
  await derive(domain)
  assert.equal((await domain.user('hal'))?.homeDirectoryId, domain.domain.id)
  assert.equal((await domain.user('hal'))?.attributes['firstname'], 'Given', 'the domain’s values count')
  assert.deepEqual((await domain.nextWork()).items, [])
  await set(domain, { useCase: 'TWOWAYSYNC' })
  await derive(domain)
  assert.equal((await domain.user('hal'))?.homeDirectoryId, null)
  assert.deepEqual(await readOnly(domain, 'hal'), [])
})

test('a field that both sides manage is writable here and written there, and the domain wins when both changed it', async () => {
  await using domain = await domainFixture()
  await set(domain, { behaviour: { fieldAuthority: { jobTitle: 'both', department: 'hub' } } })
  await domain.full([userObject('ann', { attributes: { title: 'Engineer', department: 'R&D' } }), lockstep(['ann'])])
  const restricted = await readOnly(domain, 'ann')
  assert.deepEqual([restricted.includes('jobTitle'), restricted.includes('company')], [false, true])
  const ann = await domain.user('ann')
  await domain.users.change(origin, ann?.id ?? '', { input: { jobTitle: 'Chief' } })
  const [work] = (await domain.nextWork()).items
  assert.deepEqual(work?.kind === 'user' && work.attributes, { title: 'Chief' })
  assert.equal(work?.kind === 'user' && work.samAccountName, '', 'names are the domain’s')
  await domain.changes([change('ann', { attributes: { title: 'Director', department: 'Sales' } })])
  assert.equal((await domain.user('ann'))?.attributes['jobTitle'], 'Director')
  assert.equal((await domain.user('ann'))?.attributes['department'], 'R&D', 'the hub alone decides on it')
  const [again] = (await domain.nextWork()).items
  assert.deepEqual(again?.kind === 'user' && again.attributes, { department: 'R&D' })
})

test('a domain is disconnected without losing anybody, their groups or what they may do', async () => {
  await using domain = await domainFixture()
  await domain.full([
    ...['ann', 'bob', 'cho', 'dev', 'eve'].map((name) => userObject(name)),
    lockstep(['ann', 'bob', 'cho', 'dev', 'eve', 'Team']),
    groupObject('Team', { members: ['ann', 'Inner'] }),
    groupObject('Inner', { members: ['bob'] }),
  ])
  await domain.changes([change('cho', { attributes: { userAccountControl: '514' } })])
  const { steps } = await domain.paths.disconnection(origin.actor, domain.domain.id)
  assert.deepEqual(
    steps.map(({ key }) => key),
    ['release', 'suspended', 'agents', 'domain'],
  )
  await domain.domains.remove(origin, domain.domain.id)
  assert.deepEqual(await domain.usernames(), ['ann', 'bob', 'cho', 'dev', 'eve'])
  assert.deepEqual(await domain.membersOf('Team'), { ann: ['hub'], bob: ['hub'] })
  const [ann, cho] = [await domain.user('ann'), await domain.user('cho')]
  assert.deepEqual(
    [ann?.homeDirectoryId, ann?.state, cho?.state, cho?.suspendedBy],
    [null, 'ACTIVATED', 'SUSPENDED', 'hub'],
  )
  assert.equal((await domain.users.change(origin, cho?.id ?? '', { input: { state: 'ACTIVATED' } })).state, 'ACTIVATED')
  assert.equal(
    (await domain.users.change(origin, ann?.id ?? '', { input: { firstname: 'Anna' } })).attributes['firstname'],
    'Anna',
  )
})

test('a disconnected domain says nothing of passwords any more, also of users who are not its own', async () => {
  await using domain = await domainFixture()
  const expiry = { 'msDS-UserPasswordExpiryTimeComputed': '133000000000000000' }
  await set(domain, { behaviour: { passwordAuthority: 'directory' } })
  await domain.full([userObject('ann', { attributes: expiry }), lockstep(['ann'])])
  const { id } = domain.domain
  const rows = [{ type: 'active_directory', id, field: 'password' }]
  const delegatedAuthority = { id, name: 'ActiveDirectory' }
  // An administrator may give anybody's password into the hands of the domain.
  const zoe = await domain.users.create(origin, { username: 'zoe', email: 'zoe@example.com' })
  await domain.users.change(origin, zoe.id, { input: { restrictedFields: rows, delegatedAuthority } })
  const saidOf = async (name: string) => {
    const user = await domain.user(name)
    assert.ok(user)
    const { attributes } = user
    return [
      attributes['external_password_expiration_date'] !== '',
      isDelegated(user),
      passwordAuthority(user)?.id ?? 'hub',
    ]
  }
  assert.deepEqual(
    [await saidOf('ann'), await saidOf('zoe')],
    [
      [true, false, id],
      [false, true, id],
    ],
  )
  await domain.domains.remove(origin, id)
  assert.deepEqual(
    [await saidOf('ann'), await saidOf('zoe')],
    [
      [false, false, 'hub'],
      [false, false, 'hub'],
    ],
  )
})

test('the way to the hub alone says which steps are done', async () => {
  await using domain = await domainFixture()
  await domain.full([userObject('ann'), lockstep(['ann'])])
  const done = async (): Promise<readonly string[]> => {
    const { steps } = await domain.paths.migration(origin.actor, domain.domain.id)
    return steps.filter((step) => step.done).map(({ key }) => key)
  }
  assert.deepEqual(await done(), ['import', 'in_step'])
  await set(domain, { useCase: 'JCASAUTHORITY' })
  assert.ok((await done()).includes('configuration'))
})
