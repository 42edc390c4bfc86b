import Type, { type Static } from 'typebox'
import { bulkUsersLimit } from './bulk-users-limit.ts'
import { IdText } from './page.ts'
import { BulkUserAction, UserListQuery, UserState } from './user.ts'

const strict = { additionalProperties: false } as const
const { search, state, directoryId, groupId, department } = UserListQuery.properties

/** Which users a bulk action is about, as the list of users narrows itself down. */
export const UserFilter = Type.Object({ search, state, directoryId, groupId, department }, strict)
export type UserFilter = Static<typeof UserFilter>

/** What is done to the users: the state that they get, or who has authority over their passwords. */
const BulkActionKind = Type.Union([
  ...BulkUserAction.properties.action.anyOf,
  Type.Literal('password_authority'),
  Type.Literal('delegated_authority'),
])
export type BulkActionKind = Static<typeof BulkActionKind>

/** Either `ids` or `matching`. */
export const BulkActionCreate = Type.Object(
  {
    action: BulkActionKind,
    /** The directory that gets the authority, null for the hub: for those two actions alone, which need it. */
    authority: Type.Optional(Type.Union([IdText, Type.Null()])),
    ids: Type.Optional(Type.Array(IdText, { minItems: 1, maxItems: 5_000 })),
    matching: Type.Optional(
      Type.Object(
        {
          filter: UserFilter,
          /** How many users the person saw; refused when more match by now. */
          count: Type.Integer({ minimum: 1, maximum: bulkUsersLimit }),
        },
        strict,
      ),
    ),
    reason: Type.Optional(Type.String({ maxLength: 500 })),
  },
  strict,
)
export type BulkActionCreate = Static<typeof BulkActionCreate>

/** `working`, then `done`, or `cancelled` by a person. */
const BulkActionState = Type.Union([Type.Literal('working'), Type.Literal('done'), Type.Literal('cancelled')])

/** One change of many users, worked through in batches. */
export const BulkAction = Type.Object({
  id: Type.String(),
  action: BulkActionKind,
  state: BulkActionState,
  total: Type.Integer(),
  /** Of `total`: changed, left as they were because they were so already, refused. The rest was not reached yet, or never. */
  changed: Type.Integer(),
  unchanged: Type.Integer(),
  failed: Type.Integer(),
  /** How many users an undo would bring back; 0 while it works, after an undo, and for deletions. */
  undoable: Type.Integer(),
  /** The bulk action that this one takes back. */
  undoOf: Type.Optional(Type.String()),
  reason: Type.String(),
  startedBy: Type.String(),
  started: Type.String(),
  ended: Type.Optional(Type.String()),
})
export type BulkAction = Static<typeof BulkAction>

export const BulkOutcome = Type.Union([
  Type.Literal('changed'),
  Type.Literal('unchanged'),
  Type.Literal('failed'),
  Type.Literal('not_reached'),
])
export type BulkOutcome = Static<typeof BulkOutcome>

/** What became of one user. */
export const BulkActionRow = Type.Object({
  userId: Type.String(),
  username: Type.String(),
  displayName: Type.String(),
  /** The state before; absent for users that were not reached or are gone. */
  before: Type.Optional(UserState),
  outcome: BulkOutcome,
  /** Why it failed. */
  code: Type.Optional(Type.String()),
  message: Type.Optional(Type.String()),
})
export type BulkActionRow = Static<typeof BulkActionRow>

/** `after` is the `next` of the page before. */
export const BulkActionRowQuery = Type.Object(
  {
    limit: Type.Optional(Type.Integer({ minimum: 1, maximum: 1000 })),
    after: Type.Optional(Type.String({ maxLength: 200 })),
    outcome: Type.Optional(BulkOutcome),
  },
  strict,
)
export type BulkActionRowQuery = Static<typeof BulkActionRowQuery>
