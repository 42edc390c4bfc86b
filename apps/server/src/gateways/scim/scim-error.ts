import type { AppError } from '@lockstep/contract/app-error'
import type { ErrorCode } from '@lockstep/contract/error-codes'
import type { JsonObject } from '@lockstep/kernel/json'
import { errorHeaders, httpStatus, publicError } from '../../platform/http/problem-reply.ts'
import type { RouteReply } from '../../platform/http/route.ts'
import { bulkLimits, maxBodyBytes } from './bulk-limits.ts'
import { ScimRefusal, type ScimType } from './scim-refusal.ts'

/** The media type of every answer, without a charset: strict clients compare it as it stands. */
export const scimMediaType = 'application/scim+json'
const errorUrn = 'urn:ietf:params:scim:api:messages:2.0:Error'

/** The status and keyword of the hub's own refusals, where they are not those of their kind. */
const wordsOf: Partial<Record<ErrorCode, readonly [number, ScimType | undefined]>> = {
  invalid_request: [400, 'invalidValue'],
  invalid_json: [400, 'invalidSyntax'],
  invalid_filter: [400, 'invalidFilter'],
  state_conflict: [400, 'invalidValue'],
  password_policy: [400, 'invalidValue'],
  field_managed_elsewhere: [400, 'mutability'],
  suspended_by_directory: [400, 'mutability'],
  derived_membership: [400, 'mutability'],
  username_taken: [409, 'uniqueness'],
  email_taken: [409, 'uniqueness'],
  employee_identifier_taken: [409, 'uniqueness'],
  group_name_taken: [409, 'uniqueness'],
  attribute_value_taken: [409, 'uniqueness'],
}

const { maxOperations, maxPayloadSize } = bulkLimits
/** Whatever was too large, here or on its way here. */
const limits = `A body holds at most ${maxBodyBytes} bytes, and a bulk request ${maxOperations} operations (maxOperations) and ${maxPayloadSize} bytes (maxPayloadSize).`

/** The body and status of a refusal. */
export function errorMessage(thrown: unknown): {
  readonly status: number
  readonly body: JsonObject
  readonly error: AppError
} {
  const error = publicError(thrown)
  const [status, scimType] =
    error instanceof ScimRefusal
      ? [error.status, error.scimType]
      : (wordsOf[error.code] ?? [httpStatus[error.kind], undefined])
  const body = {
    schemas: [errorUrn],
    status: String(status),
    ...(scimType === undefined ? {} : { scimType }),
    detail: error.code === 'payload_too_large' ? limits : error.message,
  }
  return { status, body, error }
}

/** A refusal as it goes out; whoever is not known is told how to become so. */
export function renderScimError(thrown: unknown): RouteReply {
  const { status, body, error } = errorMessage(thrown)
  return {
    status,
    headers: {
      ...errorHeaders(error),
      ...(status === 401 ? { 'www-authenticate': 'Bearer realm="SCIM"' } : {}),
      ...(error instanceof MethodRefusal ? { allow: error.allowed.join(', ') } : {}),
    },
    text: { contentType: scimMediaType, content: JSON.stringify(body) },
  }
}

/** The method is none of the address; `allowed` are. */
export class MethodRefusal extends ScimRefusal {
  readonly allowed: readonly string[]
  constructor(allowed: readonly string[]) {
    super(undefined, `This address takes ${allowed.join(', ')}.`, 405)
    this.allowed = allowed
  }
}
