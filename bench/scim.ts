import { randomBytes } from 'node:crypto'
import { median, type LoadResult } from './load-result.ts'
import { type MeasuredHub, startMeasuredHub } from './measured-hub.ts'
import { installPeers, type Peer, startPeer } from './peer-process.ts'
import { memoryMb } from './process-memory.ts'
import { note, report } from './report.ts'
import { loadInserts, loadScim } from './run-load.ts'
import type { ScimJob, ScimRequestKind } from './scim-load.ts'
import { fillUsers, makeGroup, makeTokens } from './scim-world.ts'

const connections = 16
const rounds = 3
const tenants = 50
const limit = 200_000
const few = 10_000
const many = 100_000
const leastPeerRatio = 4
const leastInsertRatio = 0.5
const leastMemberRatio = 0.4
const mostP99Ms = 15
const mostMemoryMb = 300
/** How many users come into a group in a turn at most. */
const newcomersEach = 4000
const groupSizes = [0, few, many]

const compared: readonly ScimRequestKind[] = [
  'create',
  'read',
  'userName eq',
  'page of 100',
  'PATCH of three operations',
]
const alone: readonly ScimRequestKind[] = [
  'userName eq, of nobody',
  'emails.value eq',
  'emails[type eq "work"].value eq',
]

/** How long the turns of a benchmark are. */
export interface ScimOptions {
  readonly turnMs: number
}

interface Server {
  readonly name: string
  readonly port: number
  readonly tokens: readonly string[]
}

interface Bench extends ScimOptions {
  readonly measured: MeasuredHub
  readonly hub: Server
  readonly peers: readonly Server[]
  readonly users: number
}

/** (k) SCIM: the hub with 10,000 users beside two peers, in turns, and then with 100,000; members of groups of three sizes; many clients. */
export async function benchScim(options: ScimOptions): Promise<void> {
  await installPeers()
  await using measured = await startMeasuredHub()
  const tokens = await makeTokens(measured, tenants)
  const hub: Server = { name: 'hub', port: measured.hub.port, tokens: tokens.slice(0, 1) }
  await fillUsers(measured, tokens[0] ?? '', few)
  const best = await measureBeside({ ...options, measured, hub, peers: [], users: few })
  await fillUsers(measured, tokens[0] ?? '', many)
  const large = { ...options, measured, hub, peers: [], users: many }
  await measureMany(large, [...compared, ...alone], best)
  await fillUsers(measured, tokens[0] ?? '', many + 2 * rounds * newcomersEach)
  await measureGroups(large)
  await measureMixed({ ...large, hub: { ...hub, tokens } })
  const { resident, highest } = memoryMb(measured.hub.pid)
  note(`  the hub held ${highest.toFixed(0)} MB at most`)
  const target = { target: `< ${mostMemoryMb} MB`, ok: resident < mostMemoryMb }
  report({ bench: 'scim', metric: 'hub after all this', value: resident, unit: 'MB', ...target })
}

type Best = ReadonlyMap<ScimRequestKind, { readonly name: string; readonly perSecond: number }>

/** The hub and its peers with 10,000 users each; answers what the best peer did of each kind. */
async function measureBeside(bench: Bench): Promise<Best> {
  const { measured } = bench
  const token = randomBytes(24).toString('hex')
  await measured.query('create database better_auth')
  const { host, user } = measured.connection
  const address = `postgresql://${user}@localhost/better_auth?host=${encodeURIComponent(host ?? '')}`
  await using scimmy = await startPeer('SCIMMY', 'scimmy.ts', [String(few), token])
  await using betterAuth = await startPeer('Better Auth', 'better-auth.ts', [address, String(few), token])
  const serverOf = ({ name, port }: Peer): Server => ({ name, port, tokens: [token] })
  const best = await measureMany({ ...bench, peers: [serverOf(scimmy), serverOf(betterAuth)] }, compared)
  for (const { name, pid } of [scimmy, betterAuth])
    report({ bench: 'scim', metric: `${name} after this`, value: memoryMb(pid).resident, unit: 'MB' })
  await measureMany(bench, alone)
  return best
}

async function measureMany(bench: Bench, kinds: readonly ScimRequestKind[], known?: Best): Promise<Best> {
  const best = new Map<ScimRequestKind, { readonly name: string; readonly perSecond: number }>()
  for (const kind of kinds) {
    const found = await measureKind(bench, kind, known?.get(kind))
    if (found !== undefined) best.set(kind, found)
  }
  return best
}

/** One kind of request, everybody in turns. */
async function measureKind(
  bench: Bench,
  kind: ScimRequestKind,
  known: { readonly name: string; readonly perSecond: number } | undefined,
): Promise<{ readonly name: string; readonly perSecond: number } | undefined> {
  const { measured, hub, peers, users } = bench
  const mine: LoadResult[] = []
  const inserts: LoadResult[] = []
  const others = new Map<string, LoadResult[]>(peers.map(({ name }) => [name, []]))
  await load(bench, hub, { request: kind, durationMs: Math.min(500, bench.turnMs) }) // warms up
  for (let round = 0; round < rounds; round += 1) {
    mine.push(await load(bench, hub, { request: kind }))
    if (kind === 'create')
      inserts.push(
        await loadInserts({
          ...{ connection: measured.connection, connections, durationMs: bench.turnMs, limit },
          rows: 'kept',
        }),
      )
    for (const peer of peers) others.get(peer.name)?.push(await load(bench, peer, { request: kind }))
  }
  const metric = `${kind}, ${users} users`
  const figure = { bench: 'scim', value: middle(mine), unit: '1/s' }
  const shown = [...others].map(([name, results]) => ({ name, perSecond: middle(results) }))
  const best = shown.toSorted((one, other) => other.perSecond - one.perSecond)[0] ?? known
  for (const { name, perSecond } of shown.length === 0 && known ? [known] : shown) {
    const ratio = figure.value / perSecond
    const goal = name === best?.name ? { target: `ratio >= ${leastPeerRatio}`, ok: ratio >= leastPeerRatio } : undefined
    const peer = `${name}, ${few} users, ${perSecond.toFixed(0)}/s, p99 ${p99Of(others.get(name) ?? [])}`
    report({ ...figure, metric, ratio, peer, ...goal })
  }
  if (best === undefined) report({ ...figure, metric })
  if (inserts.length > 0) {
    const ratio = median(mine.map(({ perSecond }, round) => perSecond / (inserts[round]?.perSecond ?? Number.NaN)))
    const peer = `single inserts of the same rows into the same tables, ${middle(inserts).toFixed(0)}/s`
    report({ ...figure, metric, ratio, peer, target: `ratio >= ${leastInsertRatio}`, ok: ratio >= leastInsertRatio })
  }
  tellP99(metric, mine)
  return best
}

/** Members who come into an empty, a large and a very large group, beside bare inserts of the same rows; and reading the group without them. */
async function measureGroups(bench: Bench): Promise<void> {
  const { measured, hub, turnMs } = bench
  const groups: Group[] = []
  for (const size of groupSizes)
    groups.push({
      size,
      id: await makeGroup(measured, size),
      next: Math.max(size, few) + 1,
      added: [],
      inserted: [],
      read: [],
    })
  for (const { id } of groups)
    await load(bench, hub, { request: 'group without members', groupId: id, durationMs: 300 })
  // In turns through the sizes too, so that a busy moment falls on all of them.
  for (let round = 0; round < rounds; round += 1)
    for (const group of groups) {
      const newcomers = { first: group.next, count: newcomersEach }
      const job = { request: 'member add', groupId: group.id, newcomers, limit: newcomersEach } as const
      group.added.push(await load(bench, hub, job))
      const rows = { groupId: group.id, first: group.next + newcomersEach }
      const common = { connection: measured.connection, connections, durationMs: turnMs, limit: newcomersEach }
      group.inserted.push(await loadInserts({ ...common, rows }))
      group.next += 2 * newcomersEach
      group.read.push(await load(bench, hub, { request: 'group without members', groupId: group.id }))
    }
  for (const group of groups) await tellGroup(bench, group, groups[0] ?? group)
}

interface Group {
  readonly size: number
  readonly id: string
  next: number
  readonly added: LoadResult[]
  readonly inserted: LoadResult[]
  readonly read: LoadResult[]
}

async function tellGroup({ measured }: Bench, group: Group, empty: Group): Promise<void> {
  const { size, id, added, inserted, read } = group
  const metric = `member add to a group of ${size}`
  const ratio = median(added.map(({ perSecond }, round) => perSecond / (inserted[round]?.perSecond ?? Number.NaN)))
  const figure = { bench: 'scim', value: middle(added), unit: '1/s' }
  const peer = `single inserts of the same rows, ${middle(inserted).toFixed(0)}/s`
  const isEnough = { target: `ratio >= ${leastMemberRatio}`, ok: ratio >= leastMemberRatio }
  report({ ...figure, metric, ratio, peer, ...isEnough })
  tellP99(metric, added)
  if (group !== empty)
    report({ ...figure, metric, ratio: figure.value / middle(empty.added), peer: 'the same with an empty group' })
  const counted = await measured.query<{ count: number }>(
    `select count(*)::integer as count from group_members where group_id = '${id}'`,
  )
  const sum = (results: readonly LoadResult[]): number => results.reduce((all, { count }) => all + count, 0)
  const lost = size + sum(added) + sum(inserted) - (counted[0]?.count ?? 0)
  report({
    bench: 'scim',
    metric: `members lost of a group of ${size}`,
    value: lost,
    unit: '',
    target: '0',
    ok: lost === 0,
  })
  const reading = { bench: 'scim', metric: `group of ${size} without members`, value: middle(read), unit: '1/s' }
  const flat = middle(read) / middle(empty.read)
  report({ ...reading, ratio: flat, peer: 'an empty group', target: 'ratio >= 0.7', ok: flat >= 0.7 })
}

/** What fifty clients ask for at once. */
async function measureMixed(bench: Bench): Promise<void> {
  const groupId = await makeGroup(bench.measured, 1)
  const results: LoadResult[] = []
  for (let round = 0; round < rounds; round += 1) {
    const newcomers = { first: 2 + round * newcomersEach, count: newcomersEach }
    results.push(await load(bench, bench.hub, { request: 'mixed', groupId, newcomers }))
  }
  const metric = `mixed requests of ${tenants} clients, ${bench.users} users`
  report({ bench: 'scim', metric, value: middle(results), unit: '1/s' })
  tellP99(metric, results)
}

function load(
  { users, turnMs }: Bench,
  { name, port, tokens }: Server,
  job: Partial<ScimJob> & Pick<ScimJob, 'request'>,
): Promise<LoadResult> {
  return loadScim({ connections, durationMs: turnMs, limit, users, port, tokens, ...job }).then((result) => {
    note(`  ${job.request}: ${name} ${result.perSecond.toFixed(0)}/s, p99 ${result.p99.toFixed(1)} ms`)
    return result
  })
}

function middle(results: readonly LoadResult[]): number {
  return median(results.map(({ perSecond }) => perSecond))
}

function p99Of(results: readonly LoadResult[]): string {
  return results.length === 0 ? 'as above' : `${median(results.map(({ p99 }) => p99)).toFixed(0)} ms`
}

function tellP99(metric: string, results: readonly LoadResult[]): void {
  const value = median(results.map(({ p99 }) => p99))
  const target = { target: `<= ${mostP99Ms} ms`, ok: value <= mostP99Ms }
  report({ bench: 'scim', metric: `p99 of ${metric}`, value, unit: 'ms', ...target })
}
