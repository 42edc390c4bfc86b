import { createHash, hash, randomBytes, timingSafeEqual } from 'node:crypto'
import { assert } from '@lockstep/kernel/assert'

const secretBytes = 32
const visibleLength = 6

/** A new secret of 256 random bits, as `prefix_…` in base64url; the prefix says to people and scanners what it is. */
export function newToken(prefix: string): string {
  assert(/^[a-z][a-z0-9]{0,15}$/.test(prefix), 'the prefix of a token is a short lower-case word')
  return `${prefix}_${randomBytes(secretBytes).toString('base64url')}`
}

/** What is stored of a token: its SHA-256 in hexadecimal. A secret of 256 bits needs no slow hash. */
export function hashToken(token: string): string {
  return hash('sha256', token, 'hex')
}

/** The beginning of a token, by which people recognise it in a list: the prefix and a few characters. */
export function visiblePart(token: string): string {
  const end = token.indexOf('_') + 1
  return token.slice(0, end + visibleLength)
}

/** Compares two secrets in a time that tells nothing about where they differ. */
export function equalSecrets(left: string, right: string): boolean {
  const digest = (text: string): Buffer => createHash('sha256').update(text).digest()
  return timingSafeEqual(digest(left), digest(right))
}
