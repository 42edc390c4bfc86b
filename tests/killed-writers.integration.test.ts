// Many changes are on their way into a real domain when whoever writes or hands them out is killed: each is there in the end, and was written once.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { pause } from '@lockstep/kernel/retry'
import { integer } from '@lockstep/ldap/number'
import { text } from '@lockstep/ldap/text'
import { directoryPackages, installPrerequisites } from '../dev/src/samba/prerequisites.ts'
import { type KillWorld, type Part, startKillWorld } from './support/kill-world.ts'

/** More than a batch, so that the next is asked for while the first is written. */
const writtenUsers = 120
/** So many are written when somebody is killed. */
const someWrites = 30
/** What the domain controller then takes for a write at least: long enough to see the midst of them. */
const slowMs = 15
const patienceMs = 180_000
const lookMs = 200

/** What the domain says of a title: how often it was written, too. */
interface Title {
  readonly value: string | undefined
  readonly version: number
}

async function until<T>(what: string, look: () => Promise<T | undefined>): Promise<T> {
  const deadline = performance.now() + patienceMs
  for (;;) {
    const found = await look()
    if (found !== undefined) return found
    assert.ok(performance.now() < deadline, `${what} does not come`)
    await pause(lookMs)
  }
}

/** The version of `title` in replPropertyMetaData (MS-DRSR 4.1.10.2.22): a header of 16 octets, then 48 for each attribute. */
function titleVersion(metadata: Buffer): number {
  const titleId = 12
  for (let at = 16; at + 48 <= metadata.length; at += 48)
    if (metadata.readUInt32LE(at) === titleId) return metadata.readUInt32LE(at + 4)
  return 0
}

/** The titles of everybody whom the agent may write, by username. */
async function titlesOf(world: KillWorld): Promise<ReadonlyMap<string, Title>> {
  return world.onDomain(async (directory) => {
    const titles = new Map<string, Title>()
    const attributes = ['sAMAccountName', 'title', 'adminCount', 'replPropertyMetaData']
    const query = { base: world.domain.usersDn, scope: 'subtree', filter: '(objectClass=user)', attributes } as const
    for await (const page of directory.search(query)) {
      for (const entry of page) {
        const [metadata = Buffer.alloc(0)] = entry.attributes.get('replpropertymetadata') ?? []
        if (integer(entry, 'adminCount') === 1) continue
        titles.set(text(entry, 'sAMAccountName') ?? '', {
          value: text(entry, 'title'),
          version: titleVersion(metadata),
        })
      }
    }
    return titles
  })
}

async function usersOf({ hub, directoryId }: KillWorld): Promise<ReadonlyMap<string, string>> {
  const ids = new Map<string, string>()
  let after: string | undefined
  do {
    const page = await hub.users.list({ directoryId, limit: 200, ...(after === undefined ? {} : { after }) })
    for (const { username, id } of page.items) ids.set(username, id)
    after = page.next
  } while (after !== undefined)
  return ids
}

async function pauseWriting({ hub, directoryId }: KillWorld, paused: boolean): Promise<void> {
  const { agents } = await hub.directories.get(directoryId)
  const agent = agents.find(({ kind }) => kind === 'SYNC')
  await hub.directories.updateAgent(directoryId, agent?.id ?? '', { paused })
}

test('whoever is killed in the midst of many changes, each of them is written, and once', async (t) => {
  assert.equal(await installPrerequisites(directoryPackages, () => undefined), undefined)
  await using world = await startKillWorld()
  const { hub, directoryId } = world
  const { behaviour } = await hub.directories.get(directoryId)
  await hub.directories.update(directoryId, { behaviour: { ...behaviour, fieldAuthority: { jobTitle: 'both' } } })
  const writable = await titlesOf(world)
  const chosen = await until('everybody', async () => {
    const users = [...(await usersOf(world))].filter(([username]) => writable.has(username))
    return users.length >= writtenUsers ? users.slice(0, writtenUsers) : undefined
  })
  const way = world.agents['sync agent'].ways.domain

  for (const victim of ['sync agent', 'hub', 'domain controller'] satisfies Part[]) {
    await t.test(`the ${victim} is killed`, async () => {
      const title = `Friend of the ${victim}`
      const before = await titlesOf(world)
      const written = async (): Promise<number> => {
        const titles = await titlesOf(world)
        return chosen.filter(([username]) => titles.get(username)?.value === title).length
      }
      await pauseWriting(world, true)
      await Promise.all(chosen.map(([, id]) => hub.users.update(id, { jobTitle: title })))
      assert.equal(await written(), 0)
      way.slow(slowMs)
      await pauseWriting(world, false)
      await until('the midst', async () => ((await written()) >= someWrites ? true : undefined))
      await world.kill(victim)
      way.slow(0)
      await world.restart(victim)
      t.diagnostic(`${await written()} of ${chosen.length} were written when the ${victim} was back`)
      await until('all of them', async () => ((await written()) === chosen.length ? true : undefined))
      await until('the last report', async () => {
        const { pendingCount } = await world.onHub((each) => each.directories.get(directoryId))
        return pendingCount === 0 ? true : undefined
      })
      const after = await titlesOf(world)
      const times = chosen.map(
        ([username]) => (after.get(username)?.version ?? 0) - (before.get(username)?.version ?? 0),
      )
      assert.deepEqual(
        times,
        chosen.map(() => 1),
      )
    })
  }
})
