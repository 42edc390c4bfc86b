import Type, { type Static } from 'typebox'

const strict = { additionalProperties: false } as const
const Target = Type.Union([Type.Literal('ACTIVATED'), Type.Literal('SUSPENDED')])

/** A change of a user's state that is to come. */
export const ScheduledState = Type.Object({
  id: Type.String(),
  userId: Type.String(),
  state: Target,
  due: Type.String(),
})
export type ScheduledState = Static<typeof ScheduledState>

/** `due` is an instant to come, in UTC: "2026-01-31T09:00:00Z". */
export const ScheduledStateCreate = Type.Object(
  {
    state: Target,
    due: Type.String({ pattern: '^\\d{4}-\\d\\d-\\d\\dT\\d\\d:\\d\\d(:\\d\\d(\\.\\d{1,3})?)?Z$' }),
    reason: Type.Optional(Type.String({ maxLength: 500 })),
  },
  strict,
)
export type ScheduledStateCreate = Static<typeof ScheduledStateCreate>
