import Type, { type Static } from 'typebox'

const strict = { additionalProperties: false } as const

export const UseCase = Type.Union([
  Type.Literal('ADASAUTHORITY'),
  Type.Literal('TWOWAYSYNC'),
  Type.Literal('JCASAUTHORITY'),
])
export type UseCase = Static<typeof UseCase>

/** What happens in the hub on what happens in the domain. */
export const DirectoryBehaviour = Type.Object(
  {
    dissociation: Type.Union([Type.Literal('suspend'), Type.Literal('remove'), Type.Literal('unbind')]),
    takeover: Type.Union([Type.Literal('retain'), Type.Literal('deactivate')]),
    disable: Type.Union([
      Type.Literal('suspend'),
      Type.Literal('remove'),
      Type.Literal('unbind'),
      Type.Literal('nothing'),
    ]),
    expire: Type.Union([Type.Literal('expire'), Type.Literal('suspend'), Type.Literal('nothing')]),
    usernameFrom: Type.Union([Type.Literal('sAMAccountName'), Type.Literal('userPrincipalName')]),
    additionalAttributes: Type.Boolean(),
  },
  strict,
)
export type DirectoryBehaviour = Static<typeof DirectoryBehaviour>

const Dn = Type.String({ minLength: 3, maxLength: 1000 })

export const DirectoryCreate = Type.Object(
  {
    /** `DC=corp;DC=example`, `DC=corp,DC=example` or `corp.example`. */
    domain: Type.String({ minLength: 3, maxLength: 255 }),
    useCase: Type.Optional(UseCase),
    rootDn: Type.Optional(Dn),
    integrationGroupDn: Type.Optional(Dn),
    userContainerDn: Type.Optional(Dn),
    groupContainerDn: Type.Optional(Dn),
    upnSuffix: Type.Optional(Type.String({ maxLength: 255 })),
  },
  strict,
)
export type DirectoryCreate = Static<typeof DirectoryCreate>

export const DirectoryUpdate = Type.Object(
  {
    useCase: Type.Optional(UseCase),
    rootDn: Type.Optional(Dn),
    integrationGroupDn: Type.Optional(Dn),
    userContainerDn: Type.Optional(Dn),
    groupContainerDn: Type.Optional(Dn),
    upnSuffix: Type.Optional(Type.String({ maxLength: 255 })),
    behaviour: Type.Optional(Type.Partial(DirectoryBehaviour, strict)),
  },
  strict,
)
export type DirectoryUpdate = Static<typeof DirectoryUpdate>

/** green works, amber works with trouble or waits, red does not work; always with the reason in words. */
export const Health = Type.Object({
  light: Type.Union([Type.Literal('green'), Type.Literal('amber'), Type.Literal('red')]),
  reason: Type.String(),
})
export type Health = Static<typeof Health>

export const DirectoryAgent = Type.Object({
  id: Type.String(),
  kind: Type.Union([Type.Literal('IMPORT'), Type.Literal('SYNC')]),
  state: Type.Union([
    Type.Literal('unsealed'),
    Type.Literal('active'),
    Type.Literal('inactive'),
    Type.Literal('paused'),
  ]),
  primary: Type.Boolean(),
  health: Health,
  hostname: Type.Optional(Type.String()),
  version: Type.Optional(Type.String()),
  sourceIp: Type.Optional(Type.String()),
  contactAt: Type.Optional(Type.String()),
  created: Type.String(),
  connectKeyExpires: Type.Optional(Type.String()),
})
export type DirectoryAgent = Static<typeof DirectoryAgent>

export const DirectoryRow = Type.Object({
  id: Type.String(),
  name: Type.String(),
  kind: Type.Literal('active_directory'),
  useCase: UseCase,
  health: Health,
  userCount: Type.Integer(),
  groupCount: Type.Integer(),
  problemCount: Type.Integer(),
  /** Accounts and memberships that wait to be written. */
  pendingCount: Type.Integer(),
  failedCount: Type.Integer(),
  heldCount: Type.Integer(),
  lastReadAt: Type.Optional(Type.String()),
  lastFullReadAt: Type.Optional(Type.String()),
  lastWriteAt: Type.Optional(Type.String()),
})
export type DirectoryRow = Static<typeof DirectoryRow>

export const DirectoryDetail = Type.Object({
  ...DirectoryRow.properties,
  baseDn: Type.String(),
  rootDn: Type.String(),
  integrationGroupDn: Type.String(),
  userContainerDn: Type.String(),
  groupContainerDn: Type.String(),
  upnSuffix: Type.String(),
  behaviour: DirectoryBehaviour,
  agents: Type.Array(DirectoryAgent),
})
export type DirectoryDetail = Static<typeof DirectoryDetail>

/** An object that is left out, or a conflict, with what to do about it. */
export const DirectoryProblem = Type.Object({
  guid: Type.String(),
  code: Type.String(),
  name: Type.String(),
  detail: Type.String(),
  remedy: Type.String(),
  since: Type.String(),
  userId: Type.Optional(Type.String()),
  groupId: Type.Optional(Type.String()),
})
export type DirectoryProblem = Static<typeof DirectoryProblem>

export const AgentCreate = Type.Object({ kind: Type.Union([Type.Literal('IMPORT'), Type.Literal('SYNC')]) }, strict)
export type AgentCreate = Static<typeof AgentCreate>

/** The new agent with its connect key, shown this once. */
export const AgentCreated = Type.Object({ agent: DirectoryAgent, connectKey: Type.String() })
export type AgentCreated = Static<typeof AgentCreated>

export const AgentUpdate = Type.Object({ paused: Type.Boolean() }, strict)
export type AgentUpdate = Static<typeof AgentUpdate>
