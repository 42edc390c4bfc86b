// What a password filter tells the agent of its machine, over a named pipe (on Windows) or a Unix socket, one password a connection:
//
//   agent → filter   `LSP1`, then 32 random bytes: the challenge
//   filter → agent   u32 length of what follows, without itself
//                    u32 relative identifier of the account
//                    u16 bytes of the account's name, the name in UTF-16LE
//                    u16 bytes of the password, the password in UTF-16LE
//                    32 bytes HMAC-SHA256 over challenge and everything between length and this, with the key that both have in a file
//   agent → filter   one byte: 0 taken, 1 refused, 2 no room
//
// Numbers are little-endian. The answer comes at once, before anything is looked up, because the domain controller waits meanwhile.
import { createHmac, timingSafeEqual } from 'node:crypto'

/** Begins the challenge, and tells the version. */
export const greeting = Buffer.from('LSP1')
export const challengeBytes = 32
export const filterAnswers = { taken: 0, refused: 1, full: 2 } as const
const digestBytes = 32
const lengthBytes = 4
/** Names have at most 20 characters by habit and 256 by schema, passwords 256 (MS-SAMR 3.1.1.8.5). */
const textLimitBytes = 512
const smallestBytes = 4 + 2 + 2 + 2 + 2 + digestBytes
/** The longest frame without its length. */
const largestBytes = 4 + 2 + textLimitBytes + 2 + textLimitBytes + digestBytes

/** A password as a filter tells it. */
export interface HeardPassword {
  readonly rid: number
  readonly accountName: string
  readonly password: string
}

/** How many bytes a frame has altogether; undefined while that is not known, and 0 when it cannot be one. */
export function frameBytes(received: Buffer): number | undefined {
  if (received.length < lengthBytes) return undefined
  const length = received.readUInt32LE(0)
  return length < smallestBytes || length > largestBytes ? 0 : lengthBytes + length
}

/** Reads a whole frame; undefined for one that is wrong in any way, such as not made with the key for this challenge. */
export function readFrame(frame: Buffer, key: Buffer, challenge: Buffer): HeardPassword | undefined {
  if (frameBytes(frame) !== frame.length) return undefined
  const payload = frame.subarray(lengthBytes, frame.length - digestBytes)
  if (!timingSafeEqual(digestOf(key, challenge, payload), frame.subarray(frame.length - digestBytes))) return undefined
  const name = readText(payload, 4)
  const password = name === undefined ? undefined : readText(payload, name.end)
  const rid = payload.readUInt32LE(0)
  if (name === undefined || password?.end !== payload.length || rid === 0) return undefined
  return { rid, accountName: name.text, password: password.text }
}

function digestOf(key: Buffer, challenge: Buffer, payload: Buffer): Buffer {
  return createHmac('sha256', key).update(challenge).update(payload).digest()
}

function readText(payload: Buffer, offset: number): { readonly text: string; readonly end: number } | undefined {
  if (offset + 2 > payload.length) return undefined
  const sizeBytes = payload.readUInt16LE(offset)
  const end = offset + 2 + sizeBytes
  if (sizeBytes === 0 || sizeBytes % 2 !== 0 || sizeBytes > textLimitBytes || end > payload.length) return undefined
  const text = payload.toString('utf16le', offset + 2, end)
  return text.isWellFormed() && !text.includes('\0') ? { text, end } : undefined
}
