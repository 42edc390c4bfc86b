// Which field of the hub's users each attribute is: the table of JumpCloud's import, and further fields. What is in no table is kept as it
// was sent.
import type { AttributeField } from './condition.ts'
import type { Found } from './attribute-path.ts'
import type { AttributeColumns } from './filter-condition.ts'
import { enterpriseUrn, hubUserUrn } from './user-schemas.ts'

/** An attribute by its way, and the user's field of the same value. */
export interface FieldMapping {
  readonly path: readonly string[]
  readonly field: string
  /** What an unassigned attribute makes of the field; undefined: the field stays. */
  readonly empty: '' | null | false | undefined
}

const inCore = (path: string, field: string): FieldMapping => ({ path: path.split('.'), field, empty: '' })
const inEnterprise = (name: string, field: string): FieldMapping => ({ path: [enterpriseUrn, name], field, empty: '' })
const inHub = (name: string, field: string, empty: FieldMapping['empty']): FieldMapping => ({
  path: [hubUserUrn, name],
  field,
  empty,
})

/** JumpCloud's table, then what it leaves out. */
export const fieldMappings: readonly FieldMapping[] = [
  inCore('name.givenName', 'firstname'),
  inCore('name.familyName', 'lastname'),
  inCore('displayName', 'displayname'),
  inCore('title', 'jobTitle'),
  inEnterprise('department', 'department'),
  inCore('locale', 'location'),
  inEnterprise('costCenter', 'costCenter'),
  inCore('userType', 'employeeType'),
  inEnterprise('organization', 'company'),
  { path: [enterpriseUrn, 'employeeNumber'], field: 'employeeIdentifier', empty: null },
  inCore('name.middleName', 'middlename'),
  inHub('description', 'description', ''),
  inHub('alternateEmail', 'alternateEmail', ''),
  inHub('managedAppleId', 'managedAppleId', ''),
  inHub('unixUid', 'unix_uid', undefined),
  inHub('unixGid', 'unix_guid', undefined),
  inHub('sudo', 'sudo', false),
  inHub('passwordNeverExpires', 'password_never_expires', false),
]

/** What a field takes. */
export type MappableType = 'text' | 'boolean' | 'integer'

/** The fields that attributes may become, beside custom ones. */
export const mappableFields: ReadonlyMap<
  string,
  { readonly type: MappableType; readonly empty: FieldMapping['empty'] }
> = new Map([
  ...fieldMappings.map(({ field, empty }) => [field, { type: typeOf(empty), empty }] as const),
  ...['passwordless_sudo', 'ldap_binding_user', 'allow_public_key', 'enable_user_portal_multifactor'].map(
    (field) => [field, { type: 'boolean', empty: undefined }] as const,
  ),
])

function typeOf(empty: FieldMapping['empty']): MappableType {
  if (empty === undefined) return 'integer'
  return empty === false ? 'boolean' : 'text'
}

const ownColumns: Readonly<Record<string, string>> = {
  id: 'id',
  userName: 'username',
  'meta.created': 'created',
  'meta.lastModified': 'updated',
  emails: 'emails',
  phoneNumbers: 'phoneNumbers',
  addresses: 'addresses',
  groups: 'groups',
  [`${enterpriseUrn}.manager.value`]: 'manager',
  [`${hubUserUrn}.state`]: 'state',
  [`${hubUserUrn}.activated`]: 'activated',
  [`${hubUserUrn}.accountLocked`]: 'account_locked',
}
/** They follow from others, or are of no use to a search. */
const unsearchable = new Set([
  'meta.location',
  'meta.version',
  `${enterpriseUrn}.manager.$ref`,
  `${enterpriseUrn}.manager.displayName`,
  `${hubUserUrn}.tags`,
])

interface ColumnFacts {
  readonly id: string
  readonly usernameRule: string
  /** The rows of the integration's table that go both ways. */
  readonly direct: readonly FieldMapping[]
}

/** Where users' attributes are kept, as an integration sees them. */
export function userColumns(facts: ColumnFacts): AttributeColumns {
  return {
    fieldOf: (found) => fieldOf(found, facts),
    stored: ({ attribute }, value) =>
      attribute.name === 'userName' && facts.usernameRule === 'before_at' && typeof value === 'string'
        ? (value.split('@', 1)[0] ?? value)
        : value,
  }
}

function fieldOf({ urn, attribute, sub }: Found, facts: ColumnFacts): AttributeField | undefined {
  const path = [...(urn === undefined ? [] : [urn]), attribute.name, ...(sub === undefined ? [] : [sub.name])]
  const key = path.join('.')
  if (unsearchable.has(key)) return undefined
  if (attribute.name === 'externalId') return ['externalId', facts.id]
  if (attribute.multiValued) {
    const own = Object.hasOwn(ownColumns, attribute.name) && urn === undefined ? ownColumns[attribute.name] : undefined
    // Sorting names a part of the list; a filter the list.
    if (sub === undefined) return own ?? path
    return attribute.name === 'emails' && sub.name === 'value' ? 'email' : path
  }
  if (key === 'active') return ['active', facts.id]
  if (key === 'userName' && facts.usernameRule === 'email_before_at') return 'userName'
  if (Object.hasOwn(ownColumns, key)) return ownColumns[key]
  const field = facts.direct.find((row) => row.path.join('.') === key)?.field
  if (field === undefined) return path
  return field.startsWith('attributes.') ? ['attributes', field.slice('attributes.'.length)] : field
}
