import { AppError } from '@lockstep/contract/app-error'
import type { ErrorKind } from '@lockstep/contract/error-codes'
import type { Problem } from '@lockstep/contract/problem'
import type { RouteReply } from './route.ts'

/** The HTTP status of a kind of refusal, for protocols without a rule of their own. */
export const httpStatus: Readonly<Record<ErrorKind, number>> = {
  invalid: 400,
  unauthenticated: 401,
  denied: 403,
  missing: 404,
  gone: 410,
  conflict: 409,
  too_large: 413,
  unsupported: 415,
  limited: 429,
  bug: 500,
  unavailable: 503,
  unimplemented: 501,
}

const titles: Readonly<Record<number, string>> = {
  400: 'Bad Request',
  401: 'Unauthorized',
  403: 'Forbidden',
  404: 'Not Found',
  409: 'Conflict',
  410: 'Gone',
  413: 'Content Too Large',
  415: 'Unsupported Media Type',
  429: 'Too Many Requests',
  500: 'Internal Server Error',
  501: 'Not Implemented',
  503: 'Service Unavailable',
}

/** The refusal that a stranger may read: anything unexpected becomes `internal`, without its text. */
export function publicError(error: unknown): AppError {
  if (error instanceof AppError) return error
  const name = error instanceof Error ? error.name : ''
  if (name === 'DatabaseUnavailable')
    return new AppError('database_unavailable', { cause: error, retryAfterSeconds: 1 })
  if (name === 'Overloaded') return new AppError('overloaded', { cause: error, retryAfterSeconds: 1 })
  return new AppError('internal', { cause: error })
}

/** The headers that go with a refusal in every protocol. */
export function errorHeaders(error: AppError): Record<string, string> {
  return error.retryAfterSeconds === undefined ? {} : { 'retry-after': String(error.retryAfterSeconds) }
}

/** RFC 9457 problem details: how our own API and the agents' words errors. */
export function renderProblem(thrown: unknown, requestId: string): RouteReply {
  const error = publicError(thrown)
  const status = httpStatus[error.kind]
  const problem: Problem = {
    type: 'about:blank',
    title: titles[status] ?? 'Error',
    status,
    code: error.code,
    detail: error.message,
    ...(error.field === undefined ? {} : { field: error.field }),
    requestId,
  }
  return {
    status,
    headers: errorHeaders(error),
    text: { contentType: 'application/problem+json; charset=utf-8', content: JSON.stringify(problem) },
  }
}
