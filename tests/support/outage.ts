import { connect, createServer, type AddressInfo, type Socket } from 'node:net'
import type pg from 'pg'

/** A way to a database that can be cut and mended, as a network can. */
export interface CuttableWay {
  readonly connection: pg.PoolConfig
  cut(): Promise<void>
  mend(): Promise<void>
}

/** Opens a port that leads to the database. */
export async function openCuttableWay(connection: pg.PoolConfig): Promise<CuttableWay> {
  const { host = '127.0.0.1', port = 5432 } = connection
  const sockets = new Set<Socket>()
  const server = createServer((inward) => {
    const outward = host.startsWith('/') ? connect(`${host}/.s.PGSQL.${port}`) : connect(port, host)
    for (const [from, to] of [
      [inward, outward],
      [outward, inward],
    ] as const) {
      sockets.add(from)
      from.pipe(to)
      from.on('error', () => to.destroy())
      from.on('close', () => {
        sockets.delete(from)
        to.destroy()
      })
    }
  })
  const listen = (at: number): Promise<void> => new Promise((resolve) => server.listen(at, '127.0.0.1', resolve))
  await listen(0)
  const own = (server.address() as AddressInfo).port
  return {
    connection: { ...connection, host: '127.0.0.1', port: own },
    async cut() {
      const closed = new Promise((resolve) => server.close(resolve))
      for (const socket of sockets) socket.destroy()
      await closed
    },
    mend: () => listen(own),
  }
}
