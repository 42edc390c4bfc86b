import assert from 'node:assert/strict'
import { test } from 'node:test'
import { agentCommand } from './agent-command.ts'

test('the command names the program of the kind, the hub and the key', () => {
  assert.equal(agentCommand('SYNC', 'https://hub.example', 'k1'), 'node sync-agent.mjs --hub https://hub.example --connect-key k1')
})
