import assert from 'node:assert/strict'
import { test } from 'node:test'
import { columnOptions, guessColumns, matchFault } from './import-columns.ts'
import { type ImportPlan, importRows } from './import-rows.ts'

const create: ImportPlan = {
  kind: 'create',
  key: 'username',
  match: ['username', 'email', 'department', 'attributes.badge', 'state'],
  blank: 'keep',
  newState: 'STAGED',
}

test('columns are matched by what headers usually say, each field once', () => {
  assert.deepEqual(
    guessColumns(['Login Name', 'E-Mail Address', 'Given name', 'Surname', 'Employee ID', 'Shoe size']),
    ['username', 'email', 'firstname', 'lastname', 'employeeIdentifier', ''],
  )
  assert.deepEqual(guessColumns(['mail', 'email', 'Name', 'Display name']), ['', 'email', '', 'displayname'])
  assert.deepEqual(guessColumns(['Prénom']), ['firstname'])
  assert.deepEqual(guessColumns(['Phone', 'Mobile', 'Home phone', 'Street', 'ZIP', 'City', 'Home city', 'Country']), [
    'phone.work',
    'phone.mobile',
    'phone.home',
    'address.work.streetAddress',
    'address.work.postalCode',
    'address.work.locality',
    'address.home.locality',
    'address.work.country',
  ])
})

test('a manager is matched by what the cells hold, and once', () => {
  const guess = (...cells: string[]) =>
    guessColumns(
      ['Manager'],
      cells.map((cell) => [cell]),
    )
  assert.deepEqual(guess('ann', ''), ['manager.username'])
  assert.deepEqual(guess('', 'ann@example.com'), ['manager.email'])
  assert.deepEqual(guess('1001', 'E-17'), ['manager.employeeIdentifier'])
  assert.deepEqual(guessColumns(['Manager email', 'Manager']), ['manager.email', ''])
  assert.equal(
    matchFault(['username', 'email', 'manager.email', 'manager.username'], 'create', 'username'),
    'Manager is matched by two columns.',
  )
})

test('a match lacks what names the user, or names it twice', () => {
  assert.equal(matchFault(['username', ''], 'create', 'username'), 'No column is matched to E-mail.')
  assert.equal(matchFault(['username', 'username'], 'update', 'username'), 'Username is matched by two columns.')
  assert.equal(matchFault(['username'], 'update', 'username'), 'Match a column that changes something.')
  assert.equal(matchFault(['email', 'username'], 'update', 'email'), undefined)
  assert.deepEqual(columnOptions('Badge no.').at(-1)?.items, [
    { value: 'attributes.Badgeno', label: 'Attribute Badgeno' },
  ])
})

test('a line becomes a new user, without its empty cells', () => {
  const [row] = importRows([[' ann ', 'ann@example.com', '', '7', 'Active']], create)
  assert.deepEqual(row, {
    fields: {
      username: 'ann',
      email: 'ann@example.com',
      attributesByName: { badge: '7' },
      state: 'ACTIVATED',
    },
    faults: [],
  })
})

test('each line says what the hub would refuse', () => {
  const faults = importRows(
    [
      ['ann', 'ann@example.com'],
      ['ANN', 'other@example.com', '', '', 'gone'],
      ['', 'nobody', '', '', '', 'more'],
    ],
    create,
  ).map((row) => row.faults)
  assert.deepEqual(faults, [
    [],
    ['“gone” is no state that a new user can have.', '“ANN” stands in row 1 already.'],
    ['Has 6 cells, but the header has 5.', 'Has no username.', '“nobody” is no e-mail address.'],
  ])
})

test('in a change an empty cell keeps or clears, but never a name', () => {
  const plan: ImportPlan = {
    ...create,
    kind: 'update',
    key: 'email',
    match: ['email', 'username', 'department', 'employeeIdentifier'],
  }
  const line = ['a@example.com', '', '', '']
  assert.deepEqual(importRows([line], plan)[0]?.fields, { email: 'a@example.com' })
  assert.deepEqual(importRows([line], { ...plan, blank: 'clear' })[0]?.fields, {
    email: 'a@example.com',
    department: '',
    employeeIdentifier: null,
  })
})

test('phones, parts of addresses and the manager find their places, and what is cleared is taken away', () => {
  const plan: ImportPlan = {
    ...create,
    kind: 'update',
    blank: 'clear',
    match: ['username', 'phone.work', 'phone.home', 'address.work.locality', 'manager.email', 'attributes.badge'],
  }
  assert.deepEqual(importRows([['ann', '+49 30 1', '', 'Berlin', 'bob@example.com', '7']], plan)[0], {
    fields: {
      username: 'ann',
      phoneNumbersByType: { work: '+49 30 1', home: null },
      addressesByType: { work: { locality: 'Berlin' } },
      managerNamed: { email: 'bob@example.com' },
      attributesByName: { badge: '7' },
    },
    faults: [],
  })
  const [cleared] = importRows([['ann', 'none', '', '', '', '']], plan)
  assert.deepEqual(cleared, {
    fields: {
      username: 'ann',
      phoneNumbersByType: { work: 'none', home: null },
      addressesByType: { work: { locality: null } },
      manager: null,
      attributesByName: { badge: null },
    },
    faults: ['“none” is no phone number.'],
  })
})

test('without a chosen state new users have the one that the organization has set', () => {
  const [row] = importRows([['ann', 'ann@example.com']], { ...create, newState: undefined })
  assert.equal(row?.fields['state'], undefined)
})
