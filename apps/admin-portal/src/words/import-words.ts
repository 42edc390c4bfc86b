import type { AdditionalField, SharedField } from '@lockstep/contract/hub/directory'

interface ImportQuestion {
  readonly field: 'takeoverBy' | 'defaultState' | 'passwordAuthority' | 'delegatedAuthority'
  readonly question: string
  readonly choices: readonly { readonly value: string; readonly label: string; readonly effect: string }[]
}

/** The settings of what is imported, beside the attributes, as questions with plain answers. */
export const importQuestions: readonly ImportQuestion[] = [
  {
    field: 'takeoverBy',
    question: 'An account is that of a user who exists here already when',
    choices: [
      {
        value: 'username',
        label: 'The username is the same',
        effect: 'Who has only the same e-mail address is a conflict to resolve.',
      },
      {
        value: 'username_or_email',
        label: 'The username or the e-mail address is the same',
        effect: 'For usernames that differ between the two sides.',
      },
    ],
  },
  {
    field: 'defaultState',
    question: 'Imported users are',
    choices: [
      {
        value: 'organization',
        label: 'As the organization’s settings say',
        effect: 'Of users who are made one by one.',
      },
      { value: 'ACTIVATED', label: 'Active', effect: 'They can sign in at once.' },
      { value: 'STAGED', label: 'Staged', effect: 'They have access to nothing until somebody activates them.' },
    ],
  },
  {
    field: 'passwordAuthority',
    question: 'Passwords of imported users are managed in',
    choices: [
      {
        value: 'configuration',
        label: 'What the configuration brings',
        effect: 'It is shown above, with the configuration.',
      },
      { value: 'directory', label: 'Active Directory', effect: 'They cannot be changed here.' },
      {
        value: 'hub',
        label: 'This hub',
        effect: 'They can be set here, and in Active Directory where both sides manage users.',
      },
    ],
  },
  {
    field: 'delegatedAuthority',
    question: 'Passwords of imported users are validated by',
    choices: [
      {
        value: 'configuration',
        label: 'What the configuration brings',
        effect: 'It is shown above, with the configuration.',
      },
      {
        value: 'directory',
        label: 'Active Directory, at every sign-in',
        effect: 'An import agent asks the domain; this hub never falls back to a password of its own.',
      },
      { value: 'none', label: 'This hub', effect: 'Who has no password here cannot sign in.' },
    ],
  },
]

/** Fields beside username, e-mail and names, in the order of the form. */
export const additionalFields: readonly AdditionalField[] = [
  'displayname',
  'description',
  'jobTitle',
  'department',
  'company',
  'location',
  'employeeType',
  'phoneNumbers',
  'addresses',
  'manager',
]

/** Fields whose authority can be chosen where both sides manage users. */
export const sharedFields: readonly SharedField[] = [
  'firstname',
  'lastname',
  'email',
  'displayname',
  'description',
  'jobTitle',
  'department',
  'company',
  'location',
  'employeeType',
]
