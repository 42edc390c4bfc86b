import Type, { type Static } from 'typebox'
import { pageQuery } from './page.ts'
import { MembershipOrigin, UserState } from './user.ts'

const strict = { additionalProperties: false } as const

export const GroupRow = Type.Object({
  id: Type.String(),
  name: Type.String(),
  description: Type.String(),
  memberCount: Type.Integer(),
  homeDirectoryId: Type.Optional(Type.String()),
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
  directories: Type.Array(
    Type.Object({
      directoryId: Type.String(),
      directoryName: Type.String(),
      externalId: Type.Optional(Type.String()),
      externalName: Type.Optional(Type.String()),
      inStep: Type.Boolean(),
      error: Type.Optional(Type.Object({ message: Type.String(), remedy: Type.String() })),
    }),
  ),
})
export type GroupDetail = Static<typeof GroupDetail>

export const GroupCreate = Type.Object(
  { name: Type.String({ minLength: 1, maxLength: 256 }), description: Type.Optional(Type.String({ maxLength: 1024 })) },
  strict,
)
export type GroupCreate = Static<typeof GroupCreate>

export const GroupUpdate = Type.Object(
  {
    revision: Type.Optional(Type.Integer()),
    name: Type.Optional(Type.String({ minLength: 1, maxLength: 256 })),
    description: Type.Optional(Type.String({ maxLength: 1024 })),
  },
  strict,
)
export type GroupUpdate = Static<typeof GroupUpdate>

export const GroupMember = Type.Object({
  userId: Type.String(),
  username: Type.String(),
  email: Type.String(),
  displayName: Type.String(),
  state: UserState,
  origins: Type.Array(MembershipOrigin),
  /** True while a change of this membership waits for the directory. */
  pending: Type.Boolean(),
})
export type GroupMember = Static<typeof GroupMember>

export const MemberListQuery = Type.Object(pageQuery, strict)
export type MemberListQuery = Static<typeof MemberListQuery>
