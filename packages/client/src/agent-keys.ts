import { createPrivateKey, generateKeyPairSync, randomBytes, sign } from 'node:crypto'
import { agentSigningText } from '@lockstep/contract/agents/signature'
import { sha256 } from '@lockstep/kernel/digest'

/** The key pair by which the hub knows an agent. */
export interface AgentKeys {
  /** PKCS #8 in PEM; secret. */
  readonly privateKey: string
  /** The 32 bytes of RFC 8032 in base64url. */
  readonly publicKey: string
}

/** One request of an agent as it is signed; `path` includes the query, `date` is ISO 8601. */
export interface SignedParts {
  readonly method: string
  readonly path: string
  readonly date: string
  readonly nonce: string
  readonly body: string | Buffer
}

/** A new Ed25519 key pair (RFC 8032). */
export function newAgentKeys(): AgentKeys {
  const { privateKey, publicKey } = generateKeyPairSync('ed25519')
  return {
    privateKey: privateKey.export({ type: 'pkcs8', format: 'pem' }).toString(),
    publicKey: publicKey.export({ format: 'jwk' }).x ?? '',
  }
}

/** 128 random bits in base64url, for one request. */
export function newNonce(): string {
  return randomBytes(16).toString('base64url')
}

/** A function that signs requests with the private key, giving the signature in base64url; throws when the text is no key. */
export function requestSigner(privateKey: string): (parts: SignedParts) => string {
  const key = createPrivateKey(privateKey)
  return ({ method, path, date, nonce, body }) => {
    const text = agentSigningText({ method, path, date, nonce, bodySha256: sha256(body).toString('hex') })
    return sign(null, Buffer.from(text), key).toString('base64url')
  }
}
