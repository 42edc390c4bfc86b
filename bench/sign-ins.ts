import { availableParallelism } from 'node:os'
import { createPasswordHasher, type PasswordHasher } from '../apps/server/src/platform/crypto/password-hash.ts'
import { type LoadResult, median, quantile } from './load-result.ts'
import { startMeasuredHub } from './measured-hub.ts'
import { note, report } from './report.ts'
import { loadHttp } from './run-load.ts'

const bench = 'sign-ins'
const people = 100
const atOnce = 16
const turns = 5
const turnMs = 4000
const limit = 100_000
const password = 'Bench-password-1'
const leastRatio = 0.8
/** As many at one time as the hub allows itself, so that the rest of the machine is left for everything else. */
const lanes = Math.max(1, availableParallelism() - 1)

/**
 * Sign-ins of users per second, beside verifications of the same hash without a hub, as many at one time as the hub does; and how soon the
 * hub answers reads meanwhile, beside when nobody signs in.
 */
export async function benchSignIns(): Promise<void> {
  await using measured = await startMeasuredHub()
  const { hub } = measured
  const common = { port: hub.port, apiKey: hub.apiKey, durationMs: turnMs, limit }
  await loadHttp({ ...common, request: 'create', connections: 16, durationMs: 60_000, limit: people })
  const rows = await measured.query<{ id: string; username: string }>(`select id, username from users limit ${people}`)
  const hasher = createPasswordHasher({ concurrency: lanes })
  const hashed = await hasher.hashPassword(password)
  for (const { id } of rows) await setPassword(hub, id)
  await measured.query('vacuum analyze')
  const reads = { ...common, request: 'read', connections: 1, ids: rows.map(({ id }) => id) } as const
  const signIns = { ...common, request: 'sign-in', connections: atOnce, password } as const
  const names = rows.map(({ username }) => username)
  const raw: number[] = []
  const signedIn: LoadResult[] = []
  const alone: LoadResult[] = []
  const meanwhile: LoadResult[] = []
  for (let turn = 0; turn < turns; turn += 1) {
    note(`turn ${turn + 1} of ${turns}`)
    raw.push(await verifications(hasher, hashed))
    signedIn.push(await loadHttp({ ...signIns, names }))
    alone.push(await loadHttp(reads))
    const [, read] = await Promise.all([loadHttp({ ...signIns, names }), loadHttp(reads)])
    meanwhile.push(read)
  }
  tell({ raw, signedIn, alone, meanwhile })
}

async function setPassword({ url, apiKey }: { readonly url: string; readonly apiKey: string }, id: string) {
  const headers = { 'x-api-key': apiKey, 'content-type': 'application/json' }
  const body = JSON.stringify({ password })
  const answer = await fetch(`${url}/api/systemusers/${id}`, { method: 'PUT', headers, body })
  if (!answer.ok) throw new Error(`a password was refused with ${answer.status}`)
}

/** Of one turn, per second. */
async function verifications(hasher: PasswordHasher, hashed: string): Promise<number> {
  const began = performance.now()
  let count = 0
  const lane = async (): Promise<void> => {
    while (performance.now() - began < turnMs) {
      await hasher.verifyPassword(hashed, password)
      count += 1
    }
  }
  await Promise.all(Array.from({ length: lanes }, lane))
  return (count * 1000) / (performance.now() - began)
}

interface Turns {
  readonly raw: readonly number[]
  readonly signedIn: readonly LoadResult[]
  readonly alone: readonly LoadResult[]
  readonly meanwhile: readonly LoadResult[]
}

function tell({ raw, signedIn, alone, meanwhile }: Turns): void {
  const ratio = median(signedIn.map(({ perSecond }, turn) => perSecond / (raw[turn] ?? Number.NaN)))
  report({ bench, metric: `argon2id verifications, ${lanes} at once`, value: median(raw), unit: '/s' })
  report({
    ...{
      bench,
      metric: `sign-ins, ${atOnce} at once`,
      value: median(signedIn.map((each) => each.perSecond)),
      unit: '/s',
    },
    ...{ ratio, peer: 'verifications', target: `at least ${leastRatio}`, ok: ratio >= leastRatio },
  })
  const middle = (results: readonly LoadResult[], share: 'p50' | 'p95'): number =>
    quantile(
      results.map((each) => each[share]).toSorted((a, b) => a - b),
      0.5,
    )
  for (const share of ['p50', 'p95'] as const) {
    const quiet = middle(alone, share)
    const busy = middle(meanwhile, share)
    report({ bench, metric: `${share} of a read by id, nobody signs in`, value: quiet, unit: 'ms' })
    const metric = `${share} of a read by id while people sign in`
    report({ bench, metric, value: busy, unit: 'ms', ratio: busy / quiet, peer: 'nobody signs in' })
  }
}
