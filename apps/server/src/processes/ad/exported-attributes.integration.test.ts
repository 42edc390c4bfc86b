// Further attributes of accounts, written by EXPORT rules.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { UserWork } from '@lockstep/contract/agents/protocol'
import { comparisonFixture } from '../../../../../tests/comparison-fixture.ts'
import {
  change,
  domainFixture,
  type DomainFixture,
  groupObject,
  guidOf,
  origin,
  userObject,
} from '../../../../../tests/domain-fixture.ts'

const rules = [
  { direction: 'EXPORT', source: 'costCenter', destination: 'extensionAttribute1' },
  { direction: 'EXPORT', source: 'customAttributes.badge', destination: 'pager' },
  { direction: 'EXPORT', sourceType: 'CONSTANT', source: 'Lockstep', destination: 'info', appliedOn: ['CREATE'] },
  { direction: 'EXPORT', source: 'department', destination: 'roomNumber' },
]

const addRules = (domain: DomainFixture) =>
  domain.translations.apply(origin, domain.domain.id, { inserts: rules, updates: [], removals: [] })

async function userWork(domain: DomainFixture): Promise<UserWork | undefined> {
  return (await domain.nextWork()).items.find((item) => item.kind === 'user')
}

async function done(domain: DomainFixture, work: UserWork | undefined): Promise<void> {
  assert.ok(work)
  const { accountId, revision, guid } = work
  const told = { guid: guid ?? guidOf('ann'), dn: 'CN=ann', enabled: true, created: guid === undefined }
  await domain.work.report(domain.syncAgent, {
    epoch: 1,
    outcomes: [{ kind: 'user', accountId, revision, ...told, written: Object.keys(work.attributes) }],
  })
}

async function boundAnn(domain: DomainFixture, costCenter = '100') {
  const badge = [{ name: 'badge', value: '7' }]
  const person = { username: 'ann', email: 'ann@corp.example', firstname: 'Given', lastname: 'Surname' }
  const user = await domain.users.create(origin, { ...person, costCenter, department: 'Law', attributes: badge })
  await domain.bindings.bind(origin, { directoryId: domain.domain.id, subjectKind: 'user', subjectId: user.id })
  return user
}

test('a new account gets what rules say, a change what differs, and a removed value is removed', async () => {
  await using domain = await domainFixture()
  await addRules(domain)
  const user = await boundAnn(domain)
  const made = await userWork(domain)
  const { extensionAttribute1, pager, info, roomNumber } = made?.attributes ?? {}
  assert.deepEqual([extensionAttribute1, pager, info, roomNumber], ['100', '7', 'Lockstep', 'Law'])
  await done(domain, made)
  assert.equal(await userWork(domain), undefined)
  await domain.users.change(origin, user.id, { input: { costCenter: '200' } })
  const changed = await userWork(domain)
  assert.deepEqual(changed?.attributes, { extensionAttribute1: '200' })
  await done(domain, changed)
  await domain.users.change(origin, user.id, { input: { costCenter: '' } })
  assert.deepEqual((await userWork(domain))?.attributes, { extensionAttribute1: '' })
})

test('a rule that is added is followed for accounts that exist', async () => {
  await using domain = await domainFixture()
  await boundAnn(domain)
  await done(domain, await userWork(domain))
  assert.equal(await userWork(domain), undefined)
  await addRules(domain)
  assert.deepEqual((await userWork(domain))?.attributes, { extensionAttribute1: '100', pager: '7', roomNumber: 'Law' })
})

test('what somebody changes there is written again, and a read meanwhile does not lose what waits', async () => {
  await using domain = await domainFixture()
  await addRules(domain)
  const { attributes } = await domain.agents.importLease(domain.importAgent).then(({ settings }) => settings)
  assert.ok(attributes?.includes('extensionAttribute1') && attributes.includes('pager'))
  const user = await boundAnn(domain)
  await done(domain, await userWork(domain))
  const there = { extensionAttribute1: '100', pager: '7', roomNumber: 'Law', department: 'Law' }
  const known = [groupObject('Lockstep', { members: ['ann'] }), userObject('ann', { attributes: there })]
  await domain.full(known)
  assert.equal(await userWork(domain), undefined)
  await domain.changes([change('ann', { attributes: { extensionAttribute1: 'mine' } })])
  const again = await userWork(domain)
  assert.deepEqual(again?.attributes, { extensionAttribute1: '100' })
  await done(domain, again)
  await domain.changes([change('ann', { attributes: { extensionAttribute1: '100' } })])
  await domain.users.change(origin, user.id, { input: { costCenter: '300' } })
  await domain.changes([change('ann', { attributes: { whenCreated: '20260101000000.0Z' } })])
  assert.deepEqual((await userWork(domain))?.attributes, { extensionAttribute1: '300' })
})

test('of users who came from the domain only what the hub decides on is written', async () => {
  await using domain = await domainFixture()
  await domain.full([
    groupObject('Lockstep', { members: ['bob'] }),
    userObject('bob', { attributes: { department: 'Law' } }),
  ])
  await addRules(domain)
  const bob = await domain.user('bob')
  await domain.users.change(origin, bob?.id ?? '', { input: { costCenter: '500' } })
  await domain.full([
    groupObject('Lockstep', { members: ['bob'] }),
    userObject('bob', { attributes: { department: 'Law' } }),
  ])
  assert.deepEqual((await userWork(domain))?.attributes, { extensionAttribute1: '500' })
})

test('identity, rights and credentials are no destinations', async () => {
  await using domain = await domainFixture()
  for (const destination of ['servicePrincipalName', 'userAccountControl', 'memberOf', 'CN'])
    await assert.rejects(
      domain.translations.apply(origin, domain.domain.id, {
        inserts: [{ direction: 'EXPORT', source: 'costCenter', destination }],
        updates: [],
        removals: [],
      }),
      (error) => (error as { field?: string }).field === 'destination',
    )
})

test('a comparison and the drift name an attribute of a rule with both values, and removing one waits for release', async () => {
  await using domain = await domainFixture()
  await addRules(domain)
  const user = await boundAnn(domain)
  await done(domain, await userWork(domain))
  const person = { givenName: 'Given', sn: 'Surname', mail: 'ann@corp.example', department: 'Law', roomNumber: 'Law' }
  const there = (attributes: Readonly<Record<string, string>>) => [
    groupObject('Lockstep', { members: ['ann'] }),
    userObject('ann', { attributes: { ...person, ...attributes } }),
  ]
  const { compare, rows, comparisons } = await comparisonFixture(domain)
  const fields = async (objects: Parameters<typeof compare>[0]) =>
    (await rows(await compare(objects))).filter(({ kind }) => kind === 'field')
  assert.deepEqual(await fields(there({ extensionAttribute1: '100', pager: '7' })), [])
  const [drifted, ...rest] = await fields(there({ extensionAttribute1: 'mine', pager: '7' }))
  assert.deepEqual(
    [drifted?.field, drifted?.hubValue, drifted?.domainValue, drifted?.authority, drifted?.action, drifted?.takesAway],
    ['extensionAttribute1', '100', 'mine', 'hub', 'written', false],
  )
  assert.equal(rest.length, 0)
  const drift = (await comparisons.drift(origin.actor, user.id)).items[0]?.differences
  assert.deepEqual(
    drift?.flatMap(({ kind, field, domainValue }) => (kind === 'field' ? [[field, domainValue]] : [])),
    [['extensionAttribute1', 'mine']],
  )
  await domain.users.change(origin, user.id, { input: { costCenter: '' } })
  const [removed] = await fields(there({ extensionAttribute1: 'mine', pager: '7' }))
  assert.deepEqual(
    [removed?.field, removed?.hubValue, removed?.domainValue, removed?.takesAway],
    ['extensionAttribute1', '', 'mine', true],
  )
})
