import assert from 'node:assert/strict'
import { test } from 'node:test'
import { serviceText } from './service-text.ts'

const surroundings = { kind: 'SYNC', node: '/usr/bin/node', program: '/opt/lockstep/sync-agent.mjs' } as const
const command = { name: 'service', configFile: '/etc/lockstep/sync agent 100%.json', user: 'lockstep' } as const

test('the unit runs this program with this file, whatever its name is', () => {
  const text = serviceText({ ...command, system: 'systemd' }, surroundings)
  assert.match(
    text,
    /^ExecStart=\/usr\/bin\/node \/opt\/lockstep\/sync-agent\.mjs run --config "\/etc\/lockstep\/sync agent 100%%\.json"$/m,
  )
  assert.match(text, /^User=lockstep$/m)
  assert.match(text, /lockstep-sync-agent\.service/)
})

test('on Windows a quote in a path does not end the command', () => {
  const text = serviceText({ ...command, system: 'windows' }, { ...surroundings, program: "/opt/o'neill/agent.mjs" })
  assert.match(text, /Register-ScheduledTask -TaskName 'Lockstep sync agent'/)
  assert.match(text, /o''neill/)
})
