// What real clients send, request by request, and what they need to find in the answers.
import assert from 'node:assert/strict'
import { randomUUID } from 'node:crypto'
import { after, before, describe, test } from 'node:test'
import { type HubInProcess, startHubInProcess } from '../../../../../tests/support/hub-in-process.ts'
import { enterprise, groupUrn, type ScimClient, scimClient, userUrn } from '../../../../../tests/support/scim-client.ts'

let hub: HubInProcess
before(async () => {
  hub = await startHubInProcess({ background: false })
})
after(() => hub.stop())

const q = encodeURIComponent
const ids = (members: readonly { value: string }[] = []): readonly string[] => members.map(({ value }) => value)

describe('Entra ID', () => {
  let entra: ScimClient
  before(async () => {
    entra = await scimClient(hub, { profile: 'entra' })
  })

  test('tests the connection with a name that nobody has', async () => {
    const answer = await entra.send('GET', `/Users?filter=${q(`userName eq "${randomUUID()}"`)}&aadOptscim062020`)
    assert.deepEqual([answer.status, answer.body.totalResults, answer.body.Resources], [200, 0, []])
    const byMail = await entra.send('GET', `/Users?filter=${q(`emails[type eq "work"].value eq "${randomUUID()}"`)}`)
    assert.deepEqual([byMail.status, byMail.body.totalResults], [200, 0])
    assert.equal(
      (await entra.send('GET', `/Groups?excludedAttributes=members&filter=${q('displayName eq "none"')}`)).status,
      200,
    )
  })

  test('creates a user with nulls, a top-level department and an older URN, and finds it by any matching attribute', async () => {
    const made = await entra.must('POST', '/Users', {
      schemas: [userUrn, 'urn:ietf:params:scim:schemas:extension:enterprise:2.0User'],
      externalId: 'entra-1',
      userName: 'anna',
      active: true,
      addresses: null,
      phoneNumbers: null,
      department: null,
      manager: null,
      emails: [{ primary: true, type: 'work', value: "anna.o'neil+x@example.com" }],
      meta: { resourceType: 'User' },
      name: { formatted: 'Anna O', familyName: 'O', givenName: 'Anna' },
      roles: [],
    })
    for (const filter of [
      'externalId eq "entra-1"',
      'externalId eq entra-1',
      `emails[type eq "work"].value eq "anna.o'neil+x@example.com"`,
      'UserName eq "ANNA"',
      'emails.Value eq "anna.o\'neil+x@example.com"',
    ])
      assert.deepEqual(await entra.found('Users', filter), [made.id], filter)
    assert.equal(made.active, true)
    const seen = await hub.must('GET', `/hub/v1/users/${made.id}`)
    assert.deepEqual([seen.activated, seen.fields.creationSource], [false, 'jumpcloud:scim'])
  })

  test('guests, whose names hold #, are looked for', async () => {
    const answer = await entra.send('GET', `/Users?filter=${q('userName eq "guest_example.org#EXT#@tenant.example"')}`)
    assert.deepEqual([answer.status, answer.body.totalResults], [200, 0])
  })

  test('changes a user in capitalised operations, one an attribute', async () => {
    const made = await entra.user('berta', { name: { givenName: 'Berta' } })
    const boss = await entra.user('bertasboss')
    const answer = await entra.patch(
      `/Users/${made.id}`,
      { op: 'Replace', path: 'active', value: 'False' },
      { op: 'Add', path: 'name.familyName', value: 'B' },
      { op: 'Replace', path: 'emails[type eq "work"].value', value: 'berta2@example.com' },
      { op: 'Add', path: 'phoneNumbers[type eq "mobile"].value', value: '+1 (2) 3' },
      { op: 'Add', path: 'addresses[type eq "work"].country', value: 'Sierra Leone' },
      { op: 'Add', path: 'roles[primary eq "True"].value', value: 'admin' },
      { op: 'Add', path: 'emails[type eq "other"].Value', value: 'proxy@example.com' },
      { op: 'Replace', path: `${enterprise}:department`, value: 'Sales' },
      { op: 'Add', path: `${enterprise}:manager`, value: boss.id },
    )
    const { body } = answer
    assert.equal(answer.status, 200, answer.text)
    assert.deepEqual(
      [body.active, body.name, body.phoneNumbers, body.addresses, body.roles],
      [
        false,
        { givenName: 'Berta', familyName: 'B' },
        [{ type: 'mobile', value: '+1 (2) 3' }],
        [{ type: 'work', country: 'Sierra Leone' }],
        [{ primary: true, value: 'admin' }],
      ],
    )
    assert.deepEqual(body.emails, [
      { value: 'berta2@example.com', type: 'work', primary: true },
      { type: 'other', value: 'proxy@example.com' },
    ])
    assert.equal(body[enterprise].manager.value, boss.id)
    const reference = `id eq "${made.id}" and manager eq "${boss.id}"`
    assert.equal((await entra.must('GET', `/Users?filter=${q(reference)}&attributes=id`)).totalResults, 1)
    assert.equal((await hub.must('GET', `/hub/v1/users/${made.id}`)).email, 'berta2@example.com')
    const cleared = await entra.patch(`/Users/${made.id}`, { op: 'Replace', path: `${enterprise}:manager`, value: '' })
    assert.equal(cleared.body[enterprise].manager, undefined)
    const removed = await entra.patch(`/Users/${made.id}`, {
      op: 'Remove',
      path: 'phoneNumbers[type eq "mobile"].value',
      value: '+1 (2) 3',
    })
    assert.equal(removed.body.phoneNumbers, undefined)
  })

  test('with its flag, changes several attributes in one operation with paths as keys', async () => {
    const made = await entra.user('carl')
    const value = {
      displayName: 'Carl',
      'name.givenName': 'Carl',
      [`${enterprise}:employeeNumber`]: '4711',
      active: false,
      'emails[type eq "home"].value': 'carl@home.example',
    }
    const { body } = await entra.patch(`/Users/${made.id}`, { op: 'replace', value })
    assert.deepEqual(
      [body.displayName, body.name.givenName, body[enterprise].employeeNumber, body.active],
      ['Carl', 'Carl', '4711', false],
    )
    assert.deepEqual(body.emails[1], { type: 'home', value: 'carl@home.example' })
  })

  test('disables twice, still finds the user, and enables again', async () => {
    const made = await entra.user('dora')
    for (const value of ['False', false])
      assert.equal((await entra.patch(`/Users/${made.id}`, { op: 'Replace', path: 'active', value })).status, 200)
    assert.deepEqual(await entra.found('Users', 'userName eq "dora"'), [made.id])
    assert.equal((await hub.must('GET', `/hub/v1/users/${made.id}`)).state, 'SUSPENDED')
    assert.equal(
      (await entra.patch(`/Users/${made.id}`, { op: 'Replace', path: 'active', value: 'True' })).body.active,
      true,
    )
    assert.equal((await hub.must('GET', `/hub/v1/users/${made.id}`)).state, 'ACTIVATED')
  })

  test('groups: created with a foreign schema, members added and removed by value, replaced whole', async () => {
    const [one, two] = [await entra.user('emil'), await entra.user('frida')]
    const schemas = [groupUrn, 'http://schemas.microsoft.com/2006/11/ResourceManagement/ADSCIM/2.0/Group']
    const group = await entra.must('POST', '/Groups', {
      schemas,
      externalId: 'g-1',
      displayName: 'Entra group',
      meta: { resourceType: 'Group' },
    })
    assert.equal((await entra.send('POST', '/Groups', { schemas, displayName: 'ENTRA GROUP' })).status, 409)
    const path = `/Groups/${group.id}`
    const members = async (): Promise<readonly string[]> => ids((await entra.must('GET', path)).members)
    const both = [one, two].map(({ id }) => ({ $ref: null, value: id }))
    assert.equal((await entra.patch(path, { op: 'Add', path: 'members', value: both })).status, 204)
    assert.equal((await members()).length, 2)
    await entra.patch(path, { op: 'Remove', path: 'members', value: [{ $ref: null, value: one.id }] })
    assert.deepEqual(await members(), [two.id])
    await entra.patch(path, { op: 'remove', path: `members[value eq "${two.id}"]` })
    assert.deepEqual(await members(), [])
    await entra.patch(path, { op: 'replace', path: 'members', value: [{ value: one.id }] })
    assert.deepEqual(await members(), [one.id])
    const bare = await entra.send('GET', `${path}?excludedAttributes=members`)
    assert.deepEqual([bare.status, bare.body.members], [200, undefined])
    const reference = `id eq "${group.id}" and members eq "${one.id}"`
    assert.equal((await entra.must('GET', `/Groups?filter=${q(reference)}&attributes=id`)).totalResults, 1)
    await entra.patch(path, { op: 'replace', value: { displayName: 'Renamed', externalId: 'g-2' } })
    assert.deepEqual(await entra.found('Groups', 'externalId eq "g-2"'), [group.id])
    await entra.patch(path, { op: 'Remove', path: 'members' })
    assert.deepEqual(await members(), [])
  })
})

describe('Okta', () => {
  let okta: ScimClient
  before(async () => {
    okta = await scimClient(hub, { profile: 'okta' })
  })

  test('looks for a user, creates it with a password, reads it, and puts it back', async () => {
    const looked = await okta.send(
      'GET',
      `/Users?filter=${q('userName eq "gabi"')}&startIndex=1&count=100`,
      undefined,
      { 'user-agent': 'Okta SCIM Client 1.0.0' },
    )
    assert.deepEqual([looked.status, looked.body.totalResults, looked.body.itemsPerPage], [200, 0, 0])
    const made = await okta.must('POST', '/Users', {
      schemas: [userUrn],
      userName: 'gabi',
      name: { givenName: 'Gabi', familyName: 'G' },
      displayName: 'Gabi G',
      locale: 'en-US',
      externalId: '00u1',
      groups: [],
      active: true,
      emails: [{ primary: true, value: 'gabi@example.com', type: 'work' }],
      password: 'Sunny-Meadow-9-Walk',
    })
    const read = await okta.must('GET', `/Users/${made.id}`)
    const put = await okta.send('PUT', `/Users/${made.id}`, {
      ...read,
      name: { ...read.name, familyName: 'H' },
      groups: [],
    })
    assert.deepEqual([put.status, put.body.name.familyName, put.body.externalId], [200, 'H', '00u1'])
    assert.equal((await hub.must('GET', `/hub/v1/users/${made.id}`)).activated, true)
  })

  test('deactivates and activates without a path, and puts inactive users', async () => {
    const made = await okta.user('hans')
    assert.equal(
      (await okta.patch(`/Users/${made.id}`, { op: 'replace', value: { active: false } })).body.active,
      false,
    )
    const { active: _active, ...rest } = await okta.must('GET', `/Users/${made.id}`)
    assert.equal((await okta.must('PUT', `/Users/${made.id}`, rest)).active, false)
    assert.equal((await okta.must('PUT', `/Users/${made.id}`, { ...rest, active: true })).active, true)
    assert.equal(
      (await okta.patch(`/Users/${made.id}`, { op: 'replace', value: { password: 'Windy-Meadow-9-Walk' } })).status,
      200,
    )
  })

  test('pushes groups: renames with the id in the value, members in one request, whole lists', async () => {
    const [one, two] = [await okta.user('ida'), await okta.user('jan')]
    const group = await okta.must('POST', '/Groups', { schemas: [groupUrn], displayName: 'Okta group', members: [] })
    const path = `/Groups/${group.id}`
    const renamed = await okta.patch(path, { op: 'replace', value: { id: group.id, displayName: 'Okta group 2' } })
    assert.deepEqual([renamed.status, renamed.body.displayName], [200, 'Okta group 2'])
    await okta.patch(path, { op: 'add', path: 'members', value: [{ value: one.id, display: 'ida' }] })
    const swapped = await okta.patch(
      path,
      { op: 'remove', path: `members[value eq "${one.id}"]` },
      { op: 'add', path: 'members', value: [{ value: two.id, display: 'jan' }] },
    )
    assert.deepEqual(ids(swapped.body.members), [two.id])
    const whole = await okta.patch(path, {
      op: 'replace',
      value: { id: group.id, displayName: 'Okta group 2', members: [{ value: one.id }] },
    })
    assert.deepEqual(ids(whole.body.members), [one.id])
    const none = await okta.patch(path, {
      op: 'replace',
      value: { id: group.id, displayName: 'Okta group 2', members: [] },
    })
    assert.equal(none.body.members, undefined)
    assert.equal((await okta.send('DELETE', path)).status, 204)
  })

  test('sends the token as it was typed, without the word Bearer', async () => {
    const answer = await hub.caller.call({
      method: 'GET',
      path: '/scim/v2/Groups?startIndex=1&count=100',
      headers: { authorization: okta.token },
    })
    assert.equal(answer.status, 200)
  })
})

describe('JumpCloud and OneLogin', () => {
  test('a connector’s trial: a user and a group are made and deleted', async () => {
    const jumpcloud = await scimClient(hub, { profile: 'jumpcloud' })
    const user = await jumpcloud.must('POST', '/Users', {
      schemas: [enterprise, userUrn],
      externalId: '5f0000000000000000000001',
      userName: 'trial',
      active: true,
      displayName: 'Trial',
      locale: 'en',
      preferredLanguage: 'en',
      addresses: [{ type: 'work', country: 'US' }],
      emails: [{ value: 'trial@example.com', type: 'work', primary: true }],
      phoneNumbers: [{ value: 'tel:+1-555-0100', type: 'work', primary: true }],
    })
    assert.equal(user.phoneNumbers[0].value, 'tel:+1-555-0100')
    const put = await jumpcloud.must('PUT', `/Users/${user.id}`, {
      ...user,
      title: 'T',
      addresses: [],
      phoneNumbers: [],
      [enterprise]: { department: 'D' },
    })
    assert.deepEqual(
      [put.title, put.addresses, put.phoneNumbers, put[enterprise]],
      ['T', undefined, undefined, { department: 'D' }],
    )
    const group = await jumpcloud.group('trial')
    await jumpcloud.patch(`/Groups/${group.id}`, { op: 'add', path: 'members', value: [{ value: user.id }] })
    await jumpcloud.patch(`/Groups/${group.id}`, { op: 'remove', path: 'members', value: [{ value: user.id }] })
    assert.equal((await jumpcloud.must('GET', `/Groups/${group.id}`)).members, undefined)
    for (const path of [`/Groups/${group.id}`, `/Users/${user.id}`])
      assert.equal((await jumpcloud.send('DELETE', path)).status, 204)
  })

  test('a client without a name of its own asks what there is, then lists', async () => {
    const oneLogin = await scimClient(hub)
    for (const path of ['/ServiceProviderConfig', '/Users', '/Groups'])
      assert.equal((await oneLogin.send('GET', path, undefined, { 'user-agent': '' })).status, 200)
  })
})
