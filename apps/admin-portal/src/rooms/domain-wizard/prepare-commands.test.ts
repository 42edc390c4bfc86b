import assert from 'node:assert/strict'
import { test } from 'node:test'
import { preparedDomain } from './domain-places.ts'
import { sambaCommands } from './samba-commands.ts'
import { windowsAgentCommands } from './windows-agent-commands.ts'
import { windowsCommands } from './windows-commands.ts'

const directory = {
  baseDn: 'DC=corp,DC=example',
  rootDn: 'OU=Company,DC=corp,DC=example',
  furtherRootDns: ['OU=Branch,DC=corp,DC=example', 'OU=Inner,OU=Branch,DC=corp,DC=example'],
  integrationGroupDn: "CN=Lockstep $1's,OU=Groups,OU=Company,DC=corp,DC=example",
  userContainerDn: 'OU=People,OU=Company,DC=corp,DC=example',
  groupContainerDn: 'OU=Groups,OU=Company,DC=corp,DC=example',
  configuration: { agentsWanted: ['IMPORT', 'SYNC'] },
} as const
const importOnly = {
  ...directory,
  furtherRootDns: [...directory.furtherRootDns],
  configuration: { agentsWanted: ['IMPORT' as const] },
}
const both = { ...importOnly, configuration: { agentsWanted: ['IMPORT' as const, 'SYNC' as const] } }

test('each of the outermost root containers gets the right to make users, and no other place', () => {
  const { userPlaces } = preparedDomain(both)
  assert.deepEqual(userPlaces, ['OU=Company,DC=corp,DC=example', 'OU=Branch,DC=corp,DC=example'])
  const whole = preparedDomain({ ...both, rootDn: both.baseDn, furtherRootDns: [] })
  assert.deepEqual(whole.userPlaces, [both.userContainerDn])
})

test('a domain that is only read gets no account that could write', () => {
  for (const text of [windowsCommands(preparedDomain(importOnly)), sambaCommands(preparedDomain(importOnly))]) {
    assert.match(text, /lockstep-import/u)
    assert.doesNotMatch(text, /lockstep-sync/u)
    assert.match(text, /LCRPLO/u)
  }
})

test('names with quotes and dollars stay what they are in each shell', () => {
  const windows = windowsCommands(preparedDomain(both))
  assert.match(windows, /New-ADGroup -Name 'Lockstep \$1''s' /u)
  const samba = sambaCommands(preparedDomain(both))
  assert.ok(samba.includes(String.raw`samba-tool group add 'Lockstep $1'\''s' --groupou='OU=Groups,OU=Company'`))
})

test('an integration group beside the groups’ container gets the right to have its members written', () => {
  const apart = preparedDomain({ ...both, integrationGroupDn: 'CN=Lockstep,CN=Users,DC=corp,DC=example' })
  assert.match(windowsCommands(apart), /dsacls "CN=Lockstep,CN=Users,DC=corp,DC=example" \/G ".*:RPWP;member"/u)
  assert.match(sambaCommands(apart), /--objectdn='CN=Lockstep,CN=Users,DC=corp,DC=example'/u)
  assert.match(sambaCommands(apart), /samba-tool group add 'Lockstep'\n/u)
  assert.doesNotMatch(windowsCommands(preparedDomain(both)), /RPWP;member/u)
})

test('on Windows the agent’s key stands on no command line', () => {
  const facts = { kind: 'SYNC', hubUrl: 'https://hub.example', connectKey: 'k1', domain: 'corp.example' } as const
  const [first, ...others] = windowsAgentCommands({ ...facts, baseDn: 'DC=corp,DC=example', bundle: undefined }).split(
    '\n',
  )
  assert.equal(first, "$env:LOCKSTEP_AGENT_CONNECT_KEY = 'k1'")
  assert.equal(
    others.some((line) => line.includes('k1')),
    false,
  )
})
