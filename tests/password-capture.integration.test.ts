// Passwords that people choose in Active Directory, captured on a real Samba domain controller, until the hub knows them too.
import assert from 'node:assert/strict'
import { randomBytes } from 'node:crypto'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { after, before, describe, test } from 'node:test'
import type { CaptureWay } from '@lockstep/contract/agents/capture'
import { guid } from '@lockstep/ldap/guid'
import { sid } from '@lockstep/ldap/sid'
import { text } from '@lockstep/ldap/text'
import { changePasswordChanges } from '@lockstep/ldap/unicode-password'
import { frameOf, tellPassword } from '../apps/ad-agent/src/testing/tell-password.ts'
import { createPasswordHasher } from '../apps/server/src/platform/crypto/password-hash.ts'
import {
  createUserCredentialService,
  type UserCredentialService,
} from '../apps/server/src/directory/users/user-credentials.service.ts'
import { silentLog } from '../apps/server/src/platform/log/log.ts'
import { directoryPackages, installPrerequisites } from '../dev/src/samba/prerequisites.ts'
import { runCommand } from '../dev/src/samba/run-command.ts'
import { type TestDatabase, testDatabase } from './database.ts'
import { type AgentWorld, type RunningAgent, startAgentWorld } from './support/agent-world.ts'
import { databaseUrl } from './support/database-url.ts'
import { reversibleKey } from './support/reversible-key.ts'

/** Every password of these tests begins with it, so that it can be looked for afterwards. */
const canary = 'Kanarienvogel'

interface Person {
  readonly id: string
  readonly username: string
  readonly dn: string
}

describe('passwords that change in Active Directory', () => {
  let world: AgentWorld
  let own: TestDatabase
  let credentials: UserCredentialService
  let agent: RunningAgent
  let key: Awaited<ReturnType<typeof reversibleKey>>
  let people: Person[] = []
  let filterKey = Buffer.alloc(0)
  let files = { filter: '', key: '', rules: '' }
  let counter = 0

  const newPassword = (): string => {
    counter += 1
    return `${canary}-Ölfrüh-${counter}!`
  }
  const capture = async (...ways: readonly CaptureWay[]): Promise<void> => {
    await world.hub.directories.update(world.directoryId, { behaviour: { passwordCapture: [...ways] } })
    const said = ways.length === 0 ? 'not at all' : ways.join(', ')
    const lastSaid = async (): Promise<string | undefined> =>
      (await agent.log())
        .split('\n')
        .filter((line) => line.includes('"ways"'))
        .at(-1)
    await world.until('the agent was told', async () => (await lastSaid())?.includes(`"ways":"${said}"`))
  }
  const setInDomain = async ({ username }: Person, password: string): Promise<void> =>
    void (await world.domain.sambaTool(['user', 'setpassword', username, `--newpassword=${password}`]))
  const hashOf = async ({ id }: Person): Promise<string | undefined> => {
    const query = { text: 'select hash from user_passwords where user_id = $1', values: [id] }
    return (await own.database.query<{ hash: string }>(query))[0]?.hash
  }
  const untilKnown = (person: Person, password: string): Promise<true> =>
    world.until('the hub knows the password', async () => credentials.verify(person.id, password))
  /** The hash as it came, before anybody signed in. */
  const untilHash = (person: Person, form: RegExp): Promise<string> =>
    world.until('the hub has a hash', async () => {
      const hash = await hashOf(person)
      return hash !== undefined && form.test(hash) ? hash : undefined
    })
  const somebody = (): Person => {
    const person = people.shift()
    assert.ok(person)
    return person
  }
  const peopleOfDomain = async (): Promise<Person[]> => {
    const dns = new Map<string, string>()
    const query = { base: world.domain.peopleDn, scope: 'subtree', attributes: ['sAMAccountName'] } as const
    for await (const page of world.admin.search({ ...query, filter: '(&(objectClass=user)(!(adminCount=1)))' }))
      for (const entry of page) dns.set(text(entry, 'sAMAccountName') ?? '', entry.dn)
    const { items } = await world.hub.users.list({ limit: 200, sort: 'username' })
    return items.flatMap(({ id, username, state }) => {
      const dn = dns.get(username)
      return dn === undefined || state !== 'ACTIVATED' ? [] : [{ id, username, dn }]
    })
  }

  before(async () => {
    assert.equal(await installPrerequisites(directoryPackages, () => undefined), undefined)
    key = await reversibleKey(await mkdtemp('/tmp/lockstep-gpg-'))
    const { home, keyId } = key
    own = await testDatabase()
    world = await startAgentWorld({
      env: { DATABASE_URL: databaseUrl(own.connection) },
      extras: { settings: { 'password hash gpg key ids': keyId }, environment: { GNUPGHOME: home } },
    })
    const { database } = own
    credentials = createUserCredentialService({ database, hasher: createPasswordHasher(), log: silentLog })
    filterKey = randomBytes(32)
    files = {
      filter: join(world.folder, 'filter'),
      key: join(world.folder, 'filter.key'),
      rules: join(world.folder, 'rules.json'),
    }
    await writeFile(files.key, filterKey.toString('base64'), { mode: 0o600 })
    const options = {
      ...{ 'capture-socket': world.domain.privilegedSocket, 'capture-gnupg-home': home },
      ...{ 'capture-filter': files.filter, 'capture-filter-key': files.key, rules: files.rules },
    }
    agent = await world.addAgent(
      'IMPORT',
      Object.entries(options).flatMap(([name, value]) => [`--${name}`, value]),
    )
    await world.until('the domain is imported', async () => (await world.hub.users.list({ limit: 1 })).total > 40)
    people = await peopleOfDomain()
    await world.domain.sambaTool(['domain', 'passwordsettings', 'set', '--min-pwd-age=0'])
  })

  after(async () => {
    await world[Symbol.asyncDispose]()
    await own.drop()
    await key.remove()
    await rm(key.home, { recursive: true, force: true })
  })

  test('nothing is captured until somebody says how', async () => {
    await capture()
    const person = somebody()
    await setInDomain(person, newPassword())
    // Whoever asked after the change would have been told to hand it in.
    const asked = (await agent.log()).length
    await capture('nt_hash')
    await untilHash(person, /^\$nt\+argon2id\$/)
    assert.doesNotMatch((await agent.log()).slice(0, asked), /A password was captured/)
  })

  test('an NT hash is kept as argon2id over it, signs in once, and is the hub’s own hash from then on', async () => {
    const person = somebody()
    const password = newPassword()
    await setInDomain(person, password)
    await untilHash(person, /^\$nt\+argon2id\$v=19\$m=19456,t=2,p=1\$/)
    assert.equal(await credentials.verify(person.id, `${password}x`), false)
    assert.match((await hashOf(person)) ?? '', /^\$nt\+/)
    await untilKnown(person, password)
    assert.match((await hashOf(person)) ?? '', /^\$argon2id\$/)
    assert.equal(await credentials.verify(person.id, password), true)
  })

  test('clear text is kept as the hub’s own hash, also of a password that the user chose over LDAP', async () => {
    await capture('reversible')
    const person = somebody()
    const [given, chosen] = [newPassword(), newPassword()]
    await setInDomain(person, given)
    await untilKnown(person, given)
    assert.match((await hashOf(person)) ?? '', /^\$argon2id\$/)
    await world.admin.modify(person.dn, changePasswordChanges(given, chosen))
    await untilKnown(person, chosen)
    const user = await world.hub.users.get(person.id)
    assert.equal(user.activated, true)
  })

  test('a password that must be changed is taken too, and another one after it', async () => {
    const person = somebody()
    for (const password of [newPassword(), newPassword()]) {
      const set = ['user', 'setpassword', person.username, `--newpassword=${password}`, '--must-change-at-next-login']
      await world.domain.sambaTool(set)
      await untilKnown(person, password)
    }
  })

  test('an agent that is killed between reading and handing in, or while the hub is away, hands in afterwards', async () => {
    const person = somebody()
    const password = newPassword()
    await agent.kill()
    await setInDomain(person, password)
    agent.restart()
    await untilKnown(person, password)
    const next = newPassword()
    agent.hold()
    await setInDomain(person, next)
    await agent.kill()
    agent.restart()
    await untilKnown(person, next)
  })

  test('a filter tells the agent a password, which is handed in without asking the controller for its secret', async () => {
    await capture('filter')
    const person = somebody()
    const password = newPassword()
    const entry = await world.admin.read(person.dn, ['objectSid'])
    assert.ok(entry)
    const rid = Number(sid(entry)?.split('-').at(-1))
    await setInDomain(person, password)
    const told = { rid, accountName: person.username, password, key: filterKey }
    assert.equal(await tellPassword(files.filter, (challenge) => frameOf(told, challenge)), 0)
    await untilKnown(person, password)
  })

  test('a password that the hub set in the domain is not taken back, and goes nowhere again', async () => {
    await capture('nt_hash')
    await world.addAgent('SYNC')
    const person = somebody()
    const password = newPassword()
    await world.until('the sync agent can be sent passwords', async () => {
      const query = { text: `select from ad_agents where kind = 'SYNC' and sealing_key is not null` }
      return (await own.database.query(query)).length > 0
    })
    const entry = await world.admin.read(person.dn, ['objectGUID'])
    const markOf = {
      text: 'select outcome, ways from ad_captures where guid = $1',
      values: [(entry && guid(entry)) ?? ''],
    }
    const untilMark = (fits: (mark: { readonly outcome: string; readonly ways: string }) => boolean): Promise<true> =>
      world.until('the hub knows what was captured', async () => {
        const [mark] = await own.database.query<{ outcome: string; ways: string }>(markOf)
        return mark !== undefined && fits(mark)
      })
    const counts = async (): Promise<{ readonly revision: number; readonly waiting: number } | undefined> => {
      const text = `select revision, (select count(*) from password_deliveries where user_id = $1) as waiting
        from user_password_revisions where user_id = $1`
      return (await own.database.query<{ revision: number; waiting: number }>({ text, values: [person.id] }))[0]
    }
    // What they have all the time, where they have a password.
    await untilMark(({ outcome, ways }) => outcome === 'taken' || ways === 'nt_hash')
    const before = (await counts())?.revision ?? 0
    const answer = await fetch(`${world.hubUrl}/api/systemusers/${person.id}`, {
      method: 'PUT',
      headers: { 'x-api-key': world.apiKey, 'content-type': 'application/json' },
      body: JSON.stringify({ password }),
    })
    assert.equal(answer.status, 200)
    await untilMark(({ outcome }) => outcome === 'own')
    assert.match((await hashOf(person)) ?? '', /^\$argon2id\$/)
    assert.deepEqual(await counts(), { revision: before + 1, waiting: 0 })
    const next = newPassword()
    await setInDomain(person, next)
    await untilKnown(person, next)
    assert.deepEqual(await counts(), { revision: before + 2, waiting: 0 })
  })

  test('a password expires by the settings of its own account where those are not the domain’s', async () => {
    await world.hub.directories.update(world.directoryId, { behaviour: { passwordAuthority: 'directory' } })
    const person = somebody()
    const pso = ['domain', 'passwordsettings', 'pso']
    await world.domain.sambaTool([...pso, 'create', 'short', '1', '--max-pwd-age=5', '--min-pwd-age=0'])
    await world.domain.sambaTool([...pso, 'apply', 'short', person.username])
    await setInDomain(person, newPassword())
    const entry = (await world.admin.read(person.dn, ['pwdLastSet'])) ?? assert.fail()
    const fiveDays = 5n * 86_400n * 10_000_000n
    const expected = BigInt(text(entry, 'pwdLastSet') ?? '0') + fiveDays
    const date = new Date(Number(expected / 10_000n) - 11_644_473_600_000).toISOString()
    await world.until('the hub knows when it expires', async () => {
      const answer = await fetch(`${world.hubUrl}/api/systemusers/${person.id}`, {
        headers: { 'x-api-key': world.apiKey },
      })
      const user = (await answer.json()) as { readonly external_password_expiration_date?: string }
      return user.external_password_expiration_date === date
    })
  })

  test('the rules of the hub hold in the domain where it asks the agent’s program', async () => {
    const check = (password: string): Promise<string> =>
      runCommand(process.execPath, [agent.script, 'check-password', '--rules', files.rules], { input: password })
    await check('Gut-genug-2026')
    await assert.rejects(check('zu-einfach'), /ended with 1/)
  })

  test('the password is nowhere: neither in the database and its log, nor with hub and agent', async () => {
    // A server process works inside the folder of its database, whatever path it was started with.
    const [row] = await own.database.query<{ pid: number }>({ text: 'select pg_backend_pid() as pid' })
    assert.ok(row)
    const places = [`/proc/${row.pid}/cwd/`, world.dataFolder, world.folder]
    // The domain's own folder holds it encrypted, and a process list is no file.
    const find = ['-rlaF', '--exclude-dir=dc', '--exclude-dir=cache', canary, ...places]
    const found = await runCommand('/bin/sh', ['-c', 'grep "$@" || test $? = 1', 'sh', ...find])
    assert.equal(found, '')
    assert.doesNotMatch(await agent.log(), new RegExp(canary))
  })
})
