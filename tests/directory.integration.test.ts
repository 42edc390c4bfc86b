// Many clients at once: who was first is decided once, and nobody's change is lost.
import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { type Answer, json } from './support/http-call.ts'
import { type HubInProcess, startHubInProcess } from './support/hub-in-process.ts'
import { seedObjects } from './support/seeded-objects.ts'

let hub: HubInProcess

before(async () => {
  hub = await startHubInProcess({ background: false })
})
after(() => hub.stop())

const racers = 12
const byNumber = (one: number, other: number): number => one - other

/** The statuses, smallest first. */
function inOrder(answers: readonly Answer[]): readonly number[] {
  return answers.map(({ status }) => status).toSorted(byNumber)
}

/** The name in another letter case for every number. */
function inCase(name: string, number: number): string {
  return [...name].map((letter, index) => ((number >> (index % 4)) & 1 ? letter.toUpperCase() : letter)).join('')
}

async function post(path: string, bodies: readonly object[]): Promise<readonly Answer[]> {
  return Promise.all(bodies.map((body) => hub.call({ method: 'POST', path, ...json(body) })))
}

const wires = [
  { name: 'our own API', path: '/hub/v1/users', success: 201, refusal: 409 },
  { name: 'JumpCloud’s API', path: '/api/systemusers', success: 200, refusal: 400 },
] as const

for (const [index, { name, path, success, refusal }] of wires.entries()) {
  test(`of clients that create the same username at once through ${name}, in any letter case, one wins`, async () => {
    const username = `racer-name-${index}`
    const bodies = Array.from({ length: racers }, (_, number) => ({
      username: inCase(username, number),
      email: `racer-${index}-${number}@example.com`,
    }))
    assertOneWinner(await post(path, bodies), { success, refusal, field: 'username' })
    await assertStoredOnce('username', username)
  })

  test(`of clients that create the same address at once through ${name}, in any letter case, one wins`, async () => {
    const email = `racer-mail-${index}@example.com`
    const bodies = Array.from({ length: racers }, (_, number) => ({
      username: `mail-racer-${index}-${number}`,
      email: inCase(email, number),
    }))
    assertOneWinner(await post(path, bodies), { success, refusal, field: 'email' })
    await assertStoredOnce('email', email)
  })
}

test('of groups that are created with the same name at once, in any letter case, one wins', async () => {
  const bodies = Array.from({ length: racers }, (_, number) => ({ name: inCase('racing group', number) }))
  assertOneWinner(await post('/hub/v1/groups', bodies), { success: 201, refusal: 409, field: 'name' })
})

test('of users who change to the same username at once, one gets it', async () => {
  const users = (
    await post(
      '/hub/v1/users',
      Array.from({ length: racers }, (_, number) => ({
        username: `changer-${number}`,
        email: `changer-${number}@example.com`,
      })),
    )
  ).map(({ body }) => body.id as string)
  const answers = await Promise.all(
    users.map((id, number) =>
      hub.call({
        method: 'PATCH',
        path: `/hub/v1/users/${id}`,
        ...json({ username: inCase('wanted-by-all', number) }),
      }),
    ),
  )
  assertOneWinner(answers, { success: 200, refusal: 409, field: 'username' })
})

function assertOneWinner(
  answers: readonly Answer[],
  { success, refusal, field }: { success: number; refusal: number; field: string },
): void {
  const expected = [success, ...Array.from({ length: answers.length - 1 }, () => refusal)]
  assert.deepEqual(inOrder(answers), expected.toSorted(byNumber), inOrder(answers).join(' '))
  for (const { status, body } of answers) if (status === refusal) assert.equal(body.field, field)
}

async function assertStoredOnce(column: 'username' | 'email', value: string): Promise<void> {
  const rows = await hub.database.query({ text: `select from users where lower(${column}) = $1`, values: [value] })
  assert.equal(rows.length, 1)
}

test('clients that change different fields of one user at once all keep their changes', async () => {
  const { id } = await hub.must('POST', '/hub/v1/users', { username: 'everyones', email: 'everyones@example.com' })
  const own = [
    'firstname',
    'middlename',
    'lastname',
    'displayname',
    'jobTitle',
    'department',
    'company',
    'costCenter',
  ] as const
  const wire = [
    'location',
    'employeeType',
    'description',
    'alternateEmail',
    'employeeIdentifier',
    'username',
    'email',
    'external_dn',
  ] as const
  const valueOf = (field: string): string =>
    /email/i.test(field) ? `${field.toLowerCase()}@changed.example` : `${field} changed`
  const nameless = (field: string): string => (field === 'username' ? 'username-changed' : valueOf(field))
  const answers = await Promise.all([
    ...own.map((field) =>
      hub.call({ method: 'PATCH', path: `/hub/v1/users/${id}`, ...json({ [field]: nameless(field) }) }),
    ),
    ...wire.map((field) =>
      hub.call({ method: 'PUT', path: `/api/systemusers/${id}`, ...json({ [field]: nameless(field) }) }),
    ),
  ])
  assert.deepEqual(
    answers.map(({ status }) => status),
    answers.map(() => 200),
    answers.map(({ text }) => text).join('\n'),
  )
  const stored = (await hub.call({ method: 'GET', path: `/api/systemusers/${id}` })).body
  for (const field of [...own, ...wire]) assert.equal(stored[field], nameless(field), field)
  const { revision } = await hub.must('GET', `/hub/v1/users/${id}`)
  assert.equal(revision, 1 + own.length + wire.length)
})

test('of changes that are based on the same revision one is made', async () => {
  const { id, revision } = await hub.must('POST', '/hub/v1/users', {
    username: 'revised',
    email: 'revised@example.com',
  })
  const answers = await Promise.all(
    Array.from({ length: racers }, (_, number) =>
      hub.call({ method: 'PATCH', path: `/hub/v1/users/${id}`, ...json({ revision, jobTitle: `title ${number}` }) }),
    ),
  )
  assert.deepEqual(inOrder(answers), [200, ...Array.from({ length: racers - 1 }, () => 409)])
})

async function makeUsers(prefix: string, count: number): Promise<readonly string[]> {
  const bodies = Array.from({ length: count }, (_, number) => ({
    username: `${prefix}-${number}`,
    email: `${prefix}-${number}@example.com`,
  }))
  return (await post('/hub/v1/users', bodies)).map(({ body }) => body.id as string)
}

test('500 members that are added to one group at once are 500 members', async () => {
  const group = (await hub.must('POST', '/hub/v1/groups', { name: 'everybody' })).id
  const users = await makeUsers('member', 500)
  const answers = await Promise.all(
    users.map((id, number) =>
      number % 2 === 0
        ? hub.call({ method: 'PUT', path: `/hub/v1/groups/${group}/members/${id}` })
        : hub.call({
            method: 'POST',
            path: `/api/v2/usergroups/${group}/members`,
            ...json({ op: 'add', type: 'user', id }),
          }),
    ),
  )
  assert.deepEqual([...new Set(answers.map(({ status }) => status))], [204])
  assert.equal((await hub.must('GET', `/hub/v1/groups/${group}`)).memberCount, 500)
  const seen = new Set<string>()
  let after = ''
  do {
    const page = await hub.must('GET', `/hub/v1/groups/${group}/members?limit=200${after}`)
    for (const { userId } of page.items) seen.add(userId)
    after = page.next === undefined ? '' : `&after=${encodeURIComponent(page.next)}`
  } while (after !== '')
  assert.deepEqual([...seen].toSorted(), users.toSorted())
})

test('a membership that is added and removed by many at once ends as one of the two', async () => {
  const group = (await hub.must('POST', '/hub/v1/groups', { name: 'revolving door' })).id
  const [user = ''] = await makeUsers('visitor', 1)
  const path = `/hub/v1/groups/${group}/members/${user}`
  const answers = await Promise.all(
    Array.from({ length: 20 }, (_, number) => hub.call({ method: number % 2 === 0 ? 'PUT' : 'DELETE', path })),
  )
  for (const { status, text } of answers) assert.ok(status === 204 || status === 404, text)
  const { items } = await hub.must('GET', `/hub/v1/groups/${group}/members`)
  assert.ok(items.length <= 1)
})

test('a manager who leaves is refused until it is said what becomes of the reports', async () => {
  const [manager = '', next = '', ...reports] = await makeUsers('reporting', 5)
  for (const id of reports) await hub.must('PATCH', `/hub/v1/users/${id}`, { manager })
  const remove = (query: string): Promise<Answer> =>
    hub.call({ method: 'DELETE', path: `/hub/v1/users/${manager}${query}` })
  const refused = await remove('')
  assert.equal(refused.status, 409)
  assert.equal(refused.body.code, 'user_has_reports')
  assert.equal((await remove(`?cascadeManager=${'f'.repeat(24)}`)).status >= 400, true)
  assert.equal((await remove(`?cascadeManager=${manager}`)).status >= 400, true)
  assert.equal((await remove(`?cascadeManager=${next}`)).status, 204)
  for (const id of reports) assert.equal((await hub.must('GET', `/hub/v1/users/${id}`)).fields.manager, next)
  const cleared = await hub.call({ method: 'DELETE', path: `/api/systemusers/${next}?cascade_manager=null` })
  assert.equal(cleared.status, 200)
  for (const id of reports) assert.equal((await hub.must('GET', `/hub/v1/users/${id}`)).fields.manager ?? null, null)
})

test('users who are named manager and deleted at once leave no dangling manager', async () => {
  const [manager = '', ...reports] = await makeUsers('leaver', 9)
  const answers = await Promise.all([
    ...reports.map((id) => hub.call({ method: 'PATCH', path: `/hub/v1/users/${id}`, ...json({ manager }) })),
    hub.call({ method: 'DELETE', path: `/hub/v1/users/${manager}?cascadeManager=null` }),
  ])
  for (const { status, text } of answers) assert.ok(status < 500, text)
  const dangling = await hub.database.query({
    text: 'select id from users where manager_id is not null and not exists (select from users as other where other.id = users.manager_id)',
  })
  assert.deepEqual(dangling, [])
})

test('users who are bound to a directory and deleted at once leave no binding behind', async () => {
  const directory = (await hub.must('POST', '/hub/v1/directories', { domain: 'race.example' })).id
  const users = await makeUsers('bound', 10)
  const groups = await Promise.all(
    users.map(
      async (_, number) => (await hub.must('POST', '/hub/v1/groups', { name: `bound ${number}` })).id as string,
    ),
  )
  const both = (kind: string, id: string): readonly Promise<Answer>[] => [
    hub.call({ method: 'PUT', path: `/hub/v1/${kind}/${id}/directories/${directory}` }),
    hub.call({ method: 'DELETE', path: `/hub/v1/${kind}/${id}` }),
  ]
  const answers = await Promise.all([
    ...users.flatMap((id) => both('users', id)),
    ...groups.flatMap((id) => both('groups', id)),
  ])
  for (const { status, text } of answers) assert.ok(status === 204 || status === 404, text)
  assert.deepEqual(await hub.database.query({ text: 'select subject_id from bindings' }), [])
})

test('what is deleted by many at once is deleted once', async () => {
  const { user, otherUser, group, directory, administrator, apiKey, unusedAgent } = await seedObjects(hub)
  const paths = [
    `users/${otherUser}`,
    `users/${user}`,
    `groups/${group}`,
    `directories/${directory}/agents/${unusedAgent}`,
    `directories/${directory}`,
    `api-keys/${apiKey}`,
    `administrators/${administrator}`,
  ]
  for (const path of paths) {
    const call = { method: 'DELETE', path: `/hub/v1/${path}` }
    const answers = await Promise.all(Array.from({ length: 8 }, () => hub.call(call)))
    assert.deepEqual(inOrder(answers), [204, ...Array.from({ length: 7 }, () => 404)], path)
    const deletions = await hub.database.query({
      text: `select from journal where subject_id = $1 and action ~ '(delete|revoke)$'`,
      values: [path.split('/').at(-1)],
    })
    assert.equal(deletions.length, 1, path)
  }
})
