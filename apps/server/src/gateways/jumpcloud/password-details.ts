import { AppError } from '@lockstep/contract/app-error'
import Type from 'typebox'
import type { RouteReply } from '../../platform/http/route.ts'
import type { QueryParameters } from './filter.ts'
import { passwordViolation } from './wire-error.ts'

/** The parameter that asks for everything that a password lacks. */
export const ValidationParameter = Type.Object({ fullValidationDetails: Type.Optional(Type.String()) })

/** Words a refused password with `details` when the request asks for them. */
export async function withPasswordDetails(
  query: QueryParameters,
  work: () => Promise<RouteReply>,
): Promise<RouteReply> {
  try {
    return await work()
  } catch (error) {
    if (error instanceof AppError && error.code === 'password_policy' && query['fullValidationDetails'] === 'password')
      return passwordViolation(error)
    throw error
  }
}
