import { assert } from '@lockstep/kernel/assert'
import type { Clock } from '@lockstep/kernel/clock'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createVault, type Vault } from '../../../platform/crypto/vault.ts'
import { createPasswordHasher } from '../../../platform/crypto/password-hash.ts'
import type { Database } from '../../../platform/db/database.ts'
import { silentLog } from '../../../platform/log/log.ts'
import type { ChangeOrigin } from '../../journal/journal.rules.ts'
import { createJournalService } from '../../journal/journal.service.ts'
import { type AccessService, createAccessService } from '../access.service.ts'

/** A clock that moves only when told to. */
export interface SteppedClock extends Clock {
  readonly advance: (ms: number) => void
}

export interface AccessFixture {
  readonly access: AccessService
  /** The same hub's other process; what one announces, the other hears. */
  readonly otherProcess: AccessService
  readonly clock: SteppedClock
  /** What the organization demands of every administrator; call `access.accessChanged` after changing it. */
  readonly demands: { secondFactor: boolean }
  /** Actions and subjects of the journal, oldest first. */
  journal(): Promise<readonly JournalLine[]>
  /** Who a key lets in, as the origin of a change. */
  originOf(apiKey: string): Promise<ChangeOrigin>
  /** Runs the calls so that each has done what it does before its first lock by the time the first of them gets it. */
  race(lock: string, calls: readonly (() => Promise<unknown>)[]): Promise<readonly PromiseSettledResult<unknown>[]>
}

export interface JournalLine {
  readonly action: string
  readonly actorId: string
  readonly subjectId: string
  readonly text: string
}

export const owner = { email: 'Ada@example.com', password: 'correct horse battery', apiKey: 'a'.repeat(40) } as const
export const browser = { ip: '192.0.2.1', requestId: 'request-1' } as const

type Listener = (reason: 'announced' | 'poll') => void

export function accessFixture(database: Database): AccessFixture {
  let nowMs = Date.UTC(2026, 0, 5, 9)
  const clock: SteppedClock = { now: () => new Date(nowMs), advance: (ms) => void (nowMs += ms) }
  const processes = new Set<Listener>()
  const demands = { secondFactor: false }
  const hasher = createPasswordHasher()
  const startProcess = (): AccessService => {
    let own: Listener = () => undefined
    return createAccessService({
      database,
      clock,
      log: silentLog,
      hasher,
      journal: createJournalService({ database, clock }),
      vault: lazyVault(database),
      requiresSecondFactor: async () => demands.secondFactor,
      announce: () =>
        [...processes].filter((listener) => listener !== own).forEach((listener) => listener('announced')),
      subscribe: (_channel, listener) => {
        own = listener
        processes.add(listener)
        return () => void processes.delete(listener)
      },
    })
  }
  const access = startProcess()
  return {
    access,
    otherProcess: startProcess(),
    clock,
    demands,
    originOf: async (apiKey) => {
      const known = await access.authentication.byApiKey(apiKey)
      assert(known, 'the key lets somebody in')
      return { actor: known.actor, cause: { kind: 'request' } }
    },
    journal: () =>
      database.query<JournalLine>({
        text: `select action, actor_id as "actorId", subject_id as "subjectId", details::text as text from journal order by seq`,
      }),
    race: async (lock, calls) => {
      const running = await database.transaction(async (transaction) => {
        await transaction.query({ text: lock })
        const started = calls.map((call) => call())
        await waitForWaiters(database, calls.length)
        return { outcomes: Promise.allSettled(started) }
      })
      return running.outcomes
    },
  }
}

/** One vault a database, opened when it is first needed: most tests need none, and a database knows one master key. */
const vaults = new WeakMap<Database, Promise<Vault>>()

function lazyVault(database: Database): Pick<Vault, 'seal' | 'open'> {
  const open = (): Promise<Vault> => {
    const opened = vaults.get(database) ?? openVault(database)
    vaults.set(database, opened)
    return opened
  }
  return {
    seal: async (purpose, plaintext) => (await open()).seal(purpose, plaintext),
    open: async (purpose, sealed) => (await open()).open(purpose, sealed),
  }
}

function openVault(database: Database): Promise<Vault> {
  const folder = mkdtempSync(join(tmpdir(), 'lockstep-vault-'))
  process.once('exit', () => rmSync(folder, { recursive: true, force: true }))
  return createVault({ database, masterKeyFile: join(folder, 'master.key') })
}

const maxLooks = 2_000

async function waitForWaiters(database: Database, count: number): Promise<void> {
  for (let look = 0; look < maxLooks; look += 1) {
    const rows = await database.query<{ waiting: number }>({
      text: `select count(*) as waiting from pg_stat_activity
        where datname = current_database() and wait_event_type = 'Lock'`,
    })
    if (rows[0]?.waiting === count) return
  }
  throw new Error(`${count} calls should wait for the lock, and did not`)
}
