// The fields of a user by their JumpCloud v1 names: their type, whether callers may set them, and the value of a new user. Stored in
// this shape; every other wire shape is rendered from it. Source: systemuserreturn, systemuserputpost and systemuserput of v1.
import type { Json, JsonObject } from '@lockstep/kernel/json'

/** How a field's value is read from input. */
export type FieldType = 'text' | 'nullable_text' | 'boolean' | 'integer' | 'texts' | 'object' | 'rows' | 'id'

interface FieldFacts {
  readonly type: FieldType
  /** `callers`: any request may set it; `hub`: only the hub itself. */
  readonly setBy: 'callers' | 'hub'
  readonly initial: Json
  readonly maxLength?: number
}

const text = { type: 'text', setBy: 'callers', initial: '', maxLength: 1024 } as const
const longText = { type: 'text', setBy: 'callers', initial: '', maxLength: 65_536 } as const
const off = { type: 'boolean', setBy: 'callers', initial: false } as const
const rows = { type: 'rows', setBy: 'callers', initial: [] as readonly Json[] } as const

/** Fields that stand in the JSON column; identity, state and what decides have columns of their own. */
export const storedFields = {
  account_locked_date: { type: 'nullable_text', setBy: 'hub', initial: null },
  addresses: rows,
  allow_public_key: { type: 'boolean', setBy: 'callers', initial: true },
  alternateEmail: text,
  attributes: rows,
  badLoginAttempts: { type: 'integer', setBy: 'hub', initial: 0 },
  company: text,
  costCenter: text,
  creationSource: { type: 'text', setBy: 'hub', initial: 'jumpcloud:api' },
  delegatedAuthority: { type: 'object', setBy: 'callers', initial: null },
  department: text,
  description: text,
  disableDeviceMaxLoginAttempts: off,
  employeeType: text,
  enable_managed_uid: off,
  enable_user_portal_multifactor: off,
  external_dn: longText,
  external_locked_until: { type: 'nullable_text', setBy: 'hub', initial: null },
  external_password_expiration_date: text,
  external_source_type: text,
  externally_managed: off,
  firstname: text,
  jobTitle: text,
  lastname: text,
  ldap_binding_user: off,
  location: text,
  managedAppleId: text,
  mfa: { type: 'object', setBy: 'callers', initial: { exclusion: false, configured: false } },
  mfaEnrollment: {
    type: 'object',
    setBy: 'hub',
    initial: {
      jcGoStatus: 'NOT_ENROLLED',
      overallStatus: 'NOT_ENROLLED',
      pushStatus: 'NOT_ENROLLED',
      smsStatus: 'NOT_ENROLLED',
      totpStatus: 'NOT_ENROLLED',
      webAuthnStatus: 'NOT_ENROLLED',
    },
  },
  middlename: text,
  password_date: { type: 'nullable_text', setBy: 'hub', initial: null },
  password_expiration_date: { type: 'nullable_text', setBy: 'hub', initial: null },
  password_expired: { type: 'boolean', setBy: 'hub', initial: false },
  password_never_expires: off,
  passwordless_sudo: off,
  phoneNumbers: rows,
  public_key: longText,
  recoveryEmail: { type: 'object', setBy: 'callers', initial: null },
  relationships: rows,
  restrictedFields: rows,
  samba_service_user: off,
  ssh_keys: rows,
  sudo: off,
  tags: { type: 'texts', setBy: 'callers', initial: [] as readonly Json[] },
  totp_enabled: { type: 'boolean', setBy: 'hub', initial: false },
} as const satisfies Record<string, FieldFacts>

/** Fields that JumpCloud's users do not have: not told where its wire rules hold. */
export const fieldsOfHubAlone: ReadonlySet<string> = new Set(['external_locked_until'] satisfies StoredField[])

/** The name of a field in the JSON column. */
export type StoredField = keyof typeof storedFields

/** True for a name that the JSON column holds. */
export function isStoredField(name: string): name is StoredField {
  return Object.hasOwn(storedFields, name)
}

/** A new user's JSON column. */
export const initialAttributes: JsonObject = Object.fromEntries(
  Object.entries(storedFields).map(([name, facts]) => [name, facts.initial as Json]),
)
