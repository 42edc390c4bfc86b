import { median, type LoadResult } from './load-result.ts'
import { memoryMb } from './process-memory.ts'
import { startMeasuredHub } from './measured-hub.ts'
import { report } from './report.ts'
import { loadHttp } from './run-load.ts'

const users = 10_000
const rounds = 3
const connections = 16
const durationMs = 3000
const limit = 100_000

/** (b) Pages of 100 anywhere in 10,000 users, and reads by id; and what 10,000 users written one by one leave in memory (e). */
export async function benchList(): Promise<void> {
  await using measured = await startMeasuredHub()
  const { hub } = measured
  const common = { port: hub.port, apiKey: hub.apiKey, connections, durationMs, limit }
  await loadHttp({ ...common, request: 'create', durationMs: 120_000, limit: users })
  const filled = memoryMb(hub.pid)
  await measured.query('vacuum analyze users')
  const ids = (await measured.query<{ id: string }>('select id from users')).slice(0, 2000).map((row) => row.id)
  const lists: LoadResult[] = []
  const readings: LoadResult[] = []
  for (let round = 0; round < rounds; round += 1) {
    lists.push(await loadHttp({ ...common, request: 'list', total: users }))
    readings.push(await loadHttp({ ...common, request: 'read', ids }))
  }
  tell('pages of 100', lists)
  tell('reads by id', readings)
  report({
    bench: 'memory',
    metric: `hub after ${users} creates at ${connections} connections`,
    value: filled.resident,
    unit: 'MB',
  })
  report({ bench: 'memory', metric: 'hub after the reading', value: memoryMb(hub.pid).resident, unit: 'MB' })
}

function tell(what: string, results: readonly LoadResult[]): void {
  const metric = `${what}, ${connections} connections`
  report({ bench: 'list', metric, value: median(results.map((result) => result.perSecond)), unit: '1/s' })
  report({ bench: 'list', metric: `p99 of ${metric}`, value: median(results.map((result) => result.p99)), unit: 'ms' })
}
