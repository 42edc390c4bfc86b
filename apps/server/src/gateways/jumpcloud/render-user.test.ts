import assert from 'node:assert/strict'
import test from 'node:test'
import { newId } from '@lockstep/kernel/ids'
import { initialAttributes } from '../../directory/users/user-fields.rules.ts'
import type { User } from '../../directory/users/user.rules.ts'
import { renderUser, renderUserList } from './render-user.ts'

const organizationId = '5f0000000000000000000001'
const created = new Date('2026-01-05T09:00:00.123Z')

function userWith(attributes: User['attributes']): User {
  return {
    id: newId(created.getTime()),
    username: 'ada',
    email: 'ada@example.com',
    employeeIdentifier: null,
    displayname: 'Ada "the first" Lovelace',
    state: 'SUSPENDED',
    suspendedBy: 'hub',
    activated: true,
    accountLocked: false,
    manager: null,
    unixUid: 5001,
    unixGid: 5001,
    homeDirectoryId: null,
    attributes,
    revision: 1,
    created,
    updated: created,
  }
}

test('a user is rendered with its ids, its state both ways, and no password', () => {
  const user = userWith({ ...initialAttributes, firstname: 'Ada', addresses: [{ type: 'work' }, { type: 'home' }] })
  const rendered = renderUser(user, { organizationId })
  const { _id, id, suspended, organization, created: made, password } = JSON.parse(rendered) as Record<string, unknown>
  assert.deepEqual(
    { _id, id, suspended, organization, made, password },
    {
      _id: user.id,
      id: user.id,
      suspended: true,
      organization: organizationId,
      made: '2026-01-05T09:00:00.123Z',
      password: undefined,
    },
  )
})

test('chosen fields come with the ids and nothing else', () => {
  const user = userWith({ ...initialAttributes, firstname: 'Ada' })
  assert.deepEqual(JSON.parse(renderUser(user, { organizationId, fields: ['firstname', 'email', 'nothing'] })), {
    _id: user.id,
    id: user.id,
    email: 'ada@example.com',
    firstname: 'Ada',
  })
})

test('a list tells the number before the rows, as scripts cut it out', () => {
  const user = userWith(initialAttributes)
  assert.match(
    renderUserList([user, user], 12, { organizationId }),
    /^\{"totalCount":12,"results":\[\{"_id":"[0-9a-f]{24}",/,
  )
  assert.equal(renderUserList([], 0, { organizationId }), '{"totalCount":0,"results":[]}')
})
