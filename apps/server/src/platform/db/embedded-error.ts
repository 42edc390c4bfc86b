export type EmbeddedPostgresErrorCode = 'unsupported' | 'inUse' | 'version' | 'damaged' | 'start'

/** Why the embedded PostgreSQL does not run; the message says what the administrator can do. */
export class EmbeddedPostgresError extends Error {
  override readonly name = 'EmbeddedPostgresError'
  readonly code: EmbeddedPostgresErrorCode

  constructor(code: EmbeddedPostgresErrorCode, message: string, options?: ErrorOptions) {
    super(message, options)
    this.code = code
  }
}
