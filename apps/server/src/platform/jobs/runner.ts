import { EventEmitter } from 'node:events'
import { Logger, run, type ParsedCronItem, type RunnerOptions, type WorkerEvents } from 'graphile-worker'
import { backoffMs, pause } from '@lockstep/kernel/retry'
import type { Database } from '../db/database.ts'
import type { Log } from '../log/log.ts'

/** The signal aborts when the hub stops; a task that does not end then is started again later. */
export type Task = (payload: unknown, context: { readonly signal: AbortSignal }) => Promise<void>

export const schema = 'jobs'

const defaultConcurrency = 2
const pollMs = 1_000
/** So many fetches in a row must fail before the runner is replaced. */
const failedFetchesLimit = 4

interface RunnerSettings {
  readonly database: Database
  readonly log: Log
  readonly tasks: Readonly<Record<string, Task>>
  readonly cronItems: readonly ParsedCronItem[]
  readonly concurrency?: number
  readonly stop: AbortSignal
}

/**
 * Runs jobs until `stop` aborts, and resolves when the last one has ended. A runner gives up when the database stays
 * away, and one that loses its connections in its first moments keeps failing for ever (graphile-worker 0.18 remembers
 * that failure); either is replaced by a new one.
 */
export async function keepRunning(settings: RunnerSettings): Promise<void> {
  const { log, stop } = settings
  for (let attempt = 0; !stop.aborted; attempt += 1) {
    try {
      await runUntilUseless(settings, () => {
        attempt = 0
      })
    } catch (error) {
      log.warn({ err: error }, 'the job runner ended')
    }
    await pause(backoffMs(attempt, { baseMs: 100, limitMs: 5_000 }), stop)
  }
}

async function runUntilUseless(settings: RunnerSettings, works: () => void): Promise<void> {
  const { log, stop } = settings
  const events = new EventEmitter() as WorkerEvents
  // New options each time: the library keeps what it learned, also a failure, beside the options object.
  const runner = await run(runnerOptions(settings, events))
  let failedFetches = 0
  let ended: Promise<void> | undefined
  const end = (): void => {
    ended ??= runner.stop().catch(() => log.debug('the job runner had ended already'))
  }
  const fetched = (): void => {
    failedFetches = 0
    works()
  }
  events.on('worker:getJob:empty', fetched)
  events.on('job:start', fetched)
  events.on('worker:getJob:error', () => {
    failedFetches += 1
    if (failedFetches === failedFetchesLimit) end()
  })
  stop.addEventListener('abort', end, { once: true })
  if (stop.aborted) end()
  try {
    await runner.promise
  } finally {
    stop.removeEventListener('abort', end)
    await ended
  }
}

function runnerOptions(settings: RunnerSettings, events: WorkerEvents): RunnerOptions {
  const { database, log, tasks, cronItems, concurrency, stop } = settings
  const taskList = Object.entries(tasks).map(([name, task]) => [
    name,
    (payload: unknown, { abortSignal }: { abortSignal: AbortSignal }) =>
      task(payload, { signal: AbortSignal.any([abortSignal, stop]) }),
  ])
  return {
    pgPool: database.pool,
    schema,
    concurrency: concurrency ?? defaultConcurrency,
    pollInterval: pollMs,
    noHandleSignals: true,
    logger: workerLogger(log),
    taskList: Object.fromEntries(taskList) as NonNullable<RunnerOptions['taskList']>,
    parsedCronItems: [...cronItems],
    events,
  }
}

/** The worker's messages name tasks and errors; its metadata carries whole jobs with their payloads and stays out. */
export function workerLogger(log: Log): Logger {
  return new Logger((scope) => (level, message) => {
    const fields = { task: scope.taskIdentifier, job: scope.jobId }
    if (level === 'error') log.error(fields, message)
    else if (level === 'warning') log.warn(fields, message)
    else log.debug(fields, message)
  })
}
