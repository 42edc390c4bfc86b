import assert from 'node:assert/strict'
import { test } from 'node:test'
import { permissions, rolePermissions, roles } from '@lockstep/contract/access'
import { isScope, permissionsOfScopes, scopeGroups, scopesOfPermissions } from './scopes.rules.ts'

const held = (...scopes: string[]): readonly string[] => [...permissionsOfScopes(scopes)]

test('a noun covers everything of it, its reading scope only reading', () => {
  assert.deepEqual(held('users'), ['users.read', 'users.write', 'users.suspend', 'users.delete'])
  assert.deepEqual(held('users.readonly'), ['users.read'])
  assert.deepEqual(held('organizations'), ['settings.read', 'settings.write'])
})

test('a scope that is finer than a permission gives nothing until the others are there', () => {
  assert.deepEqual(held('users.create'), [])
  assert.deepEqual(held('users.state.suspend'), [])
  assert.deepEqual(held('users.state'), ['users.suspend'])
  const parts = ['users.create', 'users.properties', 'users.password', 'users.mfa', 'users.notification', 'users.state']
  assert.deepEqual(held(...parts), ['users.write', 'users.suspend'])
})

test('scopes of what the hub does not have, and unknown ones, give nothing', () => {
  assert.deepEqual(held('mdm', 'user', 'usersx', 'users.', ''), [])
  assert.equal(isScope('mdm'), true)
  for (const text of ['user', 'usersx', 'users.', '', 'lockstep', '__proto__', 'toString'])
    assert.equal(isScope(text), false, text)
})

test('the scopes of the hub’s own roles come to exactly their permissions', () => {
  for (const role of roles)
    assert.deepEqual(
      [...permissionsOfScopes(scopesOfPermissions(new Set(rolePermissions[role])))].toSorted(),
      [...rolePermissions[role]].toSorted(),
      role,
    )
})

test('every scope that is offered is one, and together they give every permission', () => {
  const offered = scopeGroups.flatMap(({ nouns, actions }) => [
    ...nouns,
    ...nouns.map((noun) => `${noun}.readonly`),
    ...actions,
  ])
  assert.deepEqual(
    offered.filter((scope) => !isScope(scope)),
    [],
  )
  assert.equal(permissionsOfScopes(offered).size, permissions.length)
})
