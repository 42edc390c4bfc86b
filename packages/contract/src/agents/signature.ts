/** Headers of a signed request of an agent. */
export const agentHeaders = {
  id: 'x-lockstep-agent',
  date: 'x-lockstep-date',
  nonce: 'x-lockstep-nonce',
  signature: 'x-lockstep-signature',
} as const

/** How far an agent's clock may be from the hub's. */
export const agentClockSkewMs = 300_000

/** What a nonce looks like: made anew for every request, also for one that is sent again. */
export const agentNoncePattern = /^[A-Za-z0-9_-]{16,64}$/

/**
 * The text that an agent signs with Ed25519, a line each: method, path with query, time in ISO 8601, nonce, SHA-256 of the body in hex.
 * The hub remembers the nonce for as long as it accepts the time, and answers no request twice.
 */
export function agentSigningText(parts: {
  readonly method: string
  readonly path: string
  readonly date: string
  readonly nonce: string
  readonly bodySha256: string
}): string {
  return [parts.method.toUpperCase(), parts.path, parts.date, parts.nonce, parts.bodySha256].join('\n')
}
