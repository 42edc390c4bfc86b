import { createHash } from 'node:crypto'

/** SHA-256 of the parts, one after the other. */
export function sha256(...parts: readonly (Buffer | string)[]): Buffer {
  const hash = createHash('sha256')
  for (const part of parts) hash.update(part)
  return hash.digest()
}
