import Type, { type Static } from 'typebox'
import { DirectoryConfiguration, DirectoryDelegation, type DirectoryProblem } from './directory.ts'
import { pageQuery } from './page.ts'

const strict = { additionalProperties: false } as const

/** Something that happens, or that somebody has to do, when a directory changes; in the order in which it does. */
export const DirectoryStep = Type.Object({
  key: Type.String(),
  /** `hub`: happens by itself. `administrator`: somebody has to do it. */
  by: Type.Union([Type.Literal('hub'), Type.Literal('administrator')]),
  title: Type.String(),
  /** What comes of it, with the numbers. */
  effect: Type.String(),
  /** Present where it is known whether it is done. */
  done: Type.Optional(Type.Boolean()),
})
export type DirectoryStep = Static<typeof DirectoryStep>

const AgentChange = Type.Object({
  id: Type.String(),
  kind: Type.Union([Type.Literal('IMPORT'), Type.Literal('SYNC')]),
  hostname: Type.Optional(Type.String()),
})

/** What a change of a directory would do; nothing is changed. */
export const DirectoryPreview = Type.Object({
  before: DirectoryConfiguration,
  after: DirectoryConfiguration,
  steps: Type.Array(DirectoryStep),
  users: Type.Object({
    /** In scope now. */
    inScope: Type.Integer(),
    /** Who would leave the scope, and what the settings say of that happens to them. */
    leaving: Type.Integer(),
    entering: Type.Integer(),
    /** Users who become the hub's own, and users of the hub who become the domain's. */
    released: Type.Integer(),
    claimed: Type.Integer(),
    /** Whose password authority changes, but for those for whom an administrator chose another one. */
    passwordAuthority: Type.Integer(),
    /** Accounts that wait to be written. */
    pending: Type.Integer(),
  }),
  groups: Type.Object({ released: Type.Integer(), claimed: Type.Integer() }),
  fields: Type.Object({
    /** On users who came from the domain. */
    becomeReadOnly: Type.Array(Type.String()),
    becomeWritable: Type.Array(Type.String()),
  }),
  agents: Type.Object({
    add: Type.Array(Type.Union([Type.Literal('IMPORT'), Type.Literal('SYNC')])),
    remove: Type.Array(AgentChange),
  }),
  /** Who says whether passwords of the domain's users are right, and who of them could not sign in for now. */
  signIn: Type.Object({
    before: DirectoryDelegation.properties.state,
    after: DirectoryDelegation.properties.state,
    lockedOut: Type.Integer(),
    /** The first of them by username. */
    usernames: Type.Array(Type.String(), { maxItems: 10 }),
  }),
  /** Users for whom an account would be made in the domain: who was connected, or is in a connected group, while nothing was written there. */
  newAccounts: Type.Object({
    count: Type.Integer(),
    /** The first of them by username. */
    usernames: Type.Array(Type.String(), { maxItems: 10 }),
  }),
  /** By LDAP name, what agents read from then on and did not before, and the other way round. */
  attributes: Type.Object({ added: Type.Array(Type.String()), removed: Type.Array(Type.String()) }),
  /** Everything is read before anything is imported again. */
  fullRead: Type.Boolean(),
  /** Why the change would be refused or should be thought over. */
  warnings: Type.Array(Type.String()),
})
export type DirectoryPreview = Static<typeof DirectoryPreview>

/** What disconnecting a directory would do, or how far a migration away from it has come. */
export const DirectoryPath = Type.Object({ steps: Type.Array(DirectoryStep) })
export type DirectoryPath = Static<typeof DirectoryPath>

const Name = Type.String({ minLength: 1, maxLength: 1024 })

/** How a clash of an object with a user or group of the hub ends. */
export const ResolutionCreate = Type.Union([
  /** The object is the user's or group's too. */
  Type.Object({ action: Type.Literal('merge') }, strict),
  /** The object is imported under other names. */
  Type.Object(
    {
      action: Type.Literal('rename'),
      username: Type.Optional(Name),
      email: Type.Optional(Name),
      groupName: Type.Optional(Name),
    },
    strict,
  ),
  /** The object stays out, and is not told any more. */
  Type.Object({ action: Type.Literal('ignore') }, strict),
])
export type ResolutionCreate = Static<typeof ResolutionCreate>

export const DirectoryResolution = Type.Object({
  guid: Type.String(),
  action: Type.Union([Type.Literal('merge'), Type.Literal('rename'), Type.Literal('ignore')]),
  /** The object's name when it was decided on. */
  name: Type.String(),
  userId: Type.Optional(Type.String()),
  groupId: Type.Optional(Type.String()),
  username: Type.Optional(Type.String()),
  email: Type.Optional(Type.String()),
  groupName: Type.Optional(Type.String()),
  created: Type.String(),
})
export type DirectoryResolution = Static<typeof DirectoryResolution>

const { limit, after } = pageQuery
export const ResolutionQuery = Type.Object({ limit, after }, strict)
export type ResolutionQuery = Static<typeof ResolutionQuery>

export const ProblemParams = Type.Object(
  { id: Type.String(), guid: Type.String({ pattern: '^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$' }) },
  strict,
)

/** The codes of problems that can be resolved here. */
export const resolvableCodes: readonly DirectoryProblem['code'][] = [
  'username_taken',
  'username_in_other_directory',
  'email_taken',
  'group_name_taken',
]
