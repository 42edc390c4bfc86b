import { connect as connectPlain } from 'node:net'
import { connect as connectTls } from 'node:tls'

/** Where and as whom to bind; without `tls` the connection is plain. */
export type SimpleBindOptions = {
  readonly address: string
  readonly port: number
  readonly tls?: { readonly ca: string; readonly servername: string }
  readonly name: string
  readonly password: string
  readonly timeoutMs?: number
}

/** LDAP result codes the callers meet (RFC 4511, section 4.1.9). */
export const bindResult = { success: 0, strongerAuthRequired: 8, invalidCredentials: 49 } as const

/**
 * Makes one LDAP simple bind and returns its result code; rejects when the connection or its certificate fails. It needs
 * no LDAP library, so that the test domain can be trusted to be up before anything of ours is tried on it.
 */
export function simpleBind(options: SimpleBindOptions): Promise<number> {
  const { address: host, port, tls, timeoutMs = 5000 } = options
  return new Promise((resolve, reject) => {
    const socket = tls ? connectTls({ host, port, ...tls }) : connectPlain({ host, port })
    let received = Buffer.alloc(0)
    const finish = (outcome: () => void): void => {
      socket.destroy()
      outcome()
    }
    socket.setTimeout(timeoutMs, () => finish(() => reject(new Error(`no answer to a bind within ${timeoutMs} ms`))))
    socket.once('error', (error) => finish(() => reject(error)))
    socket.once('close', () => reject(new Error('the connection closed before the answer to a bind')))
    socket.once(tls ? 'secureConnect' : 'connect', () => socket.write(bindRequest(options.name, options.password)))
    socket.on('data', (chunk: Buffer) => {
      received = Buffer.concat([received, chunk])
      const code = resultCodeOf(received)
      if (code !== undefined) finish(() => resolve(code))
    })
  })
}

function element(tag: number, ...contents: readonly Buffer[]): Buffer {
  const content = Buffer.concat(contents)
  const length = content.length < 128 ? [content.length] : [0x82, content.length >> 8, content.length & 0xff]
  return Buffer.concat([Buffer.from([tag, ...length]), content])
}

function bindRequest(name: string, password: string): Buffer {
  const version = element(0x02, Buffer.from([3]))
  const request = element(0x60, version, element(0x04, Buffer.from(name)), element(0x80, Buffer.from(password)))
  return element(0x30, element(0x02, Buffer.from([1])), request)
}

/** The code of a complete answer, `undefined` while more octets are to come. */
function resultCodeOf(received: Buffer): number | undefined {
  const message = contentOf(received, 0x30)
  if (!message) return undefined
  const afterId = message.subarray(2 + (message[1] ?? 0))
  const response = contentOf(afterId, 0x61)
  return response?.[2]
}

function contentOf(octets: Buffer, tag: number): Buffer | undefined {
  const first = octets[1]
  if (first === undefined) return undefined
  if (octets[0] !== tag) throw new Error('the answer to a bind is not LDAP')
  const lengthOctets = first < 128 ? 0 : first & 0x7f
  const start = 2 + lengthOctets
  if (octets.length < start) return undefined
  const length = lengthOctets === 0 ? first : octets.readUIntBE(2, lengthOctets)
  return octets.length < start + length ? undefined : octets.subarray(start, start + length)
}
