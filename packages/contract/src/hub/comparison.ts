import Type, { type Static } from 'typebox'
import { IdText, pageQuery } from './page.ts'

const strict = { additionalProperties: false } as const

/** How hub and domain differ. */
export const DifferenceKind = Type.Union([
  /** A field of a user or group. */
  Type.Literal('field'),
  /** Enabled on one side, disabled on the other. */
  Type.Literal('state'),
  /** A user or group of the hub that has no counterpart in scope there. */
  Type.Literal('missing_there'),
  /** An object in scope that is nobody here. */
  Type.Literal('missing_here'),
  /** An account in scope whose user was deleted here, or is not bound any more. */
  Type.Literal('extra'),
  Type.Literal('member_missing_there'),
  Type.Literal('member_missing_here'),
  /** Something waits to be written. */
  Type.Literal('waiting'),
  /** What was to be written or imported was refused. */
  Type.Literal('failed'),
])
export type DifferenceKind = Static<typeof DifferenceKind>

const differenceShape = {
  kind: DifferenceKind,
  subjectKind: Type.Union([Type.Literal('user'), Type.Literal('group')]),
  /** Of the user or group here; absent where there is none. */
  subjectId: Type.Optional(Type.String()),
  subjectName: Type.String(),
  /** Of the object there. */
  guid: Type.Optional(Type.String()),
  /** By its name here; of a membership the name of the group. */
  field: Type.Optional(Type.String()),
  hubValue: Type.Optional(Type.String()),
  domainValue: Type.Optional(Type.String()),
  authority: Type.Optional(Type.Union([Type.Literal('directory'), Type.Literal('hub'), Type.Literal('both')])),
  /** What applying it does: the hub takes the domain's value, the hub's is written there, or nothing. */
  action: Type.Union([Type.Literal('taken_over'), Type.Literal('written'), Type.Literal('nothing')]),
  /** Applying it takes something away, so that it waits in a plan until a person releases it. */
  takesAway: Type.Boolean(),
  detail: Type.Optional(Type.String()),
} as const

/** Something in which hub and domain differ. */
export const Difference = Type.Object(differenceShape)
export type Difference = Static<typeof Difference>

/** A difference of a report. */
export const DifferenceRow = Type.Object({
  id: Type.Integer(),
  ...differenceShape,
  /** Present once it was applied: on its way, or in a plan that waits for release. */
  outcome: Type.Optional(Type.Union([Type.Literal('selected'), Type.Literal('applied'), Type.Literal('held')])),
})
export type DifferenceRow = Static<typeof DifferenceRow>

export const ComparisonState = Type.Union([
  /** The domain is being read completely. */
  Type.Literal('reading'),
  Type.Literal('comparing'),
  Type.Literal('done'),
  Type.Literal('failed'),
  Type.Literal('cancelled'),
])
export type ComparisonState = Static<typeof ComparisonState>

export const Comparison = Type.Object({
  id: Type.String(),
  directoryId: Type.String(),
  state: ComparisonState,
  /** Whether it was asked for or began by the clock, and by whom. */
  scheduled: Type.Boolean(),
  requestedBy: Type.String(),
  created: Type.String(),
  /** When the read that it compares with ended. */
  readAt: Type.Optional(Type.String()),
  ended: Type.Optional(Type.String()),
  /** Users, accounts and groups looked at, of how many. */
  compared: Type.Integer(),
  total: Type.Integer(),
  /** Differences found, by kind; more than `kept` of them are counted and not listed. */
  counts: Type.Record(Type.String(), Type.Integer()),
  found: Type.Integer(),
  kept: Type.Integer(),
  /** Rows that were chosen and are not applied yet. */
  applying: Type.Integer(),
  /** Rows that were chosen and have been dealt with: applied, or held by a plan. */
  settled: Type.Integer(),
  error: Type.Optional(Type.String()),
})
export type Comparison = Static<typeof Comparison>

/** When a domain is compared by itself. */
export const ComparisonSchedule = Type.Object(
  {
    enabled: Type.Boolean(),
    /** The hour of the day, in UTC. */
    hour: Type.Integer({ minimum: 0, maximum: 23 }),
  },
  strict,
)
export type ComparisonSchedule = Static<typeof ComparisonSchedule>

/** The latest comparisons of a directory, newest first, and its schedule. */
export const ComparisonList = Type.Object({ items: Type.Array(Comparison), schedule: ComparisonSchedule })
export type ComparisonList = Static<typeof ComparisonList>

export const ComparisonParams = Type.Object({ id: IdText, comparisonId: IdText })

export const DifferenceQuery = Type.Object(
  {
    limit: pageQuery.limit,
    after: Type.Optional(Type.String({ pattern: '^[0-9]{1,9}$' })),
    search: pageQuery.search,
    kind: Type.Optional(DifferenceKind),
  },
  strict,
)
export type DifferenceQuery = Static<typeof DifferenceQuery>

/** Which differences to apply: those named, or all that a filter shows. */
export const ComparisonApply = Type.Object(
  {
    ids: Type.Optional(Type.Array(Type.Integer({ minimum: 0, maximum: 999_999_999 }), { minItems: 1, maxItems: 1000 })),
    all: Type.Optional(Type.Literal(true)),
    kind: Type.Optional(DifferenceKind),
    search: pageQuery.search,
  },
  strict,
)
export type ComparisonApply = Static<typeof ComparisonApply>

/** What differs now between the hub and the user's accounts, by directory. */
export const UserDrift = Type.Object({
  items: Type.Array(
    Type.Object({
      directoryId: Type.String(),
      directoryName: Type.String(),
      /** When something was read from the directory last. */
      readAt: Type.Optional(Type.String()),
      differences: Type.Array(Difference),
    }),
  ),
})
export type UserDrift = Static<typeof UserDrift>
