import { type ErrorCode, type ErrorKind, errorCodes } from './error-codes.ts'

interface AppErrorOptions {
  /** More than the default text: what exactly, without secrets. */
  readonly detail?: string
  /** The field, parameter or filter term at fault. */
  readonly field?: string
  readonly cause?: unknown
  /** Seconds after which another try makes sense. */
  readonly retryAfterSeconds?: number
}

/** An expected refusal; each gateway turns it into its protocol's error. */
export class AppError extends Error {
  override readonly name = 'AppError'
  readonly code: ErrorCode
  readonly field: string | undefined
  readonly retryAfterSeconds: number | undefined

  constructor(code: ErrorCode, options: AppErrorOptions = {}) {
    super(options.detail ?? errorCodes[code].text, { cause: options.cause })
    this.code = code
    this.field = options.field
    this.retryAfterSeconds = options.retryAfterSeconds
  }

  get kind(): ErrorKind {
    return errorCodes[this.code].kind
  }
}

/** A refusal as a value, for rules that do not throw. */
export interface Refusal {
  readonly ok: false
  readonly code: ErrorCode
  readonly detail?: string
  readonly field?: string
}

/** What a rule decides: the new state, or why not. */
export type Decision<T> = { readonly ok: true; readonly value: T } | Refusal

/** The value of a decision; a refusal is thrown as an AppError. */
export function accept<T>(decision: Decision<T>): T {
  if (decision.ok) return decision.value
  const { code, detail, field } = decision
  throw new AppError(code, { ...(detail === undefined ? {} : { detail }), ...(field === undefined ? {} : { field }) })
}
