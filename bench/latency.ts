import { text } from '@lockstep/ldap/text'
import { makeCompany } from '../dev/src/company/company.ts'
import { type DomainWorld, startDomainWorld, until } from './domain-world.ts'
import { quantile } from './load-result.ts'
import { note, report } from './report.ts'

const changes = 200
const subjects = 20
const pollMs = 4
const mostP95Ms = 400

export interface Subject {
  readonly id: string
  readonly dn: string
}

/** (c) How soon a change of one side is visible on the other, one change at a time, in a domain of 200 people. */
export async function benchLatency(): Promise<void> {
  await using world = await startDomainWorld({ company: makeCompany({ people: 200, seed: 1 }) })
  world.startAgent('import-agent')
  world.startAgent('sync-agent')
  const sides = await bothSides(world)
  note('both sides are in step')
  await measureLatency(world, sides, '')
}

/** People whose changes are watched. */
interface Sides {
  readonly imported: readonly Subject[]
  readonly exported: readonly Subject[]
}

/** People of the domain whom the hub has, and people of the hub whom the domain has, once both agents are at work. */
export async function bothSides(world: DomainWorld): Promise<Sides> {
  return { imported: await importedUsers(world), exported: await exportedUsers(world) }
}

/** Changes one after the other, each way, until the other side shows it. */
export async function measureLatency(world: DomainWorld, { imported, exported }: Sides, among: string): Promise<void> {
  const direct = await times((round) => writeDirectly(world, pick(imported, round), `direct ${round}${among}`))
  const intoHub = await times((round) => fromDomain(world, pick(imported, round), `from domain ${round}${among}`))
  const intoDomain = await times((round) => fromHub(world, pick(exported, round), `from hub ${round}${among}`))
  const directP95 = quantile(direct, 0.95)
  report({ bench: 'latency', metric: `p95 of a write by LDAP alone${among}`, value: directP95, unit: 'ms' })
  tell(`AD to hub${among}`, intoHub, { limit: mostP95Ms, target: `p95 < ${mostP95Ms} ms` })
  tell(`hub to AD${among}`, intoDomain, {
    limit: mostP95Ms + directP95,
    target: `p95 < ${mostP95Ms} ms + the write alone`,
  })
}

function pick(all: readonly Subject[], round: number): Subject {
  const subject = all[round % all.length]
  if (subject === undefined) throw new Error('there is nobody to change')
  return subject
}

async function times(change: (round: number) => Promise<void>): Promise<readonly number[]> {
  const taken: number[] = []
  for (let round = 0; round < changes; round += 1) {
    const began = performance.now()
    await change(round)
    taken.push(performance.now() - began)
  }
  return taken.toSorted((a, b) => a - b)
}

function tell(metric: string, taken: readonly number[], { limit, target }: { limit: number; target: string }): void {
  const p95 = quantile(taken, 0.95)
  report({ bench: 'latency', metric: `p50, ${metric}, ${changes} changes`, value: quantile(taken, 0.5), unit: 'ms' })
  report({
    bench: 'latency',
    metric: `p95, ${metric}, ${changes} changes`,
    value: p95,
    unit: 'ms',
    target,
    ok: p95 < limit,
  })
}

async function writeDirectly({ administrator }: DomainWorld, { dn }: Subject, title: string): Promise<void> {
  await administrator.modify(dn, [{ operation: 'replace', attribute: 'title', values: [title] }])
}

async function fromDomain(world: DomainWorld, subject: Subject, title: string): Promise<void> {
  await writeDirectly(world, subject, title)
  await until(async () => ((await world.client.users.get(subject.id)).jobTitle === title ? true : undefined), pollMs)
}

async function fromHub({ client, administrator }: DomainWorld, { id, dn }: Subject, title: string): Promise<void> {
  await client.users.update(id, { jobTitle: title })
  await until(async () => {
    const entry = await administrator.read(dn, ['title'])
    return entry !== undefined && text(entry, 'title') === title ? true : undefined
  }, pollMs)
}

/** People of the domain, once the hub has them. */
async function importedUsers({ client, directoryId, domain, administrator }: DomainWorld): Promise<readonly Subject[]> {
  const rows = await until(async () => {
    const { items } = await client.users.list({ directoryId, limit: subjects })
    return items.length >= subjects ? items : undefined
  }, 100)
  return Promise.all(
    rows.map(async ({ id, username }) => ({ id, dn: await dnOf(administrator, domain.baseDn, username) })),
  )
}

/** People made in the hub and bound to the domain, once the domain has them. */
async function exportedUsers({ client, directoryId, domain, administrator }: DomainWorld): Promise<readonly Subject[]> {
  const made: { id: string; username: string }[] = []
  for (let number = 0; number < subjects; number += 1) {
    const username = `bench.hub.${number}`
    const email = `${username}@${domain.realm.toLowerCase()}`
    const { id } = await client.users.create({ username, email, firstname: 'Hub', lastname: `Bench ${number}` })
    await client.users.bind(id, directoryId)
    made.push({ id, username })
  }
  return Promise.all(
    made.map(async ({ id, username }) => ({ id, dn: await dnOf(administrator, domain.baseDn, username) })),
  )
}

export async function dnOf(
  administrator: DomainWorld['administrator'],
  base: string,
  username: string,
): Promise<string> {
  return until(async () => {
    const filter = `(sAMAccountName=${username})`
    for await (const page of administrator.search({ base, scope: 'subtree', filter, attributes: ['title'] }))
      for (const entry of page) return entry.dn
    return undefined
  }, 100)
}
