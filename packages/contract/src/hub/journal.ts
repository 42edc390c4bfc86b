import Type, { type Static } from 'typebox'

const strict = { additionalProperties: false } as const

export const JournalEntry = Type.Object({
  seq: Type.Integer(),
  at: Type.String(),
  actorKind: Type.String(),
  actorId: Type.String(),
  actor: Type.String(),
  action: Type.String(),
  subjectKind: Type.String(),
  subjectId: Type.String(),
  subject: Type.String(),
  /** Field name to before and after. */
  changes: Type.Record(Type.String(), Type.Object({ before: Type.Unknown(), after: Type.Unknown() })),
  reason: Type.String(),
  cause: Type.Unknown(),
  correlationId: Type.Optional(Type.String()),
  /** True when the personal values were erased; the chain still holds. */
  erased: Type.Boolean(),
})
export type JournalEntry = Static<typeof JournalEntry>

/** Newest first; `before` is the `next` of the page before. */
export const JournalQuery = Type.Object(
  {
    limit: Type.Optional(Type.Integer({ minimum: 1, maximum: 200 })),
    before: Type.Optional(Type.Integer({ minimum: 1 })),
    action: Type.Optional(Type.String({ maxLength: 100 })),
    actorId: Type.Optional(Type.String({ maxLength: 100 })),
    subjectKind: Type.Optional(Type.String({ maxLength: 50 })),
    subjectId: Type.Optional(Type.String({ maxLength: 100 })),
    since: Type.Optional(Type.String({ format: 'date-time' })),
    until: Type.Optional(Type.String({ format: 'date-time' })),
  },
  strict,
)
export type JournalQuery = Static<typeof JournalQuery>

export const JournalPage = Type.Object({ items: Type.Array(JournalEntry), next: Type.Optional(Type.Integer()) })
export type JournalPage = Static<typeof JournalPage>

/** The outcome of checking the hash chain from its start to its end. */
export const JournalVerification = Type.Object({
  ok: Type.Boolean(),
  rowsChecked: Type.Integer(),
  blocksChecked: Type.Integer(),
  /** Rows not sealed yet. */
  rowsUnsealed: Type.Integer(),
  /** The first places that do not match. */
  faults: Type.Array(
    Type.Object({ seq: Type.Optional(Type.Integer()), block: Type.Optional(Type.Integer()), text: Type.String() }),
  ),
})
export type JournalVerification = Static<typeof JournalVerification>

/** A server-sent event of `/hub/v1/events`: something changed; the reader fetches what it shows anew. */
export const ChangeEvent = Type.Object({
  seq: Type.Integer(),
  action: Type.String(),
  subjectKind: Type.String(),
  subjectId: Type.String(),
})
export type ChangeEvent = Static<typeof ChangeEvent>
