// The way to PostgreSQL: a small pool for statements and transactions, and sessions (connections of their own) for what
// must outlive one statement: LISTEN and advisory locks. A connection that is lost fails the statement that was running
// with `DatabaseUnavailable`; the pool opens a new one for the next statement, so nothing above needs to reconnect.
import pg from 'pg'
import { assert } from '@lockstep/kernel/assert'
import { backoffMs, pause } from '@lockstep/kernel/retry'
import type { Log } from '../log/log.ts'
import { isRetryable, toDatabaseError } from './database-error.ts'
import { connectSession, type SessionConnection } from './session.ts'
import { typeParsers } from './type-parsers.ts'

export interface Query {
  /** Named statements are planned once for each connection; one name always has one text. */
  readonly name?: string
  readonly text: string
  readonly values?: readonly unknown[]
}

export interface Queryable {
  query<Row>(query: Query): Promise<readonly Row[]>
  /** Answers how many rows were affected. */
  execute(query: Query): Promise<number>
}

export interface Transaction extends Queryable {
  /** Runs `work` once the transaction is durable; never when it rolled back. */
  afterCommit(work: () => void): void
}

export interface TransactionOptions {
  /** Default: read committed. */
  readonly isolation?: 'read committed' | 'repeatable read' | 'serializable'
  /** How often the work is tried when PostgreSQL reports a serialization failure or a deadlock. Default: 5. */
  readonly attempts?: number
}

export interface DatabaseSession extends Queryable {
  onNotification(listener: (channel: string, payload: string) => void): void
  /** Called once when the connection ended without `close()`, also when that happened before the call. */
  onLost(listener: () => void): void
  close(): Promise<void>
}

/** Statements run outside a transaction are tried again like one when they lose against others. */
export interface Database extends Queryable {
  /**
   * Runs `work` in one transaction. Serialization failures and deadlocks run it again from the start, so `work` may
   * have no effect outside the transaction; such effects belong into `afterCommit`.
   */
  transaction<T>(work: (transaction: Transaction) => Promise<T>, options?: TransactionOptions): Promise<T>
  /** A connection of its own (LISTEN, advisory locks); give it back with `close()`. */
  session(): Promise<DatabaseSession>
  /** For graphile-worker only. */
  readonly pool: pg.Pool
  close(): Promise<void>
}

export interface DatabaseOptions {
  readonly connection: pg.PoolConfig
  readonly log: Log
  /** Connections in the pool. Default 8: more of them make two cores slower. */
  readonly poolSize?: number
}

const defaultPoolSize = 8
const defaultAttempts = 5
const connectTimeoutMs = 10_000
const keepAliveDelayMs = 10_000
/** A transaction left open holds back the change feed of every reader. */
const idleInTransactionTimeoutMs = 60_000

/** Opens the pool; connections are made when first needed, so this never fails because the database is down. */
export function createDatabase({ connection, log, poolSize = defaultPoolSize }: DatabaseOptions): Database {
  const config: pg.PoolConfig = {
    application_name: 'lockstep',
    connectionTimeoutMillis: connectTimeoutMs,
    keepAlive: true,
    keepAliveInitialDelayMillis: keepAliveDelayMs,
    idle_in_transaction_session_timeout: idleInTransactionTimeoutMs,
    ...connection,
    types: typeParsers,
  }
  const pool = new pg.Pool({ ...config, max: poolSize })
  pool.on('error', (error) => log.warn({ err: error }, 'an idle database connection was lost'))
  // Without a listener, a connection lost between two statements of a transaction would end the process.
  pool.on(
    'connect',
    (client) => void client.on('error', (error) => log.debug({ err: error }, 'a database connection was lost')),
  )
  const sessions = new Set<SessionConnection>()
  let closed: Promise<void> | undefined
  return {
    ...statementsOn(pool, log),
    pool,
    transaction: (work, options = {}) => runTransaction(work, { pool, log, ...options }),
    session: async () => {
      const { client, onLost, close } = await connectSession({ config, log, open: sessions })
      return {
        ...queryableOn(inTurn(client)),
        onNotification: (listener) =>
          void client.on('notification', ({ channel, payload }) => listener(channel, payload ?? '')),
        onLost,
        close,
      }
    },
    close: () => {
      closed ??= Promise.all([...sessions].map((session) => session.close())).then(() => pool.end())
      return closed
    },
  }
}

interface Target {
  query(config: pg.QueryConfig): Promise<pg.QueryResult>
}

/** One statement after the other: a session is used from many places, and its connection runs one at a time. */
function inTurn(target: Target): Target {
  let last: Promise<unknown> = Promise.resolve()
  return {
    query: (config) => {
      const next = last.then(() => target.query(config))
      last = next.catch(() => undefined)
      return next
    },
  }
}

/** Statements on anything of `pg` that runs them, with errors in our types. */
function queryableOn(target: Target): Queryable {
  const run = async (query: Query): Promise<pg.QueryResult> => {
    try {
      return await target.query(query as pg.QueryConfig)
    } catch (error) {
      throw toDatabaseError(error)
    }
  }
  return {
    query: async <Row>(query: Query) => (await run(query)).rows as readonly Row[],
    execute: async (query) => (await run(query)).rowCount ?? 0,
  }
}

interface TransactionRun extends TransactionOptions {
  readonly pool: pg.Pool
  readonly log: Log
}

function runTransaction<T>(work: (transaction: Transaction) => Promise<T>, run: TransactionRun): Promise<T> {
  return untilDone(() => tryTransaction(work, run), run)
}

/** A statement outside a transaction is one by itself: what loses against another one left nothing behind, and runs again. */
function statementsOn(pool: pg.Pool, log: Log): Queryable {
  const { query, execute } = queryableOn(pool)
  return {
    query: <Row>(statement: Query) => untilDone(() => query<Row>(statement), { log }),
    execute: (statement) => untilDone(() => execute(statement), { log }),
  }
}

async function untilDone<T>(
  work: () => Promise<T>,
  { attempts = defaultAttempts, log }: Pick<TransactionRun, 'attempts' | 'log'>,
): Promise<T> {
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await work()
    } catch (error) {
      if (attempt >= attempts || !isRetryable(error)) throw error
      log.debug({ attempt, code: error.sqlState }, 'a transaction lost against another one and runs again')
      await pause(backoffMs(attempt, { baseMs: 2, limitMs: 200 }))
    }
  }
}

async function tryTransaction<T>(work: (transaction: Transaction) => Promise<T>, run: TransactionRun): Promise<T> {
  const client = await run.pool.connect().catch((error: unknown) => {
    throw toDatabaseError(error)
  })
  const committed: (() => void)[] = []
  const connection = queryableOn(client)
  let broken: Error | undefined
  let answer: T
  try {
    await connection.execute({ text: `begin isolation level ${run.isolation ?? 'read committed'}` })
    answer = await work({ ...connection, afterCommit: (effect) => void committed.push(effect) })
    await commit(client)
  } catch (error) {
    await connection.execute({ text: 'rollback' }).catch((rollbackError: Error) => {
      broken = rollbackError
    })
    throw error
  } finally {
    client.release(broken)
  }
  runEffects(committed, run.log)
  return answer
}

/** PostgreSQL answers the commit of a transaction in which a statement failed with a rollback, and without an error. */
async function commit(client: pg.PoolClient): Promise<void> {
  const result = await client.query('commit').catch((error: unknown) => {
    throw toDatabaseError(error)
  })
  assert(result.command === 'COMMIT', 'a transaction whose statement failed is not committed; let the error through')
}

/** The transaction is durable: an effect that throws must not make its caller believe otherwise. */
function runEffects(effects: readonly (() => void)[], log: Log): void {
  for (const effect of effects) {
    try {
      effect()
    } catch (error) {
      log.error({ err: error }, 'an effect after a commit failed')
    }
  }
}
