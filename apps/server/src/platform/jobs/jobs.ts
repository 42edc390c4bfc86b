// Background work: single jobs and schedules, on graphile-worker in the schema `jobs`. Fan-out to many subjects has
// tables of its own and does not belong here. A job runs at least once, so its task is safe to run twice; the task
// checks its payload, which is whatever an older version of the program wrote.
import { parseCronItems, runMigrations } from 'graphile-worker'
import type { Database, Queryable } from '../db/database.ts'
import type { Log } from '../log/log.ts'
import { keepRunning, schema, workerLogger, type Task } from './runner.ts'

export interface Schedule {
  readonly task: string
  /** Five fields: minute, hour, day of month, month, day of week; in UTC. */
  readonly cron: string
}

export interface AddOptions {
  readonly runAt?: Date
  /** Of jobs with the same key only the last one is kept, as long as it has not started. */
  readonly key?: string
  /** Adds the job with the transaction: it exists only if that commits. */
  readonly transaction?: Queryable
}

export interface Jobs {
  /** Brings the schema of the jobs up to date and begins to work. */
  start(): Promise<void>
  add(task: string, payload: unknown, options?: AddOptions): Promise<void>
  /** Takes no new jobs, tells the running ones by their signal, and waits for them. */
  stop(): Promise<void>
}

export interface JobsOptions {
  readonly database: Database
  readonly log: Log
  readonly tasks: Readonly<Record<string, Task>>
  readonly schedules?: readonly Schedule[]
  /** Jobs at once. Default 2: the pool has few connections. */
  readonly concurrency?: number
}

const attempts = 10

/** Makes the schema `jobs`, or brings it up to date. */
export async function installJobs({ database, log }: Pick<JobsOptions, 'database' | 'log'>): Promise<void> {
  await runMigrations({ pgPool: database.pool, schema, logger: workerLogger(log) })
}

/** Prepares the work; nothing runs before `start()`. */
export function createJobs(options: JobsOptions): Jobs {
  const { schedules = [] } = options
  const stopping = new AbortController()
  let running: Promise<void> = Promise.resolve()
  return {
    start: async () => {
      await installJobs(options)
      // Looked at here, so that a malformed schedule stops the start.
      const cronItems = parseCronItems(
        schedules.map(({ task, cron }) => ({ task, match: cron, identifier: `${task} ${cron}` })),
      )
      running = keepRunning({ ...options, cronItems, stop: stopping.signal })
    },
    add: (task, payload, { transaction, ...rest } = {}) =>
      add(transaction ?? options.database, task, { payload, ...rest }),
    stop: async () => {
      stopping.abort()
      await running
    },
  }
}

async function add(
  target: Queryable,
  task: string,
  { payload, runAt, key }: { readonly payload: unknown } & Omit<AddOptions, 'transaction'>,
): Promise<void> {
  await target.execute({
    name: 'jobs_add',
    text: `select from ${schema}.add_job($1::text, payload => $2::json, run_at => $3::timestamptz,
      max_attempts => $4::integer, job_key => $5::text)`,
    values: [task, JSON.stringify(payload ?? null), runAt ?? null, attempts, key ?? null],
  })
}
