import assert from 'node:assert/strict'
import test, { after, before } from 'node:test'
import { type TestDatabase, testDatabase } from '../../../../../tests/database.ts'
import { type Answer, type HubFixture, hubFixture } from './testing/hub-fixture.ts'

let store: TestDatabase
let hub: HubFixture
const missing = '5f0000000000000000000000'
const past = '2020-01-01T00:00:00Z'

before(async () => {
  store = await testDatabase()
  hub = await hubFixture(store.database)
})
after(async () => {
  await hub.stop()
  await store.drop()
})

async function create(name: string): Promise<string> {
  const made = await hub.call('POST', '/api/systemusers', { body: { username: name, email: `${name}@example.com` } })
  assert.equal(made.status, 200, made.text)
  return made.body._id
}
const schedule = (ids: readonly string[], state: string, date: string, more = {}): Promise<Answer> =>
  hub.call('POST', '/api/v2/bulk/userstates', { body: { user_ids: ids, state, start_date: date, ...more } })
const list = (query = ''): Promise<Answer> => hub.call('GET', `/api/v2/bulk/userstates?limit=100${query}`)
const stateOf = async (id: string): Promise<string> => (await hub.call('GET', `/api/systemusers/${id}`)).body.state
async function workAll(): Promise<void> {
  while (await hub.bulk.scheduledStates.work());
}

test('a change to come is listed, and what is not due stays', async () => {
  const [ann, bob] = [await create('ann'), await create('bob')]
  const made = await schedule([ann, bob], 'SUSPENDED', '2999-03-28T02:30:00+01:00')
  assert.equal(made.status, 201, made.text)
  assert.deepEqual(
    made.body.map((row: Record<string, string>) => [row['scheduledDate'], row['state'], row['systemUserId']]),
    [ann, bob].map((id) => ['2999-03-28T01:30:00.000Z', 'SUSPENDED', id]),
  )
  const again = await schedule([ann], 'SUSPENDED', '2999-03-28T01:30:00Z')
  assert.equal(again.body[0].scheduledJobId, made.body[0].scheduledJobId, 'the same once more is the same')
  const listed = await list(`&userid=${ann}`)
  assert.deepEqual([listed.body, listed.headers['x-total-count']], [[made.body[0]], '1'])
  assert.equal((await list('&filter=state:eq:ACTIVATED')).headers['x-total-count'], '0')
  assert.equal((await list('&filter=shoe:eq:5')).status, 400)
  await workAll()
  assert.equal(await stateOf(ann), 'ACTIVATED')
})

test('what is due happens once, with its reason in the journal', async () => {
  const ann = await create('dueann')
  const made = await schedule([ann], 'SUSPENDED', past)
  const workers = [hub.bulk.scheduledStates.work(), hub.bulk.scheduledStates.work(), hub.bulk.scheduledStates.work()]
  await Promise.all(workers)
  await workAll()
  assert.equal(await stateOf(ann), 'SUSPENDED')
  const { items } = await hub.journal.list({ subjectId: ann })
  assert.deepEqual(
    items.map(({ action, actor }) => [action, actor]),
    [
      ['user.suspend', 'hub'],
      ['user.schedule_state', 'ada@example.com'],
      ['user.create', 'ada@example.com'],
    ],
  )
  assert.equal(items[0]?.reason, 'Scheduled for 2020-01-01T00:00:00.000Z by ada@example.com')
  assert.equal(items[0]?.correlationId, made.headers['x-request-id'])
  assert.equal((await list(`&userid=${ann}`)).headers['x-total-count'], '0')
})

test('a user that is back in time is activated, and a mail is asked for where it was wished', async () => {
  const ann = await create('backann')
  await schedule([ann], 'SUSPENDED', past)
  await schedule([ann], 'ACTIVATED', '2020-06-01T00:00:00Z', {
    send_activation_emails: true,
    activation_email_override: 'home@example.com',
  })
  await workAll()
  assert.equal(await stateOf(ann), 'ACTIVATED')
  const { items } = await hub.journal.list({ subjectId: ann })
  assert.equal(
    items.find(({ action }) => action === 'user.request_activation')?.changes['activationEmail']?.after,
    'home@example.com',
  )
})

test('a change that the rules refuse is in the journal and not tried for ever', async () => {
  const ann = await create('heldann')
  await store.database.execute({
    text: `update users set state = 'SUSPENDED', suspended_by = '5f00000000000000000000d1' where id = $1`,
    values: [ann],
  })
  await schedule([ann], 'ACTIVATED', past)
  await workAll()
  assert.equal(await stateOf(ann), 'SUSPENDED')
  const { items } = await hub.journal.list({ subjectId: ann })
  assert.equal(items[0]?.action, 'user.schedule_failed')
  assert.match(String(items[0]?.changes['refusal']?.after), /disabled in its directory/)
})

test('a change is taken back', async () => {
  const ann = await create('undoneann')
  const made = await schedule([ann], 'SUSPENDED', '2998-01-01T00:00:00Z')
  const path = `/api/v2/bulk/userstates/${made.body[0].scheduledJobId}`
  const gone = await hub.call('DELETE', path)
  assert.deepEqual([gone.status, gone.text], [204, ''])
  assert.equal((await hub.call('DELETE', path)).status, 404)
  assert.equal((await hub.call('DELETE', '/api/v2/bulk/userstates/nonsense')).status, 400)
  const { items } = await hub.journal.list({ subjectId: ann })
  assert.equal(items[0]?.action, 'user.unschedule_state')
})

test('the next change to each state of each user is found', async () => {
  const [ann, bob] = [await create('nextann'), await create('nextbob')]
  for (const year of [2990, 2980, 2985]) await schedule([ann], 'ACTIVATED', `${year}-01-01T00:00:00Z`)
  await schedule([ann, bob], 'SUSPENDED', '2970-01-01T00:00:00Z')
  const next = await hub.call('GET', `/api/v2/bulk/userstates/eventlist/next?users=${ann},${bob}&limit=2&skip=1`)
  assert.equal(next.body.events_count, 3)
  assert.deepEqual(
    next.body.results.map((row: Record<string, string>) => [row['systemUserId'], row['scheduledDate']?.slice(0, 4)]),
    [
      [bob, '2970'],
      [ann, '2980'],
    ],
  )
  assert.equal((await hub.call('GET', '/api/v2/bulk/userstates/eventlist/next')).status, 400)
  assert.equal((await hub.call('GET', '/api/v2/bulk/userstates/eventlist/next?users=x')).status, 400)
})

test('times that are none, states that cannot be and users that are not there are refused', async () => {
  const ann = await create('badann')
  const refusals: [Promise<Answer>, string][] = [
    [schedule([ann], 'SUSPENDED', 'tomorrow'), 'start_date'],
    [schedule([ann], 'SUSPENDED', '2026-02-31T00:00:00Z'), 'start_date'],
    [schedule([ann], 'STAGED', past), 'state'],
    [schedule([], 'SUSPENDED', past), 'user_ids'],
    [schedule([ann, missing], 'SUSPENDED', past), 'user_ids'],
    [schedule([ann], 'ACTIVATED', past, { activation_email_override: 'nonsense' }), 'activation_email_override'],
  ]
  for (const [sent, field] of refusals) {
    const answer = await sent
    assert.deepEqual([answer.status, answer.body.field], [400, field], answer.text)
  }
  assert.equal((await list(`&userid=${ann}`)).headers['x-total-count'], '0')
  const utc = await schedule([ann], 'SUSPENDED', '2990-07-01T12:00')
  assert.equal(utc.body[0].scheduledDate, '2990-07-01T12:00:00.000Z')
})

test('a schedule goes with its user', async () => {
  const ann = await create('goneann')
  await schedule([ann], 'SUSPENDED', '2990-01-01T00:00:00Z')
  assert.equal((await hub.call('DELETE', `/api/systemusers/${ann}`)).status, 200)
  assert.equal((await list(`&userid=${ann}`)).headers['x-total-count'], '0')
})
