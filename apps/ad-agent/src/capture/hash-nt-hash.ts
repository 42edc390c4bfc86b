import { argon2, randomBytes } from 'node:crypto'
import { promisify } from 'node:util'

// The hub takes these and no others.
const costs = { memory: 19_456, passes: 2, parallelism: 1, tagLength: 32 } as const
const nonceBytes = 16
const argon2id = promisify(argon2)

/**
 * A salted argon2id hash (RFC 9106) over an NT hash, in the text form that the hub keeps. The NT hash itself signs in to a domain, so it
 * never leaves this machine.
 */
export async function hashNtHash(ntHash: Buffer): Promise<string> {
  const nonce = randomBytes(nonceBytes)
  const tag = await argon2id('argon2id', { message: ntHash, nonce, ...costs })
  const text = (bytes: Buffer): string => bytes.toString('base64').replaceAll('=', '')
  return `$nt+argon2id$v=19$m=${costs.memory},t=${costs.passes},p=${costs.parallelism}$${text(nonce)}$${text(tag)}`
}
