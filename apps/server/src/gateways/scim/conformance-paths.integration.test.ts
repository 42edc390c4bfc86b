// PATCH: requirements of the RFCs against the running hub, each by its number in the list of requirements.
import assert from 'node:assert/strict'
import { after, before } from 'node:test'
import { type HubInProcess, startHubInProcess } from '../../../../../tests/support/hub-in-process.ts'
import { proves } from '../../../../../tests/support/proves.ts'
import {
  enterprise,
  patchUrn,
  refused,
  type ScimClient,
  scimClient,
  userUrn,
} from '../../../../../tests/support/scim-client.ts'

let hub: HubInProcess
let client: ScimClient
let strict: ScimClient
before(async () => {
  hub = await startHubInProcess({ background: false })
  client = await scimClient(hub)
  strict = await scimClient(hub, { profile: 'strict' })
})
after(() => hub.stop())

proves(['G3', 'G4', 'G6'], 'PATCH: its form, its paths, all or nothing', async () => {
  const made = await client.user('g3', { name: { givenName: 'G' } })
  const path = `/Users/${made.id}`
  await refused(client.send('PATCH', path, { schemas: [patchUrn], Operations: [] }), 400, 'invalidSyntax')
  await refused(
    client.send('PATCH', path, { schemas: ['urn:x'], Operations: [{ op: 'add', path: 'title', value: 'x' }] }),
    400,
    'invalidSyntax',
  )
  await refused(client.patch(path, { op: 'move', path: 'title', value: 'x' }), 400, 'invalidSyntax')
  for (const bad of [
    '..',
    'emails[',
    'emails[type eq "a"].',
    'bogus',
    'name.bogus',
    'title[value eq "x"]',
    `${enterprise}:bogus`,
  ])
    await refused(client.patch(path, { op: 'replace', path: bad, value: 'x' }), 400, 'invalidPath')
  await refused(client.patch(path, { op: 'replace', path: 'emails[type xx "a"]', value: 'x' }), 400, 'invalidFilter')
  await refused(
    client.patch(path, { op: 'replace', path: 'title', value: 'new' }, { op: 'remove', path: 'userName' }),
    400,
    'mutability',
  )
  assert.equal((await client.must('GET', path)).title, undefined)
  const done = await client.send('PATCH', path, {
    schemas: [patchUrn],
    OPERATIONS: [
      { op: 'ADD', path: `${userUrn}:name.familyName`, value: 'F' },
      { op: 'Replace', path: `${enterprise}`, value: { division: 'D' } },
    ],
  })
  assert.deepEqual([done.body.name, done.body[enterprise]], [{ givenName: 'G', familyName: 'F' }, { division: 'D' }])
})

proves(['G5'], 'PATCH answers the user, and of a group nothing unless it is asked for', async () => {
  const user = await client.user('g5')
  assert.equal((await client.patch(`/Users/${user.id}`, { op: 'add', path: 'title', value: 'x' })).status, 200)
  const group = await client.group('g5')
  const add = { op: 'add', path: 'members', value: [{ value: user.id }] }
  const quiet = await client.patch(`/Groups/${group.id}`, add)
  assert.deepEqual([quiet.status, quiet.text, typeof quiet.headers.etag], [204, '', 'string'])
  assert.equal((await client.patch(`/Groups/${group.id}?attributes=members`, add)).body.members.length, 1)
})

proves(['G7', 'G8', 'G11', 'G12', 'G17', 'G18'], 'PATCH add and replace', async () => {
  const made = await client.user('g7', { name: { givenName: 'G' }, roles: [{ value: 'a', primary: true }] })
  const path = `/Users/${made.id}`
  const added = await client.patch(path, {
    op: 'add',
    value: {
      'name.familyName': 'F',
      [`${enterprise}:department`]: 'D',
      [enterprise]: { division: 'V' },
      roles: [{ value: 'b', primary: 'True' }, { value: 'a' }],
    },
  })
  assert.deepEqual(
    [added.body.name, added.body[enterprise], added.body.roles],
    [
      { givenName: 'G', familyName: 'F' },
      { department: 'D', division: 'V' },
      [
        { value: 'a', primary: false },
        { value: 'b', primary: true },
      ],
    ],
  )
  await refused(client.patch(path, { op: 'add', path: 'title' }), 400, 'invalidValue')
  const email = await client.patch(path, { op: 'Add', path: 'emails[type eq "home"].value', value: 'g7@home.example' })
  assert.deepEqual(email.body.emails[1], { type: 'home', value: 'g7@home.example' })
  await refused(client.patch(path, { op: 'add', path: 'emails[type sw "x"].value', value: 'y' }), 400, 'noTarget')
  await refused(
    client.patch(path, { op: 'replace', path: 'emails[type eq "pager"].value', value: 'y' }),
    400,
    'noTarget',
  )
  const replaced = await client.patch(
    path,
    { op: 'replace', path: 'name', value: { givenName: 'H' } },
    { op: 'replace', path: 'emails[type eq "home"]', value: { display: 'Home' } },
    { op: 'replace', path: `${enterprise}:manager`, value: [{ value: 'm', $ref: null }] },
  )
  assert.deepEqual(
    [replaced.body.name, replaced.body.emails[1].display, replaced.body[enterprise].manager],
    [{ givenName: 'H', familyName: 'F' }, 'Home', { value: 'm' }],
  )
})

proves(['G9', 'G10', 'G13', 'G14'], 'PATCH remove', async () => {
  const made = await client.user('g9', {
    title: 'T',
    nickName: 'N',
    roles: [{ value: 'a' }, { value: 'b' }],
    ims: [{ value: 'i', type: 'x', display: 'D' }],
    externalId: 'g9',
  })
  const path = `/Users/${made.id}`
  await refused(client.patch(path, { op: 'remove' }), 400, 'noTarget')
  const one = await client.patch(
    path,
    { op: 'remove', path: 'roles', value: [{ value: 'a' }] },
    { op: 'remove', path: 'title' },
    { op: 'replace', path: 'nickName', value: '' },
    { op: 'remove', path: 'ims[type eq "x"].display' },
  )
  assert.deepEqual(
    [one.body.roles, one.body.title, one.body.nickName, one.body.ims],
    [[{ value: 'b' }], undefined, undefined, [{ value: 'i', type: 'x' }]],
  )
  assert.equal((await client.patch(path, { op: 'remove', path: 'roles[value eq "z"]' })).status, 200)
  await refused(strict.patch(path, { op: 'remove', path: 'roles[value eq "z"]' }), 400, 'noTarget')
  assert.equal(
    (
      await client.patch(path, {
        op: 'replace',
        value: { id: 'x', meta: {}, groups: [], schemas: [], displayName: 'New' },
      })
    ).body.displayName,
    'New',
  )
  await refused(strict.patch(path, { op: 'replace', value: { id: 'x' } }), 400, 'mutability')
  assert.equal((await client.patch(path, { op: 'remove', path: 'externalId' })).body.externalId, undefined)
})
