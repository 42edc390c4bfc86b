// Passwords from the hub to a real domain: set here, proven there by a bind, whatever is paused or killed on the way; and afterwards nowhere.
import assert from 'node:assert/strict'
import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { after, before, describe, test } from 'node:test'
import type { UserAccount } from '@lockstep/contract/hub/user'
import { pause } from '@lockstep/kernel/retry'
import { verifyPassword } from '@lockstep/ldap/verify-password'
import { createDatabase } from '../apps/server/src/platform/db/database.ts'
import { startEmbeddedPostgres } from '../apps/server/src/platform/db/embedded.ts'
import { silentLog } from '../apps/server/src/platform/log/log.ts'
import { directoryPackages, installPrerequisites } from '../dev/src/samba/prerequisites.ts'
import { type AgentWorld, type RunningAgent, startAgentWorld } from './support/agent-world.ts'

/** In every password of these tests. */
const canary = 'Kanarienvogel'

describe('passwords on their way to a domain', () => {
  let world: AgentWorld
  let syncer: RunningAgent
  let counter = 0

  const newPassword = (): string => {
    counter += 1
    return `${canary}-${counter}-x7`
  }
  const newUser = async (): Promise<{ readonly id: string; readonly username: string }> => {
    counter += 1
    const username = `person${counter}`
    const { id } = await world.hub.users.create({ username, email: `${username}@hub.example` })
    await world.hub.users.bind(id, world.directoryId)
    return { id, username }
  }
  const post = (id: string, password: string): Promise<Response> =>
    fetch(`${world.hubUrl}/api/systemusers/${id}/password`, {
      method: 'POST',
      headers: { 'x-api-key': world.apiKey, 'content-type': 'application/json' },
      body: JSON.stringify({ password }),
    })
  const set = async (id: string, password: string): Promise<void> => {
    const answer = await post(id, password)
    assert.equal(answer.status, 200, await answer.text())
  }
  const accountOf = async (id: string): Promise<UserAccount | undefined> =>
    (await world.hub.users.get(id)).accounts.find(({ directoryId }) => directoryId === world.directoryId)
  const untilState = (id: string, state: UserAccount['password']['state']): Promise<UserAccount> =>
    world.until(`the password is ${state}`, async () => {
      const account = await accountOf(id).catch(() => undefined)
      return account?.password.state === state && account
    })
  const bound = async (username: string, password: string): Promise<string> => {
    const { url, servername, caFile, realm } = world.domain
    const account = { bindDn: `${username}@${realm.toLowerCase()}`, password, timeoutMs: 5000 }
    return verifyPassword({ url, servername, ca: await readFile(caFile, 'utf8'), ...account })
  }
  const untilBound = (username: string, password: string): Promise<true> =>
    world.until('the domain takes the password', async () => (await bound(username, password)) === 'accepted')

  before(async () => {
    assert.equal(await installPrerequisites(directoryPackages, () => undefined), undefined)
    world = await startAgentWorld({ env: { LOCKSTEP_LOG_LEVEL: 'debug' } })
    await world.addAgent('IMPORT')
    syncer = await world.addAgent('SYNC')
    await world.until('the agents work', async () =>
      (await world.agents()).every(({ health }) => health.light === 'green'),
    )
  })

  after(async () => world[Symbol.asyncDispose]())

  test('the first password of a new account and every later one is the domain’s', async () => {
    const { id, username } = await newUser()
    let before = ''
    for (const _ of [1, 2, 3]) {
      const password = newPassword()
      await set(id, password)
      await untilBound(username, password)
      const { password: known, enabled } = await untilState(id, 'in_step')
      assert.deepEqual([enabled, known.lastSet !== undefined && known.lastSet > before], [true, true])
      before = known.lastSet ?? ''
    }
  })

  test('while the agents are paused the latest password waits, and then it is set', async () => {
    const { id, username } = await newUser()
    const [first, second, third] = [newPassword(), newPassword(), newPassword()]
    await set(id, first)
    await untilState(id, 'in_step')
    await world.hub.directories.updateAgent(world.directoryId, syncer.id, { paused: true })
    for (const password of [second, third]) await set(id, password)
    assert.equal((await accountOf(id))?.password.state, 'waits_for_delivery')
    assert.deepEqual([await bound(username, first), await bound(username, third)], ['accepted', 'wrong_password'])
    await world.hub.directories.updateAgent(world.directoryId, syncer.id, { paused: false })
    await untilBound(username, third)
    await untilState(id, 'in_step')
    assert.equal(await bound(username, second), 'wrong_password')
  })

  test('a password outlives the death of the agent, whenever it dies', async () => {
    const known = await newUser()
    for (const afterMs of [0, 20, 60, 120, 200, 300]) {
      for (const { id, username } of [known, await newUser()]) {
        const password = newPassword()
        await set(id, password)
        await pause(afterMs)
        await syncer.kill()
        syncer.restart()
        await untilBound(username, password)
        await untilState(id, 'in_step')
      }
    }
  })

  test('a password that the hub has taken outlives the death of the hub, whenever it dies', async () => {
    const { id, username } = await newUser()
    for (const afterMs of [0, 30, 80, 160]) {
      const password = newPassword()
      await set(id, password)
      await pause(afterMs)
      await world.hubProgram.kill()
      await world.hubProgram.restart()
      await untilBound(username, password)
      await untilState(id, 'in_step')
    }
  })

  test('what the domain’s policy refuses is told in words, and is set when it is tried again after the policy allows it', async () => {
    const { id, username } = await newUser()
    const [first, second] = [newPassword(), newPassword()]
    await set(id, first)
    await untilState(id, 'in_step')
    const demand = (length: string) =>
      world.admin.modify(world.domain.baseDn, [{ operation: 'replace', attribute: 'minPwdLength', values: [length] }])
    await demand('60')
    await set(id, second)
    const { password, error } = await untilState(id, 'refused')
    assert.match(password.error?.message ?? '', /password policy of the domain/)
    assert.match(password.error?.remedy ?? '', /Choose another password/)
    assert.equal(error?.message, password.error?.message)
    const failedBefore = (await world.hub.users.get(id)).failedAccountCount
    assert.equal(failedBefore, 1)
    assert.equal(await bound(username, first), 'accepted')
    await demand('7')
    await world.hub.users.retry(id, world.directoryId)
    await untilBound(username, second)
    assert.equal((await untilState(id, 'in_step')).error, undefined)
  })

  test('a user who is bound after the password was set waits for the next sign-in, and a second agent changes nothing of that', async () => {
    counter += 1
    const username = `person${counter}`
    const { id } = await world.hub.users.create({ username, email: `${username}@hub.example` })
    await set(id, newPassword())
    await world.hub.users.bind(id, world.directoryId)
    await world.addAgent('SYNC')
    const { enabled } = await world.until('the account is made', async () => {
      const account = await accountOf(id)
      return account?.inStep === true && account
    })
    assert.deepEqual([enabled, (await accountOf(id))?.password.state], [true, 'waits_for_sign_in'])
  })

  test('no password is anywhere afterwards', async () => {
    const logs = await readdir(world.folder)
    for (const name of logs.filter((each) => /\.(json|log|mjs)$/.test(each)))
      assertNoCanary(name, await readFile(join(world.folder, name)))
    await world.hubProgram.halt()
    assertNoCanary('the hub’s log', Buffer.from(world.hubProgram.log() + world.hubProgram.output()))
    for (const entry of await readdir(world.hubProgram.dataFolder, { recursive: true, withFileTypes: true }))
      if (entry.isFile()) assertNoCanary(entry.name, await readFile(join(entry.parentPath, entry.name)))
    const postgres = await startEmbeddedPostgres({ dataFolder: world.hubProgram.dataFolder, log: silentLog })
    const database = createDatabase({ connection: postgres.connection, log: silentLog, poolSize: 1 })
    try {
      const tables = await database.query<{ name: string }>({
        text: `select format('%I.%I', schemaname, tablename) as name from pg_tables
          where schemaname not in ('pg_catalog', 'information_schema')`,
      })
      assert.ok(tables.length > 40)
      let deliveries = 0
      for (const { name } of tables) {
        const rows = await database.query<{ text: string }>({
          text: `select row_to_json(t)::text as text from ${name} as t`,
        })
        if (name === 'public.password_deliveries') deliveries = rows.length
        assertNoCanary(name, Buffer.from(rows.map(({ text }) => text).join('\n')))
      }
      assert.equal(deliveries, 0)
    } finally {
      await database.close()
      await postgres.stop()
    }
  })
})

/** In no form in which it may have been written: as text, as the domain takes it, and encoded, wherever it begins. */
function assertNoCanary(what: string, bytes: Buffer): void {
  const forms = [Buffer.from(canary), Buffer.from(canary, 'utf16le'), Buffer.from(Buffer.from(canary).toString('hex'))]
  for (const lead of ['', 'x', 'xx']) {
    const coded = Buffer.from(lead + canary)
      .toString('base64')
      .replaceAll('=', '')
    forms.push(Buffer.from(coded.slice(lead.length === 0 ? 0 : 4, -2)))
  }
  for (const form of forms) assert.equal(bytes.indexOf(form), -1, `${what} has a password, as ${form.toString()}`)
}
