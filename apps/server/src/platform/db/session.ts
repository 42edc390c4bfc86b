import pg from 'pg'
import type { Log } from '../log/log.ts'
import { toDatabaseError } from './database-error.ts'

/** A connection outside the pool, and what can happen to it. */
export interface SessionConnection {
  readonly client: pg.Client
  onLost(listener: () => void): void
  close(): Promise<void>
}

interface SessionOptions {
  readonly config: pg.ClientConfig
  readonly log: Log
  /** Where the connection is listed while it is open, so that closing the database ends it too. */
  readonly open: Set<SessionConnection>
}

/** Connects outside the pool. Rejects with `DatabaseUnavailable` when the server cannot be reached. */
export async function connectSession({ config, log, open }: SessionOptions): Promise<SessionConnection> {
  const client = new pg.Client(config)
  const lostListeners: (() => void)[] = []
  let state: 'open' | 'lost' | 'closed' = 'open'
  const lose = (): void => {
    if (state !== 'open') return
    state = 'lost'
    open.delete(session)
    for (const listener of lostListeners) listener()
  }
  client.on('error', (error) => {
    if (state === 'open') log.warn({ err: error }, 'a database session was lost')
    lose()
  })
  client.on('end', lose)
  const session: SessionConnection = {
    client,
    onLost: (listener) => {
      if (state === 'lost') listener()
      else lostListeners.push(listener)
    },
    close: async () => {
      if (state === 'closed') return
      state = 'closed'
      open.delete(session)
      // The server may be gone already; a session that cannot say goodbye is closed all the same.
      await client
        .end()
        .catch((error: unknown) => log.debug({ err: error }, 'a database session ended without goodbye'))
    },
  }
  try {
    await client.connect()
  } catch (error) {
    state = 'closed'
    throw toDatabaseError(error)
  }
  open.add(session)
  return session
}
