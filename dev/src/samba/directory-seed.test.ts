import assert from 'node:assert/strict'
import { test } from 'node:test'
import { makeCompany } from '../company/company.ts'
import { directorySeed } from './directory-seed.ts'
import { planDomain } from './domain-plan.ts'

const plan = planDomain('LOCKSTEP.EXAMPLE')
const company = makeCompany({ people: 200, seed: 1 })
const secrets = { administrator: 'a', importAccount: 'i', syncAccount: 's', people: {} }
const seed = directorySeed(plan, secrets, company)

test('names of a domain follow from its realm', () => {
  assert.equal(plan.baseDn, 'DC=lockstep,DC=example')
  assert.equal(plan.servername, 'dc1.lockstep.example')
  assert.equal(planDomain('VERY-LONG-COMPANY-NAME.EXAMPLE').netbiosName, 'VERY-LONG-COMPA')
})

test('no two objects have one name and no two accounts one account name', () => {
  const objects = [...seed.containers, ...seed.accounts, ...seed.people, ...seed.groups]
  assert.equal(new Set(objects.map((each) => each.dn.toLowerCase())).size, objects.length)
  const accounts = [...seed.accounts, ...seed.people, ...seed.groups].map((each) => each.attributes['sAMAccountName'])
  assert.equal(new Set(accounts.map((name) => String(name).toLowerCase())).size, accounts.length)
})

test('namesakes carry their username in their common name', () => {
  const dns = seed.people.map((person) => person.dn).filter((dn) => dn.includes('Anna Müller'))
  assert.deepEqual(dns, [
    `CN=Anna Müller (anna.mueller),${plan.peopleDn}`,
    `CN=Anna Müller (anna.mueller2),${plan.peopleDn}`,
  ])
})

test('characters with a meaning in distinguished names are escaped', () => {
  const [first, ...others] = company.people
  assert.ok(first)
  const renamed = { ...company, people: [{ ...first, displayName: '#Smith, John "Jo" ' }, ...others] }
  const dn = directorySeed(plan, secrets, renamed).people[0]?.dn
  assert.equal(dn, `CN=\\#Smith\\, John \\"Jo\\"\\ ,${plan.peopleDn}`)
})

test('every manager and every member is an object of the seed', () => {
  const dns = new Set([...seed.people, ...seed.groups].map((each) => each.dn))
  for (const { attributes } of seed.people) {
    if (attributes['manager'] !== undefined) assert.ok(dns.has(String(attributes['manager'])))
  }
  for (const { members } of seed.members) for (const member of members) assert.ok(dns.has(member), member)
})

test('a domain without company has its containers, service accounts and an empty integration group', () => {
  const empty = directorySeed(plan, secrets, undefined)
  assert.deepEqual(
    [empty.people, empty.members, empty.groups.map((group) => group.dn)],
    [[], [], [plan.integrationGroupDn]],
  )
  assert.equal(empty.accounts.length, 2)
})
