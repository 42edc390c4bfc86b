// The token of a password link, kept in memory alone: it is taken out of the address before anything is drawn, so that neither the
// browser's history nor a screen that is shared shows it.
let kept = ''

/** Keeps the token for as long as the page is open; the one before is forgotten. */
export function keepPasswordToken(token: string): void {
  kept = token
}

/** The token that was kept; empty when the page was opened without one, or loaded again. */
export function keptPasswordToken(): string {
  return kept
}
