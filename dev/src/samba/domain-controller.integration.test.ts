import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, readdir, readFile, rm, stat, truncate, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, describe, test } from 'node:test'
import { pause } from '@lockstep/kernel/retry'
import { makeCompany } from '../company/company.ts'
import { companyScope } from '../company/company-scope.ts'
import { startDomainController } from './domain-controller.ts'
import type { DomainController, DomainControllerOptions } from './domain-controller.ts'
import { directoryPackages, installPrerequisites } from './prerequisites.ts'
import { bindResult, simpleBind } from './simple-bind.ts'

type Operation = { readonly kind: string; readonly dn: string } & Readonly<Record<string, unknown>>
type Result = { readonly code: number; readonly count: number }

const company = makeCompany({ people: 200, seed: 1 })
const firstAddressNumber = 61
const insufficientAccess = 50
const noSuchObject = 32

describe('a domain controller', () => {
  let root = ''
  let domain: DomainController
  const lines: string[] = []

  const optionsFor = (name: string): DomainControllerOptions => ({
    folder: join(root, name),
    cacheFolder: join(root, 'cache'),
    firstAddressNumber,
    company,
    log: (line) => lines.push(line),
  })

  before(async () => {
    assert.equal(await installPrerequisites(directoryPackages, () => {}), undefined)
    root = await mkdtemp(join(tmpdir(), 'lockstep-dc-'))
    domain = await startDomainController(optionsFor('a'))
  })

  after(async () => {
    await domain.stop()
    await rm(root, { recursive: true, force: true })
  })

  const bind = async (to: DomainController, name: string, password: string): Promise<number> => {
    const tls = { ca: await readFile(to.caFile, 'utf8'), servername: to.servername }
    return simpleBind({ address: to.address, port: 636, tls, name, password })
  }

  const performAs = async (
    account: { readonly dn: string; readonly password: string },
    operations: readonly Operation[],
  ): Promise<readonly Result[]> => {
    const script = join(import.meta.dirname, 'testing', 'ldap-operations.py')
    const printed = await domain.runPython(script, { account, url: domain.url, operations })
    return JSON.parse(printed) as readonly Result[]
  }
  const codesAs = async (
    account: { readonly dn: string; readonly password: string },
    operations: readonly Operation[],
  ): Promise<readonly number[]> => (await performAs(account, operations)).map((result) => result.code)

  test('accepts the administrator and both service accounts over LDAPS and nobody with a wrong password', async () => {
    const { administrator, importAccount, syncAccount } = domain
    assert.equal(await bind(domain, administrator.bindName, administrator.password), bindResult.success)
    assert.equal(await bind(domain, importAccount.dn, importAccount.password), bindResult.success)
    assert.equal(await bind(domain, syncAccount.dn, syncAccount.password), bindResult.success)
    assert.equal(await bind(domain, syncAccount.dn, importAccount.password), bindResult.invalidCredentials)
  })

  test('accepts the people who log in', async () => {
    const usernames = company.people.filter((person) => person.logsIn).map((person) => person.username)
    assert.deepEqual(Object.keys(domain.passwords), usernames)
    for (const [username, password] of Object.entries(domain.passwords)) {
      assert.equal(await bind(domain, `${username}@${domain.realm.toLowerCase()}`, password), bindResult.success)
    }
  })

  test('is refused by a client that trusts another authority or expects another name', async () => {
    const { bindName: name, password } = domain.administrator
    const other = await startDomainController({ ...optionsFor('other'), company: undefined, realm: 'OTHER.EXAMPLE' })
    const otherCa = await readFile(other.caFile, 'utf8')
    await other.stop()
    const bindWith = (tls: { readonly ca: string; readonly servername: string }): Promise<number> =>
      simpleBind({ address: domain.address, port: 636, tls, name, password })
    const ca = await readFile(domain.caFile, 'utf8')
    await assert.rejects(bindWith({ ca: otherCa, servername: domain.servername }), /certificate/i)
    await assert.rejects(bindWith({ ca, servername: 'dc2.lockstep.example' }), { code: 'ERR_TLS_CERT_ALTNAME_INVALID' })
  })

  test('refuses a password over a connection without TLS', async () => {
    const { bindName: name, password } = domain.administrator
    const code = await simpleBind({ address: domain.address, port: 389, name, password })
    assert.equal(code, bindResult.strongerAuthRequired)
  })

  test('holds the company, as the import account sees it', async () => {
    const people = '(&(objectCategory=person)(objectClass=user))'
    const nested = `(&${people}(memberOf:1.2.840.113556.1.4.1941:=${domain.integrationGroupDn}))`
    const scope = companyScope(company)
    const search = (dn: string, filter: string): Operation => ({ kind: 'search', dn, filter })
    const results = await performAs(domain.importAccount, [
      search(domain.usersDn, people),
      search(domain.leaversDn, people),
      search(domain.baseDn, nested),
      search(domain.usersDn, '(objectClass=group)'),
      search(domain.usersDn, '(displayName=Anna Müller)'),
      search(domain.usersDn, '(adminCount=1)'),
      search(domain.usersDn, '(userAccountControl:1.2.840.113556.1.4.803:=2)'),
      search(domain.usersDn, `(&${people}(!(sn=*)))`),
    ])
    const reached = scope.usernames.length + scope.skipped.length
    assert.deepEqual(
      results.map((result) => [result.code, result.count]),
      [196, 3, reached, company.groups.length + 1, 2, 1, 5, 1].map((count) => [0, count]),
    )
  })

  test('lets the sync account do its work below the root user container', async () => {
    const dn = `CN=New Colleague,${domain.peopleDn}`
    const groupDn = `CN=New Group,${domain.groupsDn}`
    const attributes = { objectClass: 'user', sAMAccountName: 'new.colleague', userAccountControl: '512' }
    const codes = await codesAs(domain.syncAccount, [
      { kind: 'add', dn, attributes: { ...attributes, unicodePwd: 'First-Password-1' } },
      { kind: 'modify', dn, attributes: { title: 'Apprentice', telephoneNumber: '+49 30 23125 999' } },
      { kind: 'modify', dn, attributes: { unicodePwd: 'Second-Password-2' } },
      { kind: 'modify', dn, attributes: { pwdLastSet: '0' } },
      { kind: 'modify', dn, attributes: { pwdLastSet: '-1' } },
      { kind: 'modify', dn, attributes: { userAccountControl: '514' } },
      { kind: 'modify', dn, attributes: { userAccountControl: '512' } },
      { kind: 'rename', dn, to: `CN=Renamed Colleague,${domain.peopleDn}` },
      { kind: 'add', dn: groupDn, attributes: { objectClass: 'group', sAMAccountName: 'New Group' } },
      { kind: 'modify', dn: groupDn, how: 'add', attributes: { member: `CN=Renamed Colleague,${domain.peopleDn}` } },
      { kind: 'modify', dn: domain.integrationGroupDn, how: 'add', attributes: { member: groupDn } },
      { kind: 'modify', dn: groupDn, attributes: { description: 'Made by the sync account' } },
    ])
    assert.deepEqual(
      codes,
      codes.map(() => 0),
    )
    assert.equal(await bind(domain, 'new.colleague@lockstep.example', 'Second-Password-2'), bindResult.success)
  })

  test('refuses the sync account everything else', async () => {
    const dn = `CN=Renamed Colleague,${domain.peopleDn}`
    const [protectedUser, chief] = [company.people.find((person) => person.isProtected), company.people[0]]
    const administratorDn = `CN=Administrator,CN=Users,${domain.baseDn}`
    const attributes = { objectClass: 'user', sAMAccountName: 'stray' }
    const codes = await codesAs(domain.syncAccount, [
      { kind: 'add', dn: `CN=Stray,CN=Users,${domain.baseDn}`, attributes },
      { kind: 'add', dn: `CN=Stray,${domain.leaversDn}`, attributes },
      { kind: 'add', dn: `CN=Stray,${domain.usersDn}`, attributes: { ...attributes, objectClass: 'group' } },
      { kind: 'modify', dn: `CN=Domain Admins,CN=Users,${domain.baseDn}`, how: 'add', attributes: { member: dn } },
      { kind: 'modify', dn: administratorDn, attributes: { unicodePwd: 'Taken-Over-3' } },
      { kind: 'modify', dn: `CN=${protectedUser?.displayName},${domain.peopleDn}`, attributes: { title: 'x' } },
      { kind: 'delete', dn },
      { kind: 'rename', dn, to: `CN=Renamed Colleague,${domain.leaversDn}` },
    ])
    assert.deepEqual(
      codes,
      codes.map(() => insufficientAccess),
    )
    const [ordinary] = await codesAs(domain.syncAccount, [
      { kind: 'modify', dn: `CN=${chief?.displayName},${domain.peopleDn}`, attributes: { title: 'Founder' } },
    ])
    assert.equal(ordinary, 0)
  })

  test('lets the import account follow changes and deletions, and change nothing', async () => {
    const administrator = { dn: `CN=Administrator,CN=Users,${domain.baseDn}`, password: domain.administrator.password }
    const dn = `CN=Renamed Colleague,${domain.peopleDn}`
    assert.deepEqual(await codesAs(administrator, [{ kind: 'delete', dn }]), [0])
    const deleted: Operation = {
      kind: 'search',
      dn: `CN=Deleted Objects,${domain.baseDn}`,
      filter: '(&(isDeleted=TRUE)(objectClass=user))',
      controls: ['show_deleted:1'],
    }
    const dirSync = (flags: number): Operation => ({
      kind: 'search',
      dn: domain.baseDn,
      filter: '(objectClass=user)',
      controls: [`dirsync:1:${flags}:1000000`],
    })
    const results = await performAs(domain.importAccount, [deleted, dirSync(1), dirSync(0)])
    assert.deepEqual(
      results.map((result) => result.code),
      [0, 0, insufficientAccess],
    )
    assert.equal(results[0]?.count, 1)
    assert.ok((results[1]?.count ?? 0) > 200)
    const [unseen] = await performAs(domain.syncAccount, [deleted])
    assert.deepEqual([unseen?.code === noSuchObject || unseen?.code === 0, unseen?.count], [true, 0])
    const chiefDn = `CN=${company.people[0]?.displayName},${domain.peopleDn}`
    const attributes = { objectClass: 'user', sAMAccountName: 'stray' }
    const codes = await codesAs(domain.importAccount, [
      { kind: 'add', dn: `CN=Stray,${domain.peopleDn}`, attributes },
      { kind: 'modify', dn: chiefDn, attributes: { title: 'Intruder' } },
      { kind: 'modify', dn: domain.integrationGroupDn, how: 'add', attributes: { member: domain.importAccount.dn } },
      { kind: 'delete', dn: chiefDn },
    ])
    assert.deepEqual(
      codes,
      codes.map(() => insufficientAccess),
    )
  })

  test('has what was written after it was killed and started again', async () => {
    const pid = domain.pid
    await domain.kill()
    assert.equal(domain.pid, undefined)
    await assert.rejects(bind(domain, domain.syncAccount.dn, domain.syncAccount.password), { code: 'ECONNREFUSED' })
    await domain.restart()
    assert.notEqual(domain.pid, pid)
    const filter = '(&(cn=New Group)(description=Made by the sync account))'
    const [found] = await performAs(domain.importAccount, [{ kind: 'search', dn: domain.usersDn, filter }])
    assert.equal(found?.count, 1)
  })

  test('receives many users offline, as members of the integration group, and goes on counting', async () => {
    assert.deepEqual(await domain.addUsersOffline(2), ['bench-000001', 'bench-000002'])
    assert.deepEqual(await domain.addUsersOffline(1, { enabled: false }), ['bench-000003'])
    await domain.importLdif(`dn: CN=From LDIF,${domain.leaversDn}\nobjectClass: contact\n\n`)
    const members = `(&(sAMAccountName=bench-*)(memberOf=${domain.integrationGroupDn}))`
    const results = await performAs(domain.importAccount, [
      { kind: 'search', dn: domain.usersDn, filter: members },
      { kind: 'search', dn: domain.leaversDn, filter: '(objectClass=contact)' },
    ])
    assert.deepEqual(
      results.map((result) => result.count),
      [3, 1],
    )
    assert.match(await domain.sambaTool(['user', 'list']), /bench-000003/)
  })

  test('starts twice at once from the cache, side by side, each at its own address', async () => {
    lines.length = 0
    const copies = await Promise.all([startDomainController(optionsFor('b')), startDomainController(optionsFor('c'))])
    try {
      assert.ok(!lines.some((line) => line.startsWith('Making')), 'nothing was provisioned')
      assert.equal(new Set([domain, ...copies].map((each) => each.address)).size, 3)
      for (const copy of copies) {
        assert.equal(await bind(copy, copy.syncAccount.dn, copy.syncAccount.password), bindResult.success)
      }
    } finally {
      await Promise.all(copies.map((copy) => copy.stop()))
    }
  })

  test('keeps its secrets to their owner', async () => {
    const [entry = ''] = await readdir(join(root, 'cache'))
    const secret = ['a', 'a/domain.json', `cache/${entry}/domain.tgz`, `cache/${entry}/secrets.json`, 'a/tls/key.pem']
    for (const path of secret) assert.equal((await stat(join(root, path))).mode & 0o077, 0, path)
  })

  test('ends when the program that started it is killed, and its address is free again', async () => {
    const options = JSON.stringify({ ...optionsFor('d'), log: undefined })
    const holder = spawn(process.execPath, [join(import.meta.dirname, 'testing', 'hold-domain.ts'), options], {
      stdio: ['ignore', 'pipe', 'inherit'],
    })
    const [printed] = (await once(holder.stdout, 'data')) as [Buffer]
    const { pid, address } = JSON.parse(printed.toString()) as { readonly pid: number; readonly address: string }
    holder.kill('SIGKILL')
    await once(holder, 'exit')
    await assertEnds(pid)
    const successor = await startDomainController({ ...optionsFor('d'), address })
    await successor.stop()
    assert.equal(successor.address, address)
  })

  test('refuses a folder that holds something else and a folder whose path is too long', async () => {
    await rm(join(root, 'd', 'domain.json'))
    await writeFile(join(root, 'd', 'thesis.txt'), 'years of work')
    await assert.rejects(startDomainController(optionsFor('d')), { code: 'folder-in-use' })
    assert.equal(await readFile(join(root, 'd', 'thesis.txt'), 'utf8'), 'years of work')
    await assert.rejects(startDomainController(optionsFor('x'.repeat(80))), { code: 'folder-path-too-long' })
  })

  test('is made anew when its cached copy is damaged', async () => {
    const options = { ...optionsFor('e'), company: undefined, realm: 'OTHER.EXAMPLE' }
    for (const entry of await readdir(join(root, 'cache'))) {
      const archive = join(root, 'cache', entry, 'domain.tgz')
      await truncate(archive, 100_000)
    }
    lines.length = 0
    const made = await startDomainController(options)
    await made.stop()
    assert.deepEqual(
      lines.map((line) => line.split(' ').slice(0, 3).join(' ')),
      ['The cached domain', 'Making the domain', 'Directory OTHER.EXAMPLE answers'],
    )
  })
})

/** A process has ended when it is gone or only waits to be collected by whoever inherited it. */
async function assertEnds(pid: number): Promise<void> {
  const deadline = performance.now() + 10_000
  for (;;) {
    const status = await readFile(`/proc/${pid}/stat`, 'utf8').catch(() => undefined)
    if (status === undefined || /\) [ZX] /.test(status)) return
    assert.ok(performance.now() < deadline, `the process ${pid} lives on`)
    await pause(20)
  }
}
