import { connect, type Socket } from 'node:net'
import { Connection } from './connection.ts'
import { DirectoryClient } from './directory-client.ts'
import { DirectoryError } from './directory-error.ts'

/** A socket on which the domain controller of this machine serves. */
export interface LocalDirectoryOptions {
  /** The absolute path of the socket, such as Samba's `private/ldap_priv/ldapi`. */
  readonly path: string
  readonly timeoutMs: number
  readonly requestTimeoutMs: number
}

/**
 * Connects to a domain controller on the same machine over its local socket, without TLS and without signing in: whoever may open the
 * socket acts as the controller itself. Rejects with a DirectoryError: `connection` or `timeout`.
 */
export async function connectLocalDirectory(options: LocalDirectoryOptions): Promise<DirectoryClient> {
  return new DirectoryClient(new Connection(await openLocalSocket(options), options.requestTimeoutMs))
}

function openLocalSocket({ path, timeoutMs }: LocalDirectoryOptions): Promise<Socket> {
  const operation = 'connect to the domain controller of this machine'
  return new Promise((resolve, reject) => {
    const socket = connect(path)
    const timer = setTimeout(() => refuse(new DirectoryError({ kind: 'timeout', operation })), timeoutMs)
    const onError = (cause: Error): void => refuse(new DirectoryError({ kind: 'connection', operation, cause }))
    const onConnect = (): void => {
      clearTimeout(timer)
      socket.removeListener('error', onError)
      resolve(socket)
    }
    const refuse = (error: DirectoryError): void => {
      clearTimeout(timer)
      socket.removeListener('connect', onConnect)
      socket.destroy()
      reject(error)
    }
    socket.once('connect', onConnect)
    socket.once('error', onError)
  })
}
