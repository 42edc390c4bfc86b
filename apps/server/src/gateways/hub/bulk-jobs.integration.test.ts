import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import type { BulkJob, BulkJobRow } from '@lockstep/contract/hub/bulk-job'
import type { Page } from '@lockstep/contract/hub/page'
import type { UserDetail } from '@lockstep/contract/hub/user'
import { type HubFixture, hubFixture, refusalOf } from '../../../../../tests/hub-fixture.ts'

let hub: HubFixture
before(async () => {
  hub = await hubFixture()
})
after(() => hub.close())

async function workAll(): Promise<void> {
  while (await hub.bulkJobs.work());
}
async function start(body: object): Promise<BulkJob> {
  const { status, body: job } = await hub.call<BulkJob>('POST bulk-jobs', { body })
  assert.equal(status, 202, JSON.stringify(job))
  return job
}
const read = async (id: string): Promise<BulkJob> => (await hub.call<BulkJob>(`GET bulk-jobs/${id}`)).body
const rowsOf = async (id: string, query = ''): Promise<Page<BulkJobRow>> =>
  (await hub.call<Page<BulkJobRow>>(`GET bulk-jobs/${id}/results${query}`)).body
const progress = ({ changed, unchanged, failed, waiting, cancelled }: BulkJob): readonly number[] => [
  changed,
  unchanged,
  failed,
  waiting,
  cancelled,
]
const person = (name: string, more: object = {}): object => ({ username: name, email: `${name}@example.com`, ...more })

test('the lines of a file become users, and each that cannot says why', async () => {
  const job = await start({
    kind: 'create',
    name: 'new people.csv',
    reason: 'Merger',
    rows: [
      person('ada', { department: 'Research' }),
      person('ada'),
      person('carl', { shoeSize: 44 }),
      { username: 'x' },
    ],
  })
  assert.deepEqual([job.state, job.name, job.reason, job.total], ['working', 'new people.csv', 'Merger', 4])
  assert.deepEqual(progress(job), [0, 0, 2, 2, 0], 'what is not valid is known at once')
  await workAll()
  const done = await read(job.id)
  assert.deepEqual([done.state, ...progress(done)], ['done', 1, 0, 3, 0, 0])
  assert.match(done.ended ?? '', /Z$/)
  const { items, total } = await rowsOf(job.id)
  assert.equal(total, 4)
  assert.deepEqual(
    items.map(({ row, outcome, code, field }) => [row, outcome, code, field]),
    [
      [1, 'changed', undefined, undefined],
      [2, 'failed', 'username_taken', 'username'],
      [3, 'failed', 'invalid_request', 'shoeSize'],
      [4, 'failed', 'invalid_request', 'email'],
    ],
  )
  const user = (await hub.call<UserDetail>(`GET users/${items[0]?.userId}`)).body
  assert.equal(user.department, 'Research')
  const failed = await rowsOf(job.id, '?outcome=failed&limit=2')
  assert.deepEqual([failed.items.map(({ row }) => row), failed.total], [[2, 3], 3])
  const rest = await rowsOf(job.id, `?outcome=failed&after=${failed.next}`)
  assert.deepEqual([rest.items.map(({ row }) => row), rest.next], [[4], undefined])
})

test('changes find their user by id, username or e-mail address', async () => {
  const made = await hub.call<UserDetail>('POST users', { body: person('named') })
  const job = await start({
    kind: 'update',
    rows: [
      { id: made.body.id, firstname: 'First' },
      { username: 'NAMED', lastname: 'Last' },
      { email: 'named@example.com', jobTitle: 'Title' },
      { username: 'nobody', jobTitle: 'Title' },
      { jobTitle: 'Title' },
      { username: 'named', state: 'SUSPENDED' },
      { username: 'named', firstname: 'First' },
    ],
  })
  await workAll()
  const { items } = await rowsOf(job.id)
  assert.deepEqual(
    items.map(({ outcome, field }) => [outcome, field]),
    [
      ['changed', undefined],
      ['changed', undefined],
      ['changed', undefined],
      ['failed', 'username'],
      ['failed', 'id'],
      ['changed', undefined],
      ['unchanged', undefined],
    ],
  )
  const { fields, state } = (await hub.call<UserDetail>(`GET users/${made.body.id}`)).body
  assert.deepEqual(
    [fields['firstname'], fields['lastname'], fields['jobTitle'], state],
    ['First', 'Last', 'Title', 'SUSPENDED'],
  )
})

test('a job that is cancelled leaves the rest as it is and forgets what it asked for', async () => {
  const job = await start({ kind: 'create', rows: Array.from({ length: 600 }, (_, n) => person(`cancelled${n}`)) })
  assert.equal(await hub.bulkJobs.work(), true)
  const { body, status } = await hub.call<BulkJob>(`POST bulk-jobs/${job.id}/cancel`)
  assert.deepEqual([status, body.state], [200, 'cancelled'])
  await workAll()
  const ended = await read(job.id)
  assert.ok(ended.changed > 0 && ended.cancelled > 0 && ended.changed + ended.cancelled === 600, JSON.stringify(ended))
  assert.equal(
    (await rowsOf(job.id, '?after=' + Buffer.from('["","599"]').toString('base64url'))).items[0]?.outcome,
    'cancelled',
  )
  const kept = await hub.database.query({
    text: 'select from bulk_job_rows where job_id = $1 and input is not null',
    values: [job.id],
  })
  assert.equal(kept.length, 0)
})

test('workers of several hubs share a job, and nobody is made twice', async () => {
  const job = await start({ kind: 'create', rows: Array.from({ length: 1200 }, (_, n) => person(`shared${n}`)) })
  await Promise.all(Array.from({ length: 4 }, () => workAll()))
  await workAll()
  const done = await read(job.id)
  assert.deepEqual([done.state, ...progress(done)], ['done', 1200, 0, 0, 0, 0])
  const [found] = await hub.database.query<{ count: number; entries: number }>({
    text: `select count(*) as count, (select count(*) from journal where action = 'user.create'
        and subject_id in (select id from users where username like 'shared%')) as entries
      from users where username like 'shared%'`,
  })
  assert.deepEqual(found, { count: 1200, entries: 1200 })
})

test('a batch whose transaction is lost is done once more and nobody twice', async () => {
  const job = await start({ kind: 'create', rows: Array.from({ length: 50 }, (_, n) => person(`lost${n}`)) })
  await hub.database.execute({
    text: `create function lose() returns trigger language plpgsql as $$ begin raise exception 'lost'; end $$`,
  })
  await hub.database.execute({
    text: 'create trigger lose before update on bulk_job_rows for each statement execute function lose()',
  })
  assert.equal(await hub.bulkJobs.work(), true)
  await hub.database.execute({ text: 'drop trigger lose on bulk_job_rows' })
  const nobody = await hub.database.query({ text: `select from users where username like 'lost%'` })
  assert.equal(nobody.length, 0, 'users and results are there together or not at all')
  await workAll()
  assert.deepEqual(progress(await read(job.id)), [50, 0, 0, 0, 0])
})

test('a row that fails in a way nobody foresaw fails alone', async () => {
  const job = await start({ kind: 'create', rows: Array.from({ length: 20 }, (_, n) => person(`poison${n}`)) })
  await hub.database.execute({
    text: `create function refuse_seven() returns trigger language plpgsql as
      $$ begin if new.username = 'poison7' then raise exception 'no'; end if; return new; end $$`,
  })
  await hub.database.execute({
    text: 'create trigger refuse_seven before insert on users for each row execute function refuse_seven()',
  })
  await workAll()
  await hub.database.execute({ text: 'drop trigger refuse_seven on users' })
  assert.deepEqual(progress(await read(job.id)), [19, 0, 1, 0, 0])
  const { items } = await rowsOf(job.id, '?outcome=failed')
  assert.deepEqual(
    items.map(({ row, code }) => [row, code]),
    [[8, 'internal']],
  )
})

test('the results are a CSV file too', async () => {
  const job = await start({ kind: 'create', rows: [person('=sum'), person('csvada')] })
  await workAll()
  const reply = await hub.server.fastify.inject({
    url: `/hub/v1/bulk-jobs/${job.id}/results.csv`,
    headers: { 'x-api-key': 'administrator' },
  })
  assert.equal(reply.headers['content-type'], 'text/csv; charset=utf-8')
  const lines = reply.body.trimEnd().split('\r\n')
  assert.equal(lines[0], 'row,outcome,userId,username,email,code,field,message')
  assert.match(lines[1] ?? '', /^1,failed,,'=sum,/)
  assert.match(lines[2] ?? '', /^2,changed,[0-9a-f]{24},csvada,csvada@example.com,,,$/)
})

test('jobs are listed newest first in pages', async () => {
  const [older, newer] = [await start({ kind: 'unlock', rows: [{}] }), await start({ kind: 'expire', rows: [{}] })]
  const page = (await hub.call<Page<BulkJob>>('GET bulk-jobs?limit=1')).body
  assert.deepEqual(
    page.items.map(({ id }) => id),
    [newer.id],
  )
  const next = (await hub.call<Page<BulkJob>>(`GET bulk-jobs?limit=1&after=${page.next}`)).body
  assert.deepEqual(
    next.items.map(({ id }) => id),
    [older.id],
  )
  await workAll()
})

test('what ended long ago is removed', async () => {
  const job = await start({ kind: 'create', rows: [person('oldjob')] })
  await workAll()
  await hub.bulkJobs.removeOld()
  assert.equal((await read(job.id)).state, 'done')
  await hub.database.execute({
    text: `update bulk_jobs set ended = now() - interval '31 days' where id = $1`,
    values: [job.id],
  })
  await hub.bulkJobs.removeOld()
  assert.equal(refusalOf(await hub.call(`GET bulk-jobs/${job.id}`)), '404 not_found id')
})

test('jobs need their permission, and an empty or unknown one is refused', async () => {
  const rows = [person('nobody')]
  assert.equal(
    refusalOf(await hub.call('POST bulk-jobs', { as: 'read_only', body: { kind: 'create', rows } })),
    '403 forbidden',
  )
  assert.equal(
    refusalOf(await hub.call('POST bulk-jobs', { body: { kind: 'create', rows: [] } })),
    '400 invalid_request rows',
  )
  assert.equal(
    refusalOf(await hub.call('POST bulk-jobs', { body: { kind: 'paint', rows } })),
    '400 invalid_request kind',
  )
  assert.equal(refusalOf(await hub.call(`POST bulk-jobs/${'f'.repeat(24)}/cancel`)), '404 not_found id')
})

test('the field that names the user can be chosen, so that the others change', async () => {
  await hub.call('POST users', { body: person('kim', { employeeIdentifier: 'E-77' }) })
  const renamed = await start({
    kind: 'update',
    key: 'employeeIdentifier',
    rows: [
      { employeeIdentifier: 'E-77', username: 'kim.lee', email: 'kim.lee@example.com' },
      { employeeIdentifier: 'E-78', username: 'nobody' },
      { username: 'kim.lee', department: 'Sales' },
    ],
  })
  await workAll()
  const { items } = await rowsOf(renamed.id)
  assert.deepEqual(
    items.map(({ outcome, code, field }) => [outcome, code, field]),
    [
      ['changed', undefined, undefined],
      ['failed', 'not_found', 'employeeIdentifier'],
      ['failed', 'invalid_request', 'id'],
    ],
  )
  const byMail = await start({
    kind: 'update',
    key: 'email',
    rows: [{ email: 'KIM.LEE@example.com', username: 'kim', department: 'Law' }],
  })
  await workAll()
  assert.deepEqual(progress(await read(byMail.id)), [1, 0, 0, 0, 0])
})

test('a manager is named by any of three names, also one of a later row, and holds nobody up', async () => {
  await hub.call('POST users', { body: person('chief', { employeeIdentifier: 'M-1' }) })
  const job = await start({
    kind: 'create',
    rows: [
      person('report', { managerNamed: { username: 'LEAD' } }),
      person('lead', { managerNamed: { employeeIdentifier: 'M-1' } }),
      person('lost', { managerNamed: { email: 'gone@example.com' } }),
      person('led.by.a.fault', { managerNamed: { username: 'fault' } }),
      { username: 'fault', email: 'no address' },
      person('alone', { managerNamed: { username: 'alone' } }),
      person('badly', { managerNamed: { username: 'a', email: 'b' } }),
    ],
  })
  await workAll()
  const done = await read(job.id)
  assert.deepEqual([done.state, ...progress(done), done.remarked], ['done', 5, 0, 2, 0, 0, 3])
  const { items } = await rowsOf(job.id)
  assert.deepEqual(
    items.map(({ outcome, field, message }) => [outcome, field, message?.slice(0, 40)]),
    [
      ['changed', undefined, undefined],
      ['changed', undefined, undefined],
      ['changed', 'manager', 'manager: nobody has the e-mail address “'],
      ['changed', 'manager', 'manager: nobody has the username “fault”'],
      ['failed', 'email', items[4]?.message?.slice(0, 40)],
      ['changed', 'manager', 'manager: a user cannot be their own mana'],
      ['failed', 'managerNamed', items[6]?.message?.slice(0, 40)],
    ],
  )
  const remarked = await rowsOf(job.id, '?outcome=remarked')
  assert.deepEqual([remarked.items.map(({ row }) => row), remarked.total], [[3, 4, 6], 3])
  const nameOf = async (username: string) => {
    const { items: found } = (await hub.call<Page<UserDetail>>(`GET users?search=${username}`)).body
    return found.find((user) => user.username === username)?.id
  }
  const managers = await Promise.all(
    [0, 1].map(async (at) => (await hub.call<UserDetail>(`GET users/${items[at]?.userId}`)).body.fields['manager']),
  )
  assert.deepEqual(managers, [await nameOf('lead'), await nameOf('chief')])
})

test('single numbers, parts of addresses and attributes change beside what the user has', async () => {
  const phoneNumbers = [
    { type: 'work', number: '+49 1' },
    { type: 'home', number: '+49 2' },
  ]
  const attributes = [{ name: 'badge', value: '1' }]
  const addresses = [{ type: 'work', locality: 'Bonn', streetAddress: 'Weg 1' }]
  const made = await hub.call<UserDetail>('POST users', {
    body: person('parts', { phoneNumbers, attributes, addresses }),
  })
  const job = await start({
    kind: 'update',
    rows: [
      {
        username: 'parts',
        phoneNumbersByType: { work: '+49 9', mobile: '+49 3', home: null },
        addressesByType: { work: { locality: 'Berlin' }, home: { country: 'DE' } },
        attributesByName: { badge: '2', hat: 'L' },
      },
      { username: 'parts', phoneNumbersByType: { work: '+49 9' } },
      { username: 'parts', attributesByName: { 'no name': 'x' } },
      { username: 'parts', phoneNumbersByType: { work: 'none' } },
    ],
  })
  await workAll()
  assert.deepEqual(
    (await rowsOf(job.id)).items.map(({ outcome }) => outcome),
    ['changed', 'unchanged', 'failed', 'failed'],
  )
  const { fields } = (await hub.call<UserDetail>(`GET users/${made.body.id}`)).body
  const shown = (field: string): readonly object[] =>
    (fields[field] as readonly Record<string, unknown>[]).map((row) =>
      Object.fromEntries(Object.entries(row).filter(([key, value]) => key !== '_id' && key !== 'id' && value !== '')),
    )
  assert.deepEqual(shown('phoneNumbers'), [
    { type: 'work', number: '+49 9' },
    { type: 'mobile', number: '+49 3' },
  ])
  assert.deepEqual(shown('attributes'), [
    { name: 'badge', value: '2' },
    { name: 'hat', value: 'L' },
  ])
  assert.deepEqual(shown('addresses'), [
    { type: 'work', locality: 'Berlin', streetAddress: 'Weg 1' },
    { type: 'home', country: 'DE' },
  ])
})

test('a cancelled job says which users it left without the manager that their row named', async () => {
  const job = await start({
    kind: 'create',
    rows: Array.from({ length: 251 }, (_, at) => person(`cut${at}`, { managerNamed: { username: 'cut250' } })),
  })
  assert.equal(await hub.bulkJobs.work(), true)
  await hub.call(`POST bulk-jobs/${job.id}/cancel`)
  const cancelled = await read(job.id)
  assert.deepEqual([...progress(cancelled), cancelled.remarked], [250, 0, 0, 0, 1, 250])
  assert.match((await rowsOf(job.id, '?limit=1')).items[0]?.message ?? '', /was cancelled before/)
})
