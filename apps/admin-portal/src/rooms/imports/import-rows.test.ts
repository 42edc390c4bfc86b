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
})

test('a match lacks what names the user, or names it twice', () => {
  assert.equal(matchFault(['username', ''], 'create', 'username'), 'No column is matched to E-mail.')
  assert.equal(matchFault(['username', 'username'], 'update', 'username'), 'Username is matched by two columns.')
  assert.equal(matchFault(['username'], 'update', 'username'), 'Match a column that changes something.')
  assert.equal(matchFault(['email', 'username'], 'update', 'email'), undefined)
  assert.equal(columnOptions('Badge no.', 'create').at(-1)?.value, 'attributes.Badgeno')
  assert.equal(columnOptions('Badge no.', 'update').at(-1)?.value, 'state')
})

test('a line becomes a new user, without its empty cells', () => {
  const [row] = importRows([[' ann ', 'ann@example.com', '', '7', 'Active']], create)
  assert.deepEqual(row, {
    fields: {
      username: 'ann',
      email: 'ann@example.com',
      attributes: [{ name: 'badge', value: '7' }],
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
