import Type, { type Static } from 'typebox'
import { GroupDetail } from './group.ts'
import { MembershipOrigin, UserDetail } from './user.ts'

const strict = { additionalProperties: false } as const

/** What the change feed tells of. */
export const ChangeKind = Type.Union([
  Type.Literal('user'),
  Type.Literal('group'),
  Type.Literal('membership'),
  Type.Literal('system'),
])
export type ChangeKind = Static<typeof ChangeKind>

/** In the order in which they are listed: what others name comes before these. */
export const changeKinds: readonly ChangeKind[] = ['user', 'group', 'membership', 'system']

/** The most changes a page holds, and how many it holds unless asked. */
const changePageLimit = 1000
export const changePageRows = 200
/** How long an answer may be waited for. */
const changeWaitSeconds = 60

const kindPattern = changeKinds.join('|')

/**
 * `since` is the `next` of the answer before, or `now`; without it the answers begin with everything there is. `kind` names kinds, divided
 * by commas (default: user, group and membership), and stays the same for a cursor. `wait` holds an empty answer back for so many seconds.
 */
export const ChangeQuery = Type.Object(
  {
    since: Type.Optional(Type.String({ minLength: 1, maxLength: 2000 })),
    limit: Type.Optional(Type.Integer({ minimum: 1, maximum: changePageLimit })),
    kind: Type.Optional(Type.String({ pattern: `^(${kindPattern})(,(${kindPattern})){0,9}$` })),
    include: Type.Optional(Type.Literal('object')),
    wait: Type.Optional(Type.Integer({ minimum: 0, maximum: changeWaitSeconds })),
  },
  strict,
)
export type ChangeQuery = Static<typeof ChangeQuery>

const user = UserDetail.properties
export const ChangedUser = Type.Object({
  id: user.id,
  username: user.username,
  email: user.email,
  displayName: user.displayName,
  state: user.state,
  department: user.department,
  jobTitle: user.jobTitle,
  homeDirectoryId: user.homeDirectoryId,
  suspendedBy: user.suspendedBy,
  activated: user.activated,
  accountLocked: user.accountLocked,
  fields: user.fields,
  revision: user.revision,
  created: user.created,
  updated: user.updated,
})
export type ChangedUser = Static<typeof ChangedUser>

const group = GroupDetail.properties
export const ChangedGroup = Type.Object({
  id: group.id,
  name: group.name,
  description: group.description,
  email: group.email,
  homeDirectoryId: group.homeDirectoryId,
  revision: group.revision,
  created: group.created,
  updated: group.updated,
})
export type ChangedGroup = Static<typeof ChangedGroup>

export const ChangedMembership = Type.Object({
  groupId: Type.String(),
  groupName: Type.String(),
  userId: Type.String(),
  username: Type.String(),
  origins: Type.Array(MembershipOrigin),
})
export type ChangedMembership = Static<typeof ChangedMembership>

export const ChangedSystem = Type.Object({
  id: Type.String(),
  hostname: Type.String(),
  displayName: Type.String(),
  /** All other fields by their JumpCloud names. */
  fields: Type.Record(Type.String(), Type.Unknown()),
  revision: Type.Integer(),
  created: Type.String(),
  updated: Type.String(),
})
export type ChangedSystem = Static<typeof ChangedSystem>

/** Something that changed, as it is now, or what identified it before it was deleted. */
export const Change = Type.Object({
  kind: ChangeKind,
  /** A membership's is the group's id and the user's, divided by a dot. */
  id: Type.String(),
  /** `created` and `updated` are both to be written over what the reader has. */
  action: Type.Union([Type.Literal('created'), Type.Literal('updated'), Type.Literal('deleted')]),
  /** Of what exists, but for memberships. */
  revision: Type.Optional(Type.Integer()),
  /** Of memberships. */
  groupId: Type.Optional(Type.String()),
  userId: Type.Optional(Type.String()),
  /** With `include=object`, of what exists. */
  object: Type.Optional(Type.Union([ChangedUser, ChangedGroup, ChangedMembership, ChangedSystem])),
  /** What identified something deleted, unless it was erased: a user or the user of a membership, and a group or a device. */
  username: Type.Optional(Type.String()),
  email: Type.Optional(Type.String()),
  name: Type.Optional(Type.String()),
  deletedAt: Type.Optional(Type.String()),
})
export type Change = Static<typeof Change>

export const ChangePage = Type.Object({
  items: Type.Array(Change),
  /** The `since` of the next call; keep it once the items are worked through. */
  next: Type.String(),
  /** True when there is more to ask for at once. */
  more: Type.Boolean(),
  /** True while the items are what there is, and not yet what changed. */
  listing: Type.Boolean(),
})
export type ChangePage = Static<typeof ChangePage>
