import assert from 'node:assert/strict'
import { test } from 'node:test'
import { parseCommand, UsageError } from './options.ts'

const good = {
  '--hub': 'https://hub.example',
  '--connect-key': 'k'.repeat(32),
  '--ldap': 'ldaps://dc1.example',
  '--bind-dn': 'CN=x,DC=y',
  '--password-file': 'password',
  '--config': 'agent.json',
}
const enrolWith = (changes: Readonly<Record<string, string | undefined>>): readonly string[] => [
  'enrol',
  ...Object.entries({ ...good, ...changes }).flatMap(([name, value]) => (value === undefined ? [] : [name, value])),
]
const parse = (args: readonly string[], hasPassword = false) => parseCommand(args, { hasPassword })

test('the options of both commands are read', () => {
  assert.deepEqual(parse(['run', '--config', 'agent.json']), { name: 'run', configFile: 'agent.json' })
  const more = { '--hub-ca': 'a.pem', '--ldap-ca': 'b.pem', '--ldap-server-name': 'dc1.example' }
  assert.deepEqual(parse(enrolWith(more)), {
    name: 'enrol',
    configFile: 'agent.json',
    hubUrl: 'https://hub.example',
    hubCaFile: 'a.pem',
    connectKey: good['--connect-key'],
    ldapUrl: 'ldaps://dc1.example',
    ldapCaFile: 'b.pem',
    ldapServerName: 'dc1.example',
    bindDn: 'CN=x,DC=y',
    passwordFile: 'password',
  })
})

test('the password may come from the environment instead of a file', () => {
  const args = enrolWith({ '--password-file': undefined })
  assert.throws(() => parse(args), /--password-file/)
  assert.equal(parse(args, true).name, 'enrol')
})

test('plain connections are refused, but to the hub on the same machine', () => {
  assert.throws(() => parse(enrolWith({ '--hub': 'http://hub.example' })), /https:\/\//)
  for (const hub of ['http://127.0.0.1:8080', 'http://localhost:8080', 'http://[::1]:8080']) {
    assert.equal(parse(enrolWith({ '--hub': hub })).name, 'enrol')
  }
  assert.throws(() => parse(enrolWith({ '--hub': 'https://hub.example/lockstep' })), UsageError)
  assert.throws(() => parse(enrolWith({ '--ldap': 'ldap://dc1.example' })), /ldaps:\/\//)
})

test('each missing option is named, and so is what does not belong', () => {
  for (const name of ['--hub', '--connect-key', '--ldap', '--bind-dn', '--config']) {
    assert.throws(() => parse(enrolWith({ [name]: undefined })), { name: 'UsageError', message: `${name} is missing.` })
  }
  assert.throws(() => parse([]), /enrol or run/)
  assert.throws(() => parse(['stop']), /no command stop/)
  assert.throws(() => parse(['run', '--config', 'a', '--hub', 'https://x']), /--hub belongs to enrol/)
  assert.throws(() => parse(['run', '--confg', 'a']), /--confg/)
  assert.throws(() => parse(['run', 'now', '--config', 'a']), /one word too many/)
})
