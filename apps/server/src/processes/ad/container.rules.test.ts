import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Account } from '../../directory/bindings/account.rules.ts'
import type { User } from '../../directory/users/user.rules.ts'
import { containerOf, parentOf, placedWork, type Placing, ruledGroupIds } from './container.rules.ts'

const placing: Placing = {
  id: 'd',
  userContainerDn: 'OU=Rest,DC=x',
  containerRules: [
    {
      conditions: [{ field: 'department', values: ['Sales', 'Marketing'] }, { groupId: 'berlin' }],
      containerDn: 'OU=Berlin Sales,DC=x',
    },
    { conditions: [{ field: 'department', values: ['sales'] }], containerDn: 'OU=Sales,DC=x' },
  ],
  movesAccounts: false,
}
const userIn = (department: string): User =>
  ({ username: 'ann', displayname: 'Ann', homeDirectoryId: null, attributes: { department } }) as unknown as User
const accountAt = (externalName: string | null): Account =>
  ({
    id: 'a',
    wanted: true,
    externalId: externalName && 'guid',
    externalName,
    creatingSince: null,
    desiredRevision: 3,
  }) as unknown as Account
const none: ReadonlySet<string> = new Set()

test('the first rule of which all conditions hold decides, whatever the letter case, and else the domain', () => {
  assert.deepEqual(containerOf(placing, userIn('SALES '), new Set(['berlin'])), {
    containerDn: 'OU=Berlin Sales,DC=x',
    rule: 0,
  })
  assert.deepEqual(containerOf(placing, userIn('Sales'), none), { containerDn: 'OU=Sales,DC=x', rule: 1 })
  assert.deepEqual(containerOf(placing, userIn(''), none), { containerDn: 'OU=Rest,DC=x', rule: undefined })
  assert.deepEqual(ruledGroupIds(placing.containerRules), ['berlin'])
})

test('the parent of a name with escaped commas is found', () => {
  assert.equal(parentOf('CN=Lee\\, Ann,OU=Sales,DC=x'), 'OU=Sales,DC=x')
})

test('an existing account is moved only where the domain is set so and it is elsewhere', () => {
  const asked = { account: accountAt('CN=Ann,OU=Rest,DC=x'), user: userIn('Sales'), groupIds: none }
  assert.equal(placedWork(undefined, placing, asked), undefined)
  const moving = { ...placing, movesAccounts: true }
  const work = placedWork(undefined, moving, asked)
  assert.deepEqual([work?.containerDn, work?.enabled, work?.attributes], ['OU=Sales,DC=x', 'keep', {}])
  assert.equal(placedWork(undefined, moving, { ...asked, account: accountAt('CN=Ann,ou=sales,DC=x') }), undefined)
  const imported = { ...userIn('Sales'), homeDirectoryId: 'd' }
  assert.equal(placedWork(undefined, moving, { ...asked, user: imported }), undefined)
})
