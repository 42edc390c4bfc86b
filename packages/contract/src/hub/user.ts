import Type, { type Static } from 'typebox'
import { IntegrationOwner } from './integration.ts'
import { pageQuery } from './page.ts'

const strict = { additionalProperties: false } as const
const text = Type.String({ maxLength: 1024 })

export const UserState = Type.Union([Type.Literal('STAGED'), Type.Literal('ACTIVATED'), Type.Literal('SUSPENDED')])
export type UserState = Static<typeof UserState>

/** `none`: not chosen yet; `expiring` within two weeks; `delegated`: a directory validates it. Locked goes before expired. */
const UserPasswordStatus = Type.Union([
  Type.Literal('none'),
  Type.Literal('active'),
  Type.Literal('expiring'),
  Type.Literal('expired'),
  Type.Literal('locked'),
  Type.Literal('delegated'),
])

/** A user in a list. */
export const UserRow = Type.Object({
  id: Type.String(),
  username: Type.String(),
  email: Type.String(),
  displayName: Type.String(),
  /** How people call the user: the display name, else first and last name, else the username. */
  name: Type.String(),
  state: UserState,
  passwordStatus: UserPasswordStatus,
  /** The outside authority that alone may set the password. */
  passwordAuthorityId: Type.Optional(Type.String()),
  department: Type.String(),
  jobTitle: Type.String(),
  /** The directory that owns the user's imported fields. */
  homeDirectoryId: Type.Optional(Type.String()),
  /** The number of accounts and of those whose last write failed. */
  accountCount: Type.Integer(),
  failedAccountCount: Type.Integer(),
  /** The directories in which the user has an account. */
  directoryIds: Type.Array(Type.String()),
  created: Type.String(),
  updated: Type.String(),
})
export type UserRow = Static<typeof UserRow>

/** `sort` is username, email, displayName, state or created; a leading `-` turns it round. */
export const UserListQuery = Type.Object(
  {
    ...pageQuery,
    state: Type.Optional(UserState),
    directoryId: Type.Optional(Type.String({ pattern: '^[0-9a-f]{24}$' })),
    groupId: Type.Optional(Type.String({ pattern: '^[0-9a-f]{24}$' })),
    department: Type.Optional(text),
  },
  strict,
)
export type UserListQuery = Static<typeof UserListQuery>

const PhoneNumber = Type.Object({ type: text, number: text }, strict)
const Address = Type.Object(
  {
    type: text,
    streetAddress: Type.Optional(text),
    extendedAddress: Type.Optional(text),
    locality: Type.Optional(text),
    region: Type.Optional(text),
    postalCode: Type.Optional(text),
    poBox: Type.Optional(text),
    country: Type.Optional(text),
  },
  strict,
)
const CustomAttribute = Type.Object({ name: Type.String({ pattern: '^[A-Za-z0-9]{1,32}$' }), value: text }, strict)

const editable = {
  firstname: text,
  middlename: text,
  lastname: text,
  displayname: text,
  jobTitle: text,
  department: text,
  company: text,
  costCenter: text,
  location: text,
  employeeType: text,
  employeeIdentifier: Type.Union([Type.String({ maxLength: 256 }), Type.Null()]),
  description: text,
  alternateEmail: text,
  manager: Type.Union([Type.String({ pattern: '^[0-9a-f]{24}$' }), Type.Null()]),
  phoneNumbers: Type.Array(PhoneNumber, { maxItems: 50 }),
  addresses: Type.Array(Address, { maxItems: 50 }),
  attributes: Type.Array(CustomAttribute, { maxItems: 200 }),
}

export const UserCreate = Type.Object(
  {
    username: Type.String({ minLength: 1, maxLength: 1024 }),
    email: Type.String({ minLength: 3, maxLength: 1024 }),
    state: Type.Optional(Type.Union([Type.Literal('STAGED'), Type.Literal('ACTIVATED')])),
    ...Type.Partial(Type.Object(editable)).properties,
  },
  strict,
)
export type UserCreate = Static<typeof UserCreate>

export const UserUpdate = Type.Object(
  {
    /** The revision the change was based on; a newer one is refused. */
    revision: Type.Optional(Type.Integer()),
    username: Type.Optional(Type.String({ minLength: 1, maxLength: 1024 })),
    email: Type.Optional(Type.String({ minLength: 3, maxLength: 1024 })),
    ...Type.Partial(Type.Object(editable)).properties,
  },
  strict,
)
export type UserUpdate = Static<typeof UserUpdate>

const AccountPasswordState = Type.Union([
  Type.Literal('none'),
  Type.Literal('managed_there'),
  Type.Literal('in_step'),
  Type.Literal('waits_for_delivery'),
  Type.Literal('waits_for_sign_in'),
  Type.Literal('refused'),
])

/** How the password of an account stands to the user's in the hub; `lastSet` is the directory's own time of the one that it took last. */
export const AccountPassword = Type.Object({
  state: AccountPasswordState,
  lastSet: Type.Optional(Type.String()),
  error: Type.Optional(Type.Object({ message: Type.String(), remedy: Type.String(), at: Type.String() })),
})
export type AccountPassword = Static<typeof AccountPassword>

/** A user's account in a directory. */
export const UserAccount = Type.Object({
  id: Type.String(),
  directoryId: Type.String(),
  directoryName: Type.String(),
  externalId: Type.Optional(Type.String()),
  externalName: Type.Optional(Type.String()),
  /** `bound` explicitly, through a `group`, `imported` from there, or `released` (no longer bound). */
  tie: Type.Union([Type.Literal('bound'), Type.Literal('group'), Type.Literal('imported'), Type.Literal('released')]),
  /** True when the directory has what the hub wants. */
  inStep: Type.Boolean(),
  enabled: Type.Optional(Type.Boolean()),
  password: AccountPassword,
  error: Type.Optional(
    Type.Object({
      message: Type.String(),
      remedy: Type.String(),
      at: Type.String(),
      retryAt: Type.Optional(Type.String()),
    }),
  ),
})
export type UserAccount = Static<typeof UserAccount>

/** How a user belongs to a group. */
export const MembershipOrigin = Type.Union([
  Type.Literal('hub'),
  Type.Literal('directory'),
  Type.Literal('nested'),
  Type.Literal('rule'),
])
export type MembershipOrigin = Static<typeof MembershipOrigin>

export const UserMembership = Type.Object({
  groupId: Type.String(),
  groupName: Type.String(),
  origins: Type.Array(MembershipOrigin),
})
export type UserMembership = Static<typeof UserMembership>

/** Who says whether the user's password is right and what the hub keeps of it; `problem`: why the user cannot sign in. */
export const UserSignIn = Type.Object({
  validator: Type.Union([Type.Literal('hub'), Type.Literal('directory'), Type.Literal('nobody')]),
  directoryId: Type.Optional(Type.String()),
  storedFrom: Type.Array(Type.Union([Type.Literal('sign_in'), Type.Literal('capture'), Type.Literal('here')])),
  changedIn: Type.Union([Type.Literal('directory'), Type.Literal('hub'), Type.Literal('either')]),
  problem: Type.Optional(Type.Object({ code: Type.String(), detail: Type.String(), remedy: Type.String() })),
})
export type UserSignIn = Static<typeof UserSignIn>

export const UserDetail = Type.Object({
  ...UserRow.properties,
  revision: Type.Integer(),
  suspendedBy: Type.Optional(Type.String()),
  activated: Type.Boolean(),
  accountLocked: Type.Boolean(),
  managerName: Type.Optional(Type.String()),
  /** All fields by their JumpCloud names. */
  fields: Type.Record(Type.String(), Type.Unknown()),
  /** Fields that an outside authority owns: a directory, or an integration, with its id. */
  restrictedFields: Type.Array(
    Type.Object({
      field: Type.String(),
      directoryId: Type.String(),
      kind: Type.String(),
      name: Type.Optional(Type.String()),
    }),
  ),
  /** The integration that made the user or took them over. */
  owner: Type.Optional(IntegrationOwner),
  signIn: UserSignIn,
  accounts: Type.Array(UserAccount),
  groups: Type.Array(UserMembership),
})
export type UserDetail = Static<typeof UserDetail>

/** Why each value is what it is: the last change of every field, by field name. */
export const UserExplanation = Type.Object({
  fields: Type.Record(
    Type.String(),
    Type.Object({
      seq: Type.Integer(),
      at: Type.String(),
      actorKind: Type.String(),
      actor: Type.String(),
      action: Type.String(),
      reason: Type.String(),
      before: Type.Optional(Type.Unknown()),
      after: Type.Optional(Type.Unknown()),
    }),
  ),
})
export type UserExplanation = Static<typeof UserExplanation>

export const UserDeleteQuery = Type.Object(
  {
    /** What becomes of the people who report to this user: `null` clears, an id names the new manager. */
    cascadeManager: Type.Optional(Type.String({ pattern: '^(null|[0-9a-f]{24})$' })),
  },
  strict,
)
export type UserDeleteQuery = Static<typeof UserDeleteQuery>

export const BulkUserAction = Type.Object(
  {
    action: Type.Union([Type.Literal('suspend'), Type.Literal('activate'), Type.Literal('delete')]),
    ids: Type.Array(Type.String({ pattern: '^[0-9a-f]{24}$' }), { minItems: 1, maxItems: 500 }),
    reason: Type.Optional(Type.String({ maxLength: 500 })),
  },
  strict,
)
export type BulkUserAction = Static<typeof BulkUserAction>

/** One line per user that was not changed; the others were. */
export const BulkResult = Type.Object({
  changed: Type.Integer(),
  failures: Type.Array(Type.Object({ id: Type.String(), code: Type.String(), message: Type.String() })),
})
export type BulkResult = Static<typeof BulkResult>
