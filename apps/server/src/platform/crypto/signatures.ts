import {
  createPrivateKey,
  createPublicKey,
  generateKeyPairSync,
  sign as signBytes,
  verify as verifyBytes,
  type KeyObject,
} from 'node:crypto'

export interface SigningKeys {
  /** PKCS #8 in PEM; secret. */
  readonly privateKey: string
  /** The 32 bytes of RFC 8032 in base64url. */
  readonly publicKey: string
}

const publicKeyBytes = 32
const signatureBytes = 64

/** A new Ed25519 key pair (RFC 8032). */
export function newSigningKeys(): SigningKeys {
  const { privateKey, publicKey } = generateKeyPairSync('ed25519')
  return {
    privateKey: privateKey.export({ type: 'pkcs8', format: 'pem' }).toString(),
    publicKey: rawPublicKey(publicKey),
  }
}

/** The public key of a private one, in base64url. */
export function publicKeyOf(privateKey: string): string {
  return rawPublicKey(createPublicKey(createPrivateKey(privateKey)))
}

/** Reads a public key given in base64url or PEM and answers it in base64url; `undefined` when it is no Ed25519 key. */
export function parsePublicKey(text: string): string | undefined {
  const key = publicKeyObject(text)
  return key === undefined ? undefined : rawPublicKey(key)
}

/** Signs a message; the signature is in base64url. */
export function signMessage(privateKey: string, message: string | Buffer): string {
  return signBytes(null, Buffer.from(message), createPrivateKey(privateKey)).toString('base64url')
}

/** True when the signature is of this message by this key; false for anything malformed. */
export function verifyMessage(publicKey: string, message: string | Buffer, signature: string): boolean {
  const key = publicKeyObject(publicKey)
  const bytes = Buffer.from(signature, 'base64url')
  if (key === undefined || bytes.length !== signatureBytes) return false
  return verifyBytes(null, Buffer.from(message), key, bytes)
}

function publicKeyObject(text: string): KeyObject | undefined {
  try {
    const key = text.startsWith('-----BEGIN PUBLIC KEY-----')
      ? createPublicKey(text)
      : createPublicKey({ key: { kty: 'OKP', crv: 'Ed25519', x: checkedPoint(text) }, format: 'jwk' })
    return key.asymmetricKeyType === 'ed25519' ? key : undefined
  } catch {
    // Strangers send public keys; whatever the reader dislikes about one, it is not a key.
    return undefined
  }
}

function checkedPoint(text: string): string {
  if (!/^[\w-]+$/.test(text) || Buffer.from(text, 'base64url').length !== publicKeyBytes) throw new Error('not a point')
  return text
}

function rawPublicKey(key: KeyObject): string {
  return key.export({ format: 'jwk' }).x ?? ''
}
