import assert from 'node:assert/strict'
import { test } from 'node:test'
import { eventFieldType } from './insight-fields.rules.ts'
import { pickFields, toEvent } from './insight.rules.ts'

const organization = '5f00000000000000000000aa'
const row = {
  seq: 7,
  at: new Date('2026-05-01T10:00:00.123Z'),
  actorKind: 'administrator',
  actorId: 'a'.repeat(24),
  action: 'user.update',
  subjectKind: 'user',
  subjectId: 'b'.repeat(24),
  correlationId: 'request-1',
  eventType: 'user_update',
  details: {
    actor: 'eva@example.com',
    via: 'access_token',
    subject: 'ada',
    changes: { department: { before: 'Sales', after: 'IT' }, location: { after: 'Bern' } },
  },
}

test('a row becomes an event in JumpCloud’s shape', () => {
  assert.deepEqual(toEvent(row, organization), {
    id: '7',
    event_type: 'user_update',
    service: 'directory',
    timestamp: '2026-05-01T10:00:00.123Z',
    organization,
    '@version': '1',
    provider: null,
    success: true,
    initiated_by: { id: 'a'.repeat(24), type: 'admin', administrator: true, email: 'eva@example.com' },
    resource: { id: 'b'.repeat(24), type: 'user', username: 'ada' },
    changes: [
      { field: 'department', from: 'Sales', to: 'IT' },
      { field: 'location', from: null, to: 'Bern' },
    ],
    username: 'ada',
    auth_method: 'api-key',
    correlation: { id: 'request-1', type: 'request' },
  })
})

test('an event whose personal values were erased keeps the facts and names nobody', () => {
  const event = toEvent({ ...row, details: null }, organization)
  assert.deepEqual(event['initiated_by'], { id: 'a'.repeat(24), type: 'admin', administrator: true })
  assert.deepEqual(event['resource'], { id: 'b'.repeat(24), type: 'user' })
  assert.deepEqual(event['changes'], [])
  assert.equal(JSON.stringify(event).includes('ada'), false)
  const joined = toEvent({ ...row, action: 'user.join_group', details: null }, organization)
  assert.equal('association' in joined, false)
})

test('a failure is no success and tells the address it came from', () => {
  const details = { actor: 'sign-in', subject: 'eva@example.com', changes: { sourceIp: { after: '10.1.2.3' } } }
  for (const action of ['administrator.sign_in_failed', 'administrator.second_factor_failed']) {
    const event = toEvent({ ...row, actorKind: 'system', subjectKind: 'administrator', action, details }, organization)
    assert.deepEqual([event['success'], event['client_ip']], [false, '10.1.2.3'])
    assert.deepEqual(event['resource'], { id: row.subjectId, type: 'admin', email: 'eva@example.com' })
    assert.equal('username' in event, false)
  }
})

test('an association names both ends, and the others of the same row are changes', () => {
  const groups = [{ id: 'c'.repeat(24), name: 'Sales: EU', isMember: true }]
  const details = { actor: 'hub', subject: 'ada', changes: { 'group:Sales: EU': { after: 'member' } }, groups }
  const event = toEvent({ ...row, action: 'user.join_group', details }, organization)
  assert.deepEqual(event['association'], {
    op: 'add',
    connection: {
      from: { object_id: 'c'.repeat(24), type: 'user_group', name: 'Sales: EU' },
      to: { object_id: row.subjectId, type: 'user', name: 'ada' },
    },
  })
  assert.deepEqual(event['changes'], [])
  const more = { ...details, changes: { ...details.changes, 'group:IT': { before: 'member' } } }
  const both = toEvent({ ...row, action: 'user.join_group', details: more }, organization)
  assert.deepEqual(both['changes'], [
    { field: 'group:Sales: EU', from: null, to: 'member' },
    { field: 'group:IT', from: 'member', to: null },
  ])
})

test('a device’s group is a group of devices', () => {
  const details = { subject: 'laptop', changes: { 'group:All': { before: 'member' } } }
  const event = toEvent({ ...row, subjectKind: 'system', action: 'system.leave_group', details }, organization)
  assert.deepEqual(event['association'], {
    op: 'remove',
    connection: {
      from: { type: 'system_group', name: 'All' },
      to: { object_id: row.subjectId, type: 'system', name: 'laptop' },
    },
  })
})

test('chosen fields lead into objects by dots', () => {
  const event = { id: '1', a: { b: { c: 1, d: 2 }, e: 3 }, list: [1] }
  assert.deepEqual(pickFields(event, ['id', 'a.b.c', 'a.e', 'a.b.d']), { id: '1', a: { b: { c: 1, d: 2 }, e: 3 } })
  assert.deepEqual(pickFields(event, ['a.b.c']), { a: { b: { c: 1 } } })
  assert.deepEqual(pickFields(event, ['a.nothing', 'list.0', 'nothing', '__proto__', 'constructor']), {})
})

test('documented fields have a type, others none', () => {
  const types = [
    'username',
    'success',
    'initiated_by.administrator',
    'geoip.country_code',
    'geoip',
    'changes',
    'changes.field',
  ]
  assert.deepEqual(types.map(eventFieldType), ['text', 'boolean', 'boolean', 'text', 'object', 'closed', 'closed'])
  for (const name of ['nothing', 'username.first', '', '.', 'geoip.', 'constructor'])
    assert.equal(eventFieldType(name), undefined)
})
