// Several integrations at once: whose a user or group is, what others may do with it, who is taken over, and what nobody else changes.
import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { type HubInProcess, startHubInProcess } from '../../../../../tests/support/hub-in-process.ts'
import { clientWith, patchUrn, refused, scimClient, userUrn } from '../../../../../tests/support/scim-client.ts'
import { eventually } from '../../../../../tests/support/eventually.ts'

let hub: HubInProcess
before(async () => {
  hub = await startHubInProcess({ background: true })
})
after(() => hub.stop())

const title = (value: string) => ({ op: 'replace', path: 'title', value })
const settings = (id: string, change: object) => hub.must('PATCH', `/hub/v1/scim-integrations/${id}`, change)

test('what an integration made is its own: another one is refused until the owner lets it', async () => {
  const owner = await scimClient(hub, { name: 'Owner', othersMayChange: false })
  const other = await scimClient(hub)
  const user = await owner.user('owned')
  const group = await owner.group('owned group')
  assert.deepEqual(
    [
      (await hub.must('GET', `/hub/v1/users/${user.id}`)).owner,
      (await hub.must('GET', `/hub/v1/groups/${group.id}`)).owner,
    ],
    [
      { id: owner.integrationId, name: 'Owner' },
      { id: owner.integrationId, name: 'Owner' },
    ],
  )
  const words = await other.patch(`/Users/${user.id}`, title('X'))
  assert.match(words.body.detail, /"owned" belongs to the integration "Owner"/)
  await refused(Promise.resolve(words), 403)
  await refused(other.send('DELETE', `/Users/${user.id}`), 403)
  await refused(other.send('DELETE', `/Groups/${group.id}`), 403)
  await refused(other.patch(`/Groups/${group.id}`, { op: 'add', path: 'members', value: [{ value: user.id }] }), 403)
  assert.equal((await other.send('GET', `/Users/${user.id}`)).status, 200)
  const administrator = clientWith(hub, '', hub.owner.apiKey)
  assert.equal((await administrator.patch(`/Users/${user.id}`, title('Chief'))).status, 200)
  await settings(owner.integrationId, { othersMayChange: true })
  assert.equal((await other.patch(`/Users/${user.id}`, title('Y'))).status, 200)
  assert.equal((await other.send('DELETE', `/Groups/${group.id}`)).status, 204)
  await settings(owner.integrationId, { othersMayChange: false })
  await hub.must('DELETE', `/hub/v1/scim-integrations/${owner.integrationId}`)
  await eventually(
    async () => (await other.patch(`/Users/${user.id}`, title('Z'))).status,
    (status) => status === 200,
  )
})

async function hubUser(username: string): Promise<string> {
  const made = await hub.must('POST', '/hub/v1/users', { username, email: `${username}@example.com` })
  return made.id as string
}

test('nobody is taken over by default, and who is recognised by the rule loses nothing', async () => {
  const client = await scimClient(hub)
  const id = await hubUser('there')
  await hub.must('PATCH', `/hub/v1/users/${id}`, { jobTitle: 'Kept' })
  const sent = { schemas: [userUrn], userName: 'THERE', emails: [{ value: 'there@example.com' }], nickName: 'T' }
  await refused(client.send('POST', '/Users', sent), 409, 'uniqueness')
  await settings(client.integrationId, { takeoverBy: ['userName'] })
  const { status, body } = await client.send('POST', '/Users', { ...sent, externalId: 'out-1', displayName: 'New' })
  assert.deepEqual(
    [status, body.id, body.title, body.nickName, body.displayName, body.externalId],
    [201, id, 'Kept', 'T', 'New', 'out-1'],
  )
  assert.equal((await hub.must('GET', `/hub/v1/users/${id}`)).owner.id, client.integrationId)
  const [row] = (await hub.must('GET', `/hub/v1/scim-integrations/${client.integrationId}/requests`)).items
  assert.match(row.words, /Took over the user there/)
  await refused(client.send('POST', '/Users', sent), 409, 'uniqueness')
})

test('somebody is recognised by e-mail address, and by the id of another integration', async () => {
  const client = await scimClient(hub, {
    takeoverBy: ['email', 'externalId'],
    takeoverOf: 'everybody',
    othersMayChange: false,
  })
  const byMail = await hubUser('mailed')
  const made = await client.user('renamed', { emails: [{ value: 'MAILED@example.com' }] })
  assert.deepEqual([made.id, made.userName], [byMail, 'renamed'])
  const other = await scimClient(hub)
  const theirs = await other.user('outside', { externalId: 'ext-7' })
  const taken = await client.user('inside', { externalId: 'ext-7' })
  assert.deepEqual([taken.id, taken.userName], [theirs.id, 'inside'])
  await refused(other.patch(`/Users/${theirs.id}`, title('X')), 403)
})

test('who belongs to another integration is not taken over unless that is set, and several fitting ones are refused', async () => {
  const owner = await scimClient(hub)
  const client = await scimClient(hub, { takeoverBy: ['userName', 'email'] })
  const first = await owner.user('kept.first')
  await refused(client.send('POST', '/Users', { ...first, id: undefined }), 409, 'uniqueness')
  await hubUser('two.a')
  await hubUser('two.b')
  const both = { schemas: [userUrn], userName: 'two.a', emails: [{ value: 'two.b@example.com' }] }
  const answer = await client.send('POST', '/Users', both)
  assert.match(answer.body.detail, /Several users could be meant/)
  await refused(Promise.resolve(answer), 409, 'uniqueness')
})

test('read-only fields are refused to the hub’s people and told with the integration’s name; settings reach users that are there', async () => {
  const client = await scimClient(hub, { name: 'Locks', readOnlyFields: ['jobTitle', 'manager'] })
  const user = await client.user('locked', { title: 'Chief' })
  const path = `/hub/v1/users/${user.id}`
  const detail = await hub.must('GET', path)
  assert.deepEqual(detail.restrictedFields, [
    { field: 'jobTitle', directoryId: client.integrationId, kind: 'scim', name: 'Locks' },
    { field: 'manager', directoryId: client.integrationId, kind: 'scim', name: 'Locks' },
  ])
  const change = (body: object) =>
    hub.call({ method: 'PATCH', path, headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) })
  const answer = await change({ jobTitle: 'X' })
  assert.deepEqual([answer.status, answer.body.code], [400, 'field_managed_elsewhere'])
  assert.match(answer.body.detail, /SCIM Locks/)
  assert.equal((await change({ department: 'Free' })).status, 200)
  assert.equal((await client.patch(`/Users/${user.id}`, title('Boss'))).body.title, 'Boss')
  await settings(client.integrationId, { readOnlyFields: ['department'] })
  await eventually(
    async () => (await hub.must('GET', path)).restrictedFields.map(({ field }: { field: string }) => field),
    (fields) => JSON.stringify(fields) === '["department"]',
  )
  await hub.must('DELETE', `/hub/v1/scim-integrations/${client.integrationId}`)
  await eventually(
    async () => (await hub.must('GET', path)).restrictedFields,
    (fields) => fields.length === 0,
  )
  const wrong = { name: 'wrong', readOnlyFields: ['password_date'] }
  const made = { method: 'POST', path: '/hub/v1/scim-integrations', headers: { 'content-type': 'application/json' } }
  const refusal = await hub.call({ ...made, body: JSON.stringify(wrong) })
  assert.deepEqual([refusal.status, refusal.body.field], [400, 'readOnlyFields'])
})

test('a replacement of a group and its members happens whole or not at all', async () => {
  const client = await scimClient(hub, { profile: 'strict' })
  const [one, two] = [await client.user('whole.one'), await client.user('whole.two')]
  await client.group('taken name')
  const group = await client.group('whole', { members: [{ value: one.id }] })
  const Operations = [
    { op: 'add', path: 'members', value: [{ value: two.id }] },
    { op: 'replace', path: 'displayName', value: 'taken name' },
  ]
  await refused(client.send('PATCH', `/Groups/${group.id}`, { schemas: [patchUrn], Operations }), 409, 'uniqueness')
  const after = await client.must('GET', `/Groups/${group.id}`)
  assert.deepEqual([after.members.length, after.meta.version, after.displayName], [1, group.meta.version, 'whole'])
})
