// Node's Web Crypto has the types that the browser's library declares for everybody; `@hpke/core` names them so.
import type { webcrypto } from 'node:crypto'

declare global {
  type CryptoKey = webcrypto.CryptoKey
  type CryptoKeyPair = webcrypto.CryptoKeyPair
}
