import { Connection } from './connection.ts'
import { permissiveModify } from './control.ts'
import { DirectoryError } from './directory-error.ts'
import { dirSync, type DirSyncPage, type DirSyncQuery } from './dir-sync.ts'
import type { Control } from './ldap-result.ts'
import type { RawEntry } from './raw-entry.ts'
import {
  addRequest,
  type AttributeValue,
  bindRequest,
  type Change,
  modifyRequest,
  removeRequest,
  renameRequest,
} from './request.ts'
import { readHighestCommittedUsn, readRootDse, type RootDse } from './root-dse.ts'
import { readObject, search, type SearchQuery } from './search.ts'
import { type DirectoryAddress, openTlsSocket } from './tls-socket.ts'

/** Where and as whom to connect. */
export interface DirectoryOptions extends DirectoryAddress {
  /** A DN, a user principal name, or `DOMAIN\account`. */
  readonly bindDn: string
  readonly password: string
  /** For connecting and, once more, for signing in. */
  readonly timeoutMs: number
  /** How long the server may stay silent on one request; 120,000 unless said, since the first DirSync answer takes seconds. */
  readonly requestTimeoutMs?: number
}

const defaultRequestTimeoutMs = 120_000

/**
 * Opens one verified TLS connection and signs in with a simple bind. Rejects with a DirectoryError: `plain_connection`,
 * `certificate`, `connection`, `timeout`, or `credentials` (an empty name or password is refused before anything is sent).
 */
export async function connectDirectory(options: DirectoryOptions): Promise<DirectoryClient> {
  const { bindDn, password, timeoutMs, requestTimeoutMs = defaultRequestTimeoutMs } = options
  const operation = 'sign in to the domain controller'
  // An empty password makes a bind succeed without proving anything (RFC 4513 section 5.1.2).
  if (bindDn === '' || password === '') throw new DirectoryError({ kind: 'credentials', operation })
  const socket = await openTlsSocket(options, timeoutMs)
  const connection = new Connection(socket, requestTimeoutMs)
  try {
    await connection.request({ operation, body: bindRequest(bindDn, password), timeoutMs })
  } catch (error) {
    await connection.close()
    throw error
  }
  return new DirectoryClient(connection)
}

/**
 * A signed-in connection. When it is lost, every waiting and every later call rejects with a `connection` error; connect
 * anew then. Calls may overlap, but a directory server answers one connection's requests one after another: use a
 * connection for each role.
 */
export class DirectoryClient {
  readonly #connection: Connection

  constructor(connection: Connection) {
    this.#connection = connection
  }

  /** Whether calls can still succeed. */
  get isOpen(): boolean {
    return this.#connection.isOpen
  }

  /** Pages of entries, read as they are asked for; leaving the loop early stops the server. */
  search(query: SearchQuery): AsyncGenerator<readonly RawEntry[], void, void> {
    return search(this.#connection, query)
  }

  /** One object by DN or `<GUID=…>`; undefined when it does not exist or may not be seen. */
  read(base: string, attributes: readonly string[], controls: readonly Control[] = []): Promise<RawEntry | undefined> {
    return readObject(this.#connection, base, attributes, controls)
  }

  /** Pages of changed objects, handed on while the server still sends. */
  dirSync(query: DirSyncQuery): AsyncGenerator<DirSyncPage, void, void> {
    return dirSync(this.#connection, query)
  }

  /** What the domain controller says about itself, with its invocation id. */
  readRootDse(): Promise<RootDse> {
    return readRootDse(this.#connection)
  }

  /** The number of the controller's latest change. */
  highestCommittedUsn(): Promise<bigint> {
    return readHighestCommittedUsn(this.#connection)
  }

  /** Applies all changes to one object or none; permissive makes adding a present and deleting an absent value succeed. */
  async modify(dn: string, changes: readonly Change[], options: { readonly permissive?: boolean } = {}): Promise<void> {
    const controls = options.permissive === true ? [permissiveModify] : []
    await this.#connection.request({ operation: 'change an object', body: modifyRequest(dn, changes), controls })
  }

  /** Creates an object; attributes with an empty list are left out. */
  async add(
    dn: string,
    attributes: Readonly<Record<string, AttributeValue | readonly AttributeValue[]>>,
  ): Promise<void> {
    await this.#connection.request({ operation: 'create an object', body: addRequest(dn, attributes) })
  }

  /** Renames an object to `newRdn` (escaped, with its attribute: `CN=Doe\, Jane`) and moves it when a new parent is given. */
  async rename(dn: string, newRdn: string, newParent?: string): Promise<void> {
    await this.#connection.request({ operation: 'rename an object', body: renameRequest(dn, newRdn, newParent) })
  }

  /** Deletes an object that has no children. */
  async remove(dn: string): Promise<void> {
    await this.#connection.request({ operation: 'delete an object', body: removeRequest(dn) })
  }

  /** Says goodbye and resolves when nothing is left open. */
  close(): Promise<void> {
    return this.#connection.close()
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close()
  }
}
