import { createHmac } from 'node:crypto'
import { connect } from 'node:net'

/** What a filter tells; `bytes` instead of a sound frame, `key` instead of the right one. */
export interface ToldPassword {
  readonly rid: number
  readonly accountName: string
  readonly password: string
  readonly key: Buffer
}

/** A sound frame for a challenge. */
export function frameOf({ rid, accountName, password, key }: ToldPassword, challenge: Buffer): Buffer {
  const number = (value: number, sizeBytes: 2 | 4): Buffer => {
    const bytes = Buffer.alloc(sizeBytes)
    bytes.writeUIntLE(value, 0, sizeBytes)
    return bytes
  }
  const text = (value: string): Buffer => {
    const bytes = Buffer.from(value, 'utf16le')
    return Buffer.concat([number(bytes.length, 2), bytes])
  }
  const payload = Buffer.concat([number(rid, 4), text(accountName), text(password)])
  const digest = createHmac('sha256', key).update(challenge).update(payload).digest()
  return Buffer.concat([number(payload.length + digest.length, 4), payload, digest])
}

/** Tells a password as a filter would; gives the answer, undefined when the agent hung up. */
export function tellPassword(path: string, frame: (challenge: Buffer) => Buffer): Promise<number | undefined> {
  return new Promise((resolve, reject) => {
    const socket = connect(path)
    let received = Buffer.alloc(0)
    let hasSent = false
    socket.on('error', reject)
    socket.on('close', () => resolve(received[36]))
    socket.on('data', (chunk: Buffer) => {
      received = Buffer.concat([received, chunk])
      if (hasSent || received.length < 36) return
      hasSent = true
      socket.write(frame(received.subarray(4, 36)))
    })
  })
}
