// Codes that stand in for a lost second factor, each once. Only their hashes are kept.
import { newOneTimeSecret, toBase32 } from '../../platform/crypto/one-time-password.ts'
import { hashToken } from '../../platform/crypto/tokens.ts'

const recoveryCodeCount = 10
const recoveryCodeLetters = 16

export interface NewRecoveryCodes {
  readonly recoveryCodes: string[]
  readonly hashes: readonly string[]
}

/** Ten codes of 80 random bits, in groups of four letters and digits. */
export function newRecoveryCodes(holderId: string): NewRecoveryCodes {
  const recoveryCodes = Array.from({ length: recoveryCodeCount }, newRecoveryCode)
  return { recoveryCodes, hashes: recoveryCodes.map((code) => recoveryCodeHash(holderId, code)) }
}

/** They are typed by people: letter case, blanks and hyphens do not matter. */
export function recoveryCodeHash(holderId: string, code: string): string {
  return hashToken(`${holderId}/${code.replaceAll(/[\s-]/g, '').toUpperCase()}`)
}

function newRecoveryCode(): string {
  const letters = toBase32(newOneTimeSecret()).slice(0, recoveryCodeLetters)
  return (letters.match(/.{4}/g) ?? []).join('-')
}
