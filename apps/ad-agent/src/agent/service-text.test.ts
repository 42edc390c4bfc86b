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

test('an agent that captures runs as root, and may write what it has to', () => {
  const capture = {
    socket: '/var/lib/samba/private/ldap_priv/ldapi',
    rulesFile: '/etc/lockstep/rules.json',
    gnupgHome: '/etc/lockstep/gnupg',
  }
  const text = serviceText({ ...command, system: 'systemd' }, { ...surroundings, capture })
  assert.match(text, /^User=root$/m)
  assert.match(text, /^ReadWritePaths=\/etc\/lockstep \/etc\/lockstep\/gnupg$/m)
  assert.doesNotMatch(text, /useradd/)
  const heard = serviceText(
    { ...command, system: 'systemd' },
    { ...surroundings, capture: { rulesFile: '/srv/rules.json' } },
  )
  assert.match(heard, /^User=lockstep$/m)
  assert.match(heard, /^ReadWritePaths=\/srv$/m)
})

test('on Windows a quote in a path does not end the command', () => {
  const text = serviceText({ ...command, system: 'windows' }, { ...surroundings, program: "/opt/o'neill/agent.mjs" })
  assert.match(text, /Register-ScheduledTask -TaskName 'Lockstep sync agent'/)
  assert.match(text, /o''neill/)
})
