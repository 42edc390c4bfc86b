import assert from 'node:assert/strict'
import { test } from 'node:test'
import { makeCompany } from './company.ts'
import { companyScope } from './company-scope.ts'
import type { Person } from './person.ts'

const company = makeCompany({ people: 200, seed: 1 })
const byUsername = new Map(company.people.map((person) => [person.username, person]))

test('the same seed makes the same company and another seed another one', () => {
  assert.deepEqual(makeCompany({ people: 200, seed: 1 }), company)
  assert.notDeepEqual(makeCompany({ people: 200, seed: 2 }).people, company.people)
})

test('a company has as many people as asked for, whatever the seed and size', () => {
  for (const people of [80, 137, 200, 1000]) {
    for (const seed of [0, 7, 4_000_000_000]) assert.equal(makeCompany({ people, seed }).people.length, people)
  }
})

test('usernames are unique in any letter case, ASCII and at most 20 characters long', () => {
  for (const { people } of [company, makeCompany({ people: 2000, seed: 3 })]) {
    assert.equal(new Set(people.map((person) => person.username.toLowerCase())).size, people.length)
    for (const { username } of people) assert.match(username, /^(?=.{2,20}$)[a-z]+(\.[a-z]+)*[0-9]*$/)
  }
})

test('employee numbers and telephone numbers are unique', () => {
  assert.equal(new Set(company.people.map((person) => person.employeeId)).size, 200)
  assert.equal(new Set(company.people.map((person) => person.phone)).size, 200)
})

test('a good share of the names is not ASCII, and several are not Latin', () => {
  const notAscii = company.people.filter((person) => /[^\x20-\x7e]/.test(person.displayName))
  const notLatin = company.people.filter((person) =>
    /\p{Script=Han}|\p{Script=Cyrillic}|\p{Script=Greek}/u.test(person.displayName),
  )
  assert.ok(notAscii.length >= 80, `${notAscii.length} names are not ASCII`)
  assert.ok(notLatin.length >= 10, `${notLatin.length} names are not Latin`)
})

test('everybody but the chief has a manager who is enabled and comes before them', () => {
  const seen = new Set<string>()
  const roots: Person[] = []
  for (const person of company.people) {
    if (person.managerUsername === undefined) roots.push(person)
    else assert.ok(seen.has(person.managerUsername), `the manager of ${person.username} comes before`)
    if (person.managerUsername !== undefined) assert.equal(byUsername.get(person.managerUsername)?.enabled, true)
    seen.add(person.username)
  }
  assert.deepEqual(
    roots.map((person) => person.title),
    ['Chief Executive Officer'],
  )
})

test('eight people have left: all disabled, three of them moved away and in no group', () => {
  const leavers = company.people.filter((person) => !person.enabled)
  const moved = leavers.filter((person) => person.place === 'leavers')
  assert.deepEqual([leavers.length, moved.length], [8, 3])
  const members = new Set(company.groups.flatMap((group) => group.usernames))
  for (const person of moved) assert.ok(!members.has(person.username))
})

test('two people are called Anna Müller', () => {
  const namesakes = company.people.filter((person) => person.displayName === 'Anna Müller')
  assert.deepEqual(
    namesakes.map((person) => person.username),
    ['anna.mueller', 'anna.mueller2'],
  )
})

test('every member and every nested group of a group exists, and names are unique', () => {
  const names = new Set(company.groups.map((group) => group.name))
  assert.equal(names.size, company.groups.length)
  for (const group of [...company.groups, company.integration]) {
    for (const name of group.groupNames) assert.ok(names.has(name), name)
    for (const username of group.usernames) assert.ok(byUsername.has(username), username)
  }
})

test('engineering holds its teams, and two groups hold each other', () => {
  const nestedIn = (name: string): readonly string[] =>
    company.groups.find((group) => group.name === name)?.groupNames ?? []
  assert.deepEqual(nestedIn('Engineering'), ['Platform', 'Mobile', 'Web', 'Quality'])
  assert.deepEqual([nestedIn('Platform'), nestedIn('On-Call')], [['On-Call'], ['Platform']])
})

test('three people are direct members of the integration group', () => {
  assert.equal(company.integration.usernames.length, 3)
})

test('an import skips exactly four reachable people, each for its own reason, and never sees the advisors', () => {
  const scope = companyScope(company)
  assert.deepEqual(scope.skipped.map((each) => each.reason).toSorted(), [
    'no-given-name',
    'no-surname',
    'outside-container',
    'protected',
  ])
  // Three moved leavers and four advisors are in no group below the integration group.
  assert.equal(scope.usernames.length, 200 - 4 - 3 - 4)
  assert.ok(scope.groupNames.includes('On-Call'))
  assert.ok(!scope.groupNames.includes('All Staff'))
})
