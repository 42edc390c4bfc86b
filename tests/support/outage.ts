import type pg from 'pg'
import { openFaultyWay } from './faulty-way.ts'

/** A way to a database that can be cut and mended, as a network can. */
export interface CuttableWay {
  readonly connection: pg.PoolConfig
  cut(): Promise<void>
  mend(): Promise<void>
}

/** Opens a port that leads to the database. */
export async function openCuttableWay(connection: pg.PoolConfig): Promise<CuttableWay> {
  const { host = '127.0.0.1', port = 5432 } = connection
  const way = await openFaultyWay(host.startsWith('/') ? { path: `${host}/.s.PGSQL.${port}` } : { host, port })
  return { connection: { ...connection, host: '127.0.0.1', port: way.port }, cut: way.close, mend: way.open }
}
