/**
 * What is read of every object where the hub does not say, in the letter case of the schema. DirSync reports an object when one of these
 * changed.
 */
export const readAttributes = [
  'objectClass',
  'objectGUID',
  // Without it DirSync does not give parentGUID.
  'name',
  'parentGUID',
  // Without it DirSync does not report deletions.
  'isDeleted',
  'sAMAccountName',
  'userPrincipalName',
  'givenName',
  'sn',
  'displayName',
  'mail',
  'description',
  'title',
  'department',
  'company',
  'physicalDeliveryOfficeName',
  'employeeType',
  'employeeID',
  'telephoneNumber',
  'mobile',
  'homePhone',
  'streetAddress',
  'l',
  'st',
  'postalCode',
  'c',
  'manager',
  'userAccountControl',
  'accountExpires',
  'pwdLastSet',
  'lockoutTime',
  'adminCount',
  'groupType',
  'objectSid',
  'whenCreated',
  'member',
] as const

/** Users, computers among them, groups, and the places they are in; objectCategory would lose the deleted ones. */
export const readFilter =
  '(|(objectClass=user)(objectClass=group)(objectClass=organizationalUnit)(objectClass=container))'

// These have fields of their own on the wire.
const structural: ReadonlySet<string> = new Set(['objectclass', 'objectguid', 'parentguid', 'isdeleted', 'member'])

/** What is read whatever the hub says: without it nothing could be told of an object. */
const indispensable = ['objectClass', 'objectGUID', 'name', 'parentGUID', 'isDeleted', 'member']

/** The attributes to read, and those of them that are sent as text, by the lower-case name under which an entry has them. */
export interface ReadList {
  readonly attributes: readonly string[]
  readonly sent: ReadonlyMap<string, string>
}

/** What to read where the hub says so, or by itself. */
export function readListOf(wanted: readonly string[] | undefined): ReadList {
  const names = wanted === undefined ? readAttributes : [...indispensable, ...wanted]
  const attributes = [...new Map(names.map((name) => [name.toLowerCase(), name])).values()]
  const sent = attributes.filter((name) => !structural.has(name.toLowerCase()))
  return { attributes, sent: new Map(sent.map((name) => [name.toLowerCase(), name])) }
}
