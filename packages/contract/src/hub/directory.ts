import Type, { type Static } from 'typebox'
import { CaptureWay } from '../agents/capture.ts'
import { AgentPlace } from '../agents/sign-in-check.ts'
import { ContainerRules } from './directory-container.ts'

const strict = { additionalProperties: false } as const

export const UseCase = Type.Union([
  Type.Literal('ADASAUTHORITY'),
  Type.Literal('TWOWAYSYNC'),
  Type.Literal('JCASAUTHORITY'),
])
export type UseCase = Static<typeof UseCase>

/** Fields of users that an import sets only where the domain is set so. */
export const AdditionalField = Type.Union([
  Type.Literal('displayname'),
  Type.Literal('description'),
  Type.Literal('jobTitle'),
  Type.Literal('department'),
  Type.Literal('company'),
  Type.Literal('location'),
  Type.Literal('employeeType'),
  Type.Literal('phoneNumbers'),
  Type.Literal('addresses'),
  Type.Literal('manager'),
])
export type AdditionalField = Static<typeof AdditionalField>

/** Fields that can be written to a domain as well as read from it, and whose authority can therefore be chosen. */
export const SharedField = Type.Union([
  Type.Literal('firstname'),
  Type.Literal('lastname'),
  Type.Literal('email'),
  Type.Literal('displayname'),
  Type.Literal('description'),
  Type.Literal('jobTitle'),
  Type.Literal('department'),
  Type.Literal('company'),
  Type.Literal('location'),
  Type.Literal('employeeType'),
])
export type SharedField = Static<typeof SharedField>

/** Who decides on a field: the domain alone, the hub alone, or whoever changed it last. */
export const FieldAuthority = Type.Union([Type.Literal('directory'), Type.Literal('hub'), Type.Literal('both')])
export type FieldAuthority = Static<typeof FieldAuthority>

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
    /** Additional fields that are not imported although additional ones are. */
    excludedFields: Type.Array(AdditionalField, { maxItems: 10, uniqueItems: true }),
    /** By what an account is found to be that of a user who exists here already. */
    takeoverBy: Type.Union([Type.Literal('username'), Type.Literal('username_or_email')]),
    /** The state of imported users; `organization` is what the organization's settings say of users made one by one. */
    defaultState: Type.Union([Type.Literal('organization'), Type.Literal('ACTIVATED'), Type.Literal('STAGED')]),
    /** Of imported users; `configuration` is what the configuration brings. */
    passwordAuthority: Type.Union([Type.Literal('configuration'), Type.Literal('directory'), Type.Literal('hub')]),
    delegatedAuthority: Type.Union([Type.Literal('configuration'), Type.Literal('directory'), Type.Literal('none')]),
    /** By what passwords that change in the domain are captured; empty for none. */
    passwordCapture: Type.Array(CaptureWay, { maxItems: 3, uniqueItems: true }),
    /** The name of the group whose members, direct or nested, have sudo; empty for none. */
    adminGroup: Type.String({ maxLength: 256 }),
    /** Who decides on a field of users who came from the domain, where that is not the domain; counts where both sides manage users. */
    fieldAuthority: Type.Partial(
      Type.Object(
        Object.fromEntries(SharedField.anyOf.map((field) => [field.const, FieldAuthority])) as Record<
          SharedField,
          typeof FieldAuthority
        >,
      ),
      strict,
    ),
  },
  strict,
)
export type DirectoryBehaviour = Static<typeof DirectoryBehaviour>

const Dn = Type.String({ minLength: 3, maxLength: 1000 })
const FurtherRootDns = Type.Array(Dn, { maxItems: 20 })

/** Names for whole sets of answers to what happens on what happens in the domain. */
export const BehaviourPreset = Type.Union([Type.Literal('safe'), Type.Literal('as_jumpcloud')])
export type BehaviourPreset = Static<typeof BehaviourPreset>

export const DirectoryCreate = Type.Object(
  {
    /** `DC=corp;DC=example`, `DC=corp,DC=example` or `corp.example`. */
    domain: Type.String({ minLength: 3, maxLength: 255 }),
    useCase: Type.Optional(UseCase),
    rootDn: Type.Optional(Dn),
    /** Root containers beside the first one. */
    furtherRootDns: Type.Optional(FurtherRootDns),
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
    /** Root containers beside the first one. */
    furtherRootDns: Type.Optional(FurtherRootDns),
    integrationGroupDn: Type.Optional(Dn),
    userContainerDn: Type.Optional(Dn),
    groupContainerDn: Type.Optional(Dn),
    upnSuffix: Type.Optional(Type.String({ maxLength: 255 })),
    /** Sets the four behaviours; what `behaviour` names beside it counts more. */
    preset: Type.Optional(BehaviourPreset),
    behaviour: Type.Optional(Type.Partial(DirectoryBehaviour, strict)),
    /** Where accounts of users are made, in stead of `userContainerDn`. */
    containerRules: Type.Optional(ContainerRules),
    /** Existing accounts of the hub's users follow the rules too; otherwise they stay where they are. */
    movesAccounts: Type.Optional(Type.Boolean()),
    /** Deletes the agents that a new `useCase` has no need of. */
    removeAgents: Type.Optional(Type.Boolean()),
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
  /** Where an import agent found itself to run: on the domain controller that it asks, or on another server. */
  place: Type.Optional(AgentPlace),
  /** It waits for sign-ins to be validated by the domain. */
  validates: Type.Optional(Type.Boolean()),
  /** What an administrator should see to, such as a version that differs from the others'. */
  warnings: Type.Array(Type.String()),
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

/** Something about a directory as a whole that an administrator should know. */
export const DirectoryWarning = Type.Object({ code: Type.String(), detail: Type.String(), remedy: Type.String() })
export type DirectoryWarning = Static<typeof DirectoryWarning>

/** What a directory's configuration brings. */
export const DirectoryConfiguration = Type.Object({
  useCase: UseCase,
  agentsWanted: Type.Array(Type.Union([Type.Literal('IMPORT'), Type.Literal('SYNC')])),
  passwordAuthority: Type.Union([Type.Literal('directory'), Type.Literal('hub')]),
  delegatedAuthority: Type.Union([Type.Literal('directory'), Type.Literal('none')]),
  /** Who decides on each field of users who came from the domain. */
  fields: Type.Array(Type.Object({ field: Type.String(), authority: FieldAuthority })),
})
export type DirectoryConfiguration = Static<typeof DirectoryConfiguration>

/** Delegated Password Validation: whether the domain validates sign-ins of its users; `pending` until an import agent is there that can ask it. */
export const DirectoryDelegation = Type.Object({
  state: Type.Union([Type.Literal('disabled'), Type.Literal('pending'), Type.Literal('active')]),
  /** The configuration leaves no choice. */
  fixed: Type.Boolean(),
  reason: Type.String(),
})
export type DirectoryDelegation = Static<typeof DirectoryDelegation>

export const DirectoryDetail = Type.Object({
  ...DirectoryRow.properties,
  baseDn: Type.String(),
  rootDn: Type.String(),
  furtherRootDns: Type.Array(Type.String()),
  integrationGroupDn: Type.String(),
  userContainerDn: Type.String(),
  groupContainerDn: Type.String(),
  upnSuffix: Type.String(),
  containerRules: ContainerRules,
  movesAccounts: Type.Boolean(),
  behaviour: DirectoryBehaviour,
  configuration: DirectoryConfiguration,
  delegation: DirectoryDelegation,
  warnings: Type.Array(DirectoryWarning),
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

/** One change at a time. Primary is the agent that works; another of its kind is chosen in its stead when it falls silent. */
export const AgentUpdate = Type.Union([
  Type.Object({ paused: Type.Boolean() }, strict),
  Type.Object({ primary: Type.Literal(true) }, strict),
])
export type AgentUpdate = Static<typeof AgentUpdate>
