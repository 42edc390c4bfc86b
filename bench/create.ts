import { median } from './load-result.ts'
import { startMeasuredHub, type MeasuredHub } from './measured-hub.ts'
import { note, report } from './report.ts'
import { loadHttp, loadInserts } from './run-load.ts'

interface Level {
  readonly connections: number
  readonly leastRatio: number
  readonly mostP99Ms?: number
}

const levels: readonly Level[] = [
  { connections: 16, leastRatio: 0.5, mostP99Ms: 15 },
  { connections: 64, leastRatio: 0.8 },
]
const peers = [
  ['kept', 'single inserts of the same rows into the same tables'],
  ['bare', 'single inserts of the same JSON into a table with a key'],
] as const
const rounds = 5
const durationMs = 3000
const limit = 60_000

/** (a) Durable creates through HTTP against durable inserts without the hub, bare ones and of the same rows, in turns. */
export async function benchCreate(): Promise<void> {
  await using measured = await startMeasuredHub()
  await measured.query('create table bench_rows (id text primary key, body jsonb not null)')
  await measureOnce(measured, 16) // warms both sides up
  for (const level of levels) await measureLevel(measured, level)
}

async function measureOnce({ hub, connection }: MeasuredHub, connections: number) {
  const common = { connections, durationMs, limit }
  const created = await loadHttp({ ...common, port: hub.port, apiKey: hub.apiKey, request: 'create' })
  const kept = await loadInserts({ ...common, connection, rows: 'kept' })
  const bare = await loadInserts({ ...common, connection, rows: 'bare' })
  note(
    `create ${connections}: ${created.perSecond.toFixed(0)}/s, p99 ${created.p99.toFixed(1)} ms; the same rows ${kept.perSecond.toFixed(0)}/s; bare rows ${bare.perSecond.toFixed(0)}/s`,
  )
  return { created, kept, bare }
}

async function measureLevel(measured: MeasuredHub, level: Level): Promise<void> {
  const { connections, leastRatio, mostP99Ms } = level
  const taken: Awaited<ReturnType<typeof measureOnce>>[] = []
  for (let round = 0; round < rounds; round += 1) taken.push(await measureOnce(measured, connections))
  const value = median(taken.map(({ created }) => created.perSecond))
  for (const [rows, peer] of peers) {
    const ratio = median(taken.map((round) => round.created.perSecond / round[rows].perSecond))
    const perSecond = median(taken.map((round) => round[rows].perSecond))
    report({
      bench: 'create',
      metric: `durable creates, ${connections} connections`,
      value,
      unit: '1/s',
      ratio,
      peer: `${peer}, ${perSecond.toFixed(0)}/s`,
      ...(rows === 'kept' ? { target: `ratio >= ${leastRatio}`, ok: ratio >= leastRatio } : {}),
    })
  }
  const p99 = median(taken.map((round) => round.created.p99))
  report({
    bench: 'create',
    metric: `p99 of durable creates, ${connections} connections`,
    value: p99,
    unit: 'ms',
    ...(mostP99Ms === undefined ? {} : { target: `<= ${mostP99Ms} ms`, ok: p99 <= mostP99Ms }),
  })
}
