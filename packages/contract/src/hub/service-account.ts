import Type, { type Static } from 'typebox'
import { IdText } from './page.ts'

const strict = { additionalProperties: false } as const
const Name = Type.String({ minLength: 1, maxLength: 100 })
const Kind = Type.Union([Type.Literal('api_key'), Type.Literal('client_secret')])
const LifetimeDays = Type.Integer({ minimum: 1, maximum: 3650 })

/** A key, or the secret of an OAuth client (`clientId`), of a service account; the secret itself is never shown again. */
export const ServiceCredential = Type.Object({
  id: Type.String(),
  kind: Kind,
  clientId: Type.Optional(Type.String()),
  prefix: Type.String(),
  lifetimeDays: Type.Integer(),
  created: Type.String(),
  createdBy: Type.String(),
  expires: Type.String(),
  expired: Type.Boolean(),
  lastUsed: Type.Optional(Type.String()),
})
export type ServiceCredential = Static<typeof ServiceCredential>

/** The account of a program, with the role that decides what its keys and tokens may do. */
export const ServiceAccountRow = Type.Object({
  id: Type.String(),
  name: Type.String(),
  roleId: Type.String(),
  roleName: Type.String(),
  created: Type.String(),
  /** Since when it is disabled: its keys and tokens are refused. */
  disabled: Type.Optional(Type.String()),
  credentials: Type.Array(ServiceCredential),
})
export type ServiceAccountRow = Static<typeof ServiceAccountRow>

/** `roleId`: of one of the hub's own roles or of a custom one. */
export const ServiceAccountCreate = Type.Object({ name: Name, roleId: IdText }, strict)
export type ServiceAccountCreate = Static<typeof ServiceAccountCreate>

export const ServiceAccountUpdate = Type.Object({ name: Type.Optional(Name), roleId: Type.Optional(IdText) }, strict)
export type ServiceAccountUpdate = Static<typeof ServiceAccountUpdate>

export const ServiceCredentialCreate = Type.Object(
  {
    kind: Kind,
    /** 90 when absent. */
    lifetimeDays: Type.Optional(LifetimeDays),
  },
  strict,
)
export type ServiceCredentialCreate = Static<typeof ServiceCredentialCreate>

/** The new credential with its secret, shown this once. */
export const ServiceCredentialCreated = Type.Object({ credential: ServiceCredential, secret: Type.String() })
export type ServiceCredentialCreated = Static<typeof ServiceCredentialCreated>
