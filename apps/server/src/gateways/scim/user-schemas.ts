import { complex, type ResourceType, type Schema, text, typed, valueList } from './schema.ts'

const userSchema: Schema = {
  id: 'urn:ietf:params:scim:schemas:core:2.0:User',
  name: 'User',
  description: 'User Account',
  attributes: [
    text('userName', 'The name to sign in with: begins with a letter, without blanks and @.', {
      required: true,
      uniqueness: 'server',
    }),
    complex('name', 'The parts of the name.', [
      text('formatted', 'The whole name as it is written.'),
      text('familyName', 'The last name.'),
      text('givenName', 'The first name.'),
      text('middleName', 'The middle names.'),
      text('honorificPrefix', 'A title such as Dr.'),
      text('honorificSuffix', 'A suffix such as III.'),
    ]),
    text('displayName', 'The name shown to others.'),
    text('nickName', 'What the user is called.'),
    typed('reference', 'profileUrl', 'A page about the user.', { referenceTypes: ['external'] }),
    text('title', 'The job title.'),
    text('userType', 'The kind of employment.'),
    text('preferredLanguage', 'The preferred language.'),
    text('locale', 'The location.'),
    text('timezone', 'The time zone.'),
    typed('boolean', 'active', 'False for a suspended user, and for one whose password has expired.'),
    text('password', 'A new password, which is never answered.', {
      caseExact: true,
      mutability: 'writeOnly',
      returned: 'never',
    }),
    valueList('emails', 'E-mail addresses; the primary one is required, and one user’s alone.', {
      types: ['work', 'home', 'other'],
    }),
    valueList('phoneNumbers', 'Telephone numbers.', {
      types: ['work', 'home', 'mobile', 'fax', 'pager', 'other'],
    }),
    valueList('ims', 'Addresses for messages.'),
    valueList('photos', 'Pictures.', {
      types: ['photo', 'thumbnail'],
      value: typed('reference', 'value', 'The address of a picture.', { referenceTypes: ['external'] }),
    }),
    complex(
      'addresses',
      'Postal addresses.',
      [
        text('formatted', 'The whole address.'),
        text('streetAddress', 'Street and number.'),
        text('locality', 'The town.'),
        text('region', 'The state or region.'),
        text('postalCode', 'The postal code.'),
        text('country', 'The country.'),
        text('type', 'What the address is for.', { canonicalValues: ['work', 'home', 'other'] }),
        typed('boolean', 'primary', 'Whether this is the preferred one; at most one is.'),
      ],
      { multiValued: true },
    ),
    complex(
      'groups',
      'The groups that the user is in; they change through the groups.',
      [
        text('value', 'The id of the group.', { caseExact: true, mutability: 'readOnly' }),
        typed('reference', '$ref', 'The address of the group.', { mutability: 'readOnly', referenceTypes: ['Group'] }),
        text('display', 'The name of the group.', { mutability: 'readOnly' }),
        text('type', 'Directly or through a nested group.', {
          mutability: 'readOnly',
          canonicalValues: ['direct', 'indirect'],
        }),
      ],
      { multiValued: true, mutability: 'readOnly' },
    ),
    valueList('entitlements', 'What the user is entitled to.'),
    valueList('roles', 'The roles that the client gives.'),
    valueList('x509Certificates', 'Certificates.', {
      value: typed('binary', 'value', 'A certificate in DER, as base64.'),
    }),
  ],
}

/** Where the enterprise attributes stand. */
export const enterpriseUrn = 'urn:ietf:params:scim:schemas:extension:enterprise:2.0:User'

const enterpriseSchema: Schema = {
  id: enterpriseUrn,
  name: 'EnterpriseUser',
  description: 'Enterprise User',
  attributes: [
    text('employeeNumber', 'The number of the employee; no two have the same.', { uniqueness: 'server' }),
    text('costCenter', 'The cost centre.'),
    text('organization', 'The company.'),
    text('division', 'The division.'),
    text('department', 'The department.'),
    complex('manager', 'The manager.', [
      text('value', 'The id of the manager.', { caseExact: true }),
      typed('reference', '$ref', 'The address of the manager.', { referenceTypes: ['User'] }),
      text('displayName', 'The manager’s name.', { mutability: 'readOnly' }),
    ]),
  ],
}

/** Where the hub's own attributes of users stand. */
export const hubUserUrn = 'urn:lockstep:params:scim:schemas:extension:directory:1.0:User'

const hubSchema: Schema = {
  id: hubUserUrn,
  name: 'DirectoryUser',
  description: 'Further fields of the hub’s users',
  // Shown to whoever asks for them: other clients neither know nor send them.
  attributes: [
    text('description', 'A description.'),
    text('alternateEmail', 'A further address.'),
    text('managedAppleId', 'The managed Apple account.'),
    text('state', 'STAGED, ACTIVATED or SUSPENDED.', {
      mutability: 'readOnly',
      canonicalValues: ['STAGED', 'ACTIVATED', 'SUSPENDED'],
    }),
    typed('boolean', 'activated', 'Whether the user has set a password.', { mutability: 'readOnly' }),
    typed('boolean', 'accountLocked', 'Whether the account is locked.', { mutability: 'readOnly' }),
    typed('integer', 'unixUid', 'The user id on devices.'),
    typed('integer', 'unixGid', 'The group id on devices.'),
    typed('boolean', 'sudo', 'Whether the user is an administrator of devices.'),
    typed('boolean', 'passwordNeverExpires', 'Whether the password never expires.'),
    text('tags', 'Tags.', { multiValued: true }),
  ].map((attribute) => ({ ...attribute, returned: 'request' as const })),
}

/** Users with every schema that they can have. */
export const userType: ResourceType = {
  name: 'User',
  description: 'User Account',
  endpoint: 'Users',
  schema: userSchema,
  extensions: [
    { schema: enterpriseSchema, required: false },
    // Clients that do not know it would otherwise clear it with every replacement.
    { schema: hubSchema, required: false, keptWhenAbsent: true },
  ],
  // Nobody is without either.
  keptUnlessNamed: ['active', 'emails'],
  sets: [],
}
