import assert from 'node:assert/strict'
import { test } from 'node:test'
import { type AgentFacts, agentHealth, domainHealth, isWithin, parseDomain, wireDomain } from './domain.rules.ts'

const now = new Date('2026-01-31T09:00:00Z')
const agent: AgentFacts = {
  kind: 'IMPORT',
  enrolled: true,
  paused: false,
  contactAt: new Date('2026-01-31T08:59:50Z'),
  directoryReachable: true,
  directoryError: null,
}

test('a domain is read in each of its spellings and written in JumpCloud’s', () => {
  for (const text of ['DC=corp;DC=example', 'dc=corp,dc=example', 'corp.example', ' DC=corp, DC=example '])
    assert.deepEqual(parseDomain(text), { ok: true, value: { name: 'corp.example', baseDn: 'DC=corp,DC=example' } })
  assert.equal(wireDomain('DC=corp,DC=example'), 'DC=corp;DC=example')
  for (const text of ['', 'corp_example', 'DC=', 'a..b', 'x'.repeat(64), '*)(uid=*'])
    assert.equal(parseDomain(text).ok, false, text)
})

test('a name lies within itself and what is below it, whatever the case', () => {
  assert.ok(isWithin('CN=Ann,OU=People,DC=corp', 'ou=people,dc=CORP'))
  assert.ok(isWithin('DC=corp', 'DC=corp'))
  assert.ok(!isWithin('CN=Ann,OU=MorePeople,DC=corp', 'OU=People,DC=corp'))
})

test('an agent’s light says what is wrong in words', () => {
  assert.equal(agentHealth(agent, now).light, 'green')
  assert.equal(agentHealth({ ...agent, paused: true }, now).light, 'amber')
  assert.equal(agentHealth({ ...agent, contactAt: new Date('2026-01-31T08:00:00Z') }, now).light, 'red')
  assert.match(agentHealth({ ...agent, directoryReachable: false, directoryError: 'no route' }, now).reason, /no route/)
})

test('a domain needs a working agent of each kind that its use asks for', () => {
  assert.equal(domainHealth('ADASAUTHORITY', [agent], now).light, 'green')
  assert.equal(domainHealth('TWOWAYSYNC', [agent], now).light, 'red')
  assert.equal(domainHealth('TWOWAYSYNC', [agent, { ...agent, kind: 'SYNC' }], now).light, 'green')
  assert.equal(domainHealth('ADASAUTHORITY', [{ ...agent, paused: true }, agent], now).light, 'green')
})
