import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import pg from 'pg'
import { startEmbeddedPostgres } from '../apps/server/src/platform/db/embedded.ts'
import { silentLog } from '../apps/server/src/platform/log/log.ts'
import { type Hub, startHub } from '../tests/hub.ts'

/** A hub beside a database that others may use as well. */
export interface MeasuredHub extends AsyncDisposable {
  readonly hub: Hub
  readonly connection: pg.PoolConfig
  query<Row extends pg.QueryResultRow>(text: string): Promise<readonly Row[]>
}

/** Room for the bare inserts' connections beside the hub's; everything else is as the hub sets it up for itself. */
const settings = { max_connections: '140' }

/** Starts the hub's own PostgreSQL, durable as always, and a hub on it. */
export async function startMeasuredHub(): Promise<MeasuredHub> {
  const folder = await mkdtemp(join(tmpdir(), 'lockstep-bench-'))
  const postgres = await startEmbeddedPostgres({ dataFolder: folder, log: silentLog, settings })
  const { host, user, database } = postgres.connection
  const hub = await startHub({
    env: { DATABASE_URL: `postgresql://${user}@localhost/${database}?host=${encodeURIComponent(host ?? '')}` },
  })
  const pool = new pg.Pool({ ...postgres.connection, max: 1 })
  return {
    hub,
    connection: postgres.connection,
    query: async <Row extends pg.QueryResultRow>(text: string) => (await pool.query<Row>(text)).rows,
    async [Symbol.asyncDispose]() {
      await pool.end()
      await hub.stop()
      await postgres.remove()
      await rm(folder, { recursive: true, force: true })
    },
  }
}
