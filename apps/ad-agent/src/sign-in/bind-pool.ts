import { type BindConnection, openBindConnection } from '@lockstep/ldap/bind-connection'
import type { BindOutcome } from '@lockstep/ldap/bind-outcome'
import type { DirectoryAddress } from '@lockstep/ldap/tls-socket'

/** An unused connection is closed after this, long before domain controllers do so (900 s). */
const idleMs = 30_000
const connectMs = 3000

/** A connection for one password: tried once, or given back unused. */
interface Trial {
  /** Rejects with a DirectoryError when the domain controller said nothing about the password. */
  readonly tryPassword: (dn: string, password: string, timeoutMs: number) => Promise<BindOutcome>
  readonly unused: () => Promise<void>
}

/**
 * Connections on which passwords are tried and nothing else: never those that the agent reads with, because a bind makes a connection
 * somebody else's. As many are open as passwords are tried at one time; how many that is, is the caller's concern.
 */
export class BindPool {
  readonly #address: DirectoryAddress
  #idle: { readonly connection: BindConnection; readonly since: number }[] = []
  #isClosed = false

  constructor(address: DirectoryAddress) {
    this.#address = address
  }

  /** Opens a connection for the next password and gives the address at which the domain controller answers. */
  async warm(): Promise<string | undefined> {
    const connection = await this.#take()
    await this.#giveBack(connection)
    return connection.remoteAddress
  }

  /** A connection for one password; rejects with a DirectoryError when there is none: then nothing was tried. */
  async open(): Promise<Trial> {
    const connection = await this.#take()
    return {
      unused: () => this.#giveBack(connection),
      tryPassword: async (dn, password, timeoutMs) => {
        try {
          const outcome = await connection.tryPassword(dn, password, timeoutMs)
          await this.#giveBack(connection)
          return outcome
        } catch (error) {
          // A bind may still be under way there.
          await connection.close()
          throw error
        }
      },
    }
  }

  /** Closes what nobody used for a while. */
  async prune(): Promise<void> {
    const until = performance.now() - idleMs
    const old = this.#idle.filter(({ since }) => since < until)
    this.#idle = this.#idle.filter(({ since }) => since >= until)
    await Promise.all(old.map(({ connection }) => connection.close()))
  }

  /** Closes all; those in use when they are given back. */
  async close(): Promise<void> {
    this.#isClosed = true
    await Promise.all(this.#idle.splice(0).map(({ connection }) => connection.close()))
  }

  async #take(): Promise<BindConnection> {
    for (let known = this.#idle.pop(); known !== undefined; known = this.#idle.pop()) {
      if (known.connection.isOpen) return known.connection
      await known.connection.close()
    }
    return openBindConnection(this.#address, connectMs)
  }

  async #giveBack(connection: BindConnection): Promise<void> {
    if (this.#isClosed || !connection.isOpen) return connection.close()
    this.#idle.push({ connection, since: performance.now() })
  }
}
