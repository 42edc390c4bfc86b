import assert from 'node:assert/strict'
import test from 'node:test'
import { demoCompany } from './demo-company.ts'
import { hubPeople, projectGroupName } from './hub-people.ts'

test('the people of the hub are nobody whom the domain knows already', () => {
  const usernames = new Set(demoCompany.people.map((person) => person.username))
  const emails = new Set(demoCompany.people.map((person) => person.email))
  const names = new Set(demoCompany.people.map((person) => person.displayName))
  for (const { username, email, displayname } of hubPeople) {
    assert.ok(!usernames.has(username) && !emails.has(email) && !names.has(displayname ?? ''), username)
    assert.ok(username.length <= 20, `${username} fits into the domain's log-in name`)
  }
})

test('the group of the hub has a name that no group of the domain has', () => {
  assert.ok(!demoCompany.groups.some((group) => group.name === projectGroupName))
})
