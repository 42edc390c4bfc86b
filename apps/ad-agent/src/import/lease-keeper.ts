import type { ImportLease } from '@lockstep/contract/agents/protocol'
import { pause } from '@lockstep/kernel/retry'
import type { AgentContext } from '../agent/program.ts'
import { failureFields } from '../agent/log.ts'
import { troubleOf, waitAfter } from '../agent/patience.ts'

/** Asks for the lease, telling the hub whether the domain controller answers. */
export async function askLease(
  { hub, hostname, directory, logTail }: AgentContext,
  version: string,
  signal: AbortSignal,
): Promise<ImportLease> {
  const request = { hostname: hostname.slice(0, 255), version, directory: directory.state }
  const lease = await hub.importLease(request, { signal })
  logTail.heed(lease.logWanted)
  return lease
}

/**
 * Renews the lease of a primary in the background, a third of its length apart. `ended` aborts when the agent is not
 * primary any more under the same epoch and for the same domain, when the lease runs out unrenewed, or on stop.
 */
export class LeaseKeeper implements AsyncDisposable {
  readonly #context: AgentContext
  readonly #version: string
  readonly #lease: ImportLease
  readonly #ended = new AbortController()
  readonly #work: Promise<void>
  #news: { readonly lease: ImportLease; readonly askedAt: number } | undefined

  constructor(context: AgentContext, version: string, lease: ImportLease) {
    this.#context = context
    this.#version = version
    this.#lease = lease
    context.stop.addEventListener('abort', this.#end, { once: true })
    if (context.stop.aborted) this.#end()
    this.#work = this.#renew()
  }

  /** Aborts when nothing may be read or posted under this lease any more. */
  get ended(): AbortSignal {
    return this.#ended.signal
  }

  /** The newest lease, once, unless it was asked for before `since` (of performance.now) and may know less than we do. */
  takeNews(since: number): ImportLease | undefined {
    const news = this.#news
    this.#news = undefined
    return news !== undefined && news.askedAt > since ? news.lease : undefined
  }

  /** Stops renewing and resolves when nothing is under way. */
  async [Symbol.asyncDispose](): Promise<void> {
    this.#context.stop.removeEventListener('abort', this.#end)
    this.#end()
    await this.#work
  }

  readonly #end = (): void => this.#ended.abort()

  async #renew(): Promise<void> {
    const { leaseMs } = this.#lease
    const { log, timing } = this.#context
    let renewedAt = performance.now()
    let attempt = 0
    let waitMs = leaseMs / 3
    for (;;) {
      await pause(waitMs, this.ended)
      if (this.ended.aborted) return
      const askedAt = performance.now()
      try {
        const lease = await askLease(this.#context, this.#version, this.ended)
        if (!this.#isSame(lease)) return this.#end()
        this.#news = { lease, askedAt }
        renewedAt = askedAt
        attempt = 0
        waitMs = leaseMs / 3
      } catch (error) {
        if (this.ended.aborted) return
        if (attempt === 0) log.warn('The lease could not be renewed', failureFields(error))
        if (troubleOf(error) !== 'passing' || performance.now() - renewedAt > leaseMs) return this.#end()
        waitMs = waitAfter(error, attempt, timing)
        attempt += 1
      }
    }
  }

  #isSame({ role, epoch, settings }: ImportLease): boolean {
    return role === 'primary' && epoch === this.#lease.epoch && settings.baseDn === this.#lease.settings.baseDn
  }
}
