import assert from 'node:assert/strict'
import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, describe, test } from 'node:test'

import { type DomainController, startDomainController } from '@lockstep/dev/samba/domain-controller'
import { directoryPackages, installPrerequisites } from '@lockstep/dev/samba/prerequisites'

import { changeMembers } from './change-members.ts'
import { showDeleted } from './control.ts'
import { connectDirectory, type DirectoryClient, type DirectoryOptions } from './directory-client.ts'
import { DirectoryError } from './directory-error.ts'
import type { DirectoryErrorKind } from './directory-error-kind.ts'
import { dirSyncFlags } from './dir-sync.ts'
import type { DirSyncEntry } from './dir-sync-entry.ts'
import { escapeFilterValue, escapeRdnValue } from './escape.ts'
import { bytesOfGuid, guid, guidBase } from './guid.ts'
import { links } from './link-value.ts'
import { integer } from './number.ts'
import { text, texts } from './text.ts'
import { setPasswordChange } from './unicode-password.ts'
import { verifyPassword } from './verify-password.ts'

const attributes = [
  'objectClass',
  'name',
  'isDeleted',
  'givenName',
  'description',
  'userAccountControl',
  'pwdLastSet',
  'member',
  'manager',
  'lastKnownParent',
]
const filter = '(|(objectClass=user)(objectClass=group))'

function failsWith(kind: DirectoryErrorKind): (error: unknown) => boolean {
  return (error) => {
    assert.ok(error instanceof DirectoryError, String(error))
    assert.equal(error.kind, kind)
    return true
  }
}

describe('a client of a Samba domain', () => {
  let root = ''
  let domain: DomainController
  let writer: DirectoryClient
  let reader: DirectoryClient
  let place = ''
  let cookie: Buffer | undefined

  const optionsFor = async (bindDn: string, password: string): Promise<DirectoryOptions> => {
    const ca = await readFile(domain.caFile, 'utf8')
    return { url: domain.url, ca, servername: domain.servername, bindDn, password, timeoutMs: 10_000 }
  }

  /** What changed since the last call, read by the account that may only read. */
  const changes = async (): Promise<readonly DirSyncEntry[]> => {
    const entries: DirSyncEntry[] = []
    const query = { base: domain.baseDn, filter, attributes, ...(cookie === undefined ? {} : { cookie }) }
    for await (const page of reader.dirSync(query)) {
      entries.push(...page.entries)
      cookie = page.cookie
    }
    return entries
  }

  const onlyChange = async (): Promise<DirSyncEntry> => {
    const [entry, ...others] = await changes()
    assert.ok(entry !== undefined)
    assert.deepEqual(others, [])
    return entry
  }

  const dnOf = (name: string): string => `CN=${escapeRdnValue(name)},${place}`

  const addUser = async (name: string, username: string): Promise<void> =>
    writer.add(dnOf(name), {
      objectClass: 'user',
      sAMAccountName: username,
      givenName: 'José',
      userAccountControl: '514',
    })

  before(async () => {
    assert.equal(await installPrerequisites(directoryPackages, () => undefined), undefined)
    root = await mkdtemp(join(tmpdir(), 'lockstep-ldap-'))
    const folders = { folder: join(root, 'dc'), cacheFolder: join(root, 'cache') }
    domain = await startDomainController({ ...folders, log: () => undefined })
    const { administrator, importAccount } = domain
    writer = await connectDirectory(await optionsFor(administrator.bindName, administrator.password))
    reader = await connectDirectory(await optionsFor(importAccount.dn, importAccount.password))
    place = `OU=Client,${domain.baseDn}`
    await writer.add(place, { objectClass: 'organizationalUnit' })
    await changes()
  })

  after(async () => {
    await writer.close()
    await reader.close()
    await domain.stop()
    await rm(root, { recursive: true, force: true })
  })

  test('wrong names, passwords and authorities are told apart', async () => {
    const good = await optionsFor(domain.administrator.bindName, domain.administrator.password)
    await assert.rejects(connectDirectory({ ...good, password: 'wrong' }), failsWith('credentials'))
    await assert.rejects(connectDirectory({ ...good, servername: 'other.example' }), failsWith('certificate'))
    const { ca: _, ...untrusting } = good
    await assert.rejects(connectDirectory(untrusting), failsWith('certificate'))
    await assert.rejects(connectDirectory({ ...good, url: `${good.url}:389` }), failsWith('connection'))
    assert.equal(await verifyPassword({ ...good, password: 'wrong' }), 'wrong_password')
    assert.equal(await verifyPassword(good), 'accepted')
  })

  test('the controller tells who it is, and its number grows with every change', async () => {
    const { highestCommittedUsn, defaultNamingContext, invocationId, dnsHostName } = await reader.readRootDse()
    assert.equal(defaultNamingContext.toLowerCase(), domain.baseDn.toLowerCase())
    assert.equal(dnsHostName, domain.servername)
    assert.match(invocationId ?? '', /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/)
    await writer.modify(place, [{ operation: 'replace', attribute: 'description', values: ['grown'] }])
    assert.ok((await reader.highestCommittedUsn()) > highestCommittedUsn)
  })

  test('a new user is seen once, found by its GUID in every way, and seen again only when changed', async () => {
    await addUser('Doe, "J" \\', 'jdoe')
    const added = await onlyChange()
    assert.equal(text(added, 'givenName'), 'José')
    assert.equal((await writer.read(guidBase(added.guid), ['cn']))?.dn, added.dn)
    const byBytes = `(objectGUID=${escapeFilterValue(bytesOfGuid(added.guid))})`
    const pages = await Array.fromAsync(
      writer.search({ base: domain.baseDn, scope: 'subtree', filter: byBytes, attributes: ['objectGUID'] }),
    )
    assert.deepEqual(
      pages.flat().map((entry) => guid(entry)),
      [added.guid],
    )
    assert.deepEqual(await changes(), [])
    await writer.modify(added.dn, [{ operation: 'replace', attribute: 'description', values: ['x'] }])
    assert.equal(text(await onlyChange(), 'description'), 'x')
    await writer.modify(added.dn, [{ operation: 'replace', attribute: 'description', values: [] }])
    const cleared = await onlyChange()
    assert.deepEqual(cleared.attributes.get('description'), [])
    assert.equal(cleared.attributes.has('givenname'), false)
  })

  test('a password is set and the account enabled in one change, and a poor one is refused by policy', async () => {
    await addUser('Password', 'password1')
    const enable = { operation: 'replace', attribute: 'userAccountControl', values: ['512'] } as const
    await writer.modify(dnOf('Password'), [setPasswordChange('Str0ng!Passw0rd'), enable])
    const [entry] = await changes()
    assert.equal(entry && integer(entry, 'userAccountControl'), 512)
    const options = await optionsFor(dnOf('Password'), 'Str0ng!Passw0rd')
    assert.equal(await verifyPassword(options), 'accepted')
    await assert.rejects(writer.modify(dnOf('Password'), [setPasswordChange('a')]), failsWith('password_policy'))
    await writer.modify(dnOf('Password'), [{ operation: 'replace', attribute: 'pwdLastSet', values: ['0'] }])
    assert.equal(await verifyPassword(options), 'must_change_password')
    await writer.modify(dnOf('Password'), [{ ...enable, values: ['514'] }])
    assert.equal(await verifyPassword(options), 'disabled')
    await changes()
  })

  test('members come and go as differences that name the member by GUID', async () => {
    for (const index of [1, 2, 3, 4]) await addUser(`Member ${index}`, `member${index}`)
    const ids = new Map((await changes()).map(({ dn, guid: id }) => [dn, id]))
    const names = [1, 2, 3, 4].map((index) => dnOf(`Member ${index}`))
    const [first = '', second = '', third = '', fourth = ''] = names
    await writer.add(dnOf('Group'), { objectClass: 'group', sAMAccountName: 'group1', member: [first, second] })
    const added = await onlyChange()
    assert.deepEqual(new Set(added.memberAdded.map(({ guid: id }) => id)), new Set([ids.get(first), ids.get(second)]))
    assert.deepEqual([added.memberRemoved, added.member], [[], undefined])
    await changeMembers(writer, dnOf('Group'), { add: [first, second, third, fourth], remove: [] })
    await changeMembers(writer, dnOf('Group'), { add: [third], remove: [second, first, second] })
    const changed = await onlyChange()
    assert.deepEqual(new Set(changed.memberAdded.map(({ guid: id }) => id)), new Set([ids.get(third), ids.get(fourth)]))
    assert.deepEqual(
      new Set(changed.memberRemoved.map(({ guid: id }) => id)),
      new Set([ids.get(first), ids.get(second)]),
    )
    const full = {
      base: domain.baseDn,
      filter: '(sAMAccountName=group1)',
      attributes: ['member'],
      flags: dirSyncFlags.objectSecurity,
    }
    const [page] = await Array.fromAsync(reader.dirSync(full))
    assert.deepEqual(
      new Set(page?.entries[0]?.member?.map(({ guid: id }) => id)),
      new Set([ids.get(third), ids.get(fourth)]),
    )
  })

  test('a manager is set, replaced and removed under its plain name', async () => {
    const [employee, one, two] = [dnOf('Member 1'), dnOf('Member 2'), dnOf('Member 3')]
    const managers: (readonly string[] | undefined)[] = []
    for (const values of [[one], [two], []]) {
      await writer.modify(employee, [{ operation: 'replace', attribute: 'manager', values }])
      const entry = await onlyChange()
      managers.push(entry.attributes.has('manager') ? links(entry, 'manager').map(({ dn }) => dn) : undefined)
    }
    assert.deepEqual(managers, [[one], [two], []])
  })

  test('renaming and moving keep the GUID, and deleting leaves a marked remainder that an ordinary account sees', async () => {
    await addUser('Mover \\', 'mover')
    const { guid: id } = await onlyChange()
    await writer.rename(dnOf('Mover \\'), `CN=${escapeRdnValue('Moved, \\')}`, domain.leaversDn)
    const moved = await onlyChange()
    assert.equal(moved.guid, id)
    assert.equal(moved.dn, `CN=${escapeRdnValue('Moved, \\')},${domain.leaversDn}`)
    assert.equal(moved.parentGuid, guid((await writer.read(domain.leaversDn, ['objectGUID'])) ?? moved))
    await writer.remove(moved.dn)
    const removed = await onlyChange()
    assert.deepEqual([removed.guid, removed.isDeleted], [id, true])
    assert.equal(await reader.read(guidBase(id), ['cn']), undefined)
    const remainder = await reader.read(guidBase(id), ['isDeleted'], [showDeleted])
    assert.equal(remainder && guid(remainder) === undefined && text(remainder, 'isDeleted'), 'TRUE')
  })

  test('small pages and ranges give the same as large ones', async () => {
    const query = { base: domain.baseDn, scope: 'subtree', attributes: ['objectGUID'] } as const
    const small = (await Array.fromAsync(writer.search({ ...query, pageSize: 7 }))).flat()
    const large = (await Array.fromAsync(writer.search(query))).flat()
    assert.deepEqual(small.map(({ dn }) => dn).toSorted(), large.map(({ dn }) => dn).toSorted())
    await changeMembers(writer, dnOf('Group'), {
      add: [1, 2, 3, 4].map((index) => dnOf(`Member ${index}`)),
      remove: [],
    })
    const ranged = await writer.read(dnOf('Group'), ['objectGUID', 'member;range=0-0'])
    assert.equal(ranged && texts(ranged, 'member').length, 4)
  })

  test('an account that may only read is refused what it may not do', async () => {
    await assert.rejects(
      reader.add(dnOf('Forbidden'), { objectClass: 'user', sAMAccountName: 'forbidden' }),
      failsWith('access_denied'),
    )
    const all = reader.dirSync({ base: domain.baseDn, attributes, flags: dirSyncFlags.incrementalValues })
    await assert.rejects(all.next(), failsWith('access_denied'))
  })

  test('a killed server fails every later call, and a new connection works', async () => {
    const { administrator } = domain
    const client = await connectDirectory(await optionsFor(administrator.bindName, administrator.password))
    await domain.kill()
    await assert.rejects(client.highestCommittedUsn(), failsWith('connection'))
    await assert.rejects(client.read('', ['dnsHostName']), failsWith('connection'))
    assert.equal(client.isOpen, false)
    await client.close()
    await domain.restart()
    await using again = await connectDirectory(await optionsFor(administrator.bindName, administrator.password))
    assert.ok((await again.highestCommittedUsn()) > 0n)
  })
})
