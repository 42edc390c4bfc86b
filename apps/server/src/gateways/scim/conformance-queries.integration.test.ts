// Filters, sorting, pages and projection: requirements of the RFCs against the running hub, each by its number in the list of requirements.
import assert from 'node:assert/strict'
import { after, before } from 'node:test'
import { type Clock, systemClock } from '@lockstep/kernel/clock'
import { type HubInProcess, startHubInProcess } from '../../../../../tests/support/hub-in-process.ts'
import { proves } from '../../../../../tests/support/proves.ts'
import { enterprise, refused, type ScimClient, scimClient, userUrn } from '../../../../../tests/support/scim-client.ts'
import { createVault } from '../../platform/crypto/vault.ts'
import { createCursors } from './cursor.ts'

const searchUrn = 'urn:ietf:params:scim:api:messages:2.0:SearchRequest'

interface Page {
  readonly startIndex?: number
  readonly nextCursor?: string
  readonly Resources: readonly { readonly userName: string }[]
}

let hub: HubInProcess
let client: ScimClient
let strict: ScimClient
before(async () => {
  hub = await startHubInProcess({ background: false })
  client = await scimClient(hub)
  strict = await scimClient(hub, { profile: 'strict' })
})
after(() => hub.stop())

proves(['F1', 'F16', 'F17'], 'pages by number', async () => {
  const only = encodeURIComponent('userName sw "f16"')
  for (const name of ['f16a', 'f16b', 'f16c']) await client.user(name)
  const page = async (query: string) => client.must('GET', `/Users?filter=${only}&${query}`)
  const counts = async (query: string) =>
    (({ totalResults, startIndex, itemsPerPage, Resources }) => [
      totalResults,
      startIndex,
      itemsPerPage,
      Resources.length,
    ])(await page(query))
  assert.deepEqual(await counts('startIndex=0&count=2'), [3, 1, 2, 2])
  assert.deepEqual(await counts('startIndex=3&count=2'), [3, 3, 1, 1])
  assert.deepEqual(await counts('startIndex=9'), [3, 9, 0, 0])
  assert.deepEqual(await counts('count=0'), [3, 1, 0, 0])
  assert.deepEqual(await counts('count=-4'), [3, 1, 0, 0])
  assert.deepEqual((await client.must('GET', '/Users?filter=userName+eq+%22none%22')).Resources, [])
  assert.equal((await client.send('GET', '/Users')).status, 200)
  await refused(client.send('GET', '/Users?count=many'), 400, 'invalidValue')
})

proves(['F2', 'F3', 'F4', 'F5', 'F6', 'F7', 'F8', 'F9', 'F10', 'F11', 'F12', 'F13', 'F14'], 'filters', async () => {
  const one = await client.user('f2one', {
    title: 'Chief "x" \\ Ä',
    name: { givenName: 'Olive' },
    emails: [
      { value: 'F2@Example.com', type: 'work', primary: true },
      { value: 'f2@home.example', type: 'home' },
    ],
    externalId: 'f2',
    [enterprise]: { department: 'F2-Dept', manager: 'f2-boss' },
    roles: [{ value: 'f2role' }],
  })
  const two = await client.user('f2two', { title: 'Clerk', active: false })
  const group = await client.group('f2', { members: [{ value: one.id }] })
  const both = 'userName sw "f2" and '
  const finds: readonly (readonly [string, readonly string[]])[] = [
    ['userName EQ "F2ONE"', [one.id]],
    [`${userUrn}:userName eq "f2one"`, [one.id]],
    [`${enterprise}:department eq "f2-dept"`, [one.id]],
    [`${both}${enterprise}:manager.value eq "f2-boss"`, [one.id]],
    [`${both}manager eq "f2-boss"`, [one.id]],
    ['emails eq "f2@example.com"', [one.id]],
    ['emails.value eq "F2@HOME.example"', [one.id]],
    ['emails[type eq "home" and value co "2@home"]', [one.id]],
    [`${both}emails[type eq "home" and value co "@example"]`, []],
    ['emails[type eq "work"].value eq "f2@example.com"', [one.id]],
    [`${both}not (title pr and title sw "Chief")`, [two.id]],
    ['title eq "chief \\"x\\" \\\\ \\u00c4"', [one.id]],
    [`${both}(title ew "k" or name.givenName co "LIV")`, [one.id, two.id]],
    [`${both}active eq false`, [two.id]],
    [`${both}active eq "False"`, [two.id]],
    [`${both}nickName eq null and title ne null`, [one.id, two.id]],
    [`${both}meta.lastModified ge "2020-01-01T01:00:00+01:00"`, [one.id, two.id]],
    [`${both}meta.created lt "2020-01-01T00:00:00Z"`, []],
    ['externalId eq "f2"', [one.id]],
    [`id eq "${one.id}"`, [one.id]],
    [`${both}meta.resourceType eq "User"`, [one.id, two.id]],
    [`${both}schemas eq "${enterprise}"`, [one.id]],
    [`${both}roles pr`, [one.id]],
    ['roles.value eq "F2ROLE"', [one.id]],
    [`groups.value eq "${group.id}"`, [one.id]],
    ['userName   eq"f2one"', [one.id]],
    ['userName eq f2one', [one.id]],
    [`${both}title gt "Chief z"`, [two.id]],
    [`${both}emails[not (type eq "work")]`, [one.id]],
    [`${both}meta pr`, [one.id, two.id]],
    [`${both}meta eq null`, []],
  ]
  for (const [filter, ids] of finds)
    assert.deepEqual((await client.found('Users', filter)).toSorted(), ids.toSorted(), filter)
  assert.deepEqual(await client.found('Groups', `members eq "${one.id}"`), [group.id])
  assert.deepEqual(await client.found('Groups', 'displayName eq "F2" and meta pr'), [group.id])
  assert.deepEqual(await client.found('Groups', `members[value eq "${one.id}"]`), [group.id])
  assert.deepEqual(await client.found('Groups', `displayName eq "F2" and members.value eq "${two.id}"`), [])
  const joined = await client.group('f13 joined')
  await client.patch(`/Groups/${joined.id}`, { op: 'add', path: 'members', value: [{ value: two.id }] })
  const { lastModified } = (await client.must('GET', `/Groups/${joined.id}`)).meta
  assert.notEqual(lastModified, joined.meta.lastModified)
  const modified = (operator: string, time: string) =>
    client.found('Groups', `displayName eq "f13 joined" and meta.lastModified ${operator} "${time}"`)
  assert.deepEqual(await modified('ge', lastModified), [joined.id])
  assert.deepEqual(await modified('gt', joined.meta.lastModified), [joined.id])
  assert.deepEqual(await modified('gt', lastModified), [])
  assert.deepEqual(await modified('eq', lastModified), [joined.id])
  const byAddress = `/Groups?filter=${encodeURIComponent(`members.$ref eq "${one.meta.location}"`)}`
  await refused(client.send('GET', byAddress), 400, 'invalidFilter')
  for (const filter of [
    'userName xx "a"',
    'userName eq',
    '(userName pr',
    'userName eq "a" and',
    'active gt true',
    'bogus eq 1',
    'emails[type eq "a"',
    'name eq "x"',
    'meta.created gt "soon"',
    'x509Certificates.value gt "a"',
    // What follows from elsewhere cannot be found by, rather than found never.
    `groups.$ref eq "${group.meta.location}"`,
    `${enterprise}:manager.displayName eq "Boss"`,
  ])
    await refused(client.send('GET', `/Users?filter=${encodeURIComponent(filter)}`), 400, 'invalidFilter')
  await refused(strict.send('GET', `/Users?filter=${encodeURIComponent('active eq "True"')}`), 400, 'invalidFilter')
})

proves(['F15'], 'sorting', async () => {
  const filter = encodeURIComponent('userName sw "f15"')
  for (const [name, familyName] of [
    ['f15a', 'beta'],
    ['f15b', 'Alpha'],
    ['f15c', undefined],
  ] as const)
    await client.user(name, familyName ? { name: { familyName } } : {})
  const names = async (query: string) =>
    (await client.must('GET', `/Users?filter=${filter}&${query}`)).Resources.map(
      ({ userName }: { userName: string }) => userName,
    )
  assert.deepEqual(await names('sortBy=name.familyName'), ['f15b', 'f15a', 'f15c'])
  assert.deepEqual(await names('sortBy=name.familyName&sortOrder=descending'), ['f15c', 'f15a', 'f15b'])
  assert.deepEqual(await names('sortBy=emails&sortOrder=descending'), ['f15c', 'f15b', 'f15a'])
  assert.deepEqual(await names(`sortBy=${userUrn}:userName`), ['f15a', 'f15b', 'f15c'])
  await refused(client.send('GET', '/Users?sortBy=userName&sortOrder=up'), 400, 'invalidValue')
})

proves(['F18', 'F19', 'F20'], 'cursors', async () => {
  const filter = encodeURIComponent('userName sw "f18"')
  for (const name of ['f18a', 'f18b', 'f18c', 'f18d', 'f18e'])
    await client.user(name, name > 'f18c' ? { title: name } : {})
  for (const sort of ['', '&sortBy=title', '&sortBy=title&sortOrder=descending', '&sortBy=meta.created']) {
    const seen: string[] = []
    let cursor: string | undefined = ''
    while (cursor !== undefined) {
      const page: Page = await client.must('GET', `/Users?filter=${filter}${sort}&count=2&cursor=${cursor}`)
      assert.equal(page.startIndex, undefined)
      assert.match(page.nextCursor ?? 'a', /^[A-Za-z0-9_~.-]+$/)
      seen.push(...page.Resources.map(({ userName }: { userName: string }) => userName))
      cursor = page.nextCursor
    }
    assert.deepEqual(seen.toSorted(), ['f18a', 'f18b', 'f18c', 'f18d', 'f18e'], sort)
  }
  const { nextCursor } = await client.must('GET', `/Users?filter=${filter}&count=2&cursor=`)
  await refused(client.send('GET', `/Users?filter=${filter}&count=3&cursor=${nextCursor}`), 400, 'invalidCount')
  await refused(client.send('GET', `/Users?count=2&cursor=${nextCursor}`), 400, 'invalidCursor')
  await refused(strict.send('GET', `/Users?filter=${filter}&count=2&cursor=${nextCursor}`), 400, 'invalidCursor')
  await refused(client.send('GET', '/Users?cursor=garbled'), 400, 'invalidCursor')
  const vault = await createVault({ database: hub.database, masterKeyFile: hub.masterKeyFile })
  const at = (clock: Clock) => createCursors({ vault, clock })
  const scope = { actorId: client.integrationId, endpoint: 'Users', request: { descending: false, count: 2 } }
  const place = { value: null, id: '' }
  const follow = (cursor: string) => client.send('GET', `/Users?count=2&cursor=${cursor}`)
  const longAgo = { now: () => new Date('2026-01-31T09:00:00Z') }
  assert.equal((await follow(await at(systemClock).write(place, scope))).status, 200)
  await refused(follow(await at(longAgo).write(place, scope)), 400, 'expiredCursor')
  // Nobody makes one who does not hold the hub's keys, and nothing of the list can be read in it.
  const made = Buffer.from(JSON.stringify([null, '', 4_000_000_000, 2])).toString('base64url')
  const [, keyId = ''] = nextCursor.split('.')
  for (const cursor of [made, `v1.${keyId}.${made}`, `v1.000000000000.${made}`])
    await refused(follow(cursor), 400, 'invalidCursor')
  const byName = await client.must('GET', `/Users?filter=${filter}&sortBy=userName&count=2&cursor=`)
  const parts = (byName.nextCursor as string).split('.').map((part) => Buffer.from(part, 'base64url'))
  assert.ok(parts.every((part) => !part.includes('f18')))
  assert.equal((await client.must('GET', '/Users')).startIndex, 1)
})

proves(['A12', 'F21', 'F22', 'F23', 'F24', 'H4'], 'projection and searches', async () => {
  const made = await client.user('f21', {
    name: { givenName: 'G', familyName: 'F' },
    [enterprise]: { department: 'D' },
    nickName: 'N',
  })
  const keys = async (query: string) => Object.keys(await client.must('GET', `/Users/${made.id}?${query}`)).toSorted()
  assert.deepEqual(await keys('attributes=USERNAME,%20name.givenName,bogus'), ['id', 'name', 'schemas', 'userName'])
  assert.deepEqual(await keys(`attributes=${enterprise}`), ['id', 'schemas', enterprise])
  assert.deepEqual(await keys(`attributes=${enterprise}:department`), ['id', 'schemas', enterprise])
  assert.deepEqual((await client.must('GET', `/Users/${made.id}?attributes=emails.value`)).emails, [
    { value: 'f21@example.com' },
  ])
  assert.ok(
    !(await keys('excludedAttributes=emails,nickName,meta')).some((key) =>
      ['emails', 'nickName', 'meta'].includes(key),
    ),
  )
  assert.deepEqual((await client.must('GET', `/Users/${made.id}?excludedAttributes=name.givenName`)).name, {
    familyName: 'F',
  })
  assert.deepEqual(await keys(`attributes=${encodeURIComponent('emails[type eq "work"]')}`), [
    'emails',
    'id',
    'schemas',
  ])
  await refused(client.send('GET', '/Users?attributes=id&excludedAttributes=id'), 400, 'invalidValue')
  const [whole, part] = [
    await client.send('GET', `/Users/${made.id}`),
    await client.send('GET', `/Users/${made.id}?attributes=userName`),
  ]
  assert.equal(whole.headers.etag, part.headers.etag)
  const search = await client.send('POST', '/Users/.search', {
    schemas: [searchUrn],
    filter: 'userName eq "f21"',
    attributes: ['userName'],
    count: 5,
    startIndex: 1,
  })
  assert.deepEqual([search.status, search.headers.location, search.body.Resources[0].userName], [200, undefined, 'f21'])
  await refused(client.send('POST', '/Users/.search', { schemas: ['x'] }), 400, 'invalidSyntax')
  const group = await client.group('f21', { members: [{ value: made.id }] })
  const everywhere = await client.must('POST', '/.search', {
    schemas: [searchUrn],
    filter: 'userName eq "f21" or displayName eq "f21"',
  })
  assert.deepEqual(
    everywhere.Resources.map(({ id }: { id: string }) => id),
    [made.id, group.id],
  )
  const all = await client.must('GET', `/?filter=${encodeURIComponent('meta.resourceType eq "Group"')}&count=1000`)
  assert.ok(
    all.Resources.some(({ id }: { id: string }) => id === group.id) &&
      !all.Resources.some(({ id }: { id: string }) => id === made.id),
  )
  assert.equal((await client.must('GET', `/Groups/${group.id}?excludedAttributes=members`)).members, undefined)
})
