import { createHmac, randomBytes } from 'node:crypto'
import { assert } from '@lockstep/kernel/assert'
import { equalSecrets } from './tokens.ts'

/** Seconds of a time step, digits of a code: what every authenticator assumes (RFC 6238, sections 4.1 and 5.2). */
const stepSeconds = 30
const digits = 6
/** Steps before and after the present one whose codes count, for clocks that differ (RFC 6238, section 5.2). */
const toleratedSteps = 1
/** RFC 4226, section 4, requirement 6: 160 bits, the length of the digest. */
const secretBytes = 20
const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567'

export function newOneTimeSecret(): Buffer {
  return randomBytes(secretBytes)
}

/** Base32 without padding (RFC 4648, section 6). */
export function toBase32(bytes: Buffer): string {
  let bits = ''
  for (const byte of bytes) bits += byte.toString(2).padStart(8, '0')
  return (bits.match(/.{1,5}/g) ?? []).map((five) => alphabet[Number.parseInt(five.padEnd(5, '0'), 2)]).join('')
}

/** The code of a time step: HOTP (RFC 4226, section 5.3) with the step as counter, over HMAC-SHA-1. */
export function oneTimeCode(secret: Buffer, step: number): string {
  const counter = Buffer.alloc(8)
  counter.writeBigUInt64BE(BigInt(step))
  const digest = createHmac('sha1', secret).update(counter).digest()
  const offset = (digest.at(-1) ?? 0) & 0x0f
  const number = digest.readUInt32BE(offset) & 0x7fffffff
  return String(number % 10 ** digits).padStart(digits, '0')
}

/** The time step at a moment. */
export function oneTimeStep(at: Date): number {
  return Math.floor(at.getTime() / 1000 / stepSeconds)
}

/** The step whose code this is, now or next to now and later than the last one used; undefined when there is none. */
export function matchingStep(
  secret: Buffer,
  code: string,
  { now, lastStep }: { readonly now: Date; readonly lastStep: number },
): number | undefined {
  const present = oneTimeStep(now)
  assert(present >= toleratedSteps, 'the clock stands after 1970')
  for (let step = present - toleratedSteps; step <= present + toleratedSteps; step += 1)
    if (step > lastStep && equalSecrets(oneTimeCode(secret, step), code)) return step
  return undefined
}

/** The address that authenticators take up, mostly as a QR code (Key URI Format of Google Authenticator). */
export function otpauthUrl(secret: Buffer, { issuer, account }: { issuer: string; account: string }): string {
  const label = `${encodeURIComponent(issuer)}:${encodeURIComponent(account)}`
  const parameters = [
    `secret=${toBase32(secret)}`,
    `issuer=${encodeURIComponent(issuer)}`,
    'algorithm=SHA1',
    `digits=${digits}`,
    `period=${stepSeconds}`,
  ]
  return `otpauth://totp/${label}?${parameters.join('&')}`
}
