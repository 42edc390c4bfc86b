import assert from 'node:assert/strict'
import { test } from 'node:test'
import { roles } from '@lockstep/contract/access'
import {
  actorOf,
  canMakeAdministrators,
  isEmail,
  passwordFault,
  permissionsOf,
  requirePermission,
  requireRoleWithin,
  systemActor,
} from './access.rules.ts'

const ada = { id: '65f0a1b2c3d4e5f601020304', email: 'ada@example.com', name: 'Ada', role: 'help_desk' } as const

test('a missing permission is refused by its name, a present one passes', () => {
  const actor = actorOf(ada, 'session')
  requirePermission(actor, 'users.suspend')
  assert.throws(() => requirePermission(actor, 'users.delete'), { code: 'forbidden', message: /users\.delete/ })
})

test('the hub itself may do everything, a role that is unknown nothing', () => {
  requirePermission(systemActor('importer'), 'administrators.write')
  assert.equal(permissionsOf('janitor' as never).size, 0)
})

test('nobody gives a role that may do more than they may', () => {
  const manager = actorOf({ ...ada, role: 'manager' }, 'session')
  const given = roles.filter((role) => {
    try {
      requireRoleWithin(manager, { role })
      return true
    } catch {
      return false
    }
  })
  assert.deepEqual(given, ['manager', 'help_desk', 'read_only'])
})

test('the roles that can make administrators are the two administrator roles', () => {
  assert.deepEqual(roles.filter(canMakeAdministrators), ['administrator_with_billing', 'administrator'])
})

test('an administrator’s password has 12 to 1024 characters that are not all spaces', () => {
  assert.match(passwordFault('elevenchars') ?? '', /at least 12/)
  assert.match(passwordFault('x'.repeat(1025)) ?? '', /at most 1024/)
  assert.match(passwordFault(' '.repeat(20)) ?? '', /spaces/)
  assert.equal(passwordFault('twelve chars'), undefined)
  assert.equal(passwordFault('x'.repeat(1024)), undefined)
})

test('addresses are told from what is none', () => {
  for (const email of ['ada@example.com', 'a.b+c@sub.example.org', 'root@localhost', 'jörg@müller.example'])
    assert.ok(isEmail(email), email)
  const wrong = [
    '',
    'ada',
    '@example.com',
    'ada@',
    'a@b@c',
    'a b@c.d',
    'a@b..c',
    '.a@b.c',
    'a@b.c\n',
    `${'a'.repeat(320)}@b.c`,
  ]
  for (const text of wrong) assert.ok(!isEmail(text), text)
})
