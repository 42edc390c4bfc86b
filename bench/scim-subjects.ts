const departments = ['Sales', 'Finance', 'Engineering', 'Support', 'Legal', 'Operations']

/** A user as Entra ID would create it, of a name. */
export function scimUserOf(userName: string) {
  return {
    schemas: [
      'urn:ietf:params:scim:schemas:core:2.0:User',
      'urn:ietf:params:scim:schemas:extension:enterprise:2.0:User',
    ],
    externalId: `outside-${userName}`,
    userName,
    active: true,
    displayName: `Beatrix ${userName}`,
    name: { formatted: `Beatrix ${userName}`, givenName: 'Beatrix', familyName: userName },
    emails: [{ value: `${userName}@example.com`, type: 'work', primary: true }],
    title: 'Account Executive',
    'urn:ietf:params:scim:schemas:extension:enterprise:2.0:User': {
      department: departments[userName.length % departments.length] ?? '',
      employeeNumber: `E-${userName}`,
    },
  }
}

/** Three operations in one request, as Entra ID sends them when a person got another name. */
export function entraPatch(userName: string, word: string) {
  return {
    schemas: ['urn:ietf:params:scim:api:messages:2.0:PatchOp'],
    Operations: [
      { op: 'Replace', path: 'displayName', value: `Beatrix ${word}` },
      { op: 'Replace', path: 'name.familyName', value: word },
      { op: 'Replace', path: 'emails[type eq "work"].value', value: `${userName}@example.com` },
    ],
  }
}
