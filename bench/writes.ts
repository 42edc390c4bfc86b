import { type DomainWorld, startDomainWorld, until } from './domain-world.ts'
import { dnOf, type Subject } from './latency.ts'
import { median } from './load-result.ts'
import { note, report } from './report.ts'

const changes = 1000
const rounds = 3
const callsAtOnce = 16
/** Every look counts the domain's accounts on the machine that is measured; a round takes seconds. */
const pollMs = 100
const leastShare = 0.8

/**
 * How much of the domain's own write rate the sync agent reaches: the same attribute of the same users, by bare modifications one after the
 * other over one connection, and by changes that wait in the hub until the agent is resumed; in turns.
 */
export async function benchWrites(): Promise<void> {
  await using world = await startDomainWorld({
    prepare: async (domain) => void (await domain.addUsersOffline(changes)),
  })
  const { client, directoryId, administrator } = world
  const { behaviour } = await client.directories.get(directoryId)
  await client.directories.update(directoryId, { behaviour: { ...behaviour, fieldAuthority: { jobTitle: 'both' } } })
  world.startAgent('import-agent')
  const subjects = await importedSubjects(world)
  world.startAgent('sync-agent')
  const agent = await until(async () => {
    const { agents } = await client.directories.get(directoryId)
    return agents.find(({ kind, primary }) => kind === 'SYNC' && primary)
  }, 100)
  const pause = (paused: boolean): Promise<unknown> => client.directories.updateAgent(directoryId, agent.id, { paused })
  const waiting = async (): Promise<number> => (await client.directories.get(directoryId)).pendingCount
  const bare: number[] = []
  const synced: number[] = []
  for (let round = 1; round <= rounds; round += 1) {
    const began = performance.now()
    for (const { dn } of subjects)
      await administrator.modify(dn, [{ operation: 'replace', attribute: 'title', values: [`bare ${round}`] }])
    bare.push((subjects.length * 1000) / (performance.now() - began))
    // The hub has to know what was written, or it would count as a change of both sides.
    const last = subjects.at(-1)?.id ?? ''
    await until(
      async () => ((await client.users.get(last)).fields['jobTitle'] === `bare ${round}` ? true : undefined),
      100,
    )
    await pause(true)
    const queue = [...subjects]
    const worker = async (): Promise<void> => {
      for (let next = queue.pop(); next !== undefined; next = queue.pop())
        await client.users.update(next.id, { jobTitle: `synced ${round}` })
    }
    await Promise.all(Array.from({ length: callsAtOnce }, worker))
    await pause(false)
    const most = await waiting()
    const first = await until(
      async () => ((await waiting()) < most ? { left: await waiting(), at: performance.now() } : undefined),
      pollMs,
    )
    await until(async () => ((await waiting()) === 0 ? true : undefined), pollMs)
    synced.push((first.left * 1000) / (performance.now() - first.at))
    note(`round ${round}: bare ${bare.at(-1)?.toFixed(0)}/s, synchronised ${synced.at(-1)?.toFixed(0)}/s`)
  }
  const ratio = median(synced.map((rate, index) => rate / (bare[index] ?? rate)))
  report({
    bench: 'writes',
    metric: `${changes} changes written by the sync agent`,
    value: median(synced),
    unit: '/s',
    ratio,
    peer: `bare modifications over one connection, ${median(bare).toFixed(0)}/s`,
    target: `ratio >= ${leastShare}`,
    ok: ratio >= leastShare,
  })
}

/** The people of the domain, once the hub has all of them: pages of a list that grows would leave some out. */
async function importedSubjects({
  client,
  directoryId,
  administrator,
  domain,
}: DomainWorld): Promise<readonly Subject[]> {
  await until(
    async () => ((await client.users.list({ directoryId, limit: 1 })).total >= changes ? true : undefined),
    200,
  )
  const subjects: Subject[] = []
  let page = await client.users.list({ directoryId, limit: 200 })
  for (;;) {
    for (const { id, username } of page.items)
      subjects.push({ id, dn: await dnOf(administrator, domain.baseDn, username) })
    if (page.next === undefined || subjects.length >= changes) return subjects
    page = await client.users.list({ directoryId, limit: 200, after: page.next })
  }
}
