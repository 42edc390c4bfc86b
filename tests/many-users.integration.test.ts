// Lists of 100,000 users: that no filter and no order that is promised to be fast reads the whole table, and that pages fit together however
// deep they are. The plans are a golden file; whoever changes a query or an index sees there what became of it.
import assert from 'node:assert/strict'
import { AppError } from '@lockstep/contract/app-error'
import { mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import { systemClock } from '@lockstep/kernel/clock'
import { systemActor } from '../apps/server/src/directory/access/access.rules.ts'
import { countQuery, listQuery, type UserListing } from '../apps/server/src/directory/users/user-listing.store.ts'
import { createRuleValues } from '../apps/server/src/directory/groups/rule-values.service.ts'
import { createUserService, type UserService } from '../apps/server/src/directory/users/user.service.ts'
import { type TestDatabase, testDatabase } from './database.ts'
import { assertExpectedFile } from './support/expected-file.ts'
import { idOfPerson, insertManyUsers } from './support/many-users.ts'

const count = 100_000
const actor = systemActor('test')
let store: TestDatabase
let users: UserService

before(async () => {
  store = await testDatabase()
  await insertManyUsers(store.database, count)
  users = createUserService({
    database: store.database,
    clock: systemClock,
    announce: () => undefined,
    hashPassword: async () => 'none',
    defaultState: () => 'ACTIVATED',
  })
})
after(async () => {
  await users.close()
  await store.drop()
})

type Operator = Extract<NonNullable<UserListing['condition']>, { field: string }>['operator']
const where = (field: string, operator: Operator, ...values: string[]): Partial<UserListing> => ({
  condition: { field, operator, values },
})
const sorted = (field: string, descending = false): Partial<UserListing> => ({ sort: [{ field, descending }] })

/**
 * Every filter and order that docs/jumpcloud-api.md promises to be answered by an index. Pieces of text are rare ones: of others it is the
 * sample of the table, another one each time, that decides whether the index is worth it.
 */
const indexed: Readonly<Record<string, Partial<UserListing>>> = {
  '_id eq': where('_id', 'eq', idOfPerson(77_777)),
  '_id in': where('_id', 'in', idOfPerson(7), idOfPerson(8)),
  'username eq': where('username', 'eq', 'person-77777'),
  'username in': where('username', 'in', 'person-7', 'person-8'),
  'username sw': where('username', 'sw', 'person-77777'),
  'username co': where('username', 'co', 'son-77777'),
  'username ew': where('username', 'ew', 'son-77777'),
  'username regex': where('username', 'regex', '^PERSON-77777$', 'i'),
  'email eq': where('email', 'eq', 'person-77777@example.com'),
  'email sw': where('email', 'sw', 'person-77777'),
  'email co': where('email', 'co', '-77777@'),
  'employeeIdentifier eq': where('employeeIdentifier', 'eq', 'E77777'),
  'manager eq': where('manager', 'eq', idOfPerson(5)),
  'displayname co': where('displayname', 'co', 'ber 77777'),
  'firstname and lastname eq': {
    condition: {
      all: [
        { field: 'firstname', operator: 'eq', values: ['Person'] },
        { field: 'lastname', operator: 'eq', values: ['Number 77777'] },
      ],
    },
  },
  'department eq, of one in six': where('department', 'eq', 'Sales'),
  'department eq, of nobody': where('department', 'eq', 'Nothing'),
  'costCenter eq': where('costCenter', 'eq', 'CC7'),
  'costCenter in': where('costCenter', 'in', 'CC7', 'CC8'),
  'company eq, of everybody': where('company', 'eq', 'Example Incorporated'),
  'jobTitle eq': where('jobTitle', 'eq', 'Job 7'),
  'location eq': where('location', 'eq', 'Place 7'),
  'employeeType eq, of nobody': where('employeeType', 'eq', 'Contractor'),
  'state eq SUSPENDED': where('state', 'eq', 'SUSPENDED'),
  'state eq STAGED': where('state', 'eq', 'STAGED'),
  'state eq ACTIVATED': where('state', 'eq', 'ACTIVATED'),
  'suspended eq true': where('suspended', 'eq', 'true'),
  'account_locked eq true': where('account_locked', 'eq', 'true'),
  'activated eq false': where('activated', 'eq', 'false'),
  'created gt': where('created', 'gt', '2023-11-15T00:00:00Z'),
  'created lt': where('created', 'lt', '2023-11-14T22:14:00Z'),
  'any of two fields': {
    condition: {
      any: [
        { field: 'costCenter', operator: 'eq', values: ['CC7'] },
        { field: 'username', operator: 'eq', values: ['person-3'] },
      ],
    },
  },
  search: { search: '77777' },
  'no filter': {},
  'sort by username': sorted('username'),
  'sort by username, descending': sorted('username', true),
  'sort by email': sorted('email'),
  'sort by displayname': sorted('displayname'),
  'sort by displayname, descending': sorted('displayname', true),
  'after a displayname': { ...sorted('displayname'), after: { value: 'Person Number 5', id: idOfPerson(5) } },
  'displayname eq': where('displayname', 'eq', 'Person Number 77777'),
  'displayname gt': where('displayname', 'gt', 'Person Number 9999'),
  'sort by created, descending': sorted('created', true),
  'after a username': { ...sorted('username'), after: { value: 'person-5', id: '' } },
  'after an id': { after: { value: '', id: idOfPerson(5000) } },
}

async function planOf(query: ReturnType<typeof listQuery>): Promise<readonly string[]> {
  const rows = await store.database.query<{ 'QUERY PLAN': string }>({
    text: `explain (costs off) ${query.text}`,
    ...(query.values === undefined ? {} : { values: query.values }),
  })
  return rows.map((row) => row['QUERY PLAN'])
}

test('no filter and no order that is promised an index reads the whole table', async () => {
  const lines: string[] = []
  for (const [name, more] of Object.entries(indexed)) {
    const plan = await planOf(listQuery({ sort: [], limit: 100, ...more }))
    assert.doesNotMatch(plan.join('\n'), /Seq Scan/, name)
    lines.push(`-- ${name}`, ...plan, '')
  }
  await mkdir(join(import.meta.dirname, 'expected', 'plans'), { recursive: true })
  await assertExpectedFile('plans/users.txt', lines)
})

test('a list for which every user has to be looked at has a time limit and names the field, others have none', async () => {
  const hurried = createUserService({
    database: store.database,
    clock: systemClock,
    announce: () => undefined,
    hashPassword: async () => 'none',
    defaultState: () => 'ACTIVATED',
    slowListTimeoutMs: 1,
  })
  const refusalOf = async (more: Partial<UserListing>): Promise<unknown> => {
    try {
      await hurried.page(actor, { sort: [], limit: 100, ...more })
    } catch (error) {
      if (error instanceof AppError) return [error.code, error.field, error.message.split('"')[1]]
      throw error
    }
    return undefined
  }
  assert.deepEqual(await refusalOf(sorted('lastname')), ['invalid_filter', 'sort', 'lastname'])
  assert.deepEqual(await refusalOf(where('lastname', 'ne', 'x')), ['invalid_filter', 'filter', 'lastname'])
  const either = { condition: { any: [where('username', 'eq', 'a'), where('description', 'eq', 'b')] } }
  const any = either.condition.any.flatMap(({ condition }) => condition ?? [])
  assert.deepEqual(await refusalOf({ condition: { any } }), ['invalid_filter', 'filter', 'description'])
  for (const [name, more] of Object.entries(indexed))
    if (!name.includes('regex')) assert.equal(await refusalOf(more), undefined, name)
  const all = [where('lastname', 'ne', 'x'), where('costCenter', 'eq', 'CC7')].flatMap(
    ({ condition }) => condition ?? [],
  )
  assert.equal(await refusalOf({ condition: { all } }), undefined)
  await hurried.close()
})

test('values for rules are the most frequent ones, and of names those that begin as somebody types', async () => {
  const values = createRuleValues({ database: store.database, clock: systemClock })
  const list = (field: string, search = '') => values.listValues(actor, { field, search })
  assert.deepEqual((await list('department')).map(({ value }) => value).toSorted(), [
    ...['Engineering', 'Finance', 'Legal', 'Operations', 'Sales', 'Support'],
  ])
  assert.deepEqual(await list('costCenter', 'cc77'), [
    { value: 'CC77', count: 100 },
    ...Array.from({ length: 10 }, (_, digit) => ({ value: `CC77${digit}`, count: 100 })),
  ])
  assert.deepEqual(await list('username', 'PERSON-77777'), [{ value: 'person-77777', count: 1 }])
  assert.deepEqual(await list('lastname', 'number 9999'), [
    { value: 'Number 9999', count: 1 },
    ...Array.from({ length: 10 }, (_, digit) => ({ value: `Number 9999${digit}`, count: 1 })),
  ])
  assert.equal((await list('displayname')).length, 20)
})

test('pages deep inside a list read ids alone up to their beginning', async () => {
  const lines: string[] = []
  for (const [name, more] of Object.entries({
    'the 90,000th user by id': {},
    'how many there are': undefined,
    'how many have a cost centre': where('costCenter', 'eq', 'CC7'),
  })) {
    const isList = name.startsWith('the')
    const listing = { sort: [], limit: 100, ...more }
    const plan = await planOf(isList ? listQuery({ ...listing, skip: 90_000 }) : countQuery(listing))
    lines.push(`-- ${name}`, ...plan.map((line) => line.replace(/^( *->  )Parallel /, '$1')), '')
  }
  await assertExpectedFile('plans/users-deep.txt', lines)
})

test('a reader who goes on gets everybody once, in every order', async () => {
  for (const sort of [[], [{ field: 'username', descending: true }]]) {
    const seen = new Set<string>()
    for (let skip = 0; ; skip += 1000) {
      const page = await users.list(actor, { sort, limit: 1000, skip })
      for (const { id } of page) seen.add(id)
      if (page.length === 0) break
    }
    assert.equal(seen.size, count, JSON.stringify(sort))
  }
})

test('a page that nobody read up to is the same from either end, remembered or not', async () => {
  const page = (skip: number, sort: UserListing['sort'] = []): Promise<readonly { id: string; username: string }[]> =>
    users.list(actor, { sort, limit: 3, skip })
  for (const skip of [1, 4999, 5000, 50_001, 70_000, 99_996, 99_997, 99_998, 99_999, 100_000, 200_000]) {
    const expected = [skip + 1, skip + 2, skip + 3].filter((number) => number <= count).map(idOfPerson)
    users.forgetCounts()
    assert.deepEqual(
      (await page(skip)).map(({ id }) => id),
      expected,
      `first at ${skip}`,
    )
    assert.deepEqual(
      (await page(skip)).map(({ id }) => id),
      expected,
      `again at ${skip}`,
    )
  }
  assert.deepEqual(
    (await page(99_999, [{ field: 'created', descending: true }])).map(({ id }) => id),
    [idOfPerson(1)],
  )
  const byDepartment = [
    { field: 'department', descending: false },
    { field: 'username', descending: true },
  ]
  assert.deepEqual(
    (await page(0, byDepartment)).map(({ username }) => username),
    ['person-99998', 'person-99992', 'person-99986'],
  )
  users.forgetCounts()
  assert.deepEqual(
    (await page(99_998, byDepartment)).map(({ username }) => username),
    ['person-10011', 'person-10005'],
  )
})

test('a reader who goes on is not moved by what is deleted and made meanwhile', async () => {
  const listing = { sort: [], limit: 10 }
  const first = await users.list(actor, { ...listing, skip: 0 })
  const origin = { actor, cause: { kind: 'request' } } as const
  await users.remove(origin, first[0]?.id ?? '', { cascadeManager: null })
  const next = await users.list(actor, { ...listing, skip: 10 })
  assert.equal(next[0]?.id, idOfPerson(11), 'the one after the last that was read')
  const counted = await users.list(actor, { ...listing, skip: 10 })
  assert.equal(counted[0]?.id, idOfPerson(12), 'whoever does not read on gets the place as it is now')
})
