export type VaultErrorCode = 'exposedMasterKey' | 'malformedMasterKey' | 'wrongMasterKey' | 'unknownKey' | 'notOpened'

/** Why the vault does not open; the message never holds key or content. */
export class VaultError extends Error {
  override readonly name = 'VaultError'
  readonly code: VaultErrorCode

  constructor(code: VaultErrorCode, message: string) {
    super(message)
    this.code = code
  }
}
