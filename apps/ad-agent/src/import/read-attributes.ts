/** What is read of every object, in the letter case of the schema. DirSync reports an object when one of these changed. */
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
const structural: ReadonlySet<string> = new Set(['objectClass', 'objectGUID', 'parentGUID', 'isDeleted', 'member'])

/** The attributes sent as text, by the lower-case name under which an entry has them. */
export const sentAttributes: ReadonlyMap<string, string> = new Map(
  readAttributes.filter((name) => !structural.has(name)).map((name) => [name.toLowerCase(), name]),
)
