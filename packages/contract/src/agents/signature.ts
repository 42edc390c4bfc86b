/** Headers of a signed request of an agent. */
export const agentHeaders = {
  id: 'x-lockstep-agent',
  date: 'x-lockstep-date',
  signature: 'x-lockstep-signature',
} as const

/** How far an agent's clock may be from the hub's. */
export const agentClockSkewMs = 300_000

/** The text that an agent signs with Ed25519: method, path with query, time in ISO 8601, SHA-256 of the body in hex. */
export function agentSigningText(parts: {
  readonly method: string
  readonly path: string
  readonly date: string
  readonly bodySha256: string
}): string {
  return [parts.method.toUpperCase(), parts.path, parts.date, parts.bodySha256].join('\n')
}
