import { startMeasuredHub } from './measured-hub.ts'
import { memoryMb } from './process-memory.ts'
import { note, report } from './report.ts'
import { loadScim } from './run-load.ts'
import { fillUsers, makeGroup, makeTokens } from './scim-world.ts'

const users = 100_000
const tenants = 50
const connections = 16
const sampleMs = 1000
const mostMemoryMb = 300
const mostP99Ms = 15
/** How much more the last third of the time may hold than the middle one; what a heap does between two collections. */
const mostGrowth = 1.1

/** (l) Many clients' requests for minutes: what the hub holds in memory, and whether that grows. */
export async function benchScimSoak({ minutes }: { readonly minutes: number }): Promise<void> {
  await using measured = await startMeasuredHub()
  const tokens = await makeTokens(measured, tenants)
  await fillUsers(measured, tokens[0] ?? '', users)
  const groupId = await makeGroup(measured, 1)
  const samples: number[] = []
  const sampling = setInterval(() => samples.push(memoryMb(measured.hub.pid).resident), sampleMs)
  const { port } = measured.hub
  const job = { request: 'mixed', tokens, users, groupId, newcomers: { first: 2, count: users - 2 } } as const
  const load = { port, connections, durationMs: minutes * 60_000, limit: Number.MAX_SAFE_INTEGER }
  const result = await loadScim({ ...job, ...load }).finally(() => clearInterval(sampling))
  const third = Math.floor(samples.length / 3)
  const mean = (from: number): number =>
    samples.slice(from, from + third).reduce((sum, value) => sum + value, 0) / third
  const [before, after] = [mean(third), mean(2 * third)]
  const most = samples.reduce((all, one) => Math.max(all, one), 0)
  note(`  ${result.count} requests in ${minutes} minutes`)
  const metric = `mixed requests of ${tenants} clients for ${minutes} minutes`
  report({ bench: 'scim-soak', metric, value: result.perSecond, unit: '1/s' })
  const isQuick = { target: `<= ${mostP99Ms} ms`, ok: result.p99 <= mostP99Ms }
  report({ bench: 'scim-soak', metric: `p99 of ${metric}`, value: result.p99, unit: 'ms', ...isQuick })
  const isSmall = { target: `< ${mostMemoryMb} MB`, ok: most < mostMemoryMb }
  report({ bench: 'scim-soak', metric: 'most that the hub held', value: most, unit: 'MB', ...isSmall })
  report({
    ...{ bench: 'scim-soak', metric: 'memory in the last third', value: after, unit: 'MB' },
    ...{
      ratio: after / before,
      peer: 'the second third',
      target: `ratio <= ${mostGrowth}`,
      ok: after / before <= mostGrowth,
    },
  })
}
