// What administrators see of the agents beside their state: the tail of the log, and the programs to download.
import Type, { type Static } from 'typebox'
import { AgentLogLevel } from '../agents/log.ts'
import { AgentKind } from '../agents/protocol.ts'

export const AgentLogQuery = Type.Object(
  {
    /** `next` of the answer before; the last lines when left out. */
    after: Type.Optional(Type.String({ pattern: '^[0-9]{1,18}$' })),
    limit: Type.Optional(Type.Integer({ minimum: 1, maximum: 500 })),
    /** How long the hub may wait for a first line. */
    waitMs: Type.Optional(Type.Integer({ minimum: 0, maximum: 10_000 })),
  },
  { additionalProperties: false },
)
export type AgentLogQuery = Static<typeof AgentLogQuery>

export const AgentLogRow = Type.Object({
  key: Type.String(),
  at: Type.String(),
  level: AgentLogLevel,
  message: Type.String(),
  fields: Type.Record(Type.String(), Type.Union([Type.String(), Type.Number(), Type.Boolean()])),
})
export type AgentLogRow = Static<typeof AgentLogRow>

/** Lines, oldest first. Asking makes the agent send its log for a while, so that asking again brings what came meanwhile. */
export const AgentLog = Type.Object({ items: Type.Array(AgentLogRow), next: Type.String() })
export type AgentLog = Static<typeof AgentLog>

export const bundleNames = ['import-agent.mjs', 'sync-agent.mjs'] as const

export const BundleParams = Type.Object({ name: Type.Union(bundleNames.map((name) => Type.Literal(name))) })
export type BundleParams = Static<typeof BundleParams>

/** A program to be copied to a machine beside a domain. */
export const AgentBundle = Type.Object({
  name: Type.String(),
  kind: AgentKind,
  version: Type.String(),
  sizeBytes: Type.Integer(),
  /** Lower-case hexadecimal. */
  sha256: Type.String(),
})
export type AgentBundle = Static<typeof AgentBundle>

export const AgentBundles = Type.Object({ items: Type.Array(AgentBundle) })
export type AgentBundles = Static<typeof AgentBundles>
