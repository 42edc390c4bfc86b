const blockBytes = 64

const leftTurns = [
  [3, 7, 11, 19],
  [3, 5, 9, 13],
  [3, 9, 11, 15],
] as const
const constants = [0, 0x5a827999, 0x6ed9eba1] as const
const wordOrders = [
  [0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15],
  [0, 4, 8, 12, 1, 5, 9, 13, 2, 6, 10, 14, 3, 7, 11, 15],
  [0, 8, 4, 12, 2, 10, 6, 14, 1, 9, 5, 13, 3, 11, 7, 15],
] as const

/** MD4 (RFC 1320). Broken as a digest; here only because Active Directory's NT hash is made with it, and Node has none. */
export function md4(message: Buffer): Buffer {
  const padded = pad(message)
  let state: State = [0x67452301, 0xefcdab89, 0x98badcfe, 0x10325476]
  for (let offset = 0; offset < padded.length; offset += blockBytes) state = withBlock(state, padded, offset)
  padded.fill(0)
  const digest = Buffer.alloc(16)
  for (const [index, word] of state.entries()) digest.writeUInt32LE(word >>> 0, index * 4)
  return digest
}

/** The NT hash of a password: MD4 of its UTF-16LE form (MS-NLMP 3.3.1, NTOWFv1). */
export function ntHashOf(password: string): Buffer {
  const bytes = Buffer.from(password, 'utf16le')
  const digest = md4(bytes)
  bytes.fill(0)
  return digest
}

type State = readonly [number, number, number, number]

function pad(message: Buffer): Buffer {
  const padded = Buffer.alloc(Math.ceil((message.length + 9) / blockBytes) * blockBytes)
  message.copy(padded)
  padded[message.length] = 0x80
  padded.writeBigUInt64LE(BigInt(message.length) * 8n, padded.length - 8)
  return padded
}

function withBlock(state: State, bytes: Buffer, offset: number): State {
  let [a, b, c, d] = state
  for (const round of [0, 1, 2] as const) {
    for (const [step, word] of wordOrders[round].entries()) {
      const mixed = (a + mix(round, b, c, d) + bytes.readUInt32LE(offset + word * 4) + constants[round]) | 0
      const turn = leftTurns[round][(step % 4) as 0 | 1 | 2 | 3]
      ;[a, b, c, d] = [d, (mixed << turn) | (mixed >>> (32 - turn)), b, c]
    }
  }
  return [(state[0] + a) | 0, (state[1] + b) | 0, (state[2] + c) | 0, (state[3] + d) | 0]
}

function mix(round: 0 | 1 | 2, x: number, y: number, z: number): number {
  if (round === 0) return (x & y) | (~x & z)
  return round === 1 ? (x & y) | (x & z) | (y & z) : x ^ y ^ z
}
