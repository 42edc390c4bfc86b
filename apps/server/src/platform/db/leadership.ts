// One leader among several hub processes, for each key.
//
//   follower  tries to take the advisory lock of the key, on a session of its own, every half second
//   leader    holds the lock and a new epoch; its work runs with a signal that aborts when the session is lost
//
// The lock alone does not stop a leader that was paused while its session ended. So each term of office has an epoch,
// one more than the last, and every write of the leader calls `requireEpoch` in its transaction: a leader of an old
// epoch cannot commit.
import { pause } from '@lockstep/kernel/retry'
import type { Log } from '../log/log.ts'
import type { Database, DatabaseSession, Transaction } from './database.ts'

export interface Lead {
  readonly epoch: number
  /** Aborts when leadership is lost or `stop()` is called; the work then ends soon. */
  readonly signal: AbortSignal
}

export interface Leadership {
  /** Tries to lead, and while leading runs `work`, again and again until `stop()`. */
  run(work: (lead: Lead) => Promise<void>): Promise<void>
  /** Gives the leadership up and resolves when the work has ended. */
  stop(): Promise<void>
}

export interface LeadershipOptions {
  readonly database: Database
  readonly key: string
  readonly log: Log
  /** Who leads, for people: host and process. */
  readonly holder?: string
}

/** The leader's term is over; another process may lead already. */
export class LeadershipLost extends Error {
  override readonly name = 'LeadershipLost'

  constructor(key: string) {
    super(`this process does not lead ${key} any more`)
  }
}

const retryMs = 500
const heartbeatMs = 5_000

/** Makes a candidate for the leadership of one key; nothing happens before `run`. */
export function createLeadership(options: LeadershipOptions): Leadership {
  const stopping = new AbortController()
  let running: Promise<void> = Promise.resolve()
  return {
    run: (work) => {
      running = campaign({ ...options, stop: stopping.signal, work })
      return running
    },
    stop: async () => {
      stopping.abort()
      await running
    },
  }
}

/** Refuses the transaction when the epoch is not the newest; until it ends no other leader can take over. */
export async function requireEpoch(
  transaction: Transaction,
  { key, epoch }: { readonly key: string; readonly epoch: number },
): Promise<void> {
  const rows = await transaction.query({
    name: 'leaderships_require_epoch',
    text: 'select from leaderships where key = $1 and epoch = $2 for share',
    values: [key, epoch],
  })
  if (rows.length === 0) throw new LeadershipLost(key)
}

interface Campaign extends LeadershipOptions {
  readonly stop: AbortSignal
  readonly work: (lead: Lead) => Promise<void>
}

async function campaign(options: Campaign): Promise<void> {
  const { database, key, log, stop } = options
  while (!stop.aborted) {
    let session: DatabaseSession | undefined
    try {
      session = await database.session()
      if (await tryLock(session, key)) await lead(session, options)
    } catch (error) {
      log.warn({ err: error, key }, 'leadership was not taken or its work failed; trying again')
    } finally {
      await session?.close()
    }
    await pause(retryMs, stop)
  }
}

async function tryLock(session: DatabaseSession, key: string): Promise<boolean> {
  const rows = await session.query<{ taken: boolean }>({
    text: 'select pg_try_advisory_lock(hashtextextended($1, 0)) as taken',
    values: [`leadership ${key}`],
  })
  return rows[0]?.taken === true
}

async function lead(session: DatabaseSession, { key, log, stop, work, holder }: Campaign): Promise<void> {
  const lost = new AbortController()
  session.onLost(() => lost.abort())
  const rows = await session.query<{ epoch: number }>({
    text: `insert into leaderships as old (key, epoch, holder, since) values ($1, 1, $2, now())
      on conflict (key) do update set epoch = old.epoch + 1, holder = excluded.holder, since = excluded.since
      returning epoch`,
    values: [key, holder ?? `process ${process.pid}`],
  })
  const epoch = rows[0]?.epoch ?? 0
  log.info({ key, epoch }, 'leading')
  // A session whose network died in silence is noticed by its missing answers.
  const heartbeat = setInterval(() => void beat(session, lost), heartbeatMs)
  try {
    await work({ epoch, signal: AbortSignal.any([lost.signal, stop]) })
  } finally {
    clearInterval(heartbeat)
    log.info({ key, epoch }, 'not leading any more')
  }
}

async function beat(session: DatabaseSession, lost: AbortController): Promise<void> {
  const answered = new AbortController()
  const late = pause(heartbeatMs, answered.signal).then(() => {
    if (!answered.signal.aborted) lost.abort()
  })
  try {
    await session.query({ text: 'select 1' })
    answered.abort()
  } catch {
    // Whatever keeps the session from answering, it is not ours to lead with any more.
    lost.abort()
    answered.abort()
  }
  await late
}
