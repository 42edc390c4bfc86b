// The journal's feed for open event streams. It is read once for all of them, from where the feed ended when the first one opened:
//
//   idle       nobody listens; no timer runs and nothing is read
//   following  every wake-up, and a poll each second for those that were missed, starts a round: read what is new, hand it to everybody.
//              Rounds do not overlap; a wake-up during a round makes it run once more.
//
// A full round means a burst (an import, a bulk action): the listeners are told that much changed, and the rest of it is skipped,
// because they fetch anew what they show anyway. A failed round is repeated at the next wake-up from the same place.
import type { ChangeEvent } from '@lockstep/contract/hub/journal'
import type { JournalService } from '../../directory/journal/journal.service.ts'
import type { Log } from '../../platform/log/log.ts'

export interface ChangeFeedOptions {
  readonly journal: Pick<JournalService, 'readFeed' | 'feedEnd'>
  /** Calls the listener when something was written; answers how to stop. Lost calls do no harm. */
  readonly subscribe: (listener: () => void) => () => void
  readonly log: Log
}

/** What an open stream is told. */
export interface ChangeListener {
  readonly change: (event: ChangeEvent) => void
  /** Keeps proxies from closing a silent connection. */
  readonly ping: () => void
}

export interface ChangeFeed {
  /** Resolves once every change from now on will be told; answers how to leave. */
  join(listener: ChangeListener): Promise<() => void>
}

type Position = Awaited<ReturnType<JournalService['feedEnd']>>

/** The time from the first listener's coming to the last one's going. */
interface Following {
  readonly started: Promise<void>
  /** Up to where everybody was told; undefined until the feed's end is known. */
  position?: Position
  stop: () => void
}

const rowsPerRound = 500
const pollMs = 1_000
const pingMs = 15_000

export function createChangeFeed(options: ChangeFeedOptions): ChangeFeed {
  return new SharedFeed(options)
}

class SharedFeed implements ChangeFeed {
  readonly #options: ChangeFeedOptions
  readonly #listeners = new Set<ChangeListener>()
  #following: Following | undefined
  #isReading = false
  #isCalledAgain = false

  constructor(options: ChangeFeedOptions) {
    this.#options = options
  }

  async join(listener: ChangeListener): Promise<() => void> {
    this.#listeners.add(listener)
    const leave = (): void => {
      this.#listeners.delete(listener)
      if (this.#listeners.size === 0) this.#stop()
    }
    try {
      this.#following ??= this.#follow()
      await this.#following.started
    } catch (error) {
      leave()
      throw error
    }
    return leave
  }

  #follow(): Following {
    const start = async (): Promise<void> => {
      try {
        const position = await this.#options.journal.feedEnd()
        if (this.#following === following) this.#begin(following, position) // else everybody left meanwhile
      } catch (error) {
        if (this.#following === following) this.#following = undefined // the next one to join tries again
        throw error
      }
    }
    const started = Promise.resolve().then(start)
    const following: Following = { started, stop: () => undefined }
    return following
  }

  #begin(following: Following, position: Position): void {
    const wake = (): void => void this.#readAll()
    const polling = setInterval(wake, pollMs)
    const pinging = setInterval(() => this.#listeners.forEach((listener) => listener.ping()), pingMs)
    const unsubscribe = this.#options.subscribe(wake)
    following.position = position
    following.stop = () => {
      unsubscribe()
      clearInterval(polling)
      clearInterval(pinging)
    }
  }

  #stop(): void {
    this.#following?.stop()
    this.#following = undefined
  }

  async #readAll(): Promise<void> {
    this.#isCalledAgain = true
    if (this.#isReading) return
    this.#isReading = true
    try {
      while (this.#isCalledAgain && this.#listeners.size > 0) {
        this.#isCalledAgain = false
        if (this.#following) await this.#readRound(this.#following)
      }
    } catch (error) {
      this.#options.log.warn({ err: error }, 'the journal’s feed could not be read; the next wake-up reads on')
    } finally {
      this.#isReading = false
    }
  }

  async #readRound(following: Following): Promise<void> {
    const { journal } = this.#options
    if (following.position === undefined) return
    const rows = await journal.readFeed(following.position, rowsPerRound)
    const last = rows.at(-1)
    if (last === undefined) return
    const isBurst = rows.length === rowsPerRound
    const position = isBurst ? await journal.feedEnd() : { xid: last.xid, seq: last.seq }
    if (this.#following !== following) return // those who listen now came later
    following.position = position
    const events = isBurst
      ? [{ seq: position.seq, action: 'many', subjectKind: 'many', subjectId: '' }]
      : rows.map(({ seq, action, subjectKind, subjectId }) => ({ seq, action, subjectKind, subjectId }))
    for (const event of events) for (const listener of this.#listeners) listener.change(event)
  }
}
