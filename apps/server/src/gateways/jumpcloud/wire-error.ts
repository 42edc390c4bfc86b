import type { AppError } from '@lockstep/contract/app-error'
import type { ErrorCode } from '@lockstep/contract/error-codes'
import { PasswordRefusal } from '../../directory/users/password-refusal.ts'
import { errorHeaders, httpStatus, publicError } from '../../platform/http/problem-reply.ts'
import type { RouteReply } from '../../platform/http/route.ts'

/** Refusals whose status JumpCloud's specification or its clients fix. */
const statusOf: Partial<Record<ErrorCode, number>> = {
  username_taken: 400,
  email_taken: 400,
  employee_identifier_taken: 400,
  suspended_by_directory: 400,
  // Clients take 409 for "already as wished", which it is not.
  derived_membership: 400,
  precondition_failed: 412,
  second_factor_missing: 412,
  idempotency_key_reused: 422,
}

const words: Readonly<Record<number, string>> = {
  400: 'INVALID_ARGUMENT',
  401: 'UNAUTHENTICATED',
  403: 'PERMISSION_DENIED',
  404: 'NOT_FOUND',
  409: 'ALREADY_EXISTS',
  412: 'FAILED_PRECONDITION',
  413: 'INVALID_ARGUMENT',
  415: 'INVALID_ARGUMENT',
  422: 'INVALID_ARGUMENT',
  429: 'RESOURCE_EXHAUSTED',
  501: 'UNIMPLEMENTED',
  503: 'UNAVAILABLE',
}

/** The union of what clients of either version read: `message`, then `error`, then `code`; `field` and `requestId` are ours. */
export function renderWireError(thrown: unknown, requestId: string): RouteReply {
  const error = publicError(thrown)
  const status = statusOf[error.code] ?? httpStatus[error.kind]
  const message = messageOf(error)
  return {
    status,
    headers: errorHeaders(error),
    body: {
      message,
      error: message,
      code: status,
      status: error.code === 'user_has_reports' ? 'FAILED_PRECONDITION' : (words[status] ?? 'INTERNAL'),
      ...(error.field === undefined ? {} : { field: error.field }),
      requestId,
    },
  }
}

function messageOf(error: AppError): string {
  if (error.kind !== 'missing' || error.message.startsWith('Not Found')) return error.message
  return `Not Found: ${error.message}`
}

/** The refusal of a password in the shape of `fullValidationDetails=password`: a row for everything that it lacks. */
export function passwordViolation(error: AppError): RouteReply {
  const lacks: readonly string[] = error instanceof PasswordRefusal ? error.violations : [error.message]
  const fieldViolationsList = lacks.map((description) => ({ field: 'password', description }))
  return {
    status: 400,
    body: {
      code: 400,
      message: 'Password validation fail',
      error: 'Password validation fail',
      status: 'INVALID_ARGUMENT',
      details: [{ fieldViolationsList, '@type': 'type.googleapis.com/google.rpc.BadRequest' }],
    },
  }
}
