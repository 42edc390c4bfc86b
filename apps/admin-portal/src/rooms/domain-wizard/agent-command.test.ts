import assert from 'node:assert/strict'
import { test } from 'node:test'
import { agentCommands } from './agent-command.ts'

const facts = {
  kind: 'SYNC',
  hubUrl: 'https://hub.example',
  connectKey: 'k1',
  domain: 'corp.example',
  baseDn: 'DC=corp,DC=example',
} as const

test('the commands fetch the agent, check it, enrol it with the key in the environment, and run it from its file', () => {
  const bundle = { name: 'sync-agent.mjs', kind: 'SYNC', version: '1', sizeBytes: 1, sha256: 'ab12' } as const
  const [key, fetch = '', check, enrol = '', doctor, service, run] = agentCommands({ ...facts, bundle }).split('\n')
  assert.equal(key, 'export LOCKSTEP_AGENT_CONNECT_KEY=k1')
  assert.ok(fetch.endsWith('curl -fsS -H @- -o sync-agent.mjs https://hub.example/agents/v1/bundles/sync-agent.mjs'))
  assert.equal(check, "echo 'ab12  sync-agent.mjs' | sha256sum -c")
  assert.ok(enrol.startsWith('node sync-agent.mjs enrol --hub https://hub.example --ldap ldaps://dc1.corp.example '))
  assert.equal(doctor, 'node sync-agent.mjs doctor --config sync-agent.json')
  assert.equal(run, 'node sync-agent.mjs run --config sync-agent.json')
  assert.equal(service, 'node sync-agent.mjs service --config sync-agent.json')
})

test('the key stands on no command line', () => {
  const [, ...others] = agentCommands({ ...facts, bundle: undefined }).split('\n')
  assert.equal(
    others.some((line) => line.includes('k1')),
    false,
  )
})
