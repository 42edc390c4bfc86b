import Type, { type Static } from 'typebox'

/** The error body of `/hub/v1` and `/agents/v1`: RFC 9457 problem details with our code and the field at fault. */
export const Problem = Type.Object({
  type: Type.Literal('about:blank'),
  title: Type.String(),
  status: Type.Integer(),
  code: Type.String(),
  detail: Type.String(),
  field: Type.Optional(Type.String()),
  /** Of `password_policy`: what the password lacks, by name. */
  violations: Type.Optional(Type.Array(Type.String())),
  requestId: Type.String(),
})
export type Problem = Static<typeof Problem>
