// The tail of an agent's log: POST /agents/v1/log, and only while the hub says that somebody looks.
import Type, { type Static } from 'typebox'

const strict = { additionalProperties: false } as const

export const AgentLogLevel = Type.Union([Type.Literal('info'), Type.Literal('warn'), Type.Literal('error')])
export type AgentLogLevel = Static<typeof AgentLogLevel>

const Fact = Type.Union([Type.String({ maxLength: 500 }), Type.Number(), Type.Boolean()])

/** One line: never a secret, people only as GUIDs or ids. */
export const AgentLogLine = Type.Object(
  {
    /** Counted from 0 since the agent was started. */
    number: Type.Integer({ minimum: 0, maximum: 2_147_483_647 }),
    at: Type.String({ format: 'date-time', maxLength: 40 }),
    level: AgentLogLevel,
    message: Type.String({ maxLength: 500 }),
    fields: Type.Record(Type.String({ maxLength: 60 }), Fact, { maxProperties: 20 }),
  },
  strict,
)
export type AgentLogLine = Static<typeof AgentLogLine>

/** Lines in their order; none when the agent asks only whether it shall go on. */
export const AgentLogReport = Type.Object(
  {
    /** Another one each time the agent is started. */
    runId: Type.String({ pattern: '^[A-Za-z0-9-]{8,64}$' }),
    lines: Type.Array(AgentLogLine, { maxItems: 200 }),
  },
  strict,
)
export type AgentLogReport = Static<typeof AgentLogReport>

/** Whether anybody still looks. */
export const AgentLogReply = Type.Object({ wanted: Type.Boolean() })
export type AgentLogReply = Static<typeof AgentLogReply>
