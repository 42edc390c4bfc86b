// Sign-ins that a real domain validates, through import agents as programs of their own. The test is a second hub on the same database: who
// asks and who answers are not the same process.
import assert from 'node:assert/strict'
import { readdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { after, before, describe, test } from 'node:test'
import { systemClock } from '@lockstep/kernel/clock'
import { guidBase } from '@lockstep/ldap/guid'
import { integer } from '@lockstep/ldap/number'
import { sid } from '@lockstep/ldap/sid'
import { setPasswordChange } from '@lockstep/ldap/unicode-password'
import { verifyPassword } from '@lockstep/ldap/verify-password'
import { createJournalService } from '../apps/server/src/directory/journal/journal.service.ts'
import { createPasswordHasher } from '../apps/server/src/platform/crypto/password-hash.ts'
import { createWakeups, type Wakeups } from '../apps/server/src/platform/db/wakeups.ts'
import { silentLog } from '../apps/server/src/platform/log/log.ts'
import { createDelegation, type DelegationParts } from '../apps/server/src/processes/ad/create-delegation.ts'
import { directoryPackages, installPrerequisites } from '../dev/src/samba/prerequisites.ts'
import { domainPaths } from '../dev/src/samba/provision-domain.ts'
import { runCommand } from '../dev/src/samba/run-command.ts'
import { testDatabase, type TestDatabase } from './database.ts'
import { type AgentWorld, type RunningAgent, startAgentWorld } from './support/agent-world.ts'
import { databaseUrl } from './support/database-url.ts'

interface Person {
  readonly id: string
  readonly username: string
  readonly guid: string
  readonly dn: string
  readonly password: string
}

const canary = 'Canary-9f1c7e-Of-The-Mine'
const lockoutThreshold = 5

describe('sign-ins that the domain validates', () => {
  let own: TestDatabase
  let world: AgentWorld
  let wakeups: Wakeups
  let parts: DelegationParts
  let agents: readonly RunningAgent[] = []
  let people: Person[] = []

  const outcomeOf = async ({ id }: Person, password: string): Promise<string> => {
    const answer = await parts.delegation.validateByDomain({ userId: id, password })
    return answer.outcome === 'unreachable' ? `unreachable: ${answer.reason}` : answer.outcome
  }
  /** A person whom no other test uses. */
  const somebody = (): Person => {
    const person = people.shift()
    assert.ok(person !== undefined)
    return person
  }
  const replace = (dn: string, attribute: string, value: string): Promise<void> =>
    world.admin.modify(dn, [{ operation: 'replace', attribute, values: [value] }])
  const untilState = (state: string): Promise<unknown> =>
    world.until(`the delegation is ${state}`, async () => {
      return (await world.hub.directories.get(world.directoryId)).delegation.state === state
    })
  const untilValidators = (count: number): Promise<unknown> =>
    world.until(`${count} agents wait`, async () => {
      return (await world.agents()).filter(({ validates }) => validates === true).length === count
    })
  const directBind = async ({ dn }: Person, password: string): Promise<string> => {
    const { url, servername, caFile } = world.domain
    return verifyPassword({
      url,
      servername,
      ca: await readFile(caFile, 'utf8'),
      bindDn: dn,
      password,
      timeoutMs: 10_000,
    })
  }

  before(async () => {
    assert.equal(await installPrerequisites(directoryPackages, () => undefined), undefined)
    own = await testDatabase()
    world = await startAgentWorld({ env: { DATABASE_URL: databaseUrl(own.connection) } })
    const { database } = own
    wakeups = createWakeups({ database, log: silentLog })
    const journal = createJournalService({ database, clock: systemClock })
    const hasher = createPasswordHasher()
    parts = createDelegation({
      ...{ database, clock: systemClock, log: silentLog, journal, hasher, wakeups },
      announce: () => undefined,
    })
    // Read by the agents when they start.
    await replace(world.domain.baseDn, 'lockoutThreshold', String(lockoutThreshold))
    await world.hub.directories.update(world.directoryId, { behaviour: { delegatedAuthority: 'directory' } })
    agents = [await world.addAgent('IMPORT'), await world.addAgent('IMPORT')]
    await world.until('the people are imported', async () => (await world.hub.users.list({ limit: 1 })).total > 40)
    people = await imported()
    await untilValidators(2)
  })

  /** Some of those who are imported, each with a password that is set here. */
  const imported = async (): Promise<Person[]> => {
    const { items } = await world.hub.users.list({ limit: 200, sort: 'username' })
    const found: Person[] = []
    for (const { id, username, state } of items) {
      if (state !== 'ACTIVATED') continue
      const { accounts } = await world.hub.users.get(id)
      const guid = accounts[0]?.externalId
      const entry = guid === undefined ? undefined : await world.admin.read(guidBase(guid), ['cn'])
      if (guid === undefined || entry === undefined) continue
      const password = `Right-password-${found.length}`
      await world.admin.modify(entry.dn, [setPasswordChange(password)])
      found.push({ id, username, guid, dn: entry.dn, password })
      if (found.length === 14) break
    }
    return found
  }

  after(async () => {
    parts?.forgetSignInChecks()
    await wakeups?.close()
    await world?.[Symbol.asyncDispose]()
    await own?.drop()
  })

  test('agents find out where they run, and the switch is active', async () => {
    const detail = await world.hub.directories.get(world.directoryId)
    assert.deepEqual(
      detail.agents.map(({ place, validates }) => [place, validates]),
      [
        ['domain_controller', true],
        ['domain_controller', true],
      ],
    )
    assert.deepEqual([detail.delegation.state, detail.delegation.fixed], ['active', false])
  })

  test('the password of the domain is right, another one is not, and an empty one is never asked about', async () => {
    const person = somebody()
    assert.equal(await outcomeOf(person, person.password), 'valid')
    assert.equal(await outcomeOf(person, `${person.password}x`), 'wrong_password')
    assert.equal(await outcomeOf(person, ''), 'wrong_password')
  })

  test('a password that must be changed is told to who knows it alone', async () => {
    const person = somebody()
    await replace(person.dn, 'pwdLastSet', '0')
    assert.equal(await outcomeOf(person, person.password), 'must_change_password')
    assert.equal(await outcomeOf(person, 'wrong'), 'wrong_password')
  })

  test('a disabled account, one that has expired, and one that is not there any more', async () => {
    const [disabled, expired, gone] = [somebody(), somebody(), somebody()]
    await replace(disabled.dn, 'userAccountControl', '514')
    assert.equal(await outcomeOf(disabled, disabled.password), 'disabled')
    await replace(expired.dn, 'accountExpires', '116444736000000000')
    assert.equal(await outcomeOf(expired, expired.password), 'account_expired')
    await own.database.execute({
      text: `update accounts set external_id = '6f9619ff-8b86-4011-b42d-00c04fc964ff' where user_id = $1`,
      values: [gone.id],
    })
    assert.equal(await outcomeOf(gone, gone.password), 'unknown_user')
  })

  test('a password that has expired', async () => {
    const person = somebody()
    await replace(person.dn, 'userAccountControl', '512')
    await makeOld(person)
    assert.equal(await outcomeOf(person, person.password), 'password_expired')
    assert.equal(await outcomeOf(person, 'wrong'), 'wrong_password')
  })

  /** Sets the time of a password back by years, which the domain lets nobody do but its own database tools. */
  const makeOld = async ({ dn, username }: Person): Promise<void> => {
    const { configuration, database } = domainPaths(join(world.folder, 'dc'))
    const file = join(world.folder, `${username}.ldif`)
    await writeFile(file, `dn: ${dn}\nchangetype: modify\nreplace: pwdLastSet\npwdLastSet: 131000000000000000\n-\n`)
    // The control "bypass last set" of the database (Samba's dsdb.h).
    const control = '--controls=local_oid:1.3.6.1.4.1.7165.4.3.20:0'
    await runCommand('ldbmodify', ['-H', database, '--configfile', configuration, control, file])
  }

  test('an account that the domain locked is told for any password', async () => {
    const person = somebody()
    for (let guess = 0; guess < lockoutThreshold; guess += 1) await directBind(person, `wrong ${guess}`)
    assert.equal(await outcomeOf(person, person.password), 'locked')
  })

  test('twenty wrong passwords through the hub do not lock the account in the domain', async () => {
    const person = somebody()
    const answers = await Promise.all(
      Array.from({ length: 20 }, (_, index) => outcomeOf(person, `guess number ${index}`)),
    )
    assert.deepEqual([...new Set(answers)], ['wrong_password'])
    const entry = (await world.admin.read(guidBase(person.guid), ['badPwdCount', 'lockoutTime'])) ?? assert.fail()
    const count = integer(entry, 'badPwdCount') ?? 0
    assert.ok(count >= 1 && count <= lockoutThreshold - 2, `counted ${count}`)
    assert.equal(await directBind(person, person.password), 'accepted')
    // The hub does not ask about the right one either, in the same words.
    assert.equal(await outcomeOf(person, person.password), 'wrong_password')
  })

  test('an account that the domain locks sooner by settings of its own is not locked either, though nobody may read them', async () => {
    const [hidden, seen] = [somebody(), somebody()]
    const settings = ['domain', 'passwordsettings', 'pso']
    const limits = [
      '--account-lockout-threshold=3',
      '--reset-account-lockout-after=60',
      '--account-lockout-duration=60',
    ]
    await world.domain.sambaTool([...settings, 'create', 'strict', '1', ...limits])
    for (const { username } of [hidden, seen]) await world.domain.sambaTool([...settings, 'apply', 'strict', username])
    assert.equal(await countAfterGuesses(hidden), 1)
    // With the right that the doctor names, the account's own threshold counts, and not the domain's.
    const container = `CN=Password Settings Container,CN=System,${world.domain.baseDn}`
    const account = (await world.admin.read(world.domain.importAccount.dn, ['objectSid'])) ?? assert.fail()
    const grant = [`--objectdn=${container}`, `--trusteedn=${world.domain.importAccount.dn}`]
    await world.domain.sambaTool(['dsacl', 'set', ...grant, `--sddl=(A;CI;LCRPRC;;;${sid(account)})`])
    await replace(`CN=strict,${container}`, 'msDS-LockoutThreshold', '7')
    assert.equal(await countAfterGuesses(seen), 5)
    for (const person of [hidden, seen]) assert.equal(await directBind(person, person.password), 'accepted')
  })

  /** How many of many wrong passwords through the hub the domain counted. */
  const countAfterGuesses = async (person: Person): Promise<number | undefined> => {
    const guesses = Array.from({ length: 12 }, (_, index) => outcomeOf(person, `guess number ${index}`))
    assert.deepEqual([...new Set(await Promise.all(guesses))], ['wrong_password'])
    const entry = (await world.admin.read(guidBase(person.guid), ['badPwdCount'])) ?? assert.fail()
    return integer(entry, 'badPwdCount')
  }

  test('a password is found nowhere afterwards', async () => {
    const person = somebody()
    await world.admin.modify(person.dn, [setPasswordChange(canary)])
    assert.equal(await outcomeOf(person, canary), 'valid')
    assert.equal(await outcomeOf(person, `${canary}-wrong`), 'wrong_password')
    const tables = await own.database.query<{ name: string }>({
      text: `select quote_ident(table_schema) || '.' || quote_ident(table_name) as name from information_schema.tables
        where table_type = 'BASE TABLE' and table_schema not in ('pg_catalog', 'information_schema')`,
    })
    assert.ok(tables.some(({ name }) => name.endsWith('ad_sign_in_checks')))
    for (const { name } of tables) {
      const rows = await own.database.query({
        text: `select from ${name} as row where strpos(row::text, $1) > 0`,
        values: [canary],
      })
      assert.equal(rows.length, 0, name)
    }
    assert.ok(!(await everyText()).includes(canary))
  })

  /** What the agents keep and wrote. */
  const everyText = async (): Promise<string> => {
    const files = (await readdir(world.folder)).filter((name) => /\.(log|json)$/.test(name))
    assert.ok(files.length >= 4)
    return (await Promise.all(files.map((name) => readFile(join(world.folder, name), 'utf8')))).join('\n')
  }

  test('an agent that hangs is passed over, one that dies is not missed, and without any it is said at once', async () => {
    const person = somebody()
    const [one, other] = agents
    assert.ok(one !== undefined && other !== undefined)
    one.hold()
    // Whichever of them takes it: the one that hangs is passed over.
    for (let round = 0; round < 3; round += 1) assert.equal(await outcomeOf(person, person.password), 'valid')
    one.release()
    await one.kill()
    await untilValidators(1)
    assert.equal(await outcomeOf(person, person.password), 'valid')
    await other.kill()
    await untilState('pending')
    assert.equal(await outcomeOf(person, person.password), 'unreachable: no_agent')
    const { warnings } = await world.hub.directories.get(world.directoryId)
    assert.ok(warnings.some(({ code }) => code === 'delegation_pending'))
    assert.equal((await world.hub.users.get(person.id)).signIn.problem?.code, 'delegation_pending')
    other.restart()
    await untilState('active')
    assert.equal(await outcomeOf(person, person.password), 'valid')
  })
})
