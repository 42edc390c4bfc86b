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

/** As PostgreSQL prints jsonb: a blank after every colon and comma that is not in a string. */
function spaced(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(spaced).join(', ')}]`
  if (typeof value !== 'object' || value === null) return JSON.stringify(value)
  return `{${Object.entries(value)
    .map(([key, member]) => `${JSON.stringify(key)}: ${spaced(member)}`)
    .join(', ')}}`
}

function asText(user: User): Parameters<typeof renderUserList>[0][number] {
  const { attributes, ...rest } = user
  return { ...rest, attributesText: spaced(attributes) }
}

test('a user is rendered the same from stored text and from an object', () => {
  const user = userWith({ ...initialAttributes, firstname: 'Ada', addresses: [{ type: 'work' }, { type: 'home' }] })
  const rendered = renderUser(asText(user), { organizationId })
  assert.deepEqual(JSON.parse(rendered), JSON.parse(renderUser(user, { organizationId })))
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

test('stored text goes out compact, and no value is touched by that', () => {
  const tricky = {
    firstname: ', "a": ',
    lastname: ': , {"b": ',
    company: 'back\\slash", "c": "',
    description: '", {"x": ',
    location: ': foo',
    department: 'ends with comma, ',
    jobTitle: 'ends with brace, {',
    addresses: [{ type: 'a, b', region: '' }, { type: 'c: d' }],
    mfa: { exclusion: false, configured: true },
    tags: ['x', 'y'],
  }
  const user = userWith({ ...initialAttributes, ...tricky })
  const rendered = renderUser(asText(user), { organizationId })
  assert.deepEqual(JSON.parse(rendered), JSON.parse(renderUser(user, { organizationId })))
  assert.match(rendered, /"middlename":"",/)
  assert.match(rendered, /"mfa":\{"exclusion":false,"configured":true\}/)
})

test('a user without stored fields is still one object', () => {
  const rendered = renderUser(asText(userWith({})), { organizationId })
  assert.equal((JSON.parse(rendered) as { username: string }).username, 'ada')
})

test('chosen fields come with the ids and nothing else', () => {
  const user = userWith({ ...initialAttributes, firstname: 'Ada' })
  for (const one of [user, asText(user)])
    assert.deepEqual(JSON.parse(renderUser(one, { organizationId, fields: ['firstname', 'email', 'nothing'] })), {
      _id: user.id,
      id: user.id,
      email: 'ada@example.com',
      firstname: 'Ada',
    })
})

test('a list tells the number before the rows, as scripts cut it out', () => {
  const user = asText(userWith(initialAttributes))
  assert.match(
    renderUserList([user, user], 12, { organizationId }),
    /^\{"totalCount":12,"results":\[\{"_id":"[0-9a-f]{24}",/,
  )
  assert.equal(renderUserList([], 0, { organizationId }), '{"totalCount":0,"results":[]}')
})
