// What an agent asks before it says what is wrong around it: POST /agents/v1/self-check. The answer takes no lease and changes nothing.
import Type, { type Static } from 'typebox'
import { AgentKind, DomainSettings } from './protocol.ts'

export const SelfCheckRequest = Type.Object(
  { version: Type.String({ minLength: 1, maxLength: 64 }) },
  { additionalProperties: false },
)
export type SelfCheckRequest = Static<typeof SelfCheckRequest>

export const SelfCheckReply = Type.Object({
  kind: AgentKind,
  paused: Type.Boolean(),
  primary: Type.Boolean(),
  /** The version of the agents that belong to the hub. */
  offeredVersion: Type.String(),
  /** Of the other agents of the domain. */
  otherVersions: Type.Array(Type.String()),
  useCase: Type.String(),
  settings: DomainSettings,
})
export type SelfCheckReply = Static<typeof SelfCheckReply>
