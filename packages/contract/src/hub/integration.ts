import Type, { type Static } from 'typebox'
import { pageQuery } from './page.ts'

const strict = { additionalProperties: false } as const
const Name = Type.String({ minLength: 1, maxLength: 100 })

/** How a client speaks: what of its ways is tolerated. */
const IntegrationProfile = Type.Union([
  Type.Literal('lenient'),
  Type.Literal('strict'),
  Type.Literal('entra'),
  Type.Literal('okta'),
  Type.Literal('jumpcloud'),
  Type.Literal('google'),
  Type.Literal('onelogin'),
])
const OnDelete = Type.Union([Type.Literal('delete'), Type.Literal('suspend')])
const OnDeactivate = Type.Union([Type.Literal('suspend'), Type.Literal('ignore')])
const DefaultState = Type.Union([Type.Literal('ACTIVATED'), Type.Literal('STAGED')])
const UsernameRule = Type.Union([Type.Literal('as_sent'), Type.Literal('before_at'), Type.Literal('email_before_at')])
const EmailRule = Type.Union([Type.Literal('primary'), Type.Literal('work'), Type.Literal('user_name')])
const TakeoverBy = Type.Union([Type.Literal('userName'), Type.Literal('email'), Type.Literal('externalId')])
const TakeoverOf = Type.Union([Type.Literal('unowned'), Type.Literal('everybody')])
const Guard = Type.Union([Type.Literal('hold'), Type.Literal('refuse'), Type.Literal('off')])

/** What is done to a value on its way into a field. */
export const mappingTransforms = ['lower', 'upper', 'trim', 'before_at', 'after_at', 'digits'] as const
export type MappingTransform = (typeof mappingTransforms)[number]
const Transform = Type.Unsafe<MappingTransform>(Type.Union(mappingTransforms.map((name) => Type.Literal(name))))

/** An attribute by its path, and the user's field that it becomes; custom fields are called `attributes.NAME`, declared attributes `URN:NAME`. */
export const MappingRow = Type.Object(
  {
    path: Type.String({ minLength: 1, maxLength: 330 }),
    field: Type.String({ minLength: 1, maxLength: 330 }),
    transform: Type.Optional(Transform),
  },
  strict,
)
export type MappingRow = Static<typeof MappingRow>
/** Null: the usual table. */
const Mapping = Type.Union([Type.Array(MappingRow, { maxItems: 200 }), Type.Null()])
/** By their names as in `MappingRow`, without custom fields. */
const ReadOnlyFields = Type.Array(Type.String({ minLength: 1, maxLength: 270 }), { maxItems: 50 })

/** A token of an integration; the token itself is never shown again. */
export const IntegrationToken = Type.Object({
  id: Type.String(),
  prefix: Type.String(),
  created: Type.String(),
  expires: Type.Optional(Type.String()),
  expired: Type.Boolean(),
  lastUsed: Type.Optional(Type.String()),
})
export type IntegrationToken = Static<typeof IntegrationToken>

/** How it goes with an integration. */
export const IntegrationFigures = Type.Object({
  /** Users that it owns and that are not suspended. */
  activeUsers: Type.Integer(),
  /** Its latest request, or a read up to a minute before its latest one. */
  lastRequest: Type.Optional(Type.String()),
  /** Requests of the last 24 hours, counted in whole hours, that were refused or failed. */
  failures: Type.Integer(),
})
export type IntegrationFigures = Static<typeof IntegrationFigures>

/** A client that provisions users and groups into the hub. */
export const IntegrationRow = Type.Object({
  id: Type.String(),
  name: Type.String(),
  /** Serves the API keys of administrators; it has no tokens of its own. */
  builtIn: Type.Boolean(),
  profile: IntegrationProfile,
  enabled: Type.Boolean(),
  mayCreate: Type.Boolean(),
  mayUpdate: Type.Boolean(),
  mayDelete: Type.Boolean(),
  /** What the deletion of a user does. */
  onDelete: OnDelete,
  /** What it does when a user is made inactive. */
  onDeactivate: OnDeactivate,
  /** The state of users that are created active. */
  defaultState: DefaultState,
  /** `before_at`: of a username that is an e-mail address, what stands before the @. */
  usernameRule: UsernameRule,
  /** Which address is the user's e-mail address; `user_name`: the user name, which is one. */
  emailRule: EmailRule,
  mapping: Mapping,
  /** Fields of its users that nobody else changes. */
  readOnlyFields: ReadOnlyFields,
  /** Whether other integrations may change and delete what this one made. */
  othersMayChange: Type.Boolean(),
  /** What an existing user is recognised by when the client makes one; empty: nobody is taken over. */
  takeoverBy: Type.Array(TakeoverBy),
  /** `unowned`: nobody whom another integration made or a directory manages. */
  takeoverOf: TakeoverOf,
  /** What happens with deactivations and deletions beyond the larger of the two limits in 24 hours. */
  guard: Guard,
  guardCount: Type.Integer(),
  guardPercent: Type.Integer(),
  created: Type.String(),
  updated: Type.String(),
  tokens: Type.Array(IntegrationToken),
  /** Where integrations are read, not where they are changed. */
  figures: Type.Optional(IntegrationFigures),
})
export type IntegrationRow = Static<typeof IntegrationRow>

const settings = {
  profile: Type.Optional(IntegrationProfile),
  enabled: Type.Optional(Type.Boolean()),
  mayCreate: Type.Optional(Type.Boolean()),
  mayUpdate: Type.Optional(Type.Boolean()),
  mayDelete: Type.Optional(Type.Boolean()),
  onDelete: Type.Optional(OnDelete),
  onDeactivate: Type.Optional(OnDeactivate),
  defaultState: Type.Optional(DefaultState),
  usernameRule: Type.Optional(UsernameRule),
  emailRule: Type.Optional(EmailRule),
  mapping: Type.Optional(Mapping),
  readOnlyFields: Type.Optional(ReadOnlyFields),
  othersMayChange: Type.Optional(Type.Boolean()),
  takeoverBy: Type.Optional(Type.Array(TakeoverBy, { maxItems: 3, uniqueItems: true })),
  takeoverOf: Type.Optional(TakeoverOf),
  guard: Type.Optional(Guard),
  guardCount: Type.Optional(Type.Integer({ minimum: 0, maximum: 1_000_000 })),
  guardPercent: Type.Optional(Type.Integer({ minimum: 0, maximum: 100 })),
}

export const IntegrationCreate = Type.Object({ name: Name, ...settings }, strict)
export type IntegrationCreate = Static<typeof IntegrationCreate>

export const IntegrationUpdate = Type.Object({ name: Type.Optional(Name), ...settings }, strict)
export type IntegrationUpdate = Static<typeof IntegrationUpdate>

export const IntegrationTokenCreate = Type.Object(
  {
    /** A token without it never expires. */
    lifetimeDays: Type.Optional(Type.Integer({ minimum: 1, maximum: 3650 })),
  },
  strict,
)
export type IntegrationTokenCreate = Static<typeof IntegrationTokenCreate>

/** The new token with its secret, shown this once. */
export const IntegrationTokenCreated = Type.Object({ token: IntegrationToken, secret: Type.String() })
export type IntegrationTokenCreated = Static<typeof IntegrationTokenCreated>

/** Whose a user or group is: the integration that made it or took it over. */
export const IntegrationOwner = Type.Object({ id: Type.String(), name: Type.String() })
export type IntegrationOwner = Static<typeof IntegrationOwner>

/** What mappings are made of: the attributes with their types, the fields, and the usual table. */
export const MappingVocabulary = Type.Object({
  attributes: Type.Array(Type.Object({ path: Type.String(), type: Type.String(), description: Type.String() })),
  fields: Type.Array(Type.Object({ field: Type.String(), type: Type.String() })),
  transforms: Type.Array(Type.String()),
  usual: Type.Array(MappingRow),
})
export type MappingVocabulary = Static<typeof MappingVocabulary>

/** A user as a client would send it, and a table to be tried instead of the integration's. */
export const MappingTry = Type.Object(
  { user: Type.Record(Type.String({ maxLength: 300 }), Type.Unknown()), mapping: Type.Optional(Mapping) },
  strict,
)
export type MappingTry = Static<typeof MappingTry>

/** What would become of the user; nothing is stored. */
export const MappingTried = Type.Object({
  /** The user's fields by their JumpCloud names; none when the user would be refused before they are known. */
  fields: Type.Record(Type.String(), Type.Unknown()),
  /** What has no field and is kept as it was sent. */
  kept: Type.Record(Type.String(), Type.Unknown()),
  /** Why the user would be refused. */
  refusal: Type.Optional(Type.String()),
})
export type MappingTried = Static<typeof MappingTried>

/** `held`: answered as done, and waiting until somebody releases it. `refused`: a rule said no. `failed`: the hub could not. */
const RequestOutcome = Type.Union([
  Type.Literal('done'),
  Type.Literal('held'),
  Type.Literal('refused'),
  Type.Literal('failed'),
])
export type RequestOutcome = Static<typeof RequestOutcome>

/** A request of an integration, without its bodies. */
export const IntegrationRequest = Type.Object({
  id: Type.String(),
  at: Type.String(),
  method: Type.String(),
  path: Type.String(),
  status: Type.Integer(),
  outcome: RequestOutcome,
  /** The outcome in words. */
  words: Type.String(),
  subjectKind: Type.Optional(Type.Union([Type.Literal('user'), Type.Literal('group')])),
  subjectId: Type.Optional(Type.String()),
  subject: Type.String(),
  durationMs: Type.Integer(),
  /** What the client calls itself. */
  client: Type.String(),
  actor: Type.String(),
  correlationId: Type.String(),
  /** One of many reads, kept as a sample. */
  isRead: Type.Boolean(),
  /** The request that this one repeats. */
  replayOf: Type.Optional(Type.String()),
})
export type IntegrationRequest = Static<typeof IntegrationRequest>

/** With its bodies, in which secrets are replaced. */
export const IntegrationRequestDetail = Type.Object({
  ...IntegrationRequest.properties,
  requestBody: Type.Optional(Type.Unknown()),
  responseBody: Type.Optional(Type.Unknown()),
  /** Whether it can be sent again: it failed, and nothing of it was left out but passwords. */
  canReplay: Type.Boolean(),
})
export type IntegrationRequestDetail = Static<typeof IntegrationRequestDetail>

export const IntegrationRequestQuery = Type.Object(
  {
    limit: pageQuery.limit,
    after: pageQuery.after,
    /** In path, subject, words and client. */
    search: pageQuery.search,
    outcome: Type.Optional(RequestOutcome),
    /** An exact status, a class of them, or all from 400 on: `409`, `4xx`, `errors`. */
    status: Type.Optional(Type.String({ pattern: '^([1-5]([0-9]{2}|xx)|errors)$' })),
    method: Type.Optional(Type.String({ pattern: '^(GET|POST|PUT|PATCH|DELETE)$' })),
    /** A user name, e-mail address, outside id, or the hub's id. */
    user: Type.Optional(Type.String({ minLength: 1, maxLength: 1024 })),
    /** The beginning of the path, such as `/Users`. */
    path: Type.Optional(Type.String({ minLength: 1, maxLength: 300 })),
    from: Type.Optional(Type.String({ format: 'date-time', maxLength: 40 })),
    until: Type.Optional(Type.String({ format: 'date-time', maxLength: 40 })),
    correlationId: Type.Optional(Type.String({ minLength: 1, maxLength: 60 })),
    /** Samples of reads too. */
    reads: Type.Optional(Type.Boolean()),
  },
  strict,
)
export type IntegrationRequestQuery = Static<typeof IntegrationRequestQuery>

/** How many requests came in an hour. */
export const IntegrationHour = Type.Object({
  hour: Type.String(),
  reads: Type.Integer(),
  writes: Type.Integer(),
  failures: Type.Integer(),
})
export type IntegrationHour = Static<typeof IntegrationHour>

/** Who is asked about: a user name, an e-mail address or an outside id. */
export const ProvisioningQuery = Type.Object({ user: Type.String({ minLength: 1, maxLength: 1024 }) }, strict)
export type ProvisioningQuery = Static<typeof ProvisioningQuery>

/** Why somebody is or is not in the hub, from the integration's requests and the hub's state. */
export const ProvisioningAnswer = Type.Object({
  answer: Type.Union([
    Type.Literal('provisioned'),
    Type.Literal('never_asked'),
    Type.Literal('refused'),
    Type.Literal('held'),
    Type.Literal('deleted'),
    Type.Literal('suspended'),
    Type.Literal('staged'),
    Type.Literal('owned_elsewhere'),
    Type.Literal('not_owned'),
  ]),
  /** In sentences. */
  words: Type.String(),
  userId: Type.Optional(Type.String()),
  planId: Type.Optional(Type.String()),
  /** The latest requests about them, newest first. */
  requests: Type.Array(IntegrationRequest),
})
export type ProvisioningAnswer = Static<typeof ProvisioningAnswer>
