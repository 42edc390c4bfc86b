import Type, { type Static } from 'typebox'
import { type Permission, permissions, type Role, roles } from '../access.ts'

const strict = { additionalProperties: false } as const
const Scopes = Type.Array(Type.String({ minLength: 1, maxLength: 100, examples: ['users.readonly', 'groups'] }), {
  minItems: 1,
  maxItems: 200,
})

/** One of the hub's own roles (`role` names it), or one that administrators made of scopes. */
export const RoleRow = Type.Object({
  id: Type.String(),
  name: Type.String(),
  description: Type.String(),
  isCustom: Type.Boolean(),
  role: Type.Optional(Type.Unsafe<Role>(Type.Union(roles.map((role) => Type.Literal(role))))),
  /** JumpCloud's words; what they come to here are the permissions. */
  scopes: Type.Array(Type.String()),
  permissions: Type.Array(
    Type.Unsafe<Permission>(Type.Union(permissions.map((permission) => Type.Literal(permission)))),
  ),
})
export type RoleRow = Static<typeof RoleRow>

export const RoleCreate = Type.Object(
  {
    name: Type.String({ minLength: 1, maxLength: 100 }),
    description: Type.Optional(Type.String({ maxLength: 1000 })),
    scopes: Scopes,
  },
  strict,
)
export type RoleCreate = Static<typeof RoleCreate>

export const RoleUpdate = Type.Object(
  {
    name: Type.Optional(Type.String({ minLength: 1, maxLength: 100 })),
    description: Type.Optional(Type.String({ maxLength: 1000 })),
    scopes: Type.Optional(Scopes),
  },
  strict,
)
export type RoleUpdate = Static<typeof RoleUpdate>

/** Scopes as people choose them. */
export const ScopeGroup = Type.Object({
  key: Type.String(),
  name: Type.String(),
  description: Type.String(),
  scopes: Type.Array(Type.String()),
})
export type ScopeGroup = Static<typeof ScopeGroup>
