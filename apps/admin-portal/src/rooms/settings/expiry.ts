/** How soon a key's end is worth a warning. */
const soonDays = 14
const dayMs = 86_400_000

export interface Expiry {
  readonly state: 'expired' | 'soon' | 'later'
  /** The chip's words; undefined while there is time. */
  readonly label?: string
}

/** Whether a key has ended or will soon. */
export function expiryOf(expires: string, now: Date): Expiry {
  const leftMs = Date.parse(expires) - now.getTime()
  if (leftMs <= 0) return { state: 'expired', label: 'Expired' }
  if (leftMs > soonDays * dayMs) return { state: 'later' }
  const days = Math.floor(leftMs / dayMs)
  if (days === 0) return { state: 'soon', label: 'Expires within a day' }
  return { state: 'soon', label: days === 1 ? 'Expires in 1 day' : `Expires in ${days} days` }
}
