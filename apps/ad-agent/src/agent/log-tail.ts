// The last lines of the log, kept in memory. They are sent only while the hub says that somebody looks: first what is here, then what comes,
// until the hub says that nobody looks any more. Trouble with sending is not logged, or it would be its own next line; the agent's other
// calls meet the same trouble and tell it.
import type { AgentLogLine, AgentLogReply, AgentLogReport } from '@lockstep/contract/agents/log'
import { newUuid } from '@lockstep/kernel/ids'
import { pause } from '@lockstep/kernel/retry'

export interface LogTailOptions {
  readonly send: (report: AgentLogReport, signal: AbortSignal) => Promise<AgentLogReply>
  /** How long lines are gathered before they are sent, and how often the hub is asked whether anybody still looks. */
  readonly gatherMs: number
  readonly askMs: number
}

const keptLines = 500
const linesPerReport = 200
const textLimit = 500
const fieldLimit = 20

type Fields = Readonly<Record<string, string | number | boolean | undefined>>

/** The tail of one run of an agent. */
export class LogTail implements AsyncDisposable {
  readonly #options: LogTailOptions
  readonly #runId = newUuid()
  readonly #lines: AgentLogLine[] = []
  readonly #ended = new AbortController()
  #count = 0
  #news = new AbortController()
  #sending: Promise<void> | undefined

  constructor(options: LogTailOptions) {
    this.#options = options
  }

  get sends(): boolean {
    return this.#sending !== undefined
  }

  /** Keeps a line; the oldest one goes when there are too many. */
  add(level: AgentLogLine['level'], message: string, fields: Fields): void {
    const kept = Object.entries(fields).flatMap(([name, value]) =>
      value === undefined ? [] : [[name, typeof value === 'string' ? value.slice(0, textLimit) : value] as const],
    )
    this.#lines.push({
      number: this.#count,
      at: new Date().toISOString(),
      level,
      message: message.slice(0, textLimit),
      fields: Object.fromEntries(kept.slice(0, fieldLimit)),
    })
    this.#count += 1
    if (this.#lines.length > keptLines) this.#lines.shift()
    // Every abort makes an error with its stack, also of what is aborted already.
    if (!this.#news.signal.aborted) this.#news.abort()
  }

  /** Called with what the hub said last; begins to send when somebody looks. */
  heed(wanted: boolean | undefined): void {
    if (wanted !== true || this.sends || this.#ended.signal.aborted) return
    this.#sending = this.#send()
      .catch(() => undefined)
      .finally(() => {
        this.#sending = undefined
      })
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#ended.abort()
    await this.#sending
  }

  async #send(): Promise<void> {
    const { send, gatherMs, askMs } = this.#options
    const { signal } = this.#ended
    // The hub may have forgotten what was sent when somebody looked before; what it has it does not take twice.
    let next = 0
    while (!signal.aborted) {
      const lines = this.#lines.filter(({ number }) => number >= next).slice(0, linesPerReport)
      const { wanted } = await send({ runId: this.#runId, lines }, signal)
      if (!wanted) return
      next = (lines.at(-1)?.number ?? next - 1) + 1
      if (next >= this.#count) {
        this.#news = new AbortController()
        await pause(askMs, AbortSignal.any([this.#news.signal, signal]))
      }
      await pause(gatherMs, signal)
    }
  }
}
