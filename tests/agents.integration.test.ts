// Several agents of each kind beside a real domain: what happens when they die, are chosen, paused, given another account, or deleted.
import assert from 'node:assert/strict'
import { createHash } from 'node:crypto'
import { readFile, stat, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { after, before, describe, test, type TestContext } from 'node:test'
import { HubError } from '@lockstep/client/hub-error'
import type { DirectoryAgent } from '@lockstep/contract/hub/directory'
import { text } from '@lockstep/ldap/text'
import { directoryPackages, installPrerequisites } from '../dev/src/samba/prerequisites.ts'
import { runCommand } from '../dev/src/samba/run-command.ts'
import { type AgentWorld, download, enrol, type RunningAgent, startAgentWorld } from './support/agent-world.ts'

describe('several agents of a domain', () => {
  let world: AgentWorld
  let imports: readonly RunningAgent[] = []
  let syncs: readonly RunningAgent[] = []
  let counter = 0

  const primaryOf = async (kind: DirectoryAgent['kind']): Promise<string | undefined> =>
    (await world.agents()).find((agent) => agent.kind === kind && agent.primary)?.id
  const [named, other] = [
    (all: readonly RunningAgent[], id: string | undefined) => all.find((agent) => agent.id === id) as RunningAgent,
    (all: readonly RunningAgent[], id: string | undefined) => all.find((agent) => agent.id !== id) as RunningAgent,
  ]
  /** Changes something in the domain and waits until the hub has it; gives the milliseconds that took. */
  const followed = async (): Promise<number> => {
    counter += 1
    const title = `Title ${counter}`
    const person = await somebody()
    const began = performance.now()
    await world.admin.modify(person.dn, [{ operation: 'replace', attribute: 'title', values: [title] }])
    await world.until('the title is in the hub', async () => (await world.hub.users.get(person.id)).jobTitle === title)
    return performance.now() - began
  }
  const somebody = async (): Promise<{ readonly id: string; readonly dn: string }> => {
    const { items } = await world.hub.users.list({ limit: 200, sort: 'username' })
    for (const { id, username } of items) {
      const filter = `(&(objectClass=user)(sAMAccountName=${username}))`
      const query = { base: world.domain.peopleDn, scope: 'subtree', filter, attributes: ['title'] } as const
      for await (const [entry] of world.admin.search(query)) if (entry) return { id, dn: entry.dn }
    }
    throw new Error('nobody is imported')
  }
  /** Makes a user in the hub, bound to the domain, and waits until its account is there; gives the milliseconds that took. */
  const written = async (): Promise<number> => {
    counter += 1
    const username = `made${counter}`
    const began = performance.now()
    const person = { username, email: `${username}@hub.example`, firstname: 'Made', lastname: 'Here' }
    const { id } = await world.hub.users.create(person)
    await world.hub.users.bind(id, world.directoryId)
    await world.until('the account is in the domain', async () => (await accountOf(username)) !== undefined)
    return performance.now() - began
  }
  const accountOf = async (username: string): Promise<string | undefined> => {
    const query = { base: world.domain.peopleDn, scope: 'subtree', attributes: ['sAMAccountName'] } as const
    for await (const page of world.admin.search({ ...query, filter: `(sAMAccountName=${username})` }))
      for (const entry of page) return text(entry, 'sAMAccountName')
    return undefined
  }
  const linesOf = async (agent: RunningAgent): Promise<readonly string[]> => {
    const { items } = await world.hub.directories.agentLog(world.directoryId, agent.id, { waitMs: 5000, limit: 500 })
    return items.map(({ message }) => message)
  }
  const refusal = async (call: Promise<unknown>): Promise<string> => {
    try {
      await call
      return 'none'
    } catch (error) {
      assert.ok(error instanceof HubError)
      return error.code
    }
  }

  before(async () => {
    assert.equal(await installPrerequisites(directoryPackages, () => undefined), undefined)
    world = await startAgentWorld()
    imports = [await world.addAgent('IMPORT'), await world.addAgent('IMPORT')]
    syncs = [await world.addAgent('SYNC'), await world.addAgent('SYNC')]
    await world.until('all work', async () => {
      const agents = await world.agents()
      const { lastReadAt } = await world.hub.directories.get(world.directoryId)
      return lastReadAt !== undefined && agents.every(({ health }) => health.light === 'green')
    })
    await world.until('somebody is imported', async () => (await world.hub.users.list({ limit: 1 })).total > 0)
  })

  after(async () => world[Symbol.asyncDispose]())

  test('one of each kind is primary, and all say who and where they are', async () => {
    const agents = await world.agents()
    const primaries = agents.filter(({ primary }) => primary).map(({ kind }) => kind)
    assert.deepEqual(primaries.toSorted(), ['IMPORT', 'SYNC'])
    for (const { hostname, version, sourceIp, contactAt, warnings } of agents) {
      assert.deepEqual([sourceIp, warnings], ['127.0.0.1', []])
      for (const fact of [hostname, version, contactAt]) assert.ok(fact !== undefined && fact !== '')
    }
  })

  test('a connect key opens the download of its own kind and one enrolment, and nothing afterwards', async () => {
    const { hub, hubUrl, directoryId, folder, domain } = world
    const { agent, connectKey } = await hub.directories.addAgent(directoryId, { kind: 'IMPORT' })
    const file = join(folder, 'downloaded.mjs')
    await assert.rejects(download({ hubUrl, connectKey, name: 'sync-agent.mjs', file }))
    await download({ hubUrl, connectKey, name: 'import-agent.mjs', file })
    const { items } = await hub.directories.agentBundles()
    const sum = createHash('sha256')
      .update(await readFile(file))
      .digest('hex')
    assert.equal(sum, items.find(({ name }) => name === 'import-agent.mjs')?.sha256)
    const enrolment = { script: file, hubUrl, connectKey, domain, kind: 'IMPORT' } as const
    await enrol({ ...enrolment, configFile: join(folder, 'once.json') })
    await assert.rejects(enrol({ ...enrolment, configFile: join(folder, 'twice.json') }), /connect key/)
    await assert.rejects(download({ hubUrl, connectKey, name: 'import-agent.mjs', file }))
    await hub.directories.removeAgent(directoryId, agent.id)
  })

  test('when the primary import agent is killed the other goes on reading', async (context: TestContext) => {
    const id = await primaryOf('IMPORT')
    const dead = named(imports, id)
    await dead.kill()
    context.diagnostic(
      `change in the domain to the hub, over the death of the primary: ${Math.round(await followed())} ms`,
    )
    assert.equal(await primaryOf('IMPORT'), other(imports, id).id)
    dead.restart()
    context.diagnostic(`the same with both alive: ${Math.round(await followed())} ms`)
  })

  test('when the primary sync agent is killed the other goes on writing', async (context: TestContext) => {
    const id = await primaryOf('SYNC')
    const dead = named(syncs, id)
    await dead.kill()
    context.diagnostic(
      `change in the hub to the domain, over the death of the primary: ${Math.round(await written())} ms`,
    )
    assert.equal(await primaryOf('SYNC'), other(syncs, id).id)
    dead.restart()
    context.diagnostic(`the same with both alive: ${Math.round(await written())} ms`)
  })

  test('a primary that hangs is followed by the other, and stands by when it goes on', async () => {
    for (const [kind, all, does] of [
      ['IMPORT', imports, followed],
      ['SYNC', syncs, written],
    ] as const) {
      const hanging = named(all, await primaryOf(kind))
      const standsBefore = (await hanging.log()).split('"role":"standby"').length
      hanging.hold()
      await does()
      assert.equal(await primaryOf(kind), other(all, hanging.id).id)
      hanging.release()
      await world.until(
        'it stands by',
        async () => (await hanging.log()).split('"role":"standby"').length > standsBefore,
      )
      await does()
      assert.equal(await primaryOf(kind), other(all, hanging.id).id)
    }
  })

  test('an administrator chooses the primary, and the other one stands by', async () => {
    for (const [kind, all, does] of [
      ['IMPORT', imports, followed],
      ['SYNC', syncs, written],
    ] as const) {
      const before = await primaryOf(kind)
      const chosen = other(all, before)
      await world.until('the chosen one is ready', async () => {
        const agent = (await world.agents()).find(({ id }) => id === chosen.id)
        return agent?.health.light === 'green'
      })
      const answer = await world.hub.directories.updateAgent(world.directoryId, chosen.id, { primary: true })
      assert.equal(answer.primary, true)
      await does()
      assert.equal(await primaryOf(kind), chosen.id)
    }
  })

  test('changes wait while all agents of a kind are paused, and a paused one cannot be chosen', async () => {
    const { hub, directoryId } = world
    const pauseAll = async (paused: boolean): Promise<void> => {
      for (const { id } of [...imports, ...syncs]) await hub.directories.updateAgent(directoryId, id, { paused })
    }
    await pauseAll(true)
    const [first] = imports
    const choice = hub.directories.updateAgent(directoryId, first?.id ?? '', { primary: true })
    assert.equal(await refusal(choice), 'agent_not_ready')
    const [reading, writing] = [followed(), written()]
    const { id } = await somebody()
    const before = (await hub.users.get(id)).jobTitle
    // Nothing can have come while both are paused, however long that takes.
    await linesOf(first as RunningAgent)
    assert.equal((await hub.users.get(id)).jobTitle, before)
    assert.equal(await primaryOf('SYNC'), undefined)
    await pauseAll(false)
    await Promise.all([reading, writing])
  })

  test('the log of an agent is shown while somebody looks, without a secret', async () => {
    const [importer, syncer] = [imports[0] as RunningAgent, syncs[0] as RunningAgent]
    for (const agent of [importer, syncer]) {
      const messages = await world.until('lines come', async () => {
        const lines = await linesOf(agent)
        return lines.length > 0 && lines
      })
      assert.ok(messages.includes('The hub assigned a role'), messages.join(', '))
      const shown = JSON.stringify(await world.hub.directories.agentLog(world.directoryId, agent.id, { limit: 500 }))
      for (const account of [world.domain.importAccount, world.domain.syncAccount])
        assert.ok(!shown.includes(account.password))
    }
    // What happens now comes by itself.
    const { next } = await world.hub.directories.agentLog(world.directoryId, importer.id)
    const { jobTitle } = await world.hub.users.get((await somebody()).id)
    assert.ok(jobTitle !== undefined)
    const coming = world.until('a new line', async () => {
      const { items } = await world.hub.directories.agentLog(world.directoryId, importer.id, {
        after: next,
        waitMs: 5000,
      })
      return items.length > 0
    })
    await world.hub.directories.readEverything(world.directoryId)
    await world.hub.directories.updateAgent(world.directoryId, importer.id, { primary: true })
    await coming
  })

  test('an agent takes another password of its service account while it runs, and a wrong one changes nothing', async () => {
    const { domain, folder } = world
    const agent = named(imports, await primaryOf('IMPORT'))
    const password = 'Another-Password-4711!'
    const give = async (secret: string): Promise<string> => {
      const file = join(folder, 'new-password')
      await writeFile(file, `${secret}\n`)
      const args = ['credentials', '--config', agent.configFile, '--password-file', file]
      return runCommand(process.execPath, [agent.script, ...args])
    }
    const before = await readFile(agent.configFile, 'utf8')
    await assert.rejects(give('not the password of anybody'))
    assert.equal(await readFile(agent.configFile, 'utf8'), before)
    await domain.sambaTool(['user', 'setpassword', 'lockstep-import', `--newpassword=${password}`])
    await followed()
    assert.match(await give(password), /The service account works/)
    assert.equal((await stat(agent.configFile)).mode & 0o777, 0o600)
    await world.until('the agent says so', async () => (await agent.log()).includes('is another one from now on'))
    await followed()
    // The old connection may be gone for good now: the agent comes back with the new password.
    await world.restartDomain()
    await followed()
    assert.ok(!(await agent.log()).includes(password))
  })
  test('a deleted agent is refused at once', async () => {
    const [agent] = syncs
    assert.ok(agent !== undefined)
    await world.hub.directories.removeAgent(world.directoryId, agent.id)
    await world.until('the agent is refused', async () =>
      (await agent.log()).includes('The hub does not accept this agent'),
    )
    assert.equal(await refusal(world.hub.directories.agentLog(world.directoryId, agent.id)), 'not_found')
    await written()
  })
})
