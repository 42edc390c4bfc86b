import assert from 'node:assert/strict'
import { randomUUID } from 'node:crypto'
import { after, before, beforeEach, test } from 'node:test'
import type {
  AgentCreated,
  DirectoryAgent,
  DirectoryDetail,
  DirectoryProblem,
  DirectoryRow,
} from '@lockstep/contract/hub/directory'
import type { JournalPage, JournalVerification } from '@lockstep/contract/hub/journal'
import type { Page } from '@lockstep/contract/hub/page'
import type { PlanItem, PlanRow } from '@lockstep/contract/hub/plan'
import type { UserDetail } from '@lockstep/contract/hub/user'
import { type HubFixture, hubFixture, refusalOf } from '../../../../../tests/hub-fixture.ts'
import { sealRows } from '../../../../../tests/support/seal-rows.ts'

let hub: HubFixture
const absent = '0'.repeat(24)

before(async () => {
  hub = await hubFixture()
})
after(() => hub.close())
beforeEach(async () => {
  await hub.database.execute({ text: 'truncate users, directories, plans, journal, journal_blocks cascade' })
  hub.users.forgetCounts()
})

async function makeDirectory(): Promise<DirectoryDetail> {
  const made = await hub.call<DirectoryDetail>('POST directories', { body: { domain: 'DC=corp;DC=example' } })
  assert.equal(made.status, 201)
  return made.body
}

test('a directory is connected, listed, changed, read anew and disconnected', async () => {
  const made = await makeDirectory()
  assert.deepEqual(
    [made.name, made.baseDn, made.useCase, made.agents],
    ['corp.example', 'DC=corp,DC=example', 'TWOWAYSYNC', []],
  )
  const listed = (await hub.call<{ items: DirectoryRow[] }>('GET directories')).body.items
  assert.deepEqual(
    listed.map(({ id, health }) => [id, health.light]),
    [[made.id, 'red']],
  )
  const body = { behaviour: { dissociation: 'remove' }, upnSuffix: 'example.com' }
  const changed = await hub.call<DirectoryDetail>(`PATCH directories/${made.id}`, { body })
  assert.deepEqual([changed.body.behaviour.dissociation, changed.body.behaviour.takeover], ['remove', 'retain'])
  assert.equal((await hub.call<DirectoryDetail>(`GET directories/${made.id}`)).body.upnSuffix, 'example.com')
  assert.equal((await hub.call(`POST directories/${made.id}/full-read`)).status, 202)
  assert.equal(
    refusalOf(await hub.call('POST directories', { body: { domain: 'corp.example' } })),
    '409 domain_taken domain',
  )
  assert.equal(refusalOf(await hub.call('POST directories', { body: { domain: '-.-' } })), '400 invalid_request domain')
  const unknown = { body: { behaviour: { mood: 'good' } } }
  assert.equal(refusalOf(await hub.call(`PATCH directories/${made.id}`, unknown)), '400 invalid_request behaviour.mood')
  assert.equal((await hub.call(`DELETE directories/${made.id}`)).status, 204)
  assert.equal(refusalOf(await hub.call(`GET directories/${made.id}`)), '404 not_found id')
})

test('an agent is made with a connect key, paused, resumed and removed', async () => {
  const { id } = await makeDirectory()
  const made = await hub.call<AgentCreated>(`POST directories/${id}/agents`, { body: { kind: 'IMPORT' } })
  assert.equal(made.status, 201)
  assert.match(made.body.connectKey, /^lsc_/)
  assert.equal(made.body.agent.state, 'unsealed')
  const path = `directories/${id}/agents/${made.body.agent.id}`
  const paused = await hub.call<DirectoryAgent>(`PATCH ${path}`, { body: { paused: true } })
  assert.deepEqual([paused.status, paused.body.id], [200, made.body.agent.id])
  const detail = (await hub.call<DirectoryDetail>(`GET directories/${id}`)).body
  assert.ok(!JSON.stringify(detail).includes(made.body.connectKey))
  assert.deepEqual(
    detail.agents.map((agent) => agent.id),
    [made.body.agent.id],
  )
  assert.equal((await hub.call(`PATCH ${path}`, { body: { paused: false } })).status, 200)
  assert.equal((await hub.call(`DELETE ${path}`)).status, 204)
  assert.equal(refusalOf(await hub.call(`DELETE ${path}`)), '404 not_found agentId')
  assert.equal(
    refusalOf(await hub.call(`POST directories/${absent}/agents`, { body: { kind: 'SYNC' } })),
    '404 not_found id',
  )
  assert.equal(
    refusalOf(await hub.call(`POST directories/${id}/agents`, { body: { kind: 'OTHER' } })),
    '400 invalid_request kind',
  )
  const asManager = await hub.call(`POST directories/${id}/agents`, { as: 'manager', body: { kind: 'SYNC' } })
  assert.equal(refusalOf(asManager), '403 forbidden')
})

test('pages of problems hold each once, and a search counts what it finds', async () => {
  const { id } = await makeDirectory()
  for (let index = 0; index < 6; index += 1)
    await hub.database.execute({
      text: `insert into ad_problems (domain_id, guid, code, name, detail, since) values ($1, $2, 'no_email', $3, $4, now())`,
      values: [id, randomUUID(), `Ärger ${index % 2}`, 'It has no address. Give it one.'],
    })
  const first = (await hub.call<Page<DirectoryProblem>>(`GET directories/${id}/problems?limit=3`)).body
  const second = (await hub.call<Page<DirectoryProblem>>(`GET directories/${id}/problems?limit=3&after=${first.next}`))
    .body
  assert.deepEqual([first.total, second.next], [6, undefined])
  assert.equal(new Set([...first.items, ...second.items].map(({ guid }) => guid)).size, 6)
  assert.deepEqual([first.items[0]?.detail, first.items[0]?.remedy], ['It has no address.', 'Give it one.'])
  const found = (await hub.call<Page<DirectoryProblem>>(`GET directories/${id}/problems?search=ger%201`)).body
  assert.deepEqual([found.total, found.items.length], [3, 3])
  assert.equal(refusalOf(await hub.call(`GET directories/${id}/problems?sort=name`)), '400 invalid_request sort')
  assert.equal(refusalOf(await hub.call(`GET directories/${absent}/problems`)), '404 not_found id')
})

/** Two directories propose to suspend many users each, which the guard holds. */
async function holdPlans(): Promise<PlanRow[]> {
  for (const letter of ['a', 'b']) {
    const source = { kind: 'directory', id: letter.repeat(24), name: `${letter}.example` } as const
    const items = Array.from({ length: 30 }, (_, index) => ({
      kind: 'suspend' as const,
      subjectKind: 'user' as const,
      subjectId: String(index).padStart(24, '0'),
      subjectName: `user${index}`,
      reference: { key: 'state', guid: '00000000-0000-0000-0000-000000000000' },
      reason: 'left the integration group',
      changes: { state: { before: 'ACTIVATED', after: 'SUSPENDED' } },
    }))
    const proposal = { source, items, userCount: 40, membershipCount: 0 }
    const allowed = await hub.database.transaction((transaction) => hub.plans.admit(transaction, proposal))
    assert.deepEqual(allowed, [])
  }
  return [...(await hub.call<Page<PlanRow>>('GET plans')).body.items]
}

test('plans are listed, searched and read with their items', async () => {
  const plans = await holdPlans()
  assert.deepEqual(
    plans.map(({ sourceName, state, itemCount }) => [sourceName, state, itemCount]),
    [
      ['b.example', 'quarantined', 30],
      ['a.example', 'quarantined', 30],
    ],
  )
  const first = (await hub.call<Page<PlanRow>>('GET plans?limit=1')).body
  const second = (await hub.call<Page<PlanRow>>(`GET plans?limit=1&after=${first.next}`)).body
  assert.deepEqual([second.items[0]?.id, second.next], [plans[1]?.id, undefined])
  const found = (await hub.call<Page<PlanRow>>('GET plans?search=A.EXAMPLE&state=quarantined')).body
  assert.deepEqual([found.total, found.items[0]?.id], [1, plans[1]?.id])
  const id = plans[0]?.id ?? ''
  assert.deepEqual((await hub.call<PlanRow>(`GET plans/${id}`)).body, plans[0])
  assert.equal(refusalOf(await hub.call(`GET plans/${absent}`)), '404 not_found id')
  const seen: PlanItem[] = []
  let next: string | undefined = ''
  while (next !== undefined && seen.length < 60) {
    const { body }: { body: Page<PlanItem> } = await hub.call(
      `GET plans/${id}/items?limit=15${next && `&after=${next}`}`,
    )
    seen.push(...body.items)
    next = body.next
  }
  assert.deepEqual([seen.length, new Set(seen.map((item) => item.id)).size], [30, 30])
  const user7 = (await hub.call<Page<PlanItem>>(`GET plans/${id}/items?search=USER7&kind=suspend`)).body
  assert.deepEqual([user7.total, user7.items[0]?.subjectName], [1, 'user7'])
})

test('a plan is decided once, with a reason', async () => {
  const [first, second] = await holdPlans()
  assert.equal(refusalOf(await hub.call(`POST plans/${first?.id}/release`, { body: {} })), '400 invalid_request reason')
  const body = { reason: 'the holidays' }
  assert.equal(refusalOf(await hub.call(`POST plans/${first?.id}/release`, { as: 'help_desk', body })), '403 forbidden')
  const released = await hub.call<PlanRow>(`POST plans/${first?.id}/release`, { body })
  assert.deepEqual([released.body.state, released.body.decision], ['released', 'the holidays'])
  assert.equal(released.body.decidedBy, 'administrator@example.com')
  assert.equal(refusalOf(await hub.call(`POST plans/${first?.id}/dismiss`, { body })), '409 plan_closed')
  assert.equal((await hub.call<PlanRow>(`POST plans/${second?.id}/dismiss`, { body })).body.state, 'dismissed')
})

test('the journal is read newest first, narrowed, and by pages', async () => {
  const { id } = await makeDirectory()
  for (const username of ['ada', 'max', 'eva'])
    await hub.call('POST users', { body: { username, email: `${username}@example.com` } })
  const all = (await hub.call<JournalPage>('GET journal')).body
  assert.deepEqual(
    all.items.map(({ subject }) => subject),
    ['eva', 'max', 'ada', 'corp.example'],
  )
  assert.equal(all.items[0]?.actor, 'administrator@example.com')
  const first = (await hub.call<JournalPage>('GET journal?action=user.create&limit=2')).body
  const second = (await hub.call<JournalPage>(`GET journal?action=user.create&limit=2&before=${first.next}`)).body
  assert.deepEqual([second.items.map(({ subject }) => subject), second.next], [['ada'], undefined])
  const exact = (await hub.call<JournalPage>('GET journal?action=user.create&limit=3')).body
  assert.equal(exact.next, undefined)
  const one = (await hub.call<JournalPage>(`GET journal?subjectKind=directory&subjectId=${id}`)).body
  assert.deepEqual(
    one.items.map(({ action }) => action),
    ['directory.create'],
  )
  assert.equal(refusalOf(await hub.call('GET journal?since=yesterday')), '400 invalid_request since')
})

test('the journal verifies until somebody changes a row of it', async () => {
  const made = await hub.call<UserDetail>('POST users', { body: { username: 'ada', email: 'ada@example.com' } })
  await sealRows(hub.chain, 1)
  const whole = (await hub.call<JournalVerification>('POST journal/verify')).body
  assert.deepEqual([whole.ok, whole.rowsChecked, whole.faults], [true, 1, []])
  await hub.database.execute({
    text: `update journal set action = 'user.update' where subject_id = $1`,
    values: [made.body.id],
  })
  const broken = (await hub.call<JournalVerification>('POST journal/verify')).body
  assert.equal(broken.ok, false)
  assert.match(broken.faults[0]?.text ?? '', /was changed after it was sealed/)
  assert.equal(refusalOf(await hub.call('POST journal/verify', { as: 'manager' })), '403 forbidden')
})
