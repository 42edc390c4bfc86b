import type { WorkRequest } from '@lockstep/contract/agents/protocol'
import { backoffMs } from '@lockstep/kernel/retry'
import { connectDirectory, type DirectoryClient, type DirectoryOptions } from '@lockstep/ldap/directory-client'
import { DirectoryError } from '@lockstep/ldap/directory-error'
import type { Timing } from './timing.ts'

/** What an agent tells the hub about its domain controller. */
export type DirectoryState = WorkRequest['directory']

/**
 * The one connection of an agent to its domain controller, made anew when it is lost. Between failed tries it waits, at
 * most `retryLimitMs`, and meanwhile fails at once with the last reason.
 */
export class DirectoryLink {
  readonly #waits: Pick<Timing, 'retryBaseMs' | 'retryLimitMs'>
  #options: DirectoryOptions
  #client: DirectoryClient | undefined
  #opening: Promise<DirectoryClient> | undefined
  /** Replaced, but perhaps still at work. */
  #retired: DirectoryClient[] = []
  #dnsHostName: string | undefined
  #error: DirectoryError | undefined
  #failures = 0
  #retryAt = 0

  constructor(options: DirectoryOptions, waits: Pick<Timing, 'retryBaseMs' | 'retryLimitMs'>) {
    this.#options = options
    this.#waits = waits
  }

  /** What it connects with at present; another object once it was replaced. */
  get options(): DirectoryOptions {
    return this.#options
  }

  /** As last seen, without asking. */
  get state(): DirectoryState {
    const host = this.#dnsHostName === undefined ? {} : { dnsHostName: this.#dnsHostName.slice(0, 255) }
    if (this.#client?.isOpen === true) return { reachable: true, ...host }
    const error = this.#error
    return { reachable: false, ...host, ...(error === undefined ? {} : { error: describe(error).slice(0, 1000) }) }
  }

  /** The connection, opened when there is none, once for all who ask meanwhile; rejects with a DirectoryError. */
  open(): Promise<DirectoryClient> {
    this.#opening ??= this.#open().finally(() => {
      this.#opening = undefined
    })
    return this.#opening
  }

  async #open(): Promise<DirectoryClient> {
    if (this.#client?.isOpen === true) return this.#client
    await this.#drop()
    if (this.#error !== undefined && performance.now() < this.#retryAt) throw this.#error
    try {
      const client = await connectDirectory(this.#options)
      this.#client = client
      this.#dnsHostName = (await client.readRootDse()).dnsHostName
      this.#error = undefined
      this.#failures = 0
      return client
    } catch (error) {
      await this.#drop()
      throw this.#remember(error)
    }
  }

  /** False when the connection was replaced: what works with it goes on with a new one at its next step. */
  isCurrent(client: DirectoryClient): boolean {
    return this.#client === undefined || this.#client === client
  }

  /**
   * Takes another address or account, once they have proven to work; rejects with a DirectoryError and keeps the present ones otherwise.
   * What is under way ends on the old connection.
   */
  async replace(options: DirectoryOptions): Promise<void> {
    const client = await connectDirectory(options)
    try {
      this.#dnsHostName = (await client.readRootDse()).dnsHostName
    } catch (error) {
      await client.close()
      throw error
    }
    if (this.#client !== undefined) this.#retired.push(this.#client)
    this.#options = options
    this.#client = client
    this.#error = undefined
    this.#failures = 0
  }

  /** Makes sure that the domain controller answers and says whether it does; never rejects. Called while nothing is under way. */
  async check(): Promise<DirectoryState> {
    await this.#closeRetired()
    try {
      const client = await this.open()
      await client.highestCommittedUsn()
    } catch (error) {
      this.#remember(error)
      await this.#drop()
    }
    return this.state
  }

  /** Closes the connection; a later `open` makes a new one. */
  async close(): Promise<void> {
    await this.#closeRetired()
    await this.#drop()
  }

  #remember(error: unknown): unknown {
    if (!(error instanceof DirectoryError) || error === this.#error) return error
    this.#error = error
    this.#retryAt =
      performance.now() +
      backoffMs(this.#failures, { baseMs: this.#waits.retryBaseMs, limitMs: this.#waits.retryLimitMs })
    this.#failures += 1
    return error
  }

  async #closeRetired(): Promise<void> {
    await Promise.all(this.#retired.splice(0).map((client) => client.close()))
  }

  async #drop(): Promise<void> {
    const client = this.#client
    this.#client = undefined
    await client?.close()
  }
}

function describe(error: DirectoryError): string {
  return `${error.message}. ${error.remedy}`
}
