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
const parse = (args: readonly string[], given: { hasPassword?: boolean; hasConnectKey?: boolean } = {}) =>
  parseCommand(args, { hasPassword: false, hasConnectKey: false, ...given })

test('the options of both commands are read', () => {
  assert.deepEqual(parse(['run', '--config', 'agent.json']), { name: 'run', configFile: 'agent.json' })
  const more = { '--hub-ca': 'a.pem', '--ldap-ca': 'b.pem', '--ldap-server-name': 'dc1.example' }
  assert.deepEqual(parse(enrolWith(more)), {
    name: 'enrol',
    configFile: 'agent.json',
    hubUrl: 'https://hub.example',
    hubCaFile: 'a.pem',
    connectKey: { from: 'command line', key: good['--connect-key'] },
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
  assert.equal(parse(args, { hasPassword: true }).name, 'enrol')
})

test('the connect key comes from a file, the environment or the command line, and from one of them only', () => {
  const source = (changes: Readonly<Record<string, string | undefined>>, hasConnectKey = false): unknown => {
    const command = parse(enrolWith(changes), { hasConnectKey })
    return command.name === 'enrol' && command.connectKey
  }
  const none = { '--connect-key': undefined }
  const file = { '--connect-key-file': 'key.txt' }
  assert.deepEqual(source({ ...none, ...file }), { from: 'file', path: 'key.txt' })
  assert.deepEqual(source(none, true), { from: 'environment' })
  assert.throws(() => source(none), { name: 'UsageError', message: /^Give the connect key with --connect-key-file/ })
  const twice = { name: 'UsageError', message: /^Give the connect key once only/ }
  assert.throws(() => source(file), twice)
  assert.throws(() => source({}, true), twice)
  assert.throws(() => source({ ...none, ...file }, true), twice)
  assert.throws(() => source({ '--connect-key': '' }), { message: '--connect-key is missing.' })
  assert.throws(() => source({ ...none, '--connect-key-file': '' }), { message: '--connect-key-file is missing.' })
  assert.deepEqual(parse(['run', '--config', 'a'], { hasConnectKey: true }), { name: 'run', configFile: 'a' })
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
  for (const name of ['--hub', '--ldap', '--bind-dn', '--config']) {
    assert.throws(() => parse(enrolWith({ [name]: undefined })), { name: 'UsageError', message: `${name} is missing.` })
  }
  assert.throws(() => parse([]), /Say enrol, run, doctor, credentials, check-password or service/)
  assert.throws(() => parse(['stop']), /no command stop/)
  assert.throws(() => parse(['run', '--config', 'a', '--hub', 'https://x']), /--hub does not belong to run/)
  assert.throws(() => parse(['run', '--confg', 'a']), /--confg/)
  assert.throws(() => parse(['run', 'now', '--config', 'a']), /one word too many/)
})

test('the other commands take what belongs to them', () => {
  assert.deepEqual(parse(['doctor', '--config', 'a.json', '--json']), {
    name: 'doctor',
    subject: { configFile: 'a.json' },
    asJson: true,
  })
  assert.deepEqual(parse(['doctor', '--config', 'a.json', '--capture-socket', '/ldapi']), {
    name: 'doctor',
    subject: { configFile: 'a.json' },
    capture: { socket: '/ldapi' },
    asJson: false,
  })
  const prospect = ['doctor', '--hub', 'https://hub.example', '--ldap', 'ldaps://dc1', '--bind-dn', 'CN=b']
  assert.deepEqual(parse([...prospect, '--integration-group-dn', 'CN=g'], { hasPassword: true }), {
    name: 'doctor',
    subject: {
      prospect: { hubUrl: 'https://hub.example', ldapUrl: 'ldaps://dc1', bindDn: 'CN=b', integrationGroupDn: 'CN=g' },
    },
    asJson: false,
  })
  assert.throws(() => parse(prospect), /Give the password/)
  assert.throws(() => parse([...prospect, '--config', 'a.json'], { hasPassword: true }), /beside --config/)
  assert.throws(() => parse(['doctor']), /--config is missing/)
  assert.throws(() => parse(['doctor', '--hub', 'https://hub.example'], { hasPassword: true }), /--ldap is missing/)
  assert.deepEqual(parse(['service', '--config', 'a.json', '--windows']), {
    ...{ name: 'service', configFile: 'a.json', system: 'windows', user: 'lockstep' },
  })
  assert.deepEqual(parse(['credentials', '--config', 'a.json', '--bind-dn', 'CN=b', '--password-file', 'p']), {
    ...{ name: 'credentials', configFile: 'a.json', bindDn: 'CN=b', passwordFile: 'p' },
  })
  assert.equal(parse(['credentials', '--config', 'a.json'], { hasPassword: true }).name, 'credentials')
})

test('credentials say what is new, over an encrypted connection, and a user’s name is one', () => {
  assert.throws(() => parse(['credentials', '--config', 'a.json']), /Say what is new/)
  assert.throws(() => parse(['credentials', '--config', 'a.json', '--ldap', 'ldap://dc']), /ldaps:/)
  assert.throws(() => parse(['service', '--config', 'a.json', '--user', 'x; rm']), /--user must be/)
  assert.throws(() => parse(['doctor', '--config', 'a.json', '--windows']), /--windows does not belong to doctor/)
  assert.throws(() => parse(enrolWith({ '--user': 'somebody' })), /--user does not belong to enrol/)
})
