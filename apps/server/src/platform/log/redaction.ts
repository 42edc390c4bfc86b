/** Names whose values never reach the log, wherever they stand within the first four levels. */
export const secretNames: readonly string[] = [
  'password', 'newPassword', 'oldPassword', 'currentPassword', 'passphrase', 'unicodePwd', 'token', 'accessToken',
  'refreshToken', 'apiKey', 'authorization', 'cookie', 'set-cookie', 'x-api-key', 'connectKey', 'secret', 'clientSecret',
  'privateKey', 'masterKey', 'connectionString',
] // prettier-ignore

const depth = 4

export const censor = '[redacted]'

/** The paths in pino's notation: each name at the top and below up to three unnamed levels. */
export const redactedPaths: string[] = secretNames.flatMap((name) => {
  const quoted = /^\w+$/.test(name) ? name : undefined
  return Array.from({ length: depth }, (_, level) => {
    const stars = Array.from({ length: level }, () => '*').join('.')
    if (quoted === undefined) return `${stars}["${name}"]`
    return stars === '' ? quoted : `${stars}.${quoted}`
  })
})

export interface LoggedError {
  readonly type: string
  readonly message: string
  readonly code?: string
  readonly stack?: string
  readonly cause?: LoggedError
}

const causeLimit = 5

/**
 * An error as it is logged: type, message, code, stack and causes. No other field is taken over: libraries hang whole
 * requests, connections and rows on their errors. Addresses with a password in them lose it.
 */
export function serializeError(error: unknown, level = 0): LoggedError {
  if (!(error instanceof Error)) return { type: typeof error, message: withoutCredentials(String(error)) }
  const code =
    'code' in error && (typeof error.code === 'string' || typeof error.code === 'number') ? error.code : undefined
  return {
    type: error.name,
    message: withoutCredentials(error.message),
    ...(code === undefined ? {} : { code: String(code) }),
    ...(error.stack === undefined ? {} : { stack: withoutCredentials(error.stack) }),
    ...(error.cause === undefined || level >= causeLimit ? {} : { cause: serializeError(error.cause, level + 1) }),
  }
}

/** Hides the user part of addresses (`scheme://user:password@host`) and the values of bearer headers. */
function withoutCredentials(text: string): string {
  return text
    .replaceAll(/([a-z][a-z0-9+.-]*:\/\/)[^\s/@]+@/gi, `$1${censor}@`)
    .replaceAll(/\b(bearer|basic)\s+[\w.~+/=-]+/gi, `$1 ${censor}`)
}
