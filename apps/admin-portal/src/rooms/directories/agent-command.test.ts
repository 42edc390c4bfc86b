import assert from 'node:assert/strict'
import { test } from 'node:test'
import { agentCommands } from './agent-command.ts'

test('the commands enrol with the key in the environment and then run from the file', () => {
  const text = agentCommands({
    kind: 'SYNC',
    hubUrl: 'https://hub.example',
    connectKey: 'k1',
    domain: 'corp.example',
    baseDn: 'DC=corp,DC=example',
  })
  const [enrol = '', run] = text.split('\n')
  assert.ok(
    enrol.startsWith(
      'LOCKSTEP_AGENT_CONNECT_KEY=k1 node sync-agent.mjs enrol --hub https://hub.example --ldap ldaps://dc1.corp.example ',
    ),
  )
  assert.equal(run, 'node sync-agent.mjs run --config sync-agent.json')
})
