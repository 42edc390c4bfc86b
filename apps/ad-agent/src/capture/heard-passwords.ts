import type { HeardPassword } from './filter-frame.ts'

/** A password that waits to be handed in, with when it was heard (ms since 1970). */
export interface WaitingPassword extends HeardPassword {
  readonly heardAt: number
}

/** Every account of a large domain does not change its password within seconds. */
const countLimit = 1000

/** What a password filter told and was not handed in yet: of each account the newest, in memory only. */
export class HeardPasswords {
  readonly #waiting = new Map<number, WaitingPassword>()
  #wake = Promise.withResolvers<void>()

  /** False when there is no room. Names of machines are taken and dropped: nobody signs in with their passwords. */
  add(heard: HeardPassword, heardAt: number): boolean {
    if (heard.accountName.endsWith('$')) return true
    if (!this.#waiting.has(heard.rid) && this.#waiting.size >= countLimit) return false
    this.#waiting.set(heard.rid, { ...heard, heardAt })
    this.#wake.resolve()
    return true
  }

  /** The longest waiting one, kept until `settle`; undefined when nothing waits. */
  get oldest(): WaitingPassword | undefined {
    return this.#waiting.values().next().value
  }

  /** Forgets one that was dealt with, unless a newer one of the account came meanwhile. */
  settle(waiting: WaitingPassword): void {
    if (this.#waiting.get(waiting.rid) === waiting) this.#waiting.delete(waiting.rid)
  }

  /** Lets the others go first. */
  postpone(waiting: WaitingPassword): void {
    if (this.#waiting.get(waiting.rid) !== waiting) return
    this.#waiting.delete(waiting.rid)
    this.#waiting.set(waiting.rid, waiting)
  }

  /** Resolves when something waits, or the signal aborts. */
  async wait(signal: AbortSignal): Promise<void> {
    if (this.#waiting.size > 0 || signal.aborted) return
    this.#wake = Promise.withResolvers()
    const { promise, resolve } = this.#wake
    const onAbort = (): void => resolve()
    signal.addEventListener('abort', onAbort, { once: true })
    await promise
    signal.removeEventListener('abort', onAbort)
  }
}
