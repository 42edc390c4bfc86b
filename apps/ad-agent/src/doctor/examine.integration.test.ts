// The doctor beside a real domain, with faults planted one at a time.
import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { chmod, chown, copyFile, mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { once } from 'node:events'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, describe, test } from 'node:test'
import { newAgentKeys } from '@lockstep/client/agent-keys'
import type { AgentKind } from '@lockstep/contract/agents/protocol'
import { makeCompany } from '@lockstep/dev/company/company'
import { type DomainController, startDomainController } from '@lockstep/dev/samba/domain-controller'
import { directoryPackages, installPrerequisites } from '@lockstep/dev/samba/prerequisites'
import { runCommand } from '@lockstep/dev/samba/run-command'
import { testCertificate } from '@lockstep/ldap/testing/test-certificate'
import type { AgentFile } from '../agent/agent-file.ts'
import { FakeHub } from '../testing/fake-hub.ts'
import { examine } from './examine.ts'
import type { Finding } from './finding.ts'

/** The number that systems give to the account without any rights. */
const nobody = 65_534

interface Report {
  readonly code: number
  readonly findings: readonly Finding[]
}

describe('the doctor on a Samba domain', () => {
  let root = ''
  let domain: DomainController
  let hub: FakeHub
  let ca = ''
  let counter = 0

  const fileOf = (kind: AgentKind, directory: Partial<AgentFile['directory']> = {}): AgentFile => {
    const account = kind === 'IMPORT' ? domain.importAccount : domain.syncAccount
    const { url, servername } = domain
    const keys = newAgentKeys()
    hub.publicKey = keys.publicKey
    hub.kind = kind
    const place = { url, ca, servername, bindDn: account.dn, password: account.password }
    return {
      kind,
      agentId: 'agent',
      domainId: 'domain',
      keys,
      hub: { url: hub.url },
      directory: { ...place, ...directory },
    }
  }
  const run = async (file: AgentFile, now: () => Date = () => new Date()): Promise<Report> => {
    counter += 1
    const configFile = join(root, `agent${counter}.json`)
    await writeFile(configFile, JSON.stringify(file), { mode: 0o600 })
    let printed = ''
    const print = (line: string): void => void (printed += line)
    const code = await examine(
      { name: 'doctor', subject: { configFile }, asJson: true },
      { kind: file.kind, print, now },
    )
    assert.ok(!printed.includes(file.directory.password), 'the report does not hold the password')
    const { findings } = JSON.parse(printed) as { findings: readonly Finding[] }
    return { code, findings }
  }
  /** The one thing that is wrong; everything before it was looked at. */
  const faults = ({ findings }: Report): readonly string[] =>
    findings.filter(({ state }) => state === 'wrong').map(({ name }) => name)
  const fixOf = ({ findings }: Report, name: string): string =>
    findings.find((each) => each.name === name)?.fix?.join('\n') ?? ''
  /** Runs the commands for Samba that a fix prints. */
  const applyFix = async (fix: string): Promise<void> => {
    for (const [, line = ''] of fix.matchAll(/\(Samba: samba-tool (dsacl set .*)\)$/gm)) {
      const args = [...line.matchAll(/--(\w+)="([^"]*)"/g)].map(([, name, value]) => `--${name}=${value}`)
      await domain.sambaTool(['dsacl', 'set', ...args])
    }
  }

  /** Runs the program as an account without rights. */
  const asNobody = async (configFile: string): Promise<{ readonly code: number; readonly printed: string }> => {
    // Copies, because the account may read neither the checkout nor the Node in it.
    const [node, script] = [join(root, 'node'), join(root, 'import-agent.mjs')]
    await copyFile(process.execPath, node)
    await copyFile(join(import.meta.dirname, '../../dist/import-agent.mjs'), script)
    const account = [`--reuid=${nobody}`, `--regid=${nobody}`, '--clear-groups', '--inh-caps=-all', '--']
    const child = spawn('setpriv', [...account, node, script, 'doctor', '--config', configFile, '--json'], {
      env: { PATH: '/usr/bin:/bin', HOME: '/' },
      stdio: ['ignore', 'pipe', 'pipe'],
    })
    let printed = ''
    for (const stream of [child.stdout, child.stderr])
      stream.on('data', (chunk: Buffer) => (printed += chunk.toString()))
    const [code] = (await once(child, 'close')) as [number | null]
    return { code: code ?? -1, printed }
  }

  before(async () => {
    await installPrerequisites(directoryPackages, () => undefined)
    root = await mkdtemp(join(tmpdir(), 'lsdoc-'))
    const company = makeCompany({ people: 80, seed: 1 })
    const folders = { folder: join(root, 'dc'), cacheFolder: join(root, 'cache') }
    domain = await startDomainController({ ...folders, company, log: () => undefined })
    ca = await readFile(domain.caFile, 'utf8')
    hub = new FakeHub({
      domainId: 'd',
      baseDn: domain.baseDn,
      rootDn: domain.usersDn,
      integrationGroupDn: domain.integrationGroupDn,
      userContainerDn: domain.peopleDn,
      groupContainerDn: domain.groupsDn,
      upnSuffix: 'lockstep.example',
    })
    await hub.start()
  })

  after(async () => {
    await hub?.[Symbol.asyncDispose]()
    await domain?.stop()
    await rm(root, { recursive: true, force: true })
  })

  const withSettings = async (
    change: Partial<FakeHub['state']['settings']>,
    look: () => Promise<void>,
  ): Promise<void> => {
    const before = hub.state.settings
    hub.state.settings = { ...before, ...change }
    try {
      await look()
    } finally {
      hub.state.settings = before
    }
  }

  test('both agents with the delegated rights alone lack nothing', async () => {
    for (const kind of ['IMPORT', 'SYNC'] as const) {
      const report = await run(fileOf(kind))
      assert.deepEqual([faults(report), report.code], [[], 0])
      const names = report.findings.map(({ name }) => name)
      const wanted =
        kind === 'IMPORT' ? ['following changes', 'seeing deletions'] : ['creating users', 'resetting passwords']
      for (const name of ['certificate time', 'integration group', ...wanted]) assert.ok(names.includes(name), name)
    }
  })

  test('an agent that captures passwords is told what of it is not there', async () => {
    const home = join(root, 'gnupg')
    const keyFile = join(root, 'filter.key')
    const capturing = (capture: NonNullable<AgentFile['capture']>) => run({ ...fileOf('IMPORT'), capture })
    const socket = domain.privilegedSocket
    const filter = { path: join(root, 'filter'), keyFile }
    const [noSocket, noKey] = ['domain controller’s socket', 'key of the reversible form']
    const nothing = await capturing({ socket: join(root, 'ldapi'), gnupgHome: home, filter })
    assert.deepEqual(faults(nothing), [noSocket, noKey, 'password filter’s key'])
    assert.match(fixOf(nothing, noKey), /gpg --homedir .*gnupg --batch/)
    await writeFile(join(root, 'dead'), '')
    assert.deepEqual(faults(await capturing({ socket: join(root, 'dead') })), [noSocket])
    await writeFile(keyFile, 'c2hvcnQ=')
    assert.deepEqual(faults(await capturing({ filter })), ['password filter’s key'])
    await writeFile(keyFile, randomBytes(32).toString('base64'))
    await mkdir(home, { mode: 0o700 })
    const gpg = ['--homedir', home, '--batch', '--passphrase', '', '--quick-generate-key', 'Lockstep <l@x.example>']
    try {
      await runCommand('gpg', [...gpg, 'ed25519', 'sign', 'never'])
      assert.deepEqual(faults(await capturing({ socket, gnupgHome: home })), [noKey], 'a key that only signs')
      await runCommand('gpg', [...gpg.slice(0, -1), 'Lockstep <c@x.example>', 'rsa2048', 'encrypt,sign', 'never'])
      const whole = await capturing({ socket, gnupgHome: home, filter })
      assert.deepEqual([faults(whole), whole.code], [[], 0])
    } finally {
      await runCommand('gpgconf', ['--homedir', home, '--kill', 'all'])
    }
  })

  test('as the service’s own account each check passes, or says what that account may not', async () => {
    const file = fileOf('IMPORT')
    await chmod(root, 0o755)
    const configFile = join(root, 'service.json')
    const folder = join(root, 'own')
    await mkdir(folder, { mode: 0o700 })
    await chown(folder, nobody, nobody)
    const home = join(root, 'foreign-gnupg')
    await mkdir(home, { mode: 0o700 })
    const look = async (capture?: NonNullable<AgentFile['capture']>): Promise<Report> => {
      const contents = { ...file, ...(capture === undefined ? {} : { capture }) }
      await writeFile(configFile, JSON.stringify(contents), { mode: 0o600 })
      await chown(configFile, nobody, nobody)
      const { code, printed } = await asNobody(configFile)
      return { code, findings: (JSON.parse(printed) as { findings: readonly Finding[] }).findings }
    }
    const plain = await look({ rulesFile: join(folder, 'rules.json') })
    assert.deepEqual([faults(plain), plain.code], [[], 0])
    const capturing = await look({
      ...{ socket: domain.privilegedSocket, gnupgHome: home, rulesFile: join(root, 'rules.json') },
    })
    assert.deepEqual(faults(capturing), [
      'domain controller’s socket',
      'key of the reversible form',
      'rules for new passwords',
    ])
    assert.match(fixOf(capturing, 'domain controller’s socket'), /as root/)
    assert.match(fixOf(capturing, 'key of the reversible form'), /as the account that owns it/)
    assert.match(fixOf(capturing, 'rules for new passwords'), /chown ACCOUNT/)
    await chown(configFile, 0, 0)
    const { code, printed } = await asNobody(configFile)
    assert.equal(code, 1)
    assert.match(printed, /cannot be read \(EACCES\)\. Run this as the account of the agent.*chown/)
  })

  test('settings of accounts’ own that the import account may not read are told, with the right that lets it', async () => {
    const settings = ({ findings }: Report): string | undefined =>
      findings.find(({ name }) => name === 'password settings')?.state
    assert.equal(settings(await run(fileOf('IMPORT'))), 'ok')
    await domain.sambaTool([
      'domain',
      'passwordsettings',
      'pso',
      'create',
      'strict',
      '1',
      '--account-lockout-threshold=3',
    ])
    const report = await run(fileOf('IMPORT'))
    assert.deepEqual([settings(report), report.code], ['note', 0])
    await applyFix(fixOf(report, 'password settings'))
    assert.equal(settings(await run(fileOf('IMPORT'))), 'ok')
  })

  test('before an agent is enrolled the same is looked at, and what nobody said is left out', async () => {
    const { url, servername, usersDn, integrationGroupDn } = domain
    const caFile = { ldapCaFile: domain.caFile, ldapServerName: servername }
    const look = async (place: { rootDn?: string; integrationGroupDn?: string }): Promise<Report> => {
      const prospect = { hubUrl: hub.url, ldapUrl: url, bindDn: domain.importAccount.dn, ...caFile, ...place }
      let printed = ''
      const code = await examine(
        { name: 'doctor', subject: { prospect }, asJson: true },
        { kind: 'IMPORT', print: (line) => void (printed += line), password: domain.importAccount.password },
      )
      assert.ok(!printed.includes(domain.importAccount.password))
      return { code, findings: (JSON.parse(printed) as { findings: readonly Finding[] }).findings }
    }
    const states = ({ findings }: Report) => new Map(findings.map(({ name, state }) => [name, state]))
    const bare = states(await look({}))
    assert.deepEqual([bare.get('agent’s key'), bare.get('domain and rights')], ['skipped', 'skipped'])
    const whole = await look({ rootDn: usersDn, integrationGroupDn })
    assert.deepEqual([faults(whole), states(whole).get('root container')], [[], 'ok'])
    assert.deepEqual(faults(await look({ rootDn: `OU=Nowhere,${usersDn}`, integrationGroupDn })), ['root container'])
  })

  test('an account without rights is told which, and the printed commands give them', async () => {
    const { dn: bindDn, password } = domain.importAccount
    const file = (): AgentFile => fileOf('SYNC', { bindDn, password })
    const report = await run(file())
    const missing = ['creating users', 'writing users', 'creating groups', 'writing groups', 'resetting passwords']
    assert.deepEqual([faults(report), report.code], [[...missing, 'writing the integration group'], 1])
    assert.match(fixOf(report, 'creating users'), /dsacls "OU=People,.*" \/I:T \/G "LOCKSTEP\\lockstep-import:CC;user"/)
    for (const name of faults(report)) await applyFix(fixOf(report, name))
    assert.deepEqual(faults(await run(file())), [])
  })

  test('an import account that may not see deleted objects is told how', async () => {
    const { dn: bindDn, password } = domain.syncAccount
    const report = await run(fileOf('IMPORT', { bindDn, password }))
    assert.deepEqual(faults(report), ['seeing deletions'])
    assert.match(
      fixOf(report, 'seeing deletions'),
      /dsacls "CN=Deleted Objects,.*" \/G "LOCKSTEP\\lockstep-sync:LCRPLO"/,
    )
  })

  test('a root container that is not there, and a group outside it, are named', async () => {
    const gone = `OU=Renamed,${domain.baseDn}`
    await withSettings({ rootDn: gone }, async () => {
      const report = await run(fileOf('IMPORT'))
      assert.deepEqual(faults(report), ['root container'])
      assert.match(fixOf(report, 'root container'), /in the portal/)
    })
    await withSettings({ integrationGroupDn: `CN=Nobody,${domain.groupsDn}` }, async () => {
      assert.match(fixOf(await run(fileOf('IMPORT')), 'integration group'), /New-ADGroup -Name "Nobody"/)
    })
    await withSettings({ integrationGroupDn: `CN=Domain Guests,CN=Users,${domain.baseDn}` }, async () => {
      assert.match(fixOf(await run(fileOf('IMPORT')), 'integration group'), /Move-ADObject/)
    })
  })

  test('a controller of another domain is named', async () => {
    await withSettings({ baseDn: 'DC=elsewhere,DC=example' }, async () => {
      assert.ok(faults(await run(fileOf('IMPORT'))).includes('domain'))
    })
  })

  test('a certificate of an unknown authority, for another name, or past its end is told apart', async () => {
    const stranger = await run(fileOf('IMPORT', { ca: (await testCertificate()).cert }))
    assert.deepEqual(faults(stranger), ['certificate chain', 'signing in'])
    assert.match(fixOf(stranger, 'certificate chain'), /credentials --config .*\.json --ldap-ca ca\.pem/)
    const misnamed = await run(fileOf('IMPORT', { servername: 'other.example' }))
    assert.deepEqual(faults(misnamed), ['certificate name', 'signing in'])
    assert.match(fixOf(misnamed, 'certificate name'), /--ldap-server-name dc1\.lockstep\.example/)
    const farAway = new Date('2126-01-01T00:00:00Z')
    const late = await run(fileOf('IMPORT'), () => farAway)
    assert.ok(faults(late).includes('certificate time'))
    assert.match(fixOf(late, 'certificate time'), /Renew the certificate/)
  })

  test('a clock that is ten minutes wrong is told for hub and domain controller', async () => {
    const report = await run(fileOf('IMPORT'), () => new Date(Date.now() + 600_000))
    assert.deepEqual(faults(report), ['hub’s clock', 'domain controller’s clock'])
    assert.match(fixOf(report, 'hub’s clock'), /timedatectl set-ntp true/)
  })

  test('a wrong password and a disabled account are told apart', async () => {
    const wrongPassword = await run(fileOf('SYNC', { password: 'not the password' }))
    assert.deepEqual(faults(wrongPassword), ['signing in'])
    assert.match(fixOf(wrongPassword, 'signing in'), /sync-agent\.mjs credentials --config .* --password-file/)
    await domain.sambaTool(['user', 'disable', 'lockstep-sync'])
    try {
      assert.match(
        fixOf(await run(fileOf('SYNC')), 'signing in'),
        /Enable-ADAccount "CN=lockstep-sync,.*samba-tool user enable lockstep-sync/,
      )
    } finally {
      await domain.sambaTool(['user', 'enable', 'lockstep-sync'])
    }
  })

  test('a port that nobody listens on, an unknown name and an absent hub are told', async () => {
    const deaf = await run(fileOf('IMPORT', { url: domain.url.replace(/:\d+$/, '') + ':6360' }))
    assert.deepEqual(faults(deaf), ['port'])
    const unknown = await run(fileOf('IMPORT', { url: 'ldaps://dc.invalid' }))
    assert.deepEqual(faults(unknown), ['domain controller’s name', 'port'])
    const lonely = await run({ ...fileOf('IMPORT'), hub: { url: 'http://127.0.0.1:9' } })
    assert.deepEqual(faults(lonely), ['hub'])
    assert.equal(lonely.code, 1)
  })

  test('a key that the hub does not accept is told', async () => {
    const file = fileOf('IMPORT')
    hub.publicKey = newAgentKeys().publicKey
    const report = await run(file)
    assert.deepEqual(faults(report), ['agent’s key'])
    assert.match(fixOf(report, 'agent’s key'), /Add a new agent in the portal/)
  })
})
