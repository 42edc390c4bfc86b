import type { Cursor } from './ber-reader.ts'
import type { DirectoryError } from './directory-error.ts'
import type { LdapResult } from './ldap-result.ts'
import type { RawEntry } from './raw-entry.ts'
import { readEntry } from './reply.ts'

/** Entries that arrived, and the result once the server has said everything. */
export interface SearchBatch {
  readonly entries: readonly RawEntry[]
  readonly result: LdapResult | undefined
}

/** Entries as they came: taken apart when somebody takes them, for a thousand that wait would be tens of thousands of small objects. */
interface OpenBatch {
  readonly entries: Cursor[]
  sizeBytes: number
}

// Entries wait here when the reader is slower than the server; beyond this the connection stops reading from the socket.
const queueLimitBytes = 8 * 1024 * 1024

/** The entries of one running search, handed over in batches while the server is still sending. One reader at a time. */
export class SearchStream {
  readonly #batchSize: number
  readonly #onTaken: () => void
  readonly #onAbandon: () => void
  readonly #onMalformed: (cause: unknown) => DirectoryError
  readonly #full: OpenBatch[] = []
  #open: OpenBatch = { entries: [], sizeBytes: 0 }
  #queuedBytes = 0
  #result: LdapResult | undefined
  #error: DirectoryError | undefined
  #wake: (() => void) | undefined

  /** `onMalformed` ends the connection, of which nothing can be believed any more. */
  constructor(options: {
    readonly batchSize: number
    readonly onTaken: () => void
    readonly onAbandon: () => void
    readonly onMalformed: (cause: unknown) => DirectoryError
  }) {
    this.#batchSize = options.batchSize
    this.#onMalformed = options.onMalformed
    this.#onTaken = options.onTaken
    this.#onAbandon = options.onAbandon
  }

  /** Whether so much waits for the reader that the socket should rest. */
  get isFull(): boolean {
    return this.#queuedBytes >= queueLimitBytes
  }

  /** Whether the reader has something to take, so that silence of the server is not the server's fault. */
  get isWaitingForReader(): boolean {
    return this.#full.length > 0 || this.#open.entries.length > 0
  }

  /** Called by the connection for each entry; the cursor stands at its contents. */
  push(entry: Cursor, sizeBytes: number): void {
    this.#open.entries.push(entry)
    this.#open.sizeBytes += sizeBytes
    this.#queuedBytes += sizeBytes
    if (this.#open.entries.length < this.#batchSize && !this.isFull) return
    this.#full.push(this.#open)
    this.#open = { entries: [], sizeBytes: 0 }
    this.#wake?.()
  }

  /** Called by the connection when the server has finished. */
  finish(result: LdapResult): void {
    this.#result = result
    this.#wake?.()
  }

  /** Called by the connection when no more can come; entries not yet taken are dropped. */
  fail(error: DirectoryError): void {
    if (this.#result !== undefined || this.#error !== undefined) return
    this.#error = error
    this.#full.length = 0
    this.#open = { entries: [], sizeBytes: 0 }
    this.#wake?.()
  }

  /** Waits for a full batch, the end, or a failure (which rejects). After the end it must not be called again. */
  async next(): Promise<SearchBatch> {
    if (this.#full.length === 0 && this.#result === undefined && this.#error === undefined) {
      await new Promise<void>((resolve) => {
        this.#wake = resolve
      })
      this.#wake = undefined
    }
    if (this.#error !== undefined) throw this.#error
    const batch = this.#full.shift() ?? this.#open
    if (batch === this.#open) this.#open = { entries: [], sizeBytes: 0 }
    this.#queuedBytes -= batch.sizeBytes
    this.#onTaken()
    return { entries: this.#read(batch), result: this.isWaitingForReader ? undefined : this.#result }
  }

  #read({ entries }: OpenBatch): readonly RawEntry[] {
    try {
      return entries.map(readEntry)
    } catch (cause) {
      throw this.#onMalformed(cause)
    }
  }

  /** Tells the server to stop, unless it already has; safe to call at any time. */
  abandon(): void {
    if (this.#result === undefined && this.#error === undefined) this.#onAbandon()
  }
}
