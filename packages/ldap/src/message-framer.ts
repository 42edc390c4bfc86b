import { DirectoryError } from './directory-error.ts'

// A group with 100,000 members is about 15 MB; nothing that a directory holds comes near this.
const messageLimitBytes = 128 * 1024 * 1024

/**
 * Cuts a byte stream into LDAP messages. A message that lies whole inside one chunk is passed on as a view; only one that
 * spans chunks is copied, once, into a buffer of its exact size, so that the cost stays linear for replies of any size.
 */
export class MessageFramer {
  readonly #emit: (message: Buffer) => void
  // Exactly one of the two is in use while a message is incomplete: a header still too short to tell the size, or the body.
  #header: Buffer = Buffer.alloc(0)
  #body: Buffer | undefined
  #filled = 0

  constructor(emit: (message: Buffer) => void) {
    this.#emit = emit
  }

  /** Takes the next bytes; throws a `protocol` DirectoryError when they cannot be LDAP. */
  push(received: Buffer): void {
    let chunk = received
    if (this.#body !== undefined) chunk = this.#fillBody(this.#body, chunk)
    if (this.#header.length > 0) {
      chunk = Buffer.concat([this.#header, chunk])
      this.#header = Buffer.alloc(0)
    }
    let offset = 0
    while (offset < chunk.length) {
      const length = messageLength(chunk, offset)
      if (length === undefined) {
        this.#header = Buffer.from(chunk.subarray(offset))
        return
      }
      if (offset + length > chunk.length) {
        this.#body = Buffer.allocUnsafeSlow(length)
        this.#filled = chunk.copy(this.#body, 0, offset)
        return
      }
      this.#emit(chunk.subarray(offset, offset + length))
      offset += length
    }
  }

  #fillBody(body: Buffer, chunk: Buffer): Buffer {
    const taken = chunk.copy(body, this.#filled)
    this.#filled += taken
    if (this.#filled === body.length) {
      this.#body = undefined
      this.#emit(body)
    }
    return chunk.subarray(taken)
  }
}

/** Length of the message at the offset, header included; undefined while too few bytes are there to tell. */
function messageLength(chunk: Buffer, offset: number): number | undefined {
  if (chunk[offset] !== 0x30) throw notLdap()
  const first = chunk[offset + 1]
  if (first === undefined) return undefined
  if (first < 0x80) return first + 2
  const count = first & 0x7f
  if (count === 0 || count > 4) throw notLdap()
  if (offset + 2 + count > chunk.length) return undefined
  const length = chunk.readUIntBE(offset + 2, count) + 2 + count
  if (length > messageLimitBytes) throw notLdap()
  return length
}

function notLdap(): DirectoryError {
  return new DirectoryError({ kind: 'protocol', operation: 'read the stream of replies' })
}
