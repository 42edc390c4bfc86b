// What the database does by itself, as a process of its own: single-row inserts of the same users' JSON into a bare table by the driver
// that the hub uses, through as many connections as there are HTTP clients. Takes a job as JSON, prints the result as JSON.
import { randomBytes } from 'node:crypto'
import pg from 'pg'
import { type LoadResult, summarize } from './load-result.ts'
import { userBody } from './load-subjects.ts'

/** Where to insert, through how many connections, for how long. */
export interface InsertJob {
  readonly connection: pg.PoolConfig
  readonly connections: number
  readonly durationMs: number
  readonly limit: number
}

async function run(job: InsertJob): Promise<LoadResult> {
  const pool = new pg.Pool({ ...job.connection, max: job.connections })
  const clients = await Promise.all(Array.from({ length: job.connections }, () => pool.connect()))
  const name = randomBytes(4).toString('hex')
  const times: number[] = []
  let sent = 0
  const began = performance.now()
  const insertMany = async (client: pg.PoolClient): Promise<void> => {
    while (sent < job.limit && performance.now() - began < job.durationMs) {
      sent += 1
      const key = `${name}-${sent}`
      const start = performance.now()
      await client.query({
        name: 'insert',
        text: 'insert into bench_rows (id, body) values ($1, $2)',
        values: [key, userBody(key)],
      })
      times.push(performance.now() - start)
    }
  }
  await Promise.all(clients.map(insertMany))
  const seconds = (performance.now() - began) / 1000
  for (const client of clients) client.release()
  await pool.end()
  return summarize(times, { seconds, failures: 0 })
}

console.log(JSON.stringify(await run(JSON.parse(process.argv[2] ?? '') as InsertJob)))
