import { performance } from 'node:perf_hooks'
import { createDatabase } from '../apps/server/src/platform/db/database.ts'
import { silentLog } from '../apps/server/src/platform/log/log.ts'
import { idOfPerson, insertManyUsers } from '../tests/support/many-users.ts'
import { startMeasuredHub } from './measured-hub.ts'
import { note, report } from './report.ts'

const users = 1_000_000
const rounds = 60
const perFilter = 10
const perSubstring = 20

interface Question {
  readonly metric: string
  /** The address of the request; the number is another one each round, so that no answer can be remembered. */
  readonly path: (number: number) => string
  readonly targetMs?: number
}

const filter = (term: (number: number) => string): Question['path'] => {
  return (number) => `/api/systemusers?limit=100&filter=${encodeURIComponent(term(number))}`
}
const sort = (field: string): Question => ({
  metric: `first page by ${field}`,
  path: () => `/api/systemusers?limit=100&sort=${field}`,
})

const questions: readonly Question[] = [
  { metric: 'read by id', path: (n) => `/api/systemusers/${idOfPerson(n)}`, targetMs: perFilter },
  { metric: 'first page', path: () => '/api/systemusers?limit=100', targetMs: perFilter },
  ...[
    ['_id', (n: number) => `_id:$eq:${idOfPerson(n)}`],
    ['username', (n: number) => `username:$eq:person-${n}`],
    ['email', (n: number) => `email:$eq:person-${n}@example.com`],
    ['employeeIdentifier', (n: number) => `employeeIdentifier:$eq:E${n}`],
    ['manager', (n: number) => `manager:$eq:${idOfPerson(1 + Math.floor(n / 300))}`],
    ['costCenter, of nobody', (n: number) => `costCenter:$eq:X${n}`],
    ['username sw', (n: number) => `username:$sw:person-${100_000 + (n % 900_000)}`],
  ].map(([name, term]) => ({
    metric: `filter by ${String(name)}`,
    path: filter(term as (n: number) => string),
    targetMs: perFilter,
  })),
  {
    metric: 'substring of a name',
    path: (n) => `/api/systemusers?limit=100&search=${100_000 + (n % 900_000)}`,
    targetMs: perSubstring,
  },
  {
    metric: 'substring by co',
    path: filter((n) => `displayname:$co:umber ${100_000 + (n % 900_000)}`),
    targetMs: perSubstring,
  },
  // Of these a thousand users and more are found and counted; what is asked twice is answered from memory, as it is for a portal.
  { metric: 'filter by costCenter, of a thousand', path: filter((n) => `costCenter:$eq:CC${n % 1000}`) },
  { metric: 'filter by state, of 200', path: filter(() => 'state:$eq:SUSPENDED') },
  { metric: 'filter by department, of one in six', path: filter(() => 'department:$eq:Sales') },
  ...['username', '-username', 'email', 'created', '-created'].map((field) => ({
    ...sort(field),
    targetMs: perFilter,
  })),
  { metric: 'last page', path: () => `/api/systemusers?limit=100&skip=${users - 100}`, targetMs: perFilter },
  { metric: 'page 9,900', path: () => '/api/systemusers?limit=100&skip=990000', targetMs: perFilter },
  { metric: 'any page', path: (n) => `/api/systemusers?limit=100&skip=${n}` },
]

/** Fields without an index: the whole table is read and sorted. */
const slowQuestions: readonly Question[] = ['displayname', 'department'].map(sort)

/** (f) A million users: every list that an index answers, the first page and the last. */
export async function benchScale(): Promise<void> {
  await using measured = await startMeasuredHub()
  const database = createDatabase({ connection: measured.connection, log: silentLog, poolSize: 1 })
  const began = performance.now()
  await insertManyUsers(database, users)
  await database.close()
  const seconds = (performance.now() - began) / 1000
  report({ bench: 'scale', metric: `load of ${users} users`, value: users / seconds, unit: '1/s' })
  const ask = async (path: string): Promise<void> => {
    const reply = await fetch(`http://127.0.0.1:${measured.hub.port}${path}`, {
      headers: { 'x-api-key': measured.hub.apiKey },
    })
    const text = await reply.text()
    if (reply.status !== 200) throw new Error(`${path}: ${reply.status} ${text.slice(0, 200)}`)
  }
  for (const question of questions) tell(question, await times(question, ask, rounds))
  for (const question of slowQuestions) tell(question, await times(question, ask, 3))
}

async function times(
  { metric, path }: Question,
  ask: (path: string) => Promise<void>,
  count: number,
): Promise<readonly number[]> {
  note(`  ${metric}`)
  const taken: number[] = []
  let number = 1
  // One round before, uncounted: what is measured is how lists behave, not how a cold disk does.
  for (let round = 0; round <= count; round += 1) {
    number = (number + 104_729) % users
    const start = performance.now()
    await ask(path(number + 1))
    if (round > 0) taken.push(performance.now() - start)
  }
  return taken.toSorted((a, b) => a - b)
}

function tell({ metric, targetMs }: Question, taken: readonly number[]): void {
  const at = (part: number): number => taken[Math.min(taken.length - 1, Math.floor(taken.length * part))] ?? 0
  report({ bench: 'scale', metric: `p50 of ${metric}`, value: at(0.5), unit: 'ms' })
  const target = targetMs === undefined ? {} : { target: `at most ${targetMs} ms`, ok: at(0.99) <= targetMs }
  report({ bench: 'scale', metric: `p99 of ${metric}`, value: at(0.99), unit: 'ms', ...target })
}
