import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { ReadObject } from '@lockstep/contract/agents/protocol'
import type { ResolutionCreate } from '@lockstep/contract/hub/directory-change'
import { newId } from '@lockstep/kernel/ids'
import type { Agent } from './agent.store.ts'
import {
  change,
  type DomainFixture,
  domainFixture,
  groupObject,
  guidOf,
  origin,
  userObject,
} from '../../../../../tests/domain-fixture.ts'

const lockstep = (members: readonly string[]) => groupObject('Lockstep', { members })

interface OtherDomain {
  readonly id: string
  full(objects: readonly ReadObject[]): Promise<unknown>
  work(): ReturnType<DomainFixture['nextWork']>
  resolve(name: string, input: ResolutionCreate): Promise<unknown>
  problems(): Promise<readonly string[]>
}

const inOther = (dn: string): string => dn.replace('DC=corp', 'DC=branch')

/** A second domain beside that of the fixture, with the same containers. */
async function otherDomain(hub: DomainFixture): Promise<OtherDomain> {
  const rootDn = 'OU=Lockstep,DC=branch,DC=example'
  const { id } = await hub.domains.create(origin, {
    ...{ domain: 'branch.example', rootDn, integrationGroupDn: `CN=Lockstep,${rootDn}` },
  })
  const make = async (kind: 'IMPORT' | 'SYNC'): Promise<Agent> => {
    const { agent } = await hub.agents.create(origin, id, kind)
    return { ...agent, domainId: id, paused: false, hostname: 'dc9', publicKey: 'x' } as unknown as Agent
  }
  const [reader, writer] = [await make('IMPORT'), await make('SYNC')]
  const { epoch } = await hub.agents.importLease(reader)
  const derive = (): Promise<void> => hub.importer.derive(id, origin.actor)
  return {
    id,
    full: (objects) =>
      hub.reads.accept(
        { domainId: id, agentId: reader.id, agentName: 'dc9' },
        {
          ...{ epoch, kind: 'full', readId: newId(Date.now()), first: true },
          objects: [hub.root, ...objects].map((object) => ({ ...object, dn: inOther(object.dn) })),
          end: { cookie: 'AA==', objectCount: objects.length },
        },
      ),
    work: () =>
      hub.work.next(
        writer,
        { hostname: 'dc9', version: '1', waitMs: 0, maxItems: 50, directory: { reachable: true } },
        new AbortController().signal,
      ),
    async resolve(name, input) {
      await hub.conflicts.resolve(origin, { domainId: id, guid: guidOf(name) }, input)
      await derive()
    },
    async problems() {
      await derive()
      return (await hub.domains.problems(origin.actor, id, {})).items.map(({ name, code }) => `${name} ${code}`)
    },
  }
}

const branchAnn = (): ReadObject => ({
  ...userObject('ann', { attributes: { mail: 'ann@branch.example', title: 'Branch' } }),
  guid: guidOf('branch ann'),
})
const branchGroup = groupObject('Lockstep', { members: ['branch ann'] })

test('the same username from another domain is a conflict, and each keeps its own user until somebody decides', async () => {
  await using domain = await domainFixture()
  await domain.full([userObject('ann'), lockstep(['ann'])])
  const other = await otherDomain(domain)
  await other.full([branchAnn(), branchGroup])
  assert.deepEqual(await other.problems(), ['ann username_in_other_directory'])
  assert.equal((await domain.user('ann'))?.homeDirectoryId, domain.domain.id)
  assert.equal((await domain.user('ann'))?.attributes['jobTitle'], '')
})

test('merged, the user has accounts in both domains, and the home’s values are written to the other', async () => {
  await using domain = await domainFixture()
  await domain.full([userObject('ann', { attributes: { title: 'Engineer' } }), lockstep(['ann'])])
  const other = await otherDomain(domain)
  await other.full([branchAnn(), branchGroup])
  await other.problems()
  await other.resolve('branch ann', { action: 'merge' })
  assert.deepEqual(await other.problems(), [])
  const ann = await domain.user('ann')
  assert.deepEqual([ann?.homeDirectoryId, ann?.attributes['jobTitle']], [domain.domain.id, 'Engineer'])
  const [work] = (await other.work()).items
  assert.deepEqual(work?.kind === 'user' && [work.guid, work.attributes['title']], [guidOf('branch ann'), 'Engineer'])
  const { items } = await domain.conflicts.list(origin.actor, other.id, {})
  assert.deepEqual(
    items.map(({ action, name, userId }) => [action, name, userId]),
    [['merge', 'ann', ann?.id]],
  )
  await domain.changes([change('ann', { attributes: { title: 'Chief' } })])
  assert.equal((await domain.user('ann'))?.attributes['jobTitle'], 'Chief', 'home decides')
})

test('renamed, the object is imported under its own names; ignored, it is left out and not told any more', async () => {
  await using domain = await domainFixture()
  await domain.full([userObject('ann'), lockstep(['ann'])])
  const other = await otherDomain(domain)
  await other.full([branchAnn(), branchGroup])
  await other.problems()
  await other.resolve('branch ann', { action: 'ignore' })
  assert.deepEqual([await other.problems(), await domain.usernames()], [[], ['ann']])
  await domain.conflicts.remove(origin, { domainId: other.id, guid: guidOf('branch ann') })
  assert.deepEqual(await other.problems(), ['ann username_in_other_directory'])
  await other.resolve('branch ann', { action: 'rename', username: 'ann.branch' })
  assert.deepEqual([await other.problems(), await domain.usernames()], [[], ['ann', 'ann.branch']])
  assert.equal((await domain.user('ann.branch'))?.homeDirectoryId, other.id)
  await other.full([branchAnn(), branchGroup])
  assert.deepEqual(await domain.usernames(), ['ann', 'ann.branch'], 'the decision holds')
})

test('what clashes with nobody cannot be resolved, and a decision that does not fit is refused', async () => {
  await using domain = await domainFixture()
  await domain.full([userObject('ann'), lockstep(['ann'])])
  const key = { domainId: domain.domain.id, guid: guidOf('ann') }
  const code = (wanted: string) => (error: unknown) => (error as { code?: string }).code === wanted
  await assert.rejects(domain.conflicts.resolve(origin, key, { action: 'ignore' }), code('not_found'))
  await assert.rejects(domain.conflicts.remove(origin, key), code('not_found'))
  const other = await otherDomain(domain)
  await other.full([branchAnn(), branchGroup])
  await assert.rejects(other.resolve('branch ann', { action: 'rename' }), code('invalid_request'))
})

test('a group of the same name is merged, renamed or ignored', async () => {
  await using domain = await domainFixture()
  const own = await domain.groups.create(origin, { name: 'Team' })
  await domain.full([
    ...['ann', 'bob'].map((name) => userObject(name)),
    lockstep(['ann', 'bob', 'Team']),
    groupObject('Team', { members: ['ann'] }),
  ])
  const key = { domainId: domain.domain.id, guid: guidOf('Team') }
  const resolve = async (input: ResolutionCreate): Promise<void> => {
    await domain.conflicts.resolve(origin, key, input)
    await domain.importer.derive(domain.domain.id, origin.actor)
  }
  const codes = async () =>
    (await domain.domains.problems(origin.actor, domain.domain.id, {})).items.map(({ code }) => code)
  await resolve({ action: 'ignore' })
  assert.deepEqual(await codes(), [])
  await domain.conflicts.remove(origin, key)
  await domain.importer.derive(domain.domain.id, origin.actor)
  assert.deepEqual(await codes(), ['group_name_taken'])
  await resolve({ action: 'merge' })
  assert.deepEqual([await codes(), await domain.membersOf('Team')], [[], { ann: ['directory'] }])
  const named = await domain.groups.list(origin.actor, {
    ...{ condition: { field: 'name', operator: 'eq', values: ['Team'] }, sort: [], limit: 10 },
  })
  assert.deepEqual(
    named.map(({ id }) => id),
    [own.id],
  )
})

test('a group of the same name comes under another one where somebody decides so', async () => {
  await using domain = await domainFixture()
  await domain.groups.create(origin, { name: 'Team' })
  await domain.full([userObject('ann'), lockstep(['ann', 'Team']), groupObject('Team', { members: ['ann'] })])
  await domain.conflicts.resolve(
    origin,
    { domainId: domain.domain.id, guid: guidOf('Team') },
    { action: 'rename', groupName: 'Team (corp)' },
  )
  await domain.importer.derive(domain.domain.id, origin.actor)
  assert.deepEqual(await domain.membersOf('Team (corp)'), { ann: ['directory'] })
  assert.deepEqual(await domain.membersOf('Team'), {})
})

test('a user of one domain who is bound to another stays the first one’s, whatever the other says', async () => {
  await using domain = await domainFixture()
  await domain.full([userObject('ann', { attributes: { title: 'Engineer' } }), lockstep(['ann'])])
  const other = await otherDomain(domain)
  const ann = await domain.user('ann')
  await domain.bindings.bind(origin, { directoryId: other.id, subjectKind: 'user', subjectId: ann?.id ?? '' })
  const [made] = (await other.work()).items
  assert.equal(made?.kind === 'user' && made.samAccountName, 'ann')
  const object = {
    ...branchAnn(),
    attributes: { ...branchAnn().attributes, userAccountControl: ['514'], whenCreated: ['20991231000000.0Z'] },
  }
  await other.full([object, branchGroup])
  assert.deepEqual(await other.problems(), [])
  const after = await domain.user('ann')
  assert.deepEqual(
    [after?.homeDirectoryId, after?.state, after?.attributes['jobTitle'], after?.email],
    [domain.domain.id, 'ACTIVATED', 'Engineer', 'ann@corp.example'],
  )
})

test('traces of Entra Connect are warned of until a complete read sees none', async () => {
  await using domain = await domainFixture()
  const warnings = async () => (await domain.domains.get(origin.actor, domain.domain.id)).warnings
  const anchored = { ...userObject('ann'), unreadable: ['mS-DS-ConsistencyGuid'] }
  await domain.full([anchored, userObject('MSOL_0123456789ab', { parent: 'elsewhere' }), lockstep(['ann'])])
  const [warning] = await warnings()
  assert.equal(warning?.code, 'entra_connect')
  assert.match(warning.detail, /MSOL_0123456789ab.*mS-DS-ConsistencyGuid/)
  assert.deepEqual(await domain.usernames(), ['ann'], 'an anchor is no fault')
  await domain.full([userObject('ann'), userObject('MSOL_manager'), lockstep(['ann'])])
  assert.deepEqual(await warnings(), [])
})
