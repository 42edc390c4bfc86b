// What is reported or decided while somebody derives from the mirror is looked at afterwards, however the two fall.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import {
  change,
  domainFixture,
  type DomainFixture,
  groupObject,
  origin,
  userObject,
} from '../../../../../tests/domain-fixture.ts'

/** Ann, and a group inside another one; she is in neither. */
const objects = [
  userObject('ann'),
  groupObject('Quality'),
  groupObject('Engineering', { members: ['Quality'] }),
  groupObject('Lockstep', { members: ['ann', 'Engineering'] }),
]

/** How many statements of this database wait for a lock. */
async function waiting({ database }: DomainFixture): Promise<number> {
  const text = `select from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'`
  return (await database.query({ text })).length
}

/** Begins something while a change of ann is being derived, after the mirror was looked at and before that is settled. */
async function whileDeriving(domain: DomainFixture, begin: () => Promise<unknown>): Promise<void> {
  const ann = await domain.user('ann')
  assert.ok(ann)
  const done: Promise<unknown>[] = []
  await domain.database.transaction(async (holding) => {
    await holding.query({ text: 'select from users where id = $1 for update', values: [ann.id] })
    done.push(domain.changes([change('ann', { attributes: { title: 'Chief' } })]))
    while ((await waiting(domain)) === 0);
    const other = { hasEnded: false }
    done.push(begin().finally(() => (other.hasEnded = true)))
    // Either it is done while the other one stands still, or it waits for that one to be done.
    while (!other.hasEnded && (await waiting(domain)) < 2);
  })
  await Promise.all(done)
  assert.equal((await domain.user('ann'))?.attributes['jobTitle'], 'Chief')
  await domain.importer.deriveDue(domain.domain.id, origin.actor)
}

test('a membership that is reported meanwhile counts in the groups above', async () => {
  await using domain = await domainFixture()
  await domain.full(objects)
  const [group] = await domain.groups.list(origin.actor, {
    condition: { field: 'name', operator: 'eq', values: ['Quality'] },
    sort: [],
    limit: 1,
  })
  assert.ok(group)
  const userId = (await domain.user('ann'))?.id ?? ''
  await domain.groups.addMember(origin, group.id, userId)
  const { items, epoch } = await domain.nextWork()
  const work = items.find((item) => item.kind === 'members')
  assert.ok(work)
  const { groupId, membersRead } = work
  const read = membersRead === undefined ? {} : { membersRead }
  const outcomes = [{ kind: 'members' as const, groupId, added: [userId], removed: [], ...read }]
  await whileDeriving(domain, () => domain.work.report(domain.syncAgent, { epoch, outcomes }))
  assert.deepEqual(await domain.membersOf('Quality'), { ann: ['directory'] })
  assert.deepEqual(await domain.membersOf('Engineering'), { ann: ['nested'] })
})

test('a translation rule that is made meanwhile holds for everybody', async () => {
  await using domain = await domainFixture()
  await domain.full(objects)
  const rule = { direction: 'IMPORT', sourceType: 'CONSTANT', source: 'North', destination: 'costCenter' } as const
  await whileDeriving(domain, () =>
    domain.translations.apply(origin, domain.domain.id, { inserts: [rule], updates: [], removals: [] }),
  )
  assert.equal((await domain.user('ann'))?.attributes['costCenter'], 'North')
})
