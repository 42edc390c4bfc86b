import { AppError } from '@lockstep/contract/app-error'
import { type Id, parseId } from '@lockstep/kernel/ids'
import Type from 'typebox'

/** Path parameters of one object; what is no id is answered by the handlers, in each version's way. */
export const IdPath = Type.Object({ id: Type.String() })

/** Reads an id that v2 was given; clients look for "Bad Request" at the beginning of the refusal. */
export function requireObjectId(text: string, field: string): Id {
  const id = parseId(text.trim())
  if (id === undefined)
    throw new AppError('invalid_request', {
      field,
      detail: `Bad Request: ${field} must be an id of 24 hexadecimal digits.`,
    })
  return id
}
