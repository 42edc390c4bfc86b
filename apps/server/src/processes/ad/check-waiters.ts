import type { SignInOutcome } from '@lockstep/contract/agents/sign-in-check'

/** Those of this process who wait for what a domain says, by the check's id. What is said at another hub is looked up when that announces it. */
export class CheckWaiters {
  readonly #waiting = new Map<string, (outcome: SignInOutcome) => void>()
  readonly #look: (ids: readonly string[]) => Promise<readonly { id: string; outcome: SignInOutcome }[]>
  #looking = false
  #isStale = false

  constructor(look: (ids: readonly string[]) => Promise<readonly { id: string; outcome: SignInOutcome }[]>) {
    this.#look = look
  }

  /** Begins to wait; the promise never rejects. `forget` ends it without an outcome. */
  begin(checkId: string): { readonly settled: Promise<SignInOutcome>; readonly forget: () => void } {
    const { promise, resolve } = Promise.withResolvers<SignInOutcome>()
    this.#waiting.set(checkId, resolve)
    return { settled: promise, forget: () => void this.#waiting.delete(checkId) }
  }

  tell(checkId: string, outcome: SignInOutcome): void {
    this.#waiting.get(checkId)?.(outcome)
    this.#waiting.delete(checkId)
  }

  /** Something was said somewhere: looks it up, once however often it is called meanwhile. Rejects when the database does. */
  async follow(): Promise<void> {
    this.#isStale = true
    if (this.#looking) return
    this.#looking = true
    try {
      while (this.#isStale && this.#waiting.size > 0) {
        this.#isStale = false
        for (const { id, outcome } of await this.#look([...this.#waiting.keys()])) this.tell(id, outcome)
      }
    } finally {
      this.#looking = false
    }
  }
}
