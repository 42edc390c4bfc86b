// Hub, PostgreSQL, agents and domain controller are killed, networks cut, disks filled and clocks set at random moments of changes of about
// 500 users and memberships a round, and afterwards both sides agree: nobody is there twice, nobody is lost, nobody was suspended by mistake.
// `LOCKSTEP_KILL_SEED` repeats a run as far as operating systems can, `LOCKSTEP_KILL_FAULTS` makes it longer (1000 for a long one),
// `LOCKSTEP_KILL_ROUNDS` and `LOCKSTEP_KILL_COUNT` set the rounds and how often something is taken down in each.
import assert from 'node:assert/strict'
import { readFile } from 'node:fs/promises'
import { after, before, describe, test, type TestContext } from 'node:test'
import { pause } from '@lockstep/kernel/retry'
import { guid } from '@lockstep/ldap/guid'
import { text } from '@lockstep/ldap/text'
import { companyScope } from '../dev/src/company/company-scope.ts'
import { directoryPackages, installPrerequisites } from '../dev/src/samba/prerequisites.ts'
import { runCommand } from '../dev/src/samba/run-command.ts'
import { disagreements, wrongLosses } from './support/kill-agreement.ts'
import { type AgentPart, agentParts } from './support/kill-agents.ts'
import { changeBothSides, makeBoundGroups } from './support/kill-changes.ts'
import { createDomainUser } from './support/kill-domain-steps.ts'
import { type Fault, makeFaults } from './support/kill-faults.ts'
import { bind, createHubUser } from './support/kill-hub-steps.ts'
import { type DomainBorn, type Ledger, newLedger } from './support/kill-ledger.ts'
import { changeAndRestore, keepCopy } from './support/kill-restore.ts'
import { type KillWorld, startKillWorld } from './support/kill-world.ts'
import { createRandom } from './support/random.ts'

const seed = Number(process.env['LOCKSTEP_KILL_SEED'] ?? '1')
const faultsWanted = Number(process.env['LOCKSTEP_KILL_FAULTS'] ?? '210')
const rounds = Number(process.env['LOCKSTEP_KILL_ROUNDS'] ?? Math.ceil(faultsWanted / 105))
const killsPerRound = Number(process.env['LOCKSTEP_KILL_COUNT'] ?? '10')
const networkFaultsPerRound = Math.max(0, Math.ceil(faultsWanted / rounds) - killsPerRound)

/**
 * Far more than agreeing takes; its only purpose is that a failure is told, before `npm test` ends the test. A long run is begun by hand,
 * has no such end, and may share its machine with anything.
 */
const patienceMs = faultsWanted > 210 ? 900_000 : 200_000
const lookMs = 250

describe('changes of 500 users while everything breaks', () => {
  const happened = new Map<Fault, number>()
  let world: KillWorld
  let ledger: Ledger
  let boundGroups: ReadonlyMap<string, string>
  const note = (fault: Fault): void => void happened.set(fault, (happened.get(fault) ?? 0) + 1)
  /** Waits until the hub says this of an agent. */
  const becomes = (part: AgentPart, health: RegExp): Promise<void> =>
    until(`the ${part} is ${health}`, async () => {
      const { agents } = await world.hub.directories.get(world.directoryId)
      const kind = part === 'import agent' ? 'IMPORT' : 'SYNC'
      return agents.some((agent) => agent.kind === kind && health.test(agent.health.reason))
    })
  /** Makes an agent lose its domain controller for a while, which it logs. */
  const loseDomain = async (part: AgentPart): Promise<void> => {
    await world.agents[part].ways.domain.close()
    await becomes(part, /Cannot reach the domain controller/)
    await world.agents[part].ways.domain.open()
    await becomes(part, /reaches the domain controller/)
    note('nothing reached')
  }

  before(async () => {
    assert.equal(await installPrerequisites(directoryPackages, () => undefined), undefined)
    world = await startKillWorld()
    ledger = newLedger(await companyAccounts(world))
    boundGroups = await makeBoundGroups(world)
    await agree(world, ledger)
  })
  after(() => world[Symbol.asyncDispose]())

  for (let number = 1; number <= rounds; number += 1) {
    test(`both sides agree after round ${number} of seed ${seed}, with nobody twice and nobody lost`, async (t) => {
      const done = ledger.operations
      const began = performance.now()
      const faults: Fault[] = []
      const settled = await Promise.allSettled([
        changeBothSides({ world, ledger, random: createRandom(seed * 1000 + number), number, boundGroups }),
        makeFaults({
          world,
          seed: seed * 1000 + number,
          counts: { network: networkFaultsPerRound, kills: killsPerRound },
          tell(fault) {
            note(fault)
            faults.push(fault)
          },
        }),
      ])
      for (const failure of world.hubFailures) t.diagnostic(failure)
      const reasons = settled.flatMap((result) => (result.status === 'rejected' ? [result.reason as unknown] : []))
      if (reasons.length > 0) throw new AggregateError(reasons, reasons.map(String).join('; '))
      t.diagnostic(`seed ${seed}, round ${number}: ${ledger.operations - done} changes, faults: ${faults.join(', ')}`)
      const changedMs = Math.round(performance.now() - began)
      const agreedMs = await agree(world, ledger)
      assert.deepEqual(await wrongLosses(world, ledger), [])
      t.diagnostic(`changes and faults took ${changedMs} ms, agreeing ${agreedMs} ms more`)
    })
  }

  test('an agent whose clock is wrong is refused, the directory says why, and it goes on once the clock is right', async () => {
    for (const part of agentParts) {
      await world.agents[part].setClock(47 * 60_000)
      await becomes(part, /is 28\d\d seconds ahead of the hub/)
      await world.agents[part].setClock(0)
      await becomes(part, /reaches the domain controller/)
      note('clock set')
    }
  })

  test('an agent on a full disk works on, keeps its file when it cannot be replaced, and says later what it could not log', async () => {
    // A full disk of an earlier round has been told, too.
    const lossesTold = async (part: AgentPart): Promise<number> =>
      (await readFile(world.agents[part].logFile, 'utf8')).split('Lines of this log were lost').length - 1
    const toldBefore = new Map<AgentPart, number>()
    for (const part of agentParts) {
      const agent = world.agents[part]
      const before = await readFile(agent.configFile, 'utf8')
      await agent.fillDisk()
      toldBefore.set(part, await lossesTold(part))
      note('disk full')
      const args = ['--fsize=64', process.execPath, agent.script, 'credentials', '--config', agent.configFile]
      await assert.rejects(
        runCommand('prlimit', args, { environment: { LOCKSTEP_AGENT_BIND_PASSWORD: agent.password } }),
        /cannot be replaced \(EFBIG\); it is as it was/,
      )
      assert.equal(await readFile(agent.configFile, 'utf8'), before)
      await loseDomain(part)
    }
    const round = { world, ledger, random: createRandom(seed), number: rounds + 1, boundGroups }
    await bind(round, await createHubUser(round, 1000 * round.number))
    await createDomainUser(round, 1000 * round.number, world.domain.integrationGroupDn)
    await agree(world, ledger)
    for (const part of agentParts) {
      const told = toldBefore.get(part) ?? 0
      assert.equal(await lossesTold(part), told)
      await world.agents[part].emptyDisk()
      await loseDomain(part)
      assert.ok((await lossesTold(part)) > told)
    }
    await agree(world, ledger)
  })

  test('a domain controller that is restored from an old copy takes nobody away and makes nobody twice', async (t) => {
    const random = createRandom(seed + rounds)
    await keepCopy(world)
    await changeAndRestore({ world, ledger, random, number: rounds + 2, boundGroups }, () => agree(world, ledger))
    note('domain controller restored')
    t.diagnostic(`agreeing took ${await agree(world, ledger)} ms`)
    assert.deepEqual(await wrongLosses(world, ledger), [])
  })

  test('the journal is whole, and no plan waits for a person', async (t: TestContext) => {
    assert.deepEqual(world.hubFailures, [])
    const verified = await world.hub.journal.verify()
    assert.deepEqual(verified.faults, [])
    assert.equal(verified.ok, true)
    const { items } = await world.hub.plans.list({ state: 'quarantined' })
    assert.deepEqual(
      items.map((plan) => plan.reason),
      [],
    )
    const { items: problems } = await world.hub.directories.problems(world.directoryId, { limit: 200 })
    const skipped = new Set(companyScope(world.company).skipped.map(({ username }) => username))
    assert.deepEqual(
      problems.filter(({ name }) => !skipped.has(name)),
      [],
    )
    const told = [...happened].map(([fault, count]) => `${fault} ${count}`).join(', ')
    const survived = [...happened.values()].reduce((sum, count) => sum + count, 0)
    t.diagnostic(`seed ${seed}: ${rounds} rounds, ${ledger.operations} changes, journal rows ${verified.rowsChecked}`)
    t.diagnostic(`${survived} faults survived: ${told}`)
    assert.ok(survived >= faultsWanted)
  })
})

/** Those of the company who are in scope, with the GUIDs of their accounts. */
async function companyAccounts({ company, domain, onDomain }: KillWorld): Promise<readonly DomainBorn[]> {
  const enabled = new Map(company.people.map((person) => [person.username, person.enabled]))
  const scope = new Set(companyScope(company).usernames)
  const found: DomainBorn[] = []
  await onDomain(async (directory) => {
    const query = {
      base: domain.usersDn,
      scope: 'subtree',
      filter: '(objectClass=user)',
      attributes: ['objectGUID', 'sAMAccountName'],
    } as const
    for await (const page of directory.search(query)) {
      for (const entry of page) {
        const username = text(entry, 'sAMAccountName') ?? ''
        if (!scope.has(username)) continue
        found.push({
          guid: guid(entry) ?? '',
          username,
          enabled: enabled.get(username) ?? false,
          isAlone: false,
          hasLeft: false,
        })
      }
    }
  })
  return found
}

/** Waits until both sides agree, on two looks in a row; answers how long it took. */
async function agree(world: KillWorld, ledger: Ledger): Promise<number> {
  const began = performance.now()
  for (let agreed = 0; ;) {
    const looked = performance.now()
    const faults = await disagreements(world, ledger)
    agreed = faults.length === 0 ? agreed + 1 : 0
    if (agreed === 2) return Math.round(performance.now() - began)
    if (performance.now() - began > patienceMs)
      assert.fail(`the sides do not agree: ${faults.length}\n${faults.slice(0, 30).join('\n')}`)
    // On a busy machine a look is dear: half of the time is for what is looked at.
    await pause(Math.max(lookMs, performance.now() - looked))
  }
}

async function until(what: string, look: () => Promise<boolean>): Promise<void> {
  const deadline = performance.now() + patienceMs
  while (!(await look())) {
    if (performance.now() > deadline) assert.fail(`in vain: ${what}`)
    await pause(lookMs)
  }
}
