import { Aes256Gcm, CipherSuite, DhkemX25519HkdfSha256, HkdfSha256 } from '@hpke/core'
import Type, { type Static } from 'typebox'

/**
 * What a sealed password may be used for, and nothing else: it opens only where every part is the same (RFC 9180, section 8.1, additional
 * data). So nobody can replay it to another user, domain, account or revision, nor use a sign-in's password to set one.
 */
export interface PasswordPurpose {
  /** Set it in the domain; prove it to the domain; tell the hub what was captured there. */
  readonly use: 'set' | 'prove' | 'captured'
  readonly domainId: string
  /** The hub's user, in 24 hexadecimal digits; empty where only the domain's object is known. */
  readonly userId: string
  /** The account in the domain; empty for one that is yet to be made. */
  readonly objectGuid: string
  /** Of the password, counted for each user; for a proof or a capture, what makes it unique. */
  readonly revision: string
}

/** HPKE in base mode with X25519, HKDF-SHA256 and AES-256-GCM (RFC 9180): the encapsulated key and the ciphertext, in base64url. */
export const SealedPassword = Type.Object(
  {
    key: Type.String({ pattern: '^[A-Za-z0-9_-]{43}$' }),
    text: Type.String({ pattern: '^[A-Za-z0-9_-]+$', maxLength: 4_096 }),
  },
  { additionalProperties: false },
)
export type SealedPassword = Static<typeof SealedPassword>

/** X25519 keys, raw 32 bytes in base64url. */
export interface SealingKeys {
  readonly publicKey: string
  readonly privateKey: string
}

/** Not sealed for this key, for another purpose, or changed on its way; says nothing about the contents. */
export class SealError extends Error {
  override readonly name = 'SealError'
}

const suite = new CipherSuite({ kem: new DhkemX25519HkdfSha256(), kdf: new HkdfSha256(), aead: new Aes256Gcm() })
const info = new TextEncoder().encode('lockstep password 1')

function additionalData({ use, domainId, userId, objectGuid, revision }: PasswordPurpose): Uint8Array<ArrayBuffer> {
  return new TextEncoder().encode(JSON.stringify([use, domainId, userId, objectGuid, revision]))
}

function base64url(bytes: ArrayBuffer): string {
  return Buffer.from(bytes).toString('base64url')
}

function bytesOf(text: string): ArrayBuffer {
  const bytes = Buffer.from(text, 'base64url')
  return bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.byteLength)
}

/** A new pair; rejects only where the platform has no X25519. */
export async function createSealingKeys(): Promise<SealingKeys> {
  const { publicKey, privateKey } = await suite.kem.generateKeyPair()
  return {
    publicKey: base64url(await suite.kem.serializePublicKey(publicKey)),
    privateKey: base64url(await suite.kem.serializePrivateKey(privateKey)),
  }
}

/** Seals for whoever holds the private key. Rejects with `SealError` when the public key is none. */
export async function sealPassword(
  publicKey: string,
  password: string,
  purpose: PasswordPurpose,
): Promise<SealedPassword> {
  try {
    const recipientPublicKey = await suite.kem.deserializePublicKey(bytesOf(publicKey))
    const sender = await suite.createSenderContext({ recipientPublicKey, info })
    const text = await sender.seal(new TextEncoder().encode(password), additionalData(purpose))
    return { key: base64url(sender.enc), text: base64url(text) }
  } catch {
    throw new SealError('The password cannot be sealed with this key.')
  }
}

/** Opens what was sealed for exactly this purpose. Rejects with `SealError` otherwise. */
export async function openPassword(
  privateKey: string,
  sealed: SealedPassword,
  purpose: PasswordPurpose,
): Promise<string> {
  try {
    const recipientKey = await suite.kem.deserializePrivateKey(bytesOf(privateKey))
    const recipient = await suite.createRecipientContext({ recipientKey, info, enc: bytesOf(sealed.key) })
    return new TextDecoder('utf-8', { fatal: true }).decode(
      await recipient.open(bytesOf(sealed.text), additionalData(purpose)),
    )
  } catch {
    throw new SealError('The password was not sealed for this purpose and this key.')
  }
}
