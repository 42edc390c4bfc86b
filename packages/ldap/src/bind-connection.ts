import { type BindOutcome, bindOutcomeOf } from './bind-outcome.ts'
import { Connection } from './connection.ts'
import { DirectoryError } from './directory-error.ts'
import { bindRequest } from './request.ts'
import { type DirectoryAddress, openTlsSocket } from './tls-socket.ts'

/**
 * A connection on which passwords are tried, one after the other, and nothing else can be done: whoever holds it cannot read or write
 * as the person whose password was right.
 */
export class BindConnection {
  readonly #connection: Connection
  readonly #remoteAddress: string | undefined

  constructor(connection: Connection, remoteAddress: string | undefined) {
    this.#connection = connection
    this.#remoteAddress = remoteAddress
  }

  /** Whether another password can be tried. */
  get isOpen(): boolean {
    return this.#connection.isOpen
  }

  /** The address of the domain controller that answers. */
  get remoteAddress(): string | undefined {
    return this.#remoteAddress
  }

  /**
   * Resolves with what the domain controller says about the password; an empty name or password is `wrong_password` without asking
   * (RFC 4513 section 5.1.2). Rejects with a DirectoryError when it said nothing about it: with a result code it was not tried.
   */
  async tryPassword(name: string, password: string, timeoutMs: number): Promise<BindOutcome> {
    if (name === '' || password === '') return 'wrong_password'
    try {
      await this.#connection.request({ operation: 'try a password', body: bindRequest(name, password), timeoutMs })
      return 'accepted'
    } catch (error) {
      if (error instanceof DirectoryError && error.resultCode === 49) return bindOutcomeOf(error)
      throw error
    }
  }

  /** Says goodbye and resolves when nothing is left open. */
  close(): Promise<void> {
    return this.#connection.close()
  }
}

/** Opens a verified TLS connection without signing in; rejects with a DirectoryError. */
export async function openBindConnection(address: DirectoryAddress, timeoutMs: number): Promise<BindConnection> {
  const socket = await openTlsSocket(address, timeoutMs)
  return new BindConnection(new Connection(socket, timeoutMs), socket.remoteAddress)
}
