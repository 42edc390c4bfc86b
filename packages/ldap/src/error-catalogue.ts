import type { DirectoryErrorKind } from './directory-error-kind.ts'

interface AdCode {
  readonly kind: DirectoryErrorKind
  readonly remedy?: string
}

const uniqueName = 'Another object in the domain or forest already uses this name; choose another one.'

/** Windows error codes that say more than the LDAP result code does (MS-ERREF section 2.2), by their eight hexadecimal digits. */
export const adCodes: ReadonlyMap<string, AdCode> = new Map<string, AdCode>([
  ['00000005', { kind: 'access_denied' }],
  [
    '0000001F',
    {
      kind: 'password_policy',
      remedy:
        'The domain refused the password; it may break the password policy or have been sent in a form the domain controller does not accept.',
    },
  ],
  [
    '00000056',
    {
      kind: 'wrong_old_password',
      remedy:
        'The old password is wrong, or the new one may not be used yet; check the old password and the minimum password age.',
    },
  ],
  [
    '000004DC',
    {
      kind: 'credentials',
      remedy: 'The domain controller treats this connection as not signed in; connect again with the service account.',
    },
  ],
  [
    '00000523',
    { kind: 'naming', remedy: 'The account name has characters or a length that Active Directory does not allow.' },
  ],
  ['00000524', { kind: 'already_exists', remedy: uniqueName }],
  ['00000526', { kind: 'already_exists', remedy: uniqueName }],
  ['00000528', { kind: 'value_exists' }],
  ['00000529', { kind: 'no_such_attribute' }],
  ['0000052D', { kind: 'password_policy' }],
  ['00000561', { kind: 'no_such_attribute' }],
  ['00000562', { kind: 'value_exists' }],
  ['0000200A', { kind: 'no_such_attribute' }],
  ['0000200B', { kind: 'schema' }],
  ['0000200C', { kind: 'schema' }],
  ['0000200D', { kind: 'value_exists' }],
  ['0000200E', { kind: 'busy' }],
  ['0000200F', { kind: 'unavailable' }],
  ['00002014', { kind: 'schema' }],
  ['00002015', { kind: 'not_leaf' }],
  ['00002016', { kind: 'naming' }],
  ['00002022', { kind: 'time_limit' }],
  ['00002023', { kind: 'size_limit' }],
  ['00002024', { kind: 'size_limit' }],
  ['00002028', { kind: 'strong_auth_required' }],
  ['0000202B', { kind: 'referral' }],
  ['0000202C', { kind: 'unsupported' }],
  ['0000202D', { kind: 'strong_auth_required' }],
  ['0000202F', { kind: 'constraint' }],
  ['00002030', { kind: 'no_such_object' }],
  ['00002032', { kind: 'naming' }],
  ['00002035', { kind: 'unwilling' }],
  ['00002037', { kind: 'naming' }],
  ['00002071', { kind: 'already_exists', remedy: uniqueName }],
  ['0000208D', { kind: 'no_such_object' }],
  ['00002098', { kind: 'access_denied' }],
  [
    '000021C7',
    { kind: 'already_exists', remedy: 'Another object in the forest already has this service principal name.' },
  ],
  [
    '000021C8',
    {
      kind: 'already_exists',
      remedy: 'Another account in the forest already has this user principal name; choose another sign-in name.',
    },
  ],
])

/** LDAP result codes by the kind that a caller acts on; those not listed are `other`. */
const kinds: ReadonlyMap<number, DirectoryErrorKind> = new Map<number, DirectoryErrorKind>([
  [2, 'protocol'],
  [3, 'time_limit'],
  [4, 'size_limit'],
  [7, 'strong_auth_required'],
  [8, 'strong_auth_required'],
  [10, 'referral'],
  [11, 'size_limit'],
  [12, 'unsupported'],
  [13, 'strong_auth_required'],
  [16, 'no_such_attribute'],
  [17, 'schema'],
  [18, 'schema'],
  [19, 'constraint'],
  [20, 'value_exists'],
  [21, 'schema'],
  [32, 'no_such_object'],
  [34, 'naming'],
  [48, 'credentials'],
  [49, 'credentials'],
  [50, 'access_denied'],
  [51, 'busy'],
  [52, 'unavailable'],
  [53, 'unwilling'],
  [64, 'naming'],
  [65, 'schema'],
  [66, 'not_leaf'],
  [67, 'naming'],
  [68, 'already_exists'],
  [69, 'schema'],
  [71, 'naming'],
])

/** The kind of an LDAP result code. */
export function kindOfResultCode(resultCode: number): DirectoryErrorKind {
  return kinds.get(resultCode) ?? 'other'
}

const remedies: Readonly<Record<DirectoryErrorKind, string>> = {
  access_denied:
    'The service account may not do this. Delegate the right on the container, and check whether the object is a protected account (adminCount = 1), whose delegated rights Active Directory removes.',
  already_exists: 'An object with this name already exists; choose another name or use the existing object.',
  busy: 'The domain controller is busy; the request is tried again later.',
  certificate:
    "The domain controller's certificate was not accepted. Give the certificate authority that signed it, and use a host name the certificate is made for.",
  connection:
    'The domain controller cannot be reached or closed the connection. Check address, port 636, firewall and that the domain controller runs.',
  constraint:
    'Active Directory does not accept a value: too long, not allowed for this attribute, or already used by another object.',
  credentials:
    'The domain controller refused name or password. Check the account, and that it is enabled, not locked and not expired.',
  naming: 'Active Directory does not accept the name or the place of the object.',
  no_such_attribute: 'The attribute or value to be removed is not there; read the object again.',
  no_such_object: 'The object does not exist (any more), or the service account may not see it.',
  not_leaf: 'The object still contains other objects; move or remove these first.',
  other:
    'The domain controller reported an error without a known reason; see its Directory Service event log at this time.',
  password_policy:
    "The password does not meet the domain's password policy: length, complexity, history or minimum age.",
  plain_connection: 'Use an address that begins with ldaps://; unencrypted connections are never used.',
  protocol: 'The answer was not valid LDAP. Check that address and port belong to a domain controller.',
  referral: 'The object belongs to another domain; ask a domain controller of that domain.',
  schema: "The domain's schema does not allow this attribute or value for this kind of object.",
  size_limit: 'The domain controller limits how much one request may return; read in smaller pages.',
  strong_auth_required:
    'The domain controller demands an encrypted connection for signing in; use ldaps:// on port 636.',
  time_limit: 'The domain controller stopped the request because it took too long; it is tried again later.',
  timeout: 'The domain controller did not answer in time. Check its load and the network.',
  unavailable: 'The domain controller is starting, stopping or overloaded; the request is tried again later.',
  unsupported:
    'The domain controller does not support this kind of request, or the stored position is no longer valid; read everything anew.',
  unwilling:
    'The domain controller refuses this change, for example because a rule of the account or password forbids it.',
  value_exists: 'The value is already there; read the object again.',
  wrong_old_password: 'The old password is wrong.',
}

/** What an administrator can do about an error of this kind, more exact when the Windows code is known. */
export function remedyOf(kind: DirectoryErrorKind, adCode: string | undefined): string {
  const known = adCode === undefined ? undefined : adCodes.get(adCode)
  return known?.remedy ?? remedies[kind]
}
