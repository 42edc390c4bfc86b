// What the speeds of the list rest on, against the running hub, each by its number in the list of requirements: how many statements a request
// takes, which index answers it, and that nothing is lost when many come at once. The times themselves are measured by `npm run bench -- scim`.
import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { type HubInProcess, startHubInProcess } from '../../../../../tests/support/hub-in-process.ts'
import { idOfPerson, insertManyUsers } from '../../../../../tests/support/many-users.ts'
import { proves } from '../../../../../tests/support/proves.ts'
import { type ScimClient, scimClient } from '../../../../../tests/support/scim-client.ts'

const people = 20_000

interface Statement {
  readonly name?: string
  readonly text: string
  readonly values?: readonly unknown[]
}

let hub: HubInProcess
let client: ScimClient
before(async () => {
  hub = await startHubInProcess({ background: false })
  await insertManyUsers(hub.database, people)
  client = await scimClient(hub, { guard: 'off' })
})
after(() => hub.stop())

/** What is remembered for seconds and then read anew, and the log, which is written when it will. */
const ofNoRequest = /^(?:settings|integrations|integration-\w+|custom-\w+)-/

/** The statements outside transactions, and the transactions, that something takes. */
async function statementsOf(work: () => Promise<unknown>): Promise<readonly Statement[]> {
  const { pool } = hub.database
  const seen: Statement[] = []
  const query = pool.query.bind(pool) as (...given: readonly unknown[]) => unknown
  const connect = pool.connect.bind(pool) as (...given: readonly unknown[]) => unknown
  Object.assign(pool, {
    query: (...given: readonly [Statement, ...unknown[]]) => {
      seen.push(given[0])
      return query(...given)
    },
    connect: (...given: readonly unknown[]) => {
      // Statements of the pool take their connections with a callback.
      if (given.length === 0) seen.push({ text: 'transaction' })
      return connect(...given)
    },
  })
  try {
    await work()
  } finally {
    Object.assign(pool, { query, connect })
  }
  return seen.filter(({ name = '' }) => !ofNoRequest.test(name))
}

function namesOf(statements: readonly Statement[]): readonly string[] {
  return statements.map(({ name, text }) => name ?? text.replace(/\s+/g, ' ').slice(0, 60))
}

/** How the database finds what a statement asks for. */
async function planOf({ text, values = [] }: Statement): Promise<string> {
  const rows = await hub.database.query<Record<string, string>>({ text: `explain ${text}`, values })
  return rows.flatMap((row) => Object.values(row)).join('\n')
}

const threeOperations = (word: string): readonly object[] => [
  { op: 'Replace', path: 'displayName', value: word },
  { op: 'Replace', path: 'name.familyName', value: word },
  { op: 'Replace', path: 'emails[type eq "work"].value', value: `${word}@example.com` },
]

proves(
  ['K1'],
  'a creation is one statement that writes the user and the journal, without a transaction of its own',
  async () => {
    const statements = await statementsOf(() => client.user('k1'))
    assert.deepEqual(namesOf(statements), ['users-insert'])
  },
)

proves(['K2'], 'a reading finds the user and the groups by their keys, and no more', async () => {
  const statements = await statementsOf(() => client.must('GET', `/Users/${idOfPerson(77)}`))
  assert.deepEqual(namesOf(statements), ['users-find-many', 'groups-of-users'])
})

proves(['K3', 'K4'], 'names and addresses are found by an index, whether somebody has them or not', async () => {
  for (const [filter, found, index] of [
    ['userName eq "person-4711"', 1, 'users_username'],
    ['userName eq "nobody-4711"', 0, 'users_username'],
    ['emails.value eq "person-4711@example.com"', 1, 'users_email'],
    ['emails[type eq "work"].value eq "person-4711@example.com"', 1, 'users_email'],
  ] as const) {
    const ids: string[] = []
    const statements = await statementsOf(async () => ids.push(...(await client.found('Users', filter))))
    assert.equal(ids.length, found, filter)
    const [search, ...more] = statements
    assert.ok(search)
    assert.deepEqual(namesOf(more), found === 0 ? [] : ['groups-of-users'], filter)
    const plan = await planOf(search)
    assert.match(plan, new RegExp(`Index Scan (?:using|on) ${index}\\b`), filter)
    assert.doesNotMatch(plan, /Seq Scan/, filter)
  }
})

test('those who look for different names at the same time find each their own', async () => {
  const numbers = Array.from({ length: 200 }, (_, index) => 1 + ((index * 97) % people))
  const found = await Promise.all(
    numbers.map((number) =>
      client.found('Users', number % 10 === 0 ? `userName eq "nobody-${number}"` : `userName eq "PERSON-${number}"`),
    ),
  )
  assert.deepEqual(
    found,
    numbers.map((number) => (number % 10 === 0 ? [] : [idOfPerson(number)])),
  )
})

proves(
  ['K5'],
  'a page takes as many statements for a hundred users as for ten, and one more when it lies deep in the list',
  async () => {
    const page = (startIndex: number, count: number) => `/Users?startIndex=${startIndex}&count=${count}`
    // The number of all is remembered until somebody changes.
    const ofPage = async (path: string) =>
      (await statementsOf(() => client.must('GET', path))).filter(({ text }) => !text.startsWith('select count'))
    const ten = await ofPage(page(1, 10))
    assert.deepEqual(namesOf(await ofPage(page(1, 100))), namesOf(ten))
    assert.equal((await ofPage(page(people - 200, 100))).length, ten.length + 1)
    // By number there is one order, whichever way a page is found.
    const idsOf = async (path: string): Promise<readonly string[]> =>
      (await client.must('GET', path)).Resources.map(({ id }: { id: string }) => id)
    assert.deepEqual(await idsOf(page(people - 200, 100)), (await idsOf(page(people - 300, 300))).slice(100, 200))
  },
)

proves(['K6'], 'three operations in a request are one reading and one change', async () => {
  const id = idOfPerson(607)
  const before = await client.must('GET', `/Users/${id}`)
  const statements = await statementsOf(() => client.patch(`/Users/${id}`, ...threeOperations('k6')))
  assert.deepEqual(namesOf(statements), ['users-find-many', 'users-update', 'groups-of-users'])
  const { name, displayName, emails, meta } = await client.must('GET', `/Users/${id}`)
  assert.deepEqual([name.familyName, displayName, emails[0].value], ['k6', 'k6', 'k6@example.com'])
  const revision = (version: string) => Number(/\d+/.exec(version)?.[0])
  assert.equal(revision(meta.version), revision(before.meta.version) + 1)
})

proves(
  ['K7'],
  'who comes into a group at the same time is there, and noted once, however large the group is',
  async () => {
    const [small, large] = [await client.group('k7 small'), await client.group('k7 large')]
    await hub.database.execute({
      text: `insert into group_members (group_id, user_id, origin) select $1, id, 'hub' from users where username like 'person-1____'`,
      values: [large.id],
    })
    const add = (groupId: string, number: number) =>
      client.patch(`/Groups/${groupId}`, { op: 'Add', path: 'members', value: [{ value: idOfPerson(number) }] })
    const [ofSmall, ofLarge] = [await statementsOf(() => add(small.id, 1)), await statementsOf(() => add(large.id, 1))]
    assert.deepEqual(namesOf(ofLarge), namesOf(ofSmall))
    // Everybody twice: who is there already is not noted again.
    const numbers = Array.from({ length: 300 }, (_, index) => 1 + (index % 150))
    const answers = await Promise.all(numbers.map((number) => add(large.id, number)))
    assert.deepEqual(new Set(answers.map(({ status }) => status)), new Set([204]))
    const count = async (text: string) =>
      (await hub.database.query<{ count: number }>({ text, values: [large.id] }))[0]?.count
    assert.equal(await count('select count(*) as count from group_members where group_id = $1'), 10_000 + 150)
    const noted = `select count(*) as count from journal where subject_id = $1 and action = 'group.member_add'`
    assert.equal(await count(noted), 150)
    const ofUsers = `select count(*) as count from journal where action = 'user.join_group' and details::jsonb @> jsonb_build_object('groups', jsonb_build_array(jsonb_build_object('id', $1::text)))`
    assert.equal(await count(ofUsers), 150)
  },
)

test('who comes into a group while it is renamed is refused nothing and loses nothing', async () => {
  const group = await client.group('k7 named')
  const path = `/Groups/${group.id}`
  const answers = await Promise.all(
    Array.from({ length: 40 }, (_, index) =>
      index % 8 === 0
        ? client.patch(path, { op: 'replace', path: 'displayName', value: `k7 named ${index}` })
        : client.patch(path, { op: 'add', path: 'members', value: [{ value: idOfPerson(1000 + index) }] }),
    ),
  )
  assert.deepEqual(new Set(answers.map(({ status }) => status)), new Set([204]))
  assert.equal((await client.must('GET', path)).members.length, 35)
})

proves(['K8'], 'a group without its members is read without looking at them', async () => {
  const group = await client.group('k8', { members: [{ value: idOfPerson(1) }] })
  const statements = await statementsOf(() => client.must('GET', `/Groups/${group.id}?excludedAttributes=members`))
  assert.deepEqual(namesOf(statements), ['groups-find-with-version'])
  assert.doesNotMatch(statements.map(({ text }) => text).join(), /\bgroup_members\b/)
})

proves(['K9'], 'fifty clients at once are answered each as itself', async () => {
  const clients: ScimClient[] = []
  while (clients.length < 50) clients.push(await scimClient(hub, { othersMayChange: true }))
  const rounds = await Promise.all(
    clients.map(async (one, index) => {
      const userName = `k9-${index}`
      const made = await one.user(userName, { externalId: `outside-${index}` })
      const changed = await one.patch(`/Users/${made.id}`, ...threeOperations(`k9n${index}`))
      return [changed.status, await one.found('Users', `externalId eq "outside-${index}"`), [made.id]] as const
    }),
  )
  for (const [status, found, made] of rounds) assert.deepEqual([status, found], [200, made])
  // What one of them keeps about its users is nothing to the others.
  assert.deepEqual(await clients[0]?.found('Users', 'externalId eq "outside-1"'), [])
})
