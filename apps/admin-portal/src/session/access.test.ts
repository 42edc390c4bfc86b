import { permissions, rolePermissions, roles } from '@lockstep/contract/access'
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { denial, permissionWords, roleNameOf, roleNames, safeTarget } from './access.ts'

test('a role that lacks a permission gets a reason in words', () => {
  const holder = { role: 'help_desk', permissions: rolePermissions.help_desk } as const
  assert.equal(denial(holder, 'users.suspend'), undefined)
  assert.equal(denial(holder, 'users.delete'), 'Your role, help desk, does not allow you to delete users.')
})

test('a role that administrators made is called by its name', () => {
  const holder = { role: 'read_only', customRole: { name: 'Auditors' }, permissions: [] } as const
  assert.equal(denial(holder, 'users.read'), 'Your role, Auditors, does not allow you to see users.')
  assert.equal(roleNameOf(holder), 'Auditors')
})

test('every role and permission has words', () => {
  assert.deepEqual(Object.keys(roleNames), [...roles])
  assert.deepEqual(Object.keys(permissionWords), [...permissions])
})

test('signing in leads back to where the visitor wanted to go, but to no door', () => {
  assert.equal(safeTarget('/users?state=SUSPENDED'), '/users?state=SUSPENDED')
  for (const door of ['/sign-in?to=/', '/enrol?to=/', '/password', '/set-up']) assert.equal(safeTarget(door), '/')
})
