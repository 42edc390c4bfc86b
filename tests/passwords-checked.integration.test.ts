// The program that Samba asks about every new password (`check password script`), on a real domain controller, with the rules and the list of
// leaked passwords that a running agent brought from the hub.
import assert from 'node:assert/strict'
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { after, before, describe, test } from 'node:test'
import { DirectoryError } from '@lockstep/ldap/directory-error'
import { text } from '@lockstep/ldap/text'
import { changePasswordChanges, setPasswordChange } from '@lockstep/ldap/unicode-password'
import { verifyPassword } from '@lockstep/ldap/verify-password'
import { directoryPackages, installPrerequisites } from '../dev/src/samba/prerequisites.ts'
import { runCommand } from '../dev/src/samba/run-command.ts'
import { type AgentWorld, startAgentWorld } from './support/agent-world.ts'

/** A call of the program: the account that it was told, its numbers of arguments and user, and the processes above it. */
interface Call {
  readonly account: string
  readonly argumentCount: string
  readonly user: string
  readonly above: readonly string[]
}

const bundle = join(import.meta.dirname, '../apps/ad-agent/dist/import-agent.mjs')
/** By all rules of a new hub; only its being known speaks against it. */
const leaked = 'Welcome-2026!'
/** ERROR_PASSWORD_RESTRICTION (MS-ERREF 2.2). */
const policyRefusal = /code 0000052D/

describe('new passwords that Samba asks the agent’s program about', () => {
  let folder = ''
  let world: AgentWorld
  let person: { readonly username: string; readonly dn: string }
  let rulesFile = ''
  let counter = 0

  const newPassword = (): string => {
    counter += 1
    return `Kanarienvogel-${counter}!`
  }
  const calls = async (): Promise<readonly Call[]> => {
    const lines = (await readFile(join(folder, 'calls'), 'utf8')).trim().split('\n')
    return lines.map((line) => {
      const [account = '', argumentCount = '', user = '', above = ''] = line.split('|')
      return { account, argumentCount, user, above: above.split(' ') }
    })
  }
  const lastCall = async (): Promise<Call> => (await calls()).at(-1) ?? assert.fail('nobody was asked')
  const bindsWith = async (password: string): Promise<string> => {
    const { url, servername, caFile } = world.domain
    const ca = await readFile(caFile, 'utf8')
    return verifyPassword({ url, servername, ca, bindDn: person.dn, password, timeoutMs: 10_000 })
  }
  const refusal = (change: Promise<unknown>): Promise<string> =>
    change.then(
      () => 'accepted',
      (error: unknown) => (error instanceof DirectoryError ? error.message : String(error)),
    )
  /** Samba waits ten seconds for the program and refuses then, which a busy machine may need more than once. */
  const untilAccepted = (change: () => Promise<unknown>): Promise<true> =>
    world.until('the password is accepted', () =>
      change().then(
        () => true,
        () => undefined,
      ),
    )
  const setOverLdap = (password: string): Promise<void> => world.admin.modify(person.dn, [setPasswordChange(password)])
  const setByTool = (password: string): Promise<unknown> =>
    world.domain.sambaTool(['user', 'setpassword', person.username, `--newpassword=${password}`])
  /** Over the password service of Kerberos (RFC 3244), by an administrator. */
  const setOverKerberos = async (password: string): Promise<void> => {
    const { administrator, realm, netbiosName, address } = world.domain
    const conf = join(folder, 'client.conf')
    const places = ['private dir', 'lock directory', 'state directory', 'cache directory', 'pid directory']
    const settings = {
      ...{ realm, workgroup: netbiosName, security: 'ads', 'netbios name': 'probe', 'server role': 'member server' },
      ...{ 'password server': address, 'name resolve order': 'host', interfaces: `${address}/8` },
      ...Object.fromEntries(places.map((place) => [place, folder])),
    }
    const lines = Object.entries(settings).map(([name, value]) => `${name} = ${value}\n`)
    await writeFile(conf, `[global]\n${lines.join('')}`)
    const kerberos = join(folder, 'krb5.conf')
    await writeFile(
      kerberos,
      `[libdefaults]\ndefault_realm = ${realm}\ndns_lookup_kdc = false\n[realms]\n${realm} = {\nkdc = ${address}\nkpasswd_server = ${address}\n}\n`,
    )
    // The administrator's password on standard input, where no process list shows it.
    const args = ['ads', 'password', `${person.username}@${realm}`, password, '-s', conf, '-S', address]
    const said = await runCommand('net', [...args, '-U', `administrator@${realm}`], {
      input: `${administrator.password}\n`,
      environment: { KRB5_CONFIG: kerberos },
    })
    // It ends with 0 all the same.
    assert.match(said, /completed/)
  }

  before(async () => {
    assert.equal(await installPrerequisites(directoryPackages, () => undefined), undefined)
    folder = await mkdtemp('/tmp/lockstep-checked-')
    rulesFile = join(folder, 'rules.json')
    const script = join(folder, 'check')
    // Notes who asks, then becomes the program.
    await writeFile(
      script,
      `#!/bin/sh
above= pid=$$
while [ "$pid" -gt 1 ]; do
  pid=$(sed -n 's/^PPid:[[:space:]]*//p' "/proc/$pid/status")
  above="$above $pid"
done
echo "$SAMBA_CPS_ACCOUNT_NAME|$#|$(id -u)|$above" >> '${folder}/calls'
exec '${process.execPath}' '${bundle}' check-password --rules '${rulesFile}'
`,
      { mode: 0o755 },
    )
    world = await startAgentWorld({ extras: { settings: { 'check password script': `${script} 'two words' %u` } } })
    await world.domain.sambaTool(['domain', 'passwordsettings', 'set', '--min-pwd-age=0'])
    const query = { base: world.domain.peopleDn, scope: 'subtree', attributes: ['sAMAccountName'] } as const
    const filter = '(&(objectClass=user)(!(adminCount=1)))'
    for await (const [entry] of world.admin.search({ ...query, filter })) {
      person ??= { username: (entry && text(entry, 'sAMAccountName')) ?? '', dn: entry?.dn ?? '' }
    }
    await world.addAgent('IMPORT', ['--rules', rulesFile])
    await world.until('the rules and the list are there', () => readFile(rulesFile, 'utf8').catch(() => undefined))
  })

  after(async () => {
    await world?.[Symbol.asyncDispose]()
    await rm(folder, { recursive: true, force: true })
  })

  test('over LDAP the domain controller asks, with the account in the environment, and the password decides', async () => {
    const first = newPassword()
    await untilAccepted(() => setOverLdap(first))
    assert.equal(await bindsWith(first), 'accepted')
    const { account, argumentCount, user, above } = await lastCall()
    // The shell reads the setting; Samba puts nothing into it.
    assert.deepEqual([account, argumentCount, user], [person.username, '2', '0'])
    assert.ok(above.includes(String(world.domain.pid)))
    assert.match(await refusal(setOverLdap('kanarienvogel-klein')), policyRefusal)
    const [chosen, plain] = [newPassword(), 'nur-klein-und-lang']
    assert.match(await refusal(world.admin.modify(person.dn, changePasswordChanges(first, plain))), policyRefusal)
    assert.equal(await bindsWith(first), 'accepted')
    await untilAccepted(() => world.admin.modify(person.dn, changePasswordChanges(first, chosen)))
    assert.equal(await bindsWith(chosen), 'accepted')
  })

  test('a leaked password is refused in the domain too, by the list that the hub handed down', async () => {
    assert.match(await refusal(setOverLdap(leaked)), policyRefusal)
    assert.equal(await bindsWith(leaked), 'wrong_password')
  })

  test('over Kerberos the domain controller asks as well', async () => {
    const password = newPassword()
    await untilAccepted(() => setOverKerberos(password))
    const { account, above } = await lastCall()
    assert.deepEqual([account, above.includes(String(world.domain.pid))], [person.username, true])
    assert.equal(await bindsWith(password), 'accepted')
    await assert.rejects(setOverKerberos(leaked))
    assert.equal(await bindsWith(password), 'accepted')
  })

  test('samba-tool on the files of the domain asks by itself, in its own process', async () => {
    const password = newPassword()
    await untilAccepted(() => setByTool(password))
    const { account, above } = await lastCall()
    assert.deepEqual([account, above.includes(String(world.domain.pid))], [person.username, false])
    assert.equal(await bindsWith(password), 'accepted')
    await assert.rejects(setByTool(leaked), /ended with/)
    await assert.rejects(setByTool('nur-klein-und-lang'), /ended with/)
    assert.equal(await bindsWith(password), 'accepted')
  })

  test('what is too short for the domain is refused before anybody is asked', async () => {
    const before = (await calls()).length
    assert.match(await refusal(setOverLdap('Aa1!')), policyRefusal)
    assert.equal((await calls()).length, before)
  })

  test('another policy of the hub holds in the domain once the agent heard it, also while the hub is away', async () => {
    const before = await readFile(rulesFile, 'utf8')
    const passwordPolicy = { minLength: 16, needsUppercase: false, refuseCommon: false }
    await world.hub.settings.update({ passwordPolicy })
    await world.until('the agent heard it', async () => (await readFile(rulesFile, 'utf8')) !== before)
    await world.hubProgram.halt()
    assert.match(await refusal(setOverLdap('Kurz-genug-1!')), policyRefusal)
    const plain = 'klein-und-lang-genug-1'
    await untilAccepted(() => setOverLdap(plain))
    assert.equal(await bindsWith(plain), 'accepted')
  })
})
