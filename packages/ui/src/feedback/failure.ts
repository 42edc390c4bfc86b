/** What a failed call says to a person. */
export interface Failure {
  readonly code: string
  readonly detail: string
  readonly field: string | undefined
  readonly requestId: string | undefined
  /** The hub looked at the call and refused it, so that nothing came of it; otherwise it may have been done, and only the answer is missing. */
  readonly isRefused: boolean
}

/** How the hub's client throws what the hub refused; `status` 0 when the hub did not answer at all. */
interface Refusal extends Error {
  readonly status: number
  readonly code: string
  readonly detail: string
  readonly field?: string | undefined
  readonly requestId?: string | undefined
  readonly retryAfterSeconds?: number | undefined
}

function isRefusal(error: unknown): error is Refusal {
  return error instanceof Error && 'status' in error && 'code' in error && 'detail' in error
}

/** Reads any thrown thing; what is no answer of the hub is a fault of the portal and says so. */
export function failureOf(error: unknown): Failure {
  if (!isRefusal(error)) {
    const detail = error instanceof Error ? error.message : String(error)
    return {
      code: 'portal',
      detail: `The portal failed: ${detail}`,
      field: undefined,
      requestId: undefined,
      isRefused: false,
    }
  }
  const { code, field, requestId, status } = error
  const wait = error.retryAfterSeconds === undefined ? '' : ` Try again in ${waitText(error.retryAfterSeconds)}.`
  return {
    code,
    detail: error.detail + wait,
    field,
    requestId,
    isRefused: status >= 400 && status < 500,
  }
}

/** True for what may be over at the next try: no answer, a fault of the hub, or too many calls; a fault of the portal stays. */
export function mayPass(error: unknown): boolean {
  return isRefusal(error) && (error.status === 0 || error.status === 429 || error.status >= 500)
}

function waitText(seconds: number): string {
  if (seconds < 90) return `${seconds} seconds`
  return `${Math.ceil(seconds / 60)} minutes`
}

/** True when the hub no longer knows the session. */
export function isSignedOut(error: unknown): boolean {
  return isRefusal(error) && error.code === 'unauthenticated'
}
