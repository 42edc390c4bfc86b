// Beside Microsoft Entra Connect: its connector account writes passwords back into the domain and reads the hashes of all passwords over the
// replication protocol, and neither keeps passwords from going either way between hub and domain.
import assert from 'node:assert/strict'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { after, before, describe, test } from 'node:test'
import { connectDirectory } from '@lockstep/ldap/directory-client'
import { sid } from '@lockstep/ldap/sid'
import { setPasswordChange } from '@lockstep/ldap/unicode-password'
import { verifyPassword } from '@lockstep/ldap/verify-password'
import {
  createUserCredentialService,
  type UserCredentialService,
} from '../apps/server/src/directory/users/user-credentials.service.ts'
import { createPasswordHasher } from '../apps/server/src/platform/crypto/password-hash.ts'
import { silentLog } from '../apps/server/src/platform/log/log.ts'
import { directoryPackages, installPrerequisites } from '../dev/src/samba/prerequisites.ts'
import { type TestDatabase, testDatabase } from './database.ts'
import { type AgentWorld, startAgentWorld } from './support/agent-world.ts'
import { databaseUrl } from './support/database-url.ts'

/** As its set-up names it. */
const connector = { username: 'MSOL_0a1b2c3d4e5f', password: 'Verbinder-17-Geheim' }
/** Reset-Password, DS-Replication-Get-Changes and DS-Replication-Get-Changes-All (MS-ADTS 5.1.3.2.1). */
const rights = {
  writeBack: ['00299570-246d-11d0-a768-00aa006e0529'],
  hashes: ['1131f6aa-9c07-11d1-f79f-00c04fc2dcd2', '1131f6ad-9c07-11d1-f79f-00c04fc2dcd2'],
}
/** Each domain has an address of its own. */
const replicationPort = 20_135
const rounds = [1, 2, 3]

describe('passwords beside Entra Connect', () => {
  let world: AgentWorld
  let own: TestDatabase
  let credentials: UserCredentialService
  let source = ''

  const objectOf = async (username: string, attributes: readonly string[]) => {
    const filter = `(sAMAccountName=${username})`
    for await (const page of world.admin.search({ base: world.domain.baseDn, scope: 'subtree', filter, attributes }))
      for (const entry of page) return entry
    throw new Error(`there is no ${username}`)
  }
  const signIn = async (bindDn: string, password: string) => {
    const { url, servername, caFile } = world.domain
    return { url, servername, ca: await readFile(caFile, 'utf8'), bindDn, password, timeoutMs: 20_000 }
  }
  const untilBound = (dn: string, password: string) =>
    world.until('the domain takes the password', async () => {
      return (await verifyPassword(await signIn(dn, password))) === 'accepted'
    })
  const writtenBack = async (dn: string, password: string): Promise<void> => {
    const { dn: connectorDn } = await objectOf(connector.username, ['cn'])
    await using client = await connectDirectory(await signIn(connectorDn, connector.password))
    await client.modify(dn, [setPasswordChange(password)])
  }
  const hashRead = (dn: string): Promise<string> => {
    const { address, netbiosName } = world.domain
    return world.domain.runPython(join(import.meta.dirname, 'support', 'read-hash.py'), {
      ...{ ...connector, address, netbiosName, port: replicationPort, dn, source },
    })
  }

  before(async () => {
    assert.equal(await installPrerequisites(directoryPackages, () => undefined), undefined)
    own = await testDatabase()
    world = await startAgentWorld({
      env: { DATABASE_URL: databaseUrl(own.connection) },
      extras: {
        settings: {
          'server services': 'ldap, cldap, kdc, rpc',
          'dcerpc endpoint servers': 'drsuapi',
          'rpc server port:drsuapi': String(replicationPort),
        },
      },
    })
    const { database } = own
    credentials = createUserCredentialService({ database, hasher: createPasswordHasher(), log: silentLog })
    await world.domain.sambaTool(['user', 'create', connector.username, connector.password])
    const connectorSid = sid(await objectOf(connector.username, ['objectSid']), 'objectSid')
    const grant = (dn: string, flags: string, entries: readonly string[]) =>
      world.domain.sambaTool([
        ...['dsacl', 'set', `--objectdn=${dn}`],
        `--sddl=${entries.map((right) => `(OA;${flags};CR;${right};;${connectorSid})`).join('')}`,
      ])
    await grant(world.domain.baseDn, '', rights.hashes)
    await grant(world.domain.usersDn, 'CI', rights.writeBack)
    source = (await world.admin.readRootDse()).invocationId ?? ''
    await world.addAgent('IMPORT', ['--capture-socket', world.domain.privilegedSocket])
    await world.addAgent('SYNC')
    await world.hub.directories.update(world.directoryId, { behaviour: { passwordCapture: ['nt_hash'] } })
    await world.until('the domain is imported', async () => (await world.hub.users.list({ limit: 1 })).total > 40)
  })

  after(async () => {
    await world[Symbol.asyncDispose]()
    await own.drop()
  })

  test('while passwords are written back and hashes are read, those of both sides still reach the other', async () => {
    const username = Object.keys(world.domain.passwords)[0] ?? ''
    const { dn } = await objectOf(username, ['cn'])
    const { items } = await world.hub.users.list({ search: username })
    const id = items.find((user) => user.username === username)?.id ?? ''
    const hashes = new Set<string>()
    for (const round of rounds) {
      const [here, there] = [`Von-der-Zentrale-${round}`, `Aus-der-Wolke-${round}`]
      const answer = await fetch(`${world.hubUrl}/api/systemusers/${id}/password`, {
        method: 'POST',
        headers: { 'x-api-key': world.apiKey, 'content-type': 'application/json' },
        body: JSON.stringify({ password: here }),
      })
      assert.equal(answer.status, 200, await answer.text())
      await untilBound(dn, here)
      hashes.add(await hashRead(dn))
      await writtenBack(dn, there)
      await world.until('the hub knows what was written back', () => credentials.verify(id, there))
      hashes.add(await hashRead(dn))
    }
    assert.deepEqual([hashes.size, hashes.has('')], [2 * rounds.length, false], 'each password was read')
  })

  test('the directory warns of the connector’s account', async () => {
    await world.until('the warning', async () => {
      const { warnings } = await world.hub.directories.get(world.directoryId)
      return warnings.some(({ code, detail }) => code === 'entra_connect' && detail.includes(connector.username))
    })
  })
})
