import type { Problem } from '@lockstep/contract/problem'

interface HubErrorFacts {
  readonly status: number
  readonly code: string
  readonly detail: string
  readonly field?: string
  readonly requestId?: string
  readonly violations?: readonly string[]
  readonly retryAfterSeconds?: number
  readonly cause?: unknown
}

/** What the hub answered instead of the asked-for thing; `status` 0 and code `unreachable` when it did not answer at all. */
export class HubError extends Error {
  override readonly name = 'HubError'
  readonly status: number
  readonly code: string
  readonly detail: string
  readonly field: string | undefined
  readonly requestId: string | undefined
  /** Of `password_policy`: what the password lacks, by name. */
  readonly violations: readonly string[]
  readonly retryAfterSeconds: number | undefined

  constructor(facts: HubErrorFacts) {
    super(facts.detail, { cause: facts.cause })
    this.status = facts.status
    this.code = facts.code
    this.detail = facts.detail
    this.field = facts.field
    this.requestId = facts.requestId
    this.violations = facts.violations ?? []
    this.retryAfterSeconds = facts.retryAfterSeconds
  }
}

/** True for a body in the shape of our problem details (RFC 9457). */
function isProblem(body: unknown): body is Problem {
  if (typeof body !== 'object' || body === null) return false
  return 'code' in body && typeof body.code === 'string' && 'detail' in body && typeof body.detail === 'string'
}

/** The error of an answer that is not 2xx; understands problem details and survives anything else. */
export async function hubErrorOf(response: Response): Promise<HubError> {
  const text = await response.text()
  const seconds = Number(response.headers.get('retry-after') ?? Number.NaN)
  const retry = Number.isFinite(seconds) ? { retryAfterSeconds: seconds } : {}
  const body = parsed(text)
  if (!isProblem(body)) {
    const detail = `The hub answered with status ${response.status} and no explanation.`
    return new HubError({ status: response.status, code: 'unexpected_answer', detail, ...retry })
  }
  return new HubError({
    status: response.status,
    code: body.code,
    detail: body.detail,
    ...(body.field === undefined ? {} : { field: body.field }),
    ...(body.requestId === undefined ? {} : { requestId: body.requestId }),
    ...(Array.isArray(body.violations) ? { violations: body.violations } : {}),
    ...retry,
  })
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    // A proxy's HTML page, for instance: the status then says all there is to say.
    return undefined
  }
}
