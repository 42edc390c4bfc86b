import { hash } from 'node:crypto'

/** SHA-256 of the parts, one after the other. */
export function sha256(...parts: readonly (Buffer | string)[]): Buffer {
  const bytes = parts.map((part) => (typeof part === 'string' ? Buffer.from(part) : part))
  return hash('sha256', bytes.length === 1 && bytes[0] ? bytes[0] : Buffer.concat(bytes), 'buffer')
}
