// The agents' protocol under /agents/v1. Agents keep no state: the hub stores the mirror, the cookie and what is to be done.
//
// Enrolment: POST /agents/v1/enrol with the one-time connect key and the agent's public key.
// Afterwards every request is signed (see signature.ts). Passwords travel sealed for the agent's sealing key (see sealed-password.ts).
// One import agent of a domain is primary: it holds a lease with an epoch,
// which every post repeats, so that a paused ex-primary can do nothing. The sync agent leases work, item by item, and reports outcomes.
// It begins no item after the lease has run out, or after the hub has said that it is not primary any more. While it is at work it may ask for
// more, saying so (`holdsWork`); any other question means that it has nothing in hand. A report is always taken, because it is a fact about the
// domain; but it settles only what the agent still holds. What was handed out anew meanwhile, or what the hub has changed its mind about, is
// settled by its own report.
import Type, { type Static } from 'typebox'
import { SealedPassword } from './sealed-password.ts'

const Guid = Type.String({ pattern: '^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$' })
const Base64 = Type.String({ pattern: '^[A-Za-z0-9+/]*={0,2}$', maxLength: 1_000_000 })
const strict = { additionalProperties: false } as const

/** Which of the two agents a program is. */
export const AgentKind = Type.Union([Type.Literal('IMPORT'), Type.Literal('SYNC')])
export type AgentKind = Static<typeof AgentKind>

/** X25519 public key, raw 32 bytes in base64url: what passwords for the agent are sealed with (sealed-password.ts). */
const SealingKey = Type.String({ pattern: '^[A-Za-z0-9_-]{43}$' })

export const EnrolRequest = Type.Object(
  {
    connectKey: Type.String({ minLength: 20, maxLength: 200 }),
    /** Ed25519 public key, raw 32 bytes in base64url. */
    publicKey: Type.String({ pattern: '^[A-Za-z0-9_-]{43}$' }),
    sealingKey: Type.Optional(SealingKey),
    kind: AgentKind,
    hostname: Type.String({ minLength: 1, maxLength: 255 }),
    version: Type.String({ minLength: 1, maxLength: 64 }),
  },
  strict,
)
export type EnrolRequest = Static<typeof EnrolRequest>

/** Told whenever an agent starts: it may be of a version that had none when it was enrolled. */
export const SealingKeyNotice = Type.Object({ sealingKey: SealingKey }, strict)
export type SealingKeyNotice = Static<typeof SealingKeyNotice>

export const EnrolReply = Type.Object({ agentId: Type.String(), domainId: Type.String() })
export type EnrolReply = Static<typeof EnrolReply>

/** What an agent must know of its domain; sent anew whenever it asks. */
export const DomainSettings = Type.Object({
  domainId: Type.String(),
  baseDn: Type.String(),
  /** The root user container: what is outside it is not managed. */
  rootDn: Type.String(),
  /** Further root containers. */
  furtherRootDns: Type.Optional(Type.Array(Type.String())),
  /** What the import agent reads of every object, by LDAP name. */
  attributes: Type.Optional(Type.Array(Type.String())),
  integrationGroupDn: Type.String(),
  /** Where the sync agent creates users and groups. */
  userContainerDn: Type.String(),
  groupContainerDn: Type.String(),
  upnSuffix: Type.String(),
})
export type DomainSettings = Static<typeof DomainSettings>

export const ImportLeaseRequest = Type.Object(
  {
    hostname: Type.String({ maxLength: 255 }),
    version: Type.String({ maxLength: 64 }),
    /** The domain controller that this agent reads, and whether it answers. */
    directory: Type.Object(
      {
        reachable: Type.Boolean(),
        dnsHostName: Type.Optional(Type.String({ maxLength: 255 })),
        error: Type.Optional(Type.String({ maxLength: 1000 })),
      },
      strict,
    ),
  },
  strict,
)
export type ImportLeaseRequest = Static<typeof ImportLeaseRequest>

/** The lease lasts `leaseMs` and is renewed by asking again; a stand-by asks every `leaseMs / 3` too. */
export const ImportLease = Type.Object({
  role: Type.Union([Type.Literal('primary'), Type.Literal('standby'), Type.Literal('paused')]),
  epoch: Type.Integer(),
  leaseMs: Type.Integer(),
  settings: DomainSettings,
  /** Where the last committed read ended; absent before the first one. */
  cookie: Type.Optional(Base64),
  invocationId: Type.Optional(Type.String()),
  highestUsn: Type.Optional(Type.String()),
  /** True when the hub wants everything read anew (first read, settings changed, verification). */
  fullReadWanted: Type.Boolean(),
  /** Objects whose attributes the hub lacks. */
  wantedGuids: Type.Array(Guid),
  /** Somebody looks at the agent's log: it sends it until it is told otherwise (log.ts). */
  logWanted: Type.Optional(Type.Boolean()),
})
export type ImportLease = Static<typeof ImportLease>

/** One object as read. `attributes` are text values by LDAP name; a removed attribute has an empty list; an unchanged one is absent. */
export const ReadObject = Type.Object(
  {
    guid: Guid,
    kind: Type.Union([
      Type.Literal('user'),
      Type.Literal('group'),
      Type.Literal('container'),
      Type.Literal('other'),
      /** DirSync reports changes without objectClass: the hub knows the kind. */
      Type.Literal('unchanged'),
    ]),
    deleted: Type.Boolean(),
    dn: Type.String({ maxLength: 4000 }),
    parentGuid: Type.Optional(Guid),
    /** True when `attributes` is everything the object has of the attributes asked for. */
    complete: Type.Boolean(),
    attributes: Type.Record(Type.String({ maxLength: 100 }), Type.Array(Type.String())),
    /** Attributes left out because their bytes are not text or they are too long. */
    unreadable: Type.Optional(Type.Array(Type.String({ maxLength: 100 }))),
    members: Type.Optional(
      Type.Object(
        {
          /** True when `added` is the whole membership. */
          complete: Type.Boolean(),
          added: Type.Array(Guid),
          removed: Type.Array(Guid),
        },
        strict,
      ),
    ),
  },
  strict,
)
export type ReadObject = Static<typeof ReadObject>

export const ReadBatch = Type.Object(
  {
    epoch: Type.Integer(),
    /** `full`: everything of the domain, in several batches; `changes`: since the cookie; `objects`: the wanted ones. */
    kind: Type.Union([Type.Literal('full'), Type.Literal('changes'), Type.Literal('objects')]),
    /** The same for every batch of one read. */
    readId: Type.String({ pattern: '^[0-9a-f]{24}$' }),
    /** True in the first batch of a read. */
    first: Type.Boolean(),
    objects: Type.Array(ReadObject, { maxItems: 2000 }),
    /** Wanted objects that the directory does not have any more. */
    missingGuids: Type.Optional(Type.Array(Guid, { maxItems: 2000 })),
    /** Present in the last batch alone: the read is complete, and this is where it ended. */
    end: Type.Optional(
      Type.Object(
        {
          cookie: Type.Optional(Base64),
          invocationId: Type.Optional(Type.String({ maxLength: 100 })),
          highestUsn: Type.Optional(Type.String({ pattern: '^[0-9]{1,20}$' })),
          objectCount: Type.Integer({ minimum: 0 }),
          /** What the read asked for, by LDAP name: the hub may want more meanwhile. */
          attributes: Type.Optional(Type.Array(Type.String({ maxLength: 256 }), { maxItems: 1000 })),
        },
        strict,
      ),
    ),
  },
  strict,
)
export type ReadBatch = Static<typeof ReadBatch>

export const ReadReply = Type.Object({ accepted: Type.Boolean(), wantedGuids: Type.Array(Guid) })
export type ReadReply = Static<typeof ReadReply>

export const WorkRequest = Type.Object(
  {
    hostname: Type.String({ maxLength: 255 }),
    version: Type.String({ maxLength: 64 }),
    waitMs: Type.Integer({ minimum: 0, maximum: 30_000 }),
    maxItems: Type.Integer({ minimum: 1, maximum: 200 }),
    /** The agent sends its log already: that somebody looks at it is no news. */
    sendsLog: Type.Optional(Type.Boolean()),
    /** What the agent was given before stays its own, because it is still at work on it; otherwise what it did not report is free again. */
    holdsWork: Type.Optional(Type.Boolean()),
    directory: Type.Object(
      {
        reachable: Type.Boolean(),
        dnsHostName: Type.Optional(Type.String({ maxLength: 255 })),
        error: Type.Optional(Type.String({ maxLength: 1000 })),
      },
      strict,
    ),
  },
  strict,
)
export type WorkRequest = Static<typeof WorkRequest>

/** The password of an account: sealed for the agent that is handed it, with the purpose `set` and the parts that stand here. */
export const WorkPassword = Type.Object({
  userId: Type.String(),
  revision: Type.Integer(),
  /** The account that it is for; absent when it was sealed before there was one, which is then made since `madeSince` or taken over. */
  objectGuid: Type.Optional(Guid),
  madeSince: Type.String({ format: 'date-time' }),
  sealed: SealedPassword,
})
export type WorkPassword = Static<typeof WorkPassword>

/** A user's account as it should be. The agent reads the object and writes only what differs. */
export const UserWork = Type.Object({
  kind: Type.Literal('user'),
  accountId: Type.String(),
  revision: Type.Integer(),
  /** Absent while the account does not exist or its place is not known. */
  guid: Type.Optional(Guid),
  /** False: the account is to be disabled and otherwise left alone. */
  wanted: Type.Boolean(),
  /** When the hub first asked for this account: an unfinished one made since then is ours to finish. */
  creatingSince: Type.Optional(Type.String({ format: 'date-time' })),
  /** True when an existing account of the same name may be taken over. */
  takeover: Type.Boolean(),
  samAccountName: Type.String(),
  userPrincipalName: Type.String(),
  commonName: Type.String(),
  /** Where a new account is made, else the container of the settings; where an existing one is moved, else it stays. */
  containerDn: Type.Optional(Type.String()),
  /** By LDAP name; an empty text removes the attribute. `manager` is a GUID. */
  attributes: Type.Record(Type.String(), Type.String()),
  /** `keep` leaves the state of the account as it is. */
  enabled: Type.Union([Type.Literal('enable'), Type.Literal('disable'), Type.Literal('keep')]),
  password: Type.Optional(WorkPassword),
})
export type UserWork = Static<typeof UserWork>

/** A group as it should be. */
export const GroupWork = Type.Object({
  kind: Type.Literal('group'),
  groupId: Type.String(),
  revision: Type.Integer(),
  guid: Type.Optional(Guid),
  /** Present until the group is reported as made: what is missing of that (a place in the integration group) is ours to complete. */
  creatingSince: Type.Optional(Type.String({ format: 'date-time' })),
  /** While the group is being made, the name under which it was first asked for. */
  name: Type.String(),
  description: Type.String(),
})
export type GroupWork = Static<typeof GroupWork>

/** Members to add to and remove from one group; repeating it changes nothing. */
export const MemberWork = Type.Object({
  kind: Type.Literal('members'),
  groupId: Type.String(),
  groupGuid: Guid,
  add: Type.Array(Type.Object({ userId: Type.String(), guid: Guid })),
  remove: Type.Array(Type.Object({ userId: Type.String(), guid: Guid })),
  /** What the hub had read of these members when it gave this out; repeated in the outcome. */
  membersRead: Type.Optional(Type.Integer()),
})
export type MemberWork = Static<typeof MemberWork>

export const WorkItem = Type.Union([UserWork, GroupWork, MemberWork])
export type WorkItem = Static<typeof WorkItem>

export const WorkReply = Type.Object({
  role: Type.Union([Type.Literal('primary'), Type.Literal('standby'), Type.Literal('paused')]),
  epoch: Type.Integer(),
  settings: DomainSettings,
  /** How long the items are the agent's: what it has not begun by then, another agent may be doing. */
  leaseMs: Type.Optional(Type.Integer()),
  /** The hub knows `holdsWork`, so that the agent may ask for more before it is done. */
  mayHoldWork: Type.Optional(Type.Boolean()),
  items: Type.Array(WorkItem),
  logWanted: Type.Optional(Type.Boolean()),
})
export type WorkReply = Static<typeof WorkReply>

/** Why Active Directory refused, in its own code and in words. */
export const WorkFailure = Type.Object(
  {
    kind: Type.String({ maxLength: 100 }),
    code: Type.Optional(Type.String({ maxLength: 100 })),
    message: Type.String({ maxLength: 2000 }),
    remedy: Type.String({ maxLength: 2000 }),
    retryable: Type.Boolean(),
  },
  strict,
)
export type WorkFailure = Static<typeof WorkFailure>

/** What became of a password. Setting the same one again does no harm. */
export const PasswordOutcome = Type.Object(
  {
    revision: Type.Integer(),
    /** pwdLastSet as the domain shows it afterwards. */
    lastSet: Type.Optional(Type.String({ format: 'date-time', maxLength: 40 })),
    failure: Type.Optional(WorkFailure),
  },
  strict,
)
export type PasswordOutcome = Static<typeof PasswordOutcome>

export const UserOutcome = Type.Object(
  {
    kind: Type.Literal('user'),
    accountId: Type.String({ maxLength: 24 }),
    revision: Type.Integer(),
    guid: Type.Optional(Guid),
    dn: Type.Optional(Type.String({ maxLength: 4000 })),
    created: Type.Optional(Type.Boolean()),
    takenOver: Type.Optional(Type.Boolean()),
    /** The state that the account has now. */
    enabled: Type.Optional(Type.Boolean()),
    /** LDAP names that were written. */
    written: Type.Optional(Type.Array(Type.String({ maxLength: 100 }))),
    /** Absent when it was not tried. */
    password: Type.Optional(PasswordOutcome),
    failure: Type.Optional(WorkFailure),
  },
  strict,
)
export type UserOutcome = Static<typeof UserOutcome>

export const GroupOutcome = Type.Object(
  {
    kind: Type.Literal('group'),
    groupId: Type.String({ maxLength: 24 }),
    revision: Type.Integer(),
    guid: Type.Optional(Guid),
    dn: Type.Optional(Type.String({ maxLength: 4000 })),
    failure: Type.Optional(WorkFailure),
  },
  strict,
)
export type GroupOutcome = Static<typeof GroupOutcome>

export const MemberOutcome = Type.Object(
  {
    kind: Type.Literal('members'),
    groupId: Type.String({ maxLength: 24 }),
    /** Users whose membership is now as asked. */
    added: Type.Array(Type.String({ maxLength: 24 })),
    removed: Type.Array(Type.String({ maxLength: 24 })),
    membersRead: Type.Optional(Type.Integer({ minimum: 0 })),
    failure: Type.Optional(WorkFailure),
  },
  strict,
)
export type MemberOutcome = Static<typeof MemberOutcome>

export const WorkReport = Type.Object(
  {
    epoch: Type.Integer(),
    outcomes: Type.Array(Type.Union([UserOutcome, GroupOutcome, MemberOutcome]), { maxItems: 200 }),
  },
  strict,
)
export type WorkReport = Static<typeof WorkReport>

/** Whether the agent may begin more of what it was given: not when it was paused meanwhile, or another one is primary. */
export const WorkReportReply = Type.Object({ primary: Type.Boolean() })
export type WorkReportReply = Static<typeof WorkReportReply>
