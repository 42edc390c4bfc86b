// Hub, agents and domain controller are killed at random moments of a change of about 500 users and memberships, and afterwards both
// sides agree: nobody is there twice, nobody is lost, nobody was suspended by mistake. `LOCKSTEP_KILL_SEED` repeats a run as far as
// operating systems can, `LOCKSTEP_KILL_ROUNDS` makes it longer, `LOCKSTEP_KILL_COUNT` sets the kills of a round.
import assert from 'node:assert/strict'
import { after, before, describe, test, type TestContext } from 'node:test'
import { pause } from '@lockstep/kernel/retry'
import { guid } from '@lockstep/ldap/guid'
import { text } from '@lockstep/ldap/text'
import { companyScope } from '../dev/src/company/company-scope.ts'
import { directoryPackages, installPrerequisites } from '../dev/src/samba/prerequisites.ts'
import { disagreements, wrongLosses } from './support/kill-agreement.ts'
import { changeBothSides, makeBoundGroups } from './support/kill-changes.ts'
import { type DomainBorn, type Ledger, newLedger } from './support/kill-ledger.ts'
import { type KillWorld, type Part, parts, startKillWorld } from './support/kill-world.ts'
import { createRandom, type Random } from './support/random.ts'

const seed = Number(process.env['LOCKSTEP_KILL_SEED'] ?? '1')
const rounds = Number(process.env['LOCKSTEP_KILL_ROUNDS'] ?? '2')
const killsPerRound = Number(process.env['LOCKSTEP_KILL_COUNT'] ?? '4')

/** Far more than agreeing takes; its only purpose is that a failure is told. */
const patienceMs = 150_000
const lookMs = 250
const longestRunMs = 2500
const longestOutageMs = 1500

describe('a change of 500 users while everything is killed', () => {
  const random = createRandom(seed)
  const kills: Record<Part, number> = { hub: 0, 'import agent': 0, 'sync agent': 0, 'domain controller': 0 }
  let world: KillWorld
  let ledger: Ledger
  let boundGroups: ReadonlyMap<string, string>

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
      const order = createRandom(seed * 1000 + number)
      const began = performance.now()
      const killed: string[] = []
      const settled = await Promise.allSettled([
        changeBothSides({ world, ledger, random: order, number, boundGroups }),
        killParts(world, random, (part) => {
          kills[part] += 1
          killed.push(part)
        }),
      ])
      for (const result of settled) if (result.status === 'rejected') throw result.reason
      t.diagnostic(`seed ${seed}, round ${number}: ${ledger.operations - done} changes, killed: ${killed.join(', ')}`)
      const changedMs = Math.round(performance.now() - began)
      const agreedMs = await agree(world, ledger)
      assert.deepEqual(await wrongLosses(world, ledger), [])
      t.diagnostic(`changes and kills took ${changedMs} ms, agreeing ${agreedMs} ms more`)
    })
  }

  test('the journal is whole, and no plan waits for a person', async (t: TestContext) => {
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
    const told = parts.map((part) => `${part} ${kills[part]}`).join(', ')
    t.diagnostic(
      `seed ${seed}: ${rounds} rounds, ${ledger.operations} changes, kills: ${told}, journal rows ${verified.rowsChecked}`,
    )
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

/** Kills one or two parts at a time at random moments and starts them again after a random while. */
async function killParts(world: KillWorld, random: Random, tell: (part: Part) => void): Promise<void> {
  for (let count = 0; count < killsPerRound; count += 1) {
    await pause(random.below(longestRunMs))
    const first = random.pick(parts)
    const second = random.pick(parts)
    const victims = random.chance(0.3) && second !== first ? [first, second] : [first]
    const outageMs = random.below(longestOutageMs)
    await Promise.all(victims.map((part) => world.kill(part)))
    for (const part of victims) tell(part)
    await pause(outageMs)
    await Promise.all(victims.map((part) => world.restart(part)))
  }
}

/** Waits until both sides agree, on two looks in a row; answers how long it took. */
async function agree(world: KillWorld, ledger: Ledger): Promise<number> {
  const began = performance.now()
  for (let agreed = 0; ;) {
    const faults = await disagreements(world, ledger)
    agreed = faults.length === 0 ? agreed + 1 : 0
    if (agreed === 2) return Math.round(performance.now() - began)
    if (performance.now() - began > patienceMs)
      assert.fail(`the sides do not agree: ${faults.length}\n${faults.slice(0, 30).join('\n')}`)
    await pause(lookMs)
  }
}
