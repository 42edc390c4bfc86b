import { HubError } from '@lockstep/client/hub-error'
import type { AgentClient } from '@lockstep/client/agent-client'
import type { WorkReport } from '@lockstep/contract/agents/protocol'
import { type AgentLog, failureFields } from '../agent/log.ts'
import { Patience, troubleOf } from '../agent/patience.ts'
import type { Timing } from '../agent/timing.ts'

type Outcome = WorkReport['outcomes'][number]

/** What reporting needs; after `deadline` nothing is tried again. */
export interface ReportQueueOptions {
  readonly hub: Pick<AgentClient, 'reportWork'>
  readonly epoch: number
  readonly log: AgentLog
  readonly timing: Timing
  readonly deadline: AbortSignal
  /** Called when the hub says that the agent is not primary any more. */
  readonly onDeposed: () => void
}

/** So many are reported at once. */
const enough = 20
/** The hub takes no more in one report. */
const most = 200

/**
 * Reports outcomes in the order in which they came, while work goes on: as soon as there are enough of them, or when the
 * first has waited long enough; those that come while a report is under way go together with the next. A report is repeated
 * until the hub has it; what the hub refuses is dropped, since it hands out again what was not reported.
 */
export class ReportQueue {
  readonly #options: ReportQueueOptions
  #waiting: Outcome[] = []
  #sending: Promise<void> = Promise.resolve()
  #timer: NodeJS.Timeout | undefined

  constructor(options: ReportQueueOptions) {
    this.#options = options
  }

  /** Takes an outcome; never waits. */
  add(outcome: Outcome): void {
    this.#waiting.push(outcome)
    if (this.#waiting.length >= enough) this.#flush()
    else this.#timer ??= setTimeout(() => this.#flush(), this.#options.timing.reportMs)
  }

  /** Resolves when everything that was added before is reported or given up. */
  async drain(): Promise<void> {
    for (let left = this.#waiting.length; left > 0; left -= most) this.#flush()
    await this.#sending
  }

  #flush(): void {
    clearTimeout(this.#timer)
    this.#timer = undefined
    this.#sending = this.#sending.then(() => this.#send(this.#waiting.splice(0, most)))
  }

  async #send(outcomes: Outcome[]): Promise<void> {
    if (outcomes.length === 0) return
    const { hub, epoch, log, timing, deadline, onDeposed } = this.#options
    const patience = new Patience(timing, log)
    while (!deadline.aborted) {
      try {
        const reply = await hub.reportWork({ epoch, outcomes }, { signal: deadline })
        if (reply?.primary === false) onDeposed()
        return
      } catch (error) {
        if (!isPassing(error)) {
          log.warn('The hub refused a report', { ...failureFields(error), outcomes: outcomes.length })
          return
        }
        await patience.after(error, deadline)
      }
    }
  }
}

/** Whether the same report may be accepted later: not one that the hub has read and refused. */
function isPassing(error: unknown): boolean {
  const trouble = troubleOf(error)
  if (trouble !== 'passing') return trouble === 'refused'
  if (error instanceof HubError && error.status === 401) return true
  return !(error instanceof HubError) || error.status === 0 || error.status === 429 || error.status >= 500
}
