import { isIP } from 'node:net'
import { connect, type ConnectionOptions, type TLSSocket } from 'node:tls'

import { DirectoryError } from './directory-error.ts'

/** Where a directory listens and how its certificate is checked. */
export interface DirectoryAddress {
  /** `ldaps://host` or `ldaps://host:port`; port 636 unless said. */
  readonly url: string
  /** PEM certificates of the authorities to trust; the authorities Node trusts when left out. */
  readonly ca?: string
  /** The name the certificate must carry when it differs from the host of the address. */
  readonly servername?: string
}

const certificateCode =
  /^ERR_TLS_CERT|^CERT_|CERT|SIGNATURE|^(INVALID_CA|PATH_LENGTH_EXCEEDED|INVALID_PURPOSE|HOSTNAME_MISMATCH)$/

/**
 * Opens a TLS connection whose certificate is verified. Rejects with a DirectoryError: `plain_connection` for any address
 * that is not ldaps://, `certificate`, `connection`, or `timeout`.
 */
export function openTlsSocket(address: DirectoryAddress, timeoutMs: number): Promise<TLSSocket> {
  const operation = 'connect to the domain controller'
  return new Promise((resolve, reject) => {
    let socket: TLSSocket
    try {
      socket = connect(tlsOptions(address))
    } catch (error) {
      return reject(
        error instanceof DirectoryError ? error : new DirectoryError({ kind: 'certificate', operation, cause: error }),
      )
    }
    const settle = (finish: () => void): void => {
      clearTimeout(timer)
      socket.removeListener('secureConnect', onSecure)
      socket.removeListener('error', onError)
      socket.removeListener('close', onClose)
      finish()
    }
    const refuse = (error: DirectoryError): void =>
      settle(() => {
        // A late error on a socket that nobody listens to any more would end the process.
        socket.on('error', () => undefined)
        socket.destroy()
        reject(error)
      })
    const onSecure = (): void => settle(() => resolve(socket))
    const onError = (cause: NodeJS.ErrnoException): void =>
      refuse(
        new DirectoryError({
          kind: certificateCode.test(cause.code ?? '') ? 'certificate' : 'connection',
          operation,
          cause,
        }),
      )
    const onClose = (): void => refuse(new DirectoryError({ kind: 'connection', operation }))
    const timer = setTimeout(() => refuse(new DirectoryError({ kind: 'timeout', operation })), timeoutMs)
    socket.once('secureConnect', onSecure)
    socket.once('error', onError)
    socket.once('close', onClose)
  })
}

function tlsOptions({ url, ca, servername }: DirectoryAddress): ConnectionOptions {
  const operation = 'use the address of the domain controller'
  const parsed = URL.canParse(url) ? new URL(url) : undefined
  if (parsed?.protocol !== 'ldaps:' || parsed.hostname === '')
    throw new DirectoryError({ kind: 'plain_connection', operation })
  const host = parsed.hostname.replace(/^\[(.*)\]$/, '$1')
  const name = servername ?? (isIP(host) === 0 ? host : undefined)
  return {
    host,
    port: parsed.port === '' ? 636 : Number(parsed.port),
    minVersion: 'TLSv1.2',
    rejectUnauthorized: true,
    ...(name === undefined ? {} : { servername: name }),
    ...(ca === undefined ? {} : { ca }),
  }
}
