import Type, { type Static } from 'typebox'

const strict = { additionalProperties: false } as const

/** The most rows of one job. */
export const bulkJobRowsLimit = 100_000

/** `create` makes users, `update` changes their fields, `expire` their passwords' validity, `unlock` ends locks. */
export const BulkJobKind = Type.Union([
  Type.Literal('create'),
  Type.Literal('update'),
  Type.Literal('expire'),
  Type.Literal('unlock'),
])
export type BulkJobKind = Static<typeof BulkJobKind>

/** The fields that can name a user whom a row is about. */
export const BulkJobKey = Type.Union([
  Type.Literal('id'),
  Type.Literal('username'),
  Type.Literal('email'),
  Type.Literal('employeeIdentifier'),
])
export type BulkJobKey = Static<typeof BulkJobKey>

const PartText = Type.String({ maxLength: 1024 })
const PhoneNumber = Type.String({ maxLength: 1024, pattern: '[0-9].*[0-9]' })
const Part = Type.Optional(Type.Union([PartText, Type.Null()]))

/** Somebody by one of three names. */
export const ManagerName = Type.Object(
  { username: Type.Optional(PartText), email: Type.Optional(PartText), employeeIdentifier: Type.Optional(PartText) },
  { ...strict, minProperties: 1, maxProperties: 1 },
)
export type ManagerName = Static<typeof ManagerName>

/**
 * What a row of `create` or `update` may have beside a user's fields: single phone numbers by type, parts of addresses by type and single
 * attributes by name, the others of the user staying as they are; null takes one away. `managerNamed` in place of the manager's id may
 * also name the user of a later row; whoever is not found leaves a remark with the row, and everything else is done.
 */
export const BulkRowParts = Type.Object(
  {
    managerNamed: Type.Optional(ManagerName),
    phoneNumbersByType: Type.Optional(
      Type.Record(Type.String({ maxLength: 100 }), Type.Union([PhoneNumber, Type.Null()])),
    ),
    addressesByType: Type.Optional(
      Type.Record(
        Type.String({ maxLength: 100 }),
        Type.Object(
          {
            streetAddress: Part,
            extendedAddress: Part,
            locality: Part,
            region: Part,
            postalCode: Part,
            poBox: Part,
            country: Part,
          },
          strict,
        ),
      ),
    ),
    attributesByName: Type.Optional(
      Type.Record(Type.String({ pattern: '^[A-Za-z0-9]{1,32}$' }), Type.Union([PartText, Type.Null()]), strict),
    ),
  },
  strict,
)
export type BulkRowParts = Static<typeof BulkRowParts>

/**
 * A job from rows, such as the lines of a CSV file: for `create` the fields of new users, for the others `id`, or the `username` or
 * `email` that the user has now; for `update` also what changes. Both may have the parts of `BulkRowParts`. A row that is not valid fails alone and says why.
 */
export const BulkJobCreate = Type.Object(
  {
    kind: BulkJobKind,
    rows: Type.Array(Type.Record(Type.String(), Type.Unknown()), {
      minItems: 1,
      maxItems: bulkJobRowsLimit,
    }),
    /** Which field names the user, the others being what changes. Absent: the first of id, username and email that a row has. */
    key: Type.Optional(BulkJobKey),
    /** What people call the job, for instance the file's name. */
    name: Type.Optional(Type.String({ maxLength: 200 })),
    reason: Type.Optional(Type.String({ maxLength: 500 })),
  },
  strict,
)
export type BulkJobCreate = Static<typeof BulkJobCreate>

/** `receiving` while the rows are stored, then `working`, and at the end `done` or `cancelled`. */
export const BulkJobState = Type.Union([
  Type.Literal('receiving'),
  Type.Literal('working'),
  Type.Literal('done'),
  Type.Literal('cancelled'),
])
export type BulkJobState = Static<typeof BulkJobState>

/** A job with its progress: `total` is `changed` + `unchanged` + `failed` + `waiting` + `cancelled`. */
export const BulkJob = Type.Object({
  id: Type.String(),
  kind: BulkJobKind,
  state: BulkJobState,
  name: Type.String(),
  reason: Type.String(),
  startedBy: Type.String(),
  total: Type.Integer(),
  changed: Type.Integer(),
  unchanged: Type.Integer(),
  failed: Type.Integer(),
  /** Of the changed and unchanged rows, those with a remark. */
  remarked: Type.Integer(),
  waiting: Type.Integer(),
  cancelled: Type.Integer(),
  created: Type.String(),
  ended: Type.Optional(Type.String()),
})
export type BulkJob = Static<typeof BulkJob>

const BulkJobOutcome = Type.Union([
  Type.Literal('changed'),
  Type.Literal('unchanged'),
  Type.Literal('failed'),
  Type.Literal('waiting'),
  Type.Literal('cancelled'),
])

/** What became of a row. `row` counts from 1. */
export const BulkJobRow = Type.Object({
  row: Type.Integer(),
  outcome: BulkJobOutcome,
  userId: Type.Optional(Type.String()),
  username: Type.String(),
  email: Type.String(),
  /** Why it failed, or what a row that was done remarks. */
  code: Type.Optional(Type.String()),
  message: Type.Optional(Type.String()),
  field: Type.Optional(Type.String()),
  updated: Type.String(),
})
export type BulkJobRow = Static<typeof BulkJobRow>

/** `after` is the `next` of the page before. */
export const BulkJobListQuery = Type.Object(
  {
    limit: Type.Optional(Type.Integer({ minimum: 1, maximum: 200 })),
    after: Type.Optional(Type.String({ maxLength: 200 })),
  },
  strict,
)
export type BulkJobListQuery = Static<typeof BulkJobListQuery>

/** `failed` or `remarked` rows alone, or every row. */
export const BulkJobRowQuery = Type.Object(
  {
    limit: Type.Optional(Type.Integer({ minimum: 1, maximum: 1000 })),
    after: Type.Optional(Type.String({ maxLength: 200 })),
    outcome: Type.Optional(Type.Union([Type.Literal('failed'), Type.Literal('remarked')])),
  },
  strict,
)
export type BulkJobRowQuery = Static<typeof BulkJobRowQuery>
