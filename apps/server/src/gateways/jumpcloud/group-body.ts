// Groups of users and of devices in requests: the same fields, the same rules for leaving some of them out.
import { AppError, accept } from '@lockstep/contract/app-error'
import type { JsonObject } from '@lockstep/kernel/json'
import Type, { type Static } from 'typebox'
import { requireLanguage } from '../../directory/groups/member-query.rules.ts'
import type { GroupInput } from '../../directory/groups/group.rules.ts'
import { requireObjectId } from './object-id.ts'

const OptionalText = Type.Optional(Type.Union([Type.String(), Type.Null()]))
const AnyObject = Type.Object({}, { additionalProperties: Type.Unknown() })
const MembershipMethod = Type.Union([
  Type.Null(),
  Type.Literal('NOTSET'),
  Type.Literal('STATIC'),
  Type.Literal('DYNAMIC_REVIEW_REQUIRED'),
  Type.Literal('DYNAMIC_AUTOMATED'),
])
const Exemption = Type.Object({ id: Type.String(), type: OptionalText })

/** A group in a request; what is required is checked where it is. */
export const GroupBody = Type.Object({
  name: OptionalText,
  description: OptionalText,
  email: OptionalText,
  attributes: Type.Optional(Type.Union([AnyObject, Type.Null()])),
  membershipMethod: Type.Optional(MembershipMethod),
  memberQuery: Type.Optional(Type.Union([AnyObject, Type.Null()])),
  memberQueryExemptions: Type.Optional(Type.Union([Type.Array(Exemption), Type.Null()])),
  memberSuggestionsNotify: Type.Optional(Type.Union([Type.Boolean(), Type.Null()])),
})
export type GroupBody = Static<typeof GroupBody>

interface BodyRequest {
  readonly body: GroupBody
  readonly headers: Readonly<Record<string, string | readonly string[] | undefined>>
}

/** What a body says; `member` is the kind that exemptions name. */
export function groupInput({ body, headers }: BodyRequest, member: 'user' | 'system'): GroupInput {
  const { name, description, email, attributes, membershipMethod, memberSuggestionsNotify } = body
  const memberQuery = body.memberQuery as JsonObject | null | undefined
  if (memberQuery !== undefined && memberQuery !== null) {
    const language = String(headers['x-query-dsl'] ?? '').toLowerCase() === 'v2' ? 'v2' : 'v1'
    const refusal = requireLanguage(memberQuery, language)
    if (refusal !== undefined) accept(refusal)
  }
  return {
    ...(name === undefined ? {} : { name: name ?? '' }),
    ...(description === undefined ? {} : { description: description ?? '' }),
    ...(email === undefined ? {} : { email: email ?? '' }),
    ...(attributes === undefined ? {} : { attributes: attributes as JsonObject | null }),
    ...(membershipMethod === undefined || membershipMethod === null ? {} : { membershipMethod }),
    ...(memberQuery === undefined ? {} : { memberQuery }),
    ...(body.memberQueryExemptions === undefined
      ? {}
      : { memberQueryExemptions: exemptedIds(body.memberQueryExemptions ?? [], member) }),
    ...(memberSuggestionsNotify === undefined ? {} : { memberSuggestionsNotify: memberSuggestionsNotify ?? false }),
  }
}

/** As `groupInput`, with the values of a new group for what is not named: a PUT replaces the group. */
export function replacingInput(request: BodyRequest, member: 'user' | 'system'): GroupInput {
  const { name, ...named } = groupInput(request, member)
  if (name === undefined) throw new AppError('invalid_request', { field: 'name', detail: 'name: is required.' })
  return {
    description: '',
    email: '',
    attributes: null,
    membershipMethod: 'STATIC',
    memberQuery: null,
    memberQueryExemptions: [],
    memberSuggestionsNotify: false,
    ...named,
    name,
  }
}

/** Exemptions carry the kind in capitals; small letters are as good. */
function exemptedIds(
  given: NonNullable<GroupBody['memberQueryExemptions']>,
  member: 'user' | 'system',
): readonly string[] {
  return given.map(({ id, type }, index) => {
    if ((type ?? member).toLowerCase() !== member)
      throw new AppError('invalid_request', {
        field: `memberQueryExemptions.${index}.type`,
        detail: `memberQueryExemptions.${index}.type: must be ${member.toUpperCase()}.`,
      })
    return requireObjectId(id, `memberQueryExemptions.${index}.id`)
  })
}
