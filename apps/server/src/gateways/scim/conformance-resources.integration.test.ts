// The resources themselves, their creation and their end: requirements of the RFCs against the running hub, each by its number in the list of requirements.
import assert from 'node:assert/strict'
import { after, before } from 'node:test'
import { type HubInProcess, startHubInProcess } from '../../../../../tests/support/hub-in-process.ts'
import { proves } from '../../../../../tests/support/proves.ts'
import {
  enterprise,
  groupUrn,
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

proves(['D1', 'D4', 'D5', 'H1'], 'a resource has its schemas and meta, which nothing but a change moves', async () => {
  const made = await client.user('d1', { meta: { created: '2001-01-01T00:00:00Z' }, title: 'x' })
  assert.deepEqual(made.schemas, [userUrn])
  assert.equal(made.meta.created, made.meta.lastModified)
  assert.match(made.meta.created, /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/)
  assert.match(made.meta.version, /^W\/".+"$/)
  const same = await client.patch(`/Users/${made.id}`, { op: 'replace', path: 'title', value: 'x' })
  assert.deepEqual(same.body.meta, made.meta)
  assert.deepEqual((await client.must('PUT', `/Users/${made.id}`, made)).meta, made.meta)
  assert.notEqual(
    (await client.patch(`/Users/${made.id}`, { op: 'replace', path: 'title', value: 'y' })).body.meta.version,
    made.meta.version,
  )
  const group = await client.group('d1')
  await client.patch(`/Groups/${group.id}`, { op: 'add', path: 'members', value: [{ value: made.id }] })
  const after = await client.must('GET', `/Groups/${group.id}`)
  assert.notEqual(after.meta.version, group.meta.version)
})

proves(
  ['D3', 'D15', 'E2', 'G19', 'B5'],
  'names are unique in any letter case, and external ids are each client’s own',
  async () => {
    const one = await client.user('d15', { externalId: 'Ext' })
    assert.equal((await client.user('d15b')).externalId, undefined)
    await refused(
      client.send('POST', '/Users', { schemas: [userUrn], userName: 'D15', emails: [{ value: 'other@example.com' }] }),
      409,
      'uniqueness',
    )
    const two = await client.user('d15c')
    await refused(
      client.patch(`/Users/${two.id}`, { op: 'replace', path: 'userName', value: 'D15' }),
      409,
      'uniqueness',
    )
    await refused(client.send('PUT', `/Users/${two.id}`, { ...two, userName: 'D15' }), 409, 'uniqueness')
    await client.group('d15')
    await refused(client.send('POST', '/Groups', { schemas: [groupUrn], displayName: 'D15' }), 409, 'uniqueness')
    assert.deepEqual(await client.found('Users', 'externalId eq "Ext"'), [one.id])
    assert.deepEqual(await client.found('Users', 'externalId eq "ext"'), [])
    assert.deepEqual(await strict.found('Users', 'externalId eq "Ext"'), [])
    assert.equal((await strict.must('GET', `/Users/${one.id}`)).externalId, undefined)
  },
)

proves(['D6', 'D9', 'D17', 'A10', 'J5'], 'values are of their types', async () => {
  const send = (who: ScimClient, more: object) =>
    who.send('POST', '/Users', { schemas: [userUrn], userName: 'd6', emails: [{ value: 'd6@example.com' }], ...more })
  for (const more of [
    { active: 'yes' },
    { name: 'x' },
    {
      emails: [
        { value: 'a@b.example', primary: true },
        { value: 'c@b.example', primary: true },
      ],
    },
    { x509Certificates: [{ value: '§' }] },
    { title: { a: 1 } },
  ])
    await refused(send(client, more), 400, 'invalidValue')
  await refused(send(strict, { active: 'True' }), 400, 'invalidValue')
  await refused(send(strict, { title: 5 }), 400, 'invalidValue')
  await refused(send(strict, { bogus: 1 }), 400, 'invalidSyntax')
  await refused(strict.send('POST', '/Users', { schemas: [userUrn, 'urn:bogus'], userName: 'd6' }), 400, 'invalidValue')
  const { body } = await send(client, { bogus: 1, 'urn:bogus': {}, active: 'True', schemas: [userUrn, 'urn:bogus'] })
  assert.deepEqual([body.active, body.bogus, body['urn:bogus']], [true, undefined, undefined])
})

proves(
  ['D8', 'D10', 'D11', 'D12', 'D19', 'D28', 'D29'],
  'nothing is nothing, and values come back as they were sent',
  async () => {
    const phoneNumbers = [
      { value: '(030) 12 / 3-4', type: 'carrier pigeon' },
      { value: '+49', type: 'work', primary: true },
    ]
    const made = await client.user('d8', {
      nickName: null,
      roles: [],
      phoneNumbers: [...phoneNumbers, phoneNumbers[0]],
      addresses: [{ type: 'work', country: 'Sierra Leone', formatted: 'a\nb' }],
      title: 'ChIeF',
    })
    assert.deepEqual(made.phoneNumbers, phoneNumbers)
    assert.deepEqual(made.addresses, [{ type: 'work', country: 'Sierra Leone', formatted: 'a\nb' }])
    assert.deepEqual([made.title, 'nickName' in made, 'roles' in made], ['ChIeF', false, false])
    assert.deepEqual((await client.must('GET', `/Users/${made.id}`)).phoneNumbers, phoneNumbers)
    await refused(
      strict.send('POST', '/Users', {
        schemas: [userUrn],
        userName: 'd29',
        emails: [{ value: 'd29@example.com' }],
        addresses: [{ country: 'Sierra Leone' }],
      }),
      400,
      'invalidValue',
    )
  },
)

proves(
  ['D13', 'D14', 'D22'],
  'what only the hub sets is ignored or refused, and a password is never told',
  async () => {
    const made = await client.user('d13', { groups: [{ value: 'x' }], password: 'Correct-Horse-7-Battery' })
    assert.deepEqual([made.groups, made.password], [undefined, undefined])
    await refused(client.patch(`/Users/${made.id}`, { op: 'replace', path: 'groups', value: [] }), 400, 'mutability')
    await refused(client.patch(`/Users/${made.id}`, { op: 'replace', path: 'id', value: 'x' }), 400, 'mutability')
    await refused(
      client.patch(`/Users/${made.id}`, { op: 'replace', path: 'password', value: 'short' }),
      400,
      'invalidValue',
    )
    await refused(client.send('GET', `/Users?filter=${encodeURIComponent('password eq "x"')}`), 400, 'invalidFilter')
    const shown = await client.must('GET', `/Users/${made.id}?attributes=nickName,password`)
    assert.deepEqual(Object.keys(shown).toSorted(), ['id', 'schemas'])
    assert.ok('id' in (await client.must('GET', `/Users/${made.id}?excludedAttributes=id,userName`)))
    assert.equal(
      (await client.patch(`/Users/${made.id}`, { op: 'replace', value: { password: 'Another-Horse-8-Battery' } }))
        .status,
      200,
    )
  },
)

proves(['D16', 'D21'], 'what is required is there', async () => {
  await refused(
    client.send('POST', '/Users', { schemas: [userUrn], emails: [{ value: 'a@b.example' }] }),
    400,
    'invalidValue',
  )
  await refused(
    client.send('POST', '/Users', { schemas: [userUrn], userName: '', emails: [{ value: 'a@b.example' }] }),
    400,
    'invalidValue',
  )
  await refused(client.send('POST', '/Groups', { schemas: [groupUrn] }), 400, 'invalidValue')
  const made = await client.user('d16')
  await refused(client.patch(`/Users/${made.id}`, { op: 'remove', path: 'userName' }), 400, 'mutability')
  await refused(client.send('PUT', `/Users/${made.id}`, { schemas: [userUrn], title: 'x' }), 400, 'invalidValue')
})

proves(
  ['D18', 'G15'],
  'extensions stand under their URN, which is in schemas as long as they hold anything',
  async () => {
    const made = await client.user('d18', { [userUrn]: { nickName: 'Core' } })
    assert.deepEqual([made.schemas, made.nickName], [[userUrn], 'Core'])
    const added = await client.patch(`/Users/${made.id}`, { op: 'add', path: `${enterprise}:division`, value: 'D' })
    assert.deepEqual([added.body.schemas, added.body[enterprise]], [[userUrn, enterprise], { division: 'D' }])
    const gone = await client.patch(`/Users/${made.id}`, { op: 'remove', path: enterprise })
    assert.deepEqual([gone.body.schemas, gone.body[enterprise]], [[userUrn], undefined])
  },
)

proves(['D20', 'D24'], 'every attribute of a user is kept', async () => {
  const all = {
    name: {
      formatted: 'Dr Ada L',
      familyName: 'L',
      givenName: 'Ada',
      middleName: 'M',
      honorificPrefix: 'Dr',
      honorificSuffix: 'III',
    },
    displayName: 'Ada',
    nickName: 'A',
    profileUrl: 'https://example.com/a',
    title: 'T',
    userType: 'U',
    preferredLanguage: 'en',
    locale: 'en-US',
    timezone: 'Europe/Berlin',
    emails: [
      { value: 'd20@example.com', type: 'work', primary: true },
      { value: 'd20@home.example', type: 'home', display: 'H' },
    ],
    phoneNumbers: [{ value: '1', type: 'work' }],
    ims: [{ value: 'im', type: 'x' }],
    photos: [{ value: 'https://example.com/p', type: 'photo' }],
    addresses: [
      {
        formatted: 'f',
        streetAddress: 's',
        locality: 'l',
        region: 'r',
        postalCode: 'p',
        country: 'DE',
        type: 'work',
        primary: true,
      },
    ],
    entitlements: [{ value: 'e' }],
    roles: [{ value: 'r', primary: true }],
    x509Certificates: [{ value: 'QUJD' }],
    [enterprise]: {
      employeeNumber: 'd20',
      costCenter: 'c',
      organization: 'o',
      division: 'd',
      department: 'p',
      manager: { value: 'nobody-yet' },
    },
  }
  const made = await client.user('d20', all)
  for (const [name, value] of Object.entries(all)) assert.deepEqual(made[name], value, name)
  const boss = await client.user('d20boss', { displayName: 'Boss' })
  const managed = await client.patch(`/Users/${made.id}`, {
    op: 'replace',
    path: `${enterprise}:manager`,
    value: boss.id,
  })
  assert.deepEqual(managed.body[enterprise].manager, { value: boss.id, $ref: boss.meta.location, displayName: 'Boss' })
})

proves(['D23', 'D25', 'D26', 'D27'], 'members are users, shown on both sides, and go with the user', async () => {
  const [one, two] = [await client.user('d23a', { displayName: 'One' }), await client.user('d23b')]
  const group = await client.group('d23', {
    members: [{ value: one.id, type: 'User' }, { value: two.id }, { value: 'nobody' }],
  })
  assert.deepEqual(group.members[0], { value: one.id, $ref: one.meta.location, type: 'User', display: 'One' })
  assert.equal(group.members.length, 2)
  const shown = await client.must('GET', `/Users/${one.id}`)
  assert.deepEqual(shown.groups, [{ value: group.id, $ref: group.meta.location, display: 'd23', type: 'direct' }])
  await refused(
    strict.patch(`/Groups/${group.id}`, { op: 'add', path: 'members', value: [{ value: 'nobody' }] }),
    400,
    'invalidValue',
  )
  await refused(
    client.patch(`/Groups/${group.id}`, { op: 'add', path: 'members', value: [{ value: group.id }] }),
    400,
    'invalidValue',
  )
  await client.patch(`/Users/${two.id}`, { op: 'add', path: `${enterprise}:manager`, value: { value: one.id } })
  const before = await client.must('GET', `/Groups/${group.id}`)
  assert.equal((await client.send('DELETE', `/Users/${one.id}`)).status, 204)
  const after = await client.must('GET', `/Groups/${group.id}`)
  assert.deepEqual(
    after.members.map(({ value }: { value: string }) => value),
    [two.id],
  )
  assert.notEqual(after.meta.version, before.meta.version)
  assert.equal((await client.must('GET', `/Users/${two.id}`))[enterprise], undefined)
})

proves(['E4', 'E5', 'E6', 'E7'], 'what is deleted is gone, and may be made again', async () => {
  const made = await client.user('e5')
  await refused(client.send('DELETE', `/Users/${made.id}`, undefined, { 'if-match': 'W/"77"' }), 412)
  const gone = await client.send('DELETE', `/Users/${made.id}`)
  assert.deepEqual([gone.status, gone.text], [204, ''])
  for (const method of ['GET', 'DELETE']) await refused(client.send(method, `/Users/${made.id}`), 404)
  assert.deepEqual(await client.found('Users', 'userName eq "e5"'), [])
  assert.notEqual((await client.user('e5')).id, made.id)
  const soft = await scimClient(hub, { onDelete: 'suspend' })
  const kept = await soft.user('e6')
  assert.equal((await soft.send('DELETE', `/Users/${kept.id}`)).status, 204)
  await refused(soft.send('GET', `/Users/${kept.id}`), 404)
  assert.deepEqual(await client.found('Users', 'userName eq "e6"'), [])
  assert.equal((await hub.must('GET', `/hub/v1/users/${kept.id}`)).state, 'SUSPENDED')
  assert.deepEqual((({ id, active }) => [id, active])(await soft.user('e6')), [kept.id, true])
  const off = await client.user('e6off', { active: false })
  assert.deepEqual(await client.found('Users', 'userName eq "e6off"'), [off.id])
})
