import Type, { type Static } from 'typebox'
import { type Permission, permissions, type Role, roles } from '../access.ts'
import { IdText } from './page.ts'

const strict = { additionalProperties: false } as const
const RoleName = Type.Unsafe<Role>(Type.Union(roles.map((role) => Type.Literal(role))))

export const SignInRequest = Type.Object(
  {
    email: Type.String({ minLength: 1, maxLength: 320 }),
    password: Type.String({ minLength: 1, maxLength: 1024 }),
    /** Of the authenticator; asked for by the refusal `second_factor_required`. */
    code: Type.Optional(Type.String({ minLength: 6, maxLength: 20 })),
    /** Instead of the code; works once. */
    recoveryCode: Type.Optional(Type.String({ minLength: 16, maxLength: 40 })),
  },
  strict,
)
export type SignInRequest = Static<typeof SignInRequest>

export const SetUpRequest = Type.Object(
  {
    token: Type.String({ minLength: 1, maxLength: 200 }),
    email: Type.String({ minLength: 3, maxLength: 320 }),
    name: Type.String({ minLength: 1, maxLength: 200 }),
    password: Type.String({ minLength: 12, maxLength: 1024 }),
  },
  strict,
)
export type SetUpRequest = Static<typeof SetUpRequest>

const Permissions = Type.Array(
  Type.Unsafe<Permission>(Type.Union(permissions.map((permission) => Type.Literal(permission)))),
)
/** A role that administrators made; it decides instead of the hub's own role beside it. */
const CustomRole = Type.Object({ id: Type.String(), name: Type.String() })

/** Who is signed in; `csrfToken` goes into the header `x-csrf-token` of every writing request. */
export const SessionReply = Type.Object({
  signedIn: Type.Boolean(),
  setUpNeeded: Type.Boolean(),
  csrfToken: Type.Optional(Type.String()),
  administrator: Type.Optional(
    Type.Object({
      id: Type.String(),
      email: Type.String(),
      name: Type.String(),
      role: RoleName,
      customRole: Type.Optional(CustomRole),
      permissions: Permissions,
    }),
  ),
  /** The account of a program, when the request came with its key. */
  serviceAccount: Type.Optional(Type.Object({ id: Type.String(), name: Type.String(), permissions: Permissions })),
  /** Nothing but enrolling a second factor is allowed before that is done. */
  mustEnrolSecondFactor: Type.Optional(Type.Boolean()),
})
export type SessionReply = Static<typeof SessionReply>

export const Administrator = Type.Object({
  id: Type.String(),
  email: Type.String(),
  name: Type.String(),
  role: RoleName,
  customRole: Type.Optional(CustomRole),
  suspended: Type.Boolean(),
  /** No password was chosen yet; a password link lets the administrator choose one. */
  passwordMissing: Type.Boolean(),
  apiKeysAllowed: Type.Boolean(),
  /** `required`: for this administrator or for all. */
  secondFactor: Type.Object({
    enrolled: Type.Boolean(),
    required: Type.Boolean(),
    enrolledAt: Type.Optional(Type.String()),
  }),
  created: Type.String(),
  lastSignIn: Type.Optional(Type.String()),
})
export type Administrator = Static<typeof Administrator>

export const AdministratorCreate = Type.Object(
  {
    email: Type.String({ minLength: 3, maxLength: 320 }),
    name: Type.String({ minLength: 1, maxLength: 200 }),
    role: RoleName,
    /** A role that administrators made; give `read_only` as `role` beside it. */
    customRoleId: Type.Optional(IdText),
    /** Without one, the administrator chooses it with a link: by mail, or from whoever made it. */
    password: Type.Optional(Type.String({ minLength: 12, maxLength: 1024 })),
  },
  strict,
)
export type AdministratorCreate = Static<typeof AdministratorCreate>

export const AdministratorUpdate = Type.Object(
  {
    name: Type.Optional(Type.String({ minLength: 1, maxLength: 200 })),
    /** One of the hub's own roles; takes the place of a role that administrators made. */
    role: Type.Optional(RoleName),
    customRoleId: Type.Optional(IdText),
    suspended: Type.Optional(Type.Boolean()),
    apiKeysAllowed: Type.Optional(Type.Boolean()),
    secondFactorRequired: Type.Optional(Type.Boolean()),
  },
  strict,
)
export type AdministratorUpdate = Static<typeof AdministratorUpdate>

export const ApiKey = Type.Object({
  id: Type.String(),
  name: Type.String(),
  prefix: Type.String(),
  created: Type.String(),
  expires: Type.Optional(Type.String()),
  lastUsed: Type.Optional(Type.String()),
  administratorId: Type.String(),
  administratorName: Type.String(),
})
export type ApiKey = Static<typeof ApiKey>

export const ApiKeyCreate = Type.Object(
  {
    name: Type.String({ minLength: 1, maxLength: 100 }),
    /** Days until it expires; 90 when absent. */
    expiresInDays: Type.Optional(Type.Integer({ minimum: 1, maximum: 3650 })),
  },
  strict,
)
export type ApiKeyCreate = Static<typeof ApiKeyCreate>

/** The new key with its secret, shown this once. */
export const ApiKeyCreated = Type.Object({ apiKey: ApiKey, secret: Type.String() })
export type ApiKeyCreated = Static<typeof ApiKeyCreated>
