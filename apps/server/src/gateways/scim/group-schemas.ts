import { complex, type ResourceType, type Schema, text, typed } from './schema.ts'

const groupSchema: Schema = {
  id: 'urn:ietf:params:scim:schemas:core:2.0:Group',
  name: 'Group',
  description: 'Group',
  attributes: [
    text('displayName', 'The name of the group; no two have the same.', { required: true, uniqueness: 'server' }),
    complex(
      'members',
      'The users and groups in the group.',
      [
        text('value', 'The id of the user or group.', { caseExact: true, mutability: 'immutable' }),
        typed('reference', '$ref', 'The address of the user or group.', {
          mutability: 'immutable',
          referenceTypes: ['User', 'Group'],
        }),
        text('type', 'What the member is.', { mutability: 'immutable', canonicalValues: ['User', 'Group'] }),
        text('display', 'The name of the user or group.', { mutability: 'readOnly' }),
      ],
      { multiValued: true },
    ),
  ],
}

/** Where the hub's own attributes of groups stand. */
export const hubGroupUrn = 'urn:lockstep:params:scim:schemas:extension:directory:1.0:Group'

const hubSchema: Schema = {
  id: hubGroupUrn,
  name: 'DirectoryGroup',
  description: 'Further fields of the hub’s groups',
  // Shown to whoever asks for them: other clients neither know nor send them.
  attributes: [
    text('description', 'A description.'),
    text('email', 'The group’s address.'),
    text('membershipMethod', 'How the group gets its members.', { mutability: 'readOnly' }),
  ].map((attribute) => ({ ...attribute, returned: 'request' as const })),
}

/** Groups with every schema that they can have. */
export const groupType: ResourceType = {
  name: 'Group',
  description: 'Group',
  endpoint: 'Groups',
  schema: groupSchema,
  extensions: [{ schema: hubSchema, required: false, keptWhenAbsent: true }],
  sets: ['members'],
}
