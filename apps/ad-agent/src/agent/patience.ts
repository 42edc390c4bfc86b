import { HubError } from '@lockstep/client/hub-error'
import { backoffMs, pause } from '@lockstep/kernel/retry'
import { type AgentLog, failureFields } from './log.ts'
import type { Timing } from './timing.ts'

type Waits = Pick<Timing, 'retryBaseMs' | 'retryLimitMs' | 'pausedMs' | 'refusedMs'>

/** What a failure means for the next try. */
export type Trouble = 'lease_lost' | 'paused' | 'refused' | 'passing'

/** Sorts a failure by what an agent does about it; whatever is unknown passes by itself. */
export function troubleOf(error: unknown): Trouble {
  if (!(error instanceof HubError)) return 'passing'
  if (error.code === 'lease_lost') return 'lease_lost'
  if (error.code === 'agent_paused' || error.status === 403) return 'paused'
  // Something on the way sent it twice; the next one is signed anew.
  if (error.code === 'agent_request_repeated') return 'passing'
  // Clocks are set, by whoever keeps them.
  if (error.code === 'agent_clock_wrong') return 'passing'
  return error.status === 401 ? 'refused' : 'passing'
}

/** How long to wait after a failure; `attempt` counts failures in a row from 0. */
export function waitAfter(error: unknown, attempt: number, waits: Waits): number {
  const trouble = troubleOf(error)
  if (trouble === 'paused') return waits.pausedMs
  if (trouble === 'refused') return waits.refusedMs
  // Somebody else has the lease now: the first question is asked at once.
  if (trouble === 'lease_lost' && attempt === 0) return 0
  return backoffMs(attempt, { baseMs: waits.retryBaseMs, limitMs: waits.retryLimitMs })
}

/** Counts failures in a row, waits accordingly, and logs a trouble when it begins, changes or ends. */
export class Patience {
  readonly #waits: Waits
  readonly #log: AgentLog
  #attempt = 0
  #known: string | undefined

  constructor(waits: Waits, log: AgentLog) {
    this.#waits = waits
    this.#log = log
  }

  /** Waits for the time of the next try, or until the signal aborts. */
  async after(error: unknown, signal: AbortSignal): Promise<void> {
    if (signal.aborted) return
    const waitMs = waitAfter(error, this.#attempt, this.#waits)
    this.#attempt += 1
    this.#tell(error, waitMs)
    await pause(waitMs, signal)
  }

  /** Called when something worked. */
  recovered(): void {
    if (this.#known !== undefined) this.#log.info('Working again', { failures: this.#attempt })
    this.#attempt = 0
    this.#known = undefined
  }

  #tell(error: unknown, waitMs: number): void {
    const fields = failureFields(error)
    const summary = `${fields['kind']} ${fields['code']} ${fields['error']}`
    if (summary === this.#known) return
    this.#known = summary
    const trouble = troubleOf(error)
    if (trouble === 'refused') this.#log.error('The hub does not accept this agent', { ...fields, waitMs })
    else if (trouble === 'passing') this.#log.warn('Trying again', { ...fields, waitMs })
    else this.#log.info(trouble === 'paused' ? 'The agent is paused' : 'The lease is lost', { ...fields, waitMs })
  }
}
