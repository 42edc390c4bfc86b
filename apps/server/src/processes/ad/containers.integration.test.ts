// Where accounts are made, and which existing ones follow.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { ReadObject, UserWork } from '@lockstep/contract/agents/protocol'
import { systemClock } from '@lockstep/kernel/clock'
import { domainFixture, type DomainFixture, groupObject, guidOf, origin } from '../../../../../tests/domain-fixture.ts'
import { createContainerService } from './container.service.ts'

const rootDn = 'OU=Lockstep,DC=corp,DC=example'
const salesDn = `OU=Sales,${rootDn}`
const sales: ReadObject = {
  guid: guidOf('Sales'),
  kind: 'container',
  deleted: false,
  dn: salesDn,
  parentGuid: guidOf('root'),
  complete: true,
  attributes: {},
}
const containerRules = [{ conditions: [{ field: 'department' as const, values: ['Sales'] }], containerDn: salesDn }]

async function connected(domain: DomainFixture, username: string, department: string) {
  const input = { username, email: `${username}@hub.example`, firstname: 'Ann', lastname: 'Lee', department }
  const user = await domain.users.create(origin, input)
  await domain.bindings.bind(origin, { directoryId: domain.domain.id, subjectKind: 'user', subjectId: user.id })
  return user
}

async function workFor(domain: DomainFixture): Promise<readonly UserWork[]> {
  return (await domain.nextWork()).items.filter((item) => item.kind === 'user')
}

async function done(domain: DomainFixture, { accountId, revision, guid }: UserWork, dn: string): Promise<void> {
  const outcome = { kind: 'user', accountId, revision, guid: guid ?? guidOf(dn), dn, enabled: true } as const
  await domain.work.report(domain.syncAgent, { epoch: 1, outcomes: [{ ...outcome, created: guid === undefined }] })
}

const codeOf = async (work: Promise<unknown>): Promise<unknown> =>
  work.then(
    () => 'done',
    (error: unknown) => (error as { field?: string }).field,
  )

test('a rule names a container below a root container that is there', async () => {
  await using domain = await domainFixture()
  const set = (containerDn: string) =>
    domain.domains.change(origin, domain.domain.id, {
      containerRules: [{ ...containerRules[0], conditions: containerRules[0]?.conditions ?? [], containerDn }],
    })
  assert.equal(await codeOf(set('OU=Elsewhere,DC=corp,DC=example')), 'containerRules.0.containerDn')
  assert.equal(await codeOf(set(salesDn)), 'done', 'nothing was read yet')
  await domain.full([groupObject('Lockstep'), sales])
  assert.equal(await codeOf(set(`OU=Nowhere,${rootDn}`)), 'containerRules.0.containerDn')
  assert.equal(await codeOf(set(salesDn.toUpperCase())), 'done')
})

test('accounts are made where the rules say, and a preview says so before', async () => {
  await using domain = await domainFixture()
  await domain.full([groupObject('Lockstep'), sales])
  await connected(domain, 'ann', 'sales')
  await connected(domain, 'a-name-of-more-than-twenty', 'Law')
  const preview = await domain.paths.containers(origin.actor, domain.domain.id, { containerRules })
  assert.deepEqual(
    preview.containers.map(({ containerDn, rule, users, new: made, first }) => [
      containerDn,
      rule,
      users,
      made,
      first.map(({ samAccountName }) => samAccountName),
    ]),
    [
      [salesDn, 0, 1, 1, ['ann']],
      [rootDn, undefined, 1, 1, ['a-name-of-more-than-t'.slice(0, 20)]],
    ],
  )
  assert.deepEqual([preview.cutNames, preview.incomplete, preview.refusal], [1, false, undefined])
  await domain.domains.change(origin, domain.domain.id, { containerRules })
  const work = await workFor(domain)
  assert.deepEqual(new Set(work.map(({ containerDn }) => containerDn)), new Set([rootDn, salesDn]))
})

test('existing accounts stay where they are unless the domain is set so, and then follow rules, fields and groups', async () => {
  await using domain = await domainFixture()
  await domain.full([groupObject('Lockstep'), sales])
  const ann = await connected(domain, 'ann', 'Law')
  const [made] = await workFor(domain)
  assert.ok(made)
  await done(domain, made, `CN=Ann Lee,${rootDn}`)
  const { id } = domain.domain
  await domain.domains.change(origin, id, { containerRules })
  await domain.users.change(origin, ann.id, { input: { department: 'Sales' } })
  const [stays] = await workFor(domain)
  assert.deepEqual([stays?.attributes, stays?.containerDn], [{ department: 'Sales' }, undefined])
  assert.ok(stays)
  await done(domain, stays, `CN=Ann Lee,${rootDn}`)

  await domain.domains.change(origin, id, { movesAccounts: true })
  const [moves] = await workFor(domain)
  assert.deepEqual([moves?.attributes, moves?.containerDn], [{}, salesDn])
  assert.ok(moves)
  await done(domain, moves, `CN=Ann Lee,${salesDn}`)
  assert.deepEqual(await workFor(domain), [])

  const group = await domain.groups.create(origin, { name: 'Berlin' })
  const byGroup = [{ conditions: [{ groupId: group.id }], containerDn: rootDn }, ...containerRules]
  await domain.domains.change(origin, id, { containerRules: byGroup })
  assert.deepEqual(await workFor(domain), [])
  await domain.groups.addMember(origin, group.id, ann.id)
  await createContainerService({ database: domain.database, clock: systemClock }).followGroups([ann.id])
  assert.deepEqual(
    (await workFor(domain)).map(({ containerDn }) => containerDn),
    [rootDn],
  )
})
