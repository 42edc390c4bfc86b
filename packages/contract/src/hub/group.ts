import Type, { type Static } from 'typebox'
import { IntegrationOwner } from './integration.ts'
import { IdText, pageQuery } from './page.ts'
import { MembershipOrigin, UserState } from './user.ts'

const strict = { additionalProperties: false } as const

/** How a group gets its members. */
const MembershipMethod = Type.Union([
  Type.Literal('NOTSET'),
  Type.Literal('STATIC'),
  Type.Literal('DYNAMIC_REVIEW_REQUIRED'),
  Type.Literal('DYNAMIC_AUTOMATED'),
])

/** A rule of a dynamic group: filters in either of JumpCloud's languages, whose terms are checked where they are read. */
const MemberQuery = Type.Object(
  {
    queryType: Type.Optional(Type.String({ maxLength: 20 })),
    filters: Type.Array(Type.Object({}, { additionalProperties: Type.Unknown() }), { maxItems: 100 }),
  },
  strict,
)

/** How many of the users whom a rule names are wanted; with a group, whom of its members such a rule would not keep is told too. */
export const RulePreviewRequest = Type.Object(
  {
    memberQuery: MemberQuery,
    limit: Type.Optional(Type.Integer({ minimum: 0, maximum: 100 })),
    groupId: Type.Optional(IdText),
    /** Users whom the rule would not decide about; read only with a group. */
    memberQueryExemptions: Type.Optional(Type.Array(IdText, { maxItems: 10_000 })),
  },
  strict,
)
export type RulePreviewRequest = Static<typeof RulePreviewRequest>

const RuledUser = Type.Object({
  userId: Type.String(),
  username: Type.String(),
  email: Type.String(),
  displayName: Type.String(),
  /** As of `UserRow`. */
  name: Type.String(),
  state: UserState,
})
export type RuledUser = Static<typeof RuledUser>

const RuledUsers = Type.Object({ total: Type.Integer(), items: Type.Array(RuledUser) })

/** Whom a rule would name: all of them counted, the first of them by id. `leaving` are members who would not stay under it. */
export const RulePreview = Type.Object({ ...RuledUsers.properties, leaving: Type.Optional(RuledUsers) })
export type RulePreview = Static<typeof RulePreview>

/** Which values of a field that rules may name are wanted: those that begin so, without regard to letter case. */
export const RuleValueQuery = Type.Object(
  { field: Type.String({ minLength: 1, maxLength: 100 }), search: Type.Optional(Type.String({ maxLength: 200 })) },
  strict,
)
export type RuleValueQuery = Static<typeof RuleValueQuery>

/** Values that users have, the most frequent first. */
export const RuleValues = Type.Object({
  items: Type.Array(Type.Object({ value: Type.String(), count: Type.Integer() })),
})
export type RuleValues = Static<typeof RuleValues>

/** What the rule of a group under review would change. */
export const MemberSuggestion = Type.Object({
  ...RuledUser.properties,
  op: Type.Union([Type.Literal('add'), Type.Literal('remove')]),
})
export type MemberSuggestion = Static<typeof MemberSuggestion>

export const SuggestionListQuery = Type.Object({ limit: pageQuery.limit, after: pageQuery.after }, strict)
export type SuggestionListQuery = Static<typeof SuggestionListQuery>

/** The users about whom to do what is suggested. */
export const SuggestionsApply = Type.Object({ userIds: Type.Array(IdText, { minItems: 1, maxItems: 1000 }) }, strict)
export type SuggestionsApply = Static<typeof SuggestionsApply>

/** The users about whom something was suggested, and done. */
export const SuggestionsApplied = Type.Object({ userIds: Type.Array(Type.String()) })
export type SuggestionsApplied = Static<typeof SuggestionsApplied>

export const GroupRow = Type.Object({
  id: Type.String(),
  name: Type.String(),
  description: Type.String(),
  memberCount: Type.Integer(),
  membershipMethod: MembershipMethod,
  homeDirectoryId: Type.Optional(Type.String()),
  /** The directories that the group belongs to or is connected with; none for those who may not see directories. */
  directoryIds: Type.Array(Type.String()),
  created: Type.String(),
  updated: Type.String(),
})
export type GroupRow = Static<typeof GroupRow>

/** `sort` is name or created. */
export const GroupListQuery = Type.Object(
  { ...pageQuery, directoryId: Type.Optional(Type.String({ pattern: '^[0-9a-f]{24}$' })) },
  strict,
)
export type GroupListQuery = Static<typeof GroupListQuery>

export const GroupDetail = Type.Object({
  ...GroupRow.properties,
  email: Type.String(),
  revision: Type.Integer(),
  /** The integration that made the group. */
  owner: Type.Optional(IntegrationOwner),
  /** Groups that are members of the group: whoever is in them is a nested member of it. */
  memberGroups: Type.Array(Type.Object({ id: Type.String(), name: Type.String() })),
  /** The rule as it was sent; it decides while the method is a dynamic one. */
  memberQuery: Type.Union([Type.Object({}, { additionalProperties: Type.Unknown() }), Type.Null()]),
  /** Users whom the rule does not decide about. */
  memberQueryExemptions: Type.Array(Type.String()),
  memberSuggestionsNotify: Type.Boolean(),
  /** True while the members are being made what a changed rule says. */
  settling: Type.Boolean(),
  suggestionCounts: Type.Object({ add: Type.Integer(), remove: Type.Integer() }),
  directories: Type.Array(
    Type.Object({
      directoryId: Type.String(),
      directoryName: Type.String(),
      externalId: Type.Optional(Type.String()),
      externalName: Type.Optional(Type.String()),
      /** The counterpart stays known after the connection has ended. */
      bound: Type.Boolean(),
      inStep: Type.Boolean(),
      error: Type.Optional(Type.Object({ message: Type.String(), remedy: Type.String() })),
    }),
  ),
})
export type GroupDetail = Static<typeof GroupDetail>

const ruleFields = {
  membershipMethod: Type.Optional(MembershipMethod),
  memberQuery: Type.Optional(Type.Union([MemberQuery, Type.Null()])),
  memberQueryExemptions: Type.Optional(Type.Array(Type.String({ pattern: '^[0-9a-f]{24}$' }), { maxItems: 10_000 })),
  memberSuggestionsNotify: Type.Optional(Type.Boolean()),
}

export const GroupCreate = Type.Object(
  {
    name: Type.String({ minLength: 1, maxLength: 256 }),
    description: Type.Optional(Type.String({ maxLength: 1024 })),
    ...ruleFields,
  },
  strict,
)
export type GroupCreate = Static<typeof GroupCreate>

export const GroupUpdate = Type.Object(
  {
    revision: Type.Optional(Type.Integer()),
    name: Type.Optional(Type.String({ minLength: 1, maxLength: 256 })),
    description: Type.Optional(Type.String({ maxLength: 1024 })),
    ...ruleFields,
  },
  strict,
)
export type GroupUpdate = Static<typeof GroupUpdate>

export const GroupMember = Type.Object({
  userId: Type.String(),
  username: Type.String(),
  email: Type.String(),
  displayName: Type.String(),
  /** As of `UserRow`. */
  name: Type.String(),
  state: UserState,
  origins: Type.Array(MembershipOrigin),
  /** True while a change of this membership waits for the directory. */
  pending: Type.Boolean(),
})
export type GroupMember = Static<typeof GroupMember>

export const MemberListQuery = Type.Object(pageQuery, strict)
export type MemberListQuery = Static<typeof MemberListQuery>
