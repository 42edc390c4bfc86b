import type { Clock } from '@lockstep/kernel/clock'

interface Entry<Value> {
  readonly value: Value
  readonly loadedMs: number
}

const maxEntries = 10_000

/**
 * Keeps what was found for at most `maxAgeMs`; what was not found is asked for again. After `drop()` nothing that was read before it is
 * handed out: neither entries nor the answers of reads that were under way are kept.
 */
export class ShortLivedCache<Value> {
  readonly #clock: Clock
  readonly #maxAgeMs: number
  #entries = new Map<string, Entry<Value>>()
  #loading = new Map<string, Promise<Value | undefined>>()

  constructor({ clock, maxAgeMs }: { readonly clock: Clock; readonly maxAgeMs: number }) {
    this.#clock = clock
    this.#maxAgeMs = maxAgeMs
  }

  async get(key: string, load: () => Promise<Value | undefined>): Promise<Value | undefined> {
    const nowMs = this.#clock.now().getTime()
    const entry = this.#entries.get(key)
    // A clock that was set back must not make an entry live longer.
    if (entry !== undefined && nowMs >= entry.loadedMs && nowMs < entry.loadedMs + this.#maxAgeMs) return entry.value
    const underWay = this.#loading.get(key)
    if (underWay !== undefined) return underWay
    const entries = this.#entries
    const loading = this.#loading
    const answer = load()
      .then((value) => {
        if (value === undefined) entries.delete(key)
        else {
          if (entries.size >= maxEntries) entries.clear()
          entries.set(key, { value, loadedMs: nowMs })
        }
        return value
      })
      .finally(() => loading.delete(key))
    loading.set(key, answer)
    return answer
  }

  /** Reads under way go on for those who wait for them, but write into maps that nobody reads any more. */
  drop(): void {
    this.#entries = new Map()
    this.#loading = new Map()
  }
}
